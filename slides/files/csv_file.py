"""CSV as people save it: any encoding, any delimiter, rows of any length."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from copydesk.documents.decode import decode
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding

MOST_ROWS = 100_000
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE, _HEAD = 50, 200_000  # rows and characters that tell the delimiter
_LONGEST_CELL = 10_000  # characters


def read_csv(path: Path, content: bytes) -> tuple[list[list[str]], str, list[Finding]]:
    """Rows of cells, the delimiter, and what was left out.

    Raises:
        DocumentProblem: it is no text, or quotation marks make it one endless cell.
    """
    text = decode(path, content) if content.strip() else ""
    delimiter, text = _told(text)
    delimiter = delimiter or _guessed(text)
    try:
        rows = list(islice(_rows(text, delimiter), MOST_ROWS + 1))
    except csv.Error as error:
        raise DocumentProblem(
            f"{path} is no CSV that can be read: {error}.", "look for a quotation mark too many"
        ) from None
    findings = []
    if len(rows) > MOST_ROWS:
        rows.pop()
        message = f"only the first {MOST_ROWS:,} rows were read"
        findings.append(Finding(code="data-left-out", place=path.name, message=message))
    return [[cell[:_LONGEST_CELL] for cell in row] for row in rows], delimiter, findings


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _told(text: str) -> tuple[str, str]:
    """The delimiter that Excel's first line `sep=;` names, and the text after it."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[-1], rest
    return "", text


def _guessed(text: str) -> str:
    """The delimiter that cuts most rows into the same number of cells, more than one."""
    head = text[:_HEAD]
    return max(_DELIMITERS, key=lambda mark: _evenness(head, mark))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest width, which is nought for width one."""
    try:
        widths = [len(row) for row in islice(_rows(text, delimiter), _SAMPLE) if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    common = max(set(widths), key=widths.count)
    if common < 2:
        common = max(widths)
        return (0.1, common) if common > 1 else (0.0, 0)
    return widths.count(common) / len(widths), common
