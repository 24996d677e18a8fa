"""Bold launch: indigo, yellow and coral by the page, type as large as it goes, slanted."""

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
    diagrams,
    drawn,
    hold,
    plain,
)

PAGE = 13.333
LEFT, RIGHT = 0.75, 12.583
WIDTH = RIGHT - LEFT
TOP, BOTTOM = 2.2, 6.5
HALF = (WIDTH - 0.7) / 2
SECOND = LEFT + HALF + 0.7
WIDE = 6.35  # where the text beside a slanted block begins

_LIST = Type(marks="inherit")
_NUMBERED = Type(size=24, bold=True, marks="number", hang=0.8, after=14, line=98)
_SOURCE = Type(size=12, colour="tx2", after=0, line=100, anchor="b")


def _title(width: float = WIDTH, **how: Any) -> Holder:
    return hold("title", (LEFT, 0.6, width, 1.25), **how)


def _slash(left: float, top: float, width: float, height: float, fill: str) -> Shape:
    """A bar that leans to the right."""
    lean = height * 0.16
    corners = ((left + lean, top), (left + lean + width, top))
    return drawn([(*corners, (left + width, top + height), (left, top + height))], fill=fill)


def _tab(fill: str = "accent1") -> Shape:
    """The slanted tab at the left edge that a title stands beside."""
    return drawn([((0, 0.6), (0.46, 0.6), (0.3, 1.62), (0, 1.62))], fill=fill)


def _corner(fill: str = "bg2") -> Shape:
    """The corner that holds the page number."""
    return drawn([((PAGE, 6.62), (PAGE, 7.5), (11.85, 7.5), (11.98, 6.9))], fill=fill)


def _slope(fill: str, top: float = 5.85, bottom: float = 4.9) -> tuple[Shape, Shape]:
    """A block from the left edge with a slanted side.

    The upright part under the text is a rectangle of its own: programs know that as a ground.
    """
    slanted = drawn([((0, 0), (top, 0), (bottom, 7.5), (0, 7.5))], fill=fill)
    return slanted, block(0, 0, bottom, 7.5, fill)


def _rays() -> tuple[Shape, ...]:
    """The cover's picture: two beams from the lower edge to the right one."""
    return (
        drawn([((PAGE, 0.0), (PAGE, 1.5), (8.95, 7.5), (7.75, 7.5))], fill="bg2"),
        drawn([((PAGE, 1.5), (PAGE, 7.5), (8.95, 7.5))], fill="accent2"),
    )


def _opening() -> tuple[Layout, ...]:
    return (
        Layout(
            name="title",
            kind="title",
            page="accent1",
            foot="bg1",
            feet=_feet(6.7),
            shapes=_rays(),
            holders=(
                hold(
                    "title",
                    (LEFT, 0.8, 8.3, 4.1),
                    Type(size=64, colour="bg1", line=86, anchor="b"),
                    kind="ctrTitle",
                ),
                hold(
                    "subtitle",
                    (LEFT, 5.2, 7.2, 1.2),
                    Type(size=24, bold=True, colour="bg2", after=0, line=98),
                ),
            ),
        ),
        Layout(
            name="agenda",
            bare=True,
            shapes=(*_slope("tx1"), _slash(3.05, 5.9, 0.55, 1.6, "bg2"), _corner()),
            feet=_feet(0, WIDE),
            holders=(
                hold("title", (LEFT, 0.7, 4.1, 3.6), Type(size=48, colour="bg1", line=88)),
                hold(
                    "items",
                    (WIDE, 0.75, RIGHT - WIDE, 5.8),
                    _NUMBERED,
                    mark="accent2",
                    anchor="ctr",
                ),
            ),
        ),
        Layout(
            name="section",
            kind="secHead",
            page="bg2",
            foot="tx1",
            feet=_feet(6.9),
            shapes=(
                drawn([((10.05, 0), (PAGE, 0), (PAGE, 7.5), (8.4, 7.5))], fill="accent1"),
                block(10.05, 0, PAGE - 10.05, 7.5, "accent1"),
                _slash(LEFT, 0.75, 0.6, 0.85, "accent2"),
            ),
            holders=(
                hold("title", (LEFT, 1.9, 7.6, 2.9), Type(size=56, line=88, anchor="b")),
                hold(
                    "number",
                    (10.1, 2.2, 3.15, 3.1),
                    Type(size=150, bold=True, colour="bg1", after=0, anchor="ctr", align="ctr"),
                ),
                hold("summary", (LEFT, 5.05, 7.2, 1.5), size=22, after=0, line=102),
            ),
        ),
    )


