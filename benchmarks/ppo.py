"""Does PPO find a known optimum, and stay put without one? Then what a step of a real model takes.

    python benchmarks/ppo.py
    python benchmarks/ppo.py --model smollm2-135m-instruct --steps 4 --prompts 4 --tokens 64

Without --model: a tiny random model whose answers are worth their number of vowels. Every seed is
another model and another chance. The reward must rise by more than one of its deviations within the
steps, KL stay below the bound; with every answer worth nothing, KL must stay at 0.
With --model: how long a step takes, which share of it is drawing answers, and the most memory held.
"""

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import fmean, median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from copydesk.generate.protocol import Message  # noqa: E402 - the tests' helpers are found above
from copydesk.preferences.rows import Question  # noqa: E402
from copydesk.train.job import Job, Outcome  # noqa: E402
from copydesk.train.ppo import ppo  # noqa: E402
from copydesk.train.recipe import Recipe  # noqa: E402

_BOUND = 20.0  # nats per answer; answers of four vowels cost 9 at least, one word in ten being one
_EDGE = 5  # steps at the beginning, and at the end, whose mean is compared
TOPICS = ("bees", "a desk", "three cities", "roofs", "readers", "a bridge", "rain", "bread")


def vowels(_: Sequence[Message], answers: Sequence[str]) -> list[float]:
    """The number of vowels of each answer, at most four."""
    return [min(4.0, sum(letter in "aeiou" for letter in text)) for text in answers]


def nothing(_: Sequence[Message], answers: Sequence[str]) -> list[float]:
    """All the same."""
    return [0.0 for _ in answers]


def run(recipe: Recipe, folder: Path, score: Any) -> tuple[Outcome, list[Mapping[str, float]]]:
    """One run; its outcome, and what each step logged."""
    lines: list[Mapping[str, float]] = []
    rows = tuple(Question(prompt=(Message("user", f"Write about {topic}."),)) for topic in TOPICS)
    folder.mkdir(parents=True)
    job = Job(recipe, folder, rows, (), lambda _, metrics: lines.append(dict(metrics)), say=print)
    return ppo(job, score), lines


def tiny_recipe(model: Path, seed: int, steps: int) -> Recipe:
    """What the tiny model learns by."""
    return Recipe.model_validate(
        {
            "method": "ppo",
            "model": str(model),
            "max_length": 128,
            "precision": "float32",
            "seed": seed,
            "threads": 1,
            "adapter": {"rank": 8, "alpha": 16},
            "schedule": {
                "steps": steps,
                "batch": 32,
                "learning_rate": 4e-3,
                "decay": "linear",
                "save_every": 0,
            },
            "rollout": {"prompts": 8, "answers": 4, "tokens": 4, "beta": 0.05},
            "ppo": {"no_end": None, "target_kl": 6, "kl_horizon": 200, "kl_budget": _BOUND},
        }
    )


def optimum(seeds: int, steps: int, folder: Path) -> bool:
    """The table of the tiny models; whether all held."""
    from tests.support.hf_folders import tiny_llama

    print(
        f"{'seed':>4} {'first':>6} {'last':>6} {'deviation':>9} {'most KL':>8} {'KL at zero':>10}"
    )
    held = True
    for seed in range(seeds):
        model = tiny_llama(folder / f"model{seed}", seed=seed)
        recipe = tiny_recipe(model, seed, steps)
        outcome, lines = run(recipe, folder / f"vowels{seed}", vowels)
        few = tiny_recipe(model, seed, min(steps, 5))
        _, still = run(few, folder / f"nothing{seed}", nothing)
        first = fmean(line["reward"] for line in lines[:_EDGE])
        last = fmean(line["reward"] for line in lines[-_EDGE:])
        deviation = fmean(line["reward_deviation"] for line in lines[:_EDGE])
        most = max(line["kl"] for line in lines)
        zero = max(abs(line["kl"]) for line in still)
        print(f"{seed:>4} {first:6.2f} {last:6.2f} {deviation:9.2f} {most:8.2f} {zero:10.1e}")
        rose = last > first + deviation
        held = held and rose and zero < 1e-6 and not outcome.stopped
    print("held" if held else "MISSED")
    return held


def real(arguments: argparse.Namespace, folder: Path) -> None:
    """Steps of a real model, on answers of full length."""
    recipe = Recipe.model_validate(
        {
            "method": "ppo",
            "model": arguments.model,
            "threads": arguments.threads,
            "schedule": {"steps": arguments.steps, "batch": arguments.batch, "save_every": 0},
            "rollout": {"prompts": arguments.prompts, "tokens": arguments.tokens},
            "ppo": {"no_end": None, "kl_budget": 0},
        }
    )
    begun = time.perf_counter()
    times: list[float] = []
    cpu: list[float] = []
    last = [begun, time.process_time()]

    def log(step: int, metrics: Mapping[str, float]) -> None:
        now = [time.perf_counter(), time.process_time()]
        times.append(now[0] - last[0])
        cpu.append(now[1] - last[1])
        last[:] = now
        print(
            f"step {step}: {times[-1]:5.1f} s ({cpu[-1]:5.1f} s of processor), "
            f"answers {metrics['rollout_share']:.0%} of it, {metrics['length']:.0f} tokens each, "
            f"KL {metrics['kl']:.2f}",
            flush=True,
        )

    rows = tuple(Question(prompt=(Message("user", f"Write about {topic}."),)) for topic in TOPICS)
    ppo(Job(recipe, folder, rows, (), log, say=print), vowels)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{arguments.model}, {arguments.prompts} answers of at most {arguments.tokens} tokens: "
        f"{median(times[1:] or times):.1f} s a step, {median(cpu[1:] or cpu):.1f} s of processor "
        f"(the first left out, median of {len(times[1:] or times)}), most memory {peak:.1f} GB"
    )


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="", help="a real one, to see what its steps take")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--prompts", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{datetime.now():%Y-%m-%d %H:%M}, {machine}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        if arguments.model:
            real(arguments, Path(name))
            return 0
        return 0 if optimum(arguments.seeds, arguments.steps, Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main())
