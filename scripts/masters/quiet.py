"""Quiet corporate: white pages, petrol ink, a hairline that runs off the page, three calm bars.

The width of the page is a parameter: the same look is built in 16:9 and in 4:3.
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
    Sheet,
    Type,
    block,
    diagrams,
    hold,
    plain,
)

RULE = 1.56  # where the hairline under the title lies
TOP, BOTTOM = 1.98, 6.62
_LIST = Type(marks="inherit")
_SOURCE = Type(size=11, colour="tx2", after=0, line=100, anchor="b")


class Grid(Sheet):
    """The page's width, and the columns that follow from it."""

    @property
    def half(self) -> float:
        """One of two columns."""
        return (self.width - 0.6) / 2

    @property
    def second(self) -> float:
        """Where the second column begins."""
        return self.edge + self.half + 0.6

    def body(self, top: float = TOP, bottom: float = BOTTOM) -> Area:
        """All the room under the title."""
        return (self.edge, top, self.width, bottom - top)

    def title(self, width: float = 0.0, **how: Any) -> Holder:
        """The title, standing on the hairline."""
        return hold("title", (self.edge, 0.42, width or self.width, 1.0), anchor="b", **how)

    def rule(self) -> Shape:
        """The hairline under the title; it runs off the page."""
        return block(self.edge, RULE, self.page - self.edge, 0.014, "tx2/35")

    def feet(self, width: float = 0.0) -> Foot:
        """Footer, date and number in one line of `width`, from the left margin."""
        room = width or self.width
        return Foot(
            footer=(self.edge, 6.93, room * 0.56, 0.26),
            date=(self.edge + room * 0.6, 6.93, room * 0.26, 0.26),
            number=(self.edge + room - 0.6, 6.93, 0.6, 0.26),
            size=11,
        )

    def source(self) -> Holder:
        """The line under tables and charts."""
        return hold("source", (self.edge, 6.3, self.width, 0.34), _SOURCE)


def _bars(grid: Grid, heights: tuple[float, float, float], *fills: str) -> tuple[Shape, ...]:
    """Three bars that rise from the foot of the page and leave it on the right."""
    wide = grid.pick(1.25, 0.95)
    left = grid.page - 3 * wide - 0.24
    return tuple(
        block(left + i * (wide + 0.12), 7.5 - high, wide, high, fill)
        for i, (high, fill) in enumerate(zip(heights, fills, strict=True))
    )


def _opening(grid: Grid) -> tuple[Layout, ...]:
    text = grid.page - grid.edge - grid.pick(4.9, 3.9)
    big = grid.pick(46, 40)
    return (
        Layout(
            name="title",
            kind="title",
            bare=True,
            feet=grid.feet(text),
            shapes=(
                *_bars(grid, (2.1, 3.7, 5.9), "bg2", "accent1", "accent2"),
                block(grid.edge, 4.62, text, 0.014, "tx2/35"),
            ),
            holders=(
                hold(
                    "title",
                    (grid.edge, 1.5, text, 2.85),
                    Type(size=big, line=92, anchor="b"),
                    kind="ctrTitle",
                ),
                hold(
                    "subtitle",
                    (grid.edge, 4.92, text, 1.3),
                    Type(size=22, colour="tx1", after=0, line=104),
                ),
            ),
        ),
        _agenda(grid),
        _section(grid, text),
    )


def _agenda(grid: Grid) -> Layout:
    left = grid.edge + grid.pick(3.6, 2.4)
    small = ((0.7, "bg2"), (1.25, "accent1"), (2.05, "accent2"))
    return Layout(
        name="agenda",
        shapes=tuple(
            block(grid.edge + i * 0.72, BOTTOM - high, 0.64, high, fill)
            for i, (high, fill) in enumerate(small if grid.wide else small[:2])
        ),
        holders=(
            grid.title(),
            hold(
                "items",
                (left, TOP + 0.1, grid.page - grid.edge - left, BOTTOM - TOP - 0.1),
                Type(size=24, marks="number", hang=0.7, after=16, line=100),
            ),
        ),
    )


def _section(grid: Grid, text: float) -> Layout:
    return Layout(
        name="section",
        kind="secHead",
        page="accent2",
        foot="bg2",
        feet=grid.feet(text),
        shapes=(
            *_bars(grid, (1.5, 2.6, 4.2), "bg1/10", "accent1", "bg1/16"),
            block(grid.edge, 4.62, text, 0.014, "bg1/45"),
        ),
        holders=(
            hold(
                "title",
                (grid.edge, 1.9, text, 2.45),
                Type(size=grid.pick(42, 36), colour="bg1", line=92, anchor="b"),
            ),
            hold("number", (grid.edge, 0.75, 2.4, 0.85), size=40, colour="bg2", after=0, line=95),
            hold(
                "summary",
                (grid.edge, 4.92, text, 1.5),
                Type(size=20, colour="bg2", after=0, line=106),
            ),
        ),
    )


