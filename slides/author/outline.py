"""Brief → outline: the storyline in claims, a kind for each, before any slide is written.

The generator says what every slide claims and which kind it would like; code evens the kinds out.
A short deck is outlined in one request, a long one section by section, so that it fits a context
of 4,096 tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from copydesk.brief import Brief
from copydesk.errors import UnknownName
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts, find_form
from copydesk.slides.author.checks import invents
from copydesk.slides.author.headlines import (
    Outline,
    OutlineSection,
    Topic,
    claims_of,
    fault,
    number_repeats,
)
from copydesk.slides.author.kinds import Claim, evened, evidenced, offered, placed
from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import bare
from copydesk.slides.author.material import NOTHING, Material
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.author.skeleton import Skeleton, skeleton
from copydesk.slides.master.master import Master

DRAWS = 2  # how often one thing is asked for before the last answer is taken as it is
_AT_ONCE = 14  # content slides that are outlined in one request
_LONGEST_BRIEF = {"en": 1800, "zh": 800}  # characters of a brief in a prompt

Answer = dict[str, Any]
OnDone = Callable[[Completion], None]


def deck_prompts() -> Prompts:
    """The prompts of the form `deck`, the user's own before ours."""
    return Prompts(find_form("deck"))


def shown_brief(brief: Brief) -> Brief:
    """The brief as a prompt shows it: a long one is cut, for its facts come as passages."""
    most = _LONGEST_BRIEF[brief.language]
    return brief if len(brief.topic) <= most else replace(brief, topic=f"{brief.topic[:most]} […]")


