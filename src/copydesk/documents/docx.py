"""Word documents: paragraphs, tables and notes in the order of the body."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn

from copydesk.documents.package import DAMAGE, Package, damaged
from copydesk.documents.passage import rows
from copydesk.documents.reading import Reading

_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_GONE = {qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")}
_PARAGRAPH, _TABLE, _TEXT, _BOX = qn("w:p"), qn("w:tbl"), qn("w:t"), qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DEEPEST = 60  # tables and content controls inside one another


def read_docx(path: Path, package: Package) -> Reading:
    """Headings by their style become sections; tracked deletions are left out.

    Raises:
        DocumentProblem: the file is damaged.
    """
    reading = Reading()
    try:
        opened = docx.Document(io.BytesIO(package.content))
        reading.title = opened.core_properties.title or ""
        levels = _heading_styles(opened)
        _walk(opened.element.body, reading, levels, 0)
        for part in opened.part.package.iter_parts():
            if str(part.partname) in {"/word/footnotes.xml", "/word/endnotes.xml"}:
                _notes(part.blob, reading)
    except DAMAGE:
        raise damaged(path) from None
    return reading


def _heading_styles(opened: Any) -> dict[str, bool]:
    """Which styles are headings, by their id: their name says it in every language of Word."""
    return {
        style.style_id: bool(re.match(r"(heading \d|title$)", (style.name or "").casefold()))
        for style in opened.styles
    }


def _walk(parent: Any, reading: Reading, levels: dict[str, bool], depth: int) -> None:
    for child in parent:
        if child.tag == _PARAGRAPH:
            _paragraph(child, reading, levels)
        elif child.tag == _TABLE:
            for row in rows(_cells(child)):
                reading.add(row)
        elif isinstance(child.tag, str) and child.tag not in _GONE and depth < _DEEPEST:
            _walk(child, reading, levels, depth + 1)


def _paragraph(paragraph: Any, reading: Reading, levels: dict[str, bool]) -> None:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    heading = style is not None and levels.get(style.get(qn("w:val")), False)
    text = "".join(_said(paragraph))
    (reading.head if heading else reading.add)(text)
    for box in paragraph.iter(_BOX):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            reading.add("\n".join("".join(_said(inner)) for inner in box.iter(_PARAGRAPH)))


def _said(element: Any, depth: int = 0) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif isinstance(child.tag, str) and child.tag not in _GONE and depth < _DEEPEST:
            yield from _said(child, depth + 1)


def _cells(table: Any) -> Iterator[list[str]]:
    for row in table.iter(qn("w:tr")):
        yield [
            "\n".join("".join(_said(paragraph)) for paragraph in cell.iter(_PARAGRAPH))
            for cell in row.iterchildren(qn("w:tc"))
        ]


def _notes(blob: bytes, reading: Reading) -> None:
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - few documents have notes

    for note in parse_xml(blob):
        if note.get(qn("w:type")) is None:
            reading.add("\n".join("".join(_said(p)) for p in note.iter(_PARAGRAPH)))
