"""A deck written as YAML: keys in reading order, rows of a table a line each, nothing empty."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from copydesk.slides import deck as d

_HEADER = (
    "# A deck. Change what you like, then: copydesk deck build THIS_FILE -o deck.pptx\n"
    "# The keys are described in docs/deck-files.md.\n"
)
_GAP = "n/a"


class _Line(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, rows on one line, lists set in under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _line(dumper: yaml.SafeDumper, row: _Line) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Line, _line)


def to_yaml(deck: d.Deck, folder: Path | None = None) -> str:
    """The deck as the text of a file; pictures inside `folder` are named from there."""
    text = yaml.dump(
        record_of(deck, folder),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=96,
        indent=2,
    )
    return _HEADER + text.replace("\n  - title:", "\n\n  - title:")


def record_of(deck: d.Deck, folder: Path | None = None) -> dict[str, Any]:
    """The deck as plain lists and tables, as they stand in a file."""
    writer = _Writer(folder)
    return {
        "title": deck.title,
        "language": deck.language,
        "slides": [writer.slide(slide) for slide in deck.slides],
    }


class _Writer:
    """Slides as plain records."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def slide(self, slide: d.Slide) -> dict[str, Any]:
        body = _WRITERS[type(slide)](self, slide)
        kept = {key: value for key, value in body.items() if value not in ("", None)}
        own = next(iter(body))
        record = {"title": slide.title, own: body[own], **kept}
        if slide.source:
            record["source"] = slide.source
        if slide.notes:
            record["notes"] = slide.notes
        return record

    def path(self, name: str) -> str:
        """A picture's path, from the deck's folder if it lies inside."""
        if not name or self.folder is None:
            return name
        whole, folder = Path(name).absolute(), self.folder.absolute()
        return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else name

    def opening(self, slide: d.TitleSlide) -> dict[str, Any]:
        return {"subtitle": slide.subtitle}

    def agenda(self, slide: d.AgendaSlide) -> dict[str, Any]:
        return {"agenda": list(slide.items)}

    def section(self, slide: d.SectionSlide) -> dict[str, Any]:
        return {"section": slide.number, "summary": slide.summary}

    def bullets(self, slide: d.BulletsSlide) -> dict[str, Any]:
        return {
            "bullets": [
                {"text": one.text, "points": list(one.points)} if one.points else one.text
                for one in slide.bullets
            ]
        }

    def columns(self, slide: d.ColumnsSlide | d.ComparisonSlide) -> dict[str, Any]:
        sides = [_side(slide.left), _side(slide.right)]
        return {slide.intent: sides}

    def big_number(self, slide: d.BigNumberSlide) -> dict[str, Any]:
        return {"big-number": slide.number, "caption": slide.caption}

    def quote(self, slide: d.QuoteSlide) -> dict[str, Any]:
        return {"quote": slide.quote, "speaker": slide.speaker}

    def table(self, slide: d.TableSlide) -> dict[str, Any]:
        return {"table": [_Line(slide.header), *(_Line(row) for row in slide.rows)]}

    def chart(self, slide: d.ChartSlide) -> dict[str, Any]:
        chart: dict[str, Any] = {"kind": slide.kind}
        if slide.unit:
            chart["unit"] = slide.unit
        if slide.categories:
            chart["categories"] = _Line(slide.categories)
        chart["series"] = [_series(one) for one in slide.series]
        return {"chart": chart, "takeaway": slide.takeaway}

    def picture(self, slide: d.PictureSlide) -> dict[str, Any]:
        return {
            "picture": self.path(slide.picture),
            "alt": slide.alt,
            "points": list(slide.points) or None,
        }

    def picture_full(self, slide: d.PictureFullSlide) -> dict[str, Any]:
        return {
            "picture-full": self.path(slide.picture),
            "alt": slide.alt,
            "caption": slide.caption,
        }

    def steps(self, slide: d.TimelineSlide | d.ProcessSlide | d.CycleSlide) -> dict[str, Any]:
        return {slide.intent: [_step(one) for one in slide.steps]}

    def hierarchy(self, slide: d.HierarchySlide) -> dict[str, Any]:
        return {"hierarchy": _node(slide.root)}

    def matrix(self, slide: d.MatrixSlide) -> dict[str, Any]:
        matrix: dict[str, Any] = {"cells": [_step(one) for one in slide.cells]}
        for name, axis in (("x", slide.x), ("y", slide.y)):
            if any(axis):
                matrix[name] = _Line(axis)
        return {"matrix": matrix}

    def team(self, slide: d.TeamSlide) -> dict[str, Any]:
        return {"team": [self._member(one) for one in slide.members]}

    def _member(self, one: d.Member) -> dict[str, str]:
        fields = {"name": one.name, "role": one.role, "picture": self.path(one.picture)}
        return {key: value for key, value in fields.items() if value or key == "name"}

    def code(self, slide: d.CodeSlide) -> dict[str, Any]:
        return {"code": slide.code, "language": slide.language}

    def closing(self, slide: d.ClosingSlide) -> dict[str, Any]:
        return {"closing": list(slide.points)}


def _side(column: d.Column) -> dict[str, Any]:
    points = {"points": list(column.points)}
    return {"heading": column.heading, **points} if column.heading else points


def _series(one: d.Series) -> dict[str, Any]:
    record: dict[str, Any] = {"name": one.name, "values": _numbers(one.values)}
    return {**record, "x": _numbers(one.x)} if one.x else record


def _numbers(values: Sequence[float]) -> _Line:
    """Whole numbers without a point, gaps as such."""
    return _Line(
        _GAP if not math.isfinite(v) else int(v) if v == int(v) and abs(v) < 1e15 else v
        for v in values
    )


def _step(one: d.Step) -> dict[str, str] | str:
    return {"label": one.label, "text": one.text} if one.text else one.label


def _node(node: d.Node) -> dict[str, Any] | str:
    if not node.children:
        return node.text
    return {"text": node.text, "children": [_node(child) for child in node.children]}


_WRITERS: dict[type[d.Slide], Callable[[_Writer, Any], dict[str, Any]]] = {
    d.TitleSlide: _Writer.opening,
    d.AgendaSlide: _Writer.agenda,
    d.SectionSlide: _Writer.section,
    d.BulletsSlide: _Writer.bullets,
    d.ColumnsSlide: _Writer.columns,
    d.ComparisonSlide: _Writer.columns,
    d.BigNumberSlide: _Writer.big_number,
    d.QuoteSlide: _Writer.quote,
    d.TableSlide: _Writer.table,
    d.ChartSlide: _Writer.chart,
    d.PictureSlide: _Writer.picture,
    d.PictureFullSlide: _Writer.picture_full,
    d.TimelineSlide: _Writer.steps,
    d.ProcessSlide: _Writer.steps,
    d.CycleSlide: _Writer.steps,
    d.HierarchySlide: _Writer.hierarchy,
    d.MatrixSlide: _Writer.matrix,
    d.TeamSlide: _Writer.team,
    d.CodeSlide: _Writer.code,
    d.ClosingSlide: _Writer.closing,
}
