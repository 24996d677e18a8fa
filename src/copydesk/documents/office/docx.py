"""Word documents: paragraphs, tables, notes and boxes in the order of the body; no pages.

Where a page ends, Word decides anew each time it lays the text out; the file does not say.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from copydesk.documents.grid import Slot, add_table
from copydesk.documents.office.charts import add_chart, add_diagram
from copydesk.documents.office.numbering import Numbering
from copydesk.documents.office.parts import DGM, MC, C, Parts, R, W, chosen
from copydesk.documents.package import DAMAGE, damaged
from copydesk.documents.passage import line_of
from copydesk.documents.reading import Reading

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXTS = {W + "t", _MATH + "t"}
_SIGNS = {W + "br": "\n", W + "cr": "\n", W + "tab": "\t", W + "noBreakHyphen": "-"}
_GONE = {W + "del", W + "moveFrom", W + "rt", W + "pPr", MC + "Fallback"}
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_BLOCKS = {W + "p", W + "tbl"}
_HEADING = re.compile(r"(?:heading|标题|標題) ?([1-9])$")
_LAYOUT = 2000  # characters of a cell; a table with such cells is there for the layout
_LONGEST_LINE = 20  # styles that are based on one another
_OFF = {"0", "false", "off"}


def read_docx(parts: Parts) -> Reading:
    """Headings by their style become sections; tracked deletions and hidden text are left out.

    Raises:
        DocumentProblem: the file is damaged.
    """
    try:
        return _Word(parts).read()
    except DAMAGE:
        raise damaged(parts.path) from None


@dataclass(frozen=True)
class _Style:
    """What a paragraph style says: the level of a heading (-1 for none), its list, its kind."""

    level: int = -1
    list: str = ""
    depth: int = 0
    kind: str = ""


@dataclass
class _Said:
    """What a paragraph says, and what hangs on it."""

    text: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    drawings: list[tuple[str, str]] = field(default_factory=list)


class _Word:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.reading = Reading(title=parts.title())
        self.styles = _styles(self._part("styles"))
        self.numbering = Numbering(self._part("numbering"))
        self.notes = {kind: self._notes(kind) for kind in set(_NOTES.values())}

    def read(self) -> Reading:
        body = self.parts.needed(self.parts.main).find(W + "body")
        if body is None:
            raise damaged(self.parts.path)
        self._blocks(body)
        if any(True for _ in body.iter(W + "altChunk")):
            self.reading.notes.append("documents embedded in it were not read")
        return self.reading

    def _part(self, kind: str) -> Any:
        names = self.parts.related(self.parts.main, kind)
        return self.parts.tree(names[0]) if names else None

    def _notes(self, kind: str) -> dict[str, Any]:
        root = self._part(kind)
        found = () if root is None else (one for one in root if isinstance(one.tag, str))
        return {one.get(W + "id", ""): one for one in found if one.get(W + "type") is None}

    def _blocks(self, parent: Any) -> None:
        for child in _flat(parent):
            if child.tag == W + "p":
                self._paragraph(child)
            else:
                self._table(child)

    def _paragraph(self, paragraph: Any) -> None:
        style = self._style(paragraph)
        said = _said(paragraph)
        text = line_of("".join(said.text))
        number = self._number(paragraph, style)
        if text and style.kind != "toc":
            text = f"{number} {text}" if number else text
            if style.level >= 0:
                self.reading.head(text, level=style.level)
            else:
                self.reading.add(text, kind="caption" if style.kind == "caption" else "text")
        self._hanging(said)

    def _hanging(self, said: _Said) -> None:
        for box in said.boxes:
            self._blocks(box)
        for kind, identity in said.drawings:
            target = self.parts.target(self.parts.main, identity)
            (add_chart if kind == "chart" else add_diagram)(self.parts, target, self.reading)
        for kind, identity in said.notes:
            note = self.notes[kind].pop(identity, None)
            if note is not None:
                paragraphs = note.iter(W + "p")
                self.reading.add("\n".join("".join(_said(one).text) for one in paragraphs))

    def _style(self, paragraph: Any) -> _Style:
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return self.styles.get("", _Style())
        named = properties.find(W + "pStyle")
        style = self.styles.get("" if named is None else named.get(W + "val", ""), _Style())
        outline = properties.find(W + "outlineLvl")
        if outline is None:
            return style
        return _Style(_level(outline), style.list, style.depth, style.kind)

    def _number(self, paragraph: Any, style: _Style) -> str:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        name, depth = style.list, style.depth
        if own is not None:
            name = _value(own.find(W + "numId")) or name
            depth = _digit(_value(own.find(W + "ilvl")), depth)
        return self.numbering.next(name, depth) if name else ""

    def _table(self, table: Any) -> None:
        rows = [row for row in _flat(table, W + "tr") if not _deleted(row)]
        cells = [list(_flat(row, W + "tc")) for row in rows]
        told = [[self._cell(cell) for cell in row] for row in cells]
        if _is_layout(told):
            for cell in (cell for row in cells for cell in row):
                self._blocks(cell)
            return
        heads = sum(1 for row in rows if _is_on(row.find(f"{W}trPr/{W}tblHeader")))
        add_table(self.reading, list(_slots(told)), heads=heads or None)
        for paragraph in (p for row in cells for cell in row for p in _paragraphs(cell)):
            self._hanging(_said(paragraph))

    def _cell(self, cell: Any) -> tuple[str, int, bool]:
        """A cell's text, the columns it covers, and whether it goes on from above."""
        across = _digit(_value(cell.find(f"{W}tcPr/{W}gridSpan")), 1, 3)
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        goes_on = merge is not None and _value(merge) != "restart"
        text = "\n".join("".join(_said(one).text) for one in _paragraphs(cell))
        return line_of(text), across, goes_on


