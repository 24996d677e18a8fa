"""The shape of a deck's file: one model per kind of slide, each known by the key it is named after.

`title` and what every slide has aside, a slide has the key of its kind: `bullets`, `table`,
`big-number`. What stands under it is checked here; what it becomes is `build`'s business.
"""

from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from copydesk.brief import Language
from copydesk.slides.deck import ChartKind
from copydesk.slides.files.numbers import decimal_mark, figure, is_gap, value_of
from copydesk.slides.typeset.fit import printable

_LONGEST = 20_000  # characters of one text
_SCALAR = {"type": ["string", "number"]}


def listing(text: str) -> str:
    """Code: its line breaks and the spaces at their head are kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    kept = ["".join(c for c in line if c.isprintable() or c == "\u3000").rstrip() for line in lines]
    return "\n".join(kept).strip("\n")


def paragraphs(text: str) -> str:
    """Notes: a paragraph a line."""
    return "\n".join(clean for line in text.splitlines() if (clean := printable(line)))


def _text(value: Any) -> Any:
    """`- Light: any roof` is a text with a colon that was not quoted, not a table."""
    if isinstance(value, dict) and len(value) == 1:
        (key, rest), *_ = value.items()
        if isinstance(key, str) and isinstance(rest, str):
            return f"{key}: {rest}" if rest else f"{key}:"
    return value


def _number(value: Any) -> Any:
    """A number as it is written in a file; what says that there is none is NaN."""
    if not isinstance(value, str):
        return value
    if is_gap(value):
        return float("nan")
    found = figure(value)
    if found is None or found.unit:
        raise ValueError(f"{value!r} is no number")
    return value_of(found, decimal_mark([found]))


Line = Annotated[
    str,
    BeforeValidator(_text),
    Field(max_length=_LONGEST),
    AfterValidator(printable),
    WithJsonSchema({"type": "string", "maxLength": _LONGEST}),
]
Cell = Annotated[Line, WithJsonSchema(_SCALAR)]
Notes = Annotated[str, Field(max_length=100_000), AfterValidator(paragraphs)]
Value = Annotated[
    float, BeforeValidator(_number), WithJsonSchema({"type": ["number", "string", "null"]})
]
FileName = Annotated[str, Field(min_length=1, max_length=1000)]


class Model(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)
    short: ClassVar[str] = ""
    """The field that a bare text stands for: `- Flowering` is `- text: Flowering`."""


def from_text(model: type[Model]) -> BeforeValidator:
    """A text where a table may stand means the table with that text in its `short` field."""

    def widen(value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1:
            (key,) = value
            fields = [field.alias or name for name, field in model.model_fields.items()]
            known = isinstance(key, str) and get_close_matches(key, fields, 1, 0.6)
            value = value if known else _text(value)
        return {model.short: value} if isinstance(value, str) else value

    return BeforeValidator(widen, json_schema_input_type=str | model)


class PointModel(Model):
    """A bullet and the smaller ones under it; a bare text is a bullet without any."""

    short = "text"
    text: Line
    points: Annotated[list[Line], Field(max_length=200)] = []


class ColumnModel(Model):
    """One of two lists that stand side by side."""

    heading: Line = ""
    points: Annotated[list[Line], Field(max_length=200)] = []


class StepModel(Model):
    """A date, stage or station: its name, and a line on it; a bare text is the name."""

    short = "label"
    label: Line
    text: Line = ""


class NodeModel(Model):
    """A box of a hierarchy and those below it; a bare text is one without any."""

    short = "text"
    text: Line
    children: "Annotated[list[Node], Field(max_length=50)]" = []


class MemberModel(Model):
    """A person; `picture` is a file. A bare text is the name."""

    short = "name"
    name: Line
    role: Line = ""
    picture: Annotated[str, Field(max_length=1000)] = ""


Point = Annotated[PointModel, from_text(PointModel)]
Step = Annotated[StepModel, from_text(StepModel)]
Node = Annotated[NodeModel, from_text(NodeModel)]
Member = Annotated[MemberModel, from_text(MemberModel)]
NodeModel.model_rebuild()
Steps = Annotated[list[Step], Field(max_length=50)]
Row = Annotated[list[Cell], Field(max_length=300)]
Pair = Annotated[list[Line], Field(min_length=2, max_length=2)]


class TableModel(Model):
    """Cells, or a file of data and which of its columns and rows are shown.

    A bare list is the rows, the header first.
    """

    header: Row = []
    rows: Annotated[list[Row], Field(max_length=10_000)] = []
    data: Annotated[str, Field(max_length=1000)] = ""
    sheet: Line = ""
    columns: Annotated[list[Cell], Field(max_length=100)] = []
    most: Annotated[int, Field(ge=1, le=10_000)] = 200


def _rows(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return {"header": value[0], "rows": value[1:]} if value else {}


Table = Annotated[TableModel, BeforeValidator(_rows, json_schema_input_type=list[Row] | TableModel)]


class SeriesModel(Model):
    """One series of a chart: a value per category; scatter charts have an `x` for each."""

    name: Cell = ""
    values: Annotated[list[Value], Field(max_length=10_000)]
    x: Annotated[list[Value], Field(max_length=10_000)] = []


class ChartModel(Model):
    """Numbers, or a file of data and which of its columns are shown."""

    kind: ChartKind | None = None
    categories: Annotated[list[Cell], Field(max_length=10_000)] = []
    series: Annotated[list[SeriesModel], Field(max_length=300)] = []
    unit: Line = ""
    data: Annotated[str, Field(max_length=1000)] = ""
    sheet: Line = ""
    x: Cell = ""
    y: Annotated[list[Cell], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)] = []


class MatrixModel(Model):
    """Four cells: top left, top right, bottom left, bottom right; each axis from low to high."""

    cells: Annotated[list[Step], Field(min_length=4, max_length=4)]
    x: Pair = ["", ""]
    y: Pair = ["", ""]


class SlideModel(Model):
    """What every slide has."""

    title: Line = ""
    notes: Notes = ""
    source: Line = ""


class Opening(SlideModel):
    """The opening: the deck's title and one line under it."""

    subtitle: Line = ""


