"""A file becomes a document; what kind it is, its content says, not its name."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from copydesk.documents.contents import LARGEST_TEXT, content_of
from copydesk.documents.decode import decoded
from copydesk.documents.html import declared, looks_like_html, read_html
from copydesk.documents.kinds import KINDS, OLE, OTHERS, PAGE, PDF, PICTURES, ZIP
from copydesk.documents.office.read import read_archive, refuse_ole
from copydesk.documents.passage import Document, Passage, line_of
from copydesk.documents.pdf import read_pdf
from copydesk.documents.plain import LONGEST, cut, read_markdown, read_text
from copydesk.documents.reading import How, Reading
from copydesk.documents.tabular import read_table
from copydesk.errors import DocumentProblem

MOST_PASSAGES = 500_000  # of one document
_MOST_LINES = 2_000_000
_MOST_TAGS = 2_000_000
_LONGEST_TITLE = 500  # characters
_HOW = How()


def read_document(path: Path, how: How = _HOW) -> Document:
    """Read a PDF, DOCX, PPTX, XLSX, EPUB, OpenDocument, HTML, Markdown, CSV or text file.

    The password of an encrypted PDF is `how.password`, or stands in the environment as
    COPYDESK_PASSWORD.

    Raises:
        LockedDocument: it is encrypted, and no password or a wrong one was given.
        DocumentProblem: it is missing, empty, damaged, too large, or holds no text.
    """
    path = Path(path)
    return document_of(path, content_of(path), how)


def document_of(path: Path, content: bytes, how: How = _HOW, sha256: str = "") -> Document:
    """The same from the bytes of a file that were read already.

    Args:
        sha256: of the bytes, where it is known.

    Raises:
        DocumentProblem: see `read_document`.
    """
    if not content.strip():
        raise DocumentProblem(f"{path} is empty.", "give a file with text in it")
    reading = _read(path, content, how)
    passages = tuple(islice(_pieces(reading.passages), MOST_PASSAGES))
    if not passages:
        raise DocumentProblem(f"{path} holds no text.", "give a file with text in it")
    notes = list(reading.notes)
    if len(passages) == MOST_PASSAGES:
        notes.append(f"only the first {MOST_PASSAGES:,} passages were kept")
    return Document(
        name=path.name,
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
        passages=passages,
        title=line_of(reading.title)[:_LONGEST_TITLE],
        notes=tuple(notes),
        pages=reading.pages or max(passage.page for passage in passages),
        labels=reading.labels,
    )


def _pieces(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Passages of bearable length: one that goes on for ever is cut at its sentences."""
    for passage in passages:
        if len(passage.text) <= LONGEST:
            if passage.text:
                yield passage
        else:
            for piece in cut(passage.text):
                if text := piece.strip():
                    yield replace(passage, text=text)


def read_documents(paths: Iterable[Path | str], how: How = _HOW) -> tuple[Document, ...]:
    """Read several, each once, in the order given.

    Raises:
        DocumentProblem: one of them cannot be read.
    """
    documents: dict[str, Document] = {}
    for path in paths:
        document = read_document(Path(path), how)
        documents.setdefault(document.sha256, document)
    return tuple(documents.values())


def _read(path: Path, content: bytes, how: How) -> Reading:
    if _is_pdf(content):
        return read_pdf(path, content, how)
    if content.startswith(ZIP):
        return read_archive(path, content)
    if content.startswith(OLE):
        refuse_ole(path, content)
    for magic, kind in PICTURES.items():
        if content.startswith(magic):
            raise DocumentProblem(
                f"{path} is a picture ({kind}), not a text.", "recognise its text (OCR) first"
            )
    for magic, kind in OTHERS.items():
        if content.startswith(magic):
            raise DocumentProblem(f"{path} is {kind}, which cannot be read.", KINDS)
    return _text(path, content)


def _is_pdf(content: bytes) -> bool:
    """Whether a file is a PDF: it begins like one, or soon after some bytes that are no page."""
    head = content[:1024]
    if head.startswith(PDF):
        return True
    return PDF in head and not PAGE.match(head.decode("latin-1")) and b"startxref" in content


def _text(path: Path, content: bytes) -> Reading:
    if len(content) > LARGEST_TEXT:
        raise DocumentProblem(
            f"{path} is larger than {LARGEST_TEXT >> 20} MB of text.", "split it into parts"
        )
    suffix = path.suffix.casefold()
    found = decoded(path, content, declared(content) if b"<" in content[:2048] else "")
    is_page = looks_like_html(found.text, suffix)
    text = _bounded(found.text, "<", _MOST_TAGS) if is_page else found.text
    text = _bounded(text, "\n", _MOST_LINES)
    if is_page:
        reading = read_html(text)
    elif suffix in {".csv", ".tsv"}:
        reading = read_table(text)
        if not reading.passages:  # one endless line, or quotation marks that never close
            reading = read_text(text)
    elif suffix in {".md", ".markdown", ".mdown", ".qmd", ".rmd"}:
        reading = read_markdown(text)
    else:
        reading = read_text(text)
    if len(text) < len(found.text):
        share = 100 * len(text) // len(found.text)
        reading.notes.append(f"only the first {share}% of it were read")
    if found.odd:
        lines = "1 line is" if found.odd == 1 else f"{found.odd:,} lines are"
        reading.notes.append(f"{lines} in another encoding than the rest")
    return reading


def _bounded(text: str, sign: str, most: int) -> str:
    """As much of a text as holds about so many signs: each costs time and memory."""
    count = text.count(sign)
    return text if count <= most else text[: len(text) * most // count]
