"""What a page really shows: every piece of text in a PDF with the box around its ink.

A PDF from LibreOffice paints shapes from the bottom up, a text object for each line and font: in
their order the objects follow the shapes of the slide.
"""

import ctypes
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.slides.geometry import Box
from copydesk.slides.review.preview import rendered

_MOST = 20_000  # text objects of one page that are looked at
_OPAQUE = 230  # of 255, from which a colour is itself
_FORMS = 6  # forms in forms
_HIDDEN = re.compile(
    r"[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffd\uf000-\uf8ff-]"
)


@dataclass(frozen=True)
class Ink:
    """A piece of text, as `plain` gives it, and the box around its ink in points.

    `said` is the text as it stands there, `size` its type's in points, `colour` six hex digits,
    empty where it is translucent.
    """

    text: str
    box: Box
    said: str = ""
    size: float = 0.0
    bold: bool = False
    colour: str = ""


@dataclass(frozen=True)
class Sheet:
    """A page: its size in points, and its text in the order it was painted."""

    width: float
    height: float
    inks: tuple[Ink, ...]


def plain(text: str) -> str:
    """A text as it is compared: ligatures taken apart, without spaces, hyphens and case."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def sheets_of(pdf: Path) -> list[Sheet]:
    """The pages of a PDF.

    Raises:
        DocumentProblem: it cannot be read.
    """
    with rendered(pdf) as document:
        return [_sheet(document[number]) for number in range(len(document))]


def _sheet(page: Any) -> Sheet:
    from pypdfium2 import raw  # noqa: PLC0415 - only when pages are looked at

    width, height = page.get_size()
    words = page.get_textpage()
    found: list[Ink] = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=_FORMS, textpage=words):
        if len(found) >= _MOST:
            break
        ink = _ink(item, height)
        if ink is not None:
            found.append(ink)
    words.close()
    page.close()
    return Sheet(width, height, tuple(found))


def _ink(item: Any, height: float) -> Ink | None:
    """A text object that shows something."""
    import pypdfium2  # noqa: PLC0415 - only when pages are looked at

    try:
        said, (left, bottom, right, top) = item.extract(), item.get_bounds()
        size = item.get_font_size() * abs(item.get_matrix().d or item.get_matrix().b)
        bold = "bold" in item.get_font().get_base_name().casefold()
    except pypdfium2.PdfiumError:
        return None  # a text object without text
    text, said = plain(said), " ".join(said.replace("\x02", "-").split())
    if not text or right <= left or top <= bottom:
        return None
    box = Box(left, height - top, right, height - bottom)
    return Ink(text, box, said, size, bold, _colour(item))


def _colour(item: Any) -> str:
    """The colour that a text object is filled with."""
    from pypdfium2 import raw  # noqa: PLC0415 - see above

    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetFillColor(item, *parts) or parts[3].value < _OPAQUE:
        return ""
    return "".join(f"{part.value:02X}" for part in parts[:3])
