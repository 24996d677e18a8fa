"""Markdown and plain text, read into passages."""

import re
from collections.abc import Iterator

from copydesk.documents.grid import Slot, add_table
from copydesk.documents.reading import Reading
from copydesk.prose.markdown import blocks, cells, is_delimiter_row, plain_inline

_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?([^\"'\n]+)", re.MULTILINE)
_NUMBER = re.compile(r"[ \t>]*(\d{1,9}[.)])[ \t]")
_HEADING = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]{1,8}([编部篇卷章节回])(?:[ \t\u3000:：].{0,40})?"
    r"|(part|book|volume|chapter|section|appendix) (?:\d{1,3}|[ivxlc]{1,7}|[a-h])\b"
    r"[^\n]{0,70}(?<![.;,])",
    re.IGNORECASE,
)
_LEVELS = dict.fromkeys(("编", "部", "篇", "卷", "part", "book", "volume"), 1) | {
    "节": 3,
    "section": 3,
}
LONGEST = 1 << 14  # characters of a passage; a text without line breaks is cut at sentences
_ENDS = (". ", "。", "! ", "? ", "！", "？", "\n")


def read_markdown(text: str) -> Reading:
    """Headings become sections; markup goes, code stays as text."""
    reading = Reading()
    if front := _FRONT.match(text):
        found = _TITLE.search(front[1])
        reading.title = found[1].strip() if found else ""
        text = text[front.end() :]
    sources = text.split("\n")
    for block in blocks(text):
        if block.kind == "heading":
            reading.head(block.plain, level=block.level)
            reading.title = reading.title or reading.section
        elif block.kind == "table":
            lines = [line for line in block.text.split("\n") if not is_delimiter_row(line)]
            table = [[Slot(plain_inline(cell)) for cell in cells(line)] for line in lines]
            add_table(reading, table, heads=1)
        else:
            number = _NUMBER.match(sources[block.line - 1]) if block.kind == "item" else None
            said = block.text if block.kind == "code" else block.plain
            for piece in cut(f"{number[1]} {said}" if number else said):
                reading.add(piece)
    return reading


def read_text(text: str) -> Reading:
    """Paragraphs lie between blank lines; a text with next to none has one on each line."""
    if re.search(r"^#{1,6} \S", text, re.MULTILINE):
        return read_markdown(text)
    reading = Reading()
    parts = re.split(r"\n[ \t]*\n", text)
    if len(parts) * 40 < text.count("\n"):
        parts = text.split("\n")
    for part in parts:
        if heading := _HEADING.fullmatch(part.strip()):
            reading.head(part, level=_LEVELS.get(heading[1] or heading[2].casefold(), 2))
        else:
            for piece in cut(part):
                reading.add(piece)
    return reading


def cut(text: str) -> Iterator[str]:
    """A text in parts of sensible length; one endless line is cut at its sentences."""
    start = 0
    while len(text) - start > LONGEST:
        end = max(text.rfind(mark, start, start + LONGEST) for mark in _ENDS) + 1
        end = end if end > start + LONGEST // 2 else start + LONGEST
        yield text[start:end]
        start = end
    yield text[start:]
