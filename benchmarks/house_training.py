"""Does training bring a house's style? Posts → SFT → DPO or PPO → held against the base.

    python benchmarks/house_training.py posts.jsonl.gz --keep work/
    python benchmarks/house_training.py posts.jsonl.gz --keep work/ --method ppo --judge style

The posts are cut to their first sentences, so that a small model learns from them on a processor;
a fifth of them is held out, by prompt. SFT learns the others. The base then answers their prompts:
DPO prefers each post to the base's answer; for PPO a reward model learns that preference first.
The evaluation asks half of what was held out; the judges are learnt from the other half: "contrast"
tells the house's texts from the base's answers, "style" is a distance. The first one counts.

Bars, set before the first run: held-out perplexity at least 15 % lower; nearer in style than the
base and than the base with examples; a length-controlled win rate of 60 % against the base; no more
than 12 words in a row from a training post.

Every stage is kept in the folder of `--keep` and is not done again: after a kill, the same command
goes on.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from copydesk.preferences.posts import read_posts
from copydesk.preferences.rows import Pair, Row, Sample
from copydesk.preferences.write import write_rows
from copydesk.train.base import prepare
from copydesk.train.base.place import Base
from copydesk.train.data import split
from copydesk.train.evaluate.book import Book
from copydesk.train.evaluate.fewshot import cut_at_sentence
from copydesk.train.evaluate.policies import Settings
from copydesk.train.evaluate.report import VERBATIM, PolicyReport, shown_rate
from copydesk.train.evaluate.voices import PROSE, Ask, LlamaVoices, TorchVoices, Voices
from copydesk.train.evaluate.whole import evaluate_run
from copydesk.train.perform import run_recipe
from copydesk.train.recipe import Recipe
from copydesk.train.run.progress import Progress

_CHARACTERS = 4.2  # of English a token
_ABOUT = 400  # characters of an excerpt that stay in the request


@dataclass
class Watch:
    """Prints a line now and then."""

    name: str
    every: float = 30.0
    last: float = 0.0

    def say(self, text: str) -> None:
        """A sentence."""
        tell(f"{self.name}: {text}")

    def step(self, progress: Progress) -> None:
        """A step."""
        if time.monotonic() - self.last < self.every and progress.step != progress.total:
            return
        self.last = time.monotonic()
        tell(f"{self.name}: {progress.line()}")


def tell(text: str) -> None:
    """Progress, with the time."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


def samples_of(path: Path, tokens: int, most: int) -> tuple[Sample, ...]:
    """The posts as requests with answers, cut at a sentence's end."""
    found = []
    for row in read_posts(path):
        if isinstance(row, Sample) and row.language == "en":
            text = cut_at_sentence(row.completion.strip(), round(tokens * _CHARACTERS))
            asked = cut_at_sentence(row.prompt[0].content, _ABOUT)
            if len(text.split()) >= tokens // 5:
                prompt = (replace(row.prompt[0], content=asked),)
                found.append(replace(row, prompt=prompt, completion=text))
    return tuple(found[:most] if most else found)


