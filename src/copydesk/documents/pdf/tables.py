"""Tables by their geometry: rows whose cells stand in the same columns, named by their heads.

A false table is worse than a paragraph: what is not plainly a table stays text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from copydesk.documents.pdf.captions import begins_caption
from copydesk.documents.pdf.rows import Row, one_line, rows_of
from copydesk.documents.pdf.sheet import Line

_BIN = 2.0  # points
_FEWEST = 3  # rows with cells
_FILLED = 0.6  # of the cells of a table's rows
_LONGEST = 60  # characters of a usual cell
_SHORT = 28  # of one in a table without numbers
_NEAR = 20.0  # points from a column to the head that it shares with another
_STEADY = 3.0  # points that cells of a column may stand off
_NUMBER = re.compile(
    r"[\s~≈<>≤≥±+\-–−(\[]*[$€£¥]?[\d.,:/]*\d[\d.,:/%‰)\]*†‡a-e\s±–-]*$|[✓✗✔✘×–—-]$|n/?a$", re.I
)
_SPEAKS = re.compile(r"[^\W\d_]{2}")
_SAYS = re.compile(r"[a-z\u4e00-\u9fff]")
_PERIOD = re.compile(
    r"(?:FY|Q\d|[A-Za-z]{3,9}\.?)?\s?(?:19|20)\d\d\b.{0,3}$|(?:19|20)\d\d\s?年.{0,6}$"
)
_LONGEST_NAME = 45  # characters of a row that names those under it
_MOST_COLUMNS = 40
_MOST_HEADS = 4  # rows

_Edge = tuple[float, float]  # from where to where a column reaches
Cells = dict[int, list[Line]]  # of one row, by their columns


@dataclass
class TableRow:
    """A row as it is said, and the lines it was set in."""

    text: str
    lines: list[Line]


@dataclass
class Table:
    """Rows of a table; `over` and `under` are text that was taken for rows of it."""

    over: list[Row]
    rows: list[TableRow]
    under: list[Row]


def parts_of(rows: Sequence[Row]) -> Iterator[tuple[bool, list[Row]]]:
    """Runs of rows: True for what may be a table, False for text."""
    text: list[Row] = []
    at = 0
    while at < len(rows):
        end = _run(rows, at)
        if end - at >= _FEWEST:
            if text:
                yield False, text
            yield True, list(rows[at:end])
            text = []
            at = end
        else:
            text.append(rows[at])
            at += 1
    if text:
        yield False, text


def _run(rows: Sequence[Row], start: int) -> int:
    """Where a run of rows with several cells ends; single cells may lie between them."""
    if len(rows[start]) < 2 or begins_caption(rows[start][0].text):
        return start
    end = start + 1
    alone = 0
    for at in range(start + 1, len(rows)):
        if _apart(rows[at - 1], rows[at]) or begins_caption(rows[at][0].text):
            break
        if len(rows[at]) > 1:
            end, alone = at + 1, 0
        elif (alone := alone + 1) > 3:
            break
    return end


def _apart(row: Row, after: Row) -> bool:
    return min(n.low for n in row) - max(n.top for n in after) > 2.5 * row[0].size


def table_of(rows: Sequence[Row]) -> Table | None:
    """A run of rows as a table, with what stands over and under it; None if it is none."""
    edges = _edges([row for row in rows if len(row) > 1])
    first, last = 0, len(rows)
    while first < last and _is_text(rows[first], edges):
        first += 1
    while last > first and _is_text(rows[last - 1], edges):
        last -= 1
    inner = rows[first:last]
    placed = [_placed(row, edges) for row in inner] if len(edges) <= _MOST_COLUMNS else []
    if not 2 <= len(edges) <= _MOST_COLUMNS or not _is_table(placed, len(edges)):
        return None
    heads = 0 if _is_form(placed) else _heads(placed)
    names = _names(inner[:heads], edges)
    said = list(_said(placed[heads:], names))
    if heads:
        lines = [line for row in inner[:heads] for line in row]
        said.insert(0, TableRow(" | ".join(names[at] for at in sorted(names)), lines))
    return Table(list(rows[:first]), said, list(rows[last:]))


def _is_text(row: Row, edges: Sequence[_Edge]) -> bool:
    """Whether a row at a table's edge is text over or under it."""
    line = max(row, key=lambda n: n.right - n.left)
    crossed = sum(line.left < high - 3 and line.right > low + 3 for low, high in edges)
    return (crossed > 1 and len(line.text) > 32) or (len(row) == 1 and len(line.text) > _LONGEST)


