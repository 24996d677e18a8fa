"""What stands on one height of a region, from left to right."""

import re
from collections.abc import Sequence
from itertools import pairwise

from copydesk.documents.pdf.sheet import Line, is_rtl

_HAN = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")

Row = list[Line]


def is_han(sign: str) -> bool:
    """Whether a sign is written without a space to its like: Chinese, Japanese, their marks."""
    return sign >= "\u3000" and bool(_HAN.match(sign))


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Lines as rows, from top to bottom; the cells of a row from left to right."""
    rows: list[Row] = []
    low = 0.0
    for line in sorted(lines, key=from_top):
        if rows and line.top > low and _beside(rows[-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
            low = line.low
    for row in rows:
        if len(row) > 1:
            row.sort(key=_from_left)
    return rows


def from_top(line: Line) -> tuple[float, float]:
    """To sort lines by: from the top, then from the left."""
    return -line.low - line.top, line.left


def _from_left(line: Line) -> float:
    return line.left


def _beside(row: Row, line: Line) -> bool:
    """Whether a line stands on the height of a row, and not over it."""
    first = row[0]
    top = first.top if first.top < line.top else line.top
    low = first.low if first.low > line.low else line.low
    height, other_height = first.top - first.low, line.top - line.low
    if top - low < 0.55 * (height if height < other_height else other_height):
        return False
    for other in row:
        if line.left >= other.right or line.right <= other.left:
            continue
        beyond = min(other.right, line.right) - max(other.left, line.left)
        if beyond > 0.3 * min(other.right - other.left, line.right - line.left):
            return False
    return True


def one_line(row: Row) -> Line:
    """A row as one line."""
    if len(row) == 1:
        return row[0]
    if is_rtl(row[-1].text):
        return _from_right(row)
    parts = [row[0].text]
    for before, line in pairwise(row):
        gap = line.left - before.right
        close = gap < 0.12 * line.size
        han = is_han(line.text[0]) and is_han(before.text[-1]) and gap < line.size
        parts += ("" if close or han else " ", line.text)
    return _around(row, "".join(parts))


def _from_right(row: Row) -> Line:
    return _around(row, " ".join(line.text for line in reversed(row)))


def _around(row: Row, text: str) -> Line:
    main = max(row, key=lambda n: len(n.text))
    return Line(
        text,
        row[0].left,
        min(n.low for n in row),
        max(n.right for n in row),
        max(n.top for n in row),
        main.size,
        row[-1].tied,
        all(n.bold for n in row),
    )
