"""Outline → slides: one tight schema per slide, filled one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from copydesk.brief import Brief
from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted
from copydesk.slides.author.asks.choose import ask_for
from copydesk.slides.author.checks import (
    cleaned,
    echoes,
    given_by,
    invents,
    own_words,
    rambles,
    said_again,
    spoken,
)
from copydesk.slides.author.headlines import Outline, OutlineSection, Topic, claims_nothing
from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import bare, fold, says
from copydesk.slides.author.material import NOTHING, Material, Picture
from copydesk.slides.author.outline import DRAWS, deck_prompts, shown_brief
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.author.sources import Finder, told
from copydesk.slides.deck import AgendaSlide, SectionSlide, Slide, TitleSlide
from copydesk.slides.master.master import Master

_CLOSING = {"en": "What happens next", "zh": "接下来怎么做"}
_AGENDA = {"en": "Agenda", "zh": "目录"}
_FULL_STOP = {"en": ". ", "zh": "。"}
_FAR = 104_729  # between the seeds of a first try and another
_WHOLE_OUTLINE = 24  # content slides; the prompts of longer decks show one section's headlines
_SHOWN: dict[str, Any] = dict.fromkeys(
    ("facts", "figures", "people", "pictures", "quotes", "readings"), ()
)


@dataclass(frozen=True)
class Order:
    """One slide that is asked for, and where it stands."""

    topic: Topic
    number: int
    section: OutlineSection | None = None


@dataclass
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
    material: Material = NOTHING
    known: Known | None = None
    _orders: dict[int, Order] = field(default_factory=dict, init=False)
    _said: set[str] = field(default_factory=set, init=False)
    _titles: set[str] = field(default_factory=set, init=False)
    _kinds: list[str] = field(default_factory=list, init=False)

    def slides(self) -> Iterator[Slide]:
        """All slides of the deck, in order, as they are finished."""
        outline, language = self.outline, self.brief.language
        yield TitleSlide(title=outline.title, subtitle=outline.subtitle, notes=outline.notes)
        number = 1
        if outline.agenda:
            number += 1
            yield self._agenda()
        for count, section in enumerate(outline.sections, 1):
            if outline.dividers:
                number += 1
                yield SectionSlide(
                    title=section.title, number=count, summary=section.summary, notes=section.notes
                )
            for topic in section.topics:
                number += 1
                yield self._content(Order(topic, number, section))
        yield self._content(Order(Topic("closing", _CLOSING[language]), number + 1))

    def again(self, number: int, share: float) -> Slide | None:
        """Slide `number` once more within `share` of its room; None for those of the outline."""
        order = self._orders.get(number)
        return self._content(order, share) if order else None

    def _agenda(self) -> Slide:
        """The sections' names; the speaker says what each is about."""
        language, sections = self.brief.language, self.outline.sections
        stop = _FULL_STOP[language]
        said = "".join(bare(s.summary or s.title) + stop for s in sections).strip()
        items = tuple(section.title for section in sections)
        return AgendaSlide(title=_AGENDA[language], items=items, notes=said)

    def _content(self, order: Order, share: float = 1.0) -> Slide:
        """Ask for one slide; a plain one where the kind that was planned cannot be had."""
        self._orders[order.number] = order
        if order.topic.intent == "bullets":
            order = replace(order, topic=replace(order.topic, intent=self._plain(2)))
        try:
            made = self._asked(order, share)
        except GenerationFailed:
            # A chart with wrong labels is worse than none, and so is the prompt's own example.
            if order.topic.intent in ("bullets", "closing"):
                made = self._asked(order, share, attempt=self.draws)
            else:
                topic = replace(order.topic, intent=self._plain(1), view=None, picture="")
                made = self._asked(replace(order, topic=topic), share, attempt=self.draws)
        self._kinds.append(made.intent)
        return made

    def _plain(self, most: int) -> str:
        """Bullets, or columns where so many slides of bullets stand before in a row."""
        return "columns" if self._kinds[-most:] == ["bullets"] * most else "bullets"

    def _asked(self, order: Order, share: float, attempt: int = 0) -> Slide:
        """An answer that repeats itself, the prompt, or an unknown number is drawn again."""
        topic = order.topic
        wanted = self._wanted(topic, share)
        intent, ask = ask_for(topic.intent, wanted)
        form = self._form(topic, intent, ask)
        given = given_by(form, self._headlines)
        prompt = self._prompt(order, form, wanted)
        messages = (Message("system", self._system), Message("user", prompt))

        kept: list[Answer] = []

        def chosen(answer: Answer) -> Answer:
            return {key: answer[key] for key in ask.chosen}

        def settle(answer: Answer) -> Slide:
            own = {**own_words(answer, given, topic.title), **chosen(answer)}
            clean = cleaned(own, self._numbers, f"slide {order.number}")
            kept.append(clean)
            return ask.build(self._headline(clean, topic), clean)

        def rescue(answer: Answer) -> Slide:
            if attempt:
                return settle(answer)  # a poor slide is better than no deck
            own = {k: part for k, part in answer.items() if k not in ask.chosen}
            if echoes(own_words(own, given, topic.title), given, topic.title):
                raise GenerationFailed(f"{self.generator.name} gave only the example back.")
            if not ask.enough(cleaned(own, self._numbers, f"slide {order.number}")):
                raise GenerationFailed(f"{self.generator.name} said the same thing several times.")
            return settle(answer)

        def accept(answer: Answer) -> Slide:
            new = own_words(answer, given, topic.title)
            own = {key: part for key, part in new.items() if key not in ask.chosen}
            reason = ask.fault({**answer, **own}) or echoes(own, given, topic.title)
            reason = reason or rambles(own) or said_again(own, self._said)
            if reason := reason or invents(answer, self._numbers):
                raise ValueError(reason)
            return settle(answer)

        made = complete_object(
            self.generator,
            Request(messages, max_tokens=1, seed=self.seed + _FAR * attempt),
            ask.schema,
            accept,
            settle=rescue if intent != "chart" else None,
            attempts=self.draws,
            on_done=self.on_done,
        )
        self._titles.add(fold(made.title))
        self._said.update(map(fold, spoken(kept[-1])))
        return made

    def _headline(self, answer: Answer, topic: Topic) -> str:
        """The headline that came with the content, where it claims something new."""
        title = bare(answer.get("title", topic.title))
        old = fold(title) in self._titles or says(title, self.outline.title)
        return topic.title if old or claims_nothing(title) else title

    def _wanted(self, topic: Topic, share: float) -> Wanted:
        return Wanted(
            sheet=replace(self._sheet, share=share),
            known=self._numbers,
            claim=topic.title,
            passages=self._finder.find(f"{topic.title} {self.outline.title}"),
            view=topic.view,
            pictures=self._pictures(topic),
            used=frozenset(self._titles),
        )

    def _pictures(self, topic: Topic) -> tuple[Picture, ...]:
        return tuple(p for p in self.material.pictures if p.name == topic.picture)

    def _form(self, topic: Topic, intent: str, ask: Ask) -> str:
        """What is asked of this kind of slide, with an example."""
        values = {**_SHOWN, **ask.shown}
        return self._prompts.render(
            f"kinds/{intent}.j2", brief=self.brief, title=topic.title, **values
        )

    def _prompt(self, order: Order, form: str, wanted: Wanted) -> str:
        sections = self.outline.sections
        whole = sum(len(section.topics) for section in sections) <= _WHOLE_OUTLINE
        near = sections if whole else tuple(s for s in sections if s is order.section)
        language = self.brief.language
        return self._prompts.render(
            "slide.j2",
            brief=shown_brief(self.brief),
            outline=self.outline,
            near=near,
            form=form,
            digits=wanted.sheet.digits,
            said=[told(document, passage, language) for document, passage in wanted.passages],
        )

    @cached_property
    def _headlines(self) -> tuple[str, ...]:
        sections = self.outline.sections
        claims = (topic.title for section in sections for topic in section.topics)
        return (*claims, *(section.title for section in sections))

    @property
    def _numbers(self) -> Known:
        if self.known is None:
            self.known = Known(self.brief, self.material)
        return self.known

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self.master, self.brief.language, digits=self._numbers.any)

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.material.documents, self.brief.language)

    @cached_property
    def _prompts(self) -> Prompts:
        return deck_prompts()

    @cached_property
    def _system(self) -> str:
        return self._prompts.render("system.j2", brief=self.brief, guide=self.material.guide)
