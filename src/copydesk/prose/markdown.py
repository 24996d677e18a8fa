"""Markdown taken apart: blocks with their lines, and the running text without markup.

Read line by line, in linear time, whatever the text: it measures what a model wrote, so it must
take anything. It is no renderer: an indented block is prose, and a fence that never closes hides
nothing.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.prose.scripts import HAN

Kind = Literal["heading", "paragraph", "item", "quote", "code", "table", "rule"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*(\w*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+|$)")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d{1,9}[.)])(?:\s+(?:\[[ xX]\]\s+)?|$)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_DELIMITERS = re.compile(r"[ \t|:\-]+$")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]^][^\[\]]*\]:\s*\S")
_NOTE = re.compile(r" {0,3}\[\^[^\[\]\s]+\]:\s*")
_RUNNING = {"markdown", "md", "text", "txt"}  # fences that hold prose, not code

_IMAGE = re.compile(r"!\[[^\[\]]*+\](?:\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)?\)|\[[^\[\]]*+\])")
_LINK = re.compile(r"\[([^\[\]]*+)\](?:\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)?\)|\[[^\[\]]*+\])")
_NOTE_MARK = re.compile(r"\[\^[^\[\]\s]++\]")
_TAG = re.compile(r"<(?:!--[^<>]*+|/?[a-zA-Z][^<>\n]*+)>|https?://[^\s<>()\[\]，。；、）】”]++")
_MARK = re.compile(
    r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?!\w)|~~|`+"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HAN_BREAK = re.compile(rf"(?<=[{HAN}，。！？；：、”’」』）…—])[ \t]*+\n\s*+(?=[{HAN}“‘「『（])")


@dataclass(frozen=True)
class Block:
    """One block of a Markdown text.

    Attributes:
        text: its Markdown source without the marks that make it this block.
        line: its first line, counted from 1.
        level: of a heading 1 to 6; of a list item how deep it is, from 1; else 0.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0

    @property
    def plain(self) -> str:
        """The running text of the block; "" for code and rules."""
        if self.kind in ("code", "rule"):
            return ""
        if self.kind == "table":
            rows = (row for row in self.text.split("\n") if not _DELIMITERS.match(row))
            return "\n".join(" ".join(plain_inline(cell) for cell in cells(row)) for row in rows)
        return plain_inline(self.text)


def plain(markdown: str) -> str:
    """The running text: no markup, no code blocks, no pictures, no addresses; a blank line between.

    Headings, list items and table cells are part of it.
    """
    texts = (block.plain for block in blocks(markdown))
    return "\n\n".join(text for text in texts if text)


def plain_inline(text: str) -> str:
    """A paragraph without its inline markup; line breaks become spaces, between Han nothing."""
    if any(c in text for c in "[<:"):
        text = _IMAGE.sub("", text)
        text = _NOTE_MARK.sub("", text)
        text = _TAG.sub("", _LINK.sub(r"\1", text))
    text = _MARK.sub(_unmarked, text) if any(c in text for c in "*_~`") else text
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    text = html.unescape(text) if "&" in text else text
    if "\n" in text:
        text = _HAN_BREAK.sub("", text)
    return " ".join(text.split())


def _unmarked(mark: re.Match[str]) -> str:
    """Nothing where a mark was; a backslash before it makes it a character of the text."""
    at = mark.start()
    return mark[0] if at > 0 and mark.string[at - 1] == "\\" else ""


