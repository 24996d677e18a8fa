"""A PDF opened: with its password, under the one lock that PDFium needs."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from copydesk.errors import DocumentProblem, LockedDocument

PASSWORD = "COPYDESK_PASSWORD"  # noqa: S105 - the variable's name
PDFIUM = threading.RLock()  # PDFium may be used by one thread at a time
_WAIT = 120.0  # seconds that another thread may take with PDFium
_LOCKED = 4  # FPDF_ERR_PASSWORD


@contextmanager
def open_pdf(path: Path, content: bytes | None = None, password: str = "") -> Iterator[Any]:
    """A `pypdfium2.PdfDocument`, closed at the end; no other thread uses PDFium meanwhile.

    Args:
        content: the file's bytes, where they were read already.
        password: "" takes it from the environment, COPYDESK_PASSWORD.

    Raises:
        LockedDocument: it is encrypted, and no password or a wrong one was given.
        DocumentProblem: it cannot be read, is damaged, or has no pages.
    """
    content = _content(path) if content is None else content
    with _held(path):
        opened = _opened(path, content, password or os.environ.get(PASSWORD, ""))
        try:
            yield opened
        except pypdfium2.PdfiumError:
            raise damaged(path) from None
        finally:
            opened.close()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    if not PDFIUM.acquire(timeout=_WAIT):
        raise DocumentProblem(
            f"{path} cannot be read now: PDFium is still busy with a page of another file.",
            "start copydesk again",
        )
    try:
        yield
    finally:
        PDFIUM.release()


def damaged(path: Path) -> DocumentProblem:
    """What is said of a file that PDFium cannot read."""
    return DocumentProblem(
        f"{path} is damaged or cut off: PDFium cannot read it.", "export or download it again"
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "check its name and permissions"
        ) from None


def _opened(path: Path, content: bytes, password: str) -> Any:
    try:
        return pypdfium2.PdfDocument(content, password=password or None)
    except pypdfium2.PdfiumError as error:
        if _is_empty(content, password):
            raise DocumentProblem(f"{path} has no pages.", "export the PDF again") from None
        if getattr(error, "err_code", None) != _LOCKED:
            raise damaged(path) from None
        reason = "and its password is another" if password else "with a password"
        raise LockedDocument(
            f"{path} is encrypted {reason}.", f"put its password into the environment: {PASSWORD}"
        ) from None


def _is_empty(content: bytes, password: str) -> bool:
    """Whether PDFium opens a file in which there are no pages.

    It then leaves its last error as it was: that of another file, which may have been locked.
    """
    opened = raw.FPDF_LoadMemDocument64(content, len(content), password.encode() or None)
    if opened:
        raw.FPDF_CloseDocument(opened)
    return bool(opened)
