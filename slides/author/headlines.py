"""The storyline: every headline of a deck, and what is wrong with some."""

import re
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

from copydesk.slides.author.lines import fold, same_opening
from copydesk.slides.author.material import View

# Names that any section of any deck could have.
_EMPTY = re.compile(
    r"(?:the )?(?:problems?|solutions?|introduction|background|overview|conclusions?|summary|"
    r"challenges?|benefits?|next steps|comparison|charts?|section (?:one|two|three|\d))"
    r"|问题|解决方案|引言|背景|概述|总结|结论|挑战|好处|下一步|前言|介绍",
    re.IGNORECASE,
)
# How a headline begins that names a topic and claims nothing.
_TOPIC = re.compile(
    r"(?:the )?(?:benefits?|importance|overview|introduction|role|impact|need|history|use) "
    r"(?:of|to|for) |introduction|overview|conclusion|关于|简介|概述|介绍",
    re.IGNORECASE,
)

Answer = dict[str, Any]


@dataclass(frozen=True)
class Topic:
    """A content slide to fill: its intent, what its title claims, the data or picture it shows."""

    intent: str
    title: str
    view: View | None = None
    picture: str = ""


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
    agenda: bool = True


def fault(answer: Answer) -> str:
    """What is wrong with the headlines of an answer, in a few words; empty if nothing is."""
    claims = [claim for claim, _ in claims_of(answer)]
    if len({fold(claim) for claim in claims}) < len(claims):
        return "two slides have the same title"
    if same_opening(claims) or any(_TOPIC.match(claim) for claim in claims):
        return "the claims are topics"
    if any(_EMPTY.fullmatch(title) for title in _titles_of(answer)):
        return "a section's title says nothing"
    return ""


def claims_nothing(title: str) -> bool:
    """Whether a headline names a topic that any deck could have."""
    return bool(_TOPIC.match(title) or _EMPTY.fullmatch(title))


def claims_of(answer: Answer) -> list[tuple[str, str]]:
    """Claim and kind of every slide in an answer, whole outline or one section."""
    parts = [value for key, value in answer.items() if key.startswith("section_")] or [answer]
    slides = (v for part in parts for key, v in part.items() if key.startswith("slide_"))
    return [(slide["claim"], slide["kind"]) for slide in slides]


def _titles_of(answer: Answer) -> list[str]:
    """The titles of the sections in an answer."""
    parts = [value for key, value in answer.items() if key.startswith("section_")]
    return [part["title"] for part in parts if "title" in part]


def number_repeats(outline: Outline) -> Outline:
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
