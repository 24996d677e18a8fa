"""Reports on reward models: against scorers whose quality is known, and cases counted by hand."""

import re
from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.training import asked

from copydesk.errors import UsageProblem
from copydesk.preferences.rows import Ranking
from copydesk.train.evaluate.rewards import RewardReport, area, evaluate_reward
from copydesk.train.evaluate.rewards_told import beaten_by
from copydesk.train.reward.ties import TieModel

pytest.importorskip("sklearn")


class Known:
    """A scorer that is a function of the text."""

    def __init__(self, score: Callable[[str], float], ties: TieModel | None = None) -> None:
        self._score, self.ties = score, ties or TieModel("davidson", 0.0)

    def score_rankings(self, rankings: Sequence[Ranking]) -> list[list[float]]:
        return [[self._score(text) for text in row.completions] for row in rankings]


def row(number: int, quality: Sequence[int], annotator: str = "") -> Ranking:
    """Answers that say how good they are; in English and Chinese by turns."""
    order = sorted(set(quality), reverse=True)
    noise = Random(number)
    return Ranking(
        prompt=asked(number),
        completions=tuple(
            f"{good} " + noise.choice(["word ", "字"]) * noise.randint(1, 20) for good in quality
        ),
        ranks=tuple(order.index(good) + 1 for good in quality),
        annotator=annotator,
    )


def rows(count: int, seed: int = 0) -> list[Ranking]:
    dice = Random(seed)
    return [row(n, [dice.randint(0, 3) for _ in range(dice.randint(2, 5))]) for n in range(count)]


def truth(text: str) -> float:
    return float(text.split(maxsplit=1)[0])