def _sides(grid: Grid) -> Layout:
    """Two columns with a hairline between them."""
    middle = grid.edge + grid.half + 0.3
    heading = Type(size=20, bold=True, colour="accent1", after=0, line=95)
    holders = [grid.title()]
    for side, left in (("left", grid.edge), ("right", grid.second)):
        holders.append(hold(f"{side} heading", (left, TOP, grid.half, 0.5), heading))
        room = (left, 2.62, grid.half, BOTTOM - 2.62)
        holders.append(hold(side, room, _LIST, size=grid.pick(22, 20), after=10))
    return Layout(
        name="columns",
        kind="twoTxTwoObj",
        shapes=(block(middle - 0.007, TOP, 0.014, BOTTOM - TOP, "tx2/35"),),
        holders=tuple(holders),
    )


def _against(grid: Grid) -> Layout:
    """Two panels, each under a solid heading."""
    heading = Type(size=20, bold=True, colour="bg1", after=0, line=95, anchor="ctr")
    holders, shapes = [grid.title()], []
    sides = (("left", grid.edge, "accent2"), ("right", grid.second, "accent1"))
    for side, left, colour in sides:
        box = (left, TOP, grid.half, 0.72)
        holders.append(hold(f"{side} heading", box, heading, fill=colour, inset=(0.25, 0.05)))
        room = (left + 0.25, 2.98, grid.half - 0.5, BOTTOM - 3.2)
        holders.append(hold(side, room, _LIST, size=grid.pick(22, 20), after=10))
        shapes.append(block(left, TOP + 0.72, grid.half, BOTTOM - TOP - 0.72, "bg2"))
    return Layout(
        name="comparison", kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders)
    )


def _number(grid: Grid) -> Layout:
    panel = grid.pick(6.6, 4.8)
    left, high = panel + 0.55, 6.72 - RULE
    return Layout(
        name="big-number",
        shapes=(block(0, RULE, panel, high, "bg2"),),
        holders=(
            grid.title(),
            hold(
                "number",
                (grid.edge, RULE + 0.3, panel - grid.edge - 0.35, high - 0.6),
                Type(colour="accent1", font="major", after=0, line=90, anchor="ctr"),
                size=grid.pick(124, 88),
            ),
            hold(
                "caption",
                (left, RULE + 0.3, grid.page - grid.edge - left, high - 1.15),
                Type(size=grid.pick(26, 22), after=0, line=106, anchor="ctr"),
            ),
            hold("source", (left, 6.3, grid.page - grid.edge - left, 0.34), _SOURCE),
        ),
    )


def _quote(grid: Grid) -> Layout:
    left = grid.pick(2.05, 1.2)
    width = grid.page - left - grid.pick(2.0, 0.9)
    return Layout(
        name="quote",
        page="bg2",
        shapes=(
            block(grid.edge, 2.0, 0.09, 4.1, "accent1"),
            block(left, 5.24, 0.9, 0.03, "accent1"),
        ),
        holders=(
            hold("title", (grid.edge, 0.7, grid.width, 0.8), Type(size=20, anchor="t")),
            hold(
                "quote",
                (left, 1.95, width, 3.05),
                Type(size=grid.pick(34, 28), after=0, line=106, anchor="ctr", colour="tx2"),
            ),
            hold("speaker", (left, 5.42, width, 0.7), size=18, after=0, line=100),
        ),
    )


def _texts(grid: Grid) -> tuple[Layout, ...]:
    measure = min(grid.width, 10.6)
    return (
        Layout(
            name="bullets",
            kind="obj",
            holders=(
                grid.title(),
                hold("points", (grid.edge, TOP + 0.1, measure, BOTTOM - TOP - 0.1), _LIST),
            ),
        ),
        _sides(grid),
        _against(grid),
        _number(grid),
        _quote(grid),
    )


