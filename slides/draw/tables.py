"""Tables as a newspaper sets them: a tinted header, thin rules, numbers flush right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn
from pptx.util import Pt

from copydesk.brief import Language
from copydesk.slides.master.inherit import Frame
from copydesk.slides.master.master import CELL_MARGIN
from copydesk.slides.typeset.thin.fit import BODY_FLOOR, Fitted, cut, printable
from copydesk.slides.typeset.thin.metrics import HAN_LINE, LATIN_LINE, is_han, line_count, text_width
from copydesk.slides.typeset.thin.runs import write

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's "No Style, No Grid"
_NUMBER = re.compile(r"^[<>≈~±+\-−–]?\s*[$€£¥]?\s*\d[\d\s,.，:/]*\s*[%‰°A-Za-z€$£¥万亿元]{0,5}$")
_TALLEST, _NARROWEST = 52.0, 72.0  # points
_SIZES = (18.0, 16.0, 15.0, BODY_FLOOR)

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Setting:
    """A table that fits: its cells, type size, column widths and row heights in points."""

    rows: Rows
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    cut: bool = False


def squared(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Rows:
    """Header and rows cleaned and padded to one width; a row longer than the header is cut."""
    count = len(header)
    full = (tuple(header), *(tuple(row[:count]) + ("",) * (count - len(row)) for row in rows))
    return tuple(tuple(printable(cell) for cell in row) for row in full)


def set_table(rows: Rows, frame: Frame, language: Language) -> Setting:
    """Choose size, columns and rows so that the table stays inside its frame."""
    for size in _SIZES:
        widths = _widths(rows, frame.width, size, language)
        heights = _heights(rows, widths, size, language)
        roomy = sum(heights) <= frame.height * (0.7 if size > frame.size else 1)
        if roomy:
            return Setting(rows, size, widths, _spread(heights, frame.height))
    return _cut_table(rows, frame, language)


def _cut_table(rows: Rows, frame: Frame, language: Language) -> Setting:
    """The last resort: cells cut to two lines, then to one, then only the rows that find room."""
    size = BODY_FLOOR
    widths = _widths(
        tuple(tuple(cut(c, 60) for c in row) for row in rows), frame.width, size, language
    )
    for most in (2, 1):
        short = tuple(
            tuple(_shortened(c, w, most, language) for c, w in zip(row, widths, strict=True))
            for row in rows
        )
        heights = _heights(short, widths, size, language)
        if sum(heights) <= frame.height:
            return Setting(short, size, widths, _spread(heights, frame.height), cut=True)
    while len(heights) > 1 and sum(heights) > frame.height:
        short, heights = short[:-1], heights[:-1]
    return Setting(short, size, widths, heights, cut=True)


def _shortened(text: str, column: float, most: int, language: Language) -> str:
    """A cell's text cut to at most `most` lines of its column."""
    width, limit = column - 2 * CELL_MARGIN[0], min(len(text), 400)
    while limit > 1 and _lines(cut(text, limit), width, BODY_FLOOR, language) > most:
        limit -= 1
    return cut(text, max(limit, 1))


def _lines(text: str, width: float, size: float, language: Language) -> int:
    return line_count(text, width, size, bold=True, han=language == "zh")


def _widths(rows: Rows, total: float, size: float, language: Language) -> tuple[float, ...]:
    """Columns in proportion to what they hold, none starved and none greedy."""
    natural = []
    for column in zip(*rows, strict=True):
        widest = max(text_width(c, size, bold=True, han=language == "zh") for c in column)
        natural.append(min(max(widest + 2 * CELL_MARGIN[0] + 6, _NARROWEST), total * 0.42))
    scale = total / sum(natural)
    if scale >= 1:
        extra = (total - sum(natural)) / len(natural)
        return tuple(n + extra for n in natural)
    return tuple(n * scale for n in natural)