class Agenda(SlideModel):
    """What will be talked about, in order."""

    agenda: Annotated[list[Line], Field(max_length=200)]


class Section(SlideModel):
    """The door to a section; its number, 0 for none."""

    section: Annotated[int, Field(ge=0, le=999)]
    summary: Line = ""


class Bullets(SlideModel):
    """Points on two levels."""

    bullets: Annotated[list[Point], Field(max_length=500)]


class Columns(SlideModel):
    """Two lists that go together."""

    columns: Annotated[list[ColumnModel], Field(min_length=2, max_length=2)]


class Comparison(SlideModel):
    """Two sides set against each other."""

    comparison: Annotated[list[ColumnModel], Field(min_length=2, max_length=2)]


class BigNumber(SlideModel):
    """One number that is remembered, and what it means."""

    number: Cell = Field(alias="big-number")
    caption: Line = ""


class Quote(SlideModel):
    """What somebody said, without quotation marks."""

    quote: Line
    speaker: Line = ""


class TableOf(SlideModel):
    """Rows under a header."""

    table: Table


class Chart(SlideModel):
    """A native chart with its takeaway."""

    chart: ChartModel
    takeaway: Line = ""


class Picture(SlideModel):
    """A picture beside text; `alt` says what it shows."""

    picture: FileName
    alt: Line = ""
    points: Annotated[list[Line], Field(max_length=200)] = []


class PictureFull(SlideModel):
    """A picture that fills the page, and a line under it."""

    picture: FileName = Field(alias="picture-full")
    alt: Line = ""
    caption: Line = ""


class Timeline(SlideModel):
    """What happened or will happen, in order."""

    timeline: Steps


class Process(SlideModel):
    """Steps that lead to an end."""

    process: Steps


class Cycle(SlideModel):
    """Steps that lead back to the first."""

    cycle: Steps


class Hierarchy(SlideModel):
    """A tree from its root down, three levels at most."""

    hierarchy: Node


class Matrix(SlideModel):
    """Two by two."""

    matrix: MatrixModel


class Team(SlideModel):
    """Who does it."""

    team: Annotated[list[Member], Field(max_length=50)]


class Code(SlideModel):
    """A listing."""

    code: Annotated[str, Field(max_length=100_000), AfterValidator(listing)]
    language: Line = ""


class Closing(SlideModel):
    """What the audience should do now."""

    closing: Annotated[list[Line], Field(max_length=200)]


KINDS: dict[str, type[SlideModel]] = {
    "subtitle": Opening,
    "agenda": Agenda,
    "section": Section,
    "bullets": Bullets,
    "columns": Columns,
    "comparison": Comparison,
    "big-number": BigNumber,
    "quote": Quote,
    "table": TableOf,
    "chart": Chart,
    "picture": Picture,
    "picture-full": PictureFull,
    "timeline": Timeline,
    "process": Process,
    "cycle": Cycle,
    "hierarchy": Hierarchy,
    "matrix": Matrix,
    "team": Team,
    "code": Code,
    "closing": Closing,
}
"""The key that tells what kind a slide is: the intent's name, but for the opening's subtitle."""


class DeckModel(Model):
    """A deck: its title, its language, its slides in order."""

    title: Line = ""
    language: Language | None = None
    slides: Annotated[
        list[
            Opening
            | Agenda
            | Section
            | Bullets
            | Columns
            | Comparison
            | BigNumber
            | Quote
            | TableOf
            | Chart
            | Picture
            | PictureFull
            | Timeline
            | Process
            | Cycle
            | Hierarchy
            | Matrix
            | Team
            | Code
            | Closing
        ],
        Field(min_length=1, max_length=1000),
    ]
