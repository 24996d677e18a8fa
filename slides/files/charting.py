"""Columns of a table of data become charts and tables, verbatim; what was left out is said."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from copydesk.errors import DocumentProblem
from copydesk.findings import Finding
from copydesk.slides.deck import ChartKind, ChartSlide, Series, Slide, TableSlide
from copydesk.slides.files.data import DataColumn, Table
from copydesk.slides.files.numbers import is_gap

MOST_CATEGORIES: dict[str, int] = {
    "column": 24,
    "bar": 16,
    "stacked": 24,
    "line": 400,
    "area": 400,
    "pie": 8,
    "doughnut": 8,
    "scatter": 1000,
}
"""How many categories of each kind of chart can still be told apart."""
MOST_SERIES = 6
MOST_ROWS, MOST_COLUMNS = 200, 12
_WIDEST = 100.0  # how many times larger one series may be than another on the same axis
_SHARES = ("pie", "doughnut")
_OVER_TIME = ("line", "area", "scatter")

S = TypeVar("S", bound=Slide)


@dataclass(frozen=True)
class Drawn(Generic[S]):
    """A slide made of data, and what of the data is not on it."""

    slide: S
    findings: tuple[Finding, ...]


def chart_of(
    table: Table,
    *,
    title: str = "",
    kind: ChartKind | None = None,
    x: str = "",
    y: Sequence[str] = (),
    unit: str = "",
    takeaway: str = "",
    source: str = "",
    notes: str = "",
) -> Drawn[ChartSlide]:
    """A chart of a table's columns: every value as it stands in the file.

    Where there are more rows than a chart can show, lines, areas and points show every n-th one,
    the others the first ones. Shares of more than eight parts become a bar chart.

    Args:
        kind: a line for periods, else columns, if not given.
        x: the column of categories; the first that is not one of numbers if empty.
        y: the columns of values; all that hold numbers if empty.

    Raises:
        DocumentProblem: no column holds numbers, or one that was named holds none.
        UnknownName: there is no such column.
    """
    found = list(table.findings)
    across, series = _chosen(table, kind, x, y, found)
    chosen = _fitting(kind or _kind(table, across), table, series, found)
    picked = _picked(chosen, len(table.rows), table.name, found)
    along = _numbered(across, table) if chosen == "scatter" else None
    if along is not None:
        picked = [i for i in picked if along.values[i] is not None]
    _say_gaps(series, picked, table.name, found)
    slide = ChartSlide(
        title=title,
        kind=chosen,
        categories=() if along else tuple(_name(across, i) for i in picked),
        series=tuple(_series(one, picked, along) for one in series),
        unit=unit or _unit(series),
        takeaway=takeaway,
        source=source or table.name,
        notes=notes,
    )
    return Drawn(slide, tuple(found))


def table_of(
    table: Table,
    *,
    title: str = "",
    columns: Sequence[str] = (),
    rows: int = MOST_ROWS,
    source: str = "",
    notes: str = "",
) -> Drawn[TableSlide]:
    """A table slide of a table's columns, every cell as it stands in the file.

    Args:
        columns: names or numbers of the columns; all of them if empty, twelve at most.
        rows: how many rows at most.

    Raises:
        UnknownName: there is no such column.
    """
    found = list(table.findings)
    chosen = [table.column(name) for name in columns] or list(table.columns)
    if len(chosen) > MOST_COLUMNS:
        left = f"{len(chosen) - MOST_COLUMNS} of {len(chosen)} columns"
        found.append(_left_out(table.name, left, "name the columns that matter"))
        chosen = chosen[:MOST_COLUMNS]
    most = min(rows, MOST_ROWS)
    if len(table.rows) > most:
        left = f"{len(table.rows) - most:,} of {len(table.rows):,} rows"
        found.append(
            _left_out(table.name, left, "save the rows that matter as a file of their own")
        )
    slide = TableSlide(
        title=title,
        header=tuple(column.name for column in chosen),
        rows=tuple(
            tuple(column.cells[i] for column in chosen) for i in range(min(len(table.rows), most))
        ),
        source=source or table.name,
        notes=notes,
    )
    return Drawn(slide, tuple(found))


def _chosen(
    table: Table, kind: str | None, x: str, y: Sequence[str], found: list[Finding]
) -> tuple[DataColumn | None, list[DataColumn]]:
    """The column of categories, None for the rows' numbers; and those of values."""
    series = [_of_numbers(table, name) for name in y]
    across: DataColumn | None
    if x:
        across = _of_numbers(table, x) if kind == "scatter" else table.column(x)
    else:
        across = _across(table, kind, series)
    if not series:
        free = [c for c in table.columns if c.kind == "number" and c is not across]
        series = _alike(free, table.name, found)
    if not series:
        raise DocumentProblem(
            f"No column of {table.name} holds numbers that a chart could show.",
            "show it as a table, or name the columns: y: [sales]",
        )
    most = 1 if kind in _SHARES else MOST_SERIES
    if len(series) > most:
        names = ", ".join(one.name for one in series[most:])
        what = f"{len(series) - most} of {len(series)} columns ({names})"
        found.append(_left_out(table.name, what, "name the columns that matter"))
    return across, series[:most]


