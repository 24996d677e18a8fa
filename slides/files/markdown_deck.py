"""Decks in Markdown, as Marp and Pandoc read them: rules or headings begin slides.

What a slide cannot show is told, never lost silently.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from copydesk.brief import Language, detect_language
from copydesk.errors import DocumentProblem, UsageProblem
from copydesk.findings import Finding
from copydesk.hostile_yaml import read_yaml
from copydesk.slides.deck import Deck, SectionSlide, Slide, TitleSlide
from copydesk.slides.files.markdown_blocks import Block, blocks_of, said
from copydesk.slides.files.markdown_slides import Source, slides_of
from copydesk.slides.typeset.fit import printable

_HEAD = re.compile(r"\A(-{3,})[ \t]*\n(.*?\n)?(\1|\.\.\.)[ \t]*(\n|\Z)", re.DOTALL)
_MARP = {"marp", "paginate", "_class", "backgroundColor", "backgroundImage", "headingDivider"}
_PERCENT = re.compile(r"\A(%[^\n]*\n(?:[ \t]+[^\n]*\n)*){1,3}")
_MOST_SLIDES = 1000


def _ignore(_: Finding) -> None:
    """Hears of a finding and does nothing."""


@dataclass(frozen=True)
class _Front:
    """What stands before the slides: a title block or front matter."""

    fields: dict[str, str] = field(default_factory=dict)
    marp: bool = False

    @property
    def divider(self) -> int:
        """Marp's headingDivider: headings up to this level begin slides; 0 for none."""
        told = re.findall(r"\d", self.fields.get("headingDivider", ""))
        return max(map(int, told), default=0)


@dataclass
class _Part:
    """The blocks between two slide breaks, and the level of the heading that began them."""

    blocks: list[Block]
    level: int = 0


def deck_from_markdown(
    text: str,
    name: str,
    folder: Path,
    on_finding: Callable[[Finding], None] = _ignore,
) -> Deck:
    """The deck in a Markdown text.

    Args:
        text: Markdown with front matter or a `%` title block, or without.
        name: what errors and findings call the file.
        folder: where the paths of pictures begin.
        on_finding: is told what could not be shown as it is.

    Raises:
        UsageProblem: there are no slides in it, or a picture does not exist; the line is named.
    """
    front, body = _front(text)
    source = Source(name, folder, on_finding)
    parts = _parts(blocks_of(body), front)
    slides: list[Slide] = []
    if opening := _opening(front):
        slides.append(opening)
    lowest = max((part.level for part in parts), default=0)
    numbered = 0
    for part in parts:
        made = _titled(_slides(part, not slides, source), slides, part, source)
        if _is_door(made, part, lowest, front):
            numbered += 1
            made = [_numbered(made[0], numbered)]
        slides += made
    if not slides:
        raise UsageProblem(f"{name} holds no slides.", "begin one with: # A title")
    if len(slides) > _MOST_SLIDES:
        raise UsageProblem(f"{name} holds {len(slides):,} slides.", f"{_MOST_SLIDES} can be drawn")
    title = printable(front.fields.get("title", "")) or slides[0].title
    return Deck(title, _language(front, body), tuple(slides))


def _language(front: _Front, body: str) -> Language:
    told = front.fields.get("lang", "")
    if told[:2] in ("zh", "en"):
        return "zh" if told.startswith("zh") else "en"
    return detect_language(body)


# What stands before the slides -------------------------------------------------------------------


def _front(text: str) -> tuple[_Front, str]:
    """The front matter, and the text with as many empty lines in its place."""
    text = text.lstrip("\ufeff")
    found = _HEAD.match(text)
    fields = _fields(found[2] or "") if found else None
    if found and fields is not None:
        return _Front(fields, bool(_MARP & set(fields))), _blanked(text, found.end())
    percent = _PERCENT.match(text + "\n")
    if percent:
        end = min(percent.end(), len(text))
        told = [" ".join(p.split()) for p in re.split(r"^%", text[:end], flags=re.MULTILINE)[1:]]
        return _Front(dict(zip(("title", "author", "date"), told, strict=False))), _blanked(
            text, end
        )
    return _Front(), text


def _blanked(text: str, end: int) -> str:
    return "\n" * text[:end].count("\n") + text[end:]


