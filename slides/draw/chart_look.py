"""How charts look: numbers in as many decimals as they need, type, lines, labels and legends."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from copydesk.slides.contrast import LARGE
from copydesk.slides.deck import ChartSlide
from copydesk.slides.draw.elements import leaf, line, make, value
from copydesk.slides.draw.palette import Colour, Palette, legible
from copydesk.slides.geometry import Box
from copydesk.slides.master.layouts import Layout
from copydesk.slides.typeset.fit import printable
from copydesk.slides.typeset.frame import Type
from copydesk.slides.typeset.metrics import text_width, widest_piece

SIZE = 14.0
_MOST_LABELS = 14  # more values than this and numbers on the marks become noise
_SYMBOLS = ("%", "‰", "°", "°C", "°F")
_SLANTED = -2700000  # 45 degrees, in 60,000ths, against the clock

# Numbers -----------------------------------------------------------------------------------------


def number_format(values: Iterable[float], unit: str) -> str:
    """The spreadsheet format of a chart's numbers: as many decimals as they need, at most two."""
    texts = [f"{v:.2f}".rstrip("0").rstrip(".") for v in values if math.isfinite(v)]
    decimals = max((len(t.partition(".")[2]) for t in texts), default=0)
    number = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return f'{number}"{unit}"' if unit in _SYMBOLS else number


def axis_format(slide: ChartSlide, upright: bool) -> str:
    """The format of a scale: thousands set off, but for the x of a scatter chart, often a year."""
    values = (v for one in slide.series for v in one.values if math.isfinite(v))
    large = upright and max((abs(v) for v in values), default=0.0) >= 1000
    unit = f'"{slide.unit}"' if upright and slide.unit in _SYMBOLS else ""
    return ("#,##0" if large else "General") + unit


def shown(number: float, unit: str, form: str) -> str:
    """A number as its label shows it."""
    decimals = len(form.partition(".")[2].partition('"')[0])
    return f"{number:,.{decimals}f}{unit if unit in _SYMBOLS else ''}"


# Room --------------------------------------------------------------------------------------------


def type_on(layout: Layout) -> Type:
    """The type that charts on a layout are labelled in, for measuring."""
    return replace(layout.text[0], size=SIZE, bold=False, caps=False)


def labelled(slide: ChartSlide, box: Box, kind: Type) -> bool:
    """Whether the marks carry their numbers: few, and each as wide as what it stands on."""
    values = [v for one in slide.series for v in one.values if math.isfinite(v)]
    if slide.kind in ("line", "area", "scatter") or len(values) > _MOST_LABELS:
        return False
    if slide.kind == "bar":
        return box.height * 0.8 / (len(values) + len(slide.categories) * 0.6) >= SIZE * 1.1
    form = number_format(values, slide.unit)
    widest = max(text_width(shown(v, slide.unit, form), replace(kind, bold=True)) for v in values)
    beside = 1 if slide.kind == "stacked" else len(slide.series)
    column = box.width * 0.94 / len(slide.categories) / (beside + 0.6)
    return widest <= column + (4 if beside == 1 else 0)


def names_fit(slide: ChartSlide, box: Box, kind: Type) -> bool:
    """Whether a pie has room for the names of its slices on both sides."""
    widest = max((text_width(name, kind) for name in slide.categories), default=0.0)
    return len(slide.categories) <= 7 and widest <= box.width * 0.24 and box.height >= 180