_Told = list[tuple[str, int, bool]]  # the cells of a row, as `_cell` tells them


def _is_layout(told: list[_Told]) -> bool:
    """Whether a table only says where texts stand: one column, or whole pages in its cells."""
    widest = max((len(row) for row in told), default=0)
    return widest < 2 or any(len(text) > _LAYOUT for row in told for text, _, _ in row)


def _paragraphs(parent: Any) -> Iterator[Any]:
    """The paragraphs of a cell, those of tables in it too."""
    for child in _flat(parent):
        if child.tag == W + "p":
            yield child
        else:
            for row in _flat(child, W + "tr"):
                for cell in _flat(row, W + "tc"):
                    yield from _paragraphs(cell)


def _slots(told: Iterable[_Told]) -> Iterator[list[Slot]]:
    above: list[Slot] = []
    for row in told:
        line: list[Slot] = []
        for text, across, goes_on in row:
            at = len(line)
            covering = above[at].text if goes_on and at < len(above) else text
            line.append(Slot(covering, "^" if goes_on else ""))
            line.extend([Slot(covering, "<")] * (max(1, across) - 1))
        yield line
        above = line


def _flat(parent: Any, *tags: str) -> Iterator[Any]:
    """The children with these tags (blocks), also those in content controls and insertions."""
    wanted = tags or _BLOCKS
    for child in chosen(parent):
        if child.tag in wanted:
            yield child
        elif child.tag not in _GONE and child.tag not in _BLOCKS:
            yield from _flat(child, *tags)


def _said(element: Any) -> _Said:
    said = _Said()
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one.tag in _TEXTS:
            said.text.append(one.text or "")
        elif one.tag in _SIGNS:
            said.text.append(_SIGNS[one.tag])
        elif one.tag in _NOTES:
            said.notes.append((_NOTES[one.tag], one.get(W + "id", "")))
        elif one.tag == W + "txbxContent":
            said.boxes.append(one)
        elif one.tag == C + "chart":
            said.drawings.append(("chart", one.get(R + "id", "")))
        elif one.tag == DGM + "relIds":
            said.drawings.append(("diagram", one.get(R + "dm", "")))
        elif isinstance(one.tag, str) and one.tag not in _GONE and not _hidden(one):
            waiting.extend(reversed(one))
    return said


def _hidden(run: Any) -> bool:
    return run.tag == W + "r" and _is_on(run.find(f"{W}rPr/{W}vanish"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(W + "val", "1") not in _OFF


def _deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _styles(root: Any) -> dict[str, _Style]:
    """What each paragraph style says, with what it takes over from those it is based on.

    Their names say it in every language of Word. The default style is under "".
    """
    found = (
        {} if root is None else {one.get(W + "styleId", ""): one for one in root.iter(W + "style")}
    )
    styles = {name: _style(name, found) for name in found}
    for name, one in found.items():
        if one.get(W + "type") == "paragraph" and one.get(W + "default") in {"1", "true"}:
            styles.setdefault("", styles[name])
    return styles


def _style(name: str, found: dict[str, Any]) -> _Style:
    level, kind, number, depth = -1, "", "", 0
    seen: set[str] = set()
    while name in found and name not in seen and len(seen) < _LONGEST_LINE:
        seen.add(name)
        one = found[name]
        said = _value(one.find(W + "name")).casefold()
        if level < 0:
            level = _heading(said, one.find(f"{W}pPr/{W}outlineLvl"))
        if not number and (list_of := one.find(f"{W}pPr/{W}numPr")) is not None:
            number = _value(list_of.find(W + "numId"))
            depth = _digit(_value(list_of.find(W + "ilvl")), 0)
        if not kind and (said == "caption" or re.match(r"toc (\d|heading)|table of figures", said)):
            kind = "caption" if said == "caption" else "toc"
        name = _value(one.find(W + "basedOn"))
    return _Style(level, number, depth, kind)


def _heading(name: str, outline: Any) -> int:
    if name == "title":
        return 0
    if match := _HEADING.match(name):
        return int(match[1])
    return -1 if outline is None else _level(outline)


def _level(outline: Any) -> int:
    """The level of an outline: 9 is body text."""
    level = _digit(_value(outline), 9)
    return level + 1 if level < 9 else -1


def _value(element: Any) -> str:
    return "" if element is None else element.get(W + "val", "")


def _digit(text: str, otherwise: int, most: int = 1) -> int:
    return int(text) if re.fullmatch(rf"\d{{1,{most}}}", text, re.ASCII) else otherwise
