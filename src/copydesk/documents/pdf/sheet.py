"""A page's text with its places: the few boxes that are needed, for each costs a call to PDFium."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Literal, NamedTuple

from copydesk.documents.passage import Box, readable_share
from copydesk.documents.pdf.places import Place, Places

_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at a line's end; the next line follows at once
_PIECES = re.compile(rf"[^\r\n{_HYPHEN}]*[^\s{_HYPHEN}][^\r\n{_HYPHEN}]*")
_JOINTS = f"\r\n{_HYPHEN}\u00a0"
_WORDS = re.compile(r"\S+")
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_NUMBERS = re.compile(r"\d\S* +\S*\d")
_DIGITS = re.compile(r"\d")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_NO_HEAD = frozenset(".,;。，；、-")  # a heading's last line does not end so
_READABLE = 0.7  # share of a page's characters; below, the font has no text map
_SMALLEST = 1.5  # points: type that nobody can read
_GAP = 0.55  # of a line's size; wider white parts the cells of a line with more white than text
_GUTTER = 0.75  # of a line's size; wider white may part columns
_NARROW = 0.44  # of a line's size: a letter's usual width, where the page does not tell
_WIDEST = 0.56  # of a line's size: a letter's usual width on a page of tables
_LONG = 40  # characters of a line that tells a letter's width
_SAMPLE = 4  # wide lines of a page that are looked into for columns

State = Literal["text", "picture", "unreadable", "blank", "broken"]


class Line(NamedTuple):
    """What stands on one line of a page, or in one cell of it; in points, as the page is seen.

    Attributes:
        size: the height of its type.
        tied: a hyphen at its end ties it to the next line.
        bold: its first and last letters are, as far as that was looked up.
        start: where it begins in the page's text, as `Places` has it; -1 where it does not.
    """

    text: str
    left: float
    low: float
    right: float
    top: float
    size: float
    tied: bool = False
    bold: bool = False
    start: int = -1

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.low + self.top) / 2


@dataclass
class Sheet:
    """A page as it is seen.

    Attributes:
        number: counted from 1.
        width, height: in points.
        lines: in the order in which the file draws them.
        aside: lines that run up or down the page.
        turn: 1 or -1 where nearly all of the page stands on its side: `lines` are given as if it
            lay turned to be read, clockwise or against; 2 where it stands on its head; 0 else.
        unseen: characters that were left out, for they stand off the page or are too small.
        state: "text" where its lines are what it says.
    """

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    aside: list[Line] = field(default_factory=list)
    turn: int = 0
    state: State = "text"
    unseen: int = 0

    @property
    def needs_ocr(self) -> bool:
        """Whether what it says stands in a picture."""
        return self.state in {"picture", "unreadable"}

    def box(self, lines: Sequence[Line]) -> Box:
        """The box that holds all these lines, on the page as it is seen."""
        _, left, low, right, top, *_ = lines[0]
        for line in lines:
            left = line.left if line.left < left else left
            low = line.low if line.low < low else low
            right = line.right if line.right > right else right
            top = line.top if line.top > top else top
        if self.turn == 2:
            wide, high = self.width, self.height
            return Box(wide - right, high - top, wide - left, high - low)
        if self.turn > 0:
            return Box(self.height - top, left, self.height - low, right)
        if self.turn < 0:
            return Box(low, self.width - right, top, self.width - left)
        return Box(left, low, right, top)


def sheet_of(page: Any, number: int) -> Sheet:
    """The lines of a page of PDFium's."""
    text_page = page.get_textpage()
    try:
        return sheet_with(page, number, Places(page, text_page))
    finally:
        text_page.close()


def sheet_with(page: Any, number: int, places: Places) -> Sheet:
    """The lines of a page whose places are known."""
    sheet = Sheet(number, page.get_width() or 1.0, page.get_height() or 1.0)
    pieces = _seen(sheet, _pieces(places))
    if page.get_rotation() == 180:
        _upright(sheet, pieces)
    _set(sheet, pieces)
    sheet.lines = list(_cells(sheet, pieces, places))
    if readable_share(_without(places.text, _JOINTS)) < _READABLE or places.unmapped():
        sheet.state = "unreadable"
    return sheet


class _Piece(NamedTuple):
    """A line as PDFium gives it, and where it begins in the page's text."""

    line: Line
    start: int
    turn: int  # 1 up the page, -1 down
    least: float  # the height of the smaller of its ends
    back: bool  # it runs from right to left


