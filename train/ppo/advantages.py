"""How much better each token was than expected: generalised advantage estimation, and whitening.

Tensors are laid out by token: column j belongs to the token that stands there, in rows of prompt,
answer and padding. `mask` is True at the tokens of the answer, which lie side by side.
"""

from collections.abc import Callable

import torch
from torch import Tensor

_TINY = 1e-8  # added to a variance: what is constant is not blown up


def alone(value: Tensor) -> Tensor:
    """The sum over one process."""
    return value


def masked_mean(values: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = alone) -> Tensor:
    """The mean of the values under the mask; 0 if there are none.

    Args:
        total: adds a tensor up over all processes.
    """
    there = mask.to(values.dtype)
    sums = total(torch.stack([(values * there).sum(), there.sum()]))
    return sums[0] / sums[1].clamp(min=1)


def masked_variance(
    values: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = alone
) -> Tensor:
    """The mean squared distance from the mean (not the unbiased estimate) under the mask."""
    centre = masked_mean(values, mask, total)
    return masked_mean((values - centre).square(), mask, total)


def whiten(values: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = alone) -> Tensor:
    """To mean 0 and deviation 1 under the mask, over all processes; 0 elsewhere."""
    centre = masked_mean(values, mask, total)
    scale = (masked_variance(values, mask, total) + _TINY).rsqrt()
    return torch.where(mask, (values - centre) * scale, torch.zeros_like(values))


def to_deviation_one(
    values: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = alone
) -> Tensor:
    """Divided by their deviation under the mask; the mean is not taken off.

    A reward's zero means something: with the mean gone, a round of bad answers would look like one
    of good ones (Ziegler et al. 2019 whiten rewards in this way). What hardly varies stays as it
    is, for its deviation is rounding.
    """
    deviation = masked_variance(values, mask, total).sqrt()
    return values if float(deviation) < 1e-4 else values / deviation


def gae(
    rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float
) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation (Schulman et al. 2015).

    δ_t = r_t + γ V(s_{t+1}) − V(s_t) and A_t = δ_t + γ λ A_{t+1}. After the last token of an answer
    nothing follows: V = 0 there, whether it ended by itself or was cut.

    Args:
        rewards: [B, L], the reward for each token.
        values: [B, L], what was expected before each token was chosen.
        mask: [B, L], the answer's tokens.

    Returns:
        advantages and returns (advantage + value), both [B, L] and 0 outside of the mask.
    """
    advantages = torch.zeros_like(values)
    following = torch.zeros_like(values[:, 0])
    expected = torch.zeros_like(following)
    for column in range(values.shape[1] - 1, -1, -1):
        here = mask[:, column]
        surprise = rewards[:, column] + gamma * expected - values[:, column]
        following = torch.where(
            here, surprise + gamma * lam * following, torch.zeros_like(surprise)
        )
        expected = torch.where(here, values[:, column], torch.zeros_like(surprise))
        advantages[:, column] = following
    return advantages, torch.where(mask, advantages + values, torch.zeros_like(values))
