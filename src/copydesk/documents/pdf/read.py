"""A PDF becomes passages: its pages read one after the other, then laid out together."""

from pathlib import Path
from typing import Any

import pypdfium2

from copydesk.documents.passage import readable_share
from copydesk.documents.pdf.furniture import without_furniture
from copydesk.documents.pdf.layout import passages
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.sheet import Sheet, sheet_of
from copydesk.documents.reading import How, Reading, page_notes
from copydesk.errors import DocumentProblem

_HOW = How()
_READABLE = 0.7  # share of a page's characters; below, the font has no text map
_FEWEST = 12  # characters; a page with less is a picture or blank


def read_pdf(path: Path, content: bytes, how: How = _HOW) -> Reading:
    """Paragraphs with their pages; repeated headers and footers and hyphenation are gone.

    Raises:
        LockedDocument: it is encrypted, and no password or a wrong one was given.
        DocumentProblem: it is damaged, without pages, or without text.
    """
    with open_pdf(path, content, how.password) as opened:
        sheets = [_sheet(opened, index, how) for index in range(len(opened))]
        title = opened.get_metadata_value("Title")
        labels = _labels(opened)
    reading = _read(path, sheets, title)
    reading.pages, reading.labels = len(sheets), labels
    return reading


def _sheet(opened: Any, index: int, how: How) -> Sheet:
    """A page's lines; none of one that PDFium cannot load."""
    try:
        page = opened[index]
        sheet = sheet_of(page, index + 1)
        page.close()
    except pypdfium2.PdfiumError:
        sheet = Sheet(index + 1, 1.0, 1.0, [])
    if how.on_page:
        how.on_page(index + 1, len(opened))
    return sheet


def _labels(opened: Any) -> tuple[str, ...]:
    labels = tuple(opened.get_page_label(index) for index in range(len(opened)))
    own = all(label in {"", str(number)} for number, label in enumerate(labels, 1))
    return () if own else labels


def _read(path: Path, sheets: list[Sheet], title: str) -> Reading:
    texts = ["".join(line.text for line in sheet.lines) for sheet in sheets]
    if sum(map(len, texts)) < _FEWEST:
        raise DocumentProblem(
            f"{path} holds pictures of pages and no text.",
            "recognise its text (OCR) first, for example with ocrmypdf",
        )
    bad = [i for i, text in enumerate(texts, 1) if readable_share(text) < _READABLE]
    if bad and readable_share("".join(texts)) < _READABLE:
        raise DocumentProblem(
            f"The text of {path} is unreadable: its fonts do not say what their signs mean.",
            "recognise its text (OCR) first, for example with ocrmypdf --force-ocr",
        )
    reading = Reading(title=" ".join(title.split()))
    for sheet in sheets:
        if sheet.number in bad:
            sheet.lines = []
    without_furniture(sheets)
    passages(sheets, reading)
    if empty := [i for i, text in enumerate(texts, 1) if len(text) < _FEWEST]:
        reading.notes.append(page_notes(empty, "without text"))
    if bad:
        reading.notes.append(page_notes(bad, "with unreadable text"))
    return reading