def _pieces(places: Places) -> Iterator[_Piece]:
    text, at, bold = places.text, places.at, places.bold
    heads = False
    for found in _PIECES.finditer(text):
        start, end = found.span()
        said = found[0].strip()
        if text[start].isspace():
            start = text.index(said, start)
        last = start + len(said) - 1
        heads = (heads or _may_head(said)) and bold(start) and bold(last)
        yield _piece(said, at(start), at(last), text[end : end + 1] == _HYPHEN, heads, start)


def _may_head(said: str) -> bool:
    """Whether a line begins and ends like a heading."""
    first = said[0]
    begins = not "a" <= first <= "z" and first.isalnum()
    return begins and len(said) > 1 and said[-1] not in _NO_HEAD


def _without(text: str, signs: str) -> str:
    """A text with spaces for these signs; quicker than by a pattern."""
    for sign in signs:
        text = text.replace(sign, " ")
    return text


def _seen(sheet: Sheet, pieces: Iterable[_Piece]) -> list[_Piece]:
    """What stands on the page, and is not too small to be read."""
    kept: list[_Piece] = []
    for piece in pieces:
        if _is_seen(sheet, piece.line):
            kept.append(piece)
        else:
            sheet.unseen += len(piece.line.text)
    return kept


def _is_seen(sheet: Sheet, line: Line) -> bool:
    """False too where a place is no number, as files from strangers have it."""
    wide, high = sheet.width, sheet.height
    beside = -wide < line.left < wide and 0 <= line.right < 2 * wide and line.left <= line.right
    below = -high < line.low < high and 0 <= line.top < 2 * high
    return beside and below and line.size >= _SMALLEST


def _piece(said: str, first: Place, last: Place, tied: bool, bold: bool, start: int) -> _Piece:
    left, low, right, top = first
    end_left, end_low, end_right, end_top = last
    height, least, turn = top - low, end_top - end_low, 0
    size = height if height == least else _size(said, height, least)
    least = least if least < height else height
    if low != end_low and len(said) > 2 and abs(end_low - low) > abs(end_left - left):
        turn = 1 if end_low > low else -1
        size = max(right - left, end_right - end_left)
    line = Line(
        said,
        left if left < end_left else end_left,
        low if low < end_low else end_low,
        right if right > end_right else end_right,
        top if top > end_top else end_top,
        size,
        tied,
        bold,
        start,
    )
    return _Piece(line, start, turn, least, end_left < left)


def is_rtl(text: str) -> bool:
    """Whether a text is written from right to left."""
    return bool(_RTL.search(text))


def _size(said: str, height: float, end: float) -> float:
    """The height of a line's type: of its larger end, for raised signs are small; not of signs."""
    if said[-1].isalnum() and not said[0].isalnum():
        return end
    return height if height > end else end


def _set(sheet: Sheet, pieces: list[_Piece]) -> None:
    """Turn a page that stands on its side; put aside single lines that do."""
    up = sum(piece.turn * len(piece.line.text) for piece in pieces)
    usual = 0
    if 2 * abs(up) > sum(len(piece.line.text) for piece in pieces):
        sheet.turn = 1 if up > 0 else -1
        sheet.width, sheet.height = sheet.height, sheet.width
        pieces[:] = [piece._replace(line=_turned(piece.line, sheet)) for piece in pieces]
        usual = sheet.turn
    sheet.aside = [piece.line for piece in pieces if piece.turn != usual]
    if sheet.aside:
        pieces[:] = [piece for piece in pieces if piece.turn == usual]


def _upright(sheet: Sheet, pieces: list[_Piece]) -> None:
    """Turn a page that stands on its head."""
    turned = [p.line.text for p in pieces if p.back and not is_rtl(p.line.text)]
    back = sum(map(len, turned))
    if 2 * back > sum(len(piece.line.text) for piece in pieces):
        sheet.turn = 2
        pieces[:] = [piece._replace(line=_turned(piece.line, sheet)) for piece in pieces]


def _turned(line: Line, sheet: Sheet) -> Line:
    left, low, right, top = line.left, line.low, line.right, line.top
    if sheet.turn == 2:
        place = (sheet.width - right, sheet.height - top, sheet.width - left, sheet.height - low)
    elif sheet.turn > 0:
        place = (low, sheet.height - right, top, sheet.height - left)
    else:
        place = (sheet.width - top, left, sheet.width - low, right)
    return line._replace(left=place[0], low=place[1], right=place[2], top=place[3])