def _alike(columns: list[DataColumn], name: str, found: list[Finding]) -> list[DataColumn]:
    """The columns that one axis can show: of the first one's unit, and about as large."""
    if not columns:
        return []
    first, largest = columns[0], _largest(columns[0])
    kept = [
        one
        for one in columns
        if one.unit == first.unit and largest <= _WIDEST * _largest(one) <= _WIDEST**2 * largest
    ]
    if not largest:
        kept = [one for one in columns if one.unit == first.unit]
    if left := [one.name for one in columns if one not in kept]:
        what = f"{', '.join(left)}, which {'is' if len(left) == 1 else 'are'} of another measure"
        found.append(_left_out(name, what, "name the columns that matter"))
    return kept


def _largest(column: DataColumn) -> float:
    return max((abs(value) for value in column.values if value is not None), default=0.0)


def _of_numbers(table: Table, name: str) -> DataColumn:
    column = table.column(name)
    if column.kind == "number":
        return column
    if column.kind == "period" and (read := _years(column)):
        return read
    raise DocumentProblem(
        f"The column {column.name} of {table.name} holds no numbers.",
        f"its first cell is {column.cells[0]!r}" if column.cells else "it is empty",
    )


def _years(column: DataColumn) -> DataColumn | None:
    """A column of years as numbers, for who asks for it by name."""
    if not all(cell.isdecimal() or not cell for cell in column.cells):
        return None
    values = tuple(float(cell) if cell else None for cell in column.cells)
    return DataColumn(column.name, "number", column.cells, values)


def _across(table: Table, kind: str | None, series: list[DataColumn]) -> DataColumn | None:
    named = {one.name for one in series}
    free = [column for column in table.columns if column.name not in named]
    if kind == "scatter":
        return next((column for column in free if column.kind == "number"), None)
    for wanted in ("period", "text"):
        for column in free:
            if column.kind == wanted:
                return column
    return None


def _numbered(across: DataColumn | None, table: Table) -> DataColumn:
    """The values along a scatter chart's axis: a column's, or the rows' numbers."""
    if across is not None:
        return across
    values = tuple(float(i + 1) for i in range(len(table.rows)))
    return DataColumn("", "number", tuple(f"{value:g}" for value in values), values)


def _kind(table: Table, across: DataColumn | None) -> ChartKind:
    if across is not None and across.kind == "period" and len(table.rows) > 6:
        return "line"
    if len(table.rows) > MOST_CATEGORIES["column"]:
        return "line"
    long = across is not None and max((len(cell) for cell in across.cells), default=0) > 14
    return "bar" if long else "column"


def _fitting(
    kind: ChartKind, table: Table, series: list[DataColumn], found: list[Finding]
) -> ChartKind:
    """Shares of many parts, or of negative ones, cannot be seen in a circle."""
    if kind not in _SHARES:
        return kind
    negative = any((value or 0) < 0 for one in series for value in one.values)
    if len(table.rows) <= MOST_CATEGORIES[kind] and not negative:
        return kind
    why = "there are negative numbers" if negative else f"there are {len(table.rows)} parts"
    found.append(
        Finding(
            code="chart-changed",
            place=table.name,
            message=f"a bar chart was made instead of a {kind}: {why}",
            allowed=f"{MOST_CATEGORIES[kind]} parts, none negative",
        )
    )
    return "bar"


def _picked(kind: str, count: int, name: str, found: list[Finding]) -> Sequence[int]:
    """The rows that are shown."""
    most = MOST_CATEGORIES[kind]
    if count <= most:
        return range(count)
    if kind in _OVER_TIME:
        step = math.ceil(count / most)
        picked = range(0, count, step)
        left = f"{count - len(picked):,} of {count:,} rows (every {step}th is shown)"
    else:
        picked = range(most)
        left = f"{count - most:,} of {count:,} rows (the first {most} are shown)"
    found.append(_left_out(name, left, "save the rows that matter as a file of their own"))
    return picked


def _say_gaps(
    series: Iterable[DataColumn], picked: Sequence[int], name: str, found: list[Finding]
) -> None:
    for one in series:
        cells = [one.cells[i] for i in picked if one.values[i] is None]
        gaps = [cell for cell in cells if not is_gap(cell)]
        if gaps:
            what = "1 cell is no number" if len(gaps) == 1 else f"{len(gaps)} cells are no numbers"
            message = f"{what} in {one.name}: {gaps[0]!r}; there is a gap"
            found.append(Finding(code="data-gap", place=name, message=message))


def _series(column: DataColumn, picked: Sequence[int], across: DataColumn | None) -> Series:
    values = tuple(_value(column, i) for i in picked)
    if across is None:
        return Series(name=column.name, values=values)
    return Series(name=column.name, values=values, x=tuple(_value(across, i) for i in picked))


def _value(column: DataColumn, row: int) -> float:
    value = column.values[row]
    return math.nan if value is None else value


def _name(across: DataColumn | None, row: int) -> str:
    return across.cells[row] if across else str(row + 1)


def _unit(series: Sequence[DataColumn]) -> str:
    """The unit that all columns share."""
    units = {one.unit for one in series}
    return units.pop() if len(units) == 1 else ""


def _left_out(name: str, what: str, fix: str) -> Finding:
    return Finding(code="data-left-out", place=name, message=f"not shown: {what}", fix=fix)
