"""A page's text with its places: the few boxes that are needed, for each costs a call to PDFium."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pypdfium2 import raw

from copydesk.documents.passage import Box

_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at a line's end; the next line follows at once
_PIECES = re.compile(rf"[^\r\n{_HYPHEN}]*[^\s{_HYPHEN}][^\r\n{_HYPHEN}]*")
_Place = tuple[float, float, float, float]  # left, low, right, top


class Line(NamedTuple):
    """What stands on one line of a page, or in one cell of it; in points, as the page is seen.

    Attributes:
        size: the height of its type.
        tied: a hyphen at its end ties it to the next line.
    """

    text: str
    left: float
    low: float
    right: float
    top: float
    size: float
    tied: bool = False

    @property
    def box(self) -> Box:
        """Where it stands."""
        return Box(self.left, self.low, self.right, self.top)


@dataclass
class Sheet:
    """A page as it is seen.

    Attributes:
        number: counted from 1.
        width, height: in points.
        lines: in the order in which the file draws them.
    """

    number: int
    width: float
    height: float
    lines: list[Line]


def sheet_of(page: Any, number: int) -> Sheet:
    """The lines of a page of PDFium's."""
    sheet = Sheet(number, page.get_width() or 1.0, page.get_height() or 1.0, [])
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range(errors="surrogatepass")
        sheet.lines = list(_lines(text, Places(page, text_page, len(text))))
    finally:
        text_page.close()
    return sheet


def _lines(text: str, places: "Places") -> Iterator[Line]:
    for piece in _PIECES.finditer(text):
        start, end = piece.span()
        said = piece[0]
        first = places(start + len(said) - len(said.lstrip()))
        last = places(start + len(said.rstrip()) - 1)
        yield Line(
            said.strip(),
            min(first[0], last[0]),
            min(first[1], last[1]),
            max(first[2], last[2]),
            max(first[3], last[3]),
            first[3] - first[1],
            text[end : end + 1] == _HYPHEN,
        )


class Places:
    """Where the characters of a page's text stand, by their index in the text."""

    def __init__(self, page: Any, text_page: Any, length: int) -> None:
        self._raw = text_page.raw
        self._box = raw.FS_RECTF()
        self._moved = length != text_page.count_chars()
        self._seen = _seen(page)

    def __call__(self, index: int) -> _Place:
        """Its box, with the height of its font, as the page is seen."""
        if self._moved:  # signs that stand for several letters, or none
            index = max(raw.FPDFText_GetCharIndexFromTextIndex(self._raw, index), 0)
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._raw, index, box)
        place = (box.left, box.bottom, box.right, box.top)
        return self._seen(place) if self._seen else place


def _seen(page: Any) -> Callable[[_Place], _Place] | None:
    """From the page's own coordinates to those of the page as it is seen; None where they agree."""
    left, low, right, top = page.get_bbox()
    turn = page.get_rotation()
    wide, high = right - left, top - low

    def seen(place: _Place) -> _Place:
        a, b, c, d = place[0] - left, place[1] - low, place[2] - left, place[3] - low
        if turn == 90:
            return b, wide - c, d, wide - a
        if turn == 180:
            return wide - c, high - d, wide - a, high - b
        if turn == 270:
            return high - d, a, high - b, c
        return a, b, c, d

    return seen if turn or left or low else None
