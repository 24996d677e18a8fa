"""What a training step costs: with our head beside TRL's own, and through our wrapper beside none.

    python benchmarks/train.py head
    python benchmarks/train.py overhead --steps 6 --pairs 3

Each measurement is a process of its own, one after the other in alternating order: SmolLM2-135M,
LoRA of rank 16, bfloat16, two rows (DPO: two pairs) of 512 tokens. A step is timed by the clock and
by the processor seconds that it took, which other work on the machine disturbs less. The first
steps warm up and do not count.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
LENGTH, ROWS, WARM = 512, 2, 2
WORDS = ("desk", "reads", "every", "text", "twice", "and", "cuts", "what", "is", "not", "needed")


class Clock:
    """Takes the time at each call."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []

    def __call__(self, *_: object) -> None:
        """A step has ended."""
        self.wall.append(time.perf_counter())
        self.processor.append(time.process_time())

    def steps(self) -> dict[str, list[float]]:
        """Seconds between two calls, without the first ones."""
        return {
            name: [b - a for a, b in pairwise(taken)][WARM - 1 :]
            for name, taken in (("wall", self.wall), ("processor", self.processor))
        }


def rows(kind: str) -> list[Any]:
    """Rows that fill all 512 tokens, each with other words."""
    from copydesk.generate.protocol import Message
    from copydesk.preferences.rows import Pair, Sample

    def text(number: int) -> str:
        return " ".join(WORDS[(number + at * (number % 5 + 1)) % len(WORDS)] for at in range(600))

    prompt = (Message("user", "Write."),)
    if kind == "sft":
        return [Sample(prompt=prompt, completion=text(n)) for n in range(64)]
    return [Pair(prompt=prompt, chosen=text(n), rejected=text(n + 7)) for n in range(64)]


def recipe(kind: str, model: str, steps: int, threads: int) -> Any:
    """The recipe that all of them follow."""
    from copydesk.train.recipe import Recipe

    return Recipe.model_validate(
        {
            "method": kind,
            "model": model,
            "threads": threads,
            "max_length": LENGTH,
            "schedule": {"steps": steps + WARM, "batch": ROWS, "accumulate": 1, "save_every": 0},
        }
    )


def ours(kind: str, wanted: Any, folder: Path, clock: Clock) -> None:
    """Through `copydesk.train.tune`, as a recipe is carried out."""
    from copydesk.train import tune
    from copydesk.train.job import Job

    getattr(tune, kind)(Job(recipe=wanted, folder=folder, train=rows(kind), held=(), log=clock))


def plain(kind: str, wanted: Any, folder: Path, clock: Clock, *, our_head: bool) -> None:
    """A script that calls TRL: the same model, tokens and arguments, none of our classes."""
    import trl
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, TrainerCallback

    from copydesk.train.base import load_tokenizer, prepare, settle
    from copydesk.train.bridge import arguments
    from copydesk.train.head import install
    from copydesk.train.tune import pairs, samples
    from copydesk.train.tune.beginning import dataset

    class Watch(TrainerCallback):
        def on_log(self, *_: Any, **__: Any) -> None:
            clock()

    dtype = settle(wanted)
    base = prepare(wanted.model)
    tokenizer = load_tokenizer(base)
    model = AutoModelForCausalLM.from_pretrained(base.folder, dtype=dtype)
    lora = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    parts: dict[str, Any] = {"model": model, "processing_class": tokenizer, "peft_config": lora}
    parts["callbacks"] = [Watch()]
    if kind == "sft":
        data = samples.as_tokens(tokenizer, rows(kind), LENGTH)
        more = {"max_length": None, "dataset_kwargs": {"skip_prepare_dataset": True}}
        parts["args"] = arguments(wanted, folder, "sft", **more)
        trainer: Any = trl.SFTTrainer(train_dataset=dataset(data), **parts)
    else:
        data = pairs.as_tokens(tokenizer, rows(kind), wanted)
        parts["args"] = arguments(wanted, folder, "dpo", max_length=None)

        class OnTokens(trl.DPOTrainer):
            def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
                return dataset

        trainer = OnTokens(train_dataset=dataset(data), **parts)
    if our_head:
        install(trainer.model)
    trainer.train()


WAYS: Mapping[str, Callable[..., None]] = {
    "ours": ours,
    "plain": lambda *given: plain(*given, our_head=False),
    "plain with our head": lambda *given: plain(*given, our_head=True),
}


def child(kind: str, way: str, options: argparse.Namespace) -> None:
    """One measurement, told as JSON."""
    clock = Clock()
    with TemporaryDirectory() as folder:
        wanted = recipe(kind, options.model, options.steps, options.threads)
        WAYS[way](kind, wanted, Path(folder), clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print("\n" + json.dumps(clock.steps() | {"peak": peak}))


def measured(kind: str, way: str, options: argparse.Namespace) -> dict[str, float]:
    """Medians of one process."""
    command = [sys.executable, "-W", "ignore", __file__, "child", "--kind", kind, "--way", way]
    for name in ("model", "steps", "threads"):
        command += [f"--{name}", str(getattr(options, name))]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        "seconds": statistics.median(found["wall"]),
        "processor seconds": statistics.median(found["processor"]),
        "GB at most": found["peak"] / 1e9,
    }


def compare(kind: str, over: str, under: str, bars: Mapping[str, str], options: Any) -> None:
    """Measure two ways in alternating order, and print medians and the median of the ratios."""
    found: dict[str, list[dict[str, float]]] = {over: [], under: []}
    for turn in range(options.pairs):
        for way in (over, under) if turn % 2 else (under, over):
            found[way].append(measured(kind, way, options))
    print(
        f"{kind}, {ROWS} × {LENGTH} tokens, {options.steps} steps, {options.pairs} processes each"
    )
    for name in found[over][0]:
        middle = {way: statistics.median(run[name] for run in runs) for way, runs in found.items()}
        pairs = zip(found[over], found[under], strict=True)
        ratio = statistics.median(a[name] / b[name] for a, b in pairs)
        asked = f" (asked: {bars[name]})" if name in bars else ""
        numbers = ", ".join(f"{way} {value:.3f}" for way, value in middle.items())
        print(f"  {name:18} {numbers}: {ratio:.3f}{asked}", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["head", "overhead", "child"])
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=2, help="processes of each way")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kind", choices=["sft", "dpo"], default="")
    parser.add_argument("--way", choices=list(WAYS), default="ours")
    options = parser.parse_args()
    if options.what == "child":
        child(options.kind, options.way, options)
        return
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}"
    )
    kinds = [options.kind] if options.kind else ["sft", "dpo"]
    for kind in kinds:
        if options.what == "overhead":
            compare(kind, "ours", "plain with our head", {"seconds": "≤ 1.03"}, options)
        else:
            bars = {"seconds": "≤ 0.85"} if kind == "sft" else {"GB at most": "≤ 0.80"}
            compare(kind, "plain with our head", "plain", bars, options)


if __name__ == "__main__":
    main()
