"""Comma-separated tables, as people save them: any delimiter, rows of any length."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from copydesk.documents.grid import Slot, column_names, guessed_heads, named
from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading

_DELIMITERS = ("\t", ";", "|", ",")  # of two that cut as well the first; commas divide decimals too
_SAMPLE, _HEAD = 50, 200_000  # rows and characters that tell the delimiter
_MOST_ROWS = 200_000
_MOST_COLUMNS = 512
_LONGEST_CELL = 1 << 16  # characters that are kept
_LARGEST_CELL = 1 << 17  # characters; one without an end would take the rest of the file


def read_table(text: str) -> Reading:
    """Each row a passage, each cell under the head of its column."""
    reading = Reading()
    told, text = told_delimiter(text)
    lost: list[str] = []
    rows = _rows(text, told or guessed_delimiter(text), lost)
    first = list(islice(rows, 5))
    heads = guessed_heads(first)
    names = column_names(first[:heads])
    if heads:
        reading.add(" | ".join(dict.fromkeys(filter(None, names))), kind="row")
    for number, row in enumerate(chain(first[heads:], rows)):
        if number >= _MOST_ROWS:
            reading.notes.append(f"only the first {_MOST_ROWS:,} rows were read")
            break
        reading.add(named(names, row), kind="row")
    if lost:
        rows_lost = "1 row" if len(lost) == 1 else f"{len(lost):,} rows"
        reading.notes.append(f"{rows_lost} could not be read ({lost[0]})")
    return reading


def _rows(text: str, delimiter: str, lost: list[str]) -> Iterator[list[Slot]]:
    """All rows but those that csv refuses (a cell beyond its limit)."""
    found = cut(text, delimiter)
    while True:
        try:
            row = next(found)
        except StopIteration:
            return
        except csv.Error as error:
            lost.append(str(error))
            continue
        cells = [Slot(line_of(cell[:_LONGEST_CELL])) for cell in row[:_MOST_COLUMNS]]
        if any(cell.text for cell in cells):
            yield cells


def cut(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a text. The limit is the whole process's, and other readers need a larger one."""
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def told_delimiter(text: str) -> tuple[str, str]:
    """The delimiter that Excel's first line `sep=;` names, and the text after it."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[-1], rest
    return "", text


def guessed_delimiter(text: str) -> str:
    """The delimiter that cuts most rows into the same number of cells, more than one."""
    head = text[:_HEAD]
    return max(_DELIMITERS, key=lambda mark: _evenness(head, mark))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest width, which is nought for width one."""
    try:
        widths = [len(row) for row in islice(cut(text, delimiter), _SAMPLE) if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    common = max(set(widths), key=widths.count)
    if common < 2:
        common = max(widths)
        return (0.1, common) if common > 1 else (0.0, 0)
    return widths.count(common) / len(widths), common
