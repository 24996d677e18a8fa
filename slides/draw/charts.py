"""Native charts without junk: the theme's colours, hairlines, labels one can read, data within.

Written as DrawingML outright (ECMA-376 part 1, 21.2): the order of elements is the schema's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.slides.deck import ChartSlide, Series
from copydesk.slides.draw import chart_look as look
from copydesk.slides.draw.elements import leaf, make, value
from copydesk.slides.draw.palette import Palette, palette
from copydesk.slides.draw.workbook import Cell, area, cell, workbook
from copydesk.slides.geometry import Box
from copydesk.slides.master.layouts import Layout
from copydesk.slides.typeset.fit import printable
from copydesk.slides.typeset.frame import Type

_CATEGORIES, _VALUES = 1, 2  # ids of the axes: PowerPoint wants them unsigned
_MOST_ROWS = 4000  # of a chart; more is noise, and Excel refuses what is far more
_ROUND = ("pie", "doughnut")


@dataclass(frozen=True)
class Chart:
    """A chart's part, the workbook it needs, and its alternative text's numbers."""

    xml: Any
    workbook: bytes


def plain(slide: ChartSlide) -> ChartSlide:
    """A chart with its names cleaned and its numbers evened out.

    Short series are padded with gaps (not a number), what is not finite becomes one, series
    without any number go. Slices must not be negative: such a pie becomes a column chart.
    """
    slide = replace(slide, title=printable(slide.title), unit=printable(slide.unit))
    if slide.kind == "scatter":
        points = (_points(one) for one in slide.series)
        return replace(slide, categories=(), series=tuple(s for s in points if s.values))
    names = tuple(printable(name) or "–" for name in slide.categories[:_MOST_ROWS])
    padded = (_padded(one, len(names)) for one in slide.series)
    series = tuple(one for one in padded if finite(one.values))
    if slide.kind not in _ROUND:
        return replace(slide, categories=names, series=series)
    if series and min(finite(series[0].values)) >= 0 and sum(finite(series[0].values)):
        return replace(slide, categories=names, series=series[:1])
    return replace(slide, kind="column", categories=names, series=series)


def has_data(slide: ChartSlide) -> bool:
    """Whether there is anything to draw in a chart made plain."""
    return bool(slide.series) and (slide.kind == "scatter" or bool(slide.categories))


def finite(values: Sequence[float]) -> list[float]:
    """The values that are numbers."""
    return [v for v in values if math.isfinite(v)]


def all_values(slide: ChartSlide) -> list[float]:
    """Every number of a chart."""
    return [v for one in slide.series for v in finite(one.values)]


def draw_chart(slide: ChartSlide, box: Box, layout: Layout, ground: str = "") -> Chart:
    """A chart of a slide made plain, for a box on a layout of that `ground`.

    The first relationship of its part has to be the one to its workbook.
    """
    count = len(slide.categories) if slide.kind in _ROUND else len(slide.series)
    colours = palette(layout, max(count, 1), ground)
    drawn = _Drawing(slide, box, colours, layout)
    plot = make("c:plotArea", *drawn.plot())
    chart = make(
        "c:chart",
        look.head(slide, colours),
        value("c:autoTitleDeleted", not look.heading(slide)),
        plot,
        drawn.legend(),
        value("c:plotVisOnly", 1),
        value("c:dispBlanksAs", "gap"),
    )
    space = make(
        "c:chartSpace",
        value("c:date1904", 0),
        value("c:roundedCorners", 0),
        chart,
        look.ground(colours),
        look.text(colours),
        make("c:externalData", value("c:autoUpdate", 0), r__id="rId1"),
    )
    return Chart(space, workbook(_rows(slide), look.number_format(all_values(slide), slide.unit)))


@dataclass(frozen=True)
class _Drawing:
    """One chart being drawn."""

    slide: ChartSlide
    box: Box
    colours: Palette
    layout: Layout

    @property
    def kind(self) -> Type:
        """The labels' type."""
        return look.type_on(self.layout)

    def plot(self) -> list[Any]:
        """The plot area's children: where it stands, the series, the axes."""
        kind = self.slide.kind
        if kind == "pie":
            return [look.pie_place(self._named()), self._pie()]
        if kind == "doughnut":
            return [make("c:layout"), self._doughnut()]
        if kind == "scatter":
            return [make("c:layout"), self._scatter(), *self._scatter_axes()]
        return [make("c:layout"), self._series_chart(), *self._axes()]

    def legend(self) -> Any:
        """A legend where colours mean something that no label says."""
        kind = self.slide.kind
        if kind in _ROUND:
            return None if kind == "pie" and self._named() else look.legend("r", self.colours)
        return look.legend("b", self.colours) if len(self.slide.series) > 1 else None

    # Kinds of plots -------------------------------------------------------------------------------

    def _series_chart(self) -> Any:
        kind = self.slide.kind
        series = [self._one(i) for i in range(len(self.slide.series))]
        axes = [value("c:axId", _CATEGORIES), value("c:axId", _VALUES)]
        if kind == "line":
            head = [value("c:grouping", "standard"), value("c:varyColors", 0)]
            return make("c:lineChart", *head, *series, value("c:marker", 1), *axes)
        if kind == "area":
            grouping = "stacked" if len(series) > 1 else "standard"
            head = [value("c:grouping", grouping), value("c:varyColors", 0)]
            return make("c:areaChart", *head, *series, *axes)
        stacked = kind == "stacked"
        head = [
            value("c:barDir", "bar" if kind == "bar" else "col"),
            value("c:grouping", "stacked" if stacked else "clustered"),
            value("c:varyColors", 0),
        ]
        overlap = 100 if stacked else 0 if len(series) == 1 else -8
        gap = [value("c:gapWidth", 55 if len(series) == 1 else 70), value("c:overlap", overlap)]
        return make("c:barChart", *head, *series, *gap, *axes)

    def _one(self, index: int) -> Any:
        """One series of a chart with categories."""
        kind, one = self.slide.kind, self.slide.series[index]
        count, colour = len(self.slide.categories), self.colours.marks[index]
        numbers = look.number_format(all_values(self.slide), self.slide.unit)
        marker = make("c:marker", value("c:symbol", "none")) if kind == "line" else None
        shown = look.labelled(self.slide, self.box, self.kind)
        labels = look.labels(self.slide, colour, self.colours, self.layout) if shown else None
        return make(
            "c:ser",
            *_naming(index, one, cell(index + 1, 1)),
            look.mark(kind, colour),
            value("c:invertIfNegative", 0) if kind in ("column", "bar", "stacked") else None,
            marker,
            labels,
            make("c:cat", _texts(self.slide.categories, area(0, 2, count + 1))),
            make("c:val", _numbers(one.values, area(index + 1, 2, count + 1), numbers)),
            value("c:smooth", 0) if kind == "line" else None,
        )

    def _named(self) -> bool:
        """Whether a pie's slices have room for their names beside them."""
        return look.names_fit(self.slide, self.box, self.kind)

    def _slices(self, labels: Any) -> Any:
        one, count = self.slide.series[0], len(self.slide.categories)
        numbers = look.number_format(all_values(self.slide), self.slide.unit)
        points = [
            make("c:dPt", value("c:idx", i), value("c:bubble3D", 0), look.slice(c, self.colours))
            for i, c in enumerate(self.colours.marks[:count])
        ]
        return make(
            "c:ser",
            *_naming(0, one, cell(1, 1)),
            *points,
            labels,
            make("c:cat", _texts(self.slide.categories, area(0, 2, count + 1))),
            make("c:val", _numbers(one.values, area(1, 2, count + 1), numbers)),
        )

    def _pie(self) -> Any:
        series = self._slices(look.shares(self.colours, name=self._named(), outside=True))
        turn = value("c:firstSliceAng", 0)
        return make("c:pieChart", value("c:varyColors", 1), series, turn)

    def _doughnut(self) -> Any:
        series = self._slices(look.ring_shares(self.colours, self.layout))
        tail = [value("c:firstSliceAng", 0), value("c:holeSize", 58)]
        return make("c:doughnutChart", value("c:varyColors", 1), series, *tail)

    def _scatter(self) -> Any:
        series = [self._dots(i) for i in range(len(self.slide.series))]
        head = [value("c:scatterStyle", "lineMarker"), value("c:varyColors", 0)]
        axes = [value("c:axId", _CATEGORIES), value("c:axId", _VALUES)]
        return make("c:scatterChart", *head, *series, *axes)

    def _dots(self, index: int) -> Any:
        one, last = self.slide.series[index], len(self.slide.series[index].values) + 1
        numbers = look.number_format(all_values(self.slide), self.slide.unit)
        across = look.number_format(one.x, "")
        return make(
            "c:ser",
            *_naming(index, one, cell(2 * index + 1, 1)),
            look.no_line(),
            look.dot(self.colours.marks[index]),
            make("c:xVal", _numbers(one.x, area(2 * index, 2, last), across)),
            make("c:yVal", _numbers(one.values, area(2 * index + 1, 2, last), numbers)),
            value("c:smooth", 0),
        )

    # Axes -----------------------------------------------------------------------------------------

    def _axes(self) -> list[Any]:
        slide = self.slide
        sideways = slide.kind == "bar"
        labelled = look.labelled(slide, self.box, self.kind)
        category = make(
            "c:catAx",
            value("c:axId", _CATEGORIES),
            make("c:scaling", value("c:orientation", "maxMin" if sideways else "minMax")),
            value("c:delete", 0),
            value("c:axPos", "l" if sideways else "b"),
            *look.axis_ticks("General", "low"),
            look.axis_line(self.colours),
            look.category_text(slide, self.box, self.colours, self.kind),
            value("c:crossAx", _VALUES),
            value("c:crosses", "autoZero"),
            value("c:auto", 0),
            value("c:lblAlgn", "ctr"),
            value("c:lblOffset", 100),
            look.skipped(slide, self.box, self.kind),
            value("c:noMultiLvlLbl", 1),
        )
        low = None if slide.kind == "line" or min(all_values(slide)) < 0 else 0
        scale = [value("c:orientation", "minMax")]
        scale += [] if low is None else [value("c:min", low)]
        return [category, self._value_axis(_VALUES, _CATEGORIES, scale, hidden=labelled)]

    def _value_axis(self, own: int, other: int, scale: list[Any], *, hidden: bool) -> Any:
        """A scale with hairlines; neither where the marks carry their numbers."""
        upright = (own == _VALUES) != (self.slide.kind == "bar")
        between = "midCat" if self.slide.kind in ("scatter", "area") else "between"
        return make(
            "c:valAx",
            value("c:axId", own),
            make("c:scaling", *scale),
            value("c:delete", hidden),
            value("c:axPos", "l" if upright else "b"),
            None if hidden or own == _CATEGORIES else look.gridlines(self.colours),
            *look.axis_ticks(look.axis_format(self.slide, own == _VALUES), "low"),
            look.axis_line(self.colours) if own == _CATEGORIES else look.no_line(),
            look.text(self.colours),
            value("c:crossAx", other),
            value("c:crosses", "max" if self.slide.kind == "bar" else "autoZero"),
            value("c:crossBetween", between),
        )

    def _scatter_axes(self) -> list[Any]:
        scale = [value("c:orientation", "minMax")]
        across = self._value_axis(_CATEGORIES, _VALUES, scale, hidden=False)
        scale = [value("c:orientation", "minMax")]
        return [across, self._value_axis(_VALUES, _CATEGORIES, scale, hidden=False)]


