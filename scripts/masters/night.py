"""Dark technical: light on near-black, a rail with the page number, corner ticks, dots."""

import math
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
    card,
    diagrams,
    disc,
    drawn,
    hold,
    plain,
    squares,
)

RAIL = 0.62  # width of the strip at the left edge
LEFT, RIGHT = 1.2, 12.733
WIDTH = RIGHT - LEFT
TOP, BOTTOM = 1.95, 6.62
HALF = (WIDTH - 0.4) / 2
SECOND = LEFT + HALF + 0.4

_LIST = Type(marks="inherit")
_SOURCE = Type(size=11, colour="tx2", after=0, line=100, anchor="b")
_RULE = "tx2/30"


def _title(width: float = WIDTH, height: float = 0.95, **how: Any) -> Holder:
    return hold("title", (LEFT, 0.66, width, height), **how)


def _tick(left: float, colour: str = "accent1") -> Shape:
    """The mark that a title hangs from."""
    return block(left, 0.42, 0.5, 0.05, colour)


def _corners(box: Area, colour: str, reach: float = 0.26) -> Shape:
    """Four right angles at the corners of a box: what is measured stands between them."""
    x, y, w, h = box
    r, b, d = x + w, y + h, reach
    paths = (
        ((x, y + d), (x, y), (x + d, y)),
        ((r - d, y), (r, y), (r, y + d)),
        ((r, b - d), (r, b), (r - d, b)),
        ((x + d, b), (x, b), (x, b - d)),
    )
    return drawn(paths, line=colour, weight=1.5)


def _wave(i: int) -> float:
    """Height of the cover's curve at column `i`, in rows from the top."""
    return 6.2 - 0.36 * i + 1.7 * math.sin(i / 2.3)


def _field() -> tuple[Shape, ...]:
    """The cover's picture: a field of dots, the lit ones on a curve that rises."""
    step, left, top = 0.36, 8.35, 0.85
    rows, columns = 16, 13
    lit = {(i, round(_wave(i))) for i in range(columns)}
    below = {(i, j) for i in range(columns) for j in range(rows) if j > _wave(i) + 0.5}

    def place(cell: tuple[int, int]) -> tuple[float, float]:
        return round(left + cell[0] * step, 3), round(top + cell[1] * step, 3)

    every = {(i, j) for i in range(columns) for j in range(rows)}
    path = [place((i, round(_wave(i)))) for i in range(columns)]
    return (
        squares([place(c) for c in sorted(every - lit - below)], 0.05, "tx2/35"),
        squares([place(c) for c in sorted(below - lit)], 0.09, "accent2/55"),
        drawn([path], line="accent1", weight=1.5),
        squares([place(c) for c in sorted(lit)], 0.17, "accent1"),
        disc(*path[-1], 0.17, "accent1/35"),
    )


def _rail(colour: str = "bg2") -> Shape:
    return block(0, 0, RAIL, 7.5, colour)


def _opening() -> tuple[Layout, ...]:
    return (
        Layout(
            name="title",
            kind="title",
            shapes=(*_field(), block(LEFT, 4.55, 0.5, 0.05, "accent1")),
            holders=(
                hold(
                    "title",
                    (LEFT, 1.2, 6.65, 3.1),
                    Type(size=46, bold=True, line=94, anchor="b"),
                    kind="ctrTitle",
                ),
                hold("subtitle", (LEFT, 4.85, 6.6, 1.3), size=20, colour="tx2", after=0, line=106),
            ),
        ),
        Layout(
            name="agenda",
            shapes=(_tick(LEFT), block(LEFT + 3.7, 0.66, 0.014, BOTTOM - 0.66, _RULE)),
            holders=(
                _title(3.4, 3.4, size=36),
                hold(
                    "items",
                    (LEFT + 4.2, 0.72, WIDTH - 4.2, BOTTOM - 0.72),
                    Type(size=24, marks="number", hang=0.8, after=18, line=100),
                ),
            ),
        ),
        Layout(
            name="section",
            kind="secHead",
            shapes=(_corners((LEFT, 0.85, WIDTH, 5.6), "accent1", 0.5),),
            holders=(
                hold(
                    "title",
                    (LEFT + 4.3, 1.35, WIDTH - 4.8, 2.4),
                    Type(size=42, line=96, anchor="b"),
                ),
                hold(
                    "number",
                    (LEFT + 0.5, 1.35, 3.6, 4.6),
                    Type(size=150, bold=True, colour="accent1", line=90, after=0, anchor="ctr"),
                ),
                hold(
                    "summary",
                    (LEFT + 4.3, 4.0, WIDTH - 4.8, 1.95),
                    Type(size=22, colour="tx2", line=108, after=0),
                ),
            ),
        ),
    )