@dataclass
class Outliner:
    """Asks for the outline of one deck.

    Attributes:
        count: slides of the whole deck.
        said: what sources and data say on the whole, for the prompt.
    """

    brief: Brief
    generator: Generator
    master: Master
    count: int
    material: Material = NOTHING
    known: Known | None = None
    said: tuple[Any, ...] = ()
    seed: int = 0
    on_done: OnDone | None = None
    draws: int = DRAWS
    _frame: Skeleton = field(init=False)

    def __post_init__(self) -> None:
        self._frame = skeleton(self.count)
        self.known = self.known or Known(self.brief, self.material)

    @property
    def _numbers(self) -> Known:
        assert self.known is not None  # noqa: S101 - set as soon as it is made
        return self.known

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self.master, self.brief.language, digits=self._numbers.any)

    @cached_property
    def _prompts(self) -> Prompts:
        return deck_prompts()

    @cached_property
    def _most(self) -> dict[str, int]:
        most = offered(self._numbers, self.material, self._frame.content)
        return {kind: number for kind, number in most.items() if self._holds(kind)}

    def _holds(self, kind: str) -> bool:
        try:
            self.master.capacity(kind, "title", self.brief.language)
        except UnknownName:
            return False
        return True

    def outline(self) -> Outline:
        """The headlines of the deck, each said once, with a kind for each."""
        frame = self._frame
        if frame.content <= _AT_ONCE:
            answer = self._ask(self._whole(), "outline.j2", frame=frame.sections)
        else:
            answer = self._ask(self._heads(), "heads.j2", frame=frame.sections)
            for number, slides in enumerate(frame.sections, 1):
                part = answer[_section(number)]
                claims = self._ask(
                    self._claims(slides),
                    "claims.j2",
                    outline=answer,
                    section=part,
                    number=number,
                    slides=slides,
                    before=_claimed(answer, number),
                )
                part.update(claims)
        return self._with_material(self._with_kinds(number_repeats(self._built(answer))))

    def _ask(self, schema: shape.Schema, template: str, **values: Any) -> Answer:
        prompt = self._prompts.render(
            template,
            brief=shown_brief(self.brief),
            kinds=list(self._most),
            said=self.said,
            dividers=self._frame.dividers,
            **values,
        )
        system = self._prompts.render("system.j2", brief=self.brief, guide=self.material.guide)
        messages = (Message("system", system), Message("user", prompt))
        return complete_object(
            self.generator,
            Request(messages, max_tokens=1, seed=self.seed),
            schema,
            self._accepted,
            settle=dict,
            # Everything else stands on the outline.
            attempts=self.draws if self.draws == 1 else self.draws + 1,
            on_done=self.on_done,
        )

    def _accepted(self, answer: Answer) -> Answer:
        """Refuse headlines that say a thing twice, or nothing, or a number that nobody gave.

        Raises:
            ValueError: they do.
        """
        if reason := fault(answer) or invents(answer, self._numbers):
            raise ValueError(reason)
        return answer

    # Schemas

    def _whole(self) -> shape.Schema:
        sections = {
            _section(number): self._part(slides)
            for number, slides in enumerate(self._frame.sections, 1)
        }
        return shape.record(**self._opening(), **sections)

    def _heads(self) -> shape.Schema:
        sections = {_section(n): self._part(0) for n in range(1, len(self._frame.sections) + 1)}
        return shape.record(**self._opening(), **sections)

    def _opening(self) -> dict[str, shape.Schema]:
        sheet = self._sheet
        given = self.material.title
        own = given and len(given) <= sheet.longest("title", "title")
        return {
            "title": shape.choice(given) if own else sheet.line("title", "title", 8, 3),
            "subtitle": sheet.line("title", "subtitle", 8, 3),
            "speaker": self._speaker(),
        }

    def _speaker(self) -> shape.Schema:
        return self._sheet.text(90, 10) if self._sheet.zh else self._sheet.text(240, 30)

    def _part(self, slides: int) -> shape.Schema:
        if not self._frame.agenda:
            return self._claims(slides)
        sheet = self._sheet
        # An agenda item repeats the section's title, so the narrower of the two counts.
        most = sheet.longest("agenda", "item")
        head = {
            "title": sheet.line("section", "title", 8, 3, most=most),
            "summary": sheet.line("section", "summary", 8, 3),
        }
        if self._frame.dividers:
            head["speaker"] = self._speaker()
        return shape.record(**head, **self._claims(slides)["properties"])

    def _claims(self, slides: int) -> shape.Schema:
        claim = self._sheet.line("bullets", "title", 24, 10)
        slide = shape.record(claim=claim, kind=shape.choice(*self._most))
        return shape.record(**{f"slide_{number}": slide for number in range(1, slides + 1)})

    # What is made of the answer

    def _built(self, answer: Answer) -> Outline:
        frame = self._frame
        sections = tuple(
            self._section(answer[_section(number)], slides, number)
            for number, slides in enumerate(frame.sections, 1)
        )
        return Outline(
            self._clean(answer["title"], 1),
            bare(self._numbers.clean(answer["subtitle"], _slide(1))),
            self._numbers.clean(answer["speaker"], _slide(1)),
            sections,
            frame.dividers,
            frame.agenda,
        )

    def _section(self, part: Answer, slides: int, number: int) -> OutlineSection:
        place = 3 + sum(self._frame.sections[: number - 1]) + number * self._frame.dividers
        topics = tuple(
            Topic(
                part[f"slide_{i}"]["kind"],
                self._clean(part[f"slide_{i}"]["claim"], place + i - 1),
            )
            for i in range(1, slides + 1)
        )
        title, summary = part.get("title", ""), part.get("summary", "")
        said = part.get("speaker", "") or summary
        return OutlineSection(
            self._clean(title, place),
            self._numbers.clean(summary, _slide(place)),
            self._numbers.clean(said, _slide(place)) or title,
            topics,
        )

    def _clean(self, title: str, number: int) -> str:
        """A headline without a full stop, and without numbers that nobody gave."""
        return bare(self._numbers.clean(title, _slide(number), keep=True)) or self.brief.topic[:40]

    def _with_kinds(self, outline: Outline) -> Outline:
        topics = [topic for section in outline.sections for topic in section.topics]
        wished = [Claim(topic.title, topic.intent) for topic in topics]
        kinds = evidenced(
            [topic.title for topic in topics],
            evened(wished, self._most),
            self._numbers,
            self._most,
        )
        return _with_topics(
            outline, [replace(t, intent=kind) for t, kind in zip(topics, kinds, strict=True)]
        )

    def _with_material(self, outline: Outline) -> Outline:
        """Data and pictures put where they belong: a view to a claim, a picture to another."""
        topics = [topic for section in outline.sections for topic in section.topics]
        titles = [topic.title for topic in topics]
        views = {view.name: view for view in self.material.views}
        # A deck about data is nearly all data; elsewhere it takes half of the slides at most.
        most = len(topics) - len(topics) // 4 if self.material.led else (len(topics) + 1) // 2
        for index, name in placed(titles, list(views), most).items():
            view = views[name]
            topics[index] = replace(topics[index], intent=view.slide.intent, view=view)
        topics = [_without_data(topic, bool(views)) for topic in topics]
        free = [i for i, topic in enumerate(topics) if topic.view is None]
        names = [picture.name for picture in self.material.pictures]
        shown = placed([titles[i] for i in free], names, (len(free) + 2) // 3)
        for index, name in shown.items():
            topic = topics[free[index]]
            kind = topic.intent if topic.intent.startswith("picture") else "picture"
            topics[free[index]] = replace(topic, intent=kind, picture=name)
        return _with_topics(outline, [_without_picture(topic) for topic in topics])


def _without_data(topic: Topic, views: bool) -> Topic:
    """A chart is one of the data where there are data."""
    lacks = views and topic.intent == "chart" and topic.view is None
    return replace(topic, intent="bullets") if lacks else topic


def _without_picture(topic: Topic) -> Topic:
    lacks = topic.intent.startswith("picture") and not topic.picture
    return replace(topic, intent="bullets") if lacks else topic


def make_outline(
    brief: Brief,
    generator: Generator,
    master: Master,
    *,
    count: int,
    seed: int = 0,
    on_done: OnDone | None = None,
    draws: int = DRAWS,
) -> Outline:
    """Ask the generator for the headlines of a deck of `count` slides."""
    outliner = Outliner(brief, generator, master, count, seed=seed, on_done=on_done, draws=draws)
    return outliner.outline()


def _section(number: int) -> str:
    return f"section_{number}"


def _slide(number: int) -> str:
    return f"slide {number}"


def _claimed(answer: Answer, number: int) -> list[str]:
    """What the sections before claim."""
    parts = [answer[_section(n)] for n in range(1, number)]
    return [claim for part in parts for claim, _ in claims_of(part)]


def _with_topics(outline: Outline, topics: Sequence[Topic]) -> Outline:
    left = iter(topics)
    sections = tuple(
        replace(section, topics=tuple(next(left) for _ in section.topics))
        for section in outline.sections
    )
    return replace(outline, sections=sections)
