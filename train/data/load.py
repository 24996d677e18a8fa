"""A recipe's data: read, brought to the kind that its method learns from, and split by prompt."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.preferences import convert
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.train.data.fingerprint import fingerprint
from copydesk.train.data.keys import groups
from copydesk.train.data.sources import read_sources
from copydesk.train.data.split import split
from copydesk.train.recipe import Method, Recipe


@dataclass(frozen=True)
class Data:
    """What a run learns from and is tested on.

    Attributes:
        train, held: rows of the kind that the method learns from; no prompt is in both. `held` is
            empty when nothing was to be held out, or there is only one prompt.
        sha256: of both, by which the data is known again.
        findings: rows that were left out, and why.
    """

    train: tuple[Row, ...]
    held: tuple[Row, ...]
    sha256: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Kind:
    """What a method learns from: its name, how rows become it, and what a user could bring."""

    name: str
    convert: Callable[[Iterable[Row]], Sequence[Row]]
    needs: str


SAMPLES = Kind("samples", convert.to_samples, "requests with an answer, edits, or kept drafts")
RANKINGS = Kind("rankings", convert.to_rankings, "rankings, pairs, or edits")
PAIRS = Kind("pairs", convert.to_pairs, "pairs, rankings, or edits")
VERDICTS = Kind("verdicts", convert.to_verdicts, "kept and dropped drafts, pairs, or edits")
QUESTIONS = Kind("prompts", convert.to_questions, "requests, with or without an answer")

KINDS: Mapping[Method, Kind] = {
    "sft": SAMPLES,
    "reward": RANKINGS,
    "dpo": PAIRS,
    "orpo": PAIRS,
    "simpo": PAIRS,
    "kto": VERDICTS,
    "ppo": QUESTIONS,
    "grpo": QUESTIONS,
    "rloo": QUESTIONS,
}


def load_data(recipe: Recipe) -> Data:
    """Read what a recipe names, as its method learns from it.

    Raises:
        UsageProblem: there is nothing to learn from, or `held_out` is neither a share nor a file.
        DocumentProblem: a file cannot be read, or has no good row.
    """
    kind = KINDS[recipe.method]
    train, findings = _read(recipe.data, kind, recipe.method)
    share = _share(recipe.held_out)
    if share is None:
        held, more = _read((recipe.held_out,), kind, recipe.method)
        train, also = _apart(train, held, recipe.held_out)
        findings += (*more, *also)
    else:
        train, held = split(train, share)
        if share and not held:
            findings += (_nothing_held(train),)
    return Data(train, held, fingerprint((*train, *held)), findings)


def _read(
    names: Sequence[str], kind: Kind, method: str
) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    rows, findings = read_sources(names)
    converted = tuple(kind.convert(rows))
    if not converted:
        raise UsageProblem(
            f"Nothing in {', '.join(names)} teaches {method}: there are {_counted(rows)}, and no "
            f"{kind.name} can be made of them.",
            f"{method} learns from {kind.needs}",
        )
    return converted, findings + tuple(_unused(rows, kind, method))


def _unused(rows: Sequence[Row], kind: Kind, method: str) -> Iterator[Finding]:
    """One finding for each kind of row that has no meaning for the method."""
    left = _by_kind(row for row in rows if not kind.convert((row,)))
    for name, of_kind in sorted(left.items()):
        yield Finding(
            code="other-kind",
            place=of_kind[0].place,
            message=f"{method} learns nothing from {len(of_kind):,} {name}; they are left out",
            measured=f"{len(of_kind)} of {len(rows)} rows",
            fix=f"{method} learns from {kind.needs}",
        )


def _apart(
    train: tuple[Row, ...], held: tuple[Row, ...], name: str
) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """The rows whose prompt is not in the file that is held out."""
    keys = groups((*train, *held))
    tested = frozenset(keys[len(train) :])
    apart = tuple(row for row, key in zip(train, keys, strict=False) if key not in tested)
    lost = len(train) - len(apart)
    if not apart:
        raise UsageProblem(
            f"Every prompt of the data is held out in {name} too: nothing is left to learn from.",
            "hold out other prompts, or give a share such as 0.1",
        )
    if not lost:
        return apart, ()
    return apart, (
        Finding(
            code="held-out-too",
            place=name,
            message=f"{lost:,} rows have a prompt that is held out; nothing is learnt from them",
            measured=f"{lost} of {len(train)} rows",
        ),
    )


def _share(held_out: str) -> float | None:
    """The share that is held out; None for a file.

    Raises:
        UsageProblem: a number that is no share, or no file of that name.
    """
    try:
        share = float(held_out)
    except ValueError:
        if Path(held_out).exists():
            return None
        raise UsageProblem(
            f"There is no file {held_out} to hold out.", "give a file of rows, or a share like 0.1"
        ) from None
    if math.isfinite(share) and 0 <= share < 1:
        return share
    raise UsageProblem(
        f"{held_out} is not a share of the prompts that could be held out.",
        "give a number from 0 to below 1, or a file of rows",
    )


def _nothing_held(train: Sequence[Row]) -> Finding:
    return Finding(
        code="nothing-held-out",
        place=train[0].place,
        message="All rows have the same prompt, so that none can be held out: nothing will show "
        "whether it learnt more than these rows by heart",
        measured="1 prompt",
        allowed="2 or more",
        fix="add rows of other prompts, or give a file of rows as held_out",
    )


_NAMES: Mapping[type[Question], str] = {
    Sample: "samples",
    Pair: "pairs and ties",
    Ranking: "rankings",
    Verdict: "verdicts",
    Question: "prompts without answers",
}


def _by_kind(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_NAMES[type(row)], []).append(row)
    return found


def _counted(rows: Iterable[Row]) -> str:
    """How many rows of each kind, in words."""
    counts = Counter(_NAMES[type(row)] for row in rows)
    return ", ".join(f"{times:,} {name}" for name, times in sorted(counts.items())) or "no rows"
