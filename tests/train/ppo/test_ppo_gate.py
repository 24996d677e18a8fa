"""Which reward models PPO refuses to learn from."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking
from copydesk.train.ppo.gate import Standing, check_judge, recorded, tried
from copydesk.train.reward.facts import Facts

ASK = (Message("user", "Write."),)
LONGER_WINS = (
    Pair(prompt=ASK, chosen="A long answer, this.", rejected="Short."),
    Pair(prompt=ASK, chosen="Another long one.", rejected="No."),
    Pair(prompt=ASK, chosen="Brief.", rejected="Much too long for that."),
)


class Judge:
    """A judge that scores by a function of the text."""

    name = "judge"

    def __init__(self, score: Any, **facts: Any) -> None:
        self._score, self.facts = score, Facts(**facts)

    def score_rankings(self, rankings: Sequence[Ranking]) -> list[list[float]]:
        return [[self._score(text) for text in ranking.completions] for ranking in rankings]


def refused(judge: Any, held: Any = ()) -> str:
    with pytest.raises(UsageProblem) as caught:
        check_judge(judge, held, anyway=False, say=print)
    assert "--anyway" in caught.value.hint
    return caught.value.message


def test_a_judge_that_counts_words_is_refused_and_one_that_knows_more_is_not() -> None:
    assert "66.7%" in refused(Judge(len), LONGER_WINS)
    knows = {pair.chosen for pair in LONGER_WINS}
    check_judge(Judge(lambda text: text in knows), LONGER_WINS, anyway=False, say=print)  # type: ignore[arg-type]


def test_shorter_wins_is_as_cheap_a_rule() -> None:
    assert not Standing(accuracy=0.6, length=0.35).passes
    assert Standing(accuracy=0.66, length=0.35).passes


@pytest.mark.parametrize(
    ("accuracy", "baselines", "passes"),
    [
        (0.7, {"length_only": 0.6}, True),
        (0.6, {"length_only": 0.6}, False),
        (0.5, {"length_only": 0.6}, False),
    ],
)
def test_what_is_written_beside_the_weights_counts_without_pairs(
    accuracy: float, baselines: Mapping[str, float], passes: bool
) -> None:
    standing = recorded(accuracy, baselines)
    assert standing is not None
    assert standing.passes == passes


def test_a_judge_of_which_nobody_knows_is_refused() -> None:
    assert "Nobody knows" in refused(Judge(len))
    assert recorded(None, {"length_only": 0.6}) is None
    assert recorded(0.7, {}) is None


def test_who_insists_is_told_and_goes_on() -> None:
    said: list[str] = []
    check_judge(Judge(len), LONGER_WINS, anyway=True, say=said.append)  # type: ignore[arg-type]
    assert len(said) == 1
    assert said[0].startswith("going on anyway: ")


def test_pairs_tell_more_than_what_is_written() -> None:
    boasting = Judge(len, accuracy=0.99, baselines={"length_only": 0.5})
    assert "66.7%" in refused(boasting, LONGER_WINS)


def test_ties_decide_nothing_and_equal_scores_count_half() -> None:
    tie = Pair(prompt=ASK, chosen="One.", rejected="Another.", tie=True)
    assert tried(Judge(len), (tie,)) is None  # type: ignore[arg-type]
    standing = tried(Judge(lambda text: 0.0), LONGER_WINS)  # type: ignore[arg-type]
    assert standing is not None
    assert standing.accuracy == 0.5


def test_rankings_of_four_are_six_pairs() -> None:
    ranking = Ranking(prompt=ASK, completions=("a", "a a", "a a a", "a a a a"), ranks=(1, 2, 3, 4))
    standing = tried(Judge(lambda text: -len(text)), (ranking,))  # type: ignore[arg-type]
    assert standing == Standing(1.0, 0.0)
