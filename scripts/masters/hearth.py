"""Warm story: cream paper, serif headlines, a low sun over hills; round and unhurried."""

import math
from typing import Any

from masters.kit import (
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
    pill,
    plain,
)

LEFT, RIGHT = 1.1, 12.233
WIDTH = RIGHT - LEFT
TOP, BOTTOM = 2.12, 6.5
HALF = (WIDTH - 0.5) / 2
SECOND = LEFT + HALF + 0.5
PAGE = 13.333
SUN = "accent3~22"

_LIST = Type(marks="inherit")
_SOURCE = Type(size=12, italic=True, colour="tx2", after=0, line=100, anchor="b")


def _title(width: float = WIDTH, height: float = 1.05, **how: Any) -> Holder:
    return hold("title", (LEFT, 0.62, width, height), anchor="b", **how)


def _stroke(left: float = LEFT, top: float = 1.78, colour: str = "accent1") -> Shape:
    """The short round stroke under a title."""
    return pill(left, top, 0.85, 0.085, colour)


def _hill(crest: tuple[float, float], reach: float, fill: str, foot: float = 7.5) -> Shape:
    """A hill: half a wave with its crest at a point, cut off at the foot and sides of the page."""
    x, y = crest
    low, high = max(x - reach, 0.0), min(x + reach, PAGE)
    steps = 48
    across = [low + (high - low) * i / steps for i in range(steps + 1)]
    ridge = [
        (round(a, 3), round(foot - (foot - y) * (1 + math.cos(math.pi * (a - x) / reach)) / 2, 3))
        for a in across
    ]
    return drawn([[(low, foot), *ridge, (high, foot)]], fill=fill)


def _country() -> tuple[Shape, ...]:
    """The cover's picture: a sun between three hills."""
    return (
        disc(10.15, 3.35, 1.75, SUN),
        _hill((11.6, 3.6), 5.6, "accent1"),
        _hill((6.9, 5.1), 6.6, "accent4"),
        _hill((13.0, 5.55), 7.2, "accent2"),
        block(0, 6.72, PAGE, 0.78, "accent2"),
    )


def _opening() -> tuple[Layout, ...]:
    night = Type(bold=False, colour="bg1", line=96)
    return (
        Layout(
            name="title",
            kind="title",
            bare=True,
            foot="bg1",
            shapes=_country(),
            holders=(
                hold(
                    "title",
                    (LEFT, 0.85, 6.95, 2.5),
                    Type(size=50, line=94, anchor="b"),
                    kind="ctrTitle",
                ),
                hold("subtitle", (LEFT, 3.6, 5.0, 1.25), size=22, colour="tx2", after=0, line=104),
            ),
        ),
        Layout(
            name="agenda",
            bare=True,
            feet=_feet(6.1),
            shapes=(disc(0.6, 7.5, 4.05, "bg2"), disc(0.6, 7.5, 2.5, SUN), _stroke(LEFT, 1.78)),
            holders=(
                _title(4.35, size=38),
                hold(
                    "items",
                    (6.1, 0.95, RIGHT - 6.1, BOTTOM - 0.95),
                    Type(size=26, marks="number", hang=0.75, after=20, line=100, anchor="ctr"),
                ),
            ),
        ),
        Layout(
            name="section",
            kind="secHead",
            page="accent2",
            foot="bg1",
            feet=_feet(5.75),
            shapes=(
                disc(2.9, 3.35, 1.9, SUN),
                _hill((1.2, 4.5), 5.4, "accent1"),
                _hill((6.2, 6.35), 7.2, "tx1/35"),
            ),
            holders=(
                hold("title", (5.75, 1.2, RIGHT - 5.75, 2.2), night, size=44, anchor="b"),
                hold(
                    "number",
                    (1.6, 2.6, 2.6, 1.5),
                    Type(
                        size=66,
                        colour="tx1",
                        font="major",
                        after=0,
                        line=90,
                        anchor="ctr",
                        align="ctr",
                    ),
                ),
                hold(
                    "summary",
                    (5.75, 3.75, RIGHT - 5.75, 1.6),
                    Type(size=22, colour="bg2", line=108, after=0),
                ),
            ),
        ),
    )


