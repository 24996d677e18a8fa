"""Markdown taken apart into the texts in it and the structure around them, and put together again.

Only the texts are ever changed. Everything between them is copied from the source byte by byte, so
that no heading, fence, address, table rule or blank line depends on what a model says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from copydesk.writer.transform.disguise import disguised
from copydesk.writer.transform.spread import joined, spread

Kind = Literal["paragraph", "heading", "item", "cell"]

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_HASHES = re.compile(r"#{1,6}[ \t]+$")
_CLOSING_HASHES = re.compile(r"(?<!\S)(#+)$")
_TASK = re.compile(r"\[[ xX]\]\s+(?=\S)")
_HARD_BREAK = re.compile(r"(?:\s*(?:<br\s*/?>|(?<!\\)(?:\\\\)*\\))+$", re.IGNORECASE)


@dataclass(frozen=True)
class Slot:
    """Where a line of text stands: line number from 0, first character, the one after its last."""

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Unit:
    """A text to work on: a paragraph up to a hard break, a heading, an item or a cell.

    Attributes:
        slots: the lines it stands on.
        text: its lines as one, soft line breaks taken out, pipes in a cell bare.
    """

    kind: Kind
    slots: tuple[Slot, ...]
    text: str

    @property
    def line(self) -> int:
        """The line on which it begins, from 1, as an editor counts."""
        return self.slots[0].line + 1


@dataclass(frozen=True)
class Page:
    """A Markdown text: its lines, their ends, and the units on them in reading order."""

    lines: tuple[str, ...]
    ends: tuple[str, ...]
    units: tuple[Unit, ...]

    def put(self, texts: Mapping[int, str], first: int = 0, last: int | None = None) -> str:
        """The lines from `first` to before `last`, with new texts for units, by their number."""
        last = len(self.lines) if last is None else last
        changes: dict[int, list[tuple[Slot, str]]] = {}
        for number, text in texts.items():
            unit = self.units[number]
            for slot, line in zip(unit.slots, self._laid_out(unit, text), strict=True):
                changes.setdefault(slot.line, []).append((slot, line))
        kept: list[str] = []
        end = ""
        for number in range(first, last):
            changed = self._line(number, changes.get(number, []))
            if changed is not None:  # without it the line before ends as this one did
                kept += [end, changed]
            end = self.ends[number]
        return "".join([*kept, end])

    def source(self, unit: Unit) -> list[str]:
        """The unit's lines as they stand in the text."""
        return [self.lines[s.line][s.start : s.end] for s in unit.slots]

    def _laid_out(self, unit: Unit, text: str) -> Sequence[str]:
        lines = self.source(unit)
        if text == unit.text:
            return lines
        if unit.kind == "heading" and self._in_hashes(unit):
            closes = not _CLOSING_HASHES.search(unit.text)
            return [_CLOSING_HASHES.sub(r"\\\1" if closes else r"\1", _flat(text))]
        if unit.kind == "cell" and "|" not in self.lines[unit.slots[0].line][: unit.slots[0].start]:
            return [mended(mended(text, "cell"), "paragraph")]
        tolerated = unit.kind != "cell" and _tolerated(text, unit.text)
        spread_out = spread(_flat(text) if tolerated else mended(text, unit.kind), lines)
        if not spread_out[-1]:  # what ended the last line, such as a hard break, moves up
            last = unit.slots[-1]
            filled = max(i for i, line in enumerate(spread_out) if line or i == 0)
            spread_out[filled] += self.lines[last.line][last.end :]
        return spread_out

    def _line(self, number: int, changes: list[tuple[Slot, str]]) -> str | None:
        """A line with its new texts; None where the only text on it is gone."""
        line = self.lines[number]
        for slot, text in sorted(changes, key=lambda change: -change[0].start):
            line = line[: slot.start] + text + line[slot.end :]
        return None if len(changes) == 1 and not changes[0][1] else line

    def _in_hashes(self, unit: Unit) -> bool:
        """Whether a heading stands behind hashes, rather than over a rule."""
        slot = unit.slots[0]
        return bool(_HASHES.search(self.lines[slot.line], 0, slot.start))


def take_apart(markdown: str) -> Page:
    """Find every text in a Markdown text; front matter, code, HTML and comments are none."""
    pieces = _LINE_END.split(markdown)
    lines, ends = tuple(pieces[::2]), (*pieces[1::2], "")
    units: list[Unit] = []
    inside: list[str] = []
    cell_from: tuple[int, int] = (-1, 0)
    for token in _blocks("\n".join(disguised(lines))):
        if token.nesting:
            _step(inside, token)
        elif token.type == "inline" and token.map:
            kind = _kind(inside)
            if kind == "cell":
                found, cell_from = _cell(lines, token, cell_from)
                units += found
            else:
                units += _text(lines, token, kind)
    return Page(lines, ends, tuple(unit for unit in units if any(map(str.isalpha, unit.text))))


