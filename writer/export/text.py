"""Markdown → plain text that reads well in any mail: no markup, tables aligned."""

from collections.abc import Sequence
from textwrap import indent

from markdown_it.token import Token

from copydesk.writer.export.letters import columns
from copydesk.writer.export.manuscript import first_number, read_manuscript
from copydesk.writer.export.sheet import Sheet

_WIDEST = 40  # columns that a cell may claim; longer ones stand out of their column
_INDENT = "    "


def to_text(markdown: str, sheet: Sheet) -> bytes:
    """Lay Markdown out as UTF-8 text; lines are paragraphs, however long."""
    text = read_manuscript(markdown, sheet.title)
    flow = _Flow()
    if text.title:
        flow.put(_said(text.title))
    flow.write(text.blocks)
    for number, blocks in enumerate(text.notes, 1):
        flow.within(f"[{number}] ", blocks)
    return ("\n".join(flow.lines) + "\n").encode()


class _Flow:
    """Lines, with what stands before them: bullets, numbers, indents."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._before: list[str] = []  # for the next line; afterwards spaces of the same width
        self._numbers: list[int] = []  # of the next item of each open list; 0 for bullets
        self._close = False  # whether the last line belongs to a list without gaps

    def write(self, blocks: Sequence[Token]) -> None:
        """Add blocks."""
        place = 0
        while place < len(blocks):
            token = blocks[place]
            if token.type == "table_open":
                end = next(n for n in range(place, len(blocks)) if blocks[n].type == "table_close")
                self.put("\n".join(_table(blocks[place:end])))
                place = end
            elif token.type == "inline":
                self.put(_said(token), close=blocks[place - 1].hidden)
            else:
                self._mark(token)
            place += 1

    def within(self, mark: str, blocks: Sequence[Token]) -> None:
        """Add blocks behind a mark."""
        self._before.append(mark)
        self.write(blocks)
        self._before.pop()

    def put(self, text: str, *, close: bool = False) -> None:
        """Add a block of text, after an empty line where one is due."""
        if self.lines and not (close and self._close):
            self.lines.append("")
        self._close = close
        for line in text.split("\n"):
            self.lines.append(("".join(self._before) + line).rstrip())
            self._before = [" " * len(mark) for mark in self._before]

    def _mark(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._numbers.append(-1 if token.type.startswith("bullet") else first_number(token))
                self._close = self._close and len(self._numbers) > 1
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._before.append(self._mark_of_item())
            case "list_item_close":
                if self._before[-1].strip():
                    self.put("", close=True)
                self._before.pop()
            case "blockquote_open":
                self._before.append(_INDENT)
            case "blockquote_close":
                self._before.pop()
            case "fence" | "code_block":
                self.put(indent(token.content.rstrip("\n"), _INDENT))
            case "hr":
                self.put("* * *")

    def _mark_of_item(self) -> str:
        number = self._numbers[-1]
        if number < 0:
            return "- "
        self._numbers[-1] += 1
        return f"{number}. "


def _said(inline: Token) -> str:
    """Words; the address of a link after it, the number of a note in brackets."""
    out: list[str] = []
    links: list[tuple[str, int]] = []
    for token in inline.children or ():
        match token.type:
            case "link_open":
                links.append((str(token.attrGet("href")), len(out)))
            case "link_close":
                address, start = links.pop()
                shown = "".join(out[start:])
                bare = address.removeprefix("mailto:")
                out += [] if shown in (address, bare) else [f" ({bare})"]
            case "note_ref":
                out.append(f"[{token.meta['number']}]")
            case "softbreak":
                out.append(" ")
            case "hardbreak":
                out.append("\n")
            case _:
                out.append(token.content)
    return "".join(out).strip()


def _table(blocks: Sequence[Token]) -> list[str]:
    rows: list[list[tuple[str, bool]]] = []
    for place, token in enumerate(blocks):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            right = str(token.attrGet("style") or "").endswith("right")
            rows[-1].append((" ".join(_said(blocks[place + 1]).split()), right))
    widths = [0] * len(rows[0])
    for row in rows:
        for n, (cell, _) in enumerate(row):
            widths[n] = max(widths[n], min(columns(cell), _WIDEST))
    lines = [_row(row, widths) for row in rows]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def _row(row: Sequence[tuple[str, bool]], widths: Sequence[int]) -> str:
    cells = []
    for (cell, right), width in zip(row, widths, strict=True):
        gap = " " * (width - columns(cell))
        cells.append(gap + cell if right else cell + gap)
    return "  ".join(cells).rstrip()