def _sides(name: str, colours: tuple[str, str]) -> Layout:
    """Two cards, each under a bar of its colour."""
    holders, shapes = [_title()], [_tick(LEFT)]
    for side, left, colour in zip(("left", "right"), (LEFT, SECOND), colours, strict=True):
        inner, width = left + 0.32, HALF - 0.64
        heading = Type(size=20, bold=True, colour=colour, after=0, line=95)
        holders.append(hold(f"{side} heading", (inner, TOP + 0.3, width, 0.55), heading))
        room = (inner, TOP + 1.0, width, BOTTOM - TOP - 1.2)
        holders.append(hold(side, room, _LIST, size=20, after=10))
        shapes.append(card((left, TOP, HALF, BOTTOM - TOP), "bg2", line=_RULE))
        shapes.append(block(left, TOP, HALF, 0.05, colour))
    return Layout(name=name, kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders))


def _columns() -> Layout:
    """Two open columns: nothing but a rule over each."""
    holders, shapes = [_title()], [_tick(LEFT)]
    heading = Type(size=20, bold=True, colour="accent1", after=0, line=95)
    for side, left in (("left", LEFT), ("right", SECOND)):
        holders.append(hold(f"{side} heading", (left, TOP + 0.15, HALF, 0.55), heading))
        room = (left, TOP + 0.85, HALF, BOTTOM - TOP - 0.85)
        holders.append(hold(side, room, _LIST, size=20, after=10))
        shapes.append(block(left, TOP, HALF, 0.014, _RULE))
    return Layout(name="columns", kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders))


def _texts() -> tuple[Layout, ...]:
    number = (LEFT + 0.3, TOP + 0.2, 6.8, 3.8)
    return (
        Layout(
            name="bullets",
            kind="obj",
            shapes=(_tick(LEFT),),
            holders=(
                _title(),
                hold("points", (LEFT, TOP + 0.1, WIDTH - 0.9, BOTTOM - TOP - 0.1), _LIST),
            ),
        ),
        _columns(),
        _sides("comparison", ("accent2", "accent1")),
        Layout(
            name="big-number",
            shapes=(_tick(LEFT), _corners((LEFT, TOP, 7.4, 4.2), "accent1", 0.4)),
            holders=(
                _title(),
                hold(
                    "number",
                    number,
                    Type(
                        size=130,
                        bold=True,
                        colour="accent1",
                        line=90,
                        after=0,
                        anchor="ctr",
                        align="ctr",
                    ),
                ),
                hold(
                    "caption",
                    (LEFT + 7.85, TOP, WIDTH - 7.85, 4.2),
                    Type(size=24, line=110, after=0, anchor="ctr"),
                ),
                hold("source", (LEFT, 6.3, WIDTH, 0.34), _SOURCE),
            ),
        ),
        Layout(
            name="quote",
            shapes=(_tick(LEFT), _corners((LEFT, TOP - 0.15, WIDTH, 3.55), "accent2", 0.5)),
            holders=(
                _title(size=22),
                hold(
                    "quote",
                    (LEFT + 0.6, TOP + 0.1, WIDTH - 1.2, 3.05),
                    Type(size=34, line=108, after=0, anchor="ctr"),
                ),
                hold(
                    "speaker",
                    (LEFT + 0.6, 5.65, WIDTH - 1.2, 0.75),
                    Type(size=18, colour="accent2", after=0),
                ),
            ),
        ),
    )


