"""The deck as typed objects: one class per intent, no geometry and no fonts.

What a slide is *for* is said here; what it looks like is the master's business. Every text is
plain: no markup, and but for code no line breaks.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from copydesk.brief import Language

ChartKind = Literal["column", "bar", "stacked", "line", "area", "pie", "doughnut", "scatter"]


@dataclass(frozen=True, kw_only=True)
class Slide:
    """What every slide has.

    Attributes:
        title: a claim that can be read out.
        notes: what the speaker says, a paragraph a line.
        source: where its numbers come from; goes to the notes, and under tables and charts.
    """

    intent: ClassVar[str]
    title: str
    notes: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class TitleSlide(Slide):
    """The opening: the deck's title and one line under it."""

    intent: ClassVar[str] = "title"
    subtitle: str = ""


@dataclass(frozen=True, kw_only=True)
class AgendaSlide(Slide):
    """What will be talked about: the section titles, in order."""

    intent: ClassVar[str] = "agenda"
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionSlide(Slide):
    """The door to a section; `number` counts from 1, 0 shows none."""

    intent: ClassVar[str] = "section"
    number: int = 0
    summary: str = ""


@dataclass(frozen=True)
class Point:
    """A bullet, and the smaller ones under it."""

    text: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BulletsSlide(Slide):
    """A claim in the title and the points that carry it, on two levels."""

    intent: ClassVar[str] = "bullets"
    bullets: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One of two lists that stand side by side."""

    heading: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ColumnsSlide(Slide):
    """Two lists that go together; headings may be empty."""

    intent: ClassVar[str] = "columns"
    left: Column
    right: Column


@dataclass(frozen=True, kw_only=True)
class ComparisonSlide(Slide):
    """Two sides set against each other, point against point."""

    intent: ClassVar[str] = "comparison"
    left: Column
    right: Column


@dataclass(frozen=True, kw_only=True)
class BigNumberSlide(Slide):
    """One number that is remembered, and what it means."""

    intent: ClassVar[str] = "big-number"
    number: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class QuoteSlide(Slide):
    """What somebody said, without quotation marks of its own."""

    intent: ClassVar[str] = "quote"
    quote: str
    speaker: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSlide(Slide):
    """Rows under a header; every row has as many cells as the header."""

    intent: ClassVar[str] = "table"
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of a chart: a value per category; a scatter chart has an `x` for every value."""

    name: str
    values: tuple[float, ...]
    x: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChartSlide(Slide):
    """A native chart with its takeaway; scatter charts have no categories."""

    intent: ClassVar[str] = "chart"
    kind: ChartKind = "column"
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...]
    unit: str = ""
    takeaway: str = ""


@dataclass(frozen=True, kw_only=True)
class PictureSlide(Slide):
    """A picture beside text; `picture` is a path, `alt` says what it shows."""

    intent: ClassVar[str] = "picture"
    picture: str
    alt: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PictureFullSlide(Slide):
    """A picture that fills the page, and a line under it."""

    intent: ClassVar[str] = "picture-full"
    picture: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A date, stage or station of a diagram: its name, and a line on it."""

    label: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class TimelineSlide(Slide):
    """What happened or will happen, in order; a label is a date."""

    intent: ClassVar[str] = "timeline"
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class ProcessSlide(Slide):
    """Steps that lead to an end."""

    intent: ClassVar[str] = "process"
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class CycleSlide(Slide):
    """Steps that lead back to the first."""

    intent: ClassVar[str] = "cycle"
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Node:
    """A box of a hierarchy and those below it."""

    text: str
    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class HierarchySlide(Slide):
    """A tree from its root down, three levels at most."""

    intent: ClassVar[str] = "hierarchy"
    root: Node


@dataclass(frozen=True, kw_only=True)
class MatrixSlide(Slide):
    """A 2×2 matrix: `cells` are top left, top right, bottom left, bottom right.

    `x` and `y` name the low and the high end of each axis; low is left, and below.
    """

    intent: ClassVar[str] = "matrix"
    cells: tuple[Step, Step, Step, Step]
    x: tuple[str, str] = ("", "")
    y: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of a team; `picture` is a path, or empty."""

    name: str
    role: str = ""
    picture: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamSlide(Slide):
    """Who does it."""

    intent: ClassVar[str] = "team"
    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True)
class CodeSlide(Slide):
    """A listing; the one text that keeps its line breaks and the spaces at their head."""

    intent: ClassVar[str] = "code"
    code: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ClosingSlide(Slide):
    """What the audience should do now."""

    intent: ClassVar[str] = "closing"
    points: tuple[str, ...]


SLIDES: tuple[type[Slide], ...] = (
    TitleSlide,
    AgendaSlide,
    SectionSlide,
    BulletsSlide,
    ColumnsSlide,
    ComparisonSlide,
    BigNumberSlide,
    QuoteSlide,
    TableSlide,
    ChartSlide,
    PictureSlide,
    PictureFullSlide,
    TimelineSlide,
    ProcessSlide,
    CycleSlide,
    HierarchySlide,
    MatrixSlide,
    TeamSlide,
    CodeSlide,
    ClosingSlide,
)
INTENTS: tuple[str, ...] = tuple(kind.intent for kind in SLIDES)


@dataclass(frozen=True)
class Deck:
    """A deck: its title, its language, its slides in order."""

    title: str
    language: Language
    slides: tuple[Slide, ...] = field(default=())
