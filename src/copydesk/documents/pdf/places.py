"""Where the characters of a page stand, and whether they are bold; one call to PDFium each."""

import ctypes
import re
import struct
from collections.abc import Callable
from functools import lru_cache
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
_LONGEST = ctypes.c_ulong(100)  # bytes of a font's name
_Call = Callable[..., int]


def _quick(call: Any) -> _Call:
    """One of PDFium's functions, without the checks of its arguments: they cost more than it does.

    It must be a short one: other threads wait for it.
    """
    address: Any = ctypes.cast(call, ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(ctypes.c_int)(address)


_BOX = _quick(raw.FPDFText_GetLooseCharBox)
_FONT = _quick(raw.FPDFText_GetFontInfo)
_LOST = _quick(raw.FPDFText_HasUnicodeMapError)
_EDGES = struct.Struct("4f").unpack_from  # left, top, right, low: FS_RECTF


class Places:
    """A page's text, and the places of its characters by their index in it."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self.text: str = text_page.get_text_range(errors="surrogatepass")
        self._text_page = text_page  # it closes with the last reference to it
        self._raw = text_page.raw
        self._handle = ctypes.cast(self._raw, ctypes.c_void_p)
        self._name = ctypes.create_string_buffer(_LONGEST.value)
        self._flags = ctypes.c_int()
        self._indices = self._moved(text_page)
        self.at = self._reader(page)

    def _reader(self, page: Any) -> Callable[[int], Place]:
        """A function from a character's index to its box, with the height of its font."""
        text_page, edges = self._handle, (ctypes.c_float * 4)()
        seen, moved = seen_from(page), self._indices is not None

        def at(index: int) -> Place:
            _BOX(text_page, index, edges)
            left, top, right, low = _EDGES(edges)
            return left, low, right, top

        def elsewhere(index: int) -> Place:
            found = at(self._index(index) if moved else index)
            return seen(found) if seen else found

        return elsewhere if moved or seen else at

    def bold(self, index: int) -> bool:
        """Whether the name of a character's font says that it is bold."""
        flags = self._flags
        _FONT(self._handle, self._index(index), self._name, _LONGEST, ctypes.byref(flags))
        return bool(flags.value & _FORCED) or _is_bold(self._name.value)

    def unmapped(self) -> bool:
        """Whether the fonts do not say what their signs mean, and what comes out is no language."""
        count = len(self.text)
        asked = range(0, count, max(count // _SAMPLE, 1))
        lost = sum(_LOST(self._handle, self._index(at)) == 1 for at in asked)
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


@lru_cache(maxsize=1 << 10)
def _is_bold(name: bytes) -> bool:
    return _BOLD.search(name) is not None


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