def skipped(slide: ChartSlide, box: Box, kind: Type) -> Any:
    """Every how many categories one is named, where they follow each other as years do."""
    if slide.kind == "bar":
        most = max(int(box.height * 0.8 / (SIZE * 1.5)), 1)
        step = -(-len(slide.categories) // most)
    else:
        room = _widest(slide, kind) + SIZE * 0.8  # and air before the next
        step = math.ceil(room / _band(slide, box)) if _counts(slide) else 1
        crowd = SIZE * 1.6 * len(slide.categories) / max(box.width * 0.9, 1)
        step = max(step, math.ceil(crowd))
    return value("c:tickLblSkip", step) if step > 1 else None


def _counts(slide: ChartSlide) -> bool:
    """Whether the categories are numbers or dates, of which some may be left out."""
    return all(any(c.isdigit() for c in name) for name in slide.categories)


def _band(slide: ChartSlide, box: Box) -> float:
    return max(box.width * 0.9 / max(len(slide.categories), 1) - 4, 1.0)


def _widest(slide: ChartSlide, kind: Type) -> float:
    return max((widest_piece(name, kind) for name in slide.categories), default=0.0) + 2


# Type --------------------------------------------------------------------------------------------


def text(
    colours: Palette, *, bold: bool = False, colour: Colour | None = None, turn: int | None = None
) -> Any:
    """Text properties: the theme's body font, 14 points, a colour that can be read."""
    body = make("a:bodyPr") if turn is None else make("a:bodyPr", rot=turn, vert="horz")
    style = make("a:pPr", _font("a:defRPr", colour or colours.text, bold))
    paragraph = make("a:p", style, make("a:endParaRPr", lang="en-US"))
    return make("c:txPr", body, make("a:lstStyle"), paragraph)


def _font(tag: str, colour: Colour, bold: bool, **more: str) -> Any:
    faces = (make(f"a:{kind}", typeface=f"+mn-{short}") for kind, short in _FACES)
    return make(tag, colour.fill(), *faces, **more, sz=round(SIZE * 100), b=bold)


_FACES = (("latin", "lt"), ("ea", "ea"), ("cs", "cs"))


def category_text(slide: ChartSlide, box: Box, colours: Palette, kind: Type) -> Any:
    """Names of categories stay level; they are slanted only where words would be broken.

    Years and dates that do not fit are left to the program, which then leaves some out.
    """
    if slide.kind == "bar" or _widest(slide, kind) <= _band(slide, box):
        return text(colours, turn=0)
    return text(colours, turn=None if _counts(slide) else _SLANTED)


def heading(slide: ChartSlide) -> str:
    """What is measured: the series' name if there is but one, and the unit in brackets."""
    name = slide.series[0].name if len(slide.series) == 1 else ""
    unit = "" if slide.unit in _SYMBOLS else printable(slide.unit)
    return f"{name} ({unit})" if name and unit and name != unit else name or unit


def head(slide: ChartSlide, colours: Palette) -> Any:
    """The heading, small and flush left above the plot."""
    said = heading(slide)
    if not said:
        return None
    style = make("a:pPr", _font("a:defRPr", colours.text, False))
    run = make("a:r", _font("a:rPr", colours.text, False, lang="en-US"), leaf("a:t", said))
    paragraph = make("a:p", style, run)
    rich = make("c:rich", make("a:bodyPr"), make("a:lstStyle"), paragraph)
    corner = make("c:layout", make("c:manualLayout", *_edges(x=0.0, y=0.0)))
    return make("c:title", make("c:tx", rich), corner, value("c:overlay", 0))


def legend(side: str, colours: Palette) -> Any:
    """What the colours mean."""
    return make("c:legend", value("c:legendPos", side), value("c:overlay", 0), text(colours))


# Lines and fills ---------------------------------------------------------------------------------


def ground(colours: Palette) -> Any:
    """Nothing behind a chart, or the theme's background where the page's own is a picture."""
    behind = Colour("bg1").fill() if colours.panel else make("a:noFill")
    return make("c:spPr", behind, line(0, ""))


def no_line() -> Any:
    """Neither line nor fill."""
    return make("c:spPr", make("a:noFill"), line(0, ""))


def axis_line(colours: Palette) -> Any:
    """The line that columns stand on."""
    return make("c:spPr", make("a:noFill"), line(1, colours.text.name, *colours.text.changes))


def gridlines(colours: Palette) -> Any:
    """Hairlines that one hardly sees."""
    rule = colours.rule
    return make("c:majorGridlines", make("c:spPr", line(0.5, rule.name, *rule.changes)))


def mark(kind: str, colour: Colour) -> Any:
    """A series' line or fill."""
    if kind == "line":
        stroke = line(3, colour.name, *colour.changes)
        stroke.set("cap", "rnd")
        stroke.append(make("a:round"))
        return make("c:spPr", stroke)
    return make("c:spPr", colour.fill(), line(0, ""))


def slice(colour: Colour, colours: Palette) -> Any:  # noqa: A001 - a pie has slices
    """A slice, set off from its neighbours by the ground's colour."""
    edge = "bg1" if colours.panel else _edge(colours)
    return make("c:spPr", colour.fill(), line(1.5, edge))


def _edge(colours: Palette) -> str:
    return {"tx1": "bg1", "bg1": "tx1", "tx2": "bg2", "bg2": "tx2"}.get(colours.text.name, "bg1")


def dot(colour: Colour) -> Any:
    """A point of a scatter chart."""
    look = make("c:spPr", colour.fill(), line(0, ""))
    return make("c:marker", value("c:symbol", "circle"), value("c:size", 9), look)


def axis_ticks(form: str, labels: str) -> list[Any]:
    """An axis without ticks, its labels at the edge of the plot."""
    number = make("c:numFmt", formatCode=form, sourceLinked=0)
    marks = [value("c:majorTickMark", "none"), value("c:minorTickMark", "none")]
    return [number, *marks, value("c:tickLblPos", labels)]


# Labels ------------------------------------------------------------------------------------------


def labels(slide: ChartSlide, colour: Colour, colours: Palette, layout: Layout) -> Any:
    """The numbers on the marks of one series."""
    values = [v for one in slide.series for v in one.values]
    form = make("c:numFmt", formatCode=number_format(values, slide.unit), sourceLinked=0)
    stacked = slide.kind == "stacked"
    own = legible(colour.hexadecimal, layout, LARGE) if stacked else None
    place = value("c:dLblPos", "ctr" if stacked else "outEnd")
    return make("c:dLbls", form, *_look(colours, True, own), place, *_says(value_=True))


def shares(colours: Palette, *, name: bool, outside: bool) -> Any:
    """A pie's labels: what part each slice is, with its name where there is room."""
    form = make("c:numFmt", formatCode="0%", sourceLinked=0)
    place = value("c:dLblPos", "outEnd") if outside else None
    says = [*_says(share=True, category=name), value("c:showLeaderLines", 0)]
    return make("c:dLbls", form, *_look(colours, False), place, *says)


def ring_shares(colours: Palette, layout: Layout) -> Any:
    """A doughnut's labels stand on the ring: each in a colour that can be read there."""
    form = make("c:numFmt", formatCode="0%", sourceLinked=0)
    single = [
        make(
            "c:dLbl",
            value("c:idx", i),
            make("c:numFmt", formatCode="0%", sourceLinked=0),
            *_look(colours, True, legible(colour.hexadecimal, layout, LARGE)),
            *_says(share=True),
        )
        for i, colour in enumerate(colours.marks)
    ]
    says = [*_says(share=True), value("c:showLeaderLines", 0)]
    return make("c:dLbls", *single, form, *_look(colours, True), *says)


def _look(colours: Palette, bold: bool, own: Colour | None = None) -> list[Any]:
    return [make("c:spPr", make("a:noFill"), line(0, "")), text(colours, bold=bold, colour=own)]


def _says(*, value_: bool = False, share: bool = False, category: bool = False) -> list[Any]:
    return [
        value("c:showLegendKey", 0),
        value("c:showVal", value_),
        value("c:showCatName", category),
        value("c:showSerName", 0),
        value("c:showPercent", share),
        value("c:showBubbleSize", 0),
    ]


def pie_place(named: bool) -> Any:
    """A pie leaves room at its sides for the names."""
    if not named:
        return make("c:layout")
    head = [value("c:layoutTarget", "inner")]
    return make("c:layout", make("c:manualLayout", *head, *_edges(x=0.2, y=0.15, w=0.6, h=0.7)))


def _edges(**box: float) -> list[Any]:
    modes = [value(f"c:{side}Mode", "edge") for side in ("x", "y")]
    return [*modes, *(value(f"c:{side}", number) for side, number in box.items())]
