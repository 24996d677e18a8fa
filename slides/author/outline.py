"""Brief → outline: which slides, in which order, each with its intent and its headline.

The intents are laid down first, by the number of slides; the generator only says what each slide
claims, and is not told the intents here. A small model that chooses kinds itself forgets half of
them, and one that is told them writes sections named "Table" and "Chart".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, count, pairwise
from typing import Any

from copydesk.brief import Brief
from copydesk.errors import UsageProblem
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.structured import complete_object
from copydesk.prompts import Prompts, find_form
from copydesk.slides.master.master import Master

FEWEST_SLIDES, MOST_SLIDES = 6, 30
DRAWS = 2  # how often one thing is asked for before the last answer is taken as it is
_SPECIAL = ("comparison", "table", "chart")
_SLIDES_PER_SECTION = 3
_MOST_SECTIONS = 6  # what an agenda shows on one slide


@dataclass(frozen=True)
class Topic:
    """A content slide to fill: its intent and what its title claims."""

    intent: str
    title: str


@dataclass(frozen=True)
class OutlineSection:
    """A section: its title, one line on it, what the speaker says to open it, its slides."""

    title: str
    summary: str
    notes: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Outline:
    """The whole deck in headlines; `dividers` says whether sections have slides of their own."""

    title: str
    subtitle: str
    notes: str
    sections: tuple[OutlineSection, ...]
    dividers: bool


def skeleton(count: int) -> tuple[tuple[str, ...], ...]:
    """The intents of the content slides, section by section, for a deck of `count` slides.

    Title, agenda and closing take three; from nine slides on every section has a divider.

    Raises:
        UsageProblem: too few or too many slides.
    """
    if not FEWEST_SLIDES <= count <= MOST_SLIDES:
        raise UsageProblem(
            f"A deck has {FEWEST_SLIDES} to {MOST_SLIDES} slides, not {count}.", "give another -n"
        )
    body = count - 3
    wanted = round(body / (_SLIDES_PER_SECTION + 0.4)) if has_dividers(count) else 2
    sections = min(max(wanted, 2), _MOST_SECTIONS)
    content = body - (sections if has_dividers(count) else 0)
    intents = _intents(content)
    bounds = [round(i * content / sections) for i in range(sections + 1)]
    return tuple(intents[a:b] for a, b in pairwise(bounds))


def has_dividers(count: int) -> bool:
    """Whether a deck of this many slides can spare one for each section."""
    return count >= 9


def _intents(content: int) -> tuple[str, ...]:
    """Bullets, with one of each special kind spread among them."""
    intents = ["bullets"] * content
    special = _SPECIAL[: max(content - 1, 0)]
    for index, intent in enumerate(special):
        intents[content - len(special) + index if content < 5 else (index + 1) * content // 4] = (
            intent
        )
    return tuple(intents)


def deck_prompts() -> Prompts:
    """The prompts of the form `deck`, the user's own before ours."""
    return Prompts(find_form("deck"))


def make_outline(
    brief: Brief,
    generator: Generator,
    master: Master,
    *,
    count: int,
    seed: int = 0,
    on_done: Callable[[Completion], None] | None = None,
    draws: int = DRAWS,
) -> Outline:
    """Ask the generator for the headlines of a deck of `count` slides."""
    frame = skeleton(count)
    prompts = deck_prompts()
    messages = (
        Message("system", prompts.render("system.j2", brief=brief)),
        Message("user", prompts.render("outline.j2", brief=brief, frame=frame)),
    )
    request = Request(messages, max_tokens=1, seed=seed)
    return complete_object(
        generator,
        request,
        _schema(brief, master, frame),
        lambda answer: _distinct_titles(_build(answer, frame, has_dividers(count))),
        settle=lambda answer: _number_repeats(_build(answer, frame, has_dividers(count))),
        attempts=draws if draws == 1 else draws + 1,  # everything else stands on the outline
        on_done=on_done,
    )


def _schema(brief: Brief, master: Master, frame: tuple[tuple[str, ...], ...]) -> shape.Schema:
    zh = brief.language == "zh"

    def line(intent: str, slot: str) -> shape.Schema:
        longest = master.capacity(intent, slot, brief.language)
        return shape.text(longest, shortest=3 if zh else 8, language=brief.language)

    said = shape.text(90 if zh else 240, shortest=10 if zh else 30, language=brief.language)
    sections = {}
    for number, intents in enumerate(frame, 1):
        slides = {_key(i): line(intent, "title") for i, intent in enumerate(intents, 1)}
        # An agenda item repeats the section's title, so the narrower of the two counts.
        title = min(line("section", "title"), line("agenda", "item"), key=lambda s: s["maxLength"])
        sections[f"section_{number}"] = shape.record(
            title=title, summary=line("section", "summary"), speaker=said, **slides
        )
    return shape.record(
        title=line("title", "title"), subtitle=line("title", "subtitle"), speaker=said, **sections
    )


def _key(number: int) -> str:
    return f"slide_{number}"


def _build(answer: dict[str, Any], frame: tuple[tuple[str, ...], ...], dividers: bool) -> Outline:
    sections = []
    for number, intents in enumerate(frame, 1):
        part = answer[f"section_{number}"]
        topics = tuple(
            Topic(intent, part[_key(i)].rstrip(".。")) for i, intent in enumerate(intents, 1)
        )
        title = part["title"].rstrip(".。")
        sections.append(OutlineSection(title, part["summary"], part["speaker"], topics))
    title, subtitle = answer["title"].rstrip(".。"), answer["subtitle"].rstrip(".。")
    return Outline(title, subtitle, answer["speaker"], tuple(sections), dividers)


def _distinct_titles(outline: Outline) -> Outline:
    """Refuse an outline that says the same thing twice.

    Raises:
        ValueError: two slides or two sections have the same title.
    """
    if _number_repeats(outline) != outline:
        raise ValueError("two slides have the same title")
    return outline


def _number_repeats(outline: Outline) -> Outline:
    """Tell slides of one title, and sections of one title, apart by a number after it."""
    names: set[str] = set()
    titles: set[str] = set()
    sections = []
    for section in outline.sections:
        topics = tuple(
            replace(topic, title=_numbered(topic.title, titles)) for topic in section.topics
        )
        sections.append(replace(section, title=_numbered(section.title, names), topics=topics))
    return replace(outline, sections=tuple(sections))


def _numbered(title: str, seen: set[str]) -> str:
    candidates = chain([title], (f"{title} ({number})" for number in count(2)))
    free = next(name for name in candidates if name.casefold() not in seen)
    seen.add(free.casefold())
    return free
