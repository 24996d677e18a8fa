"""How well a reward model orders answers as people did, beside what needs no model and people."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import fmean
from typing import Any, Protocol

from copydesk.errors import UsageProblem
from copydesk.preferences.rows import Ranking
from copydesk.train.audit.baselines import human_ceiling
from copydesk.train.evaluate.measures import Calibration, Rate, calibration, win_rate
from copydesk.train.reward.floors import floors
from copydesk.train.reward.ties import TieModel


class Scorer(Protocol):
    """What is evaluated: `train.reward.RewardScorer`, or another that does the same."""

    @property
    def ties(self) -> TieModel:
        """Its model of ties."""

    def score_rankings(self, rankings: Sequence[Ranking]) -> list[list[float]]:
        """The rewards of all answers of each ranking."""


@dataclass(frozen=True)
class TieReport:
    """How well ties are foreseen, over all pairs.

    Attributes:
        rate, expected: the share of ties among the pairs, and the mean of their probability.
        auc: the chance that a pair that ties is given a higher probability of it than one that
            does not; None where all pairs are of one kind.
        accuracy, usual: how often the likeliest of win, tie and defeat is what happened, and how
            often the most frequent of the two kinds of outcome alone would be: always a tie, or
            always the higher reward.
    """

    rate: float
    expected: float
    auc: float | None
    accuracy: float
    usual: float


@dataclass(frozen=True)
class BestReport:
    """The answer with the highest reward of each prompt, against what people put first.

    Attributes:
        agreement: how often it is the best, or one of several that tie for best; `chance` for an
            answer drawn blindly.
        regret: the mean share of the other answers that people ranked above it, from 0 to 1;
            `blind` for an answer drawn blindly.
        answers: the mean number of answers.
    """

    agreement: Rate
    chance: float
    regret: float
    blind: float
    answers: float


@dataclass(frozen=True)
class RewardReport:
    """What was found on held-out rankings.

    Attributes:
        accuracy: share of the pairs without a tie that the rewards order as people did, equal
            rewards counting half; the interval is over prompts.
        baselines: the same of "length_only" (the longer wins), "machine_phrases" and "tfidf".
        ceiling: how often two people order a pair alike; None where nobody ranked the same.
        calibration: whether it is right as often as it says, over pairs without a tie.
    """

    rankings: int
    pairs: int
    accuracy: Rate
    baselines: Mapping[str, float]
    ceiling: float | None
    calibration: Calibration
    ties: TieReport
    best: BestReport

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers for JSON, with what a model card says of them."""
        from copydesk.train.evaluate import rewards_told  # noqa: PLC0415 - it reads this class

        counts = f"{self.rankings:,}, {self.pairs:,}"
        told = [("held-out rankings, and pairs in them", counts)]
        told += [
            (f"pairs ordered as people did: {who}", value)
            for who, value in rewards_told.orderings(self)
        ]
        return {
            **asdict(self),
            "told": [{"measure": measure, "value": value} for measure, value in told],
            "short": rewards_told.shortfalls(self),
        }

    def to_markdown(self) -> list[str]:
        """The lines of a report."""
        from copydesk.train.evaluate.rewards_told import told  # noqa: PLC0415 - it reads this class

        return told(self)


@dataclass(frozen=True)
class _Judged:
    """One pair: the rewards' difference in favour of the answer that people ranked higher."""

    gap: float
    tie: bool
    prompt: int