# Data --------------------------------------------------------------------------------------------


def _padded(one: Series, count: int) -> Series:
    values = tuple(float(v) if math.isfinite(v) else math.nan for v in one.values[:count])
    return replace(
        one, name=printable(one.name), values=values + (math.nan,) * (count - len(values))
    )


def _points(one: Series) -> Series:
    """The points of a scatter chart that have both coordinates; counted where none are given."""
    across = one.x or tuple(range(1, len(one.values) + 1))
    pairs = zip(across[:_MOST_ROWS], one.values[:_MOST_ROWS], strict=False)
    good = [(float(x), float(y)) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]
    x, y = tuple(a for a, _ in good), tuple(b for _, b in good)
    return Series(name=printable(one.name), values=y, x=x)


def _rows(slide: ChartSlide) -> list[list[Cell]]:
    """The workbook's rows: categories and a column a series; in scatter charts two columns each."""
    if slide.kind != "scatter":
        head: list[Cell] = ["", *(one.name for one in slide.series)]
        columns = [[_shown(v) for v in one.values] for one in slide.series]
        return [head, *([n, *vs] for n, *vs in zip(slide.categories, *columns, strict=True))]
    tallest = max(len(one.values) for one in slide.series)
    names: list[Cell] = [part for one in slide.series for part in ("", one.name)]
    return [names, *(_scatter_row(slide.series, i) for i in range(tallest))]


