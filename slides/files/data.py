"""A table of data out of a CSV or Excel file: its cells as they stand, its columns told apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from copydesk.brief import clean_text
from copydesk.errors import DocumentProblem, UnknownName
from copydesk.findings import Finding
from copydesk.slides.files.csv_file import read_csv
from copydesk.slides.files.numbers import Read, is_gap, read_column
from copydesk.slides.files.xlsx_file import is_xlsx, not_xlsx, read_xlsx

SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
_LARGEST = 64 << 20  # bytes
_MOST_COLUMNS = 200
_PERIOD = re.compile(
    r"(1[5-9]|20|21)\d\d([-/.年]\d{1,2}([-/.月]\d{1,2}日?)?月?|年|[- /]?[QqHh][1-4])?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|[QqHh][1-4]([- /]?\d{2,4})?"
    r"|第?[一二三四]季度|(\d{1,2}|[一二三四五六七八九十]{1,2})月"
    r"|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?([- ']*\d{2,4})?",
    re.IGNORECASE,
)

Kind = Literal["number", "period", "text"]


@dataclass(frozen=True)
class DataColumn:
    """A column: its name, what it holds, and its numbers where it holds numbers.

    A year or month is a period, not a number: it says when, and is not added up.
    """

    name: str
    kind: Kind
    cells: tuple[str, ...]
    values: tuple[float | None, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table of data; every row has as many cells as the header, each as it stands in the file.

    Attributes:
        name: the file's name, and the sheet's where there are several.
        findings: what was left out or looks odd.
        decimal: the decimal mark where a column's numbers could be read both ways.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...] = ()
    decimal: str = "."

    @cached_property
    def columns(self) -> tuple[DataColumn, ...]:
        """The columns, each with its kind."""
        cells = zip(*self.rows, strict=True) if self.rows else (() for _ in self.header)
        return tuple(
            _column(name, column, self.decimal)
            for name, column in zip(self.header, cells, strict=True)
        )

    def column(self, name: str) -> DataColumn:
        """The column of that name, or of that number from 1; case does not matter.

        Raises:
            UnknownName: there is none.
        """
        wanted = name.strip().casefold()
        for column in self.columns:
            if column.name.casefold() == wanted:
                return column
        if wanted.isdecimal() and 1 <= int(wanted) <= len(self.columns):
            return self.columns[int(wanted) - 1]
        raise UnknownName(f"column in {self.name}", name, [c.name for c in self.columns if c.name])


def read_table(path: Path, sheet: str = "") -> Table:
    """The table in a CSV or Excel file.

    Args:
        path: .csv, .tsv, .txt, .xlsx or .xlsm.
        sheet: the name of a sheet; the first one with cells if empty.

    Raises:
        DocumentProblem: the file cannot be read, is none of these, or holds no cells.
        UnknownName: there is no such sheet.
    """
    content = _content(path)
    if is_xlsx(content) or path.suffix.lower() in (".xlsx", ".xlsm"):
        name, cells, findings = read_xlsx(path, content, sheet)
        return _table(name, cells, findings, ".")
    if problem := not_xlsx(path, content):
        raise problem
    cells, delimiter, findings = read_csv(path, content)
    return _table(path.name, cells, findings, "," if delimiter == ";" else ".")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise DocumentProblem(
            f"The data in {path} cannot be read: {reason}.", "give the path of a CSV or Excel file"
        ) from None
    if len(content) > _LARGEST:
        raise DocumentProblem(
            f"{path} is larger than {_LARGEST >> 20} MB.", "save the part that is to be shown"
        )
    return content


def _table(name: str, cells: list[list[str]], findings: list[Finding], decimal: str) -> Table:
    cells = [[" ".join(clean_text(cell).split()) for cell in row] for row in cells]
    cells = _without_empty(cells)
    if not cells:
        raise DocumentProblem(f"{name} holds no data.", "the first row is the header")
    cells = _headed(cells, name, findings)
    header, *rows = cells
    width = max(map(len, cells))
    ragged = sum(len(row) != len(header) for row in rows)
    if ragged:
        findings.append(
            Finding(
                code="ragged-data",
                place=name,
                message=f"{ragged} of {len(rows)} rows have more or fewer cells than the header",
                fix="cells that lack are left empty",
            )
        )
    if width > _MOST_COLUMNS:
        findings.append(
            Finding(
                code="data-left-out",
                place=name,
                message=f"only the first {_MOST_COLUMNS} of {width} columns were read",
            )
        )
    full = [
        tuple(row[:_MOST_COLUMNS] + [""] * (min(width, _MOST_COLUMNS) - len(row))) for row in cells
    ]
    return Table(name, full[0], tuple(full[1:]), tuple(findings), decimal)


def _without_empty(cells: list[list[str]]) -> list[list[str]]:
    """Rows without the empty ones, and without the empty columns before and after all others."""
    rows = [row for row in cells if any(row)]
    if not rows:
        return []
    first = min(next(i for i, cell in enumerate(row) if cell) for row in rows)
    last = max(max(i for i, cell in enumerate(row) if cell) for row in rows)
    trimmed = [row[first : last + 1] for row in rows]
    header = trimmed[0]
    return [row if len(row) == len(header) else _cut_empty(row, len(header)) for row in trimmed]


def _cut_empty(row: list[str], width: int) -> list[str]:
    """A row without the empty cells behind the header's last one."""
    while len(row) > width and not row[-1]:
        row = row[:-1]
    return row


def _headed(cells: list[list[str]], name: str, findings: list[Finding]) -> list[list[str]]:
    """The rows from the header on. Lines above a table are titles; a table of numbers has none."""
    wide = max(sum(map(bool, row)) for row in cells)
    above = 0
    while wide > 1 and above < len(cells) - 1 and sum(map(bool, cells[above])) == 1 and above < 10:
        above += 1
    if above:
        said = "; ".join(next(cell for cell in row if cell) for row in cells[:above])
        findings.append(
            Finding(
                code="data-left-out",
                place=name,
                message=f"above the table stands: {said}",
            )
        )
        cells = cells[above:]
    if _is_header(cells[0]):
        return cells
    width = len(cells[0])
    return [[f"column {i + 1}" for i in range(width)], *cells]


def _is_header(row: Sequence[str]) -> bool:
    """Years may head columns; a row of numbers alone is data."""
    return not all(
        read_column([cell]) and not _PERIOD.fullmatch(cell) for cell in row if not is_gap(cell)
    )


def _column(name: str, cells: tuple[str, ...], decimal: str) -> DataColumn:
    filled = [cell for cell in cells if not is_gap(cell)]
    if filled and all(_PERIOD.fullmatch(cell) for cell in filled):
        return DataColumn(name, "period", cells)
    read: Read | None = read_column(cells, decimal)
    if read is None:
        return DataColumn(name, "text", cells)
    return DataColumn(name, "number", cells, read.values, read.unit)
