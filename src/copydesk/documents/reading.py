"""What each format's reader hands back, before it is a document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from copydesk.documents.passage import Box, Kind, Passage, line_of


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
    """Passages gathered in reading order, under the headings that were added last.

    Attributes:
        pages, labels: as in `Document`.
        section, above: what the next passage stands under, as in `Passage`.
    """

    passages: list[Passage] = field(default_factory=list)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    pages: int = 0
    labels: tuple[str, ...] = ()
    section: str = ""
    above: tuple[str, ...] = ()
    _levels: list[tuple[int, str]] = field(default_factory=list)

    def add(
        self, text: str, page: int = 0, kind: Kind = "text", boxes: tuple[Box, ...] = ()
    ) -> None:
        """A block of text; blank ones are left out."""
        if line := line_of(text):
            self.passages.append(Passage(line, page, self.section, self.above, boxes, kind))

    def head(self, text: str, page: int = 0, level: int = 1, boxes: tuple[Box, ...] = ()) -> None:
        """A heading: it is a passage, and the section of those that follow.

        It stands under the last headings of lower levels; level 1 is the outermost.
        """
        if line := line_of(text):
            self.under(line, level)
            self.passages.append(Passage(line, page, line, self.above, boxes, "heading"))

    def under(self, section: str, level: int = 1) -> None:
        """What follows stands under this heading, which is itself no passage."""
        self._levels = [one for one in self._levels if one[0] < level]
        self.above = tuple(heading for _, heading in self._levels)
        self._levels.append((level, section))
        self.section = section

    def fresh(self) -> None:
        """What follows stands under no heading, until the next one: a new slide, a new sheet."""
        self._levels, self.section, self.above = [], "", ()


def page_notes(pages: Sequence[int], what: str) -> str:
    """“pages 3, 4, 9 and 12 more hold no text”, for a document's notes."""
    shown = ", ".join(str(page) for page in pages[:6])
    more = f" and {len(pages) - 6} more" if len(pages) > 6 else ""
    return f"page{'s' if len(pages) > 1 else ''} {shown}{more} {what}"
