"""Where the characters of a page stand, and whether they are bold; one call to PDFium each."""

import ctypes
import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

from pypdfium2 import raw

Place = tuple[float, float, float, float]  # left, low, right, top: points, as the page is seen

_BOLD = re.compile(rb"bold|black|heavy|demi|-medi|cmbx|simhei|heiti|[-_,.]b(?:[-_,.]|$)", re.I)
_SAMPLE = 24  # characters that are asked for their text map
_USUAL = re.compile(
    r"\b(?:the|of|and|to|in|is|a|for|de|la|et|der|die|und|el|en)\b|[的是在了和不有为年日]",
    re.IGNORECASE,
)
_FORCED = 1 << 18  # a font's flag


class Places:
    """A page's text, and the places of its characters by their index in it."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self.text: str = text_page.get_text_range(errors="surrogatepass")
        self._text_page = text_page  # it closes with the last reference to it
        self._raw = text_page.raw
        self._name = ctypes.create_string_buffer(100)
        self._flags = ctypes.c_int()
        self._indices = self._moved(text_page)
        self.at = self._reader(page)

    def _reader(self, page: Any) -> Callable[[int], Place]:
        """A function from a character's index to its box, with the height of its font."""
        ask, text_page, box = raw.FPDFText_GetLooseCharBox, self._raw, raw.FS_RECTF()
        place = ctypes.byref(box)
        seen, moved = seen_from(page), self._indices is not None

        def at(index: int) -> Place:
            ask(text_page, index, place)
            return box.left, box.bottom, box.right, box.top

        def elsewhere(index: int) -> Place:
            found = at(self._index(index) if moved else index)
            return seen(found) if seen else found

        return elsewhere if moved or seen else at

    def bold(self, index: int) -> bool:
        """Whether the name of a character's font says that it is bold."""
        raw.FPDFText_GetFontInfo(self._raw, self._index(index), self._name, 100, self._flags)
        return bool(self._flags.value & _FORCED or _BOLD.search(self._name.value))

    def unmapped(self) -> bool:
        """Whether the fonts do not say what their signs mean, and what comes out is no language."""
        count = len(self.text)
        asked = range(0, count, max(count // _SAMPLE, 1))
        ask = raw.FPDFText_HasUnicodeMapError
        lost = sum(ask(self._raw, self._index(at)) == 1 for at in asked)
        return 2 * lost > len(asked) and 100 * len(_USUAL.findall(self.text)) < count

    def _index(self, index: int) -> int:
        if self._indices is None:
            return index
        moved: int = raw.FPDFText_GetCharIndexFromTextIndex(self._raw, self._indices[index])
        return max(moved, 0)

    def _moved(self, text_page: Any) -> list[int] | None:
        """PDFium's index of each character; None where it is the same."""
        if len(self.text) == text_page.count_chars():
            return None
        sizes = (1 + (sign > "\uffff") for sign in self.text)
        return list(accumulate(sizes, initial=0))


def seen_from(page: Any) -> Callable[[Place], Place] | None:
    """From the page's own coordinates to those of the page as it is seen; None where they agree."""
    left, low, right, top = page.get_bbox()
    turn = page.get_rotation()
    wide, high = right - left, top - low

    def seen(place: Place) -> Place:
        a, b, c, d = place[0] - left, place[1] - low, place[2] - left, place[3] - low
        if turn == 90:
            return b, wide - c, d, wide - a
        if turn == 180:
            return wide - c, high - d, wide - a, high - b
        if turn == 270:
            return high - d, a, high - b, c
        return a, b, c, d

    return seen if turn or left or low else None
