"""Native charts without junk: the theme's colours, light gridlines or none, labels one can read."""

import math
from collections.abc import Iterable
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import ColorFormat
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from copydesk.slides.deck import ChartSlide
from copydesk.slides.typeset.fit import printable

_TYPES = {
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "line": XL_CHART_TYPE.LINE,
    "pie": XL_CHART_TYPE.PIE,
}
_ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)
_SIZE = 14.0
_LABELS_READABLE = 12  # more values than this and numbers on the marks become noise
_SYMBOLS = ("%", "‰", "°", "°C", "°F")


def has_data(slide: ChartSlide) -> bool:
    """Whether there is anything to draw."""
    return bool(slide.categories) and any(_finite(s.values) for s in slide.series)


def put_chart(placeholder: Any, slide: ChartSlide) -> Any:
    """Put a native chart with its workbook into a chart placeholder; returns the graphic frame."""
    frame = placeholder.insert_chart(_TYPES[slide.kind], _data(slide))
    chart = frame.chart
    chart.font.size = Pt(_SIZE)
    chart.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    _head(chart, slide)
    _legend(chart, slide)
    if slide.kind == "pie":
        _dress_pie(chart, slide)
    else:
        _dress_axes(chart, slide)
        _dress_series(chart, slide)
    _positive_ids(chart._chartSpace)
    return frame


def describe(slide: ChartSlide) -> str:
    """Alternative text: the kind, what is compared, and the span of the values."""
    values = _finite(v for s in slide.series for v in s.values)
    names = ", ".join(printable(s.name) for s in slide.series)
    span = f", from {min(values):g} to {max(values):g} {slide.unit}".rstrip() if values else ""
    head = f"{slide.kind.capitalize()} chart: {printable(slide.title)}"
    return f"{head}. {names} over {len(slide.categories)} categories{span}."


def number_format(values: Iterable[float], unit: str) -> str:
    """The spreadsheet format of a chart's numbers: as many decimals as they need, at most two."""
    texts = [f"{v:.2f}".rstrip("0").rstrip(".") for v in values]
    decimals = max((len(t.partition(".")[2]) for t in texts), default=0)
    number = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return f'{number}"{unit}"' if unit in _SYMBOLS else number


def _finite(values: Iterable[float]) -> list[float]:
    return [v for v in values if math.isfinite(v)]


def _data(slide: ChartSlide) -> CategoryChartData:
    """The chart's workbook: short series are padded, what is not a number is left out."""
    values = _finite(v for s in slide.series for v in s.values)
    form = number_format(values, slide.unit)
    data = CategoryChartData(number_format=form)  # type: ignore[no-untyped-call]
    data.categories = [printable(c) or "–" for c in slide.categories]
    series = slide.series[:1] if slide.kind == "pie" else slide.series
    for one in series:
        row = [v if math.isfinite(v) else None for v in one.values[: len(slide.categories)]]
        row += [None] * (len(slide.categories) - len(row))
        data.add_series(printable(one.name), row)  # type: ignore[no-untyped-call]
    return data


def _head(chart: Any, slide: ChartSlide) -> None:
    """What is measured, small and flush left above the plot."""
    name = printable(slide.series[0].name) if len(slide.series) == 1 else ""
    unit = "" if slide.unit in _SYMBOLS else printable(slide.unit)
    text = ", ".join(dict.fromkeys(part for part in (name, unit) if part))
    chart.has_title = bool(text)
    if not text:
        return
    frame = chart.chart_title.text_frame
    frame.text = text
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(_SIZE), False
    font.color.theme_color = MSO_THEME_COLOR.TEXT_2
    chart.chart_title.include_in_layout = False
    _place(chart.chart_title._element, 0.0, 0.0)


def _inset(chart: Any, *box: float) -> None:
    """Fix the plot's x, y, width and height, in fractions of the chart: labels need the rest."""
    area = chart._chartSpace.chart.plotArea
    layout = area.find(qn("c:layout"))
    if layout is None:
        layout = etree.Element(qn("c:layout"))
        area.insert(0, layout)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    rows = [("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge")]
    rows += [(tag, f"{v}") for tag, v in zip("xywh", box, strict=True)]
    for tag, value in rows:
        etree.SubElement(manual, qn(f"c:{tag}")).set("val", value)


def _place(element: Any, x: float, y: float) -> None:
    """Fix a title's corner, in fractions of the chart."""
    layout = element.find(qn("c:layout"))
    if layout is None:
        layout = etree.Element(qn("c:layout"))
        position = 1 if element.find(qn("c:tx")) is not None else 0
        element.insert(position, layout)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for tag, value in (("c:xMode", "edge"), ("c:yMode", "edge"), ("c:x", f"{x}"), ("c:y", f"{y}")):
        etree.SubElement(manual, qn(tag)).set("val", value)