def _sides() -> Layout:
    """Two round cards of sand, with serif headings."""
    heading = Type(size=24, colour="accent1", font="major", after=0, line=95)
    holders, shapes = [_title()], [_stroke()]
    for side, left in (("left", LEFT), ("right", SECOND)):
        inner, width = left + 0.4, HALF - 0.8
        holders.append(hold(f"{side} heading", (inner, TOP + 0.3, width, 0.6), heading))
        room = (inner, TOP + 1.05, width, BOTTOM - TOP - 1.3)
        holders.append(hold(side, room, _LIST, size=20, after=10))
        shapes.append(card((left, TOP, HALF, BOTTOM - TOP), "bg2", radius=0.28))
    return Layout(name="columns", kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders))


def _against() -> Layout:
    """A light card and a dark one: two answers to the same question."""
    holders, shapes = [_title()], [_stroke()]
    rows = (("left", LEFT, "bg2", "tx1", "accent1"), ("right", SECOND, "accent2", "bg1", "bg1"))
    points = Type(size=22, after=12, line=106)
    for side, left, ground, ink, head in rows:
        inner, width = left + 0.4, HALF - 0.8
        heading = Type(size=24, colour=head, font="major", after=0, line=95)
        holders.append(hold(f"{side} heading", (inner, TOP + 0.3, width, 0.6), heading))
        room = (inner, TOP + 1.05, width, BOTTOM - TOP - 1.3)
        holders.append(hold(side, room, points, colour=ink))
        shapes.append(card((left, TOP, HALF, BOTTOM - TOP), ground, radius=0.28))
    return Layout(
        name="comparison", kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders)
    )


def _quote() -> Layout:
    """A quotation in the middle of the page, under two drops that stand for its marks."""
    marks = tuple(
        Shape(box=(x, 1.62, 0.42, 0.42), fill="accent1", preset="teardrop", turn=0)
        for x in (PAGE / 2 - 0.5, PAGE / 2 + 0.08)
    )
    return Layout(
        name="quote",
        bare=True,
        page="bg2",
        shapes=marks,
        holders=(
            hold(
                "title",
                (LEFT, 0.62, WIDTH, 0.75),
                Type(size=20, colour="tx2", anchor="t", align="ctr"),
            ),
            hold(
                "quote",
                (1.9, 2.3, PAGE - 3.8, 2.95),
                Type(
                    size=38, font="major", italic=True, line=106, after=0, anchor="ctr", align="ctr"
                ),
            ),
            hold("speaker", (1.9, 5.5, PAGE - 3.8, 0.8), size=18, colour="tx2", align="ctr"),
        ),
    )


def _texts() -> tuple[Layout, ...]:
    return (
        Layout(
            name="bullets",
            kind="obj",
            shapes=(_stroke(),),
            holders=(
                _title(10.2),
                hold("points", (LEFT, TOP + 0.1, 9.6, BOTTOM - TOP - 0.1), _LIST),
            ),
        ),
        _sides(),
        _against(),
        Layout(
            name="big-number",
            bare=True,
            feet=_feet(7.35),
            shapes=(disc(2.7, 4.05, 4.0, SUN),),
            holders=(
                hold("title", (7.35, 0.9, RIGHT - 7.35, 1.7), Type(size=28, anchor="b")),
                hold(
                    "number",
                    (0.35, 2.1, 6.0, 3.9),
                    Type(
                        size=128,
                        font="major",
                        colour="tx1",
                        line=90,
                        after=0,
                        anchor="ctr",
                        align="ctr",
                    ),
                ),
                hold("caption", (7.35, 2.95, RIGHT - 7.35, 2.7), size=24, line=108, after=0),
                hold("source", (7.35, 6.1, RIGHT - 7.35, 0.45), _SOURCE),
            ),
        ),
        _quote(),
    )