def _columns() -> Layout:
    """Two columns under thick bars."""
    holders, shapes = [_title()], []
    rows = (("left", LEFT, "accent1"), ("right", SECOND, "accent2"))
    for side, left, colour in rows:
        heading = Type(size=26, bold=True, after=0, line=92)
        holders.append(hold(f"{side} heading", (left, TOP + 0.35, HALF, 0.6), heading))
        room = (left, TOP + 1.1, HALF, BOTTOM - TOP - 1.1)
        holders.append(hold(side, room, _LIST, size=22, after=10))
        shapes.append(_slash(left, TOP, HALF - 0.05, 0.16, colour))
    return Layout(name="columns", kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders))


def _against() -> Layout:
    """Two fields that meet in a slant."""
    low = 6.72
    holders = [_title()]
    rows = (("left", LEFT, 5.2, "bg1", "bg2"), ("right", 7.55, RIGHT - 7.55, "tx1", "accent1"))
    points = Type(size=24, after=14, line=102)
    for side, left, width, ink, head in rows:
        heading = Type(size=28, bold=True, colour=head, after=0, line=92)
        holders.append(hold(f"{side} heading", (left, TOP + 0.3, width, 0.65), heading))
        room = (left, TOP + 1.1, width, low - TOP - 1.35)
        holders.append(hold(side, room, points, colour=ink))
    fields = (
        drawn([((0, TOP), (7.25, TOP), (6.45, low), (0, low))], fill="accent1"),
        block(0, TOP + 0.02, 6.45, low - TOP - 0.04, "accent1"),
        drawn([((7.25, TOP), (PAGE, TOP), (PAGE, low), (6.45, low))], fill="bg2"),
        block(7.25, TOP + 0.02, PAGE - 7.25, low - TOP - 0.04, "bg2"),
    )
    return Layout(
        name="comparison",
        kind="twoTxTwoObj",
        bare=True,
        shapes=(_tab(), *fields),
        holders=tuple(holders),
    )


def _number() -> Layout:
    return Layout(
        name="big-number",
        page="accent1",
        foot="bg1",
        feet=_feet(8.2),
        shapes=(
            drawn([((12.2, 0), (PAGE, 0), (PAGE, 7.5), (10.6, 7.5))], fill="accent2"),
            drawn([((11.4, 0), (12.2, 0), (10.6, 7.5), (9.8, 7.5))], fill="bg2"),
        ),
        holders=(
            hold("title", (LEFT, 0.7, 9.6, 0.85), Type(size=26, colour="bg1", anchor="t")),
            hold(
                "number",
                (LEFT - 0.1, 1.55, 9.25, 3.0),
                Type(size=180, bold=True, colour="bg2", line=82, after=0, anchor="b"),
            ),
            hold(
                "caption",
                (LEFT, 4.75, 8.6, 1.4),
                Type(size=26, bold=True, colour="bg1", line=98, after=0),
            ),
            hold("source", (LEFT, 6.3, 8.4, 0.34), _SOURCE, colour="bg1"),
        ),
    )


def _quote() -> Layout:
    return Layout(
        name="quote",
        page="tx1",
        foot="bg1",
        shapes=(
            _slash(LEFT, 1.6, 0.34, 0.75, "accent2"),
            _slash(LEFT + 0.5, 1.6, 0.34, 0.75, "bg2"),
        ),
        holders=(
            hold("title", (LEFT, 0.7, WIDTH, 0.75), Type(size=22, colour="bg2", anchor="t")),
            hold(
                "quote",
                (LEFT, 2.65, 11.2, 2.9),
                Type(size=44, bold=True, colour="bg1", line=96, after=0, anchor="t"),
            ),
            hold("speaker", (LEFT, 5.7, 11.0, 0.75), size=20, colour="bg2", after=0),
        ),
    )


def _texts() -> tuple[Layout, ...]:
    return (
        Layout(
            name="bullets",
            kind="obj",
            bare=True,
            shapes=(*_slope("accent1"), _slash(3.05, 5.9, 0.55, 1.6, "bg2"), _corner()),
            feet=_feet(0, WIDE),
            holders=(
                hold("title", (LEFT, 0.7, 4.1, 4.7), Type(size=38, colour="bg1", line=90)),
                hold(
                    "points", (WIDE, 0.8, RIGHT - WIDE, 5.75), Type(marks="inherit", anchor="ctr")
                ),
            ),
        ),
        _columns(),
        _against(),
        _number(),
        _quote(),
    )


