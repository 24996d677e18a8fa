"""A table of data becomes charts and tables for a deck, verbatim, and what can be read off them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.slides.author.material import View
from copydesk.slides.deck import ChartSlide, Series
from copydesk.slides.files.charting import chart_of, table_of
from copydesk.slides.files.data import DataColumn, Table

_MOST_COLUMNS = 6  # that get a chart of their own
_ROWS, _COLUMNS = 8, 5  # that a table on a slide shows well
_PARTS = range(2, 7)  # of a pie


@dataclass(frozen=True)
class Seen:
    """What a table of data gives a deck."""

    views: tuple[View, ...]
    findings: tuple[Finding, ...] = ()


def views_of(table: Table, language: Language) -> Seen:
    """A chart of each column of numbers, one of all where they share a unit, and the table."""
    numbers = [column for column in table.columns if column.kind == "number"][:_MOST_COLUMNS]
    views: list[View] = []
    found: dict[str, Finding] = {}
    for names in _groups(numbers):
        drawn = chart_of(table, y=names)
        found |= {finding.message: finding for finding in drawn.findings}
        slide = _kind(drawn.slide)
        views.append(View(_name(slide, table), slide, tuple(_facts(slide, language))))
    if not numbers or len(table.rows) <= _ROWS:
        columns = [column.name for column in table.columns][:_COLUMNS]
        shown = table_of(table, columns=columns, rows=_ROWS)
        found |= {finding.message: finding for finding in shown.findings}
        facts = [" | ".join(row) for row in (shown.slide.header, *shown.slide.rows)]
        views.append(View(f"{table.name}: {', '.join(columns)}", shown.slide, tuple(facts)))
    return Seen(tuple(views), tuple(found.values()))


def _groups(numbers: list[DataColumn]) -> Iterator[list[str]]:
    """Columns that are shown together, then each alone; sums and their parts are not mixed."""
    if 2 <= len(numbers) <= 3 and len({column.unit for column in numbers}) == 1 and _near(numbers):
        yield [column.name for column in numbers]
    for column in numbers:
        yield [column.name]


def _near(numbers: list[DataColumn]) -> bool:
    """Whether columns are of one size, so that none lies flat on the axis."""
    peaks = [max((abs(v) for v in column.values if v is not None), default=0) for column in numbers]
    return min(peaks) * 10 > max(peaks)


def _kind(slide: ChartSlide) -> ChartSlide:
    """Shares that add up to a hundred are parts of a whole."""
    values = slide.series[0].values
    whole = len(slide.series) == 1 and len(values) in _PARTS and all(v >= 0 for v in values)
    if whole and slide.unit == "%" and math.isclose(sum(values), 100, abs_tol=1.5):
        return replace(slide, kind="doughnut")
    return slide


def _name(slide: ChartSlide, table: Table) -> str:
    names = ", ".join(series.name for series in slide.series)
    return f"{names} ({table.name})"


def _facts(slide: ChartSlide, language: Language) -> Iterator[str]:
    for series in slide.series:
        known = [
            (name, value)
            for name, value in zip(slide.categories, series.values, strict=False)
            if not math.isnan(value)
        ]
        if known:
            yield from _of_series(series, known, slide.unit, language)


def _of_series(
    series: Series, known: list[tuple[str, float]], unit: str, language: Language
) -> Iterator[str]:
    """Ends, highest and lowest, all values of a short series, the sum where it can be taken."""

    def said(pair: tuple[str, float]) -> str:
        return f"{pair[0]} {pair[1]:,.10g}{unit}"

    zh, name = language == "zh", series.name
    top, low = max(known, key=lambda p: p[1]), min(known, key=lambda p: p[1])
    if len(known) <= 8:
        yield f"{name}: {', '.join(map(said, known))}"
    elif zh:
        yield f"{name}：从 {said(known[0])} 到 {said(known[-1])}"
    else:
        yield f"{name}: from {said(known[0])} to {said(known[-1])}"
    if zh:
        yield f"{name}：最高 {said(top)}，最低 {said(low)}，{_course(known, language)}"
    else:
        yield f"{name}: highest {said(top)}, lowest {said(low)}, {_course(known, language)}"


def _course(known: list[tuple[str, float]], language: Language) -> str:
    """Whether a series rises or falls all the way."""
    steps = [b[1] - a[1] for a, b in pairwise(known)]
    if steps and all(step > 0 for step in steps):
        return "每一项都比前一项高" if language == "zh" else "each higher than the one before"
    if steps and all(step < 0 for step in steps):
        return "每一项都比前一项低" if language == "zh" else "each lower than the one before"
    return "有高有低" if language == "zh" else "up and down"
