"""Refuses a reward model that is no better than counting words: PPO would learn to count them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.errors import UsageProblem
from copydesk.preferences.convert import to_rankings
from copydesk.preferences.rows import Pair, Ranking, Row
from copydesk.train.audit.baselines import choices, length_only

if TYPE_CHECKING:
    from copydesk.train.reward.scorer import RewardScorer


@dataclass(frozen=True)
class Standing:
    """How a judge does on held-out pairs.

    Attributes:
        accuracy: share of the pairs that it orders as people did.
        length: the same of "the longer wins".
    """

    accuracy: float
    length: float

    @property
    def floor(self) -> float:
        """What length alone can do: where the shorter wins more often, that is as easy to say."""
        return max(self.length, 1 - self.length)

    @property
    def passes(self) -> bool:
        """Whether the judge knows more than length."""
        return self.accuracy > self.floor


def check_judge(
    judge: "RewardScorer", held: Sequence[Row], *, anyway: bool, say: Callable[[str], None]
) -> None:
    """Refuse a judge that does not beat length on held-out pairs, or of which nobody knows.

    Args:
        held: where they hold pairs or rankings, the judge is tried on them; else what its
            reward.json says counts.
        anyway: say it, and go on.

    Raises:
        UsageProblem: it does not.
    """
    standing = tried(judge, held) or recorded(judge.facts.accuracy, judge.facts.baselines)
    if standing is not None and standing.passes:
        return
    if standing is None:
        problem = f"Nobody knows how well the judge {judge.name} orders answers."
        hint = "train one with `copydesk train reward`, which says so; --anyway goes on"
    else:
        problem = (
            f"The judge {judge.name} orders {standing.accuracy:.1%} of the held-out pairs as "
            f"people did, and length alone {standing.floor:.1%}: PPO would learn little but length."
        )
        hint = "train the judge on more rankings, or of more than length; --anyway goes on"
    if not anyway:
        raise UsageProblem(problem, hint)
    say(f"going on anyway: {problem}")


def recorded(accuracy: float | None, baselines: Mapping[str, float]) -> Standing | None:
    """What reward.json says; None when it does not."""
    length = baselines.get("length_only")
    return None if accuracy is None or length is None else Standing(accuracy, length)


def tried(judge: "RewardScorer", held: Sequence[Row]) -> Standing | None:
    """The judge on the pairs and rankings among some rows; None when none is without a tie."""
    rankings = to_rankings([row for row in held if isinstance(row, Pair | Ranking)])
    asked = choices(rankings)
    if not asked:
        return None
    right, count = 0.0, 0
    scored = judge.score_rankings(rankings)
    for ranking, scores in zip(rankings, scored, strict=True):
        for better, better_rank in enumerate(ranking.ranks):
            for worse, worse_rank in enumerate(ranking.ranks):
                if better_rank < worse_rank:
                    right += _credit(scores[better] - scores[worse])
                    count += 1
    return Standing(right / count, length_only(asked))


def _credit(margin: float) -> float:
    return 0.5 if margin == 0 else float(margin > 0)
