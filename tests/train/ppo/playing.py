"""Jobs for PPO on a tiny model, with a reward whose optimum is known."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Question
from copydesk.train.job import Job
from copydesk.train.recipe import Recipe

VOWELS = frozenset("aeiou")
PROMPTS = (
    "Write about bees.",
    "What is a desk?",
    "编辑部做什么？",
    "Cut this text.",
    "Name three cities.",
    "写一句话。",
    "Why do readers read?",
    "End it.",
)


def vowels(prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
    """How many vowels an answer has, up to four: 4 at best."""
    return [min(4.0, sum(letter in VOWELS for letter in text)) for text in answers]


def nothing(prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
    """Every answer is worth the same."""
    return [0.0 for _ in answers]


def questions(*texts: str) -> tuple[Question, ...]:
    return tuple(Question(prompt=(Message("user", text),)) for text in texts or PROMPTS)


def recipe_of(model: Path, **changes: Any) -> Recipe:
    """A recipe for a tiny model; a change is a field, or a part's fields."""
    parts: dict[str, dict[str, Any]] = {
        "adapter": {"rank": 8, "alpha": 16},
        "schedule": {
            "steps": 4,
            "batch": 8,
            "learning_rate": 5e-3,
            "warmup": 0,
            "decay": "constant",
            "save_every": 0,
        },
        "rollout": {"prompts": 8, "tokens": 4, "beta": 0.05},
        "ppo": {"no_end": None, "target_kl": 0},
    }
    plain = {
        "method": "ppo",
        "model": str(model),
        "max_length": 128,
        "threads": 1,
        "precision": "float32",
    }
    for name, value in changes.items():
        if isinstance(value, Mapping):
            parts[name] = parts.get(name, {}) | dict(value)
        else:
            plain[name] = value
    return Recipe.model_validate(plain | parts)


class Listener:
    """Hears what a job logs and says."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, dict[str, float]]] = []
        self.said: list[str] = []

    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        self.lines.append((step, dict(metrics)))

    def say(self, text: str) -> None:
        self.said.append(text)

    def column(self, name: str) -> list[float]:
        return [metrics[name] for _, metrics in self.lines if name in metrics]

    def trajectory(self) -> list[tuple[int, dict[str, float]]]:
        """All but what a clock says."""
        return [
            (step, {key: value for key, value in metrics.items() if key != "rollout_share"})
            for step, metrics in self.lines
        ]


def job_of(recipe: Recipe, folder: Path, listener: Listener, **more: Any) -> Job:
    folder.mkdir(parents=True, exist_ok=True)
    settled = {"train": questions(), "held": ()} | more
    return Job(recipe=recipe, folder=folder, log=listener.log, say=listener.say, **settled)
