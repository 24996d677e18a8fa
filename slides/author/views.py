"""A table of data becomes charts and tables for a deck, verbatim, and what can be read off them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.slides.author.material import View
from copydesk.slides.author.readings import listing, readings
from copydesk.slides.deck import ChartSlide
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
        read = readings(slide, language)
        facts = (*listing(slide, language), *read)
        views.append(View(_name(slide, table), slide, facts, tuple(read)))
    if not numbers or len(table.rows) <= _ROWS:
        columns = [column.name for column in table.columns][:_COLUMNS]
        shown = table_of(table, columns=columns, rows=_ROWS)
        found |= {finding.message: finding for finding in shown.findings}
        cells = [" | ".join(row) for row in (shown.slide.header, *shown.slide.rows)]
        views.append(View(f"{table.name}: {', '.join(columns)}", shown.slide, tuple(cells)))
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
