"""To which shape each piece of a page's text belongs.

The pieces come in the order they were painted, and shapes are painted from the bottom up: of all
ways to give pieces to shapes that know their text, without going back, the one that explains most
characters is taken. Bullets, numbers, fields and the labels of charts belong to nobody.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.slides.geometry import Box
from copydesk.slides.review.ink import Ink

_AT_HOME = 0.5  # of a character's worth more for a piece that lies inside the shape
_ASTRAY = 0.8  # of a character's worth for a piece that lies elsewhere
_DRAWN = 0.9  # of a character's worth for a piece that lies in a picture
_SHORT = 3  # characters under which a piece that lies elsewhere says nothing
_INSIDE = 4.0  # points that a piece may stick out and still lie inside
_MOST_INKS, _MOST_CLAIMS = 1500, 300  # of one page that are compared


@dataclass(frozen=True)
class Claim:
    """A shape that may own text: `text` as `plain` gives it; a picture owns what lies in it."""

    box: Box
    text: str = ""
    picture: bool = False


def owners(inks: Sequence[Ink], claims: Sequence[Claim]) -> list[int | None]:
    """For each piece of text the number of the claim that owns it, or None."""
    looked_at, known = inks[:_MOST_INKS], claims[:_MOST_CLAIMS]
    best = [0.0] * (len(known) + 1)  # by the claim that owned last: how much is explained so far
    steps: list[list[int | None]] = []
    for ink in looked_at:
        best, came = _step(ink, known, best)
        steps.append(came)
    found = _traced(steps, best)
    homes = (
        _home(ink, known) if owner is None else owner
        for ink, owner in zip(inks, found, strict=False)
    )
    return [*homes, *([None] * (len(inks) - len(found)))]


def _step(
    ink: Ink, claims: Sequence[Claim], best: list[float]
) -> tuple[list[float], list[int | None]]:
    """One piece more: how much is explained then; where each claim that takes it follows from."""
    worth = list(best)
    came: list[int | None] = [None] * len(best)
    top, place = best[0], 0
    for number, claim in enumerate(claims, 1):
        if best[number] >= top:
            top, place = best[number], number
        gain = _gain(ink, claim)
        if gain > 0:
            worth[number], came[number] = top + gain, place
    return worth, came


def _traced(steps: Sequence[Sequence[int | None]], best: Sequence[float]) -> list[int | None]:
    """The way back from the best end: the owner of each piece."""
    at = max(range(len(best)), key=lambda number: best[number])
    found: list[int | None] = []
    for came in reversed(steps):
        before = came[at]
        found.append(None if before is None else at - 1)
        at = at if before is None else before
    return found[::-1]


def _gain(ink: Ink, claim: Claim) -> float:
    """What a claim explains by owning a piece; nought where it cannot."""
    inside = claim.box.holds(ink.box, _INSIDE)
    if claim.picture:
        return _DRAWN * len(ink.text) if inside else 0.0
    if not inside and len(ink.text) < _SHORT:
        return 0.0  # a number or a mark that could stand anywhere
    if not _knows(claim, ink.text):
        return 0.0
    return len(ink.text) * (1.0 if inside else _ASTRAY) + (_AT_HOME if inside else 0.0)


def _knows(claim: Claim, text: str) -> bool:
    """Whether a text is part of the claim's; right-to-left text may come in another order."""
    if text in claim.text:
        return True
    if not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return False
    return not Counter(text) - Counter(claim.text)


def _home(ink: Ink, claims: Sequence[Claim]) -> int | None:
    """The topmost claim that knows a piece and holds it, whatever the order."""
    numbers = range(len(claims) - 1, -1, -1)
    return next(
        (n for n in numbers if claims[n].box.holds(ink.box, _INSIDE) and _gain(ink, claims[n])),
        None,
    )
