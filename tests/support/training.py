"""Small training runs: a job on a tiny model, rows in two languages, and what it logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Row, Sample, Verdict
from copydesk.train.job import Job
from copydesk.train.recipe import Recipe


@dataclass
class Heard:
    """A job's log: the numbers of each step, in order."""

    lines: list[tuple[int, dict[str, float]]] = field(default_factory=list)

    def __call__(self, step: int, numbers: Mapping[str, float]) -> None:
        self.lines.append((step, dict(numbers)))

    def of(self, name: str = "loss") -> dict[int, float]:
        """One number by the steps that have it."""
        return {step: numbers[name] for step, numbers in self.lines if name in numbers}


def recipe(method: str, model: Path, **changes: Any) -> Recipe:
    """A recipe of four quick steps; `changes` are its fields, parts as dicts."""
    schedule = {"steps": 4, "batch": 2, "accumulate": 1, "learning_rate": 1e-2, "save_every": 0}
    settings: dict[str, Any] = {
        "method": method,
        "model": str(model),
        "threads": 1,
        "precision": "float32",
        "schedule": schedule | changes.pop("schedule", {}),
    }
    return Recipe.model_validate(settings | changes)


def job(
    wanted: Recipe, folder: Path, rows: Sequence[Row], held: Sequence[Row] = (), **more: Any
) -> tuple[Job, Heard]:
    """A job, and its log."""
    heard = Heard()
    return Job(recipe=wanted, folder=folder, train=rows, held=held, log=heard, **more), heard


def asked(number: int) -> tuple[Message, ...]:
    """A prompt: English for even numbers, Chinese for odd ones."""
    text = f"Write line {number}." if number % 2 == 0 else f"写第 {number} 行。"
    return (Message("user", text),)


def samples(count: int = 8) -> list[Sample]:
    """Answers to learn from."""
    return [Sample(prompt=asked(n), completion=f"Line {n}, 第 {n} 行.") for n in range(count)]


def pairs(count: int = 8, tie_every: int = 0) -> list[Pair]:
    """Pairs; every so many of them a tie."""
    return [
        Pair(
            prompt=asked(n),
            chosen=f"Line {n}, 第 {n} 行.",
            rejected=f"No {n}",
            tie=bool(tie_every) and n % tie_every == 0,
        )
        for n in range(count)
    ]


def verdicts(count: int = 8) -> list[Verdict]:
    """Answers kept and dropped, two to one."""
    return [Verdict(prompt=asked(n), completion=f"Line {n}", keep=n % 3 > 0) for n in range(count)]
