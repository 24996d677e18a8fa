"""Markdown → PDF: the Word document, laid out by LibreOffice."""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from copydesk.errors import DocumentProblem, MissingTool
from copydesk.writer.export.sheet import Sheet
from copydesk.writer.export.word import to_word
from copydesk.writer.export.word_styles import Fonts

_TIMEOUT = 240  # seconds; a first start of LibreOffice on a busy machine takes half a minute
# What LibreOffice brings along; the letters of Word's own fonts would be replaced by any.
_FREE = Fonts(
    "Liberation Serif",
    "Liberation Sans",
    "Liberation Mono",
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
)


def check_office() -> str:
    """The program that makes PDFs.

    Raises:
        MissingTool: it is not on PATH.
    """
    found = shutil.which("soffice")
    if not found:
        raise MissingTool(
            "A PDF is made by LibreOffice, and soffice is not on PATH.",
            "install LibreOffice Writer, or write .docx and print it from Word",
        )
    return found


def to_pdf(markdown: str, sheet: Sheet) -> bytes:
    """Lay Markdown out as a PDF, in a LibreOffice profile of its own.

    Raises:
        MissingTool: LibreOffice is not there.
        DocumentProblem: it failed, or took too long.
    """
    office = check_office()
    document = to_word(markdown, sheet, fonts=_fonts(sheet))
    with tempfile.TemporaryDirectory(
        prefix="copydesk-office-", ignore_cleanup_errors=True
    ) as folder:
        source = Path(folder) / "text.docx"
        source.write_bytes(document)
        profile = (Path(folder) / "profile").as_uri()
        said = _call(
            [
                *(office, f"-env:UserInstallation={profile}", "--headless"),
                *("--convert-to", "pdf:writer_pdf_Export", "--outdir", folder, str(source)),
            ]
        )
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise DocumentProblem(
                f"LibreOffice made no PDF: {said}.", "see that LibreOffice Writer is installed"
            )
        return made.read_bytes()


def _fonts(sheet: Sheet) -> Fonts | None:
    """A novel has its headings in the letters of its text."""
    if not sys.platform.startswith("linux"):
        return None
    return replace(_FREE, display=_FREE.text) if sheet.fiction else _FREE


def _call(command: list[str]) -> str:
    """Run LibreOffice; what it said last."""
    try:
        done = subprocess.run(  # noqa: S603 - a list, never a shell
            command, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise DocumentProblem(
            f"LibreOffice made no PDF within {_TIMEOUT} s.", "try again, or write .docx"
        ) from None
    except OSError as error:
        raise MissingTool(
            f"LibreOffice does not start: {error.strerror}.", "install LibreOffice Writer"
        ) from None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1].rstrip(".") if said else "no reason given"
