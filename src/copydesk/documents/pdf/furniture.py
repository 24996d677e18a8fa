"""Running headers, footers and page numbers: taken off, and the numbers remembered."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from copydesk.documents.passage import line_of
from copydesk.documents.pdf.sheet import Line, Sheet

_EDGE = 0.12  # of the page's height, at its top and bottom, where furniture stands
_OUTERMOST = 2  # lines at each edge that may change from chapter to chapter
_SHARE = 0.25  # of the pages have a line that is furniture wherever it stands at the edge
_LEAST = 3  # pages
_LONG = 8  # pages; of a longer document two are enough where the line has a number
_NUMBER = re.compile(r"\d{1,5}|\b[ivxlc]+\b")
_MONTHS = re.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}\b"
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LONGEST = 200  # characters


class _Edge(NamedTuple):
    """A line at a page's edge.

    Attributes:
        key: what it says, its numbers left open, and at which edge.
        rank: how many lines of the page stand further out.
    """

    line: Line
    key: str
    rank: int


def without_furniture(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Take off headers, footers and page numbers; give the number printed on each page.

    What says the same at the edge of many pages goes, its numbers aside; so does an outermost line
    that says the same in the same place on a few pages, for headers change with the chapter.

    Returns:
        "" for pages without a number; empty where no numbers run with the pages.
    """
    edges = [list(_edges(sheet)) for sheet in sheets]
    keys = Counter(key for page in edges for key in {edge.key for edge in page})
    places = Counter(where for page in edges for where in {_where(edge) for edge in page})
    often = max(_LEAST, _SHARE * len(sheets))
    gone = {
        id(edge.line)
        for page in edges
        for edge in page
        if keys[edge.key] >= often
        or (edge.rank < _OUTERMOST and places[_where(edge)] >= _least(edge, len(sheets)))
    }
    left = [[line for line in sheet.lines if id(line) not in gone] for sheet in sheets]
    emptied = sum(not lines for lines in left) - sum(not sheet.lines for sheet in sheets)
    if 2 * emptied <= len(sheets):  # labels and forms say the same on each page, and only that
        for sheet, lines in zip(sheets, left, strict=True):
            sheet.lines = lines
    return _numbers(edges)


def _least(edge: _Edge, pages: int) -> int:
    """On how many pages an outermost line must say the same to be no text."""
    return _LEAST - 1 if "#" in edge.key and pages >= _LONG else _LEAST


def _edges(sheet: Sheet) -> list[_Edge]:
    high, low = (1 - _EDGE) * sheet.height, _EDGE * sheet.height
    above = sorted((n for n in sheet.lines if n.low > high), key=lambda n: -n.top)
    below = sorted((n for n in sheet.lines if n.top < low), key=lambda n: n.low)
    return [
        _Edge(line, where + _NUMBER.sub("#", line_of(line.text)), rank)
        for where, lines in (("^", above), ("_", below))
        for rank, line in enumerate(lines)
        if len(line.text) < _LONGEST
    ]


def _where(edge: _Edge) -> tuple[str, int]:
    return edge.key, round(edge.line.low / 3)


def _numbers(edges: Sequence[Sequence[_Edge]]) -> tuple[str, ...]:
    """The numbers at the edges that grow by one from page to page."""
    votes: dict[tuple[str, int, bool], list[int]] = defaultdict(list)
    for index, page in enumerate(edges):
        for key, value, roman in {one for edge in page for one in _values(edge)}:
            votes[key, value - index, roman].append(index)
    labels = [""] * len(edges)
    for (_, offset, roman), pages in sorted(votes.items(), key=lambda item: (len(item[1]), item)):
        if len(pages) >= _LEAST and 2 * len(pages) >= pages[-1] - pages[0]:
            for index in range(pages[0], pages[-1] + 1):  # a page between may have none printed
                labels[index] = _said(index + offset, roman)
    own = all(label in {"", str(number)} for number, label in enumerate(labels, 1))
    return () if own else tuple(labels)


def _values(edge: _Edge) -> list[tuple[str, int, bool]]:
    """The numbers of a line that may be the page's."""
    text = _MONTHS.sub("", edge.line.text)
    alone = re.fullmatch(r"\W*(\d{1,5}|[ivxlc]+)\W*", text)
    key = "" if alone else edge.key  # a lone number may change sides
    found = []
    for number in _NUMBER.finditer(text):
        roman = not number[0].isdigit()
        value = _roman(number[0]) if roman else int(number[0])
        if value and (alone or not roman):
            found.append((key, value, roman))
    return found


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    total = sum(value if value >= after else -value for value, after in pairs)
    return total if _as_roman(total) == text else 0


def _as_roman(number: int) -> str:
    said = ""
    for value, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        count, number = divmod(number, value)
        said += letters * min(count, 9)
    return said


def _said(number: int, roman: bool) -> str:
    return _as_roman(number) if roman else str(number)