def test_who_knows_the_truth_is_always_right() -> None:
    held = rows(60)
    report = evaluate_reward(Known(truth), held, train=rows(40, seed=1))
    assert report.accuracy.value == report.accuracy.high == 1
    assert report.best.agreement.value == 1
    assert report.best.regret == 0 < report.best.blind
    assert report.best.chance < 1
    assert report.ties.auc == 1
    assert report.pairs == sum(len(r.ranks) * (len(r.ranks) - 1) // 2 for r in held)
    assert set(report.baselines) == {"length_only", "machine_phrases", "tfidf"}
    assert not any("one wins" in name for name in beaten_by(1, report.baselines))


def test_who_has_it_upside_down_is_always_wrong_and_beaten() -> None:
    report = evaluate_reward(Known(lambda text: -truth(text)), rows(60))
    assert report.accuracy.value == 0
    assert report.best.agreement.value < report.best.chance
    said = "\n".join(report.to_markdown())
    assert re.search(
        r'no better than "the (longer|shorter) one wins" and "fewer machine .*do not optimise', said
    )
    assert report.calibration.error > 0.5


def test_shorter_wins_is_a_floor_as_well_as_longer_wins() -> None:
    held = [
        Ranking(prompt=asked(n), completions=("A bee.", "A bee that says more."), ranks=(1, 2))
        for n in range(3)
    ]
    report = evaluate_reward(Known(lambda _: 1.0), held)
    assert report.baselines["length_only"] == 0
    assert "the shorter one wins" in beaten_by(report.accuracy.value, report.baselines)
    told = "\n".join(report.to_markdown())
    assert "| the shorter one wins | 1.000 |" in told
    assert "Best of 2: " in told
    content = report.to_dict()
    assert "no better than" in content["short"][0], "a model card says what fell short"
    assert content["short"][1] == "It was tried on only 3 rankings: little is known of it."
    assert content["told"][0]["value"] == "3, 3"
    assert content["told"][2]["measure"].endswith("the shorter one wins")
    assert content["told"][2]["value"] == "1.000"


def test_one_prompt_says_nothing_of_others() -> None:
    report = evaluate_reward(Known(truth), [row(0, [1, 2, 3])])
    assert (report.accuracy.low, report.accuracy.high) == (0.025, 1)
    rewards = dict(zip(row(0, [1, 2, 3]).completions, (2.0, 1.0, 3.0), strict=True))
    report = evaluate_reward(Known(rewards.__getitem__), [row(0, [1, 2, 3])])
    assert 0 < report.accuracy.value < 1
    assert (report.accuracy.low, report.accuracy.high) == (0, 1)


def test_who_gives_everything_the_same_reward_is_half_right() -> None:
    report = evaluate_reward(Known(lambda _: 1.0), rows(60))
    assert report.accuracy.value == 0.5
    assert report.best.agreement.value == pytest.approx(report.best.chance)
    assert report.best.regret == pytest.approx(report.best.blind)
    assert report.ties.auc == 0.5


def test_a_small_case_counted_by_hand() -> None:
    held = [row(0, [2, 1, 1]), row(1, [1, 3])]
    rewards = {
        held[0].completions[0]: 0.5,
        held[0].completions[1]: 1.0,
        held[0].completions[2]: 0.0,
        held[1].completions[0]: -1.0,
        held[1].completions[1]: 2.0,
    }
    report = evaluate_reward(Known(lambda text: rewards[text]), held)
    assert report.accuracy.value == pytest.approx(
        2 / 3
    )  # of 2 > 1, 2 > 1 and 3 > 1, the first fails
    assert report.accuracy.n == 3
    assert report.ties.rate == pytest.approx(1 / 4)
    assert report.best.agreement.value == pytest.approx(1 / 2)
    assert report.best.chance == pytest.approx((1 / 3 + 1 / 2) / 2)
    # In the first row one of the two others was ranked above the choice.
    assert report.best.regret == pytest.approx((1 / 2 + 0) / 2)
    assert report.best.blind == pytest.approx((1 / 3 + 1 / 2) / 2)
    # The tie's rewards lie 1 apart, those of the others ½, ½ and 3: half of the rest looks nearer.
    assert report.ties.auc == pytest.approx(1 / 3)


def test_editors_who_rank_the_same_answers_give_the_ceiling_and_count_as_one_prompt() -> None:
    texts = row(0, [1, 2, 3]).completions
    three = [
        Ranking(prompt=asked(0), completions=texts, ranks=ranks, annotator=name)
        for name, ranks in (("Ada", (3, 2, 1)), ("Bo", (3, 2, 1)), ("陈", (3, 1, 2)))
    ]
    report = evaluate_reward(Known(truth), three)
    assert report.accuracy.value == pytest.approx(8 / 9)
    assert (report.accuracy.low, report.accuracy.high) == (0, 1)
    assert report.ceiling == pytest.approx(7 / 9)
    assert "another's ranking" in "\n".join(report.to_markdown())


def test_probabilities_drawn_from_the_model_are_calibrated() -> None:
    dice = Random(4)
    model = TieModel("davidson", 0.0)
    gaps = [dice.uniform(-3, 3) for _ in range(3000)]
    held, rewards = [], {}
    for number, gap in enumerate(gaps):
        won, tie, _ = model.odds(gap)
        drawn = dice.random()
        ranks = (1, 2) if drawn < won else (1, 1) if drawn < won + tie else (2, 1)
        texts = (f"{number} a", f"{number} b")
        rewards |= {texts[0]: gap, texts[1]: 0.0}
        held.append(Ranking(prompt=asked(number), completions=texts, ranks=ranks))
    report = evaluate_reward(Known(lambda text: rewards[text], model), held)
    assert report.calibration.error < 0.03
    assert report.ties.expected == pytest.approx(report.ties.rate, abs=0.03)
    assert report.ties.auc is not None
    assert report.ties.auc > 0.55
    sharper = evaluate_reward(Known(lambda text: 4 * rewards[text], model), held)
    assert sharper.accuracy.value == report.accuracy.value
    assert sharper.calibration.error > 0.05


@pytest.mark.parametrize("held", [[], [row(0, [1, 1, 1])], [row(0, [2])]])
def test_nothing_to_compare_is_a_sentence(held: list[Ranking]) -> None:
    with pytest.raises(UsageProblem, match="ranked apart") as raised:
        evaluate_reward(Known(truth), held)
    assert raised.value.hint


def test_a_report_is_plain_numbers_and_lines() -> None:
    import json  # noqa: PLC0415 - only here

    report: RewardReport = evaluate_reward(Known(truth), rows(20), train=rows(20, seed=1))
    assert json.loads(json.dumps(report.to_dict()))["accuracy"]["value"] == 1
    lines = report.to_markdown()
    assert any(line.startswith("| the reward model | 1.000 (") for line in lines)
    assert all("\n" not in line for line in lines)


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=30),
    st.lists(st.integers(-3, 3), min_size=1, max_size=30),
)
@settings(deadline=None)
def test_the_area_is_the_share_of_pairs_in_order(up: list[int], down: list[int]) -> None:
    count = sum((a > b) + (a == b) / 2 for a in up for b in down)
    assert area(up, down) == pytest.approx(count / len(up) / len(down))
    assert area([], down) is None
