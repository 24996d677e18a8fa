"""What lies in the library, as objects: documents, and passages that were found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from copydesk.documents.passage import Passage, printed_number
from copydesk.errors import DocumentProblem


@dataclass(frozen=True)
class Entry:
    """A document in the library.

    Attributes:
        number: its number there; never given twice.
        name: what a reader calls it; unique in the library.
        path: where the file lay when it was read, absolute.
        sha256: of the file's bytes as they were read.
        title: what the document calls itself, "" if it does not.
        notes: what could not be read of it, for a person.
        pages: how many pages it has; 0 where the format has none.
        labels: the numbers printed on its pages, as in `Document`.
        passages: how many the search knows of it.
        shelved: whether somebody put it on the shelf; others were only asked, and may go.
        added: when it was read, ISO 8601, UTC.
    """

    number: int
    name: str
    path: str
    sha256: str
    title: str = ""
    notes: tuple[str, ...] = ()
    pages: int = 0
    labels: tuple[str, ...] = ()
    passages: int = 0
    shelved: bool = True
    added: str = ""

    def printed(self, page: int) -> str:
        """The number printed on a page, where it is another than the page's own; "" else."""
        return printed_number(self.labels, page)


@dataclass(frozen=True)
class Found:
    """A passage that was found.

    Attributes:
        key: of the passage in the library; the same as long as the document is not read again.
        score: higher is better; to be compared within one search only.
    """

    entry: Entry
    key: int
    passage: Passage
    score: float = 0.0


@dataclass(frozen=True)
class Added:
    """A file that is in the library now.

    Attributes:
        state: unchanged ones were not read again.
    """

    entry: Entry
    state: Literal["new", "unchanged", "changed"]


@dataclass(frozen=True)
class Skipped:
    """A file that could not be read, and why."""

    path: Path
    problem: DocumentProblem

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return self.problem.message
