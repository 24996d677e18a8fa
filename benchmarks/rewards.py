"""Trains reward models on real rankings and prints their accuracy beside what needs no model.

    python benchmarks/rewards.py DATA --set expert --seeds 0,1,2
    python benchmarks/rewards.py DATA --set expert --recipe reward-quick
    python benchmarks/rewards.py DATA --set headlines --ties davidson,drop --rows 400
    python benchmarks/rewards.py DATA --set headlines \\
        --with schedule.epochs=2 --with schedule.learning_rate=3e-4
    python benchmarks/rewards.py DATA --set chinese --with model=qwen2.5-coder-1.5b-instruct

DATA is a folder with editor_rankings, headline_tests and chinese_rankings. The recipe is the
laptop's (`templates/recipes/reward.yaml`), or that of `--recipe`, with what `SETS` says of each
set; `--with` sets single fields over that. Only held-out texts are scored: whole prompts, tests or
items are kept back, and training rows that share a twentieth of their word eights with a held-out
text are left out.
"""

import argparse
import gzip
import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from typing import Any

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Ranking
from copydesk.train.evaluate.rewards import RewardReport, evaluate_reward
from copydesk.train.job import Job
from copydesk.train.recipes import load_recipe
from copydesk.train.reward import load_reward, train_reward
from copydesk.train.reward.centre import centred, ranks_of, sources_of

# What every text of lamp_pairs ends with: the request to a judge that it was taken from.
_TAIL = re.compile(r"\s*You must produce your answer in the following JSON format:.*\Z", re.S)
_PARAGRAPH = "Write a paragraph of a story."
_HELD = 0.2
_SHARED = 0.05


@dataclass(frozen=True)
class Data:
    """Rankings to learn from and to be measured on, and how many were left out."""

    train: tuple[Ranking, ...]
    held: tuple[Ranking, ...]
    leaked: int = 0


def expert(folder: Path) -> Data:
    """Learnt from scored pairs and edits, measured on items that three writers ranked each."""
    held = tuple(
        _ranking(
            _PARAGRAPH,
            [answer["text"] for answer in row["responses"]],
            [-float(order.index(answer["source"])) for answer in row["responses"]],
            annotator=annotator,
        )
        for row in _rows(folder / "editor_rankings" / "expert_rank_k3.jsonl.gz")
        for annotator, order in row["rankings"].items()
    )
    pairs = [
        _ranking(
            _PARAGRAPH,
            [_TAIL.sub("", row["chosen"]), _TAIL.sub("", row["rejected"])],
            [0, 0] if row["tie"] else [1, 0],
        )
        for row in _rows(folder / "editor_rankings" / "lamp_pairs.jsonl.gz")
    ]
    edits = [
        _ranking(_PARAGRAPH, [row["edited"], row["draft"]], [1, 0])
        for row in _rows(folder / "editor_rankings" / "human_edits.jsonl.gz")
    ]
    return _apart([*pairs, *edits], held)


def headlines(folder: Path) -> Data:
    """Headlines that readers were shown side by side, split by test."""
    sides: dict[bool, list[Ranking]] = {True: [], False: []}
    for row in _rows(folder / "headline_tests" / "headlines_ranked.jsonl.gz"):
        answers = row["responses"]
        request = f"Write a headline for this story: {row['context_lede']}"
        ranking = _ranking(
            request, [a["text"] for a in answers], [-float(a["rank"]) for a in answers]
        )
        sides[_is_held(row["test_id"])].append(ranking)
    return Data(tuple(sides[False]), tuple(sides[True]))


def chinese(folder: Path) -> Data:
    """Chinese writing by 19 models, scores less each model's mean, split by prompt."""
    sides: dict[bool, list[Ranking]] = {True: [], False: []}
    for row in _rows(folder / "chinese_rankings" / "wpb_zh_ranked.jsonl.gz"):
        answers = row["responses"]
        ranking = _ranking(
            row["prompt"],
            [a["text"] for a in answers],
            [float(a["score"]) for a in answers],
            sources=[a["model"] for a in answers],
        )
        sides[_is_held(row["prompt_id"])].append(ranking)
    sources = sources_of(sides[False])
    assert sources
    return Data(centred(sides[False], sources), centred(sides[True], sources))


@dataclass(frozen=True)
class Set:
    """Where rankings come from, how they are learnt, and what is to be beaten."""

    read: Any
    settings: tuple[str, ...]
    floor: float
    aim: float


SETS: Mapping[str, Set] = {
    "expert": Set(expert, ("model=smollm2-135m-instruct", "max_length=512"), 0.736, 0.78),
    "headlines": Set(
        headlines,
        ("model=smollm2-135m-instruct", "max_length=48", "schedule.batch=4"),
        0.614,
        0.66,
    ),
    "chinese": Set(
        chinese,
        (
            "model=qwen2.5-coder-1.5b-instruct",
            "max_length=384",
            "schedule.batch=1",
            "reward.together=4",
            "reward.layers=4",
        ),
        0.623,
        0.64,
    ),
}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _ranking(
    prompt: str,
    texts: Sequence[str],
    scores: Sequence[float],
    sources: Sequence[str] = (),
    annotator: str = "",
) -> Ranking:
    return Ranking(
        prompt=(Message("user", prompt),),
        completions=tuple(texts),
        ranks=ranks_of(scores),
        scores=tuple(scores),
        sources=tuple(sources),
        annotator=annotator,
    )


