"""Contrast as the page shows it: the colour of ink against what is seen around it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.findings import Finding
from copydesk.slides.contrast import luminance
from copydesk.slides.geometry import Box
from copydesk.slides.review.ink import Ink
from copydesk.slides.review.looks import faint
from copydesk.slides.review.rendered import Shown
from copydesk.slides.review.slides import Slide
from copydesk.slides.review.words import Word

if TYPE_CHECKING:
    from PIL.Image import Image

_AROUND = 2.0  # points around ink where what lies behind it is seen
_ROUNDED = 0.97  # of the contrast asked for: programs work colours out with other gammas
_MOST_INKS = 60  # pieces of one shape's text that are looked at
_MOST_STEPS = 300  # pixels along one edge


def faint_on_page(
    slide: Slide, shown: Sequence[Shown], page: Box, picture: "Image"
) -> Iterator[Finding]:
    """Text that is hard to read on the page as it was rendered: in shapes, tables and charts."""
    for one in shown:
        if one.own and one.area.kind in ("text", "table", "chart"):
            yield from faint(slide.at(one.area), list(_seen(one, page, picture)), _ROUNDED)


def _seen(one: Shown, page: Box, picture: "Image") -> Iterator[tuple[Word, str]]:
    """The pieces of a shape's text with the colour that each is read against."""
    scale = picture.width / page.width
    pixels: Any = picture.load()
    for ink in one.inks[:_MOST_INKS]:
        ring = [
            "{:02X}{:02X}{:02X}".format(*pixels[x, y])
            for x, y in _ring(ink.box.inset(-_AROUND), scale)
            if 0 <= x < picture.width and 0 <= y < picture.height
        ]
        if ink.colour and ring:
            yield Word(ink.said, ink.size, ink.bold, ink.colour), _middle(ink, ring)


def _ring(box: Box, scale: float) -> Iterator[tuple[int, int]]:
    """Pixels along the edges of a box."""
    left, right = round(box.left * scale), round(box.right * scale)
    top, bottom = round(box.top * scale), round(box.bottom * scale)
    for x in range(left, right + 1, 1 + (right - left) // _MOST_STEPS):
        yield x, top
        yield x, bottom
    for y in range(top + 1, bottom, 1 + (bottom - top) // _MOST_STEPS):
        yield left, y
        yield right, y


def _middle(ink: Ink, ring: list[str]) -> str:
    """The colour from which half of the ring stands out less: what the text is read against."""
    own = luminance(ink.colour)
    ranked = sorted(ring, key=lambda ground: abs(luminance(ground) - own))
    return ranked[len(ranked) // 2]
