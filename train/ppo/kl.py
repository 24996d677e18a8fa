"""How far the policy has gone from the reference, and the controller of what that costs.

The estimates are Schulman's (2020, "Approximating KL divergence"): of tokens that the policy drew,
with d = log π − log π_ref of each, k1 = d and k3 = e^(−d) − 1 + d. Both have the token's KL as
their mean; k3 is never negative and varies less as long as the two are near.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

_FAR = 20.0  # nats; e to more than this says nothing any more


def k1(policy: Tensor, reference: Tensor) -> Tensor:
    """log π − log π_ref, token by token: what rewards are lessened by."""
    return policy - reference


def k3(policy: Tensor, reference: Tensor) -> Tensor:
    """e^(−d) − 1 + d with d = log π − log π_ref, token by token: for reports."""
    difference = (policy - reference).clamp(-_FAR, _FAR)
    return torch.expm1(-difference) + difference


def per_answer(tokens: Tensor, mask: Tensor) -> Tensor:
    """[B]: the sum over each answer's tokens, in nats."""
    return torch.where(mask, tokens, torch.zeros_like(tokens)).sum(dim=1)


@dataclass
class AdaptiveKL:
    """The weight β of KL in the rewards, moved until KL is as asked for (Ziegler et al. 2019).

    e = clip(KL / target − 1, −0.2, 0.2), then β ← β (1 + e · answers / horizon).

    Attributes:
        beta: the weight as it is now.
        target: nats per answer; 0 keeps β as it is.
        horizon: answers in which β can grow by a fifth.
    """

    beta: float
    target: float
    horizon: float

    def update(self, kl: float, answers: int) -> None:
        """After a round with that KL per answer, over all processes."""
        if self.target > 0:
            error = min(0.2, max(-0.2, kl / self.target - 1))
            self.beta *= 1 + error * min(1.0, answers / self.horizon)