def _scatter_row(series: Sequence[Series], row: int) -> list[Cell]:
    pairs = ((s.x[row], s.values[row]) if row < len(s.values) else (None, None) for s in series)
    return [part for pair in pairs for part in pair]


def _shown(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _naming(index: int, one: Series, place: str) -> list[Any]:
    """A series' number, order and name."""
    cache = make("c:strCache", value("c:ptCount", 1), _point(0, one.name))
    name = make("c:tx", make("c:strRef", leaf("c:f", place), cache))
    return [value("c:idx", index), value("c:order", index), name if one.name else None]


def _texts(names: Sequence[str], place: str) -> Any:
    points = (_point(i, name) for i, name in enumerate(names))
    cache = make("c:strCache", value("c:ptCount", len(names)), *points)
    return make("c:strRef", leaf("c:f", place), cache)


def _numbers(values: Sequence[float], place: str, form: str) -> Any:
    points = (_point(i, f"{v:.15g}") for i, v in enumerate(values) if math.isfinite(v))
    head = [leaf("c:formatCode", form), value("c:ptCount", len(values))]
    return make("c:numRef", leaf("c:f", place), make("c:numCache", *head, *points))


def _point(index: int, text: str) -> Any:
    return make("c:pt", leaf("c:v", text), idx=index)
