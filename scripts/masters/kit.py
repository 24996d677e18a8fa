"""What a master's look is made of: shapes, placeholders, layouts and type, as plain data.

Lengths are inches, type sizes are points. Colours are names of the theme as its layouts see it:
tx1 ink, bg1 page, tx2 quiet ink, bg2 tint, accent1 … accent6; `name/40` is 40 per cent opaque,
`name~40` 40 per cent of the way to white.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

Area = tuple[float, float, float, float]  # left, top, width, height
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Type:
    """How a placeholder's text differs from the master's; None leaves it to the master."""

    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    colour: str | None = None
    line: int | None = None  # line spacing, per cent
    after: float | None = None  # points after a paragraph
    anchor: str = "t"
    align: str | None = None
    marks: str = "none"  # none | number | inherit: what stands before a paragraph
    mark: str = ""  # the colour of that, where it is not the master's
    hang: float = 0.0  # inches between a mark and its text
    font: str = ""  # major | minor | mono: where it is not the one that the master gives
    caps: bool = False


@dataclass(frozen=True)
class Holder:
    """A placeholder, named after the slot that it fills."""

    name: str
    kind: str
    idx: int
    box: Area
    type: Type = Type()
    prompt: str = ""
    fill: str = ""
    inset: tuple[float, float] = (0.0, 0.0)  # left and right, above and below


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A drawing without text: a preset shape, or closed `paths` in inches of the page."""

    box: Area
    fill: str = ""
    preset: str = "rect"
    adjust: tuple[tuple[str, int], ...] = ()
    line: str = ""
    weight: float = 0.75  # points
    paths: tuple[tuple[tuple[float, float], ...], ...] = ()
    closed: bool = True
    turn: float = 0.0  # degrees clockwise


@dataclass(frozen=True, kw_only=True)
class Foot:
    """Where footer, date and slide number stand, and how they are set."""

    footer: Area
    date: Area
    number: Area
    colour: str = "tx2"
    size: float = 10.5
    footer_align: str = "l"
    date_align: str = "r"
    number_align: str = "r"
    italic: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A page for one intent, or for none.

    Attributes:
        page: the theme colour of the page, where it is not the master's.
        bare: without what the master draws.
        foot: the colour of footer, date and number, where it is not the master's.
        feet: where these stand, where it is not the master's place.
    """

    name: str
    holders: tuple[Holder, ...] = ()
    shapes: tuple[Shape, ...] = ()
    page: str = ""
    bare: bool = False
    foot: str = ""
    feet: Foot | None = None
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of the master's body text; `left` and `hang` in inches."""

    size: float
    left: float
    hang: float
    mark: str
    after: float
    colour: str = "tx1"


@dataclass(frozen=True, kw_only=True)
class Fonts:
    """A pair of Latin families with their Chinese ones."""

    major: str
    minor: str
    major_han: str = "Microsoft YaHei"
    minor_han: str = "Microsoft YaHei"
    mono: str = "Courier New"


@dataclass(frozen=True, kw_only=True)
class Design:
    """A master: colours, fonts, what every page carries, and the layouts.

    Attributes:
        title: the theme's name, as PowerPoint shows it.
        colours: dk1, lt1, dk2, lt2, accent1 … accent6, hlink, folHlink as six hex digits.
        dark: whether the page is the theme's dark colour and the ink its light one.
        heading: type of every title; `title_box` and `body_box` are the master's own places.
        mark_colour, mark_size: of the marks before paragraphs; the size in per cent of the text.
    """

    name: str
    title: str
    colours: dict[str, str]
    fonts: Fonts
    levels: tuple[Level, ...]
    heading: Type
    title_box: Area
    body_box: Area
    foot: Foot
    layouts: tuple[Layout, ...]
    shapes: tuple[Shape, ...] = ()
    page: tuple[float, float] = (13.333, 7.5)
    dark: bool = False
    body_line: int = 104
    mark_colour: str = "accent1"
    mark_size: int = 100


@dataclass(frozen=True)
class Sheet:
    """A page of one look in either shape: its width, its margin, and what follows from them."""

    page: float
    edge: float

    @property
    def wide(self) -> bool:
        """Whether the page is 16:9 and not 4:3."""
        return self.page > 12

    @property
    def width(self) -> float:
        """From margin to margin."""
        return self.page - 2 * self.edge

    def pick(self, wide: float, narrow: float) -> float:
        """One measure or the other, by the page's shape."""
        return wide if self.wide else narrow


