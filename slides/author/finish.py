"""Deck → file: drawn, what does not fit reworded once, looked over."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import GenerationFailed
from copydesk.findings import Finding
from copydesk.slides.author.make import Maker
from copydesk.slides.deck import Deck
from copydesk.slides.draw.render import Rendered, render
from copydesk.slides.review.review import review

_SHARE = 0.7  # of its room that a slide is asked for again within
_UNFIT = ("text-cut", "text-shrunk", "small-type")
_SLIDE = re.compile(r"slide (\d+)")


@dataclass(frozen=True)
class Finished:
    """A deck as a file, and what a person should know of it."""

    deck: Deck
    content: bytes
    findings: tuple[Finding, ...]


def finish(maker: Maker, *, name: str = "deck.pptx") -> Finished:
    """Make the deck, draw it, have what does not fit worded shorter once, check the file.

    The number of slides stays as asked for: nothing is split.

    Raises:
        CopydeskError: whatever making and drawing have to say.
    """
    deck = maker.deck()
    drawn = render(deck, maker.master)
    if numbers := unfit(drawn.findings):
        drawn = _better(drawn, _reworded(maker, deck, numbers))
    checked = look_over(drawn.content, name)
    return Finished(drawn.deck, drawn.content, (*maker.findings, *drawn.findings, *checked))


def unfit(findings: Sequence[Finding]) -> set[int]:
    """The slides on which something had to be cut."""
    places = (_SLIDE.match(f.place) for f in findings if f.code in _UNFIT)
    return {int(place[1]) for place in places if place}


def _reworded(maker: Maker, deck: Deck, numbers: set[int]) -> Rendered | None:
    try:
        return render(maker.reworded(deck, numbers, _SHARE), maker.master)
    except GenerationFailed:
        return None  # what there is was cut, and stands in the notes in full


def _better(first: Rendered, second: Rendered | None) -> Rendered:
    """The one of two drawings with less cut."""
    if second is None or len(unfit(second.findings)) >= len(unfit(first.findings)):
        return first
    return second


def look_over(content: bytes, name: str) -> list[Finding]:
    """What the checks of finished files find."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return review(path)
