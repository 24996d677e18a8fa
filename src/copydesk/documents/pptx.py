"""PowerPoint decks: a slide is a page, its title the section, the speaker's notes after it."""

import io
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn

from copydesk.documents.package import DAMAGE, Package, damaged
from copydesk.documents.passage import rows
from copydesk.documents.reading import Reading

_PARAGRAPH, _TABLE, _BREAK, _TEXT = qn("a:p"), qn("a:tbl"), qn("a:br"), qn("a:t")
_FURNITURE = {"sldNum", "dt", "ftr"}


def read_pptx(path: Path, package: Package) -> Reading:
    """Every paragraph and table row of every slide, and the notes.

    Raises:
        DocumentProblem: the file is damaged.
    """
    reading = Reading()
    try:
        deck = Presentation(io.BytesIO(package.content))
        reading.title = deck.core_properties.title or ""
        for number, slide in enumerate(deck.slides, 1):
            _slide(slide, number, reading)
    except DAMAGE:
        raise damaged(path) from None
    return reading


def _slide(slide: Any, number: int, reading: Reading) -> None:
    reading.section = ""
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        reading.head(title.text_frame.text, number)
    skipped = {title.shape_id} if title is not None else set()
    for shape in slide._element.iter(qn("p:sp"), qn("p:graphicFrame")):
        if int(shape.find(f".//{qn('p:cNvPr')}").get("id", "0")) not in skipped:
            _shape(shape, number, reading)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        for paragraph in notes.text.split("\n"):
            reading.add(paragraph, number)


def _shape(shape: Any, number: int, reading: Reading) -> None:
    holder = shape.find(f".//{qn('p:ph')}")
    if holder is not None and holder.get("type") in _FURNITURE:
        return
    table = shape.find(f".//{_TABLE}")
    if table is not None:
        for row in rows(
            [_said(cell) for cell in line.iterchildren(qn("a:tc"))]
            for line in table.iterchildren(qn("a:tr"))
        ):
            reading.add(row, number)
        return
    for paragraph in shape.iter(_PARAGRAPH):
        reading.add(_said(paragraph), number)


def _said(element: Any) -> str:
    parts = (
        "\n" if child.tag in (_BREAK, _PARAGRAPH) else child.text or ""
        for child in element.iter(_TEXT, _BREAK, _PARAGRAPH)
    )
    return "".join(parts)
