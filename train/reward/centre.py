"""Scores that mix sources: each source's own mean is taken off before the answers are ranked.

Where annotators or models differ in how high their scores lie, a pair of scores says who gave them
as much as which answer is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import floor
from statistics import fmean

from copydesk.preferences.rows import Ranking

_ROUNDING = 1e-6  # steps; so that sums of fractions land on the same side


@dataclass(frozen=True)
class Sources:
    """How high scores lie, in the training rows; held-out rows are centred by the same.

    Attributes:
        means: the mean score of each source.
        everyone: the mean of all scores, for a source that was not seen.
        step: the smallest difference between two scores.
    """

    means: Mapping[str, float]
    everyone: float
    step: float


def sources_of(rankings: Sequence[Ranking]) -> Sources | None:
    """What the scores of each source are like; None where no ranking has scores with sources."""
    found: dict[str, list[float]] = {}
    for ranking in filter(_scored, rankings):
        for source, score in zip(ranking.sources, ranking.scores, strict=True):
            found.setdefault(source, []).append(score)
    if not found:
        return None
    scores = sorted(score for scores in found.values() for score in scores)
    apart = [high - low for low, high in pairwise(scores) if high > low]
    means = {source: fmean(scores) for source, scores in found.items()}
    return Sources(means, fmean(scores), min(apart, default=1.0))


def centred(rankings: Sequence[Ranking], sources: Sources) -> tuple[Ranking, ...]:
    """The rankings by their scores less the mean of each score's source.

    A centred score is rounded to the step of the scale: without that no two sources would ever tie,
    however small the difference of their means. Rows without scores or sources come back as they
    are.
    """
    return tuple(_centred(row, sources) if _scored(row) else row for row in rankings)


def _scored(ranking: Ranking) -> bool:
    return len(ranking.completions) == len(ranking.scores) == len(ranking.sources)


def _centred(ranking: Ranking, sources: Sources) -> Ranking:
    steps = [
        (score - sources.means.get(source, sources.everyone)) / sources.step
        for source, score in zip(ranking.sources, ranking.scores, strict=True)
    ]
    return replace(ranking, ranks=ranks_of([floor(step + 0.5 + _ROUNDING) for step in steps]))


def ranks_of(scores: Sequence[float]) -> tuple[int, ...]:
    """1 for the highest, equal for equal ones, without gaps."""
    order = {score: place for place, score in enumerate(sorted(set(scores), reverse=True), start=1)}
    return tuple(order[score] for score in scores)