def cells(row: str) -> list[str]:
    """The cells of a table's row, trimmed."""
    row = row.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)]


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a text in order. Nothing raises; what is no markup is a paragraph."""
    return iter(_Reader(markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")).read())


class _Reader:
    """Reads lines into blocks: an open block grows until a line ends it."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._done: list[Block] = []
        self._open: tuple[Kind, int, int] | None = None  # kind, line, level
        self._text: list[str] = []
        self._depths: list[int] = []  # indents of the lists that are open
        self._fences = _closing(lines)

    def read(self) -> list[Block]:
        at = 0
        while at < len(self._lines):
            at = self._line(at)
        self._close()
        return self._done

    def _line(self, at: int) -> int:
        """Take the line at an index, or the several that one block spans; where to go on."""
        line = self._lines[at]
        if at in self._fences:
            return self._fence(at)
        if not line.strip():
            self._close()
        elif self._continues_as_heading(line):
            self._underline(line)
        elif heading := _HEADING.match(line):
            self._add("heading", line[heading.end() :].rstrip().rstrip("#").rstrip(), at)
            self._level(len(heading[1]))
        elif _RULE.match(line):
            self._add("rule", line.strip(), at)
        elif self._opens_table(at):
            return self._table(at)
        elif not _REFERENCE.match(line):
            self._prose(line, at)
        return at + 1

    def _prose(self, line: str, at: int) -> None:
        if quote := _QUOTE.match(line):
            self._grow("quote", line[quote.end() :], at, 0)
        elif item := _ITEM.match(line):
            self._close()
            self._grow("item", line[item.end() :], at, self._depth(len(item[1].expandtabs(4))))
        elif note := _NOTE.match(line):
            self._close()
            self._grow("paragraph", line[note.end() :], at, 0)
        elif self._open:
            self._text.append(line.strip())
        else:
            self._grow("paragraph", line.strip(), at, 0)

    def _grow(self, kind: Kind, text: str, at: int, level: int) -> None:
        if self._open is None or self._open[0] != kind or kind == "item":
            self._close()
            self._open = (kind, at + 1, level)
        self._text.append(text)

    def _close(self) -> None:
        if self._open:
            kind, line, level = self._open
            self._done.append(Block(kind, "\n".join(self._text).strip(), line, level))
        self._open, self._text = None, []

    def _add(self, kind: Kind, text: str, at: int) -> None:
        self._close()
        self._depths.clear()
        self._done.append(Block(kind, text, at + 1))

    def _level(self, level: int) -> None:
        last = self._done[-1]
        self._done[-1] = Block(last.kind, last.text, last.line, level)

    def _depth(self, indent: int) -> int:
        while self._depths and self._depths[-1] > indent:
            self._depths.pop()
        if not self._depths or indent >= self._depths[-1] + 2:
            self._depths.append(indent)
        return len(self._depths)

    def _continues_as_heading(self, line: str) -> bool:
        """Whether this line underlines the one line of text above it."""
        alone = self._open is not None and self._open[0] == "paragraph" and len(self._text) == 1
        return alone and "|" not in self._text[0] and bool(_UNDERLINE.match(line))

    def _underline(self, line: str) -> None:
        text, at = self._text[0], self._open[1] - 1 if self._open else 0
        self._open, self._text = None, []
        self._add("heading", text, at)
        self._level(1 if line.strip()[0] == "=" else 2)

    def _opens_table(self, at: int) -> bool:
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return "|" in self._lines[at] and is_delimiter_row(following)

    def _table(self, at: int) -> int:
        end = at
        while end < len(self._lines) and "|" in self._lines[end]:
            end += 1
        self._add("table", "\n".join(self._lines[at:end]), at)
        return end

    def _fence(self, at: int) -> int:
        """A closed fence is code. The fences of prose, and one never closed, are passed over."""
        closing = self._fences[at]
        if closing == at:
            self._close()
            return at + 1
        self._add("code", "\n".join(self._lines[at + 1 : closing]), at)
        return closing + 1


def is_delimiter_row(line: str) -> bool:
    """Whether a line is the second row of a table: dashes, colons, bars."""
    return "|" in line and "-" in line and bool(_DELIMITERS.match(line))


def fences(lines: list[str]) -> Iterator[tuple[int, int | None, str]]:
    """Code fences: index of the opening line, of the closing one (None: never), info word."""
    opened: tuple[int, str, str] | None = None
    for at, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        if opened is None:
            opened = (at, fence[1], fence[2].lower())
        elif fence[1].startswith(opened[1]) and not line.strip().strip(opened[1][0]):
            yield opened[0], at, opened[2]
            opened = None
    if opened is not None:
        yield opened[0], None, opened[2]


def _closing(lines: list[str]) -> dict[int, int]:
    """Where each fence closes; its own line for fences to be passed over."""
    ends: dict[int, int] = {}
    for start, end, info in fences(lines):
        if end is None:
            ends[start] = start
        elif info in _RUNNING:
            ends[start], ends[end] = start, end
        else:
            ends[start] = end
    return ends
