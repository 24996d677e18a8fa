"""A file becomes a document; what kind it is, its content says, not its name."""

import hashlib
from collections.abc import Iterable
from inspect import signature
from pathlib import Path

from copydesk.documents.contents import LARGEST_TEXT, content_of
from copydesk.documents.decode import decode
from copydesk.documents.docx import read_docx
from copydesk.documents.html import looks_like_html, read_html
from copydesk.documents.kinds import KINDS, OLE, PDF, PICTURES, ZIP
from copydesk.documents.package import Package, office_kind
from copydesk.documents.passage import Document, line_of
from copydesk.documents.pdf import read_pdf
from copydesk.documents.plain import read_markdown, read_table, read_text
from copydesk.documents.pptx import read_pptx
from copydesk.documents.reading import How, Reading
from copydesk.errors import DocumentProblem

_HOW = How()


def read_document(path: Path, how: How = _HOW) -> Document:
    """Read a PDF, DOCX, PPTX, Markdown, HTML, CSV or text file.

    The password of an encrypted PDF is `how.password`, or stands in the environment as
    COPYDESK_PASSWORD.

    Raises:
        LockedDocument: it is encrypted, and no password or a wrong one was given.
        DocumentProblem: it is missing, empty, encrypted, damaged, or holds no text.
    """
    path = Path(path)
    content = _content(path)
    reading = _read(path, content, how)
    passages = tuple(p for p in reading.passages if p.text)
    if not passages:
        raise DocumentProblem(f"{path} holds no text.", "give a file with text in it")
    digest = hashlib.sha256(content).hexdigest()
    return Document(
        name=path.name,
        sha256=digest,
        passages=passages,
        title=line_of(reading.title),
        notes=tuple(reading.notes),
        pages=reading.pages or max(passage.page for passage in passages),
        labels=reading.labels,
    )


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


def _content(path: Path) -> bytes:
    content = content_of(path)
    if not content.strip():
        raise DocumentProblem(f"{path} is empty.", "give a file with text in it")
    return content


def _read(path: Path, content: bytes, how: How) -> Reading:
    if PDF in content[:1024]:
        return _pdf(path, content, how)
    if content.startswith(ZIP):
        return _office(path, content)
    if content.startswith(OLE):
        _refuse_ole(path, content)
    for magic, kind in PICTURES.items():
        if content.startswith(magic):
            raise DocumentProblem(
                f"{path} is a picture ({kind}), not a text.", "recognise its text (OCR) first"
            )
    return _text(path, content)


def _pdf(path: Path, content: bytes, how: How) -> Reading:
    if "how" in signature(read_pdf).parameters:
        return read_pdf(path, content, how)  # type: ignore[call-arg, unused-ignore]
    return read_pdf(path, content)  # type: ignore[call-arg, unused-ignore]


def _office(path: Path, content: bytes) -> Reading:
    package = Package(path, content)
    kind = office_kind(package)
    if kind == "docx":
        return read_docx(path, package)
    if kind == "pptx":
        return read_pptx(path, package)
    hint = {
        "xlsx": "save the sheet as CSV",
        "epub": "save the book as HTML or text",
        "odt": "save it as DOCX",
    }.get(kind, KINDS)
    what = f"is a file of kind {kind}" if kind else "is an archive"
    raise DocumentProblem(f"{path} {what}, which cannot be read.", hint)


def _refuse_ole(path: Path, content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DocumentProblem(
            f"{path} is encrypted.", "open it in Office, take the password away, save it again"
        )
    raise DocumentProblem(
        f"{path} is in the Office format from before 2007.", "save it as DOCX or PPTX"
    )


def _text(path: Path, content: bytes) -> Reading:
    if len(content) > LARGEST_TEXT:
        raise DocumentProblem(
            f"{path} is larger than {LARGEST_TEXT >> 20} MB of text.", "split it into parts"
        )
    text = decode(path, content)
    suffix = path.suffix.casefold()
    if looks_like_html(text, suffix):
        return read_html(text)
    if suffix in {".csv", ".tsv"}:
        return read_table(text)
    if suffix in {".md", ".markdown", ".mdown", ".qmd", ".rmd"}:
        return read_markdown(text)
    return read_text(text)
