"""Tables as a newspaper sets them: a strong header, thin rules, numbers flush right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from copydesk.brief import Language
from copydesk.slides.draw.elements import leaf, line, make
from copydesk.slides.draw.palette import Colour, palette, tint
from copydesk.slides.geometry import Box, emu
from copydesk.slides.master.layouts import Layout
from copydesk.slides.typeset.fit import BODY_FLOOR, Fitted, cut, printable
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.metrics import cell_line_height, line_count, text_width
from copydesk.slides.typeset.runs import write

SIDE, ABOVE = 9.0, 4.0  # points left and right, above and below the text of a cell
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's "No Style, No Grid"
_NUMBER = re.compile(r"^[<>≈~±+\-−–]?\s*[$€£¥]?\s*\d[\d\s,.，:/]*\s*[%‰°A-Za-z€$£¥万亿元]{0,5}$")
_TALLEST, _NARROWEST, _WELL_OFF = 52.0, 72.0, 30.0  # points
_SIZES = (18.0, 16.0, 15.0, BODY_FLOOR)
_LEAST_COLUMN = 44.0  # points: a narrower column holds no word
_LONGEST = 400  # characters of a cell that are looked at
_MOST_ROWS = 60  # no page holds more at the smallest size

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Setting:
    """A table that fits: its cells, type, columns and row heights in points.

    `size` counts the rows and columns of the whole table, not all of which may have found room;
    `cut` says that a cell was shortened.
    """

    rows: Rows
    type: Type
    columns: "Columns"
    heights: tuple[float, ...]
    size: tuple[int, int] = (0, 0)
    cut: bool = False

    @property
    def shown(self) -> tuple[int, int]:
        """How many rows and columns there are on the page."""
        return len(self.rows), len(self.rows[0])


@dataclass(frozen=True)
class Columns:
    """Columns: their widths, the space before their text, and which hold numbers, flush right."""

    widths: tuple[float, ...]
    before: tuple[float, ...]
    flush: frozenset[int]

    def rooms(self) -> list[float]:
        """The width that text has in each column."""
        return [w - b - SIDE for w, b in zip(self.widths, self.before, strict=True)]


def squared(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Rows:
    """Header and rows cleaned and padded to one width; without a header the first row is it."""
    full = [tuple(header), *rows] if header else list(rows)
    count = max((len(row) for row in full), default=0)
    padded = (tuple(row) + ("",) * (count - len(row)) for row in full)
    return tuple(tuple(printable(cell) for cell in row) for row in padded)


def set_table(rows: Rows, box: Box, frame: Frame, language: Language) -> Setting:
    """Choose size, columns and rows so that a table stays inside its box."""
    most = max(int(box.width / _LEAST_COLUMN), 1)
    looked_at = tuple(row[:most] for row in rows[:_MOST_ROWS])
    setting = _set_table(looked_at, box, frame, language)
    return replace(setting, size=(len(rows), len(rows[0])))


def _set_table(rows: Rows, box: Box, frame: Frame, language: Language) -> Setting:
    kind = _cell_type(frame.type)
    for size in _SIZES:
        kind = replace(kind, size=size)
        columns = _columns(rows, box.width, kind, language)
        heights = _heights(rows, columns, kind, language)
        if sum(heights) <= box.height * (0.7 if size > BODY_FLOOR + 2 else 1):
            return Setting(rows, kind, columns, _spread(heights, box.height))
    return _shorter(rows, box, kind, language)


def _cell_type(body: Type) -> Type:
    """The body's fonts without its bullets and spaces."""
    fonts = {name: getattr(body, name) for name in ("latin", "ea", "cs", "family", "ea_family")}
    return Type(bold=True, **fonts)  # as wide as the header's, to be on the safe side


def _shorter(rows: Rows, box: Box, kind: Type, language: Language) -> Setting:
    """The last resort: only the rows that find room, and in these cells cut to a few lines."""
    columns = _columns(rows, box.width, kind, language)
    heights = _heights(rows, columns, kind, language)
    fitting = _fitting(heights, box.height)
    if fitting >= 3:
        kept = rows[:fitting]
        return Setting(kept, kind, columns, heights[:fitting])
    for most in (3, 2, 1):
        short = tuple(_short_row(row, columns, most, kind, language) for row in rows)
        heights = _heights(short, columns, kind, language)
        fitting = _fitting(heights, box.height)
        if fitting == len(rows) or most == 1:
            break
    fitting = max(fitting, 1)
    return Setting(short[:fitting], kind, columns, heights[:fitting], cut=True)


def _fitting(heights: Sequence[float], room: float) -> int:
    """How many rows, from the first, find room."""
    total = 0.0
    for i, height in enumerate(heights):
        total += height
        if total > room:
            return i
    return len(heights)


def _short_row(
    row: tuple[str, ...], columns: Columns, most: int, kind: Type, language: Language
) -> tuple[str, ...]:
    pairs = zip(row, columns.rooms(), strict=True)
    return tuple(_shortened(text, room, most, kind, language) for text, room in pairs)


def _shortened(text: str, width: float, most: int, kind: Type, language: Language) -> str:
    """A cell's text cut to at most `most` lines."""
    low, high = 1, min(len(text), _LONGEST)
    if not text or line_count(text[:_LONGEST], width, kind, language) <= most:
        return text[:_LONGEST]
    while low < high:
        middle = (low + high + 1) // 2
        if line_count(cut(text, middle), width, kind, language) <= most:
            low = middle
        else:
            high = middle - 1
    return cut(text, low)