def data(options: argparse.Namespace) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows to learn from and those held out, written down once."""
    train, held = split(samples_of(options.data, options.cut, options.posts), 0.2)
    for name, rows in (("train", train), ("held", held)):
        path = options.keep / f"{name}.jsonl"
        if not path.is_file():
            write_rows(rows, path)
    return train, held


def pairs(options: argparse.Namespace, base: Base, train: Sequence[Row]) -> Path:
    """Each post preferred to what the base says to its request."""
    path: Path = options.keep / "pairs.jsonl"
    if path.is_file():
        return path
    chosen = [row for row in train if isinstance(row, Sample)][: options.pairs]
    opened: list[Voices] = []

    def voices() -> Voices:
        file = base.file
        opened.append(LlamaVoices(file, {}) if file and not _gpu() else TorchVoices(base, {}))
        return opened[0]

    sampling = replace(PROSE, temperature=1.0)
    asks = [
        Ask(row.prompt, options.cut + 20, options.seed + 5000 + at, sampling)
        for at, row in enumerate(chosen)
    ]
    said = Book(options.keep / "answers").answers(
        "base", base.sha256, voices, "", asks, lambda done: tell(f"pairs: {done} of {len(asks)}")
    )
    for each in opened:
        each.close()
    rows = [
        Pair(prompt=row.prompt, chosen=row.completion, rejected=answer.text, place=row.place)
        for row, answer in zip(chosen, said, strict=True)
        if answer.text and answer.text != row.completion
    ]
    write_rows(rows, path)
    return path


def _gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())


def stage(options: argparse.Namespace, name: str, **values: object) -> Path:
    """Train one stage, or go on with it."""
    folder: Path = options.keep / name
    recipe = Recipe.model_validate(
        {
            "model": options.model,
            "seed": options.seed,
            "threads": options.threads,
            "precision": options.precision,
            "max_length": options.max_length or options.cut + 150,
            **values,
        }
    )
    run_recipe(recipe, folder, resume=folder.exists(), estimate=False, watch=Watch(name))
    return folder


def sft(options: argparse.Namespace) -> Path:
    """Learn the posts."""
    return stage(
        options,
        "1-sft",
        method="sft",
        data=(str(options.keep / "train.jsonl"),),
        held_out=str(options.keep / "held.jsonl"),
        schedule={
            "epochs": options.epochs,
            "batch": 4,
            "accumulate": 1,
            "learning_rate": 5e-4,
            "save_every": 25,
        },
    )


def dpo(options: argparse.Namespace, after: Path, rows: Path) -> Path:
    """Prefer the posts to what the base says."""
    return stage(
        options,
        "2-dpo",
        method="dpo",
        data=(str(rows),),
        held_out="0",
        adapter={"start": str(after / "model")},
        preference={"beta": 0.1, "sft": 0.2},
        schedule={
            "epochs": 1,
            "batch": 2,
            "accumulate": 2,
            "learning_rate": 5e-5,
            "save_every": 10,
        },
    )


def ppo(options: argparse.Namespace, after: Path, rows: Path) -> Path:
    """Learn a reward from the same pairs, and follow it."""
    judge = stage(
        options,
        "2-reward",
        method="reward",
        data=(str(rows),),
        held_out="0.2",
        schedule={"epochs": 1, "batch": 4, "accumulate": 1, "learning_rate": 2e-4},
    )
    return stage(
        options,
        "3-ppo",
        method="ppo",
        data=(str(options.keep / "train.jsonl"),),
        held_out="0",
        adapter={"start": str(after / "model")},
        rollout={"judge": str(judge / "model"), "tokens": 128, "prompts": 8},
        ppo={"no_end": None},
        schedule={"steps": options.steps, "learning_rate": 5e-5, "save_every": 10},
    )


def verdicts(report: PolicyReport) -> list[dict[str, object]]:
    """Each bar, what was measured, and whether it was met."""
    own = {name: report.measure("policy", name) for name in ("perplexity_change", "overlap")}
    win = report.win("base")
    styles = {
        name: report.measure(name, "style_distance") for name in ("policy", "base", "few-shot")
    }
    near = {name: measure.value for name, measure in styles.items() if measure}
    change, overlap = own["perplexity_change"], own["overlap"]
    rows: list[tuple[str, str, bool]] = []
    if change:
        rows.append(("perplexity −15 % or lower", f"{change.value:+.1%}", change.value <= -0.15))
    for other in ("base", "few-shot"):
        if "policy" in near and other in near:
            said = f"{near['policy']:.3f} against {near[other]:.3f}"
            rows.append((f"style nearer than {other}", said, near["policy"] < near[other]))
    if win:
        met = win.controlled.value >= 0.6
        rows.append(("win rate 60 %, length taken out", shown_rate(win.controlled), met))
    if overlap:
        said = f"{overlap.value:.0f} words"
        rows.append((f"overlap {VERBATIM} words at most", said, overlap.value <= VERBATIM))
    return [{"bar": bar, "measured": said, "met": met} for bar, said, met in rows]


def show(report: PolicyReport, spent: dict[str, float], model: str) -> None:
    """The numbers, for a page of measurements."""
    processor = platform.processor() or platform.machine()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {processor}, {model}")
    print(", ".join(f"{name} {seconds / 60:.1f} min" for name, seconds in spent.items()))
    for row in report.table():
        cells = "  ".join(
            f"{key} {value:.3f}" for key, value in row.items() if isinstance(value, float)
        )
        print(f"{row['measure']:48} {cells}")
    for win in report.wins:
        print(
            f"against {win.against:9} by {win.judge:9} {shown_rate(win.controlled)}, "
            f"plainly {shown_rate(win.rate)}"
        )
    for each in verdicts(report):
        print(f"{'met   ' if each['met'] else 'MISSED'} {each['bar']}: {each['measured']}")


def main() -> None:
    """Every stage in turn."""
    options = _options()
    options.keep.mkdir(parents=True, exist_ok=True)
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Path]) -> Path:
        began = time.monotonic()
        made = work()
        spent[name] = time.monotonic() - began
        return made

    base = prepare(options.model)
    train, _ = data(options)
    result = timed("sft", lambda: sft(options))
    if options.method != "sft":
        rows = timed("pairs", lambda: pairs(options, base, train))
        learn = dpo if options.method == "dpo" else ppo
        after = result
        result = timed(options.method, lambda: learn(options, after, rows))
    began = time.monotonic()
    report = evaluate_run(
        result,
        judges=options.judge or ("contrast", "style"),
        settings=Settings(
            prompts=options.prompts,
            tokens=options.cut + 20,
            seed=options.seed,
            max_length=options.max_length or options.cut + 150,
        ),
        progress=lambda done, total, who: tell(f"{who}: {done} of {total}"),
    )
    spent["evaluation"] = time.monotonic() - began
    show(report, spent, base.name)
    facts = {"verdicts": verdicts(report), "seconds": spent, "report": report.as_json()}
    (options.keep / "result.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="a folder or .jsonl of posts of one house")
    parser.add_argument("--keep", type=Path, required=True, help="where every stage is kept")
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--method", choices=("sft", "dpo", "ppo"), default="dpo")
    parser.add_argument("--judge", action="append", help="as `train evaluate` takes it")
    parser.add_argument("--cut", type=int, default=280, help="tokens of a post that are learnt")
    parser.add_argument("--max-length", type=int, default=0, help="tokens; 0: 150 more than --cut")
    parser.add_argument("--epochs", type=float, default=1.5, help="of SFT")
    parser.add_argument("--pairs", type=int, default=80)
    parser.add_argument("--steps", type=int, default=60, help="of PPO")
    parser.add_argument("--prompts", type=int, default=30, help="held-out prompts that are asked")
    parser.add_argument("--posts", type=int, default=0, help="only so many; 0: all")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
