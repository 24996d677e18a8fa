"""One section: its steps, the best of its drafts, looked over and mended."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property

from copydesk.prose.units import count, sentences
from copydesk.writer.best import pick
from copydesk.writer.check import Checker
from copydesk.writer.clean import tail
from copydesk.writer.context import Context
from copydesk.writer.manner import Manner
from copydesk.writer.pen import Order, Pen
from copydesk.writer.plan import Ask, Plan, Section, beat_count, make_beats
from copydesk.writer.review import review

_LEAST = 20  # words or characters: no piece is asked to be shorter
_SEEDS = 100  # a section's pieces have seeds of their own
OnNote = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """A section, where it stands, and how long it is to be."""

    plan: Plan
    number: int
    budget: int
    previous: str

    @property
    def section(self) -> Section:
        """What it is about."""
        return self.plan.sections[self.number - 1]

    @property
    def last(self) -> bool:
        """Whether the text ends with it."""
        return self.number == len(self.plan.sections)


@dataclass
class SectionWriter:
    """Writes sections of one text with one pen, so that none says what another has said."""

    context: Context
    pen: Pen
    manner: Manner
    seed: int
    on_note: OnNote = lambda _note: None
    scores: list[dict[str, object]] = field(default_factory=list)
    _done: list[str] = field(default_factory=list)

    @property
    def unfinished(self) -> str:
        """The section in progress, should it be interrupted."""
        return "\n\n".join(filter(None, [*self._done, self.pen.unfinished]))

    @cached_property
    def checker(self) -> Checker:
        """What its sections are held against."""
        context = self.context
        return Checker(context.brief, context.style, context.documents)

    def show(self, text: str) -> None:
        """A whole section: shown, and known, so that it is not said again."""
        self.pen.on_text(f"{text}\n\n")
        for sentence in sentences(text, self.context.brief.language):
            self.pen.seen.add(sentence)

    def write(self, job: Job) -> str:
        """The section's text, without its heading."""
        steps = self._steps(job)
        seed = self.seed + job.number * _SEEDS
        return self._finish(
            lambda pen, seed: self._beats(pen, job, steps, seed), job.section, job.budget, seed
        )

    def write_whole(self, budget: int) -> str:
        """A text in one piece, planned by nobody."""

        def write(pen: Pen, seed: int) -> str:
            text = pen.write(self._order({"plan": None}, budget, seed, first=True, last=True))
            pen.on_text("\n\n")
            return text

        return self._finish(write, None, budget, self.seed)

    def _finish(
        self, write: Callable[[Pen, int], str], section: Section | None, budget: int, seed: int
    ) -> str:
        """Draft, choose, look over."""
        text = pick(
            self, write, budget, seed, section.heading if section else self.context.brief.topic[:60]
        )
        if not self.manner.review or self.pen.cancel.is_set():
            return text
        return review(self, text, section, budget, seed)

    def _steps(self, job: Job) -> tuple[str, ...]:
        """What the section tells one after the other, if it is a long one."""
        if job.section.beats:
            return job.section.beats
        beats = beat_count(job.budget, self.context.brief.language)
        if beats == 1:
            return ("",)
        prompt = self.context.render(
            "beats.j2",
            query=f"{job.section.heading} {job.section.point}",
            plan=job.plan,
            section=job.section,
            number=job.number,
            beats=beats,
            words=job.budget,
        )
        return make_beats(self.ask(self.seed + job.number * _SEEDS), prompt, beats)

    def ask(self, seed: int) -> Ask:
        """How this text's model is asked for objects."""
        language = self.context.brief.language
        hear = self.pen.completions.append
        return Ask(self.pen.generator, self.context.system, language, seed, hear)

    def _beats(self, pen: Pen, job: Job, steps: tuple[str, ...], seed: int) -> str:
        """Write the steps one after the other, each measured by what the ones before left."""
        self._done = []
        language, left, previous = self.context.brief.language, job.budget, job.previous
        for number, beat in enumerate(steps, 1):
            values = {
                "plan": job.plan,
                "section": job.section,
                "number": job.number,
                "beat": beat,
                "beats": steps if beat else (),
                "beat_number": number,
                "previous": tail(previous, language) if previous else "",
            }
            order = self._order(
                values,
                max(left // (len(steps) - number + 1), _LEAST),
                seed + number,
                first=job.number == number == 1,
                last=job.last and number == len(steps),
            )
            text = pen.write(order)
            pen.on_text("\n\n")
            self._done.append(text)
            left -= count(text, language)
            previous = text or previous
        text, self._done = "\n\n".join(filter(None, self._done)), []
        return text

    def _order(
        self, values: dict[str, object], words: int, seed: int, *, first: bool, last: bool
    ) -> Order:
        """What the pen is to write; values that a text in one piece lacks are empty."""
        empty = {"section": None, "number": 1, "beat": "", "beats": (), "beat_number": 1}
        values = {"previous": "", **empty, **values}
        section, plan = values["section"], values["plan"]
        query = ""
        echoes: tuple[str, ...] = ()
        if isinstance(section, Section) and isinstance(plan, Plan):
            query = f"{section.heading} {values['beat'] or section.point}"
            echoes = (plan.title, section.heading)
        prompt = self.context.render(
            "draft.j2", query, words=words, first=first, last=last, **values
        )

        def go_on(missing: int) -> str:
            return self.context.render("continue.j2", query, words=missing, last=last)

        def close(missing: int) -> str:
            return self.context.render("close.j2", query, words=missing)

        return Order(self.context.messages(prompt), words, seed, last, go_on, close, echoes)

    def silent(self) -> Pen:
        """A pen that writes on its own, so that one of several drafts may be taken."""
        return replace(self.pen, seen=deepcopy(self.pen.seen), on_text=lambda _text: None)
