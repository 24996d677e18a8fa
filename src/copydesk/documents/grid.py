"""Tables become rows that can be read alone: each cell under the heads of its column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading

_MOST_HEADS = 4  # rows
_LONGEST_CELL = 1 << 15  # characters, as many as Excel's have
_WIDEST = 1024  # columns that a cell may cover
_LONGEST_NAME = 120  # characters of a head, or of a cell that is said again in each row
_LONGEST_NAMES = 4000  # characters of all heads that are said in one row
_MOST_SLOTS = 500_000  # of one table; beyond, a cell covers its own place alone
_FIGURE = re.compile(r"(?=\D*+\d)[\d.,:/%‰$€£¥￥() +−–-]++")
_YEAR = re.compile(r"(?:FY)?(?:1[89]|20|21)\d\d(?:[/–-]\d\d)?[AEFP*]?年?度?")


class Slot(NamedTuple):
    """One place of a table.

    Attributes:
        text: of the cell that covers it.
        merged: "<" where that cell begins to the left, "^" where it begins above.
    """

    text: str = ""
    merged: Literal["", "<", "^"] = ""


@dataclass(frozen=True)
class Cell:
    """A cell as HTML and OpenDocument write it: once, with the columns and rows it covers."""

    text: str
    across: int = 1
    down: int = 1
    head: bool = False


def spread(cells: Iterable[Sequence[Cell]]) -> list[list[Slot]]:
    """Every place of a table whose cells may cover several."""
    table: list[list[Slot]] = []
    below: dict[int, tuple[int, Slot]] = {}  # column: rows still covered, and by what
    left = _MOST_SLOTS
    for row in cells:
        if left <= 0:
            below.clear()
        line = _spread(row, below, left > 0)
        left -= len(line)
        table.append(line)
    return table


def _spread(row: Sequence[Cell], below: dict[int, tuple[int, Slot]], wide: bool) -> list[Slot]:
    line: list[Slot] = []
    waiting = list(reversed(row))
    last = max(below, default=-1)
    while waiting or len(line) <= last:
        if (at := len(line)) in below:
            rows, slot = below.pop(at)
            line.append(slot)
            if rows > 1:
                below[at] = (rows - 1, slot)
        elif not waiting:
            line.append(Slot())
        else:
            cell = waiting.pop()
            _place(cell if wide else Cell(cell.text), line, below)
    return line


def _place(cell: Cell, line: list[Slot], below: dict[int, tuple[int, Slot]]) -> None:
    for step in range(max(1, min(cell.across, _WIDEST - len(line)))):
        if step and len(line) in below:
            return
        if cell.down > 1:
            below[len(line)] = (cell.down - 1, Slot(cell.text, "<" if step else "^"))
        line.append(Slot(cell.text, "<" if step else ""))


def add_table(
    reading: Reading, table: Sequence[Sequence[Slot]], page: int = 0, heads: int | None = None
) -> None:
    """Add a table's rows, the heads of its columns first.

    Args:
        heads: how many rows are heads; None where that must be guessed.
    """
    for text in lines(table, heads):
        reading.add(text, page, "row")


def lines(table: Sequence[Sequence[Slot]], heads: int | None = None) -> list[str]:
    """A table as lines: the heads, then the cells of each row named by them."""
    rows = [[Slot(_short(slot.text), slot.merged) for slot in row] for row in table]
    rows = [row for row in rows if any(slot.text for slot in row)]
    out: list[str] = []
    while rows and heads is None and _is_title(rows[0], rows[1:]):
        out.append(rows.pop(0)[0].text)
    count = guessed_heads(rows) if heads is None else min(heads, len(rows))
    names = column_names(rows[:count])
    if count:
        out.append(" | ".join(_distinct(names)))
    return out + [named(names, row) for row in rows[count:]]


def _short(text: str) -> str:
    text = line_of(text)
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"


def _is_title(row: Sequence[Slot], others: Sequence[Sequence[Slot]]) -> bool:
    """One cell over the whole table is what it is called, not the head of a column."""
    return bool(others) and len(row) > 1 and bool(row[0].text) and _covers(row)


def _covers(row: Sequence[Slot]) -> bool:
    return len(row) > 1 and all(slot.merged == "<" for slot in row[1:])


def guessed_heads(rows: Sequence[Sequence[Slot]]) -> int:
    """How many rows are heads: one without figures, and those below a head that covers several."""
    count = 0
    while count < min(_MOST_HEADS, len(rows) - 1) and is_head([slot.text for slot in rows[count]]):
        count += 1
        if not any(slot.merged == "<" and slot.text for slot in rows[count - 1]):
            break
    return count


def is_head(row: Sequence[str]) -> bool:
    """Whether a row may name columns: several cells, and no figures but years."""
    filled = [cell for cell in row if cell]
    figures = [cell for cell in filled if _FIGURE.fullmatch(cell)]
    if len(row) < 2 or not filled:
        return False
    if not figures:
        return True
    return row[0] not in figures and all(_YEAR.fullmatch(cell) for cell in figures)


def column_names(heads: Sequence[Sequence[Slot]]) -> list[str]:
    """The heads of each column, the outer before the inner: “2024 Q1”."""
    width = max((len(row) for row in heads), default=0)
    names = []
    for column in range(width):
        slots = [row[column] for row in heads if column < len(row)]
        name = " ".join(_distinct(s.text for s in slots if s.text and s.merged != "^"))
        names.append(name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…")
    return names


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def named(names: Sequence[str], row: Sequence[Slot]) -> str:
    """A row as one line: each cell once, after the head of its column."""
    if _covers(row):
        return row[0].text
    told = []
    left = _LONGEST_NAMES
    for column, slot in enumerate(row):
        if slot.text and slot.merged != "<":
            name = names[column] if column < len(names) and left > 0 else ""
            left -= len(name)
            text = slot.text[:_LONGEST_NAME] if slot.merged else slot.text
            told.append(f"{name}: {text}" if name else text)
    return " | ".join(told)