def _is_held(name: str) -> bool:
    return int(sha256(name.encode()).hexdigest()[:8], 16) / 16**8 < _HELD


def _apart(train: Sequence[Ranking], held: Sequence[Ranking]) -> Data:
    known = {eight for ranking in held for text in ranking.completions for eight in _eights(text)}

    def leaks(ranking: Ranking) -> bool:
        found = [_eights(text) for text in ranking.completions]
        return any(len(one & known) > _SHARED * len(one) for one in found)

    kept = tuple(ranking for ranking in train if not leaks(ranking))
    return Data(kept, tuple(held), len(train) - len(kept))


def some_answers(rankings: Sequence[Ranking], most: int) -> tuple[Ranking, ...]:
    """At most so many answers of each ranking, drawn by chance, the same at every run."""
    dice = Random(0)
    found = []
    for ranking in rankings:
        size = len(ranking.completions)
        kept = sorted(dice.sample(range(size), min(most, size)))
        ranks = [ranking.ranks[place] for place in kept]
        completions = tuple(ranking.completions[place] for place in kept)
        found.append(
            replace(
                ranking,
                completions=completions,
                ranks=ranks_of([-rank for rank in ranks]),
                scores=(),
                sources=(),
            )
        )
    return tuple(found)


def _eights(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return set(zip(*(words[at:] for at in range(8)), strict=False))


def run(
    name: str, chosen: str, data: Data, ties: str, seed: int, sets: Sequence[str]
) -> RewardReport:
    """Train one model and measure it."""
    settings = [*SETS[chosen].settings, f"reward.ties={ties}", f"seed={seed}", *sets]
    recipe = load_recipe(name, settings)
    began = time.monotonic()

    def log(step: int, numbers: Mapping[str, float]) -> None:
        told = {name: numbers[name] for name in ("loss", "accuracy", "margin") if name in numbers}
        if told and step % 10 == 0:
            print(f"  step {step:4} {time.monotonic() - began:6.0f} s", _numbers(told), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        outcome = train_reward(Job(recipe, Path(folder), data.train, (), log, say=_say))
        trained = time.monotonic() - began
        report = evaluate_reward(load_reward(outcome.model), data.held, train=data.train)
    rest = time.monotonic() - began - trained
    print(f"  {outcome.steps} steps in {trained:.0f} s, measured in {rest:.0f} s")
    return report


def _say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def _numbers(numbers: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in numbers.items())


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", dest="chosen", choices=sorted(SETS), required=True)
    parser.add_argument("--recipe", default="reward")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--ties", default="davidson", help="names with commas")
    parser.add_argument("--rows", type=int, default=0, help="learn from so many alone; 0: all")
    parser.add_argument("--held", type=int, default=0, help="measure on so many alone; 0: all")
    parser.add_argument("--answers", type=int, default=0, help="of each ranking; 0: all")
    parser.add_argument("--with", dest="sets", action="append", default=[], metavar="KEY=VALUE")
    asked = parser.parse_args()
    data = SETS[asked.chosen].read(asked.data)
    if asked.rows or asked.held:
        data = Data(data.train[: asked.rows or None], data.held[: asked.held or None], data.leaked)
    if asked.answers:
        learn, held = (some_answers(side, asked.answers) for side in (data.train, data.held))
        data = Data(learn, held, data.leaked)
    print(
        f"{asked.chosen}: {len(data.train):,} rankings to learn from, {len(data.held):,} held out, "
        f"{data.leaked} left out for what they share with those"
    )
    table = []
    for ties in asked.ties.split(","):
        reports = []
        for seed in map(int, asked.seeds.split(",")):
            report = run(asked.recipe, asked.chosen, data, ties, seed, asked.sets)
            print(f"## {ties}, seed {seed}", *report.to_markdown(), sep="\n", flush=True)
            reports.append(report)
        table.append((ties, reports))
    target, runs = SETS[asked.chosen], len(asked.seeds.split(","))
    heads = (
        "ties",
        f"accuracy, mean of {runs}",
        "deviation",
        "calibration",
        "tie AUC",
        "best of K",
    )
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for ties, reports in table:
        values = [report.accuracy.value for report in reports]
        print(
            f"| {ties} | {fmean(values):.3f} | {pstdev(values):.3f} "
            f"| {fmean(r.calibration.error for r in reports):.3f} "
            f"| {fmean(r.ties.auc or 0.5 for r in reports):.3f} "
            f"| {fmean(r.best.agreement.value for r in reports):.3f} |"
        )
    print(f"floor {target.floor}, aim {target.aim}")


if __name__ == "__main__":
    main()
