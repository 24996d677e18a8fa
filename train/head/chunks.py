"""Log-probabilities of words out of hidden states, with gradients, never all logits at once.

The logits z = h Wᵀ of a few rows are made, used and thrown away; backwards they are made again.
Forwards, log p(w) = z_w − log Σ_v exp z_v. Backwards, ∂ log p(w) / ∂z_v = [v = w] − p(v), and
∂z/∂h = W. Sums are taken in float32, products in the numbers of autocast or of the hidden states.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

_MOST = 1 << 24  # logits at a time: 64 MB in float32
_STEP = 16  # rows come in multiples of this: each new shape costs a processor new kernels


class Scores(NamedTuple):
    """What is known of each of N words; all float32 but the last.

    Attributes:
        log_probs: in nats, with gradients.
        entropy: of what was foreseen instead, in nats.
        mean_logits: the mean logit over the vocabulary.
        is_top1: whether the word was the likeliest.
    """

    log_probs: Tensor
    entropy: Tensor
    mean_logits: Tensor
    is_top1: Tensor


def score(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    targets: Tensor,
    temperature: float = 1.0,
) -> Scores:
    """Score words.

    Args:
        hidden: [N, H], the states that foresee them.
        weight: [V, H], of the last layer.
        bias: [V], or None.
        targets: [N], the words' numbers.
        temperature: what logits are divided by, in float32.
    """
    count = hidden.shape[0]
    if extra := -count % _STEP:
        hidden, targets = pad(hidden, (0, 0, 0, extra)), pad(targets, (0, extra))
    found = _Chunked.apply(hidden, weight, bias, targets, temperature)  # type: ignore[no-untyped-call]
    return Scores(*(some[:count] for some in found))


def _rows(hidden: Tensor, weight: Tensor) -> list[slice]:
    step = max(_STEP, _MOST // max(1, weight.shape[0]) // _STEP * _STEP)
    return [slice(at, at + step) for at in range(0, hidden.shape[0], step)]


def _logits(rows: Tensor, weight: Tensor, bias: Tensor | None, heat: float) -> Tensor:
    """[n, V], float32."""
    logits = torch.mm(rows, weight.t()).float()
    if bias is not None:
        logits.add_(bias.float())
    return logits if heat == 1.0 else logits.div_(heat)


class _Chunked(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        heat: float,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        kind = hidden.device.type
        used = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else hidden.dtype
        words, count = weight.to(used), hidden.shape[0]
        found = [hidden.new_empty(count, dtype=torch.float32) for _ in range(4)]
        log_probs, entropy, mean, total = found
        top = torch.empty(count, dtype=torch.bool, device=hidden.device)
        with torch.autocast(kind, enabled=False):
            for some in _rows(hidden, weight):
                logits = _logits(hidden[some].to(used), words, bias, heat)
                said = logits.gather(1, targets[some, None]).squeeze(1)
                best = logits.amax(1)
                mean[some] = logits.mean(1)
                shares = (logits - best[:, None]).exp_()
                sums = shares.sum(1)
                total[some] = best + sums.log()
                log_probs[some] = said - total[some]
                # Σ p z without a second matrix: the shares are not needed any more
                entropy[some] = total[some] - shares.mul_(logits).sum(1) / sums
                top[some] = said >= best
        ctx.save_for_backward(hidden, weight, bias, targets, total)
        ctx.used, ctx.heat = used, heat
        ctx.mark_non_differentiable(entropy, mean, top)
        ctx.set_materialize_grads(False)
        return log_probs, entropy, mean, top

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        hidden, weight, bias, targets, total = ctx.saved_tensors
        given = gradients[0]
        if given is None:
            return (None,) * 5
        wants_hidden, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        words = weight.to(ctx.used)
        to_hidden = torch.empty_like(hidden) if wants_hidden else None
        to_weight = torch.zeros_like(weight, dtype=torch.float32) if wants_weight else None
        to_bias = torch.zeros_like(bias, dtype=torch.float32) if wants_bias else None
        with torch.autocast(hidden.device.type, enabled=False):
            for some in _rows(hidden, weight):
                rows, share = hidden[some].to(ctx.used), given[some].float()
                slope = _logits(rows, words, bias, ctx.heat).sub_(total[some, None]).exp_()
                slope.mul_(share.neg()[:, None])
                slope.scatter_add_(1, targets[some, None], share[:, None])
                if ctx.heat != 1.0:
                    slope.div_(ctx.heat)
                if to_bias is not None:
                    to_bias += slope.sum(0)
                if to_weight is not None:
                    # In float32: this one is summed over many rows, and rounding would add up.
                    to_weight.addmm_(slope.t(), rows.float())
                if to_hidden is not None:
                    to_hidden[some] = torch.mm(slope.to(ctx.used), words).to(hidden.dtype)
        return (
            to_hidden,
            None if to_weight is None else to_weight.to(weight.dtype),
            None if to_bias is None else to_bias.to(bias.dtype),
            None,
            None,
        )
