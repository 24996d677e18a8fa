"""Lines on pages become paragraphs under headings: joined, dehyphenated, without furniture."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading

HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at a line's end, the next line after it

_EDGE = 0.12  # of the page's height, at its top and bottom, where furniture stands
_BULLET = re.compile(r"(?:[•·▪◦‣●○■□§➢✓*–-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s")
_ENDS = re.compile(r"[.!?…:;。！？：；][\"”’)\]]*$")
_HEADING_LENGTH = 120
_HAN_EDGE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True)
class Line:
    """A line of a page.

    Attributes:
        left, right: in points.
        top, low: upper and lower edge of its first character, 0 (bottom) to 1 of the page.
        end: lower edge of its last character; lines that a hyphen ties to it lie between.
    """

    text: str
    left: float
    right: float
    top: float
    low: float
    end: float

    @property
    def size(self) -> float:
        """The height of its first character, of the page's."""
        return self.top - self.low


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without headers, footers and page numbers: what stands at the edge of many of them."""
    least = max(3, len(pages) // 4)
    seen = Counter(key for page in pages for key in {_key(line) for line in page if _at_edge(line)})
    common = {key for key, times in seen.items() if times >= least}
    return [
        [line for line in page if not (_at_edge(line) and _key(line) in common)] for page in pages
    ]


def _at_edge(line: Line) -> bool:
    return line.low > 1 - _EDGE or line.top < _EDGE


def _key(line: Line) -> str:
    """A line with its numbers left open, so that page numbers are alike; and top or bottom."""
    return ("^" if line.low > 0.5 else "_") + re.sub(r"\d+|\b[ivxlc]+\b", "#", line_of(line.text))


def paragraphs(pages: Sequence[Sequence[Line]], reading: Reading) -> None:
    """Add the pages' paragraphs to a reading; one that runs over a page's end stays two."""
    sizes = Counter(round(line.size, 3) for page in pages for line in page for _ in line.text[::20])
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    words = _vocabulary(line.text for page in pages for line in page)
    for number, page in enumerate(pages, 1):
        for block in _blocks(page):
            text = joined(block, words)
            if _is_heading(block, text, body):
                reading.head(text, number)
            else:
                reading.add(text, number)


def _blocks(page: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that belong together."""
    usual = _usual_pitch(page)
    block: list[Line] = []
    for line in page:
        if block and _breaks(block, line, usual):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _usual_pitch(page: Sequence[Line]) -> float:
    """How far below one line the next one mostly stands."""
    gaps = [a.end - b.low for a, b in pairwise(page)]
    close = [gap for gap in gaps if 0.002 < gap < 0.06]
    return median(close) if close else 0.02


def _breaks(block: Sequence[Line], line: Line, usual: float) -> bool:
    last = block[-1]
    if _BULLET.match(line.text) or abs(line.size - last.size) > 0.2 * last.size:
        return True
    gap = last.end - line.low
    if gap < -0.5 * usual:  # a new column goes on with an unfinished sentence
        return bool(_ENDS.search(last.text))
    if gap < 0.3 * usual:  # beside it: a cell of a table, or a superscript
        return line.left - last.right > 12
    if gap > 1.35 * usual:
        return True
    widest = max(item.right for item in block)
    short = last.right < widest - 0.25 * (widest - last.left)
    indented = len(block) > 1 and line.left > block[-1].left + 6
    return bool(_ENDS.search(last.text)) and (short or indented)


def _is_heading(block: Sequence[Line], text: str, body: float) -> bool:
    larger = block[0].size > 1.12 * body
    numbered = re.match(r"\d(?:\.\d+)*\.? [A-Z]", text) and len(block) == 1
    if len(text) > _HEADING_LENGTH or len(block) > 3 or not re.search(r"[^\W\d_]{3}", text):
        return False
    return bool(larger or numbered) and not text.endswith((".", "。", ",", ";"))


def joined(block: Sequence[Line], words: Counter[str]) -> str:
    """The text of several lines; Han lines are joined without a space."""
    text = block[0].text
    for line in block[1:]:
        han = _HAN_EDGE.match(text[-1:]) and _HAN_EDGE.match(line.text[:1])
        soft = text.endswith(("\u00ad", "\u2010", "-")) and line.text[:1].islower()
        if soft and re.search(r"[a-z][\u00ad\u2010-]$", text):
            text = text[:-1] + HYPHEN + line.text
        else:
            text += ("" if han else " ") + line.text
    return re.sub(rf"(\w*){HYPHEN}\s*(\w*)", lambda m: _rejoined(m[1], m[2], words), text).replace(
        "\u00ad", "-"
    )


def _rejoined(before: str, after: str, words: Counter[str]) -> str:
    """One word again: without its hyphen, unless the document writes both parts as words."""
    whole = (before + after).casefold()
    parts = words[before.casefold()] and words[after.casefold()]
    keeps = before[-1:].isdigit() or (not words[whole] and parts and len(after) > 1)
    return f"{before}-{after}" if keeps else before + after


def _vocabulary(texts: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text in texts:
        found.update(re.findall(rf"(?<!{HYPHEN})\b[^\W\d_]+\b(?!{HYPHEN})", text.casefold()))
    return found
