"""The deck as typed objects: one class per intent, no geometry and no fonts.

What a slide is *for* is said here; what it looks like is the master's business. Every text is one
paragraph of plain text: no markup, no line breaks.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from copydesk.brief import Language

ChartKind = Literal["column", "bar", "line", "pie"]


@dataclass(frozen=True, kw_only=True)
class Slide:
    """What every slide has: a title that can be read out, and what the speaker says."""

    intent: ClassVar[str]
    title: str
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class TitleSlide(Slide):
    """The opening: the deck's title and one line under it."""

    intent: ClassVar[str] = "title"
    subtitle: str


@dataclass(frozen=True, kw_only=True)
class AgendaSlide(Slide):
    """What will be talked about: the section titles, in order."""

    intent: ClassVar[str] = "agenda"
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionSlide(Slide):
    """The door to a section; `number` counts from 1."""

    intent: ClassVar[str] = "section"
    number: int
    summary: str


@dataclass(frozen=True, kw_only=True)
class BulletsSlide(Slide):
    """A claim in the title and the points that carry it."""

    intent: ClassVar[str] = "bullets"
    bullets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One side of a comparison."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ComparisonSlide(Slide):
    """Two sides, point against point."""

    intent: ClassVar[str] = "comparison"
    left: Column
    right: Column


@dataclass(frozen=True, kw_only=True)
class TableSlide(Slide):
    """Rows under a header; every row has as many cells as the header."""

    intent: ClassVar[str] = "table"
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of a chart, a value per category."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ChartSlide(Slide):
    """A native chart with its takeaway; `source` says where the numbers come from."""

    intent: ClassVar[str] = "chart"
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    takeaway: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ClosingSlide(Slide):
    """What the audience should do now."""

    intent: ClassVar[str] = "closing"
    points: tuple[str, ...]


@dataclass(frozen=True)
class Deck:
    """A deck: its title, its language, its slides in order."""

    title: str
    language: Language
    slides: tuple[Slide, ...]
