"""Losses against cases computed by hand; their gradients against differences."""

import math

import pytest
import torch

from copydesk.train.ppo.losses import entropy, explained_variance, policy_loss, value_loss

ONE = torch.ones(1, 1, dtype=torch.bool)


def policy_of(ratio: float, advantage: float) -> tuple[float, float, float]:
    """Loss, gradient by the log-probability, and share clipped, of one token."""
    new = torch.tensor([[math.log(ratio)]], requires_grad=True)
    found = policy_loss(new, torch.zeros(1, 1), torch.tensor([[advantage]]), ONE, 0.2, 1)
    found.loss.backward()
    assert new.grad is not None
    return found.loss.item(), float(new.grad), float(found.clipped)


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient", "clipped"),
    [
        (1.0, 2.0, -2.0, -2.0, 0),
        (1.1, 2.0, -2.2, -2.2, 0),
        (1.5, 2.0, -2.4, 0.0, 1),  # gained enough: no more from this token
        (0.5, 2.0, -1.0, -1.0, 0),  # lost what was good: back at full strength
        (1.5, -2.0, 3.0, 3.0, 0),
        (0.5, -2.0, 1.6, 0.0, 1),
    ],
)
def test_the_clipped_policy_loss_of_one_token(
    ratio: float, advantage: float, loss: float, gradient: float, clipped: float
) -> None:
    assert policy_of(ratio, advantage) == pytest.approx((loss, gradient, clipped), abs=1e-6)


def test_a_ratio_beyond_all_numbers_stays_a_number() -> None:
    new = torch.tensor([[500.0]], requires_grad=True)
    found = policy_loss(new, torch.zeros(1, 1), torch.tensor([[-1.0]]), ONE, 0.2, 1)
    found.loss.backward()
    assert math.isfinite(found.loss.item())
    assert new.grad is not None
    assert bool(torch.isfinite(new.grad).all())


@pytest.mark.parametrize(
    ("new", "loss", "gradient", "clipped"),
    [
        (0.1, 0.5 * 0.81, -0.9, 0),
        (0.5, 0.5 * 0.64, 0.0, 1),  # moved by more than 0.2: as if it had moved by that
        (-0.5, 0.5 * 2.25, -1.5, 0),  # moved the wrong way: the larger error counts
    ],
)
def test_the_clipped_value_loss_of_one_token(
    new: float, loss: float, gradient: float, clipped: float
) -> None:
    value = torch.tensor([[new]], requires_grad=True)
    found = value_loss(value, torch.zeros(1, 1), torch.ones(1, 1), ONE, 0.2, 1)
    found.loss.backward()
    got = (found.loss.item(), float(value.grad), float(found.clipped))  # type: ignore[arg-type]
    assert got == pytest.approx((loss, gradient, clipped), abs=1e-6)


def test_without_a_clip_a_value_moves_anywhere() -> None:
    value = torch.tensor([[5.0]], requires_grad=True)
    found = value_loss(value, torch.zeros(1, 1), torch.ones(1, 1), ONE, 0.0, 1)
    assert (found.loss.item(), float(found.clipped)) == (8.0, 0.0)


def test_gradients_equal_differences_and_stop_at_the_mask() -> None:
    torch.manual_seed(1)
    old, advantages = torch.randn(3, 5).double(), torch.randn(3, 5).double()
    mask = torch.rand(3, 5) > 0.4
    new = (old + 0.3 * torch.randn(3, 5).double()).requires_grad_()
    losses = (
        lambda x: policy_loss(x, old, advantages, mask, 0.2, 7).loss,
        lambda x: value_loss(x, old, advantages, mask, 0.2, 7).loss,
    )
    for loss in losses:
        assert torch.autograd.gradcheck(loss, (new,))
        (gradient,) = torch.autograd.grad(loss(new), new)
        assert not gradient[~mask].any()
        assert gradient[mask].any()


def test_parts_of_any_size_add_up_to_the_whole() -> None:
    torch.manual_seed(2)
    new, old, advantages = torch.randn(3, 4, 6).unbind()
    mask = torch.rand(4, 6) > 0.3
    count = float(mask.sum())
    whole = policy_loss(new, old, advantages, mask, 0.2, count).loss
    parts = [
        policy_loss(new[rows], old[rows], advantages[rows], mask[rows], 0.2, count).loss
        for rows in ([0], [1, 2, 3])
    ]
    assert torch.allclose(sum(parts, torch.zeros(())), whole)


def test_entropy_of_even_and_certain_choices() -> None:
    even, certain = torch.zeros(8), torch.tensor([0.0, -1e9, -torch.inf])
    assert float(entropy(even)) == pytest.approx(math.log(8))
    assert float(entropy(certain)) == 0.0


def test_explained_variance() -> None:
    returns, mask = torch.tensor([[1.0, 3.0, 99.0]]), torch.tensor([[True, True, False]])
    assert explained_variance(returns, returns, mask) == 1.0
    assert explained_variance(torch.zeros(1, 3), returns, mask) == 0.0
    assert explained_variance(-returns, returns, mask) == -3.0
    assert explained_variance(returns, torch.ones(1, 3), mask) == 0.0
