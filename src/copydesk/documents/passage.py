"""What a document becomes: passages in reading order, each with its place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, list item or table row of a document.

    Attributes:
        text: one block of plain text.
        page: 1-based page or slide; 0 where the format has none.
        section: the heading it stands under, "" for none.
    """

    text: str
    page: int = 0
    section: str = ""


@dataclass(frozen=True)
class Document:
    """A source, read: its name for a reader, the sha256 of its bytes, and its passages."""

    name: str
    sha256: str
    passages: tuple[Passage, ...]
    title: str = ""

    @property
    def text(self) -> str:
        """All of it, a blank line between passages."""
        return "\n\n".join(passage.text for passage in self.passages)