def evaluate_reward(
    scorer: Scorer, rankings: Sequence[Ranking], *, train: Sequence[Ranking] = ()
) -> RewardReport:
    """Hold a reward model's order of answers against people's.

    Args:
        rankings: held-out rankings; several of one prompt's answers by different people are fine.
        train: what it learnt from, to fit the baseline of words alone; without, it is left out.

    Raises:
        UsageProblem: no two answers are ranked apart.
    """
    kept = [ranking for ranking in rankings if len(ranking.completions) > 1]
    rewards = scorer.score_rankings(kept)
    pairs = list(_pairs(kept, rewards))
    decided = [pair for pair in pairs if not pair.tie]
    if not decided:
        raise UsageProblem(
            "No two held-out answers are ranked apart, so nothing can be said of the rewards.",
            "hold out more rows: --set held_out=0.2, or name a file of rankings",
        )
    right = [(pair.gap > 0) + (pair.gap == 0) / 2 for pair in decided]
    odds = [scorer.ties.odds(pair.gap) for pair in decided]
    return RewardReport(
        rankings=len(kept),
        pairs=len(pairs),
        accuracy=win_rate(right, groups=[pair.prompt for pair in decided]),
        baselines=floors(train, kept),
        ceiling=human_ceiling(kept),
        calibration=calibration([won / (won + lost) for won, _, lost in odds], [1.0] * len(odds)),
        ties=_ties(scorer.ties, pairs),
        best=_best(kept, rewards),
    )


def _pairs(rankings: Sequence[Ranking], rewards: Sequence[Sequence[float]]) -> Iterator[_Judged]:
    prompts: dict[object, int] = {}
    for ranking, scores in zip(rankings, rewards, strict=True):
        prompt = prompts.setdefault((ranking.prompt, frozenset(ranking.completions)), len(prompts))
        ranked = sorted(zip(ranking.ranks, scores, strict=True), key=lambda pair: pair[0])
        for (high, one), (low, other) in combinations(ranked, 2):
            yield _Judged(one - other, high == low, prompt)


def _ties(model: TieModel, pairs: Sequence[_Judged]) -> TieReport:
    odds = [model.odds(pair.gap) for pair in pairs]
    # A model without ties still says which pairs are near: those of like rewards.
    near = [
        tie if model.knows_ties else -abs(p.gap) for (_, tie, _), p in zip(odds, pairs, strict=True)
    ]
    foreseen = [_happened(won, tie, lost) for won, tie, lost in odds]
    hits = [(0 if p.tie else 1) == kind for kind, p in zip(foreseen, pairs, strict=True)]
    rate = fmean(pair.tie for pair in pairs)
    ahead = fmean(not pair.tie and pair.gap > 0 for pair in pairs)
    return TieReport(
        rate=rate,
        expected=fmean(tie for _, tie, _ in odds),
        auc=area(
            [value for value, p in zip(near, pairs, strict=True) if p.tie],
            [value for value, p in zip(near, pairs, strict=True) if not p.tie],
        ),
        accuracy=fmean(hits),
        usual=max(rate, ahead),
    )


def _happened(won: float, tie: float, lost: float) -> int:
    """The likeliest: 1 for a win of the one that people ranked higher, 0 for a tie, else −1."""
    return 0 if tie >= max(won, lost) else 1 if won > lost else -1


def area(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The area under the ROC curve, as Mann and Whitney (1947) count it; equal counts half."""
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    below = [bisect_left(ordered, value) + bisect_right(ordered, value) for value in positives]
    return sum(below) / 2 / len(positives) / len(negatives)


def _best(rankings: Sequence[Ranking], rewards: Sequence[Sequence[float]]) -> BestReport:
    found, chance, regret, blind = [], [], [], []
    for ranking, scores in zip(rankings, rewards, strict=True):
        above = [_above(ranking.ranks, rank) for rank in ranking.ranks]
        top = [place for place, score in enumerate(scores) if score == max(scores)]
        found.append(fmean(above[place] == 0 for place in top))
        regret.append(fmean(above[place] for place in top))
        chance.append(fmean(value == 0 for value in above))
        blind.append(fmean(above))
    prompts = [(ranking.prompt, frozenset(ranking.completions)) for ranking in rankings]
    return BestReport(
        agreement=win_rate(found, groups=prompts),
        chance=fmean(chance),
        regret=fmean(regret),
        blind=fmean(blind),
        answers=fmean(len(ranking.ranks) for ranking in rankings),
    )


def _above(ranks: Sequence[int], rank: int) -> float:
    """The share of the other answers that are ranked above this one."""
    return sum(other < rank for other in ranks) / (len(ranks) - 1)