def _data(grid: Grid) -> tuple[Layout, ...]:
    takeaway = Type(size=20, colour="accent1", after=0, line=100)
    return (
        Layout(
            name="table",
            kind="tbl",
            holders=(grid.title(), hold("table", grid.body(bottom=6.2), size=16), grid.source()),
        ),
        Layout(
            name="chart",
            kind="chart",
            holders=(
                grid.title(),
                hold("takeaway", (grid.edge, 1.78, grid.width, 0.72), takeaway),
                hold("chart", grid.body(top=2.6, bottom=6.2), size=14),
                grid.source(),
            ),
        ),
        _picture(grid),
        Layout(
            name="picture-full",
            holders=(
                grid.title(grid.width * 0.58),
                hold("picture", (0, RULE, grid.page, 6.74 - RULE), size=14),
                hold(
                    "caption",
                    (grid.edge + grid.width * 0.6, 0.42, grid.width * 0.4, 1.0),
                    Type(size=16, colour="tx1", after=0, line=100, anchor="b", align="r"),
                ),
            ),
        ),
    )


def _picture(grid: Grid) -> Layout:
    cut = grid.pick(7.0, 5.1)
    width = cut - grid.edge - 0.5
    return Layout(
        name="picture",
        kind="picTx",
        bare=True,
        shapes=(block(grid.edge, 2.72, cut - grid.edge, 0.014, "tx2/35"),),
        holders=(
            hold("title", (grid.edge, 0.62, width, 1.95), anchor="b"),
            hold("picture", (cut, 0, grid.page - cut, 6.74), size=14),
            hold("points", (grid.edge, 3.1, width, 3.1), _LIST, size=20),
            hold("source", (grid.edge, 6.3, width, 0.34), _SOURCE),
        ),
    )


def _ending(grid: Grid) -> tuple[Layout, ...]:
    listing = Type(size=grid.pick(18, 16), font="mono", line=110, after=0)
    text = grid.page - grid.edge - grid.pick(4.9, 3.9)
    return (
        Layout(
            name="code",
            shapes=(block(grid.edge, TOP, 0.09, BOTTOM - TOP, "accent1"),),
            holders=(
                grid.title(),
                hold(
                    "code",
                    (grid.edge + 0.09, TOP, grid.width - 0.09, BOTTOM - TOP),
                    listing,
                    fill="bg2",
                    inset=(0.3, 0.25),
                ),
            ),
        ),
        Layout(
            name="closing",
            bare=True,
            feet=grid.feet(text),
            shapes=(
                *_bars(grid, (2.1, 3.7, 5.9), "bg2", "accent1", "accent2"),
                block(grid.edge, 2.62, text, 0.014, "tx2/35"),
            ),
            holders=(
                hold(
                    "title",
                    (grid.edge, 0.75, text, 1.7),
                    Type(size=grid.pick(38, 32), line=92, anchor="b"),
                ),
                hold(
                    "points",
                    (grid.edge, 3.0, text, BOTTOM - 3.0),
                    Type(marks="number", hang=0.6, after=14, line=100),
                    size=grid.pick(22, 20),
                ),
            ),
        ),
        *plain(grid.title()),
    )


def _design(name: str, title: str, grid: Grid) -> Design:
    sizes = (24, 20, 18, 16, 14) if grid.wide else (22, 18, 16, 14, 14)
    return Design(
        name=name,
        title=title,
        page=(grid.page, 7.5),
        colours={
            "dk1": "25313A",
            "lt1": "FFFFFF",
            "dk2": "164457",
            "lt2": "E9EFF0",
            "accent1": "0B7480",
            "accent2": "164457",
            "accent3": "C4842B",
            "accent4": "5B8F67",
            "accent5": "7B8B93",
            "accent6": "9A5B74",
            "hlink": "0B6A75",
            "folHlink": "7A4A68",
        },
        fonts=Fonts(major="Calibri", minor="Calibri"),
        levels=tuple(
            Level(
                size=size,
                left=0.32 * (i + 1),
                hang=0.32,
                mark="▪" if i % 2 == 0 else "–",
                after=14 if i == 0 else 6,
            )
            for i, size in enumerate(sizes)
        ),
        heading=Type(size=grid.pick(32, 28), colour="tx2", line=92, anchor="b"),
        title_box=(grid.edge, 0.42, grid.width, 1.0),
        body_box=grid.body(),
        foot=grid.feet(),
        layouts=(
            *_opening(grid),
            *_texts(grid),
            *_data(grid),
            *diagrams(grid.title(), grid.body()),
            *_ending(grid),
        ),
        shapes=(grid.rule(),),
    )


QUIET = _design("quiet", "Quiet", Grid(13.333, 0.8))
QUIET_43 = _design("quiet-4x3", "Quiet 4:3", Grid(10.0, 0.65))
