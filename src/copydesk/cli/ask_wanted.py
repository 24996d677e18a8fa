"""Which documents are asked, and what: the arguments of `copydesk ask` told apart."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.options import brief_from_stdin
from copydesk.cli.taking_in import refreshed, take_in
from copydesk.errors import UsageProblem

if TYPE_CHECKING:
    from copydesk.library.records import Entry
    from copydesk.library.store import Library

_LONGEST_NAME = 200  # characters; what is longer is no file's name
_FILE_LIKE = (
    *(".pdf", ".docx", ".doc", ".pptx", ".xlsx", ".csv", ".tsv", ".epub", ".html", ".htm"),
    *(".md", ".markdown", ".txt", ".rst", ".json"),
)


@dataclass(frozen=True)
class Asked:
    """What the arguments say."""

    paths: tuple[Path, ...]
    question: str | None

    @property
    def nothing(self) -> bool:
        """Whether neither document nor question was named."""
        return not self.paths and self.question is None


def asked_for(given: tuple[str, ...], question: str | None) -> Asked:
    """Arguments told apart: what lies there is a document, the last other one the question.

    Raises:
        UsageProblem: an argument is neither, or there are two questions.
    """
    named = [one != "-" and is_there(one) for one in given]
    others = [one for one, there in zip(given, named, strict=True) if not there]
    paths = tuple(Path(one) for one, there in zip(given, named, strict=True) if there)
    if question is None and others and not _is_file_like(others[-1]):
        question = others.pop()
    if others:
        hint = (
            "a question stands in quotes and comes last (--question TEXT says one outright); "
            "--document NAME names one that the library holds"
        )
        raise UsageProblem(f"There is no file or folder {others[0]}.", hint)
    return Asked(paths, brief_from_stdin() if question == "-" else question)


def is_there(text: str) -> bool:
    """Whether a file or folder has this name; whatever no file can be called has none."""
    if not text or len(text) > _LONGEST_NAME * 5 or "\n" in text or "\0" in text:
        return False
    try:
        return os.path.lexists(text)
    except (OSError, ValueError):
        return False


def _is_file_like(text: str) -> bool:
    """Whether what is not there was meant as a file: it ends like one, or is a path."""
    words = text.split()
    ends = text.casefold().endswith(_FILE_LIKE)
    path = len(words) == 1 and os.sep in text and not text.endswith(("?", "？"))
    return len(text) <= _LONGEST_NAME and ((ends and len(words) <= 3) or path)


def looked_in(
    library: "Library", paths: tuple[Path, ...], documents: tuple[str, ...]
) -> "list[Entry] | None":
    """The documents to look in; None for the whole shelf.

    Raises:
        UsageProblem: a name is unknown, or nothing was named and the shelf is empty.
    """
    entries = [added.entry for added in take_in(library, paths)] if paths else []
    entries += refreshed(library, [library.find(name) for name in documents])
    if entries:
        return list({entry.number: entry for entry in entries}.values())
    if not refreshed(library, library.entries()):
        raise UsageProblem(
            "There is nothing to ask: no document was named, and the shelf is empty.",
            'copydesk ask report.pdf "…", or put documents on the shelf: copydesk library add DOC',
        )
    return None