def _heights(
    rows: Rows, widths: Sequence[float], size: float, language: Language
) -> tuple[float, ...]:
    """The height each row needs."""
    heights = []
    for row in rows:
        pairs = zip(row, widths, strict=True)
        lines = max(_lines(c, w - 2 * CELL_MARGIN[0], size, language) for c, w in pairs)
        tall = language == "zh" or any(is_han(c) for c in row)
        heights.append(lines * size * (HAN_LINE if tall else LATIN_LINE) + 2 * CELL_MARGIN[1])
    return tuple(heights)


def _spread(heights: tuple[float, ...], room: float) -> tuple[float, ...]:
    """Share what is left of the frame between the rows, up to a comfortable height."""
    extra = (room - sum(heights)) / len(heights)
    return tuple(max(h, min(h + extra, _TALLEST)) for h in heights)


def put_table(placeholder: Any, setting: Setting, language: Language) -> Any:
    """Put a set table into a table placeholder; returns the graphic frame."""
    frame = placeholder.insert_table(len(setting.rows), len(setting.widths))
    table = frame.table
    table._tbl.tblPr.set("bandRow", "0")
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    for column, width in zip(table.columns, setting.widths, strict=True):
        column.width = Pt(width)
    for row, height in zip(table.rows, setting.heights, strict=True):
        row.height = Pt(height)
    frame.height = sum(row.height for row in table.rows)
    flush = _numeric_columns(setting.rows)
    for i, texts in enumerate(setting.rows):
        for j, text in enumerate(texts):
            cell = table.cell(i, j)._tc
            write(cell.get_or_add_txBody(), Fitted((text,), setting.size), language)
            _dress(
                cell, header=i == 0, first=j == 0, right=j in flush, last=i == len(setting.rows) - 1
            )
    return frame


def _numeric_columns(rows: Rows) -> set[int]:
    """Columns whose every filled cell under the header is a number."""
    found = set()
    for j, column in enumerate(zip(*rows[1:], strict=True)):
        filled = [c for c in column if c not in ("", "–", "-", "—")]
        if filled and all(_NUMBER.match(c) for c in filled):
            found.add(j)
    return found


def _dress(cell: Any, *, header: bool, first: bool, right: bool, last: bool) -> None:
    """Rules, fill, margins, weight and alignment of one cell."""
    for paragraph in cell.iter(qn("a:p")):
        properties = paragraph.find(qn("a:pPr"))
        if properties is None:
            properties = etree.Element(qn("a:pPr"))
            paragraph.insert(0, properties)
        if right:
            properties.set("algn", "r")
    for run in cell.iter(qn("a:rPr")):
        run.set("b", "1" if header or first else "0")
        run.insert(0, _fill("tx1"))
    properties = cell.get_or_add_tcPr()
    side, above = (str(round(m * 12700)) for m in CELL_MARGIN)
    for name, value in (("marL", side), ("marR", side), ("marT", above), ("marB", above)):
        properties.set(name, value)
    properties.set("anchor", "ctr")
    for tag in ("a:lnL", "a:lnR", "a:lnT"):
        properties.append(_rule(tag, None))
    weight = 19050 if header else 12700 if last else 6350
    properties.append(_rule("a:lnB", (weight, "tx1" if header or last else "accent5")))
    if header:
        properties.append(_fill("bg2"))
    else:
        etree.SubElement(properties, qn("a:noFill"))


def _rule(tag: str, line: tuple[int, str] | None) -> Any:
    """A cell's border of a weight and colour, or none."""
    element = etree.Element(qn(tag))
    if line is None:
        element.set("w", "0")
        etree.SubElement(element, qn("a:noFill"))
    else:
        element.set("w", str(line[0]))
        element.append(_fill(line[1]))
    return element


def _fill(colour: str) -> Any:
    fill = etree.Element(qn("a:solidFill"))
    etree.SubElement(fill, qn("a:schemeClr")).set("val", colour)
    return fill
