"""Editorial: ink, paper and a red pencil; a narrow column for the claim, a wide one for its proof.

Everything hangs from a rule at the top, heavy over the narrow column, a hair over the wide one.
"""

from typing import Any

from masters.kit import (
    Area,
    Design,
    Fonts,
    Foot,
    Holder,
    Layout,
    Level,
    Shape,
    Type,
    block,
    hold,
    plain,
)

LEFT, RIGHT, WIDTH = 0.75, 12.583, 11.833
CLAIM = 3.9  # width of the narrow column
WIDE, WIDE_WIDTH = 5.15, 7.433
TOP, BOTTOM = 0.62, 6.62
HEAD = 0.86  # where every title begins
HALF = (WIDTH - 0.45) / 2
SECOND = LEFT + HALF + 0.45

_LIST = Type(marks="inherit")
_DIAGRAM = Type(size=16, after=0)


def _title(width: float = WIDTH, height: float = 1.1, **how: Any) -> Holder:
    return hold("title", (LEFT, HEAD, width, height), **how)


def _source(left: float = LEFT, width: float = WIDTH) -> Holder:
    style = Type(size=11, colour="tx2", after=0, line=100, anchor="b")
    return hold("source", (left, 6.3, width, 0.38), style)


def _copy_lines() -> tuple[Shape, ...]:
    """The cover's picture: lines of copy on a baseline grid, one of them marked in red."""
    lengths = (2.3, 2.05, 2.3, 1.5, 2.3, 2.2, 1.85, 2.3, 2.1, 2.3, 1.1)
    lines = [block(10.283, 1.3 + 0.44 * i, w, 0.028, "bg1/28") for i, w in enumerate(lengths)]
    lines[6] = block(10.283, 1.3 + 0.44 * 6 - 0.04, 1.85, 0.11, "accent1")
    return tuple(lines)


def _hung(colour: str = "tx1", hair: str = "tx1/22") -> tuple[Shape, ...]:
    """The rule every page hangs from."""
    return (
        block(LEFT, TOP - 0.045, CLAIM, 0.06, colour),
        block(WIDE, TOP, RIGHT - WIDE, 0.012, hair),
    )


def _side(left: float, side: str, colour: str) -> tuple[Holder, Holder]:
    """A panel's heading and points."""
    inner, width = left + 0.35, HALF - 0.7
    heading = Type(size=24, bold=True, colour=colour, after=0, line=95)
    points = Type(marks="inherit", size=18, after=8)
    return (
        hold(f"{side} heading", (inner, 2.5, width, 0.75), heading),
        hold(side, (inner, 3.35, width, 3.1), points),
    )


def _column(left: float, side: str) -> tuple[Holder, Holder]:
    """A column's heading on its rule, and the points under it."""
    heading = Type(size=20, bold=True, colour="accent1", after=0, line=95)
    points = Type(marks="inherit", size=20, after=10)
    return (
        hold(f"{side} heading", (left, 2.42, HALF, 0.5), heading),
        hold(side, (left, 3.1, HALF, BOTTOM - 3.1), points),
    )


def _wide(name: str, top: float = 2.15) -> Layout:
    """A page whose diagram goes over both columns."""
    box: Area = (LEFT, top, WIDTH, BOTTOM - top)
    return Layout(name=name, holders=(_title(), hold("diagram", box, _DIAGRAM)))


def _beside(name: str) -> Layout:
    """A page whose diagram fills the wide column."""
    box: Area = (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD)
    return Layout(name=name, holders=(_title(CLAIM, 4.2), hold("diagram", box, _DIAGRAM)))