_KINDS: dict[str, tuple[str, int, str]] = {
    "title": ("title", 0, "A claim that can be read out"),
    "subtitle": ("subTitle", 1, "One line under it"),
    "items": ("body", 1, "What will be talked about"),
    "points": ("body", 1, "What carries the claim"),
    "left": ("body", 1, "The left side"),
    "right": ("body", 2, "The right side"),
    "left heading": ("body", 11, "Left"),
    "right heading": ("body", 12, "Right"),
    "number": ("body", 10, "42"),
    "summary": ("body", 1, "What the section shows"),
    "caption": ("body", 1, "What it means"),
    "takeaway": ("body", 1, "What the chart says"),
    "quote": ("body", 1, "What was said"),
    "speaker": ("body", 10, "Who said it"),
    "code": ("body", 1, "A listing"),
    "source": ("body", 20, "Source"),
    "table": ("tbl", 13, "Table"),
    "chart": ("chart", 14, "Chart"),
    "picture": ("pic", 15, "Picture"),
    "diagram": ("dgm", 16, "Diagram"),
}


def hold(name: str, box: Area, style: Type | None = None, **how: Any) -> Holder:
    """The placeholder of a slot: type and number follow from the slot's name.

    `how` are fields of `Type`, laid over `style`; and `fill`, `inset`, `kind`.
    """
    kind, idx, prompt = _KINDS[name]
    own = {key: how.pop(key) for key in ("fill", "inset") if key in how}
    kind = how.pop("kind", kind)
    return Holder(name, kind, idx, box, replace(style or Type(), **how), prompt, **own)


def block(left: float, top: float, width: float, height: float, fill: str) -> Shape:
    """A filled rectangle; a rule is a very low one."""
    return Shape(box=(left, top, width, height), fill=fill)


def disc(x: float, y: float, radius: float, fill: str) -> Shape:
    """A filled circle around a point."""
    box = (x - radius, y - radius, 2 * radius, 2 * radius)
    return Shape(box=box, fill=fill, preset="ellipse")


def pill(left: float, top: float, width: float, height: float, fill: str) -> Shape:
    """A bar with round ends."""
    return Shape(
        box=(left, top, width, height), fill=fill, preset="roundRect", adjust=(("adj", 50000),)
    )


def card(box: Area, fill: str, *, line: str = "", radius: float = 0.0) -> Shape:
    """A panel under text, with square or round corners and perhaps an outline."""
    if not radius:
        return Shape(box=box, fill=fill, line=line)
    share = round(min(radius / min(box[2], box[3]), 0.5) * 100000)
    return Shape(box=box, fill=fill, line=line, preset="roundRect", adjust=(("adj", share),))


def drawn(
    paths: Sequence[Points], *, fill: str = "", line: str = "", weight: float = 0.75
) -> Shape:
    """Figures of straight edges in inches of the page: filled ones are closed, others are lines."""
    xs = [x for path in paths for x, _ in path]
    ys = [y for path in paths for _, y in path]
    box = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    figures = tuple(tuple(path) for path in paths)
    return Shape(box=box, fill=fill, line=line, weight=weight, paths=figures, closed=bool(fill))


def squares(centres: Points, side: float, fill: str) -> Shape:
    """Many small squares as one shape: a grid of dots."""
    h = side / 2
    corners = ((-h, -h), (h, -h), (h, h), (-h, h))
    return drawn([[(x + a, y + b) for a, b in corners] for x, y in centres], fill=fill)


DIAGRAMS = ("timeline", "process", "cycle", "hierarchy", "matrix", "team")


def diagrams(title: Holder, box: Area, *shapes: Shape) -> tuple[Layout, ...]:
    """A layout for each diagram: the title, and the rest of the page for what is drawn."""
    holders = (title, hold("diagram", box, size=16, after=0))
    return tuple(Layout(name=name, shapes=shapes, holders=holders) for name in DIAGRAMS)


def plain(title: Holder, *shapes: Shape, bare: bool = True) -> tuple[Layout, Layout]:
    """The two layouts that are for nobody's intent: a title alone, and nothing."""
    return (
        Layout(name="title-only", kind="titleOnly", shapes=shapes, holders=(title,)),
        Layout(name="blank", kind="blank", bare=bare),
    )
