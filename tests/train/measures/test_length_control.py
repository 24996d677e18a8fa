"""Length-controlled win rates, on judges whose liking for length is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.evaluate.measures import length_controlled_win_rate


def _judged(theta: float, phi: float, seed: int, n: int = 800) -> tuple[list[float], list[float]]:
    """Outcomes by a judge of known tastes, of answers mostly longer than the others."""
    rng = np.random.default_rng(seed)
    longer = rng.normal(120, 150, n)
    score = theta + phi * np.tanh(longer / longer.std())
    return list((rng.random(n) < 1 / (1 + np.exp(-score))).astype(float)), list(longer)


def test_where_length_alone_drives_wins_it_is_one_half() -> None:
    rates = []
    for seed in range(12):
        outcomes, longer = _judged(0.0, 2.0, seed)
        assert np.mean(outcomes) > 0.6
        rates.append(length_controlled_win_rate(outcomes, longer, [0.0] * len(longer)))
    assert np.mean([rate.value for rate in rates]) == pytest.approx(0.5, abs=0.015)
    assert sum(rate.low <= 0.5 <= rate.high for rate in rates) >= 10
    assert np.mean([rate.weight for rate in rates]) == pytest.approx(2.0, abs=0.15)


def test_a_judge_that_only_counts_gives_about_one_half() -> None:
    longer = list(np.random.default_rng(1).normal(120, 150, 600))
    outcomes = [float(more > 0) for more in longer]
    rate = length_controlled_win_rate(outcomes, longer, [0.0] * 600)
    assert np.mean(outcomes) > 0.75
    assert rate.low < 0.5 < rate.high
    assert rate.value == pytest.approx(0.5, abs=0.06)


def test_true_quality_is_kept() -> None:
    values = []
    for seed in range(8):
        outcomes, longer = _judged(1.0, 2.0, seed)
        values.append(length_controlled_win_rate(outcomes, longer, [0.0] * len(longer)).value)
    assert np.mean(values) == pytest.approx(1 / (1 + np.exp(-1)), abs=0.02)


def test_equal_lengths_leave_the_plain_rate() -> None:
    rate = length_controlled_win_rate([1.0] * 70 + [0.0] * 30, [100] * 100, [100] * 100)
    assert rate.value == pytest.approx(0.7, abs=0.002)
    assert (rate.weight, rate.longer) == (0.0, 0.0)


def test_the_fit_is_where_its_slope_is_zero() -> None:
    outcomes, longer = _judged(0.4, 1.0, 5, n=200)
    rate = length_controlled_win_rate(outcomes, longer, [0.0] * 200)
    theta = np.log(rate.value / (1 - rate.value))
    squashed = np.tanh(np.array(longer) / np.std(longer))
    left = 1 / (1 + np.exp(-(theta + rate.weight * squashed))) - outcomes
    assert left.sum() + 0.1 * theta == pytest.approx(0, abs=1e-5)
    assert (left * squashed).sum() + 0.1 * rate.weight == pytest.approx(0, abs=1e-5)


def test_half_outcomes_count_in_part() -> None:
    lengths = list(np.random.default_rng(2).normal(0, 10, 50))
    tied = length_controlled_win_rate([0.5] * 50, lengths, [0.0] * 50)
    assert tied.value == pytest.approx(0.5)
    assert tied.weight == pytest.approx(0, abs=1e-9)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="differences"):
        length_controlled_win_rate([1.0, 0.0], [1.0], [1.0])
    with pytest.raises(ValueError):
        length_controlled_win_rate([], [], [])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(-500, 500)),
                min_size=4, max_size=40))  # fmt: skip
def test_the_other_side_has_the_rest(rows: list[tuple[float, int]]) -> None:
    outcomes, longer = [won for won, _ in rows], [more for _, more in rows]
    zero = [0.0] * len(rows)
    one = length_controlled_win_rate(outcomes, longer, zero)
    other = length_controlled_win_rate([1 - won for won in outcomes], zero, longer)
    assert one.value + other.value == pytest.approx(1, abs=1e-6)
    assert one.weight == pytest.approx(other.weight, abs=1e-5)
