"""The estimates of KL against the KL itself, and the controller's arithmetic."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.ppo.kl import AdaptiveKL, k1, k3, per_answer


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=2, max_size=6))
def test_both_estimates_have_kl_as_their_mean(pairs: list[tuple[float, float]]) -> None:
    policy = torch.tensor([one for one, _ in pairs]).double().log_softmax(0)
    reference = torch.tensor([other for _, other in pairs]).double().log_softmax(0)
    exact = float((policy.exp() * (policy - reference)).sum())
    for estimate in (k1, k3):
        assert float((policy.exp() * estimate(policy, reference)).sum()) == pytest.approx(
            exact, abs=1e-6
        )
    assert bool((k3(policy, reference) >= 0).all())


def test_the_same_policy_is_no_distance_away() -> None:
    logps = torch.randn(3, 4)
    assert not k1(logps, logps).any()
    assert not k3(logps, logps).any()


def test_kl_of_an_answer_leaves_the_rest_out() -> None:
    tokens, mask = torch.tensor([[9.0, 1.0, 2.0]]), torch.tensor([[False, True, True]])
    assert per_answer(tokens, mask).tolist() == [3.0]


def test_far_away_is_still_a_number() -> None:
    assert math.isfinite(float(k3(torch.tensor(-900.0), torch.tensor(0.0))))


def test_the_controller_by_hand() -> None:
    control = AdaptiveKL(beta=0.1, target=6.0, horizon=1000)
    control.update(kl=6.6, answers=100)  # a tenth too far: e = 0.1
    assert control.beta == pytest.approx(0.1 * (1 + 0.1 * 0.1))
    control.beta = 0.1
    control.update(kl=60.0, answers=100)  # clipped at 0.2
    assert control.beta == pytest.approx(0.1 * (1 + 0.2 * 0.1))
    control.beta = 0.1
    control.update(kl=-1.0, answers=100)
    assert control.beta == pytest.approx(0.1 * (1 - 0.2 * 0.1))


def test_no_target_leaves_the_weight_alone_and_it_never_turns_negative() -> None:
    fixed = AdaptiveKL(beta=0.1, target=0.0, horizon=10)
    fixed.update(kl=100.0, answers=1000)
    assert fixed.beta == 0.1
    falling = AdaptiveKL(beta=0.1, target=6.0, horizon=1)
    for _ in range(50):
        falling.update(kl=0.0, answers=1000)
    assert 0 < falling.beta < 0.1
