"""A chart read back out of its XML: kinds that python-pptx does not know among them."""

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn

from copydesk.slides.deck import ChartKind, Series
from copydesk.slides.typeset.fit import printable

_PLOTS: dict[str, ChartKind] = {
    "lineChart": "line",
    "line3DChart": "line",
    "stockChart": "line",
    "radarChart": "line",
    "surfaceChart": "line",
    "surface3DChart": "line",
    "areaChart": "area",
    "area3DChart": "area",
    "pieChart": "pie",
    "pie3DChart": "pie",
    "ofPieChart": "pie",
    "doughnutChart": "doughnut",
    "scatterChart": "scatter",
    "bubbleChart": "scatter",
}
_BARS = ("barChart", "bar3DChart")
_UNLIKE = (
    "stockChart",
    "radarChart",
    "surfaceChart",
    "surface3DChart",
    "bubbleChart",
    "ofPieChart",
)
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_DAY = re.compile(r"[dy]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_SUFFIX = re.compile(r'"([^"]{1,4})"$')
_MOST = 10_000  # points of one series
_EPOCH = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class ChartRead:
    """What a chart shows; `unlike` names its kind where it can only be shown as another."""

    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    title: str = ""
    unlike: str = ""


def chart_of_xml(xml: bytes) -> ChartRead | None:
    """The chart in a part; None where it is none, or holds no numbers."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag == f"{_CX}chartSpace":
        return _extended(root)
    area = root.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    if area is None:
        return None
    plots = [plot for plot in area if _name(plot) in (*_PLOTS, *_BARS)]
    pairs = [(plot, one) for plot in plots for one in plot.findall(qn("c:ser"))]
    if not pairs:
        return None
    kind = _kind(plots[0])
    names, series = _scattered(pairs) if kind == "scatter" else _categorised(pairs)
    if not series:
        return None
    title = _rich(root.find(f"{qn('c:chart')}/{qn('c:title')}"))
    return ChartRead(
        kind, names, series, _unit(title, series, pairs[0][1]), title, _unlike(plots, kind)
    )


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _kind(plot: Any) -> ChartKind:
    if _name(plot) not in _BARS:
        return _PLOTS[_name(plot)]
    if _value(plot, "c:grouping", "clustered") in ("stacked", "percentStacked"):
        return "stacked"
    return "bar" if _value(plot, "c:barDir", "col") == "bar" else "column"


def _unlike(plots: list[Any], kind: str) -> str:
    """The kind of chart that this one really is, where a deck has none like it."""
    names = [_name(plot) for plot in plots]
    if len({_kind(plot) for plot in plots}) > 1:
        return "several kinds in one"
    odd = next((name for name in names if name in _UNLIKE), "")
    if not odd and kind == "stacked" and _value(plots[0], "c:barDir", "col") == "bar":
        return "stacked bars"
    return odd.removesuffix("Chart")


def _value(element: Any, tag: str, default: str) -> str:
    found = element.find(qn(tag))
    return default if found is None else found.get("val", default)


def _categorised(pairs: list[tuple[Any, Any]]) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """Names of categories, those of the series that has most, and all series padded to them."""
    read = [(_series_name(one), _numbers(one.find(qn("c:val")))) for _, one in pairs]
    named = max((_categories(one.find(qn("c:cat"))) for _, one in pairs), key=len)
    count = max(len(named), *(len(values) for _, values in read))
    if not any(math.isfinite(v) for _, values in read for v in values):
        return (), ()
    names = named + tuple(str(i + 1) for i in range(len(named), count))
    series = tuple(
        Series(name=name, values=values + (math.nan,) * (count - len(values)))
        for name, values in read
    )
    return names, series


def _scattered(pairs: list[tuple[Any, Any]]) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    made = []
    for _, one in pairs:
        down = _numbers(one.find(qn("c:yVal")))
        across = _numbers(one.find(qn("c:xVal")))
        if len(across) != len(down) or not any(map(math.isfinite, across)):
            across = tuple(float(i + 1) for i in range(len(down)))
        points = [(x, y) for x, y in zip(across, down, strict=True) if math.isfinite(x + y)]
        if points:
            x, y = zip(*points, strict=True)
            made.append(Series(name=_series_name(one), values=y, x=x))
    return (), tuple(made)


def _series_name(one: Any) -> str:
    name = one.find(qn("c:tx"))
    return "" if name is None else " ".join(text for text in _points(name) if text)


def _categories(element: Any) -> tuple[str, ...]:
    """Names; those of several levels joined; days where the numbers' format says so."""
    if element is None:
        return ()
    levels = [_column(level) for level in element.iter(qn("c:lvl"))]
    if levels:
        count = max(map(len, levels))
        outer_first = [_carried(level, count) for level in reversed(levels)]
        return tuple(
            " ".join(part for part in parts if part) for parts in zip(*outer_first, strict=True)
        )
    names = _points(element)
    form = element.findtext(f".//{qn('c:formatCode')}") or ""
    if _DAY.search(_QUOTED.sub("", form)) and form.lower() != "general":
        return tuple(_date(name) for name in names)
    return tuple(names)


def _carried(level: list[str], count: int) -> list[str]:
    """A level's names, each kept until the next one."""
    made, last = [], ""
    for name in [*level, *[""] * (count - len(level))]:
        last = name or last
        made.append(last)
    return made


def _date(serial: str) -> str:
    try:
        return (_EPOCH + datetime.timedelta(days=float(serial))).isoformat()
    except (ValueError, OverflowError):
        return serial


def _points(element: Any) -> list[str]:
    """The texts of a cache, by their index; what is not there is empty."""
    return _column(element)


def _column(element: Any) -> list[str]:
    found = {}
    for point in element.iter(qn("c:pt")):
        index = point.get("idx", "")
        if index.isdecimal() and int(index) < _MOST:
            found[int(index)] = printable(" ".join((point.findtext(qn("c:v")) or "").split()))
    count = max(found, default=-1) + 1
    told = element.find(f".//{qn('c:ptCount')}")
    if told is not None and told.get("val", "").isdecimal():
        count = max(count, min(int(told.get("val")), _MOST))
    if not found:
        alone = element.findtext(qn("c:v"))
        return [printable(alone)] if alone else []
    return [found.get(i, "") for i in range(count)]


def _numbers(element: Any) -> tuple[float, ...]:
    return () if element is None else tuple(_float(text) for text in _points(element))


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _rich(title: Any) -> str:
    if title is None:
        return ""
    return printable(" ".join("".join(t.text or "" for t in title.iter(qn("a:t"))).split()))


def _unit(title: str, series: tuple[Series, ...], one: Any) -> str:
    """What our charts say above the plot: the series' name if there is one alone, and the unit."""
    form = one.findtext(f".//{qn('c:val')}//{qn('c:formatCode')}") or one.findtext(
        f".//{qn('c:yVal')}//{qn('c:formatCode')}"
    )
    if symbol := _SUFFIX.search(form or ""):
        return symbol[1]
    if len(series) > 1:
        return title
    return title.removeprefix(series[0].name).removeprefix(", ")


# Charts of newer programs ------------------------------------------------------------------------


def _extended(root: Any) -> ChartRead | None:
    """A chart of the newer schema (waterfall, funnel, treemap …): its data as columns."""
    data = root.find(f"{_CX}chartData/{_CX}data")
    if data is None:
        return None
    names = next((_extended_texts(dim) for dim in data.iter(f"{_CX}strDim")), [])
    values = [_float(text) for dim in data.iter(f"{_CX}numDim") for text in _extended_texts(dim)]
    if not any(map(math.isfinite, values)):
        return None
    names += [str(i + 1) for i in range(len(names), len(values))]
    shown = root.find(f".//{_CX}series")
    told = "" if shown is None else shown.get("layoutId", "")
    name = "" if shown is None else printable(shown.findtext(f".//{_CX}v") or "")
    padded = tuple(values) + (math.nan,) * (len(names) - len(values))
    return ChartRead("column", tuple(names), (Series(name=name, values=padded),), unlike=told)


def _extended_texts(dimension: Any) -> list[str]:
    level: Iterator[Any] = dimension.iter(f"{_CX}lvl")
    first = next(level, None)
    if first is None:
        return []
    return [printable(point.text or "") for point in first.iter(f"{_CX}pt")][:_MOST]