def _edges(rows: Sequence[Row]) -> list[_Edge]:
    """From where to where each column reaches: the white between them crosses all but few rows."""
    lines = [line for row in rows for line in row]
    left, right = min(n.left for n in lines), max(n.right for n in lines)
    steps = [0] * (int((right - left) / _BIN) + 3)
    for line in lines:
        steps[int((line.left - left) / _BIN)] += 1
        steps[int((line.right - left) / _BIN) + 1] -= 1
    allowed = max(len(rows) // 6, min(1, len(rows) // 4))
    edges: list[_Edge] = []
    height, start = 0, -1
    for at, step in enumerate(steps):
        height += step
        if height > allowed and start < 0:
            start = at
        elif height <= allowed and start >= 0:
            edges.append((left + _BIN * start, left + _BIN * at))
            start = -1
    return edges


def _placed(row: Row, edges: Sequence[_Edge]) -> Cells:
    """The lines of a row by their columns; one that spans several stands in the first of them."""
    cells: Cells = {}
    for line in row:
        shares = [min(line.right, high) - max(line.left, low) for low, high in edges]
        cells.setdefault(shares.index(max(shares)), []).append(line)
    return cells


def _is_table(placed: Sequence[Cells], columns: int) -> bool:
    """Whether rows fill aligned columns, and say what they are about."""
    many = [cells for cells in placed if len(cells) > 1]
    if len(many) < _FEWEST or _has_ticks(placed):
        return False
    columned = [[cells[at] for cells in many if at in cells] for at in range(columns)]
    filled = sum(map(len, many)) / (columns * len(many))
    if filled < _FILLED or not all(cells and _aligned(cells) for cells in columned):
        return False
    texts = [[_text(lines) for lines in cells] for cells in columned]
    usual = max(median(map(len, said)) for said in texts)
    numbers = [at for at in range(1, columns) if _share(texts[at]) >= 0.6]
    if numbers:
        return usual < _LONGEST and any(map(_words, texts))
    full = filled > 0.8 if columns > 2 else filled > 0.9
    return usual <= _SHORT and len(many) > _FEWEST and full


def _has_ticks(placed: Sequence[Cells]) -> bool:
    """Whether many rows are a number and nothing else, as along a chart."""
    alone = sum(len(cells) == 1 and _share([_text(*cells.values())]) > 0 for cells in placed)
    return alone > 0.2 * len(placed)


def _aligned(cells: Sequence[Sequence[Line]]) -> bool:
    """Whether most cells of a column begin, end or have their middles in one place."""
    lefts, rights = [c[0].left for c in cells], [c[-1].right for c in cells]
    middles = [(a + b) / 2 for a, b in zip(lefts, rights, strict=True)]
    return any(_steady(places) for places in (lefts, rights, middles))


def _steady(places: Sequence[float]) -> bool:
    """Whether most places are one, or all are a few: what is indented, what is set bold."""
    usual = median(places)
    if sum(abs(place - usual) < _STEADY for place in places) >= 0.65 * len(places):
        return True
    steps = sum(b - a > _STEADY for a, b in pairwise(sorted(places)))
    return steps + 1 <= (len(places) + 1) // 3


def _share(texts: Sequence[str]) -> float:
    return sum(bool(_NUMBER.match(text)) for text in texts) / len(texts)


def _words(texts: Sequence[str]) -> bool:
    """Whether half of the cells, or three, say something: a chart's ticks do not."""
    return sum(bool(_SPEAKS.search(text)) for text in texts) >= min(3, len(texts) / 2)


def _text(lines: Sequence[Line]) -> str:
    if len(lines) == 1:
        return lines[0].text
    return " ".join(one_line(row).text for row in rows_of(lines))


def _is_form(placed: Sequence[Cells]) -> bool:
    """Whether rows are labels with their values, and the first row is one of them."""
    labels = [_text(cells[0])[-1] in ":：?？" for cells in placed if len(cells) > 1 and 0 in cells]
    return 2 * sum(labels) > len(labels)


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and text[-1] not in ".;?!。；？！"


def _heads(placed: Sequence[Cells]) -> int:
    """How many rows at the top name the columns: they are words, and numbers follow."""
    count = 0
    for at, cells in enumerate(placed[:_MOST_HEADS]):
        texts = [_text(lines) for lines in cells.values()]
        years = at == 0 and 0 not in cells and all(map(_PERIOD.match, texts))
        if len(cells) > 1 and (_share(texts) == 0 or years):
            count = at + 1
        elif len(cells) > 1:
            break
    below = placed[count : count + 3]
    numeric = any(_share([_text(c) for c in cells.values()]) > 0 for cells in below)
    return count if count < len(placed) - 1 and (numeric or count <= 1) else 0


def _said(placed: Sequence[Cells], names: dict[int, str]) -> Iterator[TableRow]:
    group: _Group | None = None
    rows = _whole(placed)
    usual = _pitch(rows)
    for before, cells in zip([None, *rows], rows, strict=False):
        lines = [line for cell in cells.values() for line in cell]
        if group and (group.ends(lines) or (before and _drop(before, cells) > 1.4 * usual)):
            group = None
        if len(cells) == 1:
            text = _text(lines)
            if _SAYS.search(text) and min(cells) <= 1 and _is_name(text):
                group = _Group(text.rstrip(":："), lines[0].left)
            yield TableRow(text, lines)
            continue
        cell = [_named(names.get(at, ""), _text(cells[at])) for at in sorted(cells)]
        said = " ".join(cell) if cell[0][-1] in ":：" else " | ".join(cell)
        yield TableRow(f"{group.name} – {said}" if group else said, lines)


@dataclass
class _Group:
    """A row that names those under it: while they stand close, and indented if the first is."""

    name: str
    left: float
    indented: bool | None = None

    def ends(self, lines: Sequence[Line]) -> bool:
        further = min(n.left for n in lines) > self.left + _STEADY
        self.indented = further if self.indented is None else self.indented
        return self.indented and not further


def _drop(cells: Cells, after: Cells) -> float:
    """How far one row stands below another."""
    return _base(cells) - _base(after)


def _base(cells: Cells) -> float:
    return max(line.low for cell in cells.values() for line in cell)


def _pitch(rows: Sequence[Cells]) -> float:
    return median([_drop(a, b) for a, b in pairwise(rows)] or [1.0])


def _whole(placed: Sequence[Cells]) -> list[Cells]:
    """Rows with the further lines of their cells."""
    rows: list[Cells] = []
    for cells in placed:
        goes_on = len(cells) == 1 and all(c[0].text[:1].islower() for c in cells.values())
        if rows and goes_on and len(rows[-1]) > 1:
            for at, lines in cells.items():
                rows[-1].setdefault(at, []).extend(lines)
        else:
            rows.append({at: list(lines) for at, lines in cells.items()})
    return rows


def _named(head: str, text: str) -> str:
    return f"{head}: {text}" if head else text


def _names(heads: Sequence[Row], edges: Sequence[_Edge]) -> dict[int, str]:
    """The name of each column: what stands above it, outermost first."""
    above: dict[int, list[str]] = {}
    for row in heads:
        between = [line for line in row if not any(_is_over(line, edge) for edge in edges)]
        for at, edge in enumerate(edges):
            line = row[at] if len(row) == len(edges) else _over(row, between if at else [], edge)
            if line:
                above.setdefault(at, []).append(line.text.rstrip(":："))
    return {at: " ".join(names) for at, names in above.items()}


def _over(row: Row, between: Row, edge: _Edge) -> Line | None:
    """The head above a column; or that between two columns, if it is near."""
    for line in row:
        if _is_over(line, edge):
            return line
    low, high = edge
    near = [line for line in between if max(line.left - high, low - line.right) < _NEAR]
    return min(near, key=lambda n: abs(n.left + n.right - low - high), default=None)


def _is_over(line: Line, edge: _Edge) -> bool:
    low, high = edge
    shared = min(line.right, high) - max(line.left, low)
    return shared > 0.4 * min(high - low, line.right - line.left)