def _opening() -> tuple[Layout, ...]:
    cover = Type(size=52, bold=True, colour="bg1", line=92, anchor="b")
    return (
        Layout(
            name="title",
            kind="title",
            page="tx1",
            foot="accent5",
            shapes=(*_copy_lines(), block(LEFT, 4.72, 0.9, 0.07, "accent1")),
            holders=(
                hold("title", (LEFT, 1.15, 8.7, 3.3), cover, kind="ctrTitle"),
                hold("subtitle", (LEFT, 5.02, 8.0, 1.15), size=22, colour="bg2", line=100, after=0),
            ),
        ),
        Layout(
            name="agenda",
            bare=True,
            shapes=(
                block(0, 0, 4.65, 7.5, "bg2"),
                block(LEFT, TOP - 0.045, 0.9, 0.07, "accent1"),
                block(WIDE, TOP, RIGHT - WIDE, 0.012, "tx1/22"),
            ),
            holders=(
                _title(3.5, 3.6, size=36),
                hold(
                    "items",
                    (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD),
                    Type(size=24, marks="number", hang=0.85, after=14, line=100),
                ),
            ),
        ),
        Layout(
            name="section",
            kind="secHead",
            page="tx1",
            foot="accent5",
            shapes=_hung("accent1", "bg1/40"),
            holders=(
                hold(
                    "title",
                    (WIDE, HEAD, WIDE_WIDTH, 3.1),
                    Type(size=46, bold=True, colour="bg1", line=94),
                ),
                hold(
                    "number",
                    (LEFT, HEAD - 0.28, CLAIM + 0.3, 3.4),
                    Type(size=200, bold=True, colour="accent1", line=90, after=0),
                ),
                hold(
                    "summary",
                    (WIDE, 4.55, 6.6, 2.0),
                    Type(size=24, colour="bg2", line=108, after=0, anchor="b"),
                ),
            ),
        ),
    )


def _texts() -> tuple[Layout, ...]:
    return (
        Layout(
            name="bullets",
            kind="obj",
            holders=(
                _title(CLAIM, 4.2),
                hold("points", (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD), _LIST),
            ),
        ),
        Layout(
            name="columns",
            kind="twoTxTwoObj",
            shapes=(
                block(LEFT, 2.28, HALF, 0.012, "tx1/22"),
                block(SECOND, 2.28, HALF, 0.012, "tx1/22"),
            ),
            holders=(_title(), *_column(LEFT, "left"), *_column(SECOND, "right")),
        ),
        Layout(
            name="comparison",
            kind="twoTxTwoObj",
            shapes=(
                block(LEFT, 2.2, HALF, BOTTOM - 2.2, "bg2"),
                block(LEFT, 2.2, HALF, 0.06, "accent2"),
                block(SECOND, 2.2, HALF, BOTTOM - 2.2, "bg2"),
                block(SECOND, 2.2, HALF, 0.06, "accent1"),
            ),
            holders=(_title(), *_side(LEFT, "left", "accent2"), *_side(SECOND, "right", "accent1")),
        ),
        Layout(
            name="big-number",
            holders=(
                _title(CLAIM, 4.2),
                hold(
                    "number",
                    (WIDE, 1.0, WIDE_WIDTH, 2.9),
                    Type(size=132, bold=True, colour="accent1", line=90, after=0, anchor="b"),
                ),
                hold("caption", (WIDE, 4.2, 6.8, 1.9), size=24, line=108, after=0),
                _source(WIDE, WIDE_WIDTH),
            ),
        ),
        Layout(
            name="quote",
            shapes=(block(WIDE, HEAD + 0.05, 0.07, 5.4, "accent1"),),
            holders=(
                _title(CLAIM, 4.2),
                hold(
                    "quote",
                    (WIDE + 0.45, HEAD, WIDE_WIDTH - 0.45, 4.3),
                    Type(size=38, line=104, after=0, anchor="b"),
                ),
                hold(
                    "speaker",
                    (WIDE + 0.45, 5.5, WIDE_WIDTH - 0.45, 0.8),
                    Type(size=18, colour="tx2", after=0),
                ),
            ),
        ),
    )


