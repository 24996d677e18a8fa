"""PDF files through PDFium: lines with their places, then paragraphs."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2

from copydesk.documents.layout import Line, paragraphs, without_furniture
from copydesk.documents.passage import readable_share
from copydesk.documents.reading import Reading, page_notes
from copydesk.errors import DocumentProblem

_PASSWORD = "COPYDESK_PASSWORD"  # noqa: S105 - the variable's name
_LOCKED = 4  # FPDF_ERR_PASSWORD
_READABLE = 0.7  # share of a page's characters; below, the font has no text map
_FEWEST = 12  # characters; a page with less is a picture or blank
_PDFIUM = threading.Lock()  # PDFium may be used by one thread at a time


def read_pdf(path: Path, content: bytes) -> Reading:
    """Paragraphs with their pages; repeated headers and footers and hyphenation are gone.

    Raises:
        DocumentProblem: it is encrypted, damaged, without pages, or without text.
    """
    with _PDFIUM:
        opened = _opened(path, content)
        try:
            pages = [list(_lines(opened, number)) for number in range(len(opened))]
            title = opened.get_metadata_value("Title")
        except pypdfium2.PdfiumError:
            raise _damaged(path) from None
        finally:
            opened.close()
    return _read(path, pages, title)


def _opened(path: Path, content: bytes) -> Any:
    password = os.environ.get(_PASSWORD) or None
    try:
        opened = pypdfium2.PdfDocument(content, password=password)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) != _LOCKED:
            raise _damaged(path) from None
        reason = "and its password is another" if password else "with a password"
        raise DocumentProblem(
            f"{path} is encrypted {reason}.", f"put its password into the environment: {_PASSWORD}"
        ) from None
    if len(opened) == 0:
        opened.close()
        raise DocumentProblem(f"{path} has no pages.", "export the PDF again")
    return opened


def _lines(opened: Any, number: int) -> Iterator[Line]:
    """The lines of a page in the order that PDFium reads them; none of a page it cannot load."""
    try:
        page = opened[number]
    except pypdfium2.PdfiumError:
        return
    height = page.get_height() or 1
    text_page = page.get_textpage()
    start = 0
    for raw in text_page.get_text_range().split("\r\n"):
        first = start + len(raw) - len(raw.lstrip())
        last = start + len(raw.rstrip()) - 1
        start += len(raw) + 2
        if last < first:
            continue
        left, low, _, top = text_page.get_charbox(first, loose=True)
        _, end, right, _ = text_page.get_charbox(last, loose=True)
        yield Line(raw.strip(), left, right, top / height, low / height, end / height)
    text_page.close()
    page.close()


def _read(path: Path, pages: list[list[Line]], title: str) -> Reading:
    texts = ["".join(line.text for line in page) for page in pages]
    if sum(len(text.strip()) for text in texts) < _FEWEST:
        raise DocumentProblem(
            f"{path} holds pictures of pages and no text.",
            "recognise its text (OCR) first, for example with ocrmypdf",
        )
    bad = [i for i, text in enumerate(texts, 1) if readable_share(text) < _READABLE]
    if readable_share("".join(texts)) < _READABLE:
        raise DocumentProblem(
            f"The text of {path} is unreadable: its fonts do not say what their signs mean.",
            "recognise its text (OCR) first, for example with ocrmypdf --force-ocr",
        )
    reading = Reading(title=" ".join(title.split()))
    kept = [[] if i in bad else page for i, page in enumerate(pages, 1)]
    paragraphs(without_furniture(kept), reading)
    if empty := [i for i, text in enumerate(texts, 1) if len(text.strip()) < _FEWEST]:
        reading.notes.append(page_notes(empty, "without text"))
    if bad:
        reading.notes.append(page_notes(bad, "with unreadable text"))
    return reading


def _damaged(path: Path) -> DocumentProblem:
    return DocumentProblem(
        f"{path} is damaged or cut off: PDFium cannot read it.", "export or download it again"
    )