def _columns(rows: Rows, total: float, kind: Type, language: Language) -> Columns:
    """Columns in proportion to what they hold, none starved and none greedy.

    Text that follows a column of numbers stands well off it, since these end at its edge.
    """
    flush, count = _numeric_columns(rows), len(rows[0])
    apart = [
        j not in flush and j - 1 in flush and total / count > 3 * _WELL_OFF for j in range(count)
    ]
    before = tuple(_WELL_OFF if off else SIDE for off in apart)
    natural = []
    for column, space in zip(zip(*rows, strict=True), before, strict=True):
        widest = max(text_width(c[:_LONGEST], kind, language) for c in column)
        natural.append(min(max(widest + space + SIDE + 6, _NARROWEST), total * 0.42))
    scale = total / sum(natural)
    extra = (total - sum(natural)) / count
    widths = tuple(n + extra if scale >= 1 else n * scale for n in natural)
    return Columns(widths, before, frozenset(flush))


def _heights(rows: Rows, columns: Columns, kind: Type, language: Language) -> tuple[float, ...]:
    """The height each row needs."""
    heights = []
    for row in rows:
        cells = [(c[: _LONGEST * 4] or "0", w) for c, w in zip(row, columns.rooms(), strict=True)]
        tallest = max(
            line_count(c, w, kind, language) * cell_line_height(c, kind) for c, w in cells
        )
        heights.append(tallest + 2 * ABOVE)
    return tuple(heights)


def _spread(heights: tuple[float, ...], room: float) -> tuple[float, ...]:
    """Share what is left of the box between the rows, up to a comfortable height."""
    extra = (room - sum(heights)) / len(heights)
    return tuple(max(h, min(h + extra, _TALLEST)) for h in heights)


# Drawing -----------------------------------------------------------------------------------------


def table_element(setting: Setting, layout: Layout, language: Language, ground: str = "") -> Any:
    """The `a:tbl` of a set table, in colours that can be read on the layout."""
    colours = palette(layout, 1, ground)
    look = _Look(colours.text, colours.marks[0], colours.rule, colours.panel)
    columns = (make("a:gridCol", w=emu(width)) for width in setting.columns.widths)
    rows = (
        make("a:tr", *_row(setting, i, look, language), h=emu(setting.heights[i]))
        for i in range(len(setting.rows))
    )
    style = leaf("a:tableStyleId", _NO_STYLE)
    head = make("a:tblPr", style, firstRow=1)
    return make("a:tbl", head, make("a:tblGrid", *columns), *rows)


@dataclass(frozen=True)
class _Look:
    """The colours of a table: text, the rule under the header, hairlines, a ground if any."""

    text: Colour
    strong: Colour
    rule: Colour
    panel: bool


def _row(setting: Setting, i: int, look: _Look, language: Language) -> list[Any]:
    return [_cell(setting, i, j, look, language) for j in range(len(setting.rows[i]))]


def _cell(setting: Setting, i: int, j: int, look: _Look, language: Language) -> Any:
    text, last, columns = setting.rows[i][j], len(setting.rows) - 1, setting.columns
    side = "r" if j in columns.flush else "l"
    kind = replace(setting.type, align=side, bold=i == 0 or j == 0)
    body = make("a:txBody", make("a:bodyPr"), make("a:lstStyle"))
    frame = Frame(width=columns.widths[j], height=setting.heights[i], levels=(kind,))
    paragraphs = (Paragraph(text),) if text else ()
    write(body, Fitted(paragraphs, kind.size), frame, language, colour=look.text.name)
    tint(body, look.text)
    _set_type(body, kind)
    rules = [line(0, "", name=f"a:{side}") for side in ("lnL", "lnR", "lnT")]
    width = 1.75 if i == 0 else 1.0 if i == last else 0.5
    colour = look.strong if i == 0 else look.rule if i < last else look.text
    rules.append(line(width, colour.name, *colour.changes, name="a:lnB"))
    ground = Colour("bg1").fill() if look.panel else make("a:noFill")
    margins = {
        "marL": emu(columns.before[j]),
        "marR": emu(SIDE),
        "marT": emu(ABOVE),
        "marB": emu(ABOVE),
    }
    return make("a:tc", body, make("a:tcPr", *rules, ground, anchor="ctr", **margins))


def _set_type(body: Any, kind: Type) -> None:
    """Weight and side of a cell's paragraphs: a table inherits neither from a placeholder."""
    for paragraph in body.iter("{*}p"):
        properties = paragraph.find("{*}pPr")
        if properties is None:
            properties = make("a:pPr")
            paragraph.insert(0, properties)
        if properties.get("algn") is None:
            properties.set("algn", kind.align)
    for run in body.iter("{*}rPr"):
        run.set("b", str(int(kind.bold)))


def _numeric_columns(rows: Rows) -> set[int]:
    """Columns whose every filled cell under the header is a number.

    The first one names the rows, and stands flush left even where it holds years.
    """
    found = set()
    for j, column in enumerate(zip(*rows[1:], strict=True)):
        filled = [c for c in column if c not in ("", "–", "-", "—")]
        if j and filled and all(_NUMBER.match(c) for c in filled):
            found.add(j)
    return found
