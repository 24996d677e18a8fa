"""Calibration of preference probabilities, against cases counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.evaluate.measures import Bin, calibration, preference_probability


def test_counted_by_hand() -> None:
    found = calibration([0.9, 0.9, 0.9, 0.9, 0.6, 0.6], [1, 1, 1, 0, 1, 0])
    assert found.bins == (
        Bin(pytest.approx(0.6), 0.5, 2),
        Bin(pytest.approx(0.9), 0.75, 4),
    )
    assert found.error == pytest.approx((2 * 0.1 + 4 * 0.15) / 6)


def test_which_answer_comes_first_means_nothing() -> None:
    chances, outcomes = [0.9, 0.7, 0.55, 0.2], [1.0, 0.0, 0.5, 0.0]
    turned = calibration([1 - chance for chance in chances], [1 - won for won in outcomes])
    assert turned.error == pytest.approx(calibration(chances, outcomes).error)


def test_a_model_that_knows_its_chances_has_no_error() -> None:
    rng = np.random.default_rng(0)
    chances = rng.random(40_000)
    outcomes = (rng.random(40_000) < chances).astype(float)
    assert calibration(list(chances), list(outcomes)).error < 0.01


def test_one_that_is_always_sure_and_half_right_has_one_half() -> None:
    assert calibration([1.0, 1.0], [1.0, 0.0]).error == pytest.approx(0.5)


def test_no_preference_at_all_is_well_calibrated() -> None:
    assert calibration([0.5] * 4, [1, 1, 1, 0]).error == 0.0


@pytest.mark.parametrize(("chances", "outcomes"), [([], []), ([1.2], [1]), ([0.5], [1, 0])])
def test_what_does_not_fit_is_refused(chances: list[float], outcomes: list[float]) -> None:
    with pytest.raises(ValueError):
        calibration(chances, outcomes)


@settings(deadline=None)
@given(st.floats(-1e308, 1e308))
def test_probabilities_of_both_sides_add_up(difference: float) -> None:
    first, second = preference_probability(difference), preference_probability(-difference)
    assert 0 <= first <= 1
    assert first + second == pytest.approx(1)
    assert preference_probability(np.log(3)) == pytest.approx(0.75)
