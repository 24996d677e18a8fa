"""CSV as people save it: any encoding, any delimiter, rows of any length."""

import csv
from itertools import islice
from pathlib import Path

from copydesk.documents.decode import decode
from copydesk.documents.tabular import cut, guessed_delimiter, told_delimiter
from copydesk.errors import DocumentProblem
from copydesk.findings import Finding

MOST_ROWS = 100_000
_LONGEST_CELL = 10_000  # characters


def read_csv(path: Path, content: bytes) -> tuple[list[list[str]], str, list[Finding]]:
    """Rows of cells, the delimiter, and what was left out.

    Raises:
        DocumentProblem: it is no text, or quotation marks make it one endless cell.
    """
    text = decode(path, content) if content.strip() else ""
    delimiter, text = told_delimiter(text)
    delimiter = delimiter or guessed_delimiter(text)
    try:
        rows = list(islice(cut(text, delimiter), MOST_ROWS + 1))
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
