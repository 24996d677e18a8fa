"""Named scorers that add up: what can be said for a draft, each from 0 to 1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from copydesk.prose.units import count
from copydesk.writer.check import Checker
from copydesk.writer.manner import Judge


@dataclass(frozen=True)
class Candidate:
    """One draft of a section, the words it was to have, and what it is held against."""

    text: str
    words: int
    check: Checker


def length(candidate: Candidate) -> float:
    """1 at the length asked for, 0 at nothing or at twice as much."""
    written = count(candidate.text, candidate.check.brief.language)
    return max(0.0, 1 - abs(written - candidate.words) / max(candidate.words, 1))


def repetition(candidate: Candidate) -> float:
    """1 where nothing is said again; each repeat takes a share of what is left."""
    found = candidate.check(candidate.text)
    return _fewer(sum(f.code.startswith(("repeated", "cycle", "opening")) for f in found))


def style(candidate: Candidate) -> float:
    """1 where no rule of the style is broken, and no phrase is a machine's."""
    found = candidate.check(candidate.text)
    broken = sum(f.code.startswith(("style", "machine")) for f in found)
    written = count(candidate.text, candidate.check.brief.language)
    return _fewer(broken * 100 / max(written, 100))


def provenance(candidate: Candidate) -> float:
    """1 where sources know every number, date, name and quotation."""
    return _fewer(len(candidate.check.unsupported(candidate.text)))


SCORERS: dict[str, Callable[[Candidate], float]] = {
    "length": length,
    "repetition": repetition,
    "style": style,
    "provenance": provenance,
}


def score(
    candidates: Sequence[Candidate], *, judge: Judge | None = None, prompt: str = ""
) -> list[dict[str, float]]:
    """Every scorer's number for every candidate, and `total`, their sum.

    A judge's numbers have a scale of their own: the best of the candidates gets 1, the worst 0.
    """
    table = [{name: scorer(c) for name, scorer in SCORERS.items()} for c in candidates]
    if judge:
        said = judge.score(prompt, [candidate.text for candidate in candidates])
        for row, share in zip(table, _shares(said), strict=True):
            row["judge"] = share
    for row in table:
        row["total"] = sum(row.values())
    return table


def _shares(said: Sequence[float]) -> list[float]:
    """A judge's numbers between 0, its least, and 1, its best; what is no number is the least."""
    known = [value for value in said if isfinite(value)]
    least, most = min(known, default=0.0), max(known, default=0.0)
    if least == most and len(known) == len(said):
        return [1.0] * len(said)
    span = (most - least) or 1.0
    return [(value - least) / span if isfinite(value) else 0.0 for value in said]


def _fewer(faults: float) -> float:
    return 1 / (1 + faults)