def outline(markdown: str) -> list[tuple[str, str, str]]:
    """The blocks of a text without its words: kind, tag, and what code and HTML hold."""
    lines = _LINE_END.split(markdown)[::2]
    return [
        (token.type, token.tag or token.info, "" if token.type == "inline" else token.content)
        for token in _blocks("\n".join(disguised(lines)))
    ]


def _parser() -> MarkdownIt:
    """Blocks alone: what is inside a line is never parsed here, so nothing there can be slow."""
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _parser()


def _blocks(markdown: str) -> list[Token]:
    return _PARSER.parse(markdown)


def _step(inside: list[str], token: Token) -> None:
    if token.nesting > 0:
        inside.append(token.type.removesuffix("_open"))
    else:
        inside.pop()


def _kind(inside: list[str]) -> Kind:
    if inside[-1] in ("td", "th"):
        return "cell"
    if inside[-1] == "heading":
        return "heading"
    return "item" if inside[-2:-1] == ["list_item"] else "paragraph"


def _text(lines: tuple[str, ...], token: Token, kind: Kind) -> list[Unit]:
    """The units of a paragraph or heading: one, or one for each stretch between hard breaks."""
    assert token.map  # noqa: S101 - the caller looked
    units: list[Unit] = []
    slots: list[Slot] = []
    contents = token.content.split("\n")
    for offset, content in enumerate(contents):
        number = token.map[0] + offset
        last = offset == len(contents) - 1
        slot, breaks = _slot(lines[number], number, content, last=last)
        slots += [slot] if slot else []
        if slots and (breaks or last):
            slots[0] = _after_task(lines, slots[0]) if kind == "item" else slots[0]
            text = joined([lines[s.line][s.start : s.end] for s in slots])
            units.append(Unit(kind, tuple(slots), text))
            slots = []
    return units


def _slot(line: str, number: int, content: str, *, last: bool) -> tuple[Slot | None, bool]:
    """Where a line's text stands in the source, and whether a hard break ends it."""
    text = content.strip()
    start = line.rfind(text)
    if start < 0:  # a tab that is half indentation: leave the line as it is
        return None, True
    hard = None if last else _HARD_BREAK.search(text)
    breaks = bool(hard) or (not last and content.endswith("  "))
    end = start + (hard.start() if hard else len(text))
    return (Slot(number, start, end) if end > start else None), breaks


def _after_task(lines: tuple[str, ...], slot: Slot) -> Slot:
    """The text of a task without its box."""
    box = _TASK.match(lines[slot.line], slot.start, slot.end)
    return Slot(slot.line, box.end(), slot.end) if box else slot


def _cell(
    lines: tuple[str, ...], token: Token, at: tuple[int, int]
) -> tuple[list[Unit], tuple[int, int]]:
    """The unit of a table cell, found after the cell before it on its line."""
    assert token.map  # noqa: S101 - the caller looked
    number = token.map[0]
    raw = token.content.strip().replace("|", "\\|")
    after = at[1] if at[0] == number else 0
    start = lines[number].find(raw, after) if raw else -1
    if start < 0:
        return [], (number, after)
    slot = Slot(number, start, start + len(raw))
    return [Unit("cell", (slot,), token.content.strip())], (number, slot.end)


# What makes the first line of a text a block of another kind.
_RULE = re.compile(r"[-*_ ]+")
_BAR_INSIDE = re.compile(r"[^\s|\\]\s*\|\s*[^\s|]")
_MARKER = re.compile(r"(?:[-+*>#|=~<\[]|`{3}|\d{1,9}(?=[.)]))")


def mended(text: str, kind: Kind) -> str:
    """A text that stays what it is at its place: one line, no mark that makes it another block."""
    text = _flat(text)
    if kind == "cell":
        return text.replace("|", "\\|")
    if kind == "heading" and not _BAR_INSIDE.search(text):  # one column over a rule is a table
        text = re.sub(r"\\?\|", "&#124;", text)
    found = _MARKER.match(text)
    if found and (_RULE.fullmatch(text) or not _is_paragraph(text)):
        end = found.end() if text[0].isdigit() else 0
        escaped = f"{text[:end]}\\{text[end:]}"
        return escaped if _is_paragraph(escaped) else f"\u200b{text}"
    return text


def _tolerated(text: str, source: str) -> bool:
    """Whether a text begins with the same mark as its source, which is none at its place."""
    new, old = _MARKER.match(text), _MARKER.match(source)
    return bool(new and old and new[0] == old[0]) and not _is_paragraph(source)


def _flat(text: str) -> str:
    """A text on one line; wide spaces stay."""
    return re.sub(r"[ \t\n\r\f\v]+", " ", text).strip()


def _is_paragraph(text: str) -> bool:
    tokens = _blocks(text)
    return len(tokens) == 3 and tokens[0].type == "paragraph_open"
