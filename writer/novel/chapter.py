"""One chapter: its steps, then scene after scene, each kept as soon as it is done."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.prose.units import count
from copydesk.writer.best import pick
from copydesk.writer.novel.ask import Object, ask_or, first_of_each
from copydesk.writer.novel.ledger import Entry, NovelPlan, act_of
from copydesk.writer.novel.recent import Recent
from copydesk.writer.novel.state import State, after, by_the_ledger, state_schema
from copydesk.writer.pen import Order, Pen
from copydesk.writer.plan import Ask, Section
from copydesk.writer.review import review
from copydesk.writer.section import SectionWriter
from copydesk.writer.store import Store

LEAST = 20  # words or characters: no scene is asked to be shorter
_PER_SCENE: dict[Language, int] = {"en": 350, "zh": 550}
_MOST_STEPS = 12
_SEEDS = 10_000  # between two chapters
_SCENE_SEEDS = 20  # between two scenes
_STATE_SEED = 9_000
_TAIL: dict[Language, int] = {"en": 320, "zh": 120}  # characters of what stands before a scene
_BEGIN: dict[Language, int] = {"en": 600, "zh": 200}  # of a chapter, to say what happened in it
_END: dict[Language, int] = {"en": 2400, "zh": 800}


@dataclass(frozen=True)
class Job:
    """A chapter to write: its place in the book, and what came before."""

    plan: NovelPlan
    entry: Entry
    state: State
    budget: int
    previous: str

    @property
    def last(self) -> bool:
        """Whether the book ends with it."""
        return self.entry.number == len(self.plan.chapters)

    @property
    def key(self) -> str:
        """Under which the chapter is kept."""
        return chapter_key(self.entry.number)


@dataclass(frozen=True)
class Scene:
    """A piece of a chapter: one step of it, or a part of one where the chapter is long."""

    number: int
    scenes: int
    step: str
    next_step: str
    part: int = 1
    parts: int = 1


@dataclass
class ChapterWriter:
    """Writes the chapters of one book with one pen.

    Attributes:
        sections: how one piece is drafted, chosen among drafts and looked over.
        recent: what the last chapters say.
        load: a finished piece, or None.
        done: the scenes of the chapter in progress.
    """

    sections: SectionWriter
    recent: Recent
    store: Store
    load: Callable[[str], str | None]
    seed: int
    done: list[str] = field(default_factory=list)

    @property
    def unfinished(self) -> str:
        """The chapter in progress, should it be interrupted."""
        return "\n\n".join(filter(None, [*self.done, self.sections.unfinished]))

    @property
    def language(self) -> Language:
        """The language of the book."""
        return self.sections.context.brief.language

    def write(self, job: Job) -> str | None:
        """The chapter's text, its heading left out; None when it was interrupted."""
        self.done = []
        steps = self._steps(job)
        scenes = scene_list(steps, scene_count(job.budget, self.language))
        left = job.budget
        for scene in scenes:
            text = self._scene(job, scene, max(left // (scene.scenes - scene.number + 1), LEAST))
            if text is None:
                return None
            self.done.append(text)
            self.recent.keep(text)
            left -= count(text, self.language)
        whole, self.done = "\n\n".join(filter(None, self.done)), []
        return whole

    def state_after(self, job: Job, text: str) -> State:
        """What is to be remembered of the chapter."""
        language, words = self.language, count(text, self.language)
        prompt = self._render(
            "state.j2", job, begin=text[: _BEGIN[language]], end=_end(text, language)
        )
        return ask_or(
            self._ask(job, _STATE_SEED),
            prompt,
            state_schema(job.state, job.entry, language),
            lambda answer: after(job.state, answer, words),
            lambda: by_the_ledger(job.state, job.entry, language, words),
        )

    def _scene(self, job: Job, scene: Scene, words: int) -> str | None:
        """A scene: kept from before, or written and kept; None when it was interrupted."""
        key = f"{job.key}-scene-{scene.number:02}"
        kept = self.load(key)
        if kept is not None:
            self.sections.pen.on_text(f"{kept}\n\n")
            return kept
        seed = self._seed(job) + scene.number * _SCENE_SEEDS

        def write(pen: Pen, seed: int) -> str:
            text = pen.write(self._order(job, scene, words, seed))
            if not pen.cancel.is_set():
                pen.on_text("\n\n")
            return text

        section = Section(job.entry.title, scene.step)
        text = pick(self.sections, write, words, seed, f"{job.key}, scene {scene.number}")
        if self.sections.pen.cancel.is_set():
            self.done.append(text)
            return None
        if self.sections.manner.review:
            text = review(self.sections, text, section, words, seed)
        self.store.put(key, text)
        return text

    def _order(self, job: Job, scene: Scene, words: int, seed: int) -> Order:
        last = job.last and scene.number == scene.scenes
        previous = next(filter(None, reversed(self.done)), job.previous)
        prompt = self._render(
            "draft.j2",
            job,
            scene=scene,
            words=words,
            previous=tail(previous, _TAIL[self.language], self.language),
            first=job.entry.number == scene.number == 1,
            last=last,
        )

        def go_on(missing: int) -> str:
            return self.sections.context.render("continue.j2", scene.step, words=missing, last=last)

        def close(missing: int) -> str:
            return self.sections.context.render("close.j2", scene.step, words=missing)

        echoes = (job.plan.title, job.entry.title)
        messages = self.sections.context.messages(prompt)
        return Order(messages, words, seed, last, go_on, close, echoes)

    def _steps(self, job: Job) -> tuple[str, ...]:
        """What the chapter tells one after the other: one sentence for each scene."""
        wanted = min(scene_count(job.budget, self.language), _MOST_STEPS)
        if wanted == 1:
            return (job.entry.happens,)
        key = f"{job.key}-steps.json"
        if (kept := _steps_of(self.load(key))) is not None:
            return kept
        zh = self.language == "zh"
        line = shape.text(60 if zh else 160, shortest=8 if zh else 25, language=self.language)
        schema = shape.record(steps=shape.array(line, wanted, wanted))
        prompt = self._render("beats.j2", job, steps=wanted, words=job.budget)
        steps = ask_or(
            self._ask(job, 0),
            prompt,
            schema,
            _all_different,
            lambda: (job.entry.happens, job.entry.changes),
            settle=lambda answer: first_of_each(_told(answer)),
        )
        self.store.put(key, json.dumps(steps, ensure_ascii=False))
        return steps

    def _render(self, template: str, job: Job, **values: object) -> str:
        entry = job.entry
        return self.sections.context.render(
            template,
            f"{entry.title} {entry.happens}",
            bible=job.plan.bible,
            present=[person for person in job.plan.bible.cast if person.name in entry.who],
            absent=[person for person in job.plan.bible.cast if person.name not in entry.who],
            state=job.state,
            entry=entry,
            act=act_of(entry.number, len(job.plan.chapters)),
            chapters=len(job.plan.chapters),
            **values,
        )

    def _ask(self, job: Job, step: int) -> Ask:
        return self.sections.ask(self._seed(job) + step)

    def _seed(self, job: Job) -> int:
        return self.seed + job.entry.number * _SEEDS


def chapter_key(number: int) -> str:
    """Under which a chapter is kept."""
    return f"chapter-{number:03}"


def scene_count(words: int, language: Language) -> int:
    """Into how many scenes a chapter of so many words is divided."""
    return max(1, min(99, round(words / _PER_SCENE[language])))


def scene_list(steps: tuple[str, ...], wanted: int) -> list[Scene]:
    """The scenes of a chapter; where there are more of them than steps, a step takes several."""
    scenes = max(wanted, len(steps))
    ends = [round(scenes * (at + 1) / len(steps)) for at in range(len(steps))]
    made: list[Scene] = []
    for at, (step, end) in enumerate(zip(steps, ends, strict=True)):
        parts, begin = end - len(made), len(made)
        following = steps[at + 1] if at + 1 < len(steps) else ""
        made += [
            Scene(begin + part, scenes, step, following if part == parts else "", part, parts)
            for part in range(1, parts + 1)
        ]
    return made


def tail(text: str, longest: int, language: Language) -> str:
    """The last words of a text, on one line."""
    end = text[-longest:]
    if len(text) > longest and language == "en":
        end = end.partition(" ")[2]
    return " ".join(end.split())


def _end(text: str, language: Language) -> str:
    """The last pages of a chapter, as far as its beginning does not reach."""
    return text[_BEGIN[language] :][-_END[language] :]


def _all_different(answer: Object) -> tuple[str, ...]:
    steps = _told(answer)
    if len(first_of_each(steps)) < len(steps):
        raise ValueError("two steps are the same")
    return steps


def _told(answer: Object) -> tuple[str, ...]:
    """The steps of an answer, without numbers before them."""
    return tuple(re.sub(r"^\d+[.、)）:：]\s*", "", str(step)) for step in answer["steps"])


def _steps_of(kept: str | None) -> tuple[str, ...] | None:
    """Steps that were kept, if they can still be read."""
    try:
        steps = json.loads(kept or "")
    except ValueError:
        return None
    whole = isinstance(steps, list) and steps and all(isinstance(step, str) for step in steps)
    return tuple(steps) if whole else None
