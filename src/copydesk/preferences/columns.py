"""Records out of a table: CSV or TSV, as spreadsheets write it."""

import csv
import io
import sys
from collections.abc import Iterator
from typing import Any

from copydesk.preferences.lines import LONGEST_LINE, Found, decoded
from copydesk.preferences.record import BadRow

LARGEST = 256_000_000  # characters
_MOST_COLUMNS = 1_000
_LISTS = frozenset({"messages", "prompt", "chosen", "rejected", "completion", "completions"})
_LISTS |= {"responses", "ranks", "scores", "sources"}


def table_records(content: str) -> Iterator[Found]:
    """The records of a table by its first line's names; an empty cell is no value.

    A cell whose column holds lists may be JSON, as data frames write it.
    """
    csv.field_size_limit(min(LONGEST_LINE, sys.maxsize))
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter(content), strict=True)
    line = 1
    names: list[str] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, BadRow("row-table", f"the table breaks here ({error})", "close its quotes")
            return
        at, line = line, rows.line_num + 1
        if not names:
            names = [name.strip().lstrip("\ufeff") for name in row[:_MOST_COLUMNS]]
        elif any(cell.strip() for cell in row):
            yield at, _record(names, row)


def _record(names: list[str], row: list[str]) -> dict[str, Any] | BadRow:
    if len(row) > len(names):
        return BadRow("row-table", f"it has {len(row)} cells under {len(names)} names")
    cells = zip(names, row, strict=False)
    return {name: _value(name, cell) for name, cell in cells if cell.strip()}


def _value(name: str, cell: str) -> Any:
    if name not in _LISTS or not cell.lstrip().startswith("["):
        return cell
    try:
        value = decoded(cell)
    except BadRow:
        return cell
    if name in {"prompt", "chosen", "rejected", "completion"}:
        talk = isinstance(value, list) and all(isinstance(turn, dict) for turn in value)
        return value if talk and value else cell
    return value


def delimiter(content: str) -> str:
    """What stands between the names of the first line."""
    head = content.lstrip("\ufeff").split("\n", 1)[0]
    return max(",\t;", key=head.count)
