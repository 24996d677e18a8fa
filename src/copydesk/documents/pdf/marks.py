"""Where on a page a quotation stands."""

import re
import unicodedata
from pathlib import Path

from copydesk.documents.passage import Box
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.places import Places

_LEAST = 4  # characters of a quotation that is looked for
_IGNORED = re.compile(r"[\W_]+")


def marks(source: Path | bytes, page: int, quotation: str, password: str = "") -> list[Box]:
    """The boxes of a quotation's lines on a page, in points, as the page is seen.

    Case, white space, hyphens and punctuation are looked past. Nothing, where the page does not
    say it.

    Args:
        page: counted from 1.

    Raises:
        LockedDocument, DocumentProblem: as in `open_pdf`.
    """
    path, content = (source, None) if isinstance(source, Path) else (Path("document"), source)
    with open_pdf(path, content, password) as opened:
        if not 1 <= page <= len(opened):
            return []
        shown = opened[page - 1]
        places = Places(shown, shown.get_textpage())
        return _boxes([places(index) for index in _found(places.text, quotation)])


def _found(text: str, quotation: str) -> list[int]:
    """The indices of the quotation's letters and digits in the page's text."""
    wanted = _letters(quotation)
    letters: list[str] = []
    indices: list[int] = []
    for index, sign in enumerate(text):
        for letter in _letters(sign):
            letters.append(letter)
            indices.append(index)
    start = "".join(letters).find(wanted) if len(wanted) >= _LEAST else -1
    return indices[start : start + len(wanted)] if start >= 0 else []


def _letters(text: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _boxes(places: list[tuple[float, float, float, float]]) -> list[Box]:
    """One box for the characters that stand on one line."""
    boxes: list[Box] = []
    for left, low, right, top in places:
        if boxes and _beside(boxes[-1], left, low, top):
            last = boxes[-1]
            boxes[-1] = Box(
                last.left, min(last.low, low), max(last.right, right), max(last.top, top)
            )
        else:
            boxes.append(Box(left, low, right, top))
    return boxes


def _beside(box: Box, left: float, low: float, top: float) -> bool:
    middle = (low + top) / 2
    return box.low < middle < box.top and box.left - 1 < left < box.right + 3 * (box.top - box.low)
