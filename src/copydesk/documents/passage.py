"""What a document becomes: passages in reading order, each with its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from unicodedata import category, is_normalized

from copydesk.brief import clean_text

Kind = Literal["text", "heading", "row", "caption"]


class Box(NamedTuple):
    """A rectangle on a page, in points, from the page's lower left corner as it is seen."""

    left: float
    low: float
    right: float
    top: float


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, list item, caption or table row of a document.

    Attributes:
        text: one block of plain text, on one line.
        page: 1-based page, slide or sheet; 0 where the format has none.
        section: the heading it stands under, "" for none.
        above: the headings that this heading stands under, outermost first.
        boxes: where it stands on the page, one for each block; empty where that is not known.
        kind: a row of a table says the heads of its columns; a caption that of a figure or table.
    """

    text: str
    page: int = 0
    section: str = ""
    above: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()
    kind: Kind = "text"

    @property
    def path(self) -> tuple[str, ...]:
        """The headings it stands under, outermost first."""
        return (*self.above, self.section) if self.section else self.above


@dataclass(frozen=True)
class Document:
    """A source, read.

    Attributes:
        name: what a reader calls it: the file's name.
        sha256: of the file's bytes.
        passages: in reading order; never empty for a file that was read.
        title: what the document calls itself, "" if it does not.
        notes: what could not be read of it ("pages 3, 4 hold no text"), for a person.
        pages: how many pages, slides or sheets it has; 0 where the format has none.
        labels: the number printed on each page ("iv", "12"), "" where there is none; empty where
            the document has no pages, or prints the number that the page has anyway.
    """

    name: str
    sha256: str
    passages: tuple[Passage, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    pages: int = 0
    labels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, a blank line between passages."""
        return "\n\n".join(passage.text for passage in self.passages)


def printed_number(labels: Sequence[str], page: int) -> str:
    """The number printed on a page, where it is another than the page's own; "" else."""
    label = labels[page - 1] if 0 < page <= len(labels) else ""
    return "" if label == str(page) else label


def line_of(text: str) -> str:
    """A block of text as one clean line: no control characters, single spaces."""
    line = " ".join(text.split())
    if line.isprintable() and _BREAK not in text and is_normalized("NFC", line):
        return line
    return " ".join(clean_text(_BREAKS.sub("\n", text)).split())


_BREAKS = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")
_BREAK = "\x1f"  # Word's optional hyphen, which `split` takes for a space


_UNKNOWN = "\ufffd"
_LOST = {"Co", "Cn", "Cc", "Cs"}


def readable_share(text: str) -> float:
    """The share of the visible characters that are letters a person can read, 1.0 for no text.

    Fonts without a text map come out as private-use, unassigned or control characters.
    """
    if text.isprintable() and _UNKNOWN not in text:
        return 1.0
    signs = (sign for sign in set(text) if not sign.isspace())
    lost = sum(text.count(sign) for sign in signs if _is_lost(sign))
    return 1 - lost / sum(map(len, text.split())) if lost else 1.0


def _is_lost(sign: str) -> bool:
    return sign == _UNKNOWN or (not sign.isprintable() and category(sign) in _LOST)
