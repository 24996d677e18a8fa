"""Outline → slides: one tight schema per slide, filled one after the other."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from copydesk.brief import Brief
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.schema import texts
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts
from copydesk.slides.author.content import Answer, Contents
from copydesk.slides.author.lines import bare, distinct, fold, once
from copydesk.slides.author.outline import DRAWS, Outline, Topic, deck_prompts
from copydesk.slides.deck import AgendaSlide, SectionSlide, Slide, TitleSlide
from copydesk.slides.master.master import Master

_CLOSING = {"en": "What happens next", "zh": "接下来怎么做"}
_AGENDA = {"en": "Agenda", "zh": "目录"}
_FULL_STOP = {"en": ". ", "zh": "。"}


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
    draws: int = DRAWS

    def slides(self) -> Iterator[Slide]:
        """All slides of the deck, in order, as they are finished."""
        outline, language = self.outline, self.brief.language
        yield TitleSlide(title=outline.title, subtitle=outline.subtitle, notes=outline.notes)
        yield self._agenda()
        for number, section in enumerate(outline.sections, 1):
            if outline.dividers:
                yield SectionSlide(
                    title=section.title, number=number, summary=section.summary, notes=section.notes
                )
            for topic in section.topics:
                yield self._content(topic)
        yield self._content(Topic("closing", _CLOSING[language]))

    def _agenda(self) -> Slide:
        """The sections' names; the speaker says what each is about."""
        language, sections = self.brief.language, self.outline.sections
        stop = _FULL_STOP[language]
        said = "".join(bare(section.summary) + stop for section in sections).strip()
        items = tuple(section.title for section in sections)
        return AgendaSlide(title=_AGENDA[language], items=items, notes=said)

    def _content(self, topic: Topic) -> Slide:
        """Ask for one slide; an answer that repeats itself or the prompt is drawn again."""
        kind = Contents(self.brief, self.master).kind(topic.intent)
        prompt = self._prompts.render(
            "slide.j2", brief=self.brief, outline=self.outline, slide=topic
        )
        messages = (Message("system", self._system), Message("user", prompt))

        def settle(answer: Answer) -> Slide:
            return kind.build(bare(answer.get("title", topic.title)), answer)

        def accept(answer: Answer) -> Slide:
            if reason := _repeats(answer) or _echoes(answer, prompt, topic.title):
                raise ValueError(reason)
            return settle(answer)

        return complete_object(
            self.generator,
            Request(messages, max_tokens=1, seed=self.seed),
            kind.schema,
            accept,
            settle=settle,
            attempts=self.draws,
            on_done=self.on_done,
        )

    @cached_property
    def _prompts(self) -> Prompts:
        return deck_prompts()

    @cached_property
    def _system(self) -> str:
        return self._prompts.render("system.j2", brief=self.brief)


def _repeats(answer: Answer) -> str:
    """What an answer says twice, in a few words; empty when it says nothing twice."""
    sides = [answer[side] for side in ("left", "right") if side in answer]
    points = [*answer.get("bullets", ()), *answer.get("steps", ())]
    points += [point for side in sides for point in side["points"]]
    rows, data = answer.get("rows", []), answer.get("data", [])
    if len(distinct(points)) < len(points):
        return "the points repeat each other"
    if len(once(sides, lambda side: side["heading"])) < len(sides):
        return "both sides of the comparison have the same heading"
    if len(once(rows, lambda row: row[0])) < len(rows):
        return "two rows of the table have the same name"
    if len(once(data, lambda bar: bar["label"])) < len(data):
        return "two categories of the chart have the same name"
    if data and len({bar["value"] for bar in data}) == 1:
        return "all values of the chart are the same"
    nameless = bool(data) and all(bar["label"].isdigit() and len(bar["label"]) < 4 for bar in data)
    return "the categories of the chart are bare numbers" if nameless else ""


def _echoes(answer: Answer, prompt: str, title: str) -> str:
    """Whether an answer copies the prompt: its example, or the headlines of the outline.

    A headline may be the one that was planned for the slide; its points may not.
    """
    found = re.findall(r'"([^"]+)"|“([^”]+)”|- (.+)', prompt)
    given = {fold(text) for groups in found for text in groups if text}
    allowed = {fold(title)} if fold(answer.get("title", "")) == fold(title) else set()
    copied = [text for text in texts(answer) if fold(text) in given - allowed]
    shown = {float(value) for value in re.findall(r'"value":(\d+)', prompt)}
    figures = [bar["value"] for bar in answer.get("data", []) if bar["value"] in shown]
    long = any(len(text.encode()) > 16 for text in copied)
    return "it copies the prompt" if long or len(copied) > 2 or len(figures) > 1 else ""
