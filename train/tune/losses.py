"""The losses of preference learning, as functions of log-probabilities; each with its source.

All take and give float tensors of shape [B], a number per pair, and stay finite where a difference
is so large that a probability rounds to 0 or 1.
"""

import math
from typing import TYPE_CHECKING

from copydesk.train.recipe import Ties

if TYPE_CHECKING:
    from torch import Tensor

_ALMOST_SURE = -1e-6  # nats: above, 1 − p cannot be told from 0 in float32


def preferred(difference: "Tensor", tie: "Tensor", ties: Ties, bias: float) -> "Tensor":
    """−log p of what was found: that the first was preferred, or, where `tie`, that neither was.

    d is how much better the model finds the first.

    * Without ties, and for "half" and "drop" (Bradley and Terry 1952): p(first) = σ(d); a tie is
      half a win for each, −½ log σ(d) − ½ log σ(−d).
    * "davidson" (Davidson 1970; on DPO: Chen et al. 2024, "On Extending Direct Preference
      Optimization to Accommodate Ties"): p(first) = 1 / (1 + e^−d + ν e^−d/2) and
      p(tie) = ν / (e^d/2 + e^−d/2 + ν). (Chen et al. write 2ν for ν.)
    * "rao_kupper" (Rao and Kupper 1967; on DPO as before): p(first) = 1 / (1 + θ e^−d) and
      p(tie) = (θ² − 1) / ((1 + θ e^−d) (1 + θ e^d)).

    Args:
        difference: [B].
        tie: [B], bool.
        ties: the model of ties.
        bias: ν, or θ − 1; above 0.

    Returns:
        [B].
    """
    import torch  # noqa: PLC0415 - imported before anything is trained
    from torch.nn.functional import softplus  # noqa: PLC0415

    d = _wide(difference)
    if ties == "davidson":
        zero, log_nu = torch.zeros_like(d), math.log(bias)
        won = torch.stack([zero, -d, log_nu - d / 2]).logsumexp(0)
        tied = torch.stack([d / 2, -d / 2, zero + log_nu]).logsumexp(0) - log_nu
    elif ties == "rao_kupper":
        log_theta = math.log1p(bias)
        won = softplus(log_theta - d)
        tied = won + softplus(log_theta + d) - math.log(bias) - math.log(bias + 2)
    else:
        won = softplus(-d)
        tied = (won + softplus(d)) / 2
    return torch.where(tie, tied, won)


def implied_reward(logp: "Tensor", reference: "Tensor", beta: float) -> "Tensor":
    """β (log π(y|x) − log π_ref(y|x)): the reward that DPO's policy is the best for.

    Rafailov et al. 2023, equation 5, without the part that depends on x alone.
    """
    return beta * (logp - reference)


def mean_logp(logp: "Tensor", length: "Tensor") -> "Tensor":
    """Per token: log π(y|x) / |y|; what ORPO and SimPO go by."""
    return logp / length.clamp(min=1)


def log_odds(mean: "Tensor") -> "Tensor":
    """log (p / (1 − p)) of p = e^mean (Hong et al. 2024, "ORPO", equation 4)."""
    import torch  # noqa: PLC0415 - as above

    p = _wide(mean).clamp(max=_ALMOST_SURE)
    # Two ways to log (1 − e^p), each exact where the other is not (Mächler 2012).
    near, far = torch.log(-torch.expm1(p)), torch.log1p(-torch.exp(p))
    return p - torch.where(p > -math.log(2), near, far)


def simpo_difference(
    chosen: "Tensor", rejected: "Tensor", tie: "Tensor", beta: float, margin: float
) -> "Tensor":
    """β (mean log π(y_w|x) − mean log π(y_l|x)) − γ, with γ = β · `margin`; no γ between ties.

    Meng, Xia and Chen 2024, "SimPO", equation 6.
    """
    return beta * (chosen - rejected - margin * (~tie).to(chosen.dtype))


def _wide(numbers: "Tensor") -> "Tensor":
    """At least float32."""
    return numbers if numbers.element_size() >= 4 else numbers.float()
