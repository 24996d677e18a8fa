"""Academic: one serif, a running head between rules, text beside a margin, sources as footnotes.

The width of the page is a parameter: the same look is built in 16:9 and in 4:3.
"""

from dataclasses import dataclass
from typing import Any

from masters.kit import (
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

HEAD = 0.78  # the rule under the running head
TOP, BOTTOM = 2.2, 6.85
_LIST = Type(marks="inherit")
_NOTE = Type(size=13, colour="tx2", after=0, line=100)
_HAIR = "tx1/45"


@dataclass(frozen=True)
class Folio(Sheet):
    """The page's width, and the text and margin columns that follow from it."""

    margin: float  # width of the margin column at the right; the text takes the rest

    @property
    def text(self) -> float:
        """Width of the text column."""
        return self.width - self.margin - 0.45

    @property
    def side(self) -> float:
        """Where the margin column begins."""
        return self.page - self.edge - self.margin

    def title(self, **how: Any) -> Holder:
        """The title, under the running head."""
        return hold("title", (self.edge, 0.98, self.width, 0.98), **how)

    def rules(self) -> tuple[Shape, ...]:
        """The running head's rules: a thin line and a thinner one."""
        return (
            block(self.edge, HEAD - 0.045, self.width, 0.026, "tx1"),
            block(self.edge, HEAD, self.width, 0.009, "tx1"),
        )

    def footnote(self) -> Holder:
        """A source, as a footnote."""
        return hold("source", (self.edge, 6.66, self.width, 0.36), _NOTE)


def _framed(sheet: Folio, top: float, bottom: float, inset: float) -> tuple[Shape, ...]:
    """A thick and a thin rule above, a thin and a thick one below, as on a title page."""
    left, width = sheet.edge + inset, sheet.width - 2 * inset
    return (
        block(left, top, width, 0.05, "accent1"),
        block(left, top + 0.1, width, 0.012, "accent1"),
        block(left, bottom - 0.112, width, 0.012, "accent1"),
        block(left, bottom - 0.05, width, 0.05, "accent1"),
    )


def _opening(sheet: Folio) -> tuple[Layout, ...]:
    inset = sheet.pick(1.4, 0.5)
    left, width = sheet.edge + inset, sheet.width - 2 * inset
    middle = Type(align="ctr", after=0)
    return (
        Layout(
            name="title",
            kind="title",
            bare=True,
            shapes=_framed(sheet, 1.55, 5.05, inset),
            holders=(
                hold(
                    "title",
                    (left, 1.85, width, 2.9),
                    middle,
                    size=sheet.pick(46, 38),
                    line=98,
                    anchor="ctr",
                    kind="ctrTitle",
                ),
                hold(
                    "subtitle",
                    (left, 5.4, width, 1.1),
                    middle,
                    size=22,
                    italic=True,
                    colour="tx2",
                    line=104,
                ),
            ),
        ),
        Layout(
            name="agenda",
            shapes=(block(sheet.edge, 1.98, sheet.width, 0.009, _HAIR),),
            holders=(
                sheet.title(size=36, align="ctr"),
                hold(
                    "items",
                    (sheet.edge + inset + 0.3, TOP + 0.1, width - 0.3, BOTTOM - TOP - 0.2),
                    Type(size=sheet.pick(24, 22), marks="number", hang=0.75, after=12, line=102),
                ),
            ),
        ),
        Layout(
            name="section",
            kind="secHead",
            shapes=(block(sheet.page / 2 - 0.9, 3.03, 1.8, 0.02, "accent1"),),
            holders=(
                hold(
                    "title",
                    (left, 3.2, width, 1.5),
                    middle,
                    size=sheet.pick(44, 36),
                    line=98,
                    anchor="ctr",
                ),
                hold(
                    "number",
                    (left, 1.55, width, 1.3),
                    middle,
                    size=66,
                    colour="accent1",
                    font="major",
                    line=95,
                    anchor="b",
                ),
                hold(
                    "summary",
                    (left + 0.9, 4.9, width - 1.8, 1.6),
                    middle,
                    size=22,
                    italic=True,
                    colour="tx2",
                    line=108,
                ),
            ),
        ),
    )


def _pair(sheet: Folio, name: str, *, ruled: bool) -> Layout:
    """Two columns under headings; compared ones as a table of two, with rules above and below."""
    half = (sheet.width - 0.7) / 2
    second = sheet.edge + half + 0.7
    shapes = [block(sheet.page / 2 - 0.005, TOP, 0.01, BOTTOM - TOP - 0.15, _HAIR)]
    if ruled:
        shapes = [
            block(sheet.edge, TOP - 0.04, sheet.width, 0.026, "tx1"),
            block(sheet.edge, TOP + 0.72, sheet.width, 0.012, "tx1"),
            block(sheet.edge, BOTTOM - 0.25, sheet.width, 0.026, "tx1"),
            *shapes,
        ]
    style = Type(size=22, bold=ruled, italic=not ruled, colour="accent1", after=0, anchor="ctr")
    holders = [sheet.title()]
    for side, left in (("left", sheet.edge), ("right", second)):
        holders.append(hold(f"{side} heading", (left, TOP + 0.06, half, 0.6), style))
        room = (left, TOP + 0.95, half, BOTTOM - TOP - 1.3)
        holders.append(hold(side, room, _LIST, size=sheet.pick(22, 20), after=8))
    return Layout(name=name, kind="twoTxTwoObj", shapes=tuple(shapes), holders=tuple(holders))


def _texts(sheet: Folio) -> tuple[Layout, ...]:
    note = sheet.footnote()
    middle = Type(align="ctr", after=0, anchor="ctr")
    inset = sheet.pick(1.3, 0.5)
    left, width = sheet.edge + inset, sheet.width - 2 * inset
    return (
        Layout(
            name="bullets",
            kind="obj",
            holders=(
                sheet.title(),
                hold(
                    "points", (sheet.edge, TOP, min(sheet.width, 10.2), BOTTOM - TOP - 0.1), _LIST
                ),
            ),
        ),
        _pair(sheet, "columns", ruled=False),
        _pair(sheet, "comparison", ruled=True),
        Layout(
            name="big-number",
            shapes=_framed(sheet, 2.2, 4.7, inset),
            holders=(
                sheet.title(),
                hold(
                    "number",
                    (left, 2.4, width, 2.1),
                    middle,
                    size=sheet.pick(130, 104),
                    colour="accent1",
                    font="major",
                    line=90,
                ),
                hold(
                    "caption", (left, 4.85, width, 1.55), middle, size=sheet.pick(24, 22), line=106
                ),
                note,
            ),
        ),
        Layout(
            name="quote",
            holders=(
                sheet.title(size=24),
                hold(
                    "quote",
                    (left + 0.3, 2.1, width - 0.6, 3.2),
                    Type(italic=True, line=110, after=0, anchor="ctr"),
                    size=sheet.pick(36, 30),
                ),
                hold(
                    "speaker",
                    (left + 0.3, 5.45, width - 0.6, 0.7),
                    Type(size=20, colour="tx2", after=0, align="r"),
                ),
            ),
        ),
    )


def _data(sheet: Folio) -> tuple[Layout, ...]:
    note = sheet.footnote()
    hair = block(sheet.side - 0.23, TOP, 0.009, 6.4 - TOP, _HAIR)
    aside = Type(size=sheet.pick(20, 18), italic=True, line=108, after=0)
    return (
        Layout(
            name="table",
            kind="tbl",
            holders=(
                sheet.title(),
                hold("table", (sheet.edge, TOP - 0.05, sheet.width, 6.4 - TOP), size=16),
                note,
            ),
        ),
        Layout(
            name="chart",
            kind="chart",
            shapes=(hair,),
            holders=(
                sheet.title(),
                hold("chart", (sheet.edge, TOP - 0.05, sheet.text, 6.4 - TOP), size=14),
                hold("takeaway", (sheet.side, TOP, sheet.margin, 6.35 - TOP), aside),
                note,
            ),
        ),
        Layout(
            name="picture",
            kind="picTx",
            holders=(
                sheet.title(),
                hold("picture", (sheet.edge, TOP, sheet.width * 0.53, 6.35 - TOP), size=14),
                hold(
                    "points",
                    (
                        sheet.edge + sheet.width * 0.53 + 0.4,
                        TOP - 0.05,
                        sheet.width * 0.47 - 0.4,
                        6.4 - TOP,
                    ),
                    _LIST,
                    size=sheet.pick(22, 20),
                ),
                note,
            ),
        ),
        Layout(
            name="picture-full",
            holders=(
                sheet.title(size=28),
                hold("picture", (sheet.edge, 2.0, sheet.width, 4.3), size=14),
                hold(
                    "caption",
                    (sheet.edge, 6.42, sheet.width, 0.55),
                    Type(size=16, italic=True, colour="tx2", after=0, align="ctr"),
                ),
            ),
        ),
    )


def _ending(sheet: Folio) -> tuple[Layout, ...]:
    inset = sheet.pick(1.4, 0.5)
    left, width = sheet.edge + inset, sheet.width - 2 * inset
    rules = (TOP, BOTTOM - 0.1)
    return (
        Layout(
            name="code",
            shapes=tuple(block(sheet.edge, y, sheet.width, 0.02, "tx1") for y in rules),
            holders=(
                sheet.title(),
                hold(
                    "code",
                    (sheet.edge + 0.25, TOP + 0.25, sheet.width - 0.5, BOTTOM - TOP - 0.6),
                    Type(size=sheet.pick(18, 16), font="mono", line=110, after=0),
                ),
            ),
        ),
        Layout(
            name="closing",
            bare=True,
            shapes=_framed(sheet, 0.9, 2.75, inset),
            holders=(
                hold(
                    "title",
                    (left, 1.15, width, 1.35),
                    Type(size=sheet.pick(38, 32), align="ctr", anchor="ctr"),
                ),
                hold(
                    "points",
                    (left + 0.3, 3.1, width - 0.3, 3.7),
                    Type(size=sheet.pick(24, 22), marks="number", hang=0.75, after=12, line=102),
                ),
            ),
        ),
        *plain(sheet.title(), bare=False),
    )


def _design(name: str, title: str, sheet: Folio) -> Design:
    right = sheet.page - sheet.edge
    sizes = ((26, 14), (22, 8), (20, 6), (18, 6), (16, 6)) if sheet.wide else _NARROW
    return Design(
        name=name,
        title=title,
        page=(sheet.page, 7.5),
        colours={
            "dk1": "1C1B1A",
            "lt1": "FFFFFF",
            "dk2": "57534E",
            "lt2": "F1EEE8",
            "accent1": "7C1F2D",
            "accent2": "27456B",
            "accent3": "4A7351",
            "accent4": "A8761C",
            "accent5": "857F78",
            "accent6": "6A5486",
            "hlink": "27456B",
            "folHlink": "6A5486",
        },
        fonts=Fonts(
            major="Times New Roman", minor="Times New Roman", major_han="SimHei", minor_han="SimSun"
        ),
        levels=tuple(
            Level(
                size=size,
                left=0.38 * (i + 1),
                hang=0.38,
                mark="•" if i % 2 == 0 else "–",
                after=after,
            )
            for i, (size, after) in enumerate(sizes)
        ),
        body_line=106,
        heading=Type(size=sheet.pick(32, 28), line=96, bold=False),
        title_box=(sheet.edge, 0.98, sheet.width, 0.98),
        body_box=(sheet.edge, TOP, sheet.width, BOTTOM - TOP - 0.1),
        foot=Foot(
            footer=(sheet.edge, 0.4, sheet.width * 0.6, 0.28),
            date=(sheet.edge + sheet.width * 0.62, 0.4, sheet.width * 0.26, 0.28),
            number=(right - 0.8, 0.4, 0.8, 0.28),
            size=12,
            italic=True,
        ),
        layouts=(
            *_opening(sheet),
            *_texts(sheet),
            *_data(sheet),
            *diagrams(sheet.title(), (sheet.edge, TOP - 0.05, sheet.width, BOTTOM - TOP)),
            *_ending(sheet),
        ),
        shapes=sheet.rules(),
    )


_NARROW = ((24, 14), (20, 8), (18, 6), (16, 6), (14, 6))
THESIS = _design("thesis", "Thesis", Folio(13.333, 0.95, 2.95))
THESIS_43 = _design("thesis-4x3", "Thesis 4:3", Folio(10.0, 0.7, 2.2))
