"""The look of the desk master: colours, grid, type and thirteen layouts, as plain data.

Lengths are inches on a 13.333 × 7.5 page, type sizes are points. Colours are names of the theme:
tx1 ink, bg1 paper, tx2 grey ink, bg2 tint, accent1 the red pencil. Everything stands on one grid:
a narrow column for the claim, a wide one for what carries it, both hung from a rule at the top.
"""

from dataclasses import dataclass

PAGE = (13.333, 7.5)
FONT, HAN_FONT = "Arial", "Microsoft YaHei"
COLOURS = {
    "dk1": "16181D",
    "lt1": "FFFFFF",
    "dk2": "565A61",
    "lt2": "F4F0E8",
    "accent1": "CF3A1E",
    "accent2": "2B4560",
    "accent3": "C9973A",
    "accent4": "4B8A83",
    "accent5": "8C857B",
    "accent6": "7A4A68",
    "hlink": "B23118",
    "folHlink": "7A4A68",
}

LEFT, RIGHT, WIDTH = 0.75, 12.583, 11.833
CLAIM = 3.9  # width of the narrow column
WIDE, WIDE_WIDTH = 5.15, 7.433
TOP, BOTTOM = 0.62, 6.62
HEAD = 0.86  # where every title begins


@dataclass(frozen=True, kw_only=True)
class Type:
    """How a placeholder's text differs from the master's; None leaves it to the master."""

    size: float | None = None
    bold: bool | None = None
    colour: str | None = None
    line: int | None = None  # line spacing, per cent
    after: float | None = None  # points after a paragraph
    anchor: str = "t"
    align: str | None = None
    marks: str = "none"  # none | dash | number | inherit
    hang: float = 0.0  # inches between a mark and its text


@dataclass(frozen=True)
class Holder:
    """A placeholder: its name is the slot it fills."""

    name: str
    kind: str
    idx: int
    box: tuple[float, float, float, float]
    type: Type = Type()
    prompt: str = ""


@dataclass(frozen=True)
class Block:
    """A decorative rectangle; `colour` may carry an alpha per cent after a slash."""

    box: tuple[float, float, float, float]
    colour: str


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A page for one intent."""

    name: str
    holders: tuple[Holder, ...]
    blocks: tuple[Block, ...] = ()
    dark: bool = False
    bare: bool = False  # without the master's rules
    kind: str = ""


def _title(width: float = WIDTH, height: float = 1.1, **how: object) -> Holder:
    return Holder("Title", "title", 0, (LEFT, HEAD, width, height), Type(**how), "Title")  # type: ignore[arg-type]


def _source(x: float = LEFT, width: float = WIDTH) -> Holder:
    style = Type(size=11, colour="tx2", after=0, line=100, anchor="b")
    return Holder("Source", "body", 20, (x, 6.3, width, 0.38), style, "Source")


_TEXT = Type(marks="inherit")
_HALF = (WIDTH - 0.45) / 2
_RIGHT_HALF = LEFT + _HALF + 0.45


def _copy_lines() -> tuple[Block, ...]:
    """The cover's picture: lines of copy on a baseline grid, one of them marked in red."""
    lengths = (2.3, 2.05, 2.3, 1.5, 2.3, 2.2, 1.85, 2.3, 2.1, 2.3, 1.1)
    lines = [Block((10.283, 1.3 + 0.44 * i, w, 0.028), "bg1/28") for i, w in enumerate(lengths)]
    lines[6] = Block((10.283, 1.3 + 0.44 * 6 - 0.04, 1.85, 0.11), "accent1")
    return tuple(lines)


def _hung(colour: str = "tx1", hair: str = "tx1/22") -> tuple[Block, ...]:
    """The rule every page hangs from: heavy over the narrow column, a hair over the wide one."""
    return (
        Block((LEFT, TOP - 0.045, CLAIM, 0.06), colour),
        Block((WIDE, TOP, RIGHT - WIDE, 0.012), hair),
    )


MASTER_BLOCKS = _hung()

TITLE = Layout(
    name="title",
    kind="title",
    dark=True,
    blocks=(*_copy_lines(), Block((LEFT, 4.72, 0.9, 0.07), "accent1")),
    holders=(
        Holder(
            "Title",
            "ctrTitle",
            0,
            (LEFT, 1.15, 8.7, 3.3),
            Type(size=52, bold=True, colour="bg1", line=92, anchor="b"),
            "The title of the deck",
        ),
        Holder(
            "Subtitle",
            "subTitle",
            1,
            (LEFT, 5.02, 8.0, 1.15),
            Type(size=22, colour="bg2", line=100, after=0),
            "One line under it",
        ),
    ),
)

AGENDA = Layout(
    name="agenda",
    bare=True,
    blocks=(
        Block((0, 0, 4.65, 7.5), "bg2"),
        Block((LEFT, TOP - 0.045, 0.9, 0.07), "accent1"),
        Block((WIDE, TOP, RIGHT - WIDE, 0.012), "tx1/22"),
    ),
    holders=(
        _title(3.5, 3.6, size=36),
        Holder(
            "Items",
            "body",
            1,
            (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD),
            Type(size=24, marks="number", hang=0.85, after=14, line=100),
            "What will be talked about",
        ),
    ),
)

SECTION = Layout(
    name="section",
    kind="secHead",
    dark=True,
    blocks=_hung("accent1", "bg1/40"),
    holders=(
        Holder(
            "Title",
            "title",
            0,
            (WIDE, HEAD, WIDE_WIDTH, 3.1),
            Type(size=46, bold=True, colour="bg1", line=94),
            "The title of the section",
        ),
        Holder(
            "Number",
            "body",
            10,
            (LEFT, HEAD - 0.28, CLAIM + 0.3, 3.4),
            Type(size=200, bold=True, colour="accent1", line=90, after=0),
            "01",
        ),
        Holder(
            "Summary",
            "body",
            1,
            (WIDE, 4.55, 6.6, 2.0),
            Type(size=24, colour="bg2", line=108, after=0, anchor="b"),
            "What the section shows",
        ),
    ),
)

