"""What a slide of each intent asks of the generator, and the slide that is made of the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from copydesk.brief import Brief
from copydesk.generate import schema as shape
from copydesk.slides.author.lines import bare, distinct, once
from copydesk.slides.deck import (
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    Column,
    ComparisonSlide,
    Point,
    Series,
    Slide,
    TableSlide,
)
from copydesk.slides.master.master import Master

Answer = dict[str, Any]

# Said under figures that are not in the brief: an invented number must not pass for a fact.
_ILLUSTRATIVE = {
    "en": "Illustrative figures, not taken from a source: replace with your own data",
    "zh": "示意数据，并非来自资料：请替换为实际数据",
}
_FROM_BRIEF = {"en": "Figures as given in the brief", "zh": "数据来自任务说明"}


@dataclass(frozen=True)
class Kind:
    """The schema of an answer, and what turns a title and an answer into a slide."""

    schema: shape.Schema
    build: Callable[[str, Answer], Slide]


@dataclass(frozen=True)
class Contents:
    """The content slides for one brief; all lengths come from the master's placeholders."""

    brief: Brief
    master: Master

    def kind(self, intent: str) -> Kind:
        """Schema and builder for an intent; a `title` in the answer goes before the outline's."""
        return {
            "bullets": lambda: Kind(self._bullets_schema(), self._bullets),
            "comparison": lambda: Kind(self._comparison_schema(), self._comparison),
            "table": lambda: Kind(self._table_schema(), self._table),
            "chart": lambda: Kind(self._chart_schema(), self._chart),
            "closing": lambda: Kind(self._closing_schema(), self._closing),
        }[intent]()

    def _line(self, intent: str, slot: str, en: int, zh: int) -> shape.Schema:
        """A text for a slot of at least `en` or `zh` characters."""
        language = self.brief.language
        longest = self.master.capacity(intent, slot, language)
        shortest = min(zh if language == "zh" else en, longest)
        return shape.text(longest, shortest=shortest, language=language)

    def _point(self, intent: str, slot: str = "point") -> shape.Schema:
        return self._line(intent, slot, 15, 6)

    def _said(self, intent: str) -> dict[str, shape.Schema]:
        """The headline, written after the content that it sums up so that they agree; the notes."""
        zh = self.brief.language == "zh"
        notes = shape.text(
            110 if zh else 300, shortest=12 if zh else 40, language=self.brief.language
        )
        if intent in ("bullets", "closing"):
            return {"notes": notes}
        return {"title": self._line(intent, "title", 12, 4), "notes": notes}

    def _bullets_schema(self) -> shape.Schema:
        most = min(self.master.max_items("bullets"), 5)
        points = shape.array(self._point("bullets"), 3, most)
        return shape.record(bullets=points, **self._said("bullets"))

    def _bullets(self, title: str, answer: Answer) -> Slide:
        return BulletsSlide(
            title=title,
            bullets=tuple(Point(text) for text in distinct(answer["bullets"])),
            notes=answer["notes"],
        )

    def _comparison_schema(self) -> shape.Schema:
        most = min(self.master.max_items("comparison"), 4)
        side = shape.record(
            heading=self._line("comparison", "heading", 3, 2),
            points=shape.array(self._point("comparison"), 2, most),
        )
        return shape.record(left=side, right=side, **self._said("comparison"))

    def _comparison(self, title: str, answer: Answer) -> Slide:
        left, right = (
            Column(heading=bare(side["heading"]), points=distinct(side["points"]))
            for side in (answer["left"], answer["right"])
        )
        return ComparisonSlide(title=title, left=left, right=right, notes=answer["notes"])

    def _table_schema(self) -> shape.Schema:
        row = shape.array(self._line("table", "cell", 1, 1), 3, 3)
        rows = shape.array(row, 3, min(self.master.max_items("table"), 5))
        return shape.record(header=row, rows=rows, **self._said("table"))

    def _table(self, title: str, answer: Answer) -> Slide:
        rows = once(answer["rows"], lambda row: row[0])
        return TableSlide(
            title=title,
            header=tuple(bare(cell) for cell in answer["header"]),
            rows=tuple(tuple(bare(cell) for cell in row) for row in rows),
            source=self._source([cell for row in rows for cell in row]),
            notes=answer["notes"],
        )

    def _chart_schema(self) -> shape.Schema:
        bar = shape.record(
            label=self._line("chart", "category", 1, 1), value=shape.number(0, 100_000)
        )
        return shape.record(
            unit=self._line("chart", "unit", 1, 1),
            kind=shape.choice("column", "bar", "line"),
            data=shape.array(bar, 3, min(self.master.max_items("chart"), 6)),
            takeaway=self._point("chart", "takeaway"),
            **self._said("chart"),
        )

    def _chart(self, title: str, answer: Answer) -> Slide:
        data = once(answer["data"], lambda bar: bar["label"])
        values = tuple(round(float(bar["value"]), 2) for bar in data)
        return ChartSlide(
            title=title,
            kind=answer["kind"],
            categories=tuple(bar["label"] for bar in data),
            series=(Series(name=answer["unit"], values=values),),
            unit=answer["unit"],
            takeaway=answer["takeaway"],
            source=self._source([f"{value:g}" for value in values]),
            notes=answer["notes"],
        )

    def _closing_schema(self) -> shape.Schema:
        steps = shape.array(self._point("closing"), 3, 3)
        return shape.record(steps=steps, **self._said("closing"))

    def _closing(self, title: str, answer: Answer) -> Slide:
        return ClosingSlide(title=title, points=distinct(answer["steps"]), notes=answer["notes"])

    def _source(self, texts: list[str]) -> str:
        """Where the figures in these texts come from; empty when there are none."""
        found = {number for text in texts for number in _numbers(text)}
        if not found:
            return ""
        known = found <= _numbers(self.brief.topic)
        return (_FROM_BRIEF if known else _ILLUSTRATIVE)[self.brief.language]


def _numbers(text: str) -> set[float]:
    """Every number in a text, thousands separators understood."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}\b)", "", text)
    return {float(match) for match in re.findall(r"\d+(?:\.\d+)?", plain)}