def _cells(sheet: Sheet, pieces: Sequence[_Piece], places: Places) -> Iterator[Line]:
    """Lines parted at wide white, where there may be any: in tables, and across columns."""
    if sheet.turn:
        yield from (piece.line for piece in pieces)
        return
    across = _is_across(sheet, pieces, places)
    letters = [_letters(piece.line.text) for piece in pieces]
    usual = _usual(pieces, letters)
    found: list[list[Line]] = []
    for piece, count in zip(pieces, letters, strict=True):
        wide = across and piece.line.right - piece.line.left > 0.4 * sheet.width
        loose = wide or _is_loose(piece, count * usual * piece.least)
        gap = _GUTTER if wide else _GAP
        found.append(_parted(piece, places, gap) if loose else [piece.line])
    before = 0
    for at, whole in enumerate(found):
        cells = whole
        beside = before > 2 or (at + 1 < len(found) and len(found[at + 1]) > 2)
        before = len(cells)
        if beside and before == 1 and " " in cells[0].text:  # a table's head, set closer
            cells = _parted(pieces[at], places, _GAP)
        yield from cells if len(cells) == 1 else (n for n in cells if _is_seen(sheet, n))


def _usual(pieces: Sequence[_Piece], letters: Sequence[float]) -> float:
    """A letter's usual width on a page, of its line's size: by the long lines."""
    found = [
        (p.line.right - p.line.left) / (count * p.least)
        for p, count in zip(pieces, letters, strict=True)
        if len(p.line.text) > _LONG and p.least
    ]
    return min(median(found), _WIDEST) if len(found) > 3 else _NARROW


def _letters(text: str) -> float:
    """How many letters' room a text takes."""
    if text.isascii() or max(text) < "\u2e80":
        return len(text)
    return len(text) + 1.1 * len(_WIDE.findall(text))


def _is_loose(piece: _Piece, wide: float) -> bool:
    """Whether a line is wider than its letters, which usually are so wide, or a row of numbers."""
    line, text = piece.line, piece.line.text
    if " " not in text:
        return False
    if line.right - line.left > wide + max(1.2 * piece.least, 0.12 * wide):
        return True
    return bool(_NUMBERS.search(text)) and len(_DIGITS.findall(text)) > 0.3 * len(text)


def _is_across(sheet: Sheet, pieces: Sequence[_Piece], places: Places) -> bool:
    """Whether lines run on across columns: a few of them have wide white in one place."""
    wide = [p for p in pieces if p.line.right - p.line.left > 0.5 * sheet.width]
    if len(wide) < 4:
        return False
    sample = wide[:: -(-len(wide) // _SAMPLE)]
    gaps: list[float] = []
    without = 0
    for piece in sample:
        cells = _parted(piece, places, _GUTTER)
        gaps += (found := list(_gaps(cells, 0.1 * sheet.width)))
        without += not found
        if 2 * without > len(sample):
            return False
    if len(gaps) < 2:
        return False
    middle = median(gaps)
    return 2 * sum(abs(gap - middle) < 0.04 * sheet.width for gap in gaps) >= len(sample)


def _gaps(cells: Sequence[Line], least: float) -> Iterator[float]:
    """The middles of the white between cells that are wide enough for columns."""
    for a, b in pairwise(cells):
        if a.right - a.left > least and b.right - b.left > least:
            yield (a.right + b.left) / 2


def _parted(piece: _Piece, places: Places, gap: float) -> list[Line]:
    """A line's cells: parts with more white between them than `gap` of its size."""
    line, start, at = piece.line, piece.start, places.at
    least = gap * piece.least
    letter = 0.25 * piece.least  # in a narrow word
    cells: list[Line] = []
    first = before = at(start)
    begin = 0
    for (begun, end), (after, _) in pairwise([n.span() for n in _WORDS.finditer(line.text)]):
        place = at(start + after)
        if place[0] - before[0] - letter * (end - begun) > least:
            last = at(start + end - 1)
            if place[0] - last[2] > least:
                cells.append(_cell(line, begin, end, first, last))
                begin, first = after, place
        before = place
    if not cells:
        return [line]
    last = at(start + len(line.text) - 1)
    return [*cells, _cell(line, begin, len(line.text), first, last)]


def _cell(line: Line, begin: int, end: int, first: Place, last: Place) -> Line:
    return Line(
        line.text[begin:end],
        min(first[0], last[0]),
        min(first[1], last[1]),
        max(first[2], last[2]),
        max(first[3], last[3]),
        first[3] - first[1],
        line.tied and end == len(line.text),
        line.bold,
        line.start + begin,
    )
