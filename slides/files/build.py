"""What stands in a deck's file becomes slides: data and pictures are looked up beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, UnknownName, UsageProblem
from copydesk.findings import Finding
from copydesk.slides import deck as d
from copydesk.slides.files import models as m
from copydesk.slides.files.charting import chart_of, table_of
from copydesk.slides.files.data import Table, read_table

_DEEPEST = 3  # levels of a hierarchy


@dataclass(frozen=True)
class Beside:
    """What lies beside a deck's file, and what was found in it."""

    folder: Path
    findings: list[Finding]

    def table(self, name: str, sheet: str) -> Table:
        """A file of data, by its name as the deck says it."""
        return read_table(self.folder / name, sheet)

    def picture(self, name: str) -> str:
        """The path of a picture; empty if none is named.

        Raises:
            UsageProblem: it does not exist.
        """
        if not name:
            return ""
        path = self.folder / name
        if not path.is_file():
            raise UsageProblem(
                f"There is no picture {path}.", "paths are taken from the deck's own folder"
            )
        return str(path)


def slide_of(model: m.SlideModel, beside: Beside) -> d.Slide:
    """The slide that a part of the file describes.

    Raises:
        CopydeskError: a file that it names does not exist or cannot be used.
    """
    return _MAKERS[type(model)](model, beside)


def _head(model: m.SlideModel) -> dict[str, Any]:
    return {"title": model.title, "notes": model.notes, "source": model.source}


