"""What a digest is: what a document says, point by point, each with the words that prove it."""

from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.findings import Finding


@dataclass(frozen=True)
class Spot:
    """Where something stands in the document.

    Attributes:
        page: 1-based; 0 where the format has none.
        printed: the number printed on that page, where it is another; "" else.
        section: the heading it stands under, "" for none.
    """

    page: int = 0
    printed: str = ""
    section: str = ""


@dataclass(frozen=True)
class Point:
    """Something that the document says.

    Attributes:
        text: in a line.
        quotation: the document's own words behind it, verbatim.
        verbatim: whether the text is the document's own as well.
    """

    text: str
    quotation: str
    spot: Spot
    verbatim: bool = False


@dataclass(frozen=True)
class Figure:
    """A figure or table: what its caption calls it, and the caption."""

    kind: str
    label: str
    caption: str
    spot: Spot


@dataclass(frozen=True)
class Term:
    """A term that the document defines, and the words in which it does."""

    term: str
    meaning: str
    quotation: str
    spot: Spot


@dataclass(frozen=True)
class Part:
    """A stretch of the document under its heading, with its points."""

    title: str
    first: Spot
    last: Spot
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Digest:
    """A document in brief.

    Attributes:
        name: the file's name.
        kind: what sort of document it is, in its own language; "" if nobody said.
        says: what it is about, in a sentence or two.
        pages: how many it has; 0 where the format has none.
        points: the most telling points of the whole, in reading order.
        parts: the document stretch by stretch; empty for a short one.
        terms: defined in the document.
        left_open: what the document itself leaves open.
        notes: what could not be read of it.
        findings: what was dropped, and why.
        model: which one worded the points; "" if none did.
    """

    name: str
    title: str
    language: Language
    pages: int
    kind: str = ""
    says: str = ""
    points: tuple[Point, ...] = ()
    parts: tuple[Part, ...] = ()
    figures: tuple[Figure, ...] = ()
    terms: tuple[Term, ...] = ()
    left_open: tuple[Point, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    model: str = ""
    seed: int = 0
