"""Win rates and intervals, against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.evaluate.measures import bootstrap_interval, win_rate


def test_a_tie_is_half_a_win() -> None:
    assert win_rate([1, 0.5, 0, 1]).value == pytest.approx(0.625)


def test_the_interval_is_the_binomial_one_for_many() -> None:
    rate = win_rate([1.0] * 600 + [0.0] * 400)
    beside = 1.96 * math.sqrt(0.6 * 0.4 / 1000)
    assert rate.low == pytest.approx(0.6 - beside, abs=0.004)
    assert rate.high == pytest.approx(0.6 + beside, abs=0.004)


def test_five_wins_of_five_are_not_certainty() -> None:
    rate = win_rate([1.0] * 5)
    assert rate.value == rate.high == 1.0
    assert rate.low == pytest.approx(0.025 ** (1 / 5))
    assert win_rate([0.0] * 5).high == pytest.approx(1 - 0.025 ** (1 / 5))


def test_outcomes_of_one_prompt_are_drawn_together() -> None:
    outcomes = [1.0] * 50 + [0.0] * 50
    groups = [at // 10 for at in range(100)]  # ten prompts, each all won or all lost
    alone, grouped = win_rate(outcomes), win_rate(outcomes, groups=groups)
    width = (grouped.high - grouped.low) / (alone.high - alone.low)
    assert width == pytest.approx(math.sqrt(10), rel=0.15)


def test_any_statistic() -> None:
    values = np.random.default_rng(3).normal(5, 1, 400)
    low, high = bootstrap_interval(values, lambda drawn: float(np.median(drawn)), samples=400)
    deviation = math.sqrt(math.pi / 2) / 20  # of the median of a normal sample
    assert high - low == pytest.approx(2 * 1.96 * deviation, rel=0.35)
    assert low < 5 < high


def test_same_seed_same_interval() -> None:
    values = list(np.random.default_rng(0).random(200))
    assert bootstrap_interval(values, seed=4) == bootstrap_interval(values, seed=4)
    assert bootstrap_interval(values, seed=4) != bootstrap_interval(values, seed=5)


@pytest.mark.parametrize("outcomes", [[], [1.5], [-0.1], [float("nan")]])
def test_what_is_no_outcome_is_refused(outcomes: list[float]) -> None:
    with pytest.raises(ValueError):
        win_rate(outcomes)


def test_groups_must_fit() -> None:
    with pytest.raises(ValueError, match="groups"):
        bootstrap_interval([1.0, 0.0], groups=["a"])


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=40))
def test_the_interval_holds_the_rate(outcomes: list[float]) -> None:
    rate = win_rate(outcomes)
    assert 0 <= rate.low <= rate.value + 1e-9
    assert rate.value - 1e-9 <= rate.high <= 1
