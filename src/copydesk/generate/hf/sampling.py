"""Draws the next token as llama.cpp does: the same filters, in the same order, with one meaning.

DRY, then top-k, top-p and min-p on the untempered probabilities, then the temperature. What is
random comes in as numbers between 0 and 1, so a seed means the same on every device.
"""

import math
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from copydesk.generate.protocol import Sampling

if TYPE_CHECKING:
    from torch import Tensor

_BASE = 1.75
_ALLOWED = 6  # tokens said again before it costs: a name, a term, a turn of phrase may be
_LOOK_BACK = 1024
_HIGHEST = 158  # 1.75 to the power of this is about the largest float32
# A repetition does not reach across these; digits, for a number may well be said twice.
BREAKERS = ("\n", ":", '"', "*", *"0123456789")


def draw(logits: "Tensor", sampling: Sampling, chances: Sequence[float]) -> "Tensor":
    """One token for each row.

    Args:
        logits: float, [rows, vocabulary]; minus infinity for what is forbidden.
        chances: a number of at least 0 and less than 1 for each row.

    Returns:
        Token ids, int64, [rows], on the device of the logits.
    """
    import torch  # noqa: PLC0415 - see the package: only when a model is really used

    if sampling.temperature <= 0:
        return logits.argmax(-1)
    width = logits.shape[-1]
    best, ids = logits, None
    if sampling.top_k > 0 or sampling.top_p < 1:  # sorting a whole vocabulary takes long
        best, ids = logits.topk(min(sampling.top_k, width) if sampling.top_k > 0 else width)
    if sampling.top_p < 1:
        shares = best.softmax(-1)
        before = shares.cumsum(-1) - shares
        before[:, 0] = -1  # the likeliest always stays
        best = best.masked_fill(before >= sampling.top_p, -torch.inf)
    if sampling.min_p > 0:
        least = best.amax(-1, keepdim=True) + math.log(min(sampling.min_p, 1.0))
        best = best.masked_fill(best < least, -torch.inf)
    places = _pick((best / sampling.temperature).softmax(-1).cumsum(-1), chances)
    return (places if ids is None else ids.gather(-1, places))[:, 0]


def _pick(reach: "Tensor", chances: Sequence[float]) -> "Tensor":
    """The place in each row at which the summed probabilities pass the chance, [rows, 1]."""
    import torch  # noqa: PLC0415 - as above

    whole = reach[:, -1:]
    wanted = reach.new_tensor(chances)[:, None] * whole
    below = torch.nextafter(whole, torch.zeros_like(whole))  # rounding must not pass the end
    places = torch.searchsorted(reach, wanted.minimum(below), right=True)
    # Where there are no numbers, which is for the caller to notice, stay inside all the same.
    return places.clamp(max=reach.shape[-1] - 1)


def dry(said: Sequence[int], multiplier: float, breakers: Container[int] = ()) -> dict[int, float]:
    """What DRY takes off the logits of tokens that would go on repeating what was said.

    Source: p-e-w's "Don't Repeat Yourself" sampler, in the form that llama.cpp has: the penalty is
    multiplier * base ** (length of the repetition - allowed length).

    Args:
        said: the text so far, prompt included.
        multiplier: 0 switches it off.
        breakers: tokens that hold a sequence breaker.

    Returns:
        Penalties by token id.
    """
    recent = said[-_LOOK_BACK:]
    longest = _unbroken(recent, breakers)
    if multiplier <= 0 or longest < _ALLOWED:
        return {}
    lengths: dict[int, int] = {}
    for at in range(len(recent) - 1):
        if recent[at] == recent[-1]:
            length = min(_alike(recent, at), longest)
            if length >= _ALLOWED:
                lengths[recent[at + 1]] = max(length, lengths.get(recent[at + 1], 0))
    return {
        token: multiplier * _BASE ** min(length - _ALLOWED, _HIGHEST)
        for token, length in lengths.items()
        if token not in breakers
    }


def _unbroken(recent: Sequence[int], breakers: Container[int]) -> int:
    """How many tokens at the end hold no breaker."""
    for back, token in enumerate(reversed(recent)):
        if token in breakers:
            return back
    return len(recent)


def _alike(recent: Sequence[int], at: int) -> int:
    """How many tokens up to `at` are those at the end."""
    length = 0
    while length <= at and recent[at - length] == recent[-1 - length]:
        length += 1
    return length
