"""The losses of proximal policy optimisation (Schulman et al. 2017).

Each is a sum over the tokens under the mask, divided by `count`: the number of such tokens in the
whole batch, on all processes and in all of its parts. So parts may be of any size and unequal
length, and their gradients add up to those of the batch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from copydesk.train.ppo.advantages import alone, masked_variance

_FAR = 20.0  # the exponent of a ratio is kept within this: inf · 0 would be nan


@dataclass(frozen=True)
class Loss:
    """A loss, and what is reported beside it.

    Attributes:
        loss: to be differentiated.
        clipped: the share of tokens whose term was clipped; a part's share of the whole.
    """

    loss: Tensor
    clipped: Tensor


def policy_loss(
    new: Tensor, old: Tensor, advantages: Tensor, mask: Tensor, clip: float, count: float
) -> Loss:
    """−min(ρ A, clip(ρ, 1 − ε, 1 + ε) A), ρ = π(a|s) / π_old(a|s) (equation 7).

    Args:
        new, old: log-probabilities of the tokens, now and when they were drawn.
        clip: ε.
    """
    ratio = (new - old).clamp(-_FAR, _FAR).exp()
    plain = -advantages * ratio
    held = -advantages * ratio.clamp(1 - clip, 1 + clip)
    clipped = (held > plain).detach().float()
    return Loss(_sum(torch.maximum(plain, held), mask) / count, _sum(clipped, mask) / count)


def value_loss(
    new: Tensor, old: Tensor, returns: Tensor, mask: Tensor, clip: float, count: float
) -> Loss:
    """½ max((V − R)², (V_old + clip(V − V_old, −ε, ε) − R)²); ε = 0 clips nothing.

    A value may move only so far in one round, for the returns are estimates too.
    """
    plain = (new - returns).square()
    if clip <= 0:
        return Loss(0.5 * _sum(plain, mask) / count, torch.zeros((), device=new.device))
    held = (old + (new - old).clamp(-clip, clip) - returns).square()
    clipped = (held > plain).detach().float()
    return Loss(0.5 * _sum(torch.maximum(plain, held), mask) / count, _sum(clipped, mask) / count)


def entropy(logits: Tensor) -> Tensor:
    """−Σ p log p over the last dimension, in nats."""
    shares = logits.float().softmax(dim=-1)
    terms: Tensor = torch.special.xlogy(shares, shares)
    return -terms.sum(dim=-1)


def explained_variance(
    values: Tensor, returns: Tensor, mask: Tensor, total: Callable[[Tensor], Tensor] = alone
) -> float:
    """1 − Var(R − V) / Var(R) under the mask: 1 foresees all, 0 nothing, below 0 is worse.

    0 where the returns do not vary.
    """
    spread = float(masked_variance(returns, mask, total))
    left = float(masked_variance(returns - values, mask, total))
    return 1.0 - left / spread if spread > 1e-12 else 0.0


def _sum(values: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask, values, torch.zeros_like(values)).sum()