def _filled(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _opening(model: m.Opening, _: Beside) -> d.Slide:
    return d.TitleSlide(**_head(model), subtitle=model.subtitle)


def _agenda(model: m.Agenda, _: Beside) -> d.Slide:
    return d.AgendaSlide(**_head(model), items=_filled(model.agenda))


def _section(model: m.Section, _: Beside) -> d.Slide:
    return d.SectionSlide(**_head(model), number=model.section, summary=model.summary)


def _bullets(model: m.Bullets, _: Beside) -> d.Slide:
    points = tuple(d.Point(one.text, _filled(one.points)) for one in model.bullets)
    return d.BulletsSlide(**_head(model), bullets=points)


def _side(model: m.ColumnModel) -> d.Column:
    return d.Column(heading=model.heading, points=_filled(model.points))


def _columns(model: m.Columns, _: Beside) -> d.Slide:
    left, right = map(_side, model.columns)
    return d.ColumnsSlide(**_head(model), left=left, right=right)


def _comparison(model: m.Comparison, _: Beside) -> d.Slide:
    left, right = map(_side, model.comparison)
    return d.ComparisonSlide(**_head(model), left=left, right=right)


def _big_number(model: m.BigNumber, _: Beside) -> d.Slide:
    return d.BigNumberSlide(**_head(model), number=model.number, caption=model.caption)


def _quote(model: m.Quote, _: Beside) -> d.Slide:
    return d.QuoteSlide(**_head(model), quote=model.quote, speaker=model.speaker)


def _table(model: m.TableOf, beside: Beside) -> d.Slide:
    table, head = model.table, _head(model)
    if not table.data:
        _none_of(("sheet", table.sheet), ("columns", table.columns))
        width = max(map(len, (table.header, *table.rows)), default=0)
        return d.TableSlide(
            **head,
            header=_full(table.header, width),
            rows=tuple(_full(r, width) for r in table.rows),
        )
    _none_beside_data(("header", table.header), ("rows", table.rows))
    drawn = table_of(
        beside.table(table.data, table.sheet), columns=table.columns, rows=table.most, **head
    )
    beside.findings.extend(drawn.findings)
    return drawn.slide


def _full(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _chart(model: m.Chart, beside: Beside) -> d.Slide:
    chart, head = model.chart, _head(model)
    if not chart.data:
        _none_of(("sheet", chart.sheet), ("x", chart.x), ("y", chart.y))
        _even(chart)
        return d.ChartSlide(
            **head,
            kind=chart.kind or "column",
            categories=tuple(chart.categories),
            series=tuple(
                d.Series(name=one.name, values=tuple(one.values), x=tuple(one.x))
                for one in chart.series
            ),
            unit=chart.unit,
            takeaway=model.takeaway,
        )
    _none_beside_data(("categories", chart.categories), ("series", chart.series))
    drawn = chart_of(
        beside.table(chart.data, chart.sheet),
        kind=chart.kind,
        x=chart.x,
        y=chart.y,
        unit=chart.unit,
        takeaway=model.takeaway,
        **head,
    )
    beside.findings.extend(drawn.findings)
    return drawn.slide


def _even(chart: m.ChartModel) -> None:
    """A chart has a value for every category, and a scatter chart an x for every value."""
    for one in chart.series:
        wanted = len(one.x) if chart.kind == "scatter" else len(chart.categories)
        if len(one.values) != wanted:
            what = "x" if chart.kind == "scatter" else "categories"
            raise UsageProblem(
                f"the series {one.name!r} has {len(one.values)} values and {wanted} {what}",
                "a value for each; n/a where there is none",
            )


def _none_of(*fields: tuple[str, object]) -> None:
    for name, value in fields:
        if value:
            raise UsageProblem(
                f"{name} says which part of a file is shown, and no file is named",
                "name it: data: sales.csv",
            )


def _none_beside_data(*fields: tuple[str, object]) -> None:
    for name, value in fields:
        if value:
            raise UsageProblem(f"there are both data and {name}", "leave one of them")


def _picture(model: m.Picture, beside: Beside) -> d.Slide:
    return d.PictureSlide(
        **_head(model),
        picture=beside.picture(model.picture),
        alt=model.alt,
        points=_filled(model.points),
    )


def _picture_full(model: m.PictureFull, beside: Beside) -> d.Slide:
    return d.PictureFullSlide(
        **_head(model),
        picture=beside.picture(model.picture),
        alt=model.alt,
        caption=model.caption,
    )


def _steps(models: Sequence[m.StepModel]) -> tuple[d.Step, ...]:
    return tuple(d.Step(label=one.label, text=one.text) for one in models)


def _timeline(model: m.Timeline, _: Beside) -> d.Slide:
    return d.TimelineSlide(**_head(model), steps=_steps(model.timeline))


def _process(model: m.Process, _: Beside) -> d.Slide:
    return d.ProcessSlide(**_head(model), steps=_steps(model.process))


def _cycle(model: m.Cycle, _: Beside) -> d.Slide:
    return d.CycleSlide(**_head(model), steps=_steps(model.cycle))


def _hierarchy(model: m.Hierarchy, _: Beside) -> d.Slide:
    return d.HierarchySlide(**_head(model), root=_node(model.hierarchy, 1))


def _node(model: m.NodeModel, level: int) -> d.Node:
    if level > _DEEPEST:
        raise UsageProblem(
            f"{model.text!r} stands {level} levels deep", f"{_DEEPEST} levels can be read"
        )
    return d.Node(text=model.text, children=tuple(_node(c, level + 1) for c in model.children))


def _matrix(model: m.Matrix, _: Beside) -> d.Slide:
    one, two, three, four = _steps(model.matrix.cells)
    return d.MatrixSlide(
        **_head(model),
        cells=(one, two, three, four),
        x=(model.matrix.x[0], model.matrix.x[1]),
        y=(model.matrix.y[0], model.matrix.y[1]),
    )


def _team(model: m.Team, beside: Beside) -> d.Slide:
    return d.TeamSlide(
        **_head(model),
        members=tuple(
            d.Member(name=one.name, role=one.role, picture=beside.picture(one.picture))
            for one in model.team
        ),
    )


def _code(model: m.Code, _: Beside) -> d.Slide:
    return d.CodeSlide(**_head(model), code=model.code, language=model.language)


def _closing(model: m.Closing, _: Beside) -> d.Slide:
    return d.ClosingSlide(**_head(model), points=_filled(model.closing))


_MAKERS: dict[type[m.SlideModel], Callable[[Any, Beside], d.Slide]] = {
    m.Opening: _opening,
    m.Agenda: _agenda,
    m.Section: _section,
    m.Bullets: _bullets,
    m.Columns: _columns,
    m.Comparison: _comparison,
    m.BigNumber: _big_number,
    m.Quote: _quote,
    m.TableOf: _table,
    m.Chart: _chart,
    m.Picture: _picture,
    m.PictureFull: _picture_full,
    m.Timeline: _timeline,
    m.Process: _process,
    m.Cycle: _cycle,
    m.Hierarchy: _hierarchy,
    m.Matrix: _matrix,
    m.Team: _team,
    m.Code: _code,
    m.Closing: _closing,
}


def at(place: str, error: CopydeskError) -> CopydeskError:
    """The same error, with the place in the file that it came from."""
    message = error.message if error.message.endswith(".") else f"{error.message}."
    if isinstance(error, UnknownName):
        return UsageProblem(f"{place}: {message}", error.hint)
    return type(error)(f"{place}: {message}", error.hint)
