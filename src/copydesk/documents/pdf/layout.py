"""Lines on pages become paragraphs under headings, without furniture."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from copydesk.documents.passage import Box, line_of
from copydesk.documents.pdf.sheet import Line, Sheet
from copydesk.documents.pdf.words import Words, joined
from copydesk.documents.reading import Reading

_EDGE = 0.12  # of the page's height, at its top and bottom, where furniture stands
_BULLET = re.compile(r"(?:[•·▪◦‣●○■□§➢✓*–-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s")
_ENDS = re.compile(r"[.!?…:;。！？：；][\"”’)\]]*$")
_HEADING_LENGTH = 120


def without_furniture(pages: Sequence[Sheet]) -> None:
    """Take off headers, footers and page numbers: what stands at the edge of many pages."""
    least = max(3, len(pages) // 4)
    seen = Counter(
        key for page in pages for key in {_key(n, page) for n in page.lines if _at_edge(n, page)}
    )
    common = {key for key, times in seen.items() if times >= least}
    for page in pages:
        page.lines = [n for n in page.lines if not (_at_edge(n, page) and _key(n, page) in common)]


def _at_edge(line: Line, page: Sheet) -> bool:
    return line.low > (1 - _EDGE) * page.height or line.top < _EDGE * page.height


def _key(line: Line, page: Sheet) -> str:
    """A line with its numbers left open, so that page numbers are alike; and top or bottom."""
    where = "^" if line.low > page.height / 2 else "_"
    return where + re.sub(r"\d+|\b[ivxlc]+\b", "#", line_of(line.text))


def paragraphs(pages: Sequence[Sheet], reading: Reading) -> None:
    """Add the pages' paragraphs to a reading; one that runs over a page's end stays two."""
    sizes = Counter(round(n.size, 1) for page in pages for n in page.lines for _ in n.text[::20])
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    words = Words(line for page in pages for line in page.lines)
    for page in pages:
        for block in _blocks(page.lines):
            text = joined(block, words)
            box = around(block)
            if _is_heading(block, text, body):
                reading.head(text, page.number, boxes=(box,))
            else:
                reading.add(text, page.number, boxes=(box,))


def around(lines: Sequence[Line]) -> Box:
    """The box that holds all lines."""
    return Box(
        min(n.left for n in lines),
        min(n.low for n in lines),
        max(n.right for n in lines),
        max(n.top for n in lines),
    )


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
    gaps = [a.low - b.low for a, b in pairwise(page)]
    close = [gap for gap in gaps if 1.6 < gap < 50]
    return median(close) if close else 16.0


def _breaks(block: Sequence[Line], line: Line, usual: float) -> bool:
    last = block[-1]
    if last.tied:
        return False
    if _BULLET.match(line.text) or abs(line.size - last.size) > 0.2 * last.size:
        return True
    gap = last.low - line.low
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
