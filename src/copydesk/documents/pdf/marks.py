"""Where on a page a quotation stands."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from copydesk.documents.passage import Box
from copydesk.documents.pdf.columns import regions
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.places import Places
from copydesk.documents.pdf.sheet import Sheet, sheet_with

_LEAST = 4  # characters of a quotation that is looked for
_Part = tuple[int, str]  # where it begins in the page's text, and what it says
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
        lines = _as_read(sheet_with(shown, page, places), places.text)
        found = _found(lines, quotation) or _found(_as_drawn(places.text), quotation)
        return [_around(places, indices) for indices in found]


def _as_read(sheet: Sheet, text: str) -> list[_Part]:
    """The parts of a page's text in reading order, each from where it begins."""
    return [
        (line.start, text[line.start : line.start + len(line.text)])
        for region in regions(sheet.lines)
        for row in region.rows
        for line in row
    ]


def _as_drawn(text: str) -> list[_Part]:
    return [(line.start(), line[0]) for line in re.finditer(r"[^\r\n\ufffe]+", text)]


def _found(parts: Sequence[_Part], quotation: str) -> list[list[int]]:
    """The indices of the quotation's letters and digits in the page's text, part by part."""
    wanted = _letters(quotation)
    letters: list[str] = []
    at: list[tuple[int, int]] = []  # of each letter, the number of its part and its index
    for number, (start, text) in enumerate(parts):
        for index, sign in enumerate(text, start):
            for letter in _letters(sign):
                letters.append(letter)
                at.append((number, index))
    first = "".join(letters).find(wanted) if len(wanted) >= _LEAST else -1
    if first < 0:
        return []
    same = groupby(at[first : first + len(wanted)], key=lambda one: one[0])
    return [[index for _, index in found] for _, found in same]


def _letters(text: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _around(places: Places, indices: Sequence[int]) -> Box:
    boxes = [places.at(index) for index in indices]
    return Box(
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