def _data() -> tuple[Layout, ...]:
    beside = Type(line=108, after=0, anchor="b")
    return (
        Layout(
            name="table",
            kind="tbl",
            holders=(_title(), hold("table", (LEFT, 2.1, WIDTH, 4.1), size=16), _source()),
        ),
        Layout(
            name="chart",
            kind="chart",
            holders=(
                _title(CLAIM, 2.75),
                hold("chart", (WIDE, HEAD, WIDE_WIDTH, 5.35), size=14),
                hold("takeaway", (LEFT, 3.85, CLAIM, 2.35), beside, size=22),
                _source(WIDE, WIDE_WIDTH),
            ),
        ),
        Layout(
            name="picture",
            kind="picTx",
            holders=(
                _title(CLAIM, 2.1),
                hold("picture", (WIDE, HEAD, WIDE_WIDTH, 5.35), size=14),
                hold(
                    "points", (LEFT, 3.15, CLAIM, 3.06), Type(marks="inherit", size=18, anchor="b")
                ),
                _source(WIDE, WIDE_WIDTH),
            ),
        ),
        Layout(
            name="picture-full",
            page="tx1",
            foot="accent5",
            holders=(
                hold("title", (LEFT, 5.5, 5.9, 1.1), size=26, colour="bg1", anchor="t"),
                hold("picture", (0, 0, 13.333, 5.2), size=14),
                hold(
                    "caption",
                    (7.1, 5.55, 5.483, 1.05),
                    Type(size=18, colour="bg2", line=104, after=0),
                ),
            ),
        ),
    )


def _ending() -> tuple[Layout, ...]:
    points = Type(size=26, colour="bg1", marks="number", hang=0.85, after=18, line=100)
    return (
        Layout(
            name="code",
            holders=(
                _title(),
                hold(
                    "code",
                    (LEFT, 2.1, WIDTH, BOTTOM - 2.1),
                    Type(size=18, font="mono", line=110, after=0),
                    fill="bg2",
                    inset=(0.35, 0.3),
                ),
            ),
        ),
        Layout(
            name="closing",
            page="tx1",
            foot="accent5",
            shapes=_hung("accent1", "bg1/40"),
            holders=(
                _title(CLAIM, 4.4, size=40, colour="bg1", line=94),
                hold("points", (WIDE, HEAD, WIDE_WIDTH, BOTTOM - HEAD), points),
            ),
        ),
        *plain(_title()),
    )


def _diagrams() -> tuple[Layout, ...]:
    return (
        _wide("timeline"),
        _wide("process"),
        _beside("cycle"),
        _wide("hierarchy", 2.0),
        _beside("matrix"),
        _wide("team"),
    )


DESK = Design(
    name="desk",
    title="Copy Desk",
    colours={
        "dk1": "16181D",
        "lt1": "FFFFFF",
        "dk2": "565A61",
        "lt2": "F4F0E8",
        "accent1": "CF3A1E",
        "accent2": "2B4560",
        "accent3": "B5822A",
        "accent4": "4B8A83",
        "accent5": "8C857B",
        "accent6": "7A4A68",
        "hlink": "B23118",
        "folHlink": "7A4A68",
    },
    fonts=Fonts(major="Arial", minor="Arial"),
    levels=tuple(
        Level(
            size=size,
            left=(0.38 if i == 0 else 0.3) + 0.34 * i,
            hang=0.38 if i == 0 else 0.3,
            mark="–",
            after=14 if i == 0 else 6,
        )
        for i, size in enumerate((22, 18, 16, 14, 14))
    ),
    heading=Type(size=30, bold=True, line=95),
    title_box=(LEFT, HEAD, WIDTH, 1.1),
    body_box=(LEFT, 2.1, WIDTH, BOTTOM - 2.1),
    foot=Foot(
        footer=(LEFT, 6.93, 7.6, 0.26),
        date=(8.9, 6.93, 2.4, 0.26),
        number=(RIGHT - 1.0, 6.93, 1.0, 0.26),
    ),
    layouts=(*_opening(), *_texts(), *_data(), *_diagrams(), *_ending()),
    shapes=_hung(),
)
