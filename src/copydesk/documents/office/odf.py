"""OpenDocument texts, sheets and slides: one body, read the same way."""

import re
from collections.abc import Iterator
from typing import Any

from copydesk.documents.grid import Cell, add_table, spread
from copydesk.documents.office.parts import Parts
from copydesk.documents.package import DAMAGE, damaged, locked
from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE, TEXT, TABLE, STYLE = (_NS % name for name in ("office", "text", "table", "style"))
DRAW = _NS % "drawing"
_PRESENTATION, _MANIFEST = _NS % "presentation", _NS % "manifest"
_SIGNS = {TEXT + "line-break": "\n", TEXT + "tab": "\t", TEXT + "s": " "}
_GONE = {TEXT + "tracked-changes", TEXT + "ruby-text", OFFICE + "annotation", OFFICE + "forms"}
_GONE |= {TEXT + "table-of-content", TEXT + "alphabetical-index", TEXT + "illustration-index"}
_GONE |= {TEXT + "note-citation", TEXT + "sequence-decls"}
_CAPTIONS = {
    "Caption",
    "Table",
    "Illustration",
    "Figure",
    "Drawing",
    "TableCaption",
    "FigureCaption",
}
_PARAGRAPHS = {TEXT + "p", TEXT + "h"}
_MOST_REPEATED = 200  # copies of one cell or row that has text; empty ones count once
_MOST_ROWS = 100_000


def read_odf(parts: Parts) -> Reading:
    """Headings by their outline level; a sheet or slide is a page.

    Raises:
        LockedDocument: it is encrypted.
        DocumentProblem: it is damaged.
    """
    manifest = parts.tree("META-INF/manifest.xml")
    if (
        manifest is not None
        and next(manifest.iter(_MANIFEST + "encryption-data"), None) is not None
    ):
        raise locked(parts.path)
    reading = Reading(title=_title(parts))
    try:
        root = parts.needed("content.xml")
        body = _Body(reading, _parents(root))
        for kind in (one for held in root.iterchildren(OFFICE + "body") for one in held):
            body.blocks(kind)
    except DAMAGE:
        raise damaged(parts.path) from None
    return reading


def _title(parts: Parts) -> str:
    meta = parts.tree("meta.xml")
    return "" if meta is None else meta.findtext(".//{http://purl.org/dc/elements/1.1/}title") or ""


class _Body:
    def __init__(self, reading: Reading, parents: dict[str, str]) -> None:
        self.reading = reading
        self.parents = parents
        self.page = 0

    def blocks(self, parent: Any) -> None:
        """Add what stands in an element."""
        for child in parent:
            if child.tag in _PARAGRAPHS:
                self._paragraph(child)
            elif child.tag == DRAW + "page":
                self._page(child.get(DRAW + "name", ""), named=False)
                self.blocks(child)
            elif child.tag == TABLE + "table":
                self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _GONE:
                self.blocks(child)

    def _page(self, name: str, *, named: bool) -> None:
        self.page += 1
        self.reading.pages = self.page
        self.reading.fresh()
        if named:
            self.reading.head(name, self.page)

    def _paragraph(self, paragraph: Any) -> None:
        text, aside = _said(paragraph)
        style = paragraph.get(TEXT + "style-name", "")
        style = self.parents.get(style, style)
        if paragraph.tag == TEXT + "h":
            level = paragraph.get(TEXT + "outline-level", "1")
            self.reading.head(text, self.page, int(level) if re.fullmatch("[1-9]", level) else 1)
        elif style == "Title" or _is_title(paragraph):
            self.reading.head(text, self.page, 0)
        else:
            caption = (
                style in _CAPTIONS or next(paragraph.iter(TEXT + "sequence"), None) is not None
            )
            self.reading.add(text, self.page, "caption" if caption else "text")
        for one in aside:
            self.blocks(one)

    def _table(self, table: Any) -> None:
        if table.getparent().tag == OFFICE + "spreadsheet":
            self._page(table.get(TABLE + "name", ""), named=True)
        cells = list(_rows(table))
        while cells and not any(cell.text for cell in cells[-1]):
            cells.pop()
        for block in _apart(cells):
            add_table(self.reading, spread(block), self.page)


def _parents(root: Any) -> dict[str, str]:
    """The styles that the automatic ones of this file are made from."""
    styles = root.iter(STYLE + "style")
    return {one.get(STYLE + "name", ""): one.get(STYLE + "parent-style-name", "") for one in styles}


def _apart(cells: list[list[Cell]]) -> Iterator[list[list[Cell]]]:
    """Tables that empty rows divide."""
    block: list[list[Cell]] = []
    for row in cells:
        if any(cell.text for cell in row):
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _rows(table: Any) -> Iterator[list[Cell]]:
    count = 0
    for row in table.iter(TABLE + "table-row"):
        if next(row.iterancestors(TABLE + "table")) is not table:
            continue
        cells = list(_cells(row))
        times = _times(row, "rows") if any(cell.text for cell in cells) else 1
        for _ in range(times):
            count += 1
            if count > _MOST_ROWS:
                return
            yield cells


def _cells(row: Any) -> Iterator[Cell]:
    for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        if cell.tag != TABLE + "table-cell":
            continue
        text = line_of("\n".join(_said(one)[0] for one in cell.iter(*_PARAGRAPHS)))
        across = _number(cell.get(TABLE + "number-columns-spanned"))
        down = _number(cell.get(TABLE + "number-rows-spanned"))
        for _ in range(_times(cell, "columns")):
            yield Cell(text, across, down)


def _times(element: Any, what: str) -> int:
    return min(_number(element.get(f"{TABLE}number-{what}-repeated")), _MOST_REPEATED)


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[1-9]\d{0,6}", text, re.ASCII) else 1


def _said(paragraph: Any) -> tuple[str, list[Any]]:
    """A paragraph's text, and the notes and boxes that hang on it."""
    text: list[str] = []
    aside: list[Any] = []

    def hear(element: Any, depth: int = 0) -> None:
        text.append(element.text or "")
        for child in element:
            if child.tag in _SIGNS:
                text.append(_SIGNS[child.tag])
            elif child.tag == TEXT + "note-body" or child.tag == DRAW + "text-box":
                aside.append(child)
            elif isinstance(child.tag, str) and child.tag not in _GONE and depth < 100:
                hear(child, depth + 1)
            text.append(child.tail or "")

    hear(paragraph)
    return "".join(text), aside


def _is_title(paragraph: Any) -> bool:
    """Whether a paragraph of a slide is its title."""
    return any(one.get(_PRESENTATION + "class") == "title" for one in paragraph.iterancestors())