def _fields(source: str) -> dict[str, str] | None:
    """Front matter as texts; None where it is none, but slides between two rules."""
    try:
        fields: Any = read_yaml(source)
    except DocumentProblem:
        return None
    if not isinstance(fields, dict):
        return {} if not source.strip() else None
    return {str(key): _joined(value) for key, value in fields.items()}


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_joined(one) for one in value)
    if isinstance(value, dict):
        return _joined(value.get("name", ""))
    return printable(str(value or ""))


def _opening(front: _Front) -> Slide | None:
    """Pandoc's title slide; Marp's front matter names a file, not a slide."""
    title = front.fields.get("title", "")
    if not title or front.marp:
        return None
    below = (front.fields.get(key, "") for key in ("subtitle", "author", "date"))
    return TitleSlide(title=title, subtitle=" · ".join(part for part in below if part))


# Where slides begin ------------------------------------------------------------------------------


def _parts(blocks: Sequence[Block], front: _Front) -> list[_Part]:
    """The blocks of each slide: broken at rules, and at headings where headings begin slides."""
    ruled = any(block.kind == "rule" for block in blocks)
    level = front.divider or (0 if front.marp else _slide_level(blocks, ruled))
    parts = [_Part([])]
    for block in blocks:
        if block.kind == "rule":
            parts.append(_Part([]))
        elif block.kind == "heading" and block.level <= level:
            if parts[-1].blocks or parts[-1].level:
                parts.append(_Part([]))
            parts[-1].level = block.level
            parts[-1].blocks.append(block)
        else:
            parts[-1].blocks.append(block)
    return [part for part in parts if any(b.kind != "lost" for b in part.blocks) or len(parts) == 1]


def _slide_level(blocks: Sequence[Block], ruled: bool) -> int:
    """The highest level of headings that have something under them, as Pandoc takes it.

    With rules between slides, headings begin none: but where two of one level stand between two
    rules.
    """
    if ruled and not _repeated_between_rules(blocks):
        return 0
    headings = [block for block in blocks if block.kind == "heading"]
    opened = headings[:1] == list(blocks[:1]) and headings[:1] and headings[0].level == 1
    if opened and len(headings) > 2 and all(block.level > 1 for block in headings[1:]):
        return min(block.level for block in headings[1:])  # one title over all of them
    levels = [
        block.level
        for block, after in pairwise(blocks)
        if block.kind == "heading" and after.kind not in ("heading", "rule", "note")
    ]
    return min(levels, default=max((block.level for block in headings), default=0))


def _repeated_between_rules(blocks: Sequence[Block]) -> bool:
    seen: set[int] = set()
    for block in blocks:
        if block.kind == "rule":
            seen.clear()
        elif block.kind == "heading" and block.level <= 2:
            if block.level in seen:
                return True
            seen.add(block.level)
    return False


def _slides(part: _Part, first: bool, source: Source) -> list[Slide]:
    """The slides of a part: its first heading is the title."""
    place = next((i for i, block in enumerate(part.blocks) if block.kind == "heading"), None)
    rest = list(part.blocks)
    title = "" if place is None else rest.pop(place).text
    if not title and not any(said(block) or block.kind == "picture" for block in rest):
        for block in rest:
            source.say("markdown-left-out", block.line, "a slide with nothing on it was left out")
        return []
    return slides_of(title, rest, first, source)


def _titled(made: list[Slide], before: Sequence[Slide], part: _Part, source: Source) -> list[Slide]:
    """Slides without a heading take the alternative text of their picture, or the title before."""
    last = next((slide.title for slide in reversed(before) if slide.title), "")
    named = [replace(one, title=one.title or getattr(one, "alt", "") or last) for one in made]
    if any(not one.title for one in made):
        line = next((block.line for block in part.blocks), 0)
        source.say("no-title", line, f"a slide without a heading is titled: {named[0].title}")
    return named


def _is_door(made: Sequence[Slide], part: _Part, lowest: int, front: _Front) -> bool:
    """Whether a part is a heading above those of slides, with nothing under it: a section."""
    alone = len(made) == 1 and isinstance(made[0], SectionSlide)
    return alone and not front.marp and 0 < part.level < lowest


def _numbered(slide: Slide, number: int) -> Slide:
    return SectionSlide(title=slide.title, notes=slide.notes, number=number)
