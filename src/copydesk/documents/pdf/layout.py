"""A document's pages become passages: in reading order, under their headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from copydesk.documents.pdf.blocks import Block, begins_item, blocks_of, ends
from copydesk.documents.pdf.captions import is_caption
from copydesk.documents.pdf.columns import regions
from copydesk.documents.pdf.heads import Body, Levels, Style, body_of, is_heading, style_of
from copydesk.documents.pdf.rows import is_han
from copydesk.documents.pdf.sheet import Sheet
from copydesk.documents.pdf.words import Words, joined
from copydesk.documents.reading import Reading

_TITLE_LEVEL = 1000  # below every heading: what follows a title stands under it until the first one
_FARTHEST = 12  # blocks between two parts of a sentence
_FRONT = 2  # pages: type that heads nothing later is the cover's
_LEADERS = re.compile(r"(?:\s?[.·…]){5,}\s*")  # dots that lead to a number
_NOTE = re.compile(r"[\d*†‡§¶①-⑳\[(]")


@dataclass(eq=False, slots=True)
class _Said:
    """A block, what it says, and the page it stands on."""

    sheet: Sheet
    block: Block
    text: str
    heading: bool


def passages(sheets: Sequence[Sheet], reading: Reading) -> None:
    """Add the pages' passages to a reading; a paragraph that runs over a page's end stays two."""
    body = body_of(line for sheet in sheets for line in sheet.lines)
    words = Words([line for sheet in sheets for line in sheet.lines])
    said = [one for sheet in sheets for one in _on(sheet, body, words)]
    headings = [one for one in said if one.heading]
    levels = Levels([(one.block, one.text) for one in headings])
    title = _title(headings)
    front = _front(headings)
    for one in said:
        number, block = one.sheet.number, one.block
        boxes = tuple(one.sheet.box(lines) for lines in (block.lines, *block.further))
        if one is title:
            reading.head(one.text, number, _TITLE_LEVEL, boxes)
            reading.title = reading.title or reading.section
        elif one.heading:
            level = _TITLE_LEVEL if style_of(block) in front else levels.of(block, one.text)
            reading.head(one.text, number, level, boxes)
        else:
            reading.add(one.text, number, block.kind, boxes)


def _on(sheet: Sheet, body: Body, words: Words) -> Iterator[_Said]:
    blocks = [block for region in regions(sheet.lines) for block in blocks_of(region)]
    blocks = _notes_last(blocks, body, sheet.height)
    _join(blocks, body)
    for block in blocks:
        text = block.text or joined(list(chain(block.lines, *block.further)), words)
        if ". ." in text or "...." in text:  # a table of contents
            yield _Said(sheet, block, _LEADERS.sub(" … ", text), False)
            continue
        if block.kind == "caption" and not is_caption(text):
            block.kind = "text"
        yield _Said(sheet, block, text, is_heading(block, text, body))
    for line in sheet.aside:
        yield _Said(sheet, Block([line]), line.text, False)


def _title(headings: Sequence[_Said]) -> _Said | None:
    """The largest heading, if it is the only one of its size and stands at the beginning."""
    if not headings:
        return None
    first, *others = sorted(headings, key=lambda one: -one.block.size)
    digits = sum(sign.isdigit() for sign in first.text)
    if 5 * digits > len(first.text):  # a stamp
        return None
    alone = not others or others[0].block.size < 0.97 * first.block.size
    return first if alone and first.sheet.number == headings[0].sheet.number <= 2 else None


def _front(headings: Sequence[_Said]) -> set[Style]:
    """The type of headings that stand on the first pages only, larger than those further on."""
    later = {style_of(one.block) for one in headings if one.sheet.number > _FRONT}
    first = {style_of(one.block) for one in headings} - later
    return {style for style in first if later and style > max(later)}


def _notes_last(blocks: list[Block], body: Body, height: float) -> list[Block]:
    """Footnotes behind all columns, so that the text runs on from one column to the next."""
    notes: list[Block] = []
    kept: list[Block] = []
    for block in blocks:
        first = block.lines[0]
        small = block.kind == "text" and block.size < 0.95 * body.size
        begins = small and first.top < 0.4 * height and _NOTE.match(first.text)
        goes_on = small and notes and not notes[-1].last and block.gap < 9
        if begins or goes_on:
            notes.append(block)
            if block.last and kept:
                kept[-1].last = True
        else:
            kept.append(block)
    return kept + notes


def _join(blocks: list[Block], body: Body) -> None:
    """Sentences that run on at the top of a later column; captions and tables are looked past."""
    at = 1
    while at < len(blocks):
        if blocks[at].first and (block := _before(blocks, at, body)):
            follower = blocks.pop(at)
            block.further += [follower.lines, *follower.further]
            block.last, block.full = follower.last, follower.full
        else:
            at += 1


def _before(blocks: Sequence[Block], at: int, body: Body) -> Block | None:
    """The nearest block that a block goes on with."""
    other = blocks[at]
    for earlier in range(at - 1, max(at - _FARTHEST, -1), -1):
        block = blocks[earlier]
        large = block.size > 1.12 * body.size or block.lines[-1].bold
        alike = block.kind == "text" and abs(other.size - block.size) < 0.08 * block.size
        if block.last and alike and not large and _is_open(block):
            han = is_han(other.lines[0].text[0])  # has no small letters to go on with
            near = block.full or (earlier == at - 1 and not han)
            return block if near and _continues(block, other) else None
    return None


def _is_open(block: Block) -> bool:
    last = (block.further or [block.lines])[-1][-1]
    return last.tied or not ends(last.text)


def _continues(block: Block, other: Block) -> bool:
    line = other.lines[0]
    last = (block.further or [block.lines])[-1][-1]
    first = line.text[0]
    number = first.isdigit() and not begins_item(line.text)
    runs_on = last.tied or first.islower() or number or "\u3400" <= first <= "\u9fff"
    return other.kind == "text" and runs_on
