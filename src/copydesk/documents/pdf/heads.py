"""Which blocks are headings, and how they stand under one another."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.documents.pdf.blocks import Block
from copydesk.documents.pdf.sheet import Line

_LONGEST = 180  # characters
_LONGEST_NUMBERED = 100  # where nothing but a number says that it is a heading
_NUMBERED = re.compile(
    r"(?P<west>(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*)\.?\s+[^\W\d_]|(?P<roman>[IVX]{1,5})\.\s+[A-Z]|"
    r"(?P<chapter>第[\d一二三四五六七八九十百]+[章编篇部])|(?P<section>第[\d一二三四五六七八九十百]+[节條条])|"
    r"(?P<one>[一二三四五六七八九十]{1,3}、)|(?P<two>[（(][一二三四五六七八九十]{1,3}[)）])"
)
_WORDS = re.compile(r"[^\W\d_]{3}|[\u3400-\u9fff]{2}")
_MARKED = re.compile(r"[^\W\d_]{2}\d(?:,\d)*(?=\s|$)")  # names of authors, with their notes
_NO_END = (".", "。", ",", "，", ";", "；", "、")
_LARGER = 1.12  # than the body's type
_OUTERMOST = 1

Style = tuple[float, bool]  # a heading's size, and whether it is bold


@dataclass(frozen=True)
class Body:
    """What a document's running text looks like."""

    size: float
    bold: bool


def body_of(lines: Iterable[Line]) -> Body:
    """The size that most of the text has; whether bold says nothing, for half of it is."""
    sizes: Counter[float] = Counter()
    bold = total = 0
    for line in lines:
        sizes[line.size] += len(line.text)
        total += 1
        bold += line.bold
    rounded: Counter[float] = Counter()
    for size, letters in sizes.items():
        rounded[round(size, 1)] += letters
    size = rounded.most_common(1)[0][0] if sizes else 1.0
    return Body(size, 2 * bold > total)


def is_heading(block: Block, text: str, body: Body) -> bool:
    """Whether a block is a heading, by its type, its number and the white above it."""
    if block.kind != "text" or len(text) > _LONGEST or len(block.lines) > 4:
        return False
    if not (_stands_out(block, text, body) or _is_numbered(block, text)):
        return False
    if block.lines[-1].tied or (text.endswith(_NO_END) and block.size <= 1.3 * body.size):
        return False
    return _WORDS.search(text) is not None and len(_MARKED.findall(text)) < 2


def _stands_out(block: Block, text: str, body: Body) -> bool:
    """Whether its type is larger or bolder than the body's."""
    if block.size > _LARGER * body.size:
        return True
    bold = not body.bold and all(line.bold for line in block.lines)
    return bold and block.size > 0.94 * body.size and _begins(text)


def _is_numbered(block: Block, text: str) -> bool:
    """Whether it is a line with a number like a heading's, and white above it."""
    if len(block.lines) > 1 or len(text) > _LONGEST_NUMBERED:
        return False
    number = _NUMBERED.match(text)
    if number is None or block.share > 0.7 or block.gap < 1.3:
        return False
    deep = "." in (number["west"] or "") or number["chapter"] or number["section"]
    return bool(deep or number["one"])


def _begins(text: str) -> bool:
    return not text[0].islower()


class Levels:
    """How deep a heading stands, by its number and by its type among all headings' types."""

    def __init__(self, headings: Sequence[tuple[Block, str]]) -> None:
        styles = sorted({style_of(block) for block, _ in headings}, reverse=True)
        self._ranks = {style: rank for rank, style in enumerate(styles, 1)}
        self._usual: dict[Style, int] = {}
        depths: dict[Style, Counter[int]] = {}
        for block, text in headings:
            if depth := _depth(text):
                depths.setdefault(style_of(block), Counter())[depth] += 1
        for style, counted in depths.items():
            self._usual[style] = counted.most_common(1)[0][0]

    def of(self, block: Block, text: str) -> int:
        """A level for `Reading.head`; 1 is the outermost."""
        style = style_of(block)
        return 10 * self._ranks[style] + (_depth(text) or self._usual.get(style, _OUTERMOST))


def style_of(block: Block) -> Style:
    """Sizes within a tenth are one; bold stands above what is not."""
    return round(block.size * 2) / 2, block.lines[0].bold


def _depth(text: str) -> int:
    """1.2.3 is three deep; 0 without a number."""
    number = _NUMBERED.match(text)
    if number is None:
        return 0
    if number["west"]:
        return 1 + number["west"].count(".")
    if number["section"] or number["two"]:
        return 2
    return 1