def _data() -> tuple[Layout, ...]:
    side = LEFT + 8.35
    return (
        Layout(
            name="table",
            kind="tbl",
            shapes=(_tick(LEFT),),
            holders=(
                _title(),
                hold("table", (LEFT, TOP, WIDTH, 6.15 - TOP), size=16),
                hold("source", (LEFT, 6.3, WIDTH, 0.34), _SOURCE),
            ),
        ),
        Layout(
            name="chart",
            kind="chart",
            shapes=(_tick(LEFT), block(side - 0.3, TOP, 0.014, 6.15 - TOP, _RULE)),
            holders=(
                _title(),
                hold("chart", (LEFT, TOP, 7.8, 6.15 - TOP), size=14),
                hold(
                    "takeaway",
                    (side, TOP, RIGHT - side, 6.15 - TOP),
                    Type(size=22, colour="accent1", line=110, after=0),
                ),
                hold("source", (LEFT, 6.3, WIDTH, 0.34), _SOURCE),
            ),
        ),
        Layout(
            name="picture",
            kind="picTx",
            shapes=(_tick(LEFT), _corners((LEFT, TOP, 6.4, BOTTOM - TOP), "accent1", 0.5)),
            holders=(
                _title(),
                hold("picture", (LEFT + 0.16, TOP + 0.16, 6.08, BOTTOM - TOP - 0.32), size=14),
                hold("points", (LEFT + 6.9, TOP, WIDTH - 6.9, 4.15), _LIST, size=20),
                hold("source", (LEFT + 6.9, 6.3, WIDTH - 6.9, 0.34), _SOURCE),
            ),
        ),
        Layout(
            name="picture-full",
            holders=(
                hold("title", (LEFT, 5.72, 6.9, 0.95), Type(size=24, anchor="ctr")),
                hold("picture", (RAIL, 0, 13.333 - RAIL, 5.55), size=14),
                hold(
                    "caption",
                    (LEFT + 7.3, 5.72, WIDTH - 7.3, 0.95),
                    Type(size=16, colour="tx2", line=104, after=0, anchor="ctr"),
                ),
            ),
        ),
    )


def _ending() -> tuple[Layout, ...]:
    lamps = zip((0.3, 0.58, 0.86), ("accent4", "accent3", "accent6"), strict=True)
    return (
        Layout(
            name="code",
            shapes=(
                _tick(LEFT),
                card((LEFT, TOP, WIDTH, BOTTOM - TOP), "bg2", line=_RULE),
                block(LEFT, TOP + 0.46, WIDTH, 0.01, _RULE),
                *(disc(LEFT + x, TOP + 0.23, 0.08, colour) for x, colour in lamps),
            ),
            holders=(
                _title(),
                hold(
                    "code",
                    (LEFT + 0.3, TOP + 0.68, WIDTH - 0.6, BOTTOM - TOP - 0.9),
                    Type(size=18, font="mono", line=112, after=0),
                ),
            ),
        ),
        Layout(
            name="closing",
            shapes=(_corners((LEFT, 0.85, WIDTH, 5.6), "accent1", 0.5),),
            holders=(
                hold("title", (LEFT + 0.55, 1.35, 3.7, 4.6), Type(size=36, line=96, anchor="ctr")),
                hold(
                    "points",
                    (LEFT + 5.0, 1.35, WIDTH - 5.55, 4.6),
                    Type(size=24, marks="number", hang=0.75, after=20, line=102, anchor="ctr"),
                ),
            ),
        ),
        *plain(_title(), _tick(LEFT), bare=False),
    )


NIGHT = Design(
    name="night",
    title="Night",
    dark=True,
    colours={
        "dk1": "0B101B",
        "lt1": "F3F6FB",
        "dk2": "172033",
        "lt2": "A7B4C9",
        "accent1": "3DD6C1",
        "accent2": "7FA8FF",
        "accent3": "F3B94E",
        "accent4": "FF7B8B",
        "accent5": "8493AC",
        "accent6": "9BE072",
        "hlink": "7FD8FF",
        "folHlink": "C4A7FF",
    },
    fonts=Fonts(major="Arial", minor="Arial"),
    levels=tuple(
        Level(size=size, left=0.36 * (i + 1), hang=0.36, mark="►" if i == 0 else "–", after=after)
        for i, (size, after) in enumerate(((22, 14), (18, 7), (16, 6), (14, 6), (14, 6)))
    ),
    mark_size=60,
    body_line=108,
    heading=Type(size=28, bold=True, line=96),
    title_box=(LEFT, 0.66, WIDTH, 0.95),
    body_box=(LEFT, TOP, WIDTH, BOTTOM - TOP),
    foot=Foot(
        footer=(LEFT, 6.93, 7.4, 0.26),
        date=(RIGHT - 2.6, 6.93, 2.6, 0.26),
        number=(0.06, 6.93, RAIL - 0.12, 0.26),
        number_align="ctr",
        size=10.5,
    ),
    layouts=(
        *_opening(),
        *_texts(),
        *_data(),
        *diagrams(_title(), (LEFT, TOP, WIDTH, BOTTOM - TOP), _tick(LEFT)),
        *_ending(),
    ),
    shapes=(_rail(),),
)
