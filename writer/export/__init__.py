"""Draft → file: the extension picks the format."""

from collections.abc import Callable
from pathlib import Path

from copydesk.errors import OutputProblem
from copydesk.files import write_atomic
from copydesk.writer.draft import Draft
from copydesk.writer.export.epub import to_epub
from copydesk.writer.export.html import to_html
from copydesk.writer.export.pdf import check_office, to_pdf
from copydesk.writer.export.sheet import Sheet, sheet_of
from copydesk.writer.export.text import to_text
from copydesk.writer.export.word import to_word

__all__ = ["FORMATS", "LAYOUTS", "Sheet", "check_format", "lay_out", "save", "sheet_of"]

# Each turns Markdown, and what is known of it, into a file's bytes.
LAYOUTS: dict[str, Callable[[str, Sheet], bytes]] = {
    ".md": lambda markdown, _sheet: markdown.encode("utf-8", "replace"),
    ".docx": to_word,
    ".html": to_html,
    ".txt": to_text,
    ".epub": to_epub,
    ".pdf": to_pdf,
}


def _of_draft(suffix: str) -> Callable[[Draft], bytes]:
    return lambda draft: LAYOUTS[suffix](draft.markdown, sheet_of(draft))


FORMATS: dict[str, Callable[[Draft], bytes]] = {suffix: _of_draft(suffix) for suffix in LAYOUTS}


def check_format(path: Path) -> None:
    """Refuse what cannot be made, before anything is written.

    Raises:
        OutputProblem: no format answers to the extension; those there are, are named.
        MissingTool: the format needs a program that is not here.
    """
    suffix = path.suffix.lower()
    if suffix not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise OutputProblem(
            f"Text cannot be written as {path.suffix or 'a file without extension'}.",
            f"the formats are: {known}",
        )
    if suffix == ".pdf":
        check_office()


def lay_out(markdown: str, sheet: Sheet, path: Path) -> None:
    """Write Markdown whole or not at all, in the format of the path's extension.

    Raises:
        OutputProblem: there is no such format, or the place cannot be written to.
        MissingTool, DocumentProblem: the PDF could not be made.
    """
    check_format(path)
    write_atomic(path, LAYOUTS[path.suffix.lower()](markdown, sheet))


def save(draft: Draft, path: Path) -> None:
    """Write a draft: `lay_out` with what it says of itself."""
    lay_out(draft.markdown, sheet_of(draft), path)
