"""Brief → plan: a title and sections, each with a share of the length."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pydantic import TypeAdapter

from copydesk.brief import Language
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.prose.units import count

# What a small model says well in one go; more sections or beats make a longer text.
_PER_SECTION = {"en": 170, "zh": 300}
_PER_BEAT = {"en": 210, "zh": 380}
_MOST_BEATS = 12
# Chinese is counted without its punctuation here, and with it by word processors: an aim a little
# lower lies within a tenth of what was asked either way.
_AIM = {"en": 1.0, "zh": 0.97}


@dataclass(frozen=True)
class Section:
    """A section to write: its heading, the one thing it says, its words, its steps if settled."""

    heading: str
    point: str
    words: int = 0
    beats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A title and the sections in order."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Ask:
    """How a plan is asked for: the rendered turns, under a schema that is made here."""

    generator: Generator
    system: str
    language: Language
    seed: int
    hear: Callable[[Completion], None] = lambda _end: None

    def request(self, prompt: str) -> Request:
        """A request for an object; the schema is set when it is asked."""
        messages = (Message("system", self.system), Message("user", prompt))
        sampling = Sampling(temperature=0.6)
        return Request(messages, max_tokens=1, sampling=sampling, seed=self.seed, may_cut=True)


def make_plan(ask: Ask, prompt: str, sections: int) -> Plan:
    """Ask the generator for a plan that has no two sections with the same heading."""
    schema = _schema(ask.language, sections)
    return complete_object(
        ask.generator,
        ask.request(prompt),
        schema,
        _accept,
        settle=_without_repeats,
        on_done=ask.hear,
    )


def make_beats(ask: Ask, prompt: str, beats: int) -> tuple[str, ...]:
    """Ask for the steps of one long section, each a sentence."""
    zh = ask.language == "zh"
    line = shape.text(60 if zh else 160, shortest=8 if zh else 25, language=ask.language)
    schema = shape.record(beats=shape.array(line, beats, beats))

    def accept(answer: dict[str, object]) -> tuple[str, ...]:
        found = TypeAdapter(tuple[str, ...]).validate_python(answer["beats"])
        if len({beat.casefold() for beat in found}) < len(found):
            raise ValueError("two steps are the same")
        return found

    def settle(answer: dict[str, object]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(TypeAdapter(tuple[str, ...]).validate_python(answer["beats"])))

    return complete_object(
        ask.generator, ask.request(prompt), schema, accept, settle=settle, on_done=ask.hear
    )


def aim(length: int, language: Language) -> int:
    """What to write towards, in our own count, when `length` words or characters are asked for."""
    return round(length * _AIM[language])


def section_count(length: int, language: Language, bounds: tuple[int, int]) -> int:
    """As many sections as the length asks for, within what the form allows."""
    fewest, most = bounds
    return max(fewest, min(most, round(length / _PER_SECTION[language])))


def beat_count(words: int, language: Language) -> int:
    """Into how many steps a section of so many words is divided; 1 is none."""
    return max(1, min(_MOST_BEATS, round(words / _PER_BEAT[language])))


def with_budgets(plan: Plan, length: int, language: Language, *, headings: bool) -> Plan:
    """The plan with words for every section, which with title and headings add up to the length.

    Words that the plan gives already are kept in proportion, so that an edited plan may make one
    section twice as long as another.
    """
    shown = [plan.title, *(s.heading for s in plan.sections if headings)]
    left = max(length - sum(count(line, language) for line in shown), len(plan.sections))
    shares = share_out(left, [section.words for section in plan.sections])
    sections = zip(plan.sections, shares, strict=True)
    return replace(plan, sections=tuple(replace(s, words=words) for s, words in sections))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total; 0 weighs the average."""
    known = [weight for weight in weights if weight > 0]
    average = sum(known) / len(known) if known else 1
    scale = [weight or average for weight in weights]
    ends, so_far = [0], 0.0
    for weight in scale:
        so_far += weight
        ends.append(round(total * so_far / sum(scale)))
    return [end - start for start, end in pairwise(ends)]


def _schema(language: Language, sections: int) -> shape.Schema:
    zh = language == "zh"

    def line(longest: int, shortest: int) -> shape.Schema:
        return shape.text(longest, shortest=shortest, language=language)

    section = shape.record(
        heading=line(18 if zh else 60, 3 if zh else 6),
        point=line(70 if zh else 200, 8 if zh else 20),
    )
    return shape.record(
        title=line(30 if zh else 90, 4 if zh else 12),
        sections=shape.array(section, sections, sections),
    )


def _accept(answer: dict[str, object]) -> Plan:
    """Validate, and refuse headings and points that repeat.

    Raises:
        ValueError: two sections have the same heading, or tell the same.
    """
    plan = TypeAdapter(Plan).validate_python(answer)
    for what in ("heading", "point"):
        lines = [getattr(section, what).casefold().strip(" .。") for section in plan.sections]
        if len(set(lines)) < len(lines):
            raise ValueError(f"two sections have the same {what}")
    return replace(plan, title=plan.title.rstrip(".。"))


def _without_repeats(answer: dict[str, object]) -> Plan:
    """The plan with the first section of each heading: one fewer is better than no text."""
    plan = TypeAdapter(Plan).validate_python(answer)
    first: dict[str, Section] = {}
    for section in plan.sections:
        first.setdefault(section.heading.casefold(), section)
    return Plan(plan.title.rstrip(".。"), tuple(first.values()))
