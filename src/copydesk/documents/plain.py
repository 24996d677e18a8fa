"""Markdown, plain text and comma-separated tables, read into passages."""

import csv
import io
import re
from collections.abc import Iterator

from copydesk.documents.passage import rows
from copydesk.documents.reading import Reading
from copydesk.prose.markdown import blocks, cells, is_delimiter_row, plain_inline

_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?([^\"'\n]+)", re.MULTILINE)
_MOST_COLUMNS = 512
_LONGEST = 1 << 14  # characters of a passage; a text without line breaks is cut at sentences
_ENDS = (". ", "。", "! ", "? ", "！", "？", "\n")


def read_markdown(text: str) -> Reading:
    """Headings become sections; markup goes, code stays as text."""
    reading = Reading()
    if front := _FRONT.match(text):
        found = _TITLE.search(front[1])
        reading.title = found[1].strip() if found else ""
        text = text[front.end() :]
    for block in blocks(text):
        if block.kind == "heading":
            reading.head(block.plain)
            reading.title = reading.title or reading.section
        elif block.kind == "table":
            lines = [line for line in block.text.split("\n") if not is_delimiter_row(line)]
            for row in rows(map(plain_inline, cells(line)) for line in lines):
                reading.add(row)
        else:
            for piece in _cut(block.text if block.kind == "code" else block.plain):
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
        for piece in _cut(part):
            reading.add(piece)
    return reading


def read_table(text: str) -> Reading:
    """Values between commas, semicolons, tabs or bars; each row under the heads of its columns."""
    reading = Reading()
    delimiter = max(",;\t|", key=text[:4096].count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    for row in rows(_rows(lines)):
        reading.add(row)
    return reading


def _rows(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    """All rows but those that csv refuses (a cell beyond its limit)."""
    while True:
        try:
            row = next(lines)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield row[:_MOST_COLUMNS]


def _cut(part: str) -> Iterator[str]:
    """A part of sensible length; one endless line is cut at its sentences."""
    start = 0
    while len(part) - start > _LONGEST:
        end = max(part.rfind(mark, start, start + _LONGEST) for mark in _ENDS) + 1
        end = end if end > start + _LONGEST // 2 else start + _LONGEST
        yield part[start:end]
        start = end
    yield part[start:]
