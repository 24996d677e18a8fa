"""Brief → plan: a title and sections, each with a share of the length."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from copydesk.brief import Brief
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Generator, Message, Request, Sampling
from copydesk.generate.structured import complete_object
from copydesk.writer.form import Form

_WORDS_PER_SECTION = 170
_CHARACTERS_PER_SECTION = 300


@dataclass(frozen=True)
class Section:
    """A section to write: its heading, the one thing it says."""

    heading: str
    point: str


@dataclass(frozen=True)
class Plan:
    """A title and the sections in order."""

    title: str
    sections: tuple[Section, ...]


def make_plan(form: Form, brief: Brief, generator: Generator, *, seed: int = 0) -> Plan:
    """Ask the generator for a plan that has no two sections with the same heading."""
    length = form.length(brief)
    count = section_count(form, brief)
    prompt = form.prompts.render("plan.j2", brief=brief, length=length, sections=count)
    messages = (
        Message("system", form.prompts.render("system.j2", brief=brief)),
        Message("user", prompt),
    )
    request = Request(messages, max_tokens=1, sampling=Sampling(temperature=0.6), seed=seed)
    return complete_object(
        generator, request, _schema(brief, count), _accept, settle=_without_repeats
    )


def section_count(form: Form, brief: Brief) -> int:
    """As many sections as the length asks for, within what the form allows."""
    share = _CHARACTERS_PER_SECTION if brief.language == "zh" else _WORDS_PER_SECTION
    fewest, most = form.settings.sections
    return max(fewest, min(most, round(form.length(brief) / share)))


def _schema(brief: Brief, count: int) -> shape.Schema:
    zh = brief.language == "zh"

    def line(longest: int, shortest: int) -> shape.Schema:
        return shape.text(longest, shortest=shortest, language=brief.language)

    section = shape.record(
        heading=line(18 if zh else 60, 3 if zh else 6),
        point=line(70 if zh else 200, 8 if zh else 20),
    )
    return shape.record(
        title=line(30 if zh else 90, 4 if zh else 12), sections=shape.array(section, count, count)
    )


def _accept(answer: dict[str, object]) -> Plan:
    """Validate, and refuse headings that repeat.

    Raises:
        ValueError: two sections have the same heading.
    """
    plan = TypeAdapter(Plan).validate_python(answer)
    headings = [section.heading.casefold() for section in plan.sections]
    if len(set(headings)) < len(headings):
        raise ValueError("two sections have the same heading")
    return replace(plan, title=plan.title.rstrip(".。"))


def _without_repeats(answer: dict[str, object]) -> Plan:
    """The plan with the first section of each heading: one fewer is better than no text."""
    plan = TypeAdapter(Plan).validate_python(answer)
    first: dict[str, Section] = {}
    for section in plan.sections:
        first.setdefault(section.heading.casefold(), section)
    return Plan(plan.title.rstrip(".。"), tuple(first.values()))