def _data() -> tuple[Layout, ...]:
    words = LEFT + 8.2
    return (
        Layout(
            name="table",
            kind="tbl",
            shapes=(_stroke(),),
            holders=(
                _title(10.2),
                hold("table", (LEFT, TOP + 0.1, WIDTH, 6.05 - TOP), size=16),
                hold("source", (LEFT, 6.3, WIDTH, 0.36), _SOURCE),
            ),
        ),
        Layout(
            name="chart",
            kind="chart",
            shapes=(_stroke(),),
            holders=(
                _title(10.2),
                hold("chart", (LEFT, TOP + 0.05, 7.75, 6.1 - TOP), size=14),
                hold(
                    "takeaway",
                    (words, TOP + 0.05, RIGHT - words, 6.1 - TOP),
                    Type(
                        size=24, font="major", italic=True, colour="accent1", line=106, anchor="ctr"
                    ),
                ),
                hold("source", (LEFT, 6.3, WIDTH, 0.36), _SOURCE),
            ),
        ),
        Layout(
            name="picture",
            kind="picTx",
            bare=True,
            shapes=(_stroke(7.0, 2.78),),
            holders=(
                hold("title", (7.0, 0.75, RIGHT - 7.0, 1.85), Type(size=30, anchor="b")),
                hold("picture", (0, 0, 6.35, 7.5), size=14),
                hold("points", (7.0, 3.2, RIGHT - 7.0, 2.85), _LIST, size=20),
                hold("source", (7.0, 6.2, RIGHT - 7.0, 0.4), _SOURCE),
            ),
            feet=_feet(7.0),
        ),
        Layout(
            name="picture-full",
            bare=True,
            shapes=(_stroke(LEFT, 5.62),),
            holders=(
                hold("title", (LEFT, 5.82, 6.0, 0.95), Type(size=26, anchor="t")),
                hold("picture", (0, 0, PAGE, 5.3), size=14),
                hold(
                    "caption",
                    (LEFT + 6.4, 5.82, WIDTH - 6.4, 0.95),
                    Type(size=18, italic=True, colour="tx2", line=104, after=0),
                ),
            ),
        ),
    )


def _ending() -> tuple[Layout, ...]:
    return (
        Layout(
            name="code",
            shapes=(_stroke(), card((LEFT, TOP, WIDTH, BOTTOM - TOP), "bg2", radius=0.2)),
            holders=(
                _title(10.2),
                hold(
                    "code",
                    (LEFT + 0.35, TOP + 0.3, WIDTH - 0.7, BOTTOM - TOP - 0.6),
                    Type(size=18, font="mono", line=112, after=0),
                ),
            ),
        ),
        Layout(
            name="closing",
            bare=True,
            foot="bg1",
            shapes=(
                disc(2.75, 4.0, 1.6, SUN),
                _hill((1.9, 4.4), 5.2, "accent1"),
                _hill((6.4, 6.0), 7.6, "accent4"),
                _hill((12.6, 6.1), 8.4, "accent2"),
                block(0, 6.72, PAGE, 0.78, "accent2"),
            ),
            holders=(
                hold("title", (LEFT, 0.75, 4.5, 1.6), Type(size=36, anchor="t", line=94)),
                hold(
                    "points",
                    (6.4, 0.8, RIGHT - 6.4, 4.7),
                    Type(size=24, marks="number", hang=0.7, after=14, line=102),
                ),
            ),
        ),
        *plain(_title(10.2), _stroke()),
    )


def _feet(left: float = LEFT) -> Foot:
    return Foot(
        footer=(left, 6.93, (RIGHT - left) * 0.56, 0.28),
        date=(left + (RIGHT - left) * 0.58, 6.93, (RIGHT - left) * 0.25, 0.28),
        number=(RIGHT - 0.6, 6.93, 0.6, 0.28),
        size=11,
    )


HEARTH = Design(
    name="hearth",
    title="Hearth",
    colours={
        "dk1": "33251C",
        "lt1": "FFF9F0",
        "dk2": "6E4B37",
        "lt2": "F6E6CF",
        "accent1": "B2452A",
        "accent2": "2C5A50",
        "accent3": "BF7D12",
        "accent4": "7D8B45",
        "accent5": "9A8675",
        "accent6": "8A4A63",
        "hlink": "9C3B22",
        "folHlink": "8A4A63",
    },
    fonts=Fonts(major="Cambria", minor="Calibri", major_han="KaiTi"),
    levels=tuple(
        Level(size=size, left=0.36 * (i + 1), hang=0.36, mark="●" if i == 0 else "–", after=after)
        for i, (size, after) in enumerate(((24, 16), (20, 8), (18, 6), (16, 6), (14, 6)))
    ),
    mark_size=55,
    body_line=106,
    heading=Type(size=34, line=96, anchor="b"),
    title_box=(LEFT, 0.62, WIDTH, 1.05),
    body_box=(LEFT, TOP, WIDTH, BOTTOM - TOP),
    foot=_feet(),
    layouts=(
        *_opening(),
        *_texts(),
        *_data(),
        *diagrams(_title(10.2), (LEFT, TOP + 0.05, WIDTH, BOTTOM - TOP - 0.05), _stroke()),
        *_ending(),
    ),
    shapes=(disc(PAGE, 0.0, 1.35, "bg2"), block(0, 7.38, PAGE, 0.12, SUN)),
)
