"""Excel workbooks as data: cells as they show, read without macros, formulas or links."""

import io
import re
from itertools import islice
from pathlib import Path
from typing import Any

from copydesk.documents.office.values import shown
from copydesk.documents.package import DAMAGE, Package, damaged, office_kind
from copydesk.errors import DocumentProblem, UnknownName
from copydesk.findings import Finding
from copydesk.slides.files.csv_file import MOST_ROWS

_MOST_CELLS = 1_000_000
_WIDEST = 256  # columns
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(rb"<!\s*(DOCTYPE|ENTITY)|<\0!\0[DE]\0|\0<\0!\0[DE]", re.IGNORECASE)


def is_xlsx(content: bytes) -> bool:
    """Whether the content is a zip archive, as workbooks of today are."""
    return content.startswith(_ZIP)


def not_xlsx(path: Path, content: bytes) -> DocumentProblem | None:
    """The error for a workbook of another kind; None for what may be text."""
    if not content.startswith(_OLE):
        return None
    if "EncryptedPackage".encode("utf-16-le") in content:
        return DocumentProblem(f"{path} is encrypted.", "save it without a password")
    return DocumentProblem(
        f"{path} is a file of an old Excel.", "save it as .xlsx or .csv, and give that"
    )


def read_xlsx(
    path: Path, content: bytes, sheet: str = ""
) -> tuple[str, list[list[str]], list[Finding]]:
    """The table's name, its rows of cells, and what was left out.

    Raises:
        DocumentProblem: the file is damaged, no workbook, or too large when unpacked.
        UnknownName: there is no such sheet.
    """
    if problem := not_xlsx(path, content):
        raise problem
    package = Package(path, content)
    if office_kind(package) != "xlsx":
        raise DocumentProblem(f"{path} is no Excel workbook.", "give a .csv or .xlsx file")
    _refuse_dtd(package)
    from openpyxl import load_workbook  # noqa: PLC0415 - a second's import that few decks need

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return _read(path, book, sheet)
    except UnknownName:
        raise
    except DAMAGE:
        raise damaged(path) from None


def _refuse_dtd(package: Package) -> None:
    """No workbook has a document type; one that has wants to blow something up."""
    for name in sorted(package.names):
        if name.endswith((".xml", ".rels")) and _DTD.search(package.read(name)[:4096]):
            raise DocumentProblem(
                f"{package.path} holds XML with a document type, which no workbook has.",
                "save it again in Excel or LibreOffice",
            )


def _read(path: Path, book: Any, sheet: str) -> tuple[str, list[list[str]], list[Finding]]:
    names = [one.title for one in book.worksheets]
    if sheet:
        named = {name.casefold(): name for name in names}
        if sheet.casefold() not in named:
            raise UnknownName(f"sheet in {path.name}", sheet, names)
        names = [named[sheet.casefold()]]
    else:
        hidden = {one.title for one in book.worksheets if one.sheet_state != "visible"}
        names.sort(key=lambda name: name in hidden)
    for name in names:
        rows = _rows(book[name])
        if any(any(row) for row in rows):
            return _named(path, name, rows, book)
    raise DocumentProblem(f"{path} holds no cells.", "the first row is the header")


def _named(
    path: Path, name: str, rows: list[list[str]], book: Any
) -> tuple[str, list[list[str]], list[Finding]]:
    findings = []
    if len(rows) > MOST_ROWS or sum(map(len, rows)) >= _MOST_CELLS:
        rows = rows[:MOST_ROWS]
        message = f"only the first {len(rows):,} rows were read"
        findings.append(Finding(code="data-left-out", place=path.name, message=message))
    several = len(book.worksheets) > 1
    return (f"{path.name}, {name}" if several else path.name), rows, findings


def _rows(sheet: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = 0
    sheet.reset_dimensions()
    for row in islice(sheet.iter_rows(max_col=_WIDEST), MOST_ROWS + 1):
        rows.append(_cut([shown(cell.value, cell.number_format or "") for cell in row]))
        cells += len(rows[-1])
        if cells >= _MOST_CELLS:
            break
    return rows


def _cut(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