BULLETS = Layout(
    name="bullets",
    kind="obj",
    holders=(
        _title(CLAIM, 4.2),
        Holder("Bullets", "body", 1, (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD), _TEXT, "Points"),
    ),
)

TWO_COLUMNS = Layout(
    name="two-columns",
    kind="twoObj",
    holders=(
        _title(),
        Holder("Left", "body", 1, (LEFT, 2.3, _HALF, BOTTOM - 2.3), _TEXT, "Left column"),
        Holder("Right", "body", 2, (_RIGHT_HALF, 2.3, _HALF, BOTTOM - 2.3), _TEXT, "Right column"),
    ),
)


def _panel(x: float, side: str, idx: int, colour: str) -> tuple[Holder, Holder]:
    inner, width = x + 0.35, _HALF - 0.7
    heading = Type(size=24, bold=True, colour=colour, after=0, anchor="t", line=95)
    points = Type(marks="inherit", size=18, after=8)
    return (
        Holder(f"{side} heading", "body", idx + 10, (inner, 2.5, width, 0.75), heading, side),
        Holder(f"{side} points", "body", idx, (inner, 3.35, width, 3.1), points, "Points"),
    )


COMPARISON = Layout(
    name="comparison",
    kind="twoTxTwoObj",
    blocks=(
        Block((LEFT, 2.2, _HALF, BOTTOM - 2.2), "bg2"),
        Block((LEFT, 2.2, _HALF, 0.06), "accent2"),
        Block((_RIGHT_HALF, 2.2, _HALF, BOTTOM - 2.2), "bg2"),
        Block((_RIGHT_HALF, 2.2, _HALF, 0.06), "accent1"),
    ),
    holders=(
        _title(),
        *_panel(LEFT, "Left", 1, "accent2"),
        *_panel(_RIGHT_HALF, "Right", 2, "accent1"),
    ),
)

BIG_NUMBER = Layout(
    name="big-number",
    holders=(
        _title(CLAIM, 4.2),
        Holder(
            "Number",
            "body",
            10,
            (WIDE, 1.0, WIDE_WIDTH, 2.9),
            Type(size=150, bold=True, colour="accent1", line=90, after=0, anchor="b"),
            "42",
        ),
        Holder(
            "Caption",
            "body",
            1,
            (WIDE, 4.2, 6.8, 1.9),
            Type(size=24, line=108, after=0),
            "What the number means",
        ),
        _source(WIDE, WIDE_WIDTH),
    ),
)

QUOTE = Layout(
    name="quote",
    holders=(
        _title(CLAIM, 4.2),
        Holder(
            "Quote",
            "body",
            1,
            (WIDE + 0.45, HEAD, WIDE_WIDTH - 0.45, 4.3),
            Type(size=38, line=104, after=0, anchor="b"),
            "What was said",
        ),
        Holder(
            "Speaker",
            "body",
            10,
            (WIDE + 0.45, 5.5, WIDE_WIDTH - 0.45, 0.8),
            Type(size=18, colour="tx2", after=0),
            "Who said it",
        ),
    ),
    blocks=(Block((WIDE, HEAD + 0.05, 0.07, 5.4), "accent1"),),
)

TABLE = Layout(
    name="table",
    kind="tbl",
    holders=(
        _title(),
        Holder("Table", "tbl", 1, (LEFT, 2.1, WIDTH, 4.1), Type(size=16), "Table"),
        _source(),
    ),
)

CHART = Layout(
    name="chart",
    kind="chart",
    holders=(
        _title(CLAIM, 2.75),
        Holder("Chart", "chart", 1, (WIDE, HEAD, WIDE_WIDTH, 5.35), Type(size=14), "Chart"),
        Holder(
            "Takeaway",
            "body",
            10,
            (LEFT, 3.85, CLAIM, 2.35),
            Type(size=22, colour="tx1", line=108, after=0, anchor="b"),
            "What the chart says",
        ),
        _source(WIDE, WIDE_WIDTH),
    ),
)

PICTURE = Layout(
    name="picture",
    kind="picTx",
    holders=(
        _title(CLAIM, 2.75),
        Holder("Picture", "pic", 1, (WIDE, HEAD, WIDE_WIDTH, 5.35), Type(size=14), "Picture"),
        Holder(
            "Caption",
            "body",
            10,
            (LEFT, 3.85, CLAIM, 2.35),
            Type(size=18, colour="tx1", line=108, after=0, anchor="b"),
            "What the picture shows",
        ),
        _source(WIDE, WIDE_WIDTH),
    ),
)

TITLE_ONLY = Layout(name="title-only", kind="titleOnly", holders=(_title(),))

CLOSING = Layout(
    name="closing",
    dark=True,
    blocks=_hung("accent1", "bg1/40"),
    holders=(
        _title(CLAIM, 4.4, size=40, colour="bg1", line=94),
        Holder(
            "Points",
            "body",
            1,
            (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD),
            Type(size=26, colour="bg1", marks="number", hang=0.85, after=18, line=100),
            "What to do now",
        ),
    ),
)

LAYOUTS = (
    TITLE,
    AGENDA,
    SECTION,
    BULLETS,
    TWO_COLUMNS,
    COMPARISON,
    BIG_NUMBER,
    QUOTE,
    TABLE,
    CHART,
    PICTURE,
    TITLE_ONLY,
    CLOSING,
)
