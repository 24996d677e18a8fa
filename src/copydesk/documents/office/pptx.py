"""PowerPoint decks: a slide is a page, its title the section, the speaker's notes after it."""

from collections.abc import Iterator
from typing import Any

from copydesk.documents.grid import Slot, add_table
from copydesk.documents.office.charts import add_chart, add_diagram
from copydesk.documents.office.parts import DGM, A, C, P, Parts, R, chosen
from copydesk.documents.package import DAMAGE, damaged
from copydesk.documents.reading import Reading, page_notes

_FURNITURE = {"sldNum", "dt", "ftr", "hdr", "sldImg"}
_TITLES = {"title", "ctrTitle"}
_SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
_MOST_SLIDES = 10_000


def read_pptx(parts: Parts) -> Reading:
    """Every paragraph, table row and chart value of every slide, and the notes.

    Raises:
        DocumentProblem: the file is damaged.
    """
    reading = Reading(title=parts.title())
    try:
        main = parts.needed(parts.main)
        sections = dict(_sections(main))
        ids = list(main.iterfind(f"{P}sldIdLst/{P}sldId"))[:_MOST_SLIDES]
        reading.pages = len(ids)
        gone = []
        seen: set[str] = set()  # a part can be one slide only
        for number, one in enumerate(ids, 1):
            part = parts.target(parts.main, one.get(R + "id"))
            root = parts.tree(part) if part not in seen else None
            seen.add(part)
            if root is None:
                gone.append(number)
                continue
            reading.fresh()
            if section := sections.get(one.get("id", "")):
                reading.under(section)
            _Slide(parts, part, number, reading).read(root)
    except DAMAGE:
        raise damaged(parts.path) from None
    heads = (passage.text for passage in reading.passages if passage.kind == "heading")
    reading.title = reading.title or next(heads, "")
    if gone:
        reading.notes.append(page_notes(gone, "damaged"))
    return reading


def _sections(main: Any) -> Iterator[tuple[str, str]]:
    """The section that each slide's id lies in, where a deck has several."""
    sections = list(main.iter(_SECTIONS + "section"))
    if len(sections) > 1:
        for section in sections:
            for one in section.iter(_SECTIONS + "sldId"):
                yield one.get("id", ""), " ".join(section.get("name", "").split())


class _Slide:
    """Adds a slide to a reading."""

    def __init__(self, parts: Parts, part: str, number: int, reading: Reading) -> None:
        self.parts = parts
        self.part = part
        self.number = number
        self.reading = reading

    def read(self, root: Any) -> None:
        shapes = [s for tree in root.iterfind(f"{P}cSld/{P}spTree") for s in _shapes(tree)]
        title = next((s for s in shapes if _place(s) in _TITLES and _text(s)), None)
        if title is not None:
            self.reading.head(_text(title), self.number, level=2)
        for shape in shapes:
            if shape is not title and _place(shape) not in _FURNITURE:
                self._shape(shape)
        for name in self.parts.related(self.part, "notesSlide"):
            notes = self.parts.tree(name)
            for shape in () if notes is None else notes.iter(P + "sp"):
                if _place(shape) not in _FURNITURE:
                    self._paragraphs(shape)

    def _shape(self, shape: Any) -> None:
        if (table := shape.find(f".//{A}tbl")) is not None:
            heads = table.find(f"{A}tblPr")
            first = heads is not None and heads.get("firstRow") in {"1", "true"}
            rows = [
                [_slot(cell) for cell in row.iterchildren(A + "tc")]
                for row in table.iterchildren(A + "tr")
            ]
            add_table(self.reading, _filled(rows), self.number, None if not first else _heads(rows))
        elif (chart := shape.find(f".//{C}chart")) is not None:
            target = self.parts.target(self.part, chart.get(R + "id"))
            add_chart(self.parts, target, self.reading, self.number)
        elif (diagram := shape.find(f".//{DGM}relIds")) is not None:
            target = self.parts.target(self.part, diagram.get(R + "dm"))
            add_diagram(self.parts, target, self.reading, self.number)
        else:
            self._paragraphs(shape)

    def _paragraphs(self, shape: Any) -> None:
        for paragraph in shape.iter(A + "p"):
            self.reading.add(_said(paragraph), self.number)


def _shapes(tree: Any) -> Iterator[Any]:
    """Shapes and frames, those of groups in their place."""
    for shape in chosen(tree):
        if shape.tag == P + "grpSp":
            yield from _shapes(shape)
        elif shape.tag in {P + "sp", P + "graphicFrame", P + "cxnSp"}:
            yield shape


def _place(shape: Any) -> str:
    """The kind of placeholder that a shape is, "" for none."""
    holder = shape.find(f"./*/{P}nvPr/{P}ph")
    return "" if holder is None else holder.get("type", "obj")


def _text(shape: Any) -> str:
    return "\n".join(_said(one) for one in shape.iter(A + "p")).strip()


def _said(element: Any) -> str:
    signs = {A + "br": "\n", A + "p": "\n", A + "tab": "\t"}
    found = element.iter(A + "t", *signs)
    return "".join(signs.get(one.tag) or one.text or "" for one in found)


def _slot(cell: Any) -> Slot:
    if cell.get("hMerge") in {"1", "true"}:
        return Slot("", "<")
    return Slot(_said(cell), "^" if cell.get("vMerge") in {"1", "true"} else "")


def _filled(rows: list[list[Slot]]) -> list[list[Slot]]:
    """Places that a merged cell covers, with its text."""
    for number, row in enumerate(rows):
        for column, slot in enumerate(row):
            if slot.merged == "<" and column:
                row[column] = Slot(row[column - 1].text, "<")
            elif slot.merged == "^" and number and column < len(rows[number - 1]):
                row[column] = Slot(rows[number - 1][column].text, "^")
    return rows


def _heads(rows: list[list[Slot]]) -> int | None:
    """One, where the table says that its first row is a head; guessed where that is merged."""
    return None if any(slot.merged for slot in rows[0]) else 1
