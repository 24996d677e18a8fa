"""What the guard does alike on every engine: stop strings, costly repetition, its last word."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from copydesk.findings import Finding
from copydesk.generate.protocol import Sampling

Fault = Literal["loop", "banned"]

_DRY = 0.8
_GIVEN_UP = {
    "loop": (
        "the text kept repeating itself, and ends before the repetition",
        "try another --seed or a larger model",
    ),
    "banned": (
        "every continuation that was tried holds a banned phrase, and the text ends before it",
        "ban less, or reword the request",
    ),
}


def given_up(fault: Fault, at: int, what: str) -> Finding:
    """The finding for a text that ends at a character because of a fault that could not be left."""
    message, fix = _GIVEN_UP[fault]
    return Finding(code=fault, place=f"character {at}", message=message, measured=what, fix=fix)


def against_loops(sampling: Sampling) -> Sampling:
    """The same sampling with repetition made costly."""
    return replace(sampling, dry_multiplier=max(sampling.dry_multiplier, _DRY))


def find_stop(text: str, since: int, stops: Sequence[str]) -> int | None:
    """Where the first stop string begins, from a character on."""
    ends = [text.find(stop, since) for stop in stops if stop]
    return min((end for end in ends if end >= 0), default=None)


def before_stop(text: str, stops: Sequence[str]) -> int:
    """How many characters come before what may be the beginning of a stop string."""
    safe = len(text)
    for stop in stops:
        for length in range(min(len(stop) - 1, len(text)), 0, -1):
            if text.endswith(stop[:length]):
                safe = min(safe, len(text) - length)
                break
    return safe
