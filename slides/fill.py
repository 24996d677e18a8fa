"""Outline → deck: one tight schema per slide, its lengths taken from the master's placeholders."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from copydesk.brief import Brief
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.structured import complete_object
from copydesk.slides.deck import (
    AgendaSlide,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    Column,
    ComparisonSlide,
    SectionSlide,
    Series,
    Slide,
    TableSlide,
    TitleSlide,
)
from copydesk.slides.master import Master
from copydesk.slides.plan import Outline, Topic, deck_prompts

T = TypeVar("T")

# Said under figures that are not in the brief: an invented number must not pass for a fact.
_ILLUSTRATIVE = {
    "en": "Illustrative figures, not taken from a source: replace with your own data",
    "zh": "示意数据，并非来自资料：请替换为实际数据",
}
_FROM_BRIEF = {"en": "Figures as given in the brief", "zh": "数据来自任务说明"}
_CLOSING = {"en": "What happens next", "zh": "接下来怎么做"}
_AGENDA = {"en": "Agenda", "zh": "目录"}


@dataclass(frozen=True)
class Filler:
    """Fills the slides of one outline.

    All requests share one long beginning (system, brief, outline) and differ only at their end,
    so the engine reads the beginning once.
    """

    brief: Brief
    outline: Outline
    generator: Generator
    master: Master
    seed: int = 0
    on_done: Callable[[Completion], None] | None = None

    def slides(self) -> Iterator[Slide]:
        """All slides of the deck, in order, as they are finished."""
        outline, language = self.outline, self.brief.language
        yield TitleSlide(title=outline.title, subtitle=outline.subtitle, notes=outline.notes)
        items = tuple(section.title for section in outline.sections)
        said = " ".join(section.summary for section in outline.sections)
        yield AgendaSlide(title=_AGENDA[language], items=items, notes=said)
        for number, section in enumerate(outline.sections, 1):
            if outline.dividers:
                yield SectionSlide(
                    title=section.title, number=number, summary=section.summary, notes=section.notes
                )
            for topic in section.topics:
                yield self._content(topic)
        yield self._content(Topic("closing", _CLOSING[language]))

    def _content(self, topic: Topic) -> Slide:
        prompts = deck_prompts()
        values = {"brief": self.brief, "outline": self.outline, "slide": topic}
        messages = (
            Message("system", prompts.render("system.j2", brief=self.brief)),
            Message("user", prompts.render("slide.j2", **values)),
        )
        request = Request(messages, max_tokens=1, seed=self.seed)
        schema = getattr(self, f"_{topic.intent}_schema")()
        build: Callable[[str, dict[str, Any]], Slide] = getattr(self, f"_{topic.intent}")

        def settle(answer: dict[str, Any]) -> Slide:
            return build(answer.get("title", topic.title).rstrip(".。"), answer)

        def accept(answer: dict[str, Any]) -> Slide:
            if reason := _repeats(answer) or _echoes(answer, messages[-1].content, topic.title):
                raise ValueError(reason)
            return settle(answer)

        return complete_object(
            self.generator,
            request,
            schema,
            accept,
            settle=settle,
            on_done=self.on_done,
        )

    def _line(self, intent: str, slot: str, *, shortest: int = 0) -> shape.Schema:
        longest = self.master.capacity(intent, slot, self.brief.language)
        least = shortest or (2 if self.brief.language == "zh" else 3)
        return shape.text(longest, shortest=min(least, longest), language=self.brief.language)

    def _title(self, intent: str) -> shape.Schema:
        """A headline written after the content it sums up, so that the two agree."""
        return self._line(intent, "title", shortest=4 if self.brief.language == "zh" else 12)

    def _spoken(self) -> shape.Schema:
        zh = self.brief.language == "zh"
        return shape.text(
            110 if zh else 300, shortest=12 if zh else 40, language=self.brief.language
        )

    def _point(self, intent: str, slot: str) -> shape.Schema:
        return self._line(intent, slot, shortest=6 if self.brief.language == "zh" else 15)

    def _bullets_schema(self) -> shape.Schema:
        most = min(self.master.max_items("bullets"), 5)
        points = shape.array(self._point("bullets", "bullet"), 3, most)
        return shape.record(bullets=points, notes=self._spoken())

    def _bullets(self, title: str, answer: dict[str, Any]) -> Slide:
        bullets = _distinct(answer["bullets"])
        return BulletsSlide(title=title, bullets=bullets, notes=answer["notes"])

    def _comparison_schema(self) -> shape.Schema:
        most = min(self.master.max_items("comparison"), 4)
        side = shape.record(
            heading=self._line("comparison", "heading"),
            points=shape.array(self._point("comparison", "point"), 2, most),
        )
        return shape.record(
            left=side,
            right=side,
            notes=self._spoken(),
        )

    def _comparison(self, title: str, answer: dict[str, Any]) -> Slide:
        left, right = (
            Column(heading=side["heading"], points=_distinct(side["points"]))
            for side in (answer["left"], answer["right"])
        )
        return ComparisonSlide(title=title, left=left, right=right, notes=answer["notes"])

    def _table_schema(self) -> shape.Schema:
        cell = self._line("table", "cell", shortest=1)
        row = shape.array(cell, 3, 3)
        rows = shape.array(row, 3, min(self.master.max_items("table"), 5))
        return shape.record(
            header=row,
            rows=rows,
            notes=self._spoken(),
        )

    def _table(self, title: str, answer: dict[str, Any]) -> Slide:
        rows = tuple(tuple(row) for row in _once(answer["rows"], lambda row: row[0]))
        texts = [cell for row in rows for cell in row]
        return TableSlide(
            title=title,
            header=tuple(answer["header"]),
            rows=rows,
            source=self._source(texts),
            notes=answer["notes"],
        )

    def _chart_schema(self) -> shape.Schema:
        label = self._line("chart", "category", shortest=1)
        bar = shape.record(label=label, value=shape.number(0, 100_000))
        return shape.record(
            unit=self._line("chart", "unit", shortest=1),
            kind=shape.choice("column", "bar", "line"),
            data=shape.array(bar, 3, min(self.master.max_items("chart"), 6)),
            title=self._title("chart"),
            takeaway=self._point("chart", "takeaway"),
            notes=self._spoken(),
        )

    def _chart(self, title: str, answer: dict[str, Any]) -> Slide:
        data = _once(answer["data"], lambda bar: bar["label"])
        labels = tuple(bar["label"] for bar in data)
        values = tuple(round(float(bar["value"]), 2) for bar in data)
        return ChartSlide(
            title=title,
            kind=answer["kind"],
            categories=labels,
            series=(Series(name=answer["unit"], values=values),),
            unit=answer["unit"],
            takeaway=answer["takeaway"],
            source=self._source([f"{value:g}" for value in values]),
            notes=answer["notes"],
        )

    def _closing_schema(self) -> shape.Schema:
        return shape.record(
            steps=shape.array(self._point("closing", "point"), 3, 3), notes=self._spoken()
        )

    def _closing(self, title: str, answer: dict[str, Any]) -> Slide:
        points = _distinct(answer["steps"])
        return ClosingSlide(title=title, points=points, notes=answer["notes"])

    def _source(self, texts: list[str]) -> str:
        """Where the figures in these texts come from; empty when there are none."""
        found = {number for text in texts for number in _numbers(text)}
        if not found:
            return ""
        known = found <= _numbers(self.brief.topic)
        return (_FROM_BRIEF if known else _ILLUSTRATIVE)[self.brief.language]


def _repeats(answer: dict[str, Any]) -> str:
    """What an answer says twice, in a few words; empty when it says nothing twice."""
    sides = [answer[side] for side in ("left", "right") if side in answer]
    points = [*answer.get("bullets", ()), *answer.get("steps", ())]
    points += [point for side in sides for point in side["points"]]
    rows, data = answer.get("rows", []), answer.get("data", [])
    checks: dict[str, tuple[list[Any], Callable[[Any], str]]] = {
        "the points repeat each other": (points, str),
        "both sides of the comparison have the same heading": (sides, lambda s: s["heading"]),
        "two rows of the table have the same name": (rows, lambda row: row[0]),
        "two categories of the chart have the same name": (data, lambda bar: bar["label"]),
    }
    for reason, (items, name) in checks.items():
        if len(_once(items, name)) < len(items):
            return reason
    flat = bool(data) and len({bar["value"] for bar in data}) == 1
    return "all values of the chart are the same" if flat else ""


def _echoes(answer: dict[str, Any], prompt: str, title: str) -> str:
    """Whether an answer copies the prompt: its example, or the headlines of the outline."""
    found = re.findall(r'"([^"]+)"|“([^”]+)”|- (.+)', prompt)
    given = {_fold(text) for groups in found for text in groups if text} - {_fold(title)}
    copied = [text for text in _texts(answer) if _fold(text) in given]
    long = any(len(text.encode()) > 16 for text in copied)
    return "it copies the prompt" if long or len(copied) > 2 else ""


def _texts(value: Any) -> Iterator[str]:
    """Every text inside an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _fold(line: str) -> str:
    return line.casefold().rstrip(".。")


def _once(items: list[T], name: Callable[[T], str]) -> list[T]:
    """The items whose name was not there before."""
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(_fold(name(item)), item)
    return list(kept.values())


def _distinct(lines: list[str]) -> tuple[str, ...]:
    return tuple(_once(lines, str))


def _numbers(text: str) -> set[float]:
    """Every number in a text, thousands separators understood."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}\b)", "", text)
    return {float(match) for match in re.findall(r"\d+(?:\.\d+)?", plain)}
