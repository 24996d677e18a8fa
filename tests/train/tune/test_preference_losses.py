"""The losses against closed forms, their gradients against finite differences, and at extremes."""

import math
from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from copydesk.train.recipe import Ties
from copydesk.train.tune import losses

MODELS = get_args(Ties)
WON, TIED = torch.tensor([False]), torch.tensor([True])
differences = st.floats(-30, 30)
biases = st.floats(0.01, 20)


def by_hand(d: float, tie: bool, ties: str, bias: float) -> float:
    """Probabilities as they stand in the papers, without a thought for rounding."""
    first, second = math.exp(d), 1.0  # strengths
    if ties == "davidson":
        total = first + second + bias * math.sqrt(first * second)
        return (bias * math.sqrt(first * second) if tie else first) / total
    if ties == "rao_kupper":
        theta = 1 + bias
        if tie:
            both = (first + theta * second) * (second + theta * first)
            return first * second * (theta**2 - 1) / both
        return first / (first + theta * second)
    won = first / (first + second)
    return math.sqrt(won * (1 - won)) if tie else won


@given(d=differences, tie=st.booleans(), ties=st.sampled_from(MODELS), bias=biases)
def test_each_is_the_logarithm_of_the_papers_probability(
    d: float, tie: bool, ties: Ties, bias: float
) -> None:
    found = losses.preferred(torch.tensor([d], dtype=torch.double), torch.tensor([tie]), ties, bias)
    assert found.item() == pytest.approx(-math.log(by_hand(d, tie, ties, bias)), rel=1e-9, abs=1e-9)


@given(d=differences, ties=st.sampled_from(["davidson", "rao_kupper"]), bias=biases)
def test_first_second_and_tie_are_all_there_is(d: float, ties: Ties, bias: float) -> None:
    wide = torch.tensor([d], dtype=torch.double)
    chances = [
        losses.preferred(wide, WON, ties, bias),
        losses.preferred(-wide, WON, ties, bias),
        losses.preferred(wide, TIED, ties, bias),
    ]
    assert sum(math.exp(-chance.item()) for chance in chances) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("ties", MODELS)
def test_a_tie_pulls_towards_no_difference_and_a_win_away_from_it(ties: Ties) -> None:
    d = torch.tensor([-2.0, 2.0, 2.0], requires_grad=True)
    tie = torch.tensor([True, True, False])
    (slope,) = torch.autograd.grad(losses.preferred(d, tie, ties, 1.0).sum(), d)
    assert slope[0] < 0 < slope[1]
    assert slope[2] < 0


@pytest.mark.parametrize("ties", MODELS)
@pytest.mark.parametrize("tie", [True, False])
def test_gradients_equal_finite_differences(ties: Ties, tie: bool) -> None:
    d = torch.tensor([-8.0, -1.0, 0.0, 0.3, 8.0], dtype=torch.double, requires_grad=True)
    flags = torch.full((5,), tie)
    assert torch.autograd.gradcheck(lambda x: losses.preferred(x, flags, ties, 0.7), (d,))


@pytest.mark.parametrize("ties", MODELS)
@pytest.mark.parametrize("far", [1e3, 1e6, 1e30])
def test_margins_beyond_all_measure_leave_finite_numbers(ties: Ties, far: float) -> None:
    d = torch.tensor([-far, far, -far, far], requires_grad=True)
    tie = torch.tensor([False, False, True, True])
    found = losses.preferred(d, tie, ties, 1.0)
    (slope,) = torch.autograd.grad(found.sum(), d)
    assert torch.isfinite(found).all()
    assert torch.isfinite(slope).all()
    assert found[1] == 0
    assert slope[0] == -1


def test_half_precision_is_widened() -> None:
    found = losses.preferred(torch.tensor([300.0]).bfloat16(), TIED, "davidson", 1.0)
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(150)


@given(mean=st.floats(-50, -1e-5))
def test_log_odds_are_those_of_the_mean_probability(mean: float) -> None:
    p = math.exp(mean)
    found = losses.log_odds(torch.tensor([mean], dtype=torch.double)).item()
    assert found == pytest.approx(mean - math.log(-math.expm1(mean)), rel=1e-9, abs=1e-9)
    if p < 0.999:
        assert math.exp(found) == pytest.approx(p / (1 - p), rel=1e-6)


def test_log_odds_have_gradients_everywhere_and_are_finite_where_all_is_sure() -> None:
    inner = torch.tensor([-20.0, -2.0, -0.7, -0.6, -0.01], dtype=torch.double, requires_grad=True)
    assert torch.autograd.gradcheck(losses.log_odds, (inner,))
    edge = torch.tensor([0.0, -1e-9, -1e4], requires_grad=True)
    found = losses.log_odds(edge)
    (slope,) = torch.autograd.grad(found.sum(), edge)
    assert torch.isfinite(found).all()
    assert torch.isfinite(slope).all()


def test_simpo_asks_a_margin_of_wins_and_none_of_ties() -> None:
    chosen, rejected = torch.tensor([-1.0, -1.0]), torch.tensor([-2.0, -2.0])
    tie = torch.tensor([False, True])
    d = losses.simpo_difference(chosen, rejected, tie, beta=2.0, margin=0.5)
    assert d.tolist() == [1.0, 2.0]
    loss = losses.preferred(d, torch.tensor([False, False]), "drop", 1.0)
    # −log σ(β/|y_w| log π(y_w) − β/|y_l| log π(y_l) − γ) with β = 2 and γ = 1
    assert loss[0].item() == pytest.approx(-math.log(1 / (1 + math.exp(-(2 * 1.0 - 1.0)))))


def test_rewards_and_means() -> None:
    logp, reference = torch.tensor([-3.0]), torch.tensor([-5.0])
    assert losses.implied_reward(logp, reference, 0.1).item() == pytest.approx(0.2)
    means = losses.mean_logp(torch.tensor([-6.0, 0.0]), torch.tensor([3, 0]))
    assert means.tolist() == [-2.0, 0.0]