def _data() -> tuple[Layout, ...]:
    words = LEFT + 8.45
    return (
        Layout(
            name="table",
            kind="tbl",
            holders=(
                _title(),
                hold("table", (LEFT, TOP - 0.1, WIDTH, 6.1 - TOP), size=16),
                hold("source", (LEFT, 6.25, 10.4, 0.36), _SOURCE),
            ),
        ),
        Layout(
            name="chart",
            kind="chart",
            shapes=(_slash(words, TOP, 1.1, 0.16, "accent2"),),
            holders=(
                _title(),
                hold("chart", (LEFT, TOP - 0.1, 8.0, 6.15 - TOP), size=14),
                hold(
                    "takeaway",
                    (words, TOP + 0.35, RIGHT - words, 3.6),
                    Type(size=26, bold=True, line=98, after=0),
                ),
                hold("source", (LEFT, 6.25, 8.0, 0.36), _SOURCE),
            ),
        ),
        Layout(
            name="picture",
            kind="picTx",
            bare=True,
            shapes=(_tab(), block(6.2, 0, 0.22, 7.5, "bg2")),
            feet=_feet(5.1),
            holders=(
                hold("title", (LEFT, 0.6, 5.0, 2.4), Type(size=34, line=90)),
                hold("picture", (6.42, 0, PAGE - 6.42, 7.5), size=14),
                hold("points", (LEFT, 3.2, 5.0, 2.95), Type(marks="inherit", anchor="b"), size=20),
                hold("source", (LEFT, 6.25, 5.0, 0.36), _SOURCE),
            ),
        ),
        Layout(
            name="picture-full",
            page="tx1",
            foot="bg1",
            shapes=(_slash(LEFT - 0.95, 5.55, 0.5, 1.1, "accent2"),),
            holders=(
                hold("title", (LEFT, 5.5, 6.6, 1.2), Type(size=30, colour="bg1", anchor="ctr")),
                hold("picture", (0, 0, PAGE, 5.25), size=14),
                hold(
                    "caption",
                    (7.8, 5.5, RIGHT - 7.8, 1.2),
                    Type(size=18, colour="bg2", line=102, after=0, anchor="ctr"),
                ),
            ),
        ),
    )


def _ending() -> tuple[Layout, ...]:
    return (
        Layout(
            name="code",
            holders=(
                _title(),
                hold(
                    "code",
                    (LEFT, TOP - 0.1, WIDTH, BOTTOM - TOP),
                    Type(size=18, font="mono", bold=True, colour="bg1", line=112, after=0),
                    fill="tx1",
                    inset=(0.4, 0.35),
                ),
            ),
        ),
        Layout(
            name="closing",
            page="accent1",
            foot="bg1",
            feet=_feet(6.7),
            shapes=_rays(),
            holders=(
                hold("title", (LEFT, 0.75, 9.2, 1.75), Type(size=48, colour="bg1", line=88)),
                hold("points", (LEFT, 2.7, 7.6, 3.9), _NUMBERED, colour="bg1", mark="bg2"),
            ),
        ),
        *plain(_title()),
    )


def _feet(width: float = 0.0, left: float = LEFT) -> Foot:
    """Footer, date and number; in the page's corner, or in a line of `width`."""
    room = width or 11.5 - left
    number = (left + room - 0.6, 6.93, 0.6, 0.28) if width else (PAGE - 0.95, 6.93, 0.6, 0.28)
    return Foot(
        footer=(left, 6.93, room * 0.6, 0.28),
        date=(left + room * 0.62, 6.93, room * 0.26, 0.28),
        number=number,
        size=11,
        date_align="l",
    )


LAUNCH = Design(
    name="launch",
    title="Launch",
    colours={
        "dk1": "14111C",
        "lt1": "FFFFFF",
        "dk2": "4D485A",
        "lt2": "FFD53D",
        "accent1": "4527E8",
        "accent2": "E5402B",
        "accent3": "0B8C7C",
        "accent4": "B32A8F",
        "accent5": "7B7684",
        "accent6": "2B7BDB",
        "hlink": "4527E8",
        "folHlink": "8A2A8F",
    },
    fonts=Fonts(major="Arial", minor="Arial"),
    levels=tuple(
        Level(size=size, left=0.4 * (i + 1), hang=0.4, mark="■" if i == 0 else "–", after=after)
        for i, (size, after) in enumerate(((24, 18), (20, 8), (18, 6), (16, 6), (14, 6)))
    ),
    mark_size=65,
    mark_colour="accent2",
    body_line=102,
    heading=Type(size=38, bold=True, line=90),
    title_box=(LEFT, 0.6, WIDTH, 1.25),
    body_box=(LEFT, TOP, WIDTH, BOTTOM - TOP),
    foot=_feet(),
    layouts=(
        *_opening(),
        *_texts(),
        *_data(),
        *diagrams(_title(), (LEFT, TOP - 0.1, WIDTH, BOTTOM - TOP)),
        *_ending(),
    ),
    shapes=(_tab(), _corner()),
)