def _legend(chart: Any, slide: ChartSlide) -> None:
    chart.has_legend = len(slide.series) > 1 and slide.kind != "pie"
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(_SIZE)


def _count(slide: ChartSlide) -> int:
    return len(slide.categories) * len(slide.series)


def _dress_axes(chart: Any, slide: ChartSlide) -> None:
    """A baseline and, only where no labels say the numbers, light gridlines with a scale."""
    category, value = chart.category_axis, chart.value_axis
    category.tick_labels.font.size = Pt(_SIZE)
    _upright(category.tick_labels)
    category.major_tick_mark = category.minor_tick_mark = XL_TICK_MARK.NONE
    category.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    category.format.line.width = Pt(1)
    category.has_major_gridlines = False
    if slide.kind == "bar":
        category.reverse_order = True
    labelled = _labelled(slide)
    value.has_major_gridlines = not labelled
    value.visible = not labelled
    value.major_tick_mark = value.minor_tick_mark = XL_TICK_MARK.NONE
    if slide.kind != "line" and min(_finite(v for s in slide.series for v in s.values)) >= 0:
        value.minimum_scale = 0
    if not labelled:
        _tint(value.major_gridlines.format.line.color)
        value.major_gridlines.format.line.width = Pt(0.5)
        value.format.line.fill.background()
        value.tick_labels.font.size = Pt(_SIZE)
        if slide.unit in _SYMBOLS:
            value.tick_labels.number_format = f'General"{slide.unit}"'
            value.tick_labels.number_format_is_linked = False
        value.tick_labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_2


def _upright(labels: Any) -> None:
    """Category names stay level and break into lines: slanted text is hard to read."""
    body = labels._element.find(qn("c:txPr")).find(qn("a:bodyPr"))
    body.set("rot", "0")
    body.set("vert", "horz")


def _tint(colour: ColorFormat) -> None:
    """The grey of a gridline: ink, mostly paper."""
    colour.theme_color = MSO_THEME_COLOR.TEXT_1
    colour.brightness = 0.82


def _labelled(slide: ChartSlide) -> bool:
    """Bars and columns few enough carry their numbers themselves."""
    return slide.kind != "line" and _count(slide) <= _LABELS_READABLE


def _dress_series(chart: Any, slide: ChartSlide) -> None:
    plot = chart.plots[0]
    if slide.kind != "line":
        plot.gap_width = 55 if len(slide.series) == 1 else 70
        plot.overlap = 0 if len(slide.series) == 1 else -8
    values = _finite(v for s in slide.series for v in s.values)
    for i, series in enumerate(plot.series):
        accent = _ACCENTS[i % len(_ACCENTS)]
        if slide.kind == "line":
            series.smooth = False
            series.format.line.width = Pt(3)
            series.format.line.color.theme_color = accent
            series.marker.style = None
            _no_marker(series)
        else:
            series.invert_if_negative = False
            series.format.fill.solid()
            series.format.fill.fore_color.theme_color = accent
    if _labelled(slide):
        _labels(plot, number_format(values, slide.unit), XL_LABEL_POSITION.OUTSIDE_END)


def _no_marker(series: Any) -> None:
    """Lines without dots: the eye follows the line."""
    marker = series.marker._element.get_or_add_marker()
    for child in list(marker):
        marker.remove(child)
    etree.SubElement(marker, qn("c:symbol")).set("val", "none")


def _labels(plot: Any, form: str, position: Any) -> None:
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = form, False
    labels.font.size, labels.font.bold = Pt(_SIZE), True
    labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    labels.position = position


def _dress_pie(chart: Any, slide: ChartSlide) -> None:
    """Slices in the theme's colours, each with its name and share outside."""
    plot = chart.plots[0]
    plot.vary_by_categories = True
    for i in range(len(slide.categories)):
        point = plot.series[0].points[i].format
        point.fill.solid()
        point.fill.fore_color.theme_color = _ACCENTS[i % len(_ACCENTS)]
        point.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        point.line.width = Pt(1.5)
    _labels(plot, "0%", XL_LABEL_POSITION.OUTSIDE_END)
    labels = plot.data_labels
    labels.show_value, labels.show_percentage, labels.show_category_name = False, True, True
    labels.font.bold = False
    _inset(chart, 0.2, 0.15, 0.6, 0.7)


def _positive_ids(space: Any) -> None:
    """Number the axes from 1: python-pptx writes negative ids, which the schema calls unsigned."""
    numbers: dict[str, str] = {}
    for element in space.iter(qn("c:axId"), qn("c:crossAx")):
        value = element.get("val")
        element.set("val", numbers.setdefault(value, str(len(numbers) + 1)))
