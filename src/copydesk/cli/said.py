"""The text that a file holds, as the desk keeps it: of a deck its outline as YAML."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.slides.deck import Deck

_DECKS = (".pptx", ".pptm", ".potx")


def said(path: Path, content: bytes, *, deck: bool = False) -> str:
    """What a file says.

    Args:
        deck: it is a deck, in YAML or Markdown where it is no PowerPoint file; such an outline is
            put as the desk puts its own, so that only what it says can differ.

    Raises:
        CopydeskError: it cannot be read, or is no text.
    """
    if is_presentation(path):
        from copydesk.slides.files.read_back import deck_of
        from copydesk.slides.package.opening import presentation_of

        return outline(deck_of(presentation_of(content, path.name), name=path.name))
    if deck:
        from copydesk.slides.files.read import read_any

        return outline(read_any(path, lambda _finding: None), path.parent)
    from copydesk.documents.whole import text_of

    return text_of(path, content)


def outline_said(text: str) -> str:
    """An outline that was changed by hand, put as the desk puts its own.

    Raises:
        UsageProblem: it is no deck any more; the line is named.
    """
    import io

    from copydesk.slides.files.read import deck_from_stream

    stream = io.BytesIO(text.encode("utf-8", "replace"))
    return outline(deck_from_stream(stream, Path(), lambda _finding: None))


def outline(deck: "Deck", folder: Path | None = None) -> str:
    """A deck as YAML, without the lines that tell people what to do with such a file."""
    from copydesk.slides.files.deck_file import write_deck

    lines = write_deck(deck, folder).splitlines(keepends=True)
    return "".join(dropwhile(lambda line: not line.strip() or line.startswith("#"), lines))


def is_presentation(path: Path) -> bool:
    """Whether a file is PowerPoint's, by its name."""
    return path.suffix.lower() in _DECKS


def is_plain(path: Path) -> bool:
    """Whether a file can be changed in a text editor, by its name."""
    from copydesk.documents.whole import PLAIN

    return path.suffix.lower() in {*PLAIN, ".html", ".htm", ".yaml", ".yml"}
