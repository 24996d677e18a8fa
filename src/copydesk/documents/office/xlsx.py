"""Excel workbooks: a sheet is a page, its name the section, a row a passage under its heads.

The rows are read one by one, so a large sheet needs no memory for its XML. Formulas are shown by
the value that was saved with them; nothing is calculated.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, Literal

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from copydesk.documents.grid import Slot, add_table, column_names, guessed_heads, named
from copydesk.documents.office.parts import Parts, R, S
from copydesk.documents.office.values import shown
from copydesk.documents.package import DAMAGE, damaged
from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading, page_notes

_MOST_SHEETS = 500
_MOST_ROWS = 100_000  # of one sheet
_MOST_CELLS = 1_000_000  # of all sheets together
_WIDEST = 512  # columns
_MOST_MERGED = 10_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


_State = Literal["damaged", "long"]


def read_xlsx(parts: Parts) -> Reading:
    """The filled cells of every sheet, also of hidden ones.

    Raises:
        DocumentProblem: the file is damaged.
    """
    try:
        return _Book(parts).read()
    except DAMAGE:
        raise damaged(parts.path) from None


class _Book:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.reading = Reading(title=parts.title())
        main = parts.needed(parts.main)
        properties = main.find(S + "workbookPr")
        old = properties is not None and properties.get("date1904") in {"1", "true"}
        self.epoch = CALENDAR_MAC_1904 if old else CALENDAR_WINDOWS_1900
        self.sheets = list(main.iterfind(f"{S}sheets/{S}sheet"))
        self.strings = list(self._strings())
        self.forms = self._forms()
        self.left = _MOST_CELLS
        self.unknown = 0
        self.names: list[str] = []  # the heads of the columns of the last table

    def read(self) -> Reading:
        left_out: dict[_State, list[int]] = {"damaged": [], "long": []}
        self.reading.pages = len(self.sheets)
        for number, sheet in enumerate(self.sheets[:_MOST_SHEETS], 1):
            part = self.parts.target(self.parts.main, sheet.get(R + "id"))
            content = self.parts.content(part)
            if b"sheetData" not in content:  # a sheet that is a chart
                continue
            self.reading.fresh()
            self.names = []
            name = line_of(sheet.get("name", ""))
            before = len(self.reading.passages)
            self.reading.head(name, number)
            state = self._sheet(content, number)
            if len(self.reading.passages) == before + 1:
                self.reading.passages.pop()  # an empty sheet has nothing to head
            if state:
                left_out[state].append(number)
        self._note(left_out)
        return self.reading

    def _note(self, left_out: dict[_State, list[int]]) -> None:
        notes = self.reading.notes
        if len(self.sheets) > _MOST_SHEETS:
            notes.append(f"only the first {_MOST_SHEETS} sheets were read")
        if some := left_out["damaged"]:
            notes.append(_sheets(page_notes(some, "damaged, read up to there")))
        if some := left_out["long"]:
            notes.append(_sheets(page_notes(some, "longer than what was read of it")))
        if self.unknown:
            notes.append(
                "formulas that were never calculated have no value"
                f" ({self.unknown:,}): open the file in Excel or LibreOffice and save it"
            )

    def _strings(self) -> Iterator[str]:
        for name in self.parts.related(self.parts.main, "sharedStrings"):
            for item in _each(self.parts.content(name), S + "si"):
                yield _text(item)

    def _forms(self) -> list[tuple[str, bool]]:
        """The number format of each cell style, and whether it is one of dates."""
        names = self.parts.related(self.parts.main, "styles")
        root = self.parts.tree(names[0]) if names else None
        if root is None:
            return []
        known = {str(number): form for number, form in BUILTIN_FORMATS.items()}
        for one in root.iterfind(f"{S}numFmts/{S}numFmt"):
            known[one.get("numFmtId", "")] = one.get("formatCode", "")[:200]
        styles = root.iterfind(f"{S}cellXfs/{S}xf")
        forms = [known.get(one.get("numFmtId", "0"), "General") for one in styles]
        return [(form, bool(is_date_format(form))) for form in forms]

    def _sheet(self, content: bytes, number: int) -> _State | None:
        """Add a sheet's rows; why not all of them, if so."""
        block: list[list[Slot]] = []
        last = 0
        state: _State | None = None
        try:
            for count, (at, row) in enumerate(self._filled(content)):
                if self.left <= 0 or count >= _MOST_ROWS:
                    state = "long"
                    break
                if at > last + 1:
                    self._block(block, number)
                    block = []
                block.append(row)
                last = at
        except etree.Error:
            state = "damaged"
        self._block(block, number)
        return state

    def _filled(self, content: bytes) -> Iterator[tuple[int, list[Slot]]]:
        """The rows with text, and the number of each."""
        merged = _merged(content)
        above: list[Slot] = []
        for at, cells in self._rows(content):
            row = _slots(at, cells, merged, above)
            if row:
                above = row
                yield at, row

    def _block(self, block: list[list[Slot]], number: int) -> None:
        """Rows without an empty one between them are a table; what stands alone above is its title.

        Without heads of its own it goes on with those of the table before.
        """
        widest = max((len(row) for row in block), default=0)
        start = 0
        while start < len(block) and _alone(block[start]):
            text = next(slot.text for slot in block[start] if slot.text)
            more = any(not _alone(row) for row in block[start + 1 : start + 3])
            self.reading.add(text, number, "caption" if more else "text")
            start += 1
        table = [[*row, *[Slot()] * (widest - len(row))] for row in block[start:]]
        heads = guessed_heads(table)
        if heads:
            self.names = column_names(table[:heads])
        if heads or not self.names:
            add_table(self.reading, table, number, heads)
            return
        for row in table:
            self.reading.add(named(self.names, row), number, "row")

    def _rows(self, content: bytes) -> Iterator[tuple[int, dict[int, str]]]:
        """The number of each row that has cells, and their texts by column, from 0."""
        last = 0
        for row in _each(content, S + "row"):
            given = row.get("r", "")
            last = (
                int(given) if given.isascii() and given.isdigit() and len(given) < 8 else last + 1
            )
            cells: dict[int, str] = {}
            for cell in row.iterchildren(S + "c"):
                place = _PLACE.fullmatch(cell.get("r", ""))
                column = _column(place[1]) if place else max(cells, default=-1) + 1
                if column < _WIDEST:
                    cells[column] = self._value(cell)
            self.left -= len(cells)
            yield last, cells

    def _value(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        text = cell.findtext(S + "v") or ""
        if kind == "inlineStr":
            inner = cell.find(S + "is")
            return "" if inner is None else _text(inner)
        if not text and cell.find(S + "f") is not None:
            self.unknown += kind != "str"
            return ""
        if kind == "s":
            at = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
            return self.strings[at] if 0 <= at < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if kind != "n":
            return text
        return self._number(text, cell.get("s", "0"))

    def _number(self, text: str, style: str) -> str:
        at = int(style) if style.isascii() and style.isdigit() and len(style) < 7 else 0
        form, is_date = self.forms[at] if at < len(self.forms) else ("General", False)
        try:
            value = float(text)
            if is_date:
                return shown(from_excel(value, self.epoch))
            return shown(int(value) if value.is_integer() and abs(value) < 1e15 else value, form)
        except (ValueError, OverflowError, TypeError):  # a date before all dates, 1e999, a word
            return text


def _each(content: bytes, tag: str) -> Iterator[Any]:
    """The elements with a tag, one after the other, each let go after it was looked at."""
    found = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=tag,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    for _, element in found:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _text(item: Any) -> str:
    """The text of a string, its runs together; how it is pronounced is left out."""
    return "".join(
        one.text or ""
        for one in item.iter(S + "t")
        if one.getparent() is None or one.getparent().tag != S + "rPh"
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _merged(content: bytes) -> dict[int, list[tuple[int, int, int]]]:
    """By row: the columns from and to which a merged cell goes there, and the row it begins in."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    left = _MOST_MERGED
    for match in _MERGED.finditer(content):
        first, low, last, high = match.groups()
        columns = _column(first.decode()), min(_column(last.decode()), _WIDEST)
        for row in range(int(low), min(int(high), int(low) + 1000) + 1):
            left -= 1
            if left < 0:
                return found
            found.setdefault(row, []).append((*columns, int(low)))
    return found


def _slots(
    at: int,
    cells: dict[int, str],
    merged: dict[int, list[tuple[int, int, int]]],
    above: list[Slot],
) -> list[Slot]:
    width = max((column for column, text in cells.items() if text), default=-1) + 1
    spans = merged.get(at, [])
    width = max([width, *(last + 1 for first, last, low in spans if low < at or first in cells)])
    row = [Slot(cells.get(column, "")) for column in range(width)]
    for first, last, low in spans:
        up = low < at and first < len(above)
        text = above[first].text if up else cells.get(first, "")
        for column in range(first, min(last + 1, width)):
            row[column] = Slot(text, "<" if column > first else "^" if up else "")
    while row and not row[-1].text:
        row.pop()
    return row


def _alone(row: list[Slot]) -> bool:
    """Whether one cell alone stands in a row."""
    return sum(1 for slot in row if slot.text and not slot.merged) == 1


def _sheets(note: str) -> str:
    return note.replace("page", "sheet", 1)
