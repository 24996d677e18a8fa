"""A PDF becomes passages: its pages read one after the other, then laid out together."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from copydesk.documents.passage import line_of
from copydesk.documents.pdf.fields import fields_of
from copydesk.documents.pdf.furniture import without_furniture
from copydesk.documents.pdf.layout import passages
from copydesk.documents.pdf.look import is_picture
from copydesk.documents.pdf.ocr import INSTALL, languages
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.pictures import recognise
from copydesk.documents.pdf.sheet import Sheet, sheet_of
from copydesk.documents.pdf.watch import watched
from copydesk.documents.reading import How, Reading, page_notes
from copydesk.errors import DocumentProblem

_HOW = How()
_PROGRAM = re.compile(r"^Microsoft (?:Office )?\w+ - ")
_NO_TITLE = re.compile(
    r"^(?:untitled|无标题|slide \d+)\b|\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|dvi|html?|qxd|rtf|txt)$",
    re.IGNORECASE,
)
_TOLD = 40  # characters that cannot be seen, before it is told
_FEWEST = 12  # characters; a page with less is a picture or blank


def read_pdf(path: Path, content: bytes, how: How = _HOW) -> Reading:
    """Passages with their pages and places; headers, footers and hyphenation are gone.

    Pages that are pictures, or whose fonts have no text map, are recognised where Tesseract is
    installed and `how.ocr` is true.

    Raises:
        LockedDocument: it is encrypted, and no password or a wrong one was given.
        DocumentProblem: it is damaged, without pages, or without text.
    """
    told: dict[str, Any] = {}
    sheets = []
    for sheet in watched(path, lambda: _sheets(path, content, how.password, told)):
        sheets.append(sheet)
        if how.on_page and not (how.ocr and sheet.needs_ocr):
            how.on_page(sheet.number, told["pages"])
    notes = _recognise(path, content, sheets, how)
    if sum(len(line.text) for sheet in sheets for line in sheet.lines) < _FEWEST:
        raise _nothing(path, sheets, how)
    reading = Reading(title=told["title"], pages=len(sheets), notes=notes)
    printed = without_furniture(sheets)
    reading.labels = told["labels"] or printed
    passages(sheets, reading)
    return reading


def _sheets(path: Path, content: bytes, password: str, told: dict[str, Any]) -> Iterator[Sheet]:
    """The pages; what the file says of itself goes into `told`."""
    with open_pdf(path, content, password) as opened:
        told["pages"] = len(opened)
        told["title"] = _title(opened)
        if opened.get_formtype() == raw.FORMTYPE_ACRO_FORM:
            opened.init_forms()
        for index in range(len(opened)):
            yield _sheet(opened, index)
        told["labels"] = _labels(opened)


def _title(opened: Any) -> str:
    """What the file says that it is called, if that is no file's name."""
    title = _PROGRAM.sub("", line_of(opened.get_metadata_value("Title")))
    return "" if _NO_TITLE.search(title) else title


def _sheet(opened: Any, index: int) -> Sheet:
    """A page's lines, and whether they are what is to be read on it."""
    try:
        page = opened[index]
    except pypdfium2.PdfiumError:
        return Sheet(index + 1, 1.0, 1.0, state="broken")
    try:
        sheet = sheet_of(page, index + 1)
        sheet.lines += fields_of(opened, page)
        text = "".join(line.text for line in sheet.lines)
        if is_picture(page, text):
            sheet.state = "picture"
        elif len(text) < _FEWEST:
            sheet.state = "blank"
    finally:
        page.close()
    return sheet


def _labels(opened: Any) -> tuple[str, ...]:
    """The page labels that the file itself has; empty where they say nothing of their own."""
    labels = tuple(line_of(opened.get_page_label(index)) for index in range(len(opened)))
    own = all(label in {"", str(number)} for number, label in enumerate(labels, 1))
    return () if own else labels


def _recognise(path: Path, content: bytes, sheets: Sequence[Sheet], how: How) -> list[str]:
    """Recognise what is no text, and say what was done."""
    wanted = [sheet for sheet in sheets if sheet.needs_ocr]
    spoken = languages() if how.ocr and wanted else ""
    done = set(recognise(path, content, wanted, how, len(sheets), spoken)) if spoken else set()
    for sheet in wanted:
        if sheet.state == "unreadable" and sheet.number not in done:
            sheet.lines = []
    notes = []
    for state, what in _NOTES.items():
        left = [n.number for n in sheets if n.state == state and n.number not in done]
        if left:
            hint = f" ({INSTALL} to have them recognised)" if wanted and not languages() else ""
            notes.append(
                page_notes(left, what + (hint if state in {"picture", "unreadable"} else ""))
            )
    if unseen := [sheet.number for sheet in sheets if sheet.unseen >= _TOLD]:
        notes.append(page_notes(unseen, "with text off the page or too small to be seen, left out"))
    if done:
        notes.append(
            page_notes(sorted(done), "recognised from a picture (OCR), not without errors")
        )
    return notes


_NOTES = {
    "broken": "damaged",
    "picture": "without text, for they are pictures",
    "unreadable": "with unreadable text, for their fonts do not say what their signs mean",
    "blank": "without text",
}


def _nothing(path: Path, sheets: Sequence[Sheet], how: How) -> DocumentProblem:
    hint = "recognise its text (OCR) first, for example with ocrmypdf"
    if not languages():
        hint = f"{INSTALL} to have it recognised (OCR)"
    elif not how.ocr:
        hint = "let it be recognised (OCR)"
    if any(sheet.state == "unreadable" for sheet in sheets):
        return DocumentProblem(
            f"The text of {path} is unreadable: its fonts do not say what their signs mean.", hint
        )
    if all(sheet.state in {"blank", "broken"} for sheet in sheets):
        state = "blank" if all(sheet.state == "blank" for sheet in sheets) else "blank or damaged"
        pages = "1 page is" if len(sheets) == 1 else f"{len(sheets):,} pages are"
        return DocumentProblem(
            f"{path} has no text: its {pages} {state}.", "export or download it again"
        )
    return DocumentProblem(f"{path} holds pictures of pages and no text.", hint)
