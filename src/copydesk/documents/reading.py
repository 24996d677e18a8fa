"""What each format's reader hands back, before it is a document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from copydesk.documents.passage import Passage, line_of


@dataclass(frozen=True)
class How:
    """How a file is to be read.

    Attributes:
        password: of an encrypted file; "" for none.
        ocr: whether pages that are pictures are recognised, where Tesseract is installed.
        on_page: told the page that was read and how many there are, while a long file is read.
    """

    password: str = ""
    ocr: bool = True
    on_page: Callable[[int, int], None] | None = None


@dataclass
class Reading:
    """Passages gathered in reading order, under the heading that was added last."""

    passages: list[Passage] = field(default_factory=list)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    section: str = ""

    def add(self, text: str, page: int = 0) -> None:
        """A block of text; blank ones are left out."""
        if line := line_of(text):
            self.passages.append(Passage(line, page, self.section))

    def head(self, text: str, page: int = 0) -> None:
        """A heading: it is a passage, and the section of those that follow."""
        if line := line_of(text):
            self.section = line
            self.passages.append(Passage(line, page, line))


def page_notes(pages: Sequence[int], what: str) -> str:
    """“pages 3, 4, 9 and 12 more hold no text”, for a document's notes."""
    shown = ", ".join(str(page) for page in pages[:6])
    more = f" and {len(pages) - 6} more" if len(pages) > 6 else ""
    return f"page{'s' if len(pages) > 1 else ''} {shown}{more} {what}"
