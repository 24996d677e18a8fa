"""Blocks between two slide breaks become a slide, or several where they are several things."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.findings import Finding
from copydesk.slides import deck as d
from copydesk.slides.files.deck_file import deck_from_yaml
from copydesk.slides.files.markdown_blocks import Block, said
from copydesk.slides.files.ours import points_of
from copydesk.slides.files.pieces import Said

_THINGS = ("table", "code", "picture", "columns", "quote")
_DECK = "deck"  # the language of a fenced block that holds a slide in YAML
_SPEAKER = re.compile(r"(?:—|–|--+|-)\s*(.+)")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_MOST_BESIDE = 6  # points that a picture can stand beside
_SHORT = 120  # characters of a caption


@dataclass(frozen=True)
class Source:
    """The file that is read: its name, the folder its paths begin in, who hears of findings."""

    name: str
    folder: Path
    tell: Callable[[Finding], None]

    def say(self, code: str, line: int, message: str, fix: str = "") -> None:
        """Tell what could not be shown as it is."""
        place = f"{self.name}, line {line}"
        self.tell(Finding(code=code, place=place, message=message, fix=fix))

    def picture(self, block: Block) -> str:
        """The path of a picture; empty for one that would have to be fetched.

        Raises:
            UsageProblem: there is no such file.
        """
        if _ADDRESS.match(block.path) and not re.match(r"[A-Za-z]:[\\/]", block.path):
            self.say(
                "picture-lost", block.line, f"{block.path} is not fetched", "save it as a file"
            )
            return ""
        path = self.folder / block.path
        if not block.path or not path.is_file():
            raise UsageProblem(
                f"{self.name}, line {block.line}: there is no picture {path}.",
                "paths are taken from the file's own folder",
            )
        return str(path)


def slides_of(title: str, blocks: Sequence[Block], first: bool, source: Source) -> list[d.Slide]:
    """The slides that the blocks under one title make."""
    notes = "\n".join(block.text for block in blocks if block.kind == "note")
    for block in blocks:
        if block.kind == "lost":
            source.say("markdown-left-out", block.line, f"{block.text} was left out")
    rest = [block for block in blocks if block.kind not in ("note", "lost", "rule")]
    head: dict[str, Any] = {"title": title, "notes": notes}
    things = [block for block in rest if block.kind in _THINGS]
    texts = [block for block in rest if block.kind not in _THINGS]
    if not things:
        return [_texted(texts, head, first)]
    made = _things(things, texts, head, source)
    if len(made) > 1:
        line = things[0].line
        source.say("slide-split", line, f"{title or 'a slide'}: several things, {len(made)} slides")
        made[1:] = [replace(one, notes="") for one in made[1:]]
    return made


# Texts -------------------------------------------------------------------------------------------


def _texted(blocks: Sequence[Block], head: dict[str, Any], first: bool) -> d.Slide:
    lines = [line for block in blocks for line in said(block)]
    plain = all(block.kind in ("text", "heading") for block in blocks)
    if first and plain and len(lines) <= 3:
        return d.TitleSlide(**head, subtitle=" · ".join(lines))
    if not lines:
        return d.SectionSlide(**head)
    return d.BulletsSlide(**head, bullets=points_of(paragraphs(blocks)))


def paragraphs(blocks: Sequence[Block]) -> list[Said]:
    """Blocks of text as paragraphs with levels; what stands under a heading is a level deeper."""
    made: list[Said] = []
    under = 0
    for block in blocks:
        if block.kind == "heading":
            under = 0
            made.append(Said(block.text, 0))
            under = 1
        elif block.kind in ("list", "quote"):
            made += [Said(text, level + under) for text, level in block.items]
        else:
            made += [Said(line, under) for line in said(block)]
    return [one for one in made if one.text]


def _flat(blocks: Sequence[Block]) -> tuple[str, ...]:
    return tuple(one.text for one in paragraphs(blocks))


# Things ------------------------------------------------------------------------------------------


def _things(
    things: Sequence[Block], texts: Sequence[Block], head: dict[str, Any], source: Source
) -> list[d.Slide]:
    """The slides of tables, code, pictures, quotes and columns, with the texts beside them."""
    made: list[d.Slide] = []
    left = list(texts)
    for block in things:
        if block.kind == "picture":
            drawn, left = _picture(block, left, head, source)
        elif block.kind == "quote":
            drawn, left = _quote(block, left, head)
        elif block.kind == "columns":
            drawn = _columns(block, head, source)
        elif block.language == _DECK:
            drawn = [_in_yaml(block, head, source)]
        else:
            drawn = [_table_or_code(block, head)]
        made += drawn
    lines = paragraphs(left)
    short = (
        all(block.kind == "text" for block in left) and sum(len(x.text) for x in lines) <= _SHORT
    )
    if lines and made and short:
        said = " ".join(one.text for one in lines)
        source.say("text-in-notes", left[0].line, f"a text beside it went to the notes: {said}")
        made[0] = replace(made[0], notes="\n".join(filter(None, [made[0].notes, said])))
    elif lines:
        made.insert(0, d.BulletsSlide(**head, bullets=points_of(lines)))
    return made or [_texted(texts, head, False)]


def _table_or_code(block: Block, head: dict[str, Any]) -> d.Slide:
    if block.kind == "code":
        return d.CodeSlide(**head, code=block.text, language=block.language)
    header, *rows = block.rows or ((),)
    return d.TableSlide(**head, header=header, rows=tuple(rows))


def _in_yaml(block: Block, head: dict[str, Any], source: Source) -> d.Slide:
    """A slide whose keys stand in a fenced block: what Markdown has no form for.

    Raises:
        UsageProblem: it is none; the line is that of the Markdown file.
    """
    lines = block.text.split("\n")
    item = [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]
    text = "\n" * (block.line - 1) + "\n".join(["slides:", *item])
    slide = deck_from_yaml(text, source.name, source.folder, source.tell).slides[0]
    notes = "\n".join(part for part in (slide.notes, head["notes"]) if part)
    return replace(slide, title=slide.title or head["title"], notes=notes)


def _picture(
    block: Block, texts: list[Block], head: dict[str, Any], source: Source
) -> tuple[list[d.Slide], list[Block]]:
    """A picture, and the texts that do not stand beside it."""
    path = source.picture(block)
    if not path:
        return [], texts
    lines = _flat(texts)
    alone = not lines or (block.ground and len(lines) == 1 and len(lines[0]) <= _SHORT)
    if alone:
        slide = d.PictureFullSlide(**head, picture=path, alt=block.text, caption="".join(lines))
        return [slide], []
    if len(lines) > _MOST_BESIDE:
        return [d.PictureFullSlide(**head, picture=path, alt=block.text)], texts
    return [d.PictureSlide(**head, picture=path, alt=block.text, points=lines)], []


def _quote(
    block: Block, texts: list[Block], head: dict[str, Any]
) -> tuple[list[d.Slide], list[Block]]:
    """A quotation; a line that begins with a dash says whose it is."""
    lines = [text for text, _ in block.items]
    speaker, left = "", list(texts)
    if len(lines) > 1 and (found := _SPEAKER.fullmatch(lines[-1])):
        speaker = found[1]
        lines.pop()
    elif len(texts) == 1 and (found := _SPEAKER.fullmatch(" ".join(said(texts[0])))):
        speaker, left = found[1], []
    quote = " ".join(lines).strip('"“”「」')
    return [d.QuoteSlide(**head, quote=quote, speaker=speaker)], left


def _columns(block: Block, head: dict[str, Any], source: Source) -> list[d.Slide]:
    """Two columns; a picture in one of them stands beside the other, other things come after."""
    columns = [list(column) for column in block.inside]
    things = [one for column in columns for one in column if one.kind in _THINGS]
    notes = [one for column in columns for one in column if one.kind == "note"]
    if notes:
        head = {**head, "notes": "\n".join(filter(None, [head["notes"], *(n.text for n in notes)]))}
    texts = [
        [one for one in column if one.kind not in (*_THINGS, "note", "lost")] for column in columns
    ]
    if things:
        return _things(things, [one for column in texts for one in column], head, source)
    if len(texts) == 2:
        left, right = map(_column, texts)
        return [d.ColumnsSlide(**head, left=left, right=right)]
    sides = [_column(column) for column in texts]
    bullets = [
        d.Point(s.heading, s.points) if s.heading else d.Point("; ".join(s.points)) for s in sides
    ]
    if len(texts) > 2:
        source.say(
            "slide-changed", block.line, f"{len(texts)} columns became bullets", "make it two"
        )
    return [d.BulletsSlide(**head, bullets=tuple(point for point in bullets if point.text))]


def _column(blocks: Sequence[Block]) -> d.Column:
    heading = ""
    kinds = [block.kind for block in blocks[:2]]
    if kinds[:1] == ["heading"] or kinds == ["text", "list"]:
        heading, blocks = blocks[0].text, blocks[1:]
    return d.Column(heading=heading, points=_flat(blocks))
