"""Contrast where only the page knows it: text that stands on pictures."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.findings import Finding
from copydesk.slides.geometry import Box
from copydesk.slides.master.colours import luminance
from copydesk.slides.review.looks import faint, ground_of
from copydesk.slides.review.rendered import Shown
from copydesk.slides.review.slides import Slide
from copydesk.slides.review.words import Word, words_of

if TYPE_CHECKING:
    from PIL.Image import Image

_AROUND = 2.0  # points around ink where what lies behind it is seen
_MOST_PIXELS = 4000  # of one shape's surroundings that are looked at


def unclear(shown: Sequence[Shown], slide: Slide) -> list[Shown]:
    """The shapes of a slide whose ground the file does not tell."""
    own = (s for s in shown if s.own and s.area.kind == "text" and s.inks)
    return [s for s in own if not ground_of(s.area, slide)]


def faint_on_page(
    slide: Slide, shown: Sequence[Shown], page: Box, picture: "Image"
) -> Iterator[Finding]:
    """Text that is hard to read on the page as it was rendered."""
    for one in unclear(shown, slide):
        grounds = _grounds(one, page, picture)
        words = [w for w in words_of(one.area, slide.backing) if w.colour]
        if grounds and words:
            yield from faint(slide.at(one.area), [(w, _middle(w, grounds)) for w in words])


def _grounds(one: Shown, page: Box, picture: "Image") -> list[str]:
    """The colours around a shape's ink, as six hex digits."""
    scale = picture.width / page.width
    pixels: Any = picture.load()
    found: list[str] = []
    for ink in one.inks:
        box = ink.box.inset(-_AROUND)
        for x, y in _ring(box, scale):
            if len(found) >= _MOST_PIXELS:
                return found
            if 0 <= x < picture.width and 0 <= y < picture.height:
                found.append("{:02X}{:02X}{:02X}".format(*pixels[x, y]))
    return found


def _ring(box: Box, scale: float) -> Iterator[tuple[int, int]]:
    """The pixels along the edges of a box."""
    left, top, right, bottom = (
        round(v * scale) for v in (box.left, box.top, box.right, box.bottom)
    )
    for x in range(left, right + 1):
        yield x, top
        yield x, bottom
    for y in range(top + 1, bottom):
        yield left, y
        yield right, y


def _middle(word: Word, grounds: list[str]) -> str:
    """The ground that half of the others stand out from less: what the text is read against."""
    own = luminance(word.colour)
    ranked = sorted(grounds, key=lambda ground: abs(luminance(ground) - own))
    return ranked[len(ranked) // 2]
