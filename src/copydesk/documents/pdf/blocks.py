"""Rows of a region become blocks: paragraphs, headings, list items, captions, rows of tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from copydesk.documents.passage import Kind
from copydesk.documents.pdf.captions import begins_caption
from copydesk.documents.pdf.columns import Region
from copydesk.documents.pdf.rows import Row, is_han, one_line
from copydesk.documents.pdf.sheet import Line
from copydesk.documents.pdf.tables import parts_of, table_of

_CLOSING = '"”’)]」』'
_ENDS = frozenset(".!?…:;。！？：；")
_BULLET = re.compile(
    r"(?:[•·▪◦‣●○■□▶➢✓✔❖◆★\uf0b7\uf0a7*–—-]|o(?= [A-Z])|"
    r"[(（]?(?:\d{1,2}|[a-z]|[A-Z](?=[)）])|[ivx]{1,4}|[一二三四五六七八九十]{1,3})[.)）、．])\s*(?=\S)"
)


@dataclass(eq=False, slots=True)
class Block:
    """Lines that belong together.

    Attributes:
        text: of a table's row; of all else it is made of the lines.
        last: it is the last of its region, so that it may go on in the next one.
        first: it is the first of its region.
        gap: the white above it, in lines; 9 at the top of its region.
        full: its last line reaches the region's end, as far as it is `last`.
        share: of the region's width that its first line takes.
        further: lines that go on with it in other regions, a list for each.
    """

    lines: list[Line]
    kind: Kind = "text"
    text: str = ""
    first: bool = False
    last: bool = False
    full: bool = False
    gap: float = 9.0
    share: float = 1.0
    further: list[list[Line]] = field(default_factory=list)

    @property
    def size(self) -> float:
        """The size of its type."""
        return self.lines[0].size


def blocks_of(region: Region) -> list[Block]:
    """A region's blocks, from top to bottom."""
    if all(len(row) == 1 for row in region.rows):
        found = list(_paragraphs(region, [row[0] for row in region.rows]))
    else:
        found = list(_mixed(region, region.rows))
    if found:
        found[0].first = True
        for block in found[-2:] if _is_under(found) else found[-1:]:
            block.last = True
            block.full = len(region.rows) > 1 and not _is_short(block.lines[-1], region)
    return found


def _is_under(blocks: Sequence[Block]) -> bool:
    """Whether the last block is a footer or note under the text, which may go on elsewhere."""
    if len(blocks) < 2:
        return False
    last = blocks[-1]
    return last.size < 0.95 * blocks[-2].size and last.gap > 1.35


def _mixed(region: Region, rows: Sequence[Row]) -> Iterator[Block]:
    text: list[Row] = []
    for may_be, part in parts_of(rows):
        table = table_of(part) if may_be else None
        if table is None:
            text += part
            continue
        yield from _text(region, text + table.over)
        text = table.under
        for row in table.rows:
            yield Block(row.lines, "row", row.text)
    yield from _text(region, text)


def _text(region: Region, rows: Sequence[Row]) -> Iterator[Block]:
    """Paragraphs; a row of cells that is none of a table stands for itself."""
    lines: list[Line] = []
    for row in rows:
        if len(row) == 1:
            lines.append(row[0])
            continue
        wide = any(b.left - a.right > 1.5 * a.size for a, b in pairwise(row))
        if wide and not (len(row) == 2 and _BULLET.match(f"{row[0].text} x")):
            yield from _paragraphs(region, lines)
            yield Block([one_line(row)])
            lines = []
        else:
            lines.append(one_line(row))
    yield from _paragraphs(region, lines)


def _paragraphs(region: Region, lines: Sequence[Line]) -> Iterator[Block]:
    usual = _usual_pitch(lines)
    block: Block | None = None
    for line in lines:
        pitch = max(usual, 1.1 * line.size)
        gap = 9.0 if block is None else (block.lines[-1].low - line.low) / pitch
        if block is None or _breaks(block, line, gap, region):
            if block is not None:
                yield block
            share = (line.right - line.left) / (region.right - region.left or 1)
            kind: Kind = "caption" if begins_caption(line.text) else "text"
            block = Block([line], kind, gap=gap, share=share)
        else:
            block.lines.append(line)
    if block is not None:
        yield block


def begins_item(text: str) -> bool:
    """Whether a text begins with a bullet or a number like a list's item."""
    return _BULLET.match(text) is not None


def ends(text: str) -> bool:
    """Whether a text ends like a sentence."""
    return text[-1] in _ENDS or (text[-1] in _CLOSING and text.rstrip(_CLOSING)[-1:] in _ENDS)


def _usual_pitch(lines: Sequence[Line]) -> float:
    """How far below one line the next one mostly stands."""
    gaps = [a.low - b.low for a, b in pairwise(lines)]
    close = [gap for gap, line in zip(gaps, lines, strict=False) if 0.4 < gap / line.size < 2.5]
    return median(close) if close else max((line.size for line in lines), default=1.0) * 1.2


def _breaks(block: Block, line: Line, gap: float, region: Region) -> bool:
    """Whether a line begins a new block."""
    last, first = block.lines[-1], block.lines[0]
    if last.tied and gap < 4:
        return False
    if ". . ." in last.text or "....." in last.text:  # a table of contents
        return True
    if gap > 1.35 or _is_other_type(last, line):
        return gap > 0.4
    if _BULLET.match(line.text) and _is_item(block, line, region):
        return True
    captioned = begins_caption(line.text) and ends(last.text)
    if last.bold and not line.bold and not line.text[0].islower():
        return all(n.bold for n in block.lines)
    if captioned or line.bold != last.bold:
        return _is_short(last, region) or line.bold or block.kind == "caption"
    if _is_short(last, region) and line.left > region.left + 1.2 * line.size:
        alone = len(block.lines) == 1 and is_han(line.text[0])
        hangs = last.bold or _BULLET.match(first.text)
        return not hangs and (line.left > last.left + 1 or alone)
    if line.text[0].isupper() and _had_room(block, line, region):
        return True  # the last line of a paragraph that ends without a full stop
    if not ends(last.text):
        return False
    indented = line.left > last.left + 0.7 * line.size and not _BULLET.match(first.text)
    return _is_short(last, region) or (indented and len(block.lines) > 1)


def _had_room(block: Block, line: Line, region: Region) -> bool:
    """Whether the first word of a line would have stood at the end of the line before."""
    last = block.lines[-1]
    edge = max(n.right for n in block.lines) if len(block.lines) > 1 else region.right
    letter = (line.right - line.left) / len(line.text)
    needed = (line.text.find(" ") % len(line.text) + 2) * letter
    return last.right + needed < edge - 0.08 * (edge - region.left)


def _is_other_type(last: Line, line: Line) -> bool:
    """Whether a line is set in another size; ends in another font make a smaller difference."""
    if line.size == last.size:
        return False
    change = abs(line.size - last.size) / max(last.size, line.size)
    return change > 0.2 or (change > 0.13 and not line.text[0].islower())


def _is_short(line: Line, region: Region) -> bool:
    return line.right < region.right - 0.2 * (region.right - region.left)


def _is_item(block: Block, line: Line, region: Region) -> bool:
    """Whether a line with a bullet or number is a list's item, not the middle of a sentence."""
    last = block.lines[-1]
    return bool(
        (ends(last.text) and _is_short(last, region))
        or _BULLET.match(block.lines[0].text)
        or line.left > last.left + 3
        or not line.text[0].isalnum()
    )
