"""A deck whose texts were exchanged: what has become too long for its shape is set smaller."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx import Presentation

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.slides.geometry import EMU_PER_POINT
from copydesk.slides.master.inherit import frame_in
from copydesk.slides.master.reading import child, elements, local, number
from copydesk.slides.package.saving import saved
from copydesk.slides.review.areas import Area
from copydesk.slides.review.slides import Opened, Slide, opened
from copydesk.slides.review.words import typed_paragraphs
from copydesk.slides.typeset.fit import BODY_FLOOR, SMALL_FLOOR
from copydesk.slides.typeset.frame import Type
from copydesk.slides.typeset.metrics import line_count, line_height

_STEP = 0.94
_CELL = 14.4  # points that a table's cell leaves at its sides
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLACK = 1.02


@dataclass(frozen=True)
class Refitted:
    """The deck with its sizes, and what does not fit even in the smallest."""

    content: bytes
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Line:
    """A paragraph as it is set: its element, text and type, and the width that it has."""

    element: Any
    text: str
    kind: Type
    width: float


def refitted(content: bytes, language: Language) -> Refitted:
    """Set smaller what is taller than its shape, down to 14 points (10 where it was smaller)."""
    presentation = Presentation(io.BytesIO(content))
    deck: Opened = opened(content)
    findings: list[Finding] = []
    changed = False
    for slide, drawn in zip(deck.slides, presentation.slides, strict=True):
        twins = {e.get("id"): e for e in drawn._element.iter() if local(e) == "cNvPr"}
        for area in slide.areas:
            lines, height = _lines(area, slide)
            share = _share(lines, height, language)
            if share == 1.0:
                continue
            changed = True
            twin = twins.get(_id(area))
            if twin is not None:
                _shrink(twin.getparent().getparent(), [line.kind.size * share for line in lines])
            if not _fits(lines, height, share, language):
                findings.append(_too_long(slide.at(area)))
    return Refitted(saved(presentation) if changed else content, tuple(findings))


def _lines(area: Area, slide: Slide) -> tuple[list[Line], float]:
    """The paragraphs of a shape or table, and the height that they have; none where unmeasured."""
    if area.kind == "table":
        return list(_cells(area.element)), area.box.height * _SLACK
    if area.kind != "text" or area.body is None or area.is_furniture or not area.upright:
        return [], 0.0
    kinds = slide.backing.levels(area)
    frame = frame_in(area.box, slide.backing.chain(area), kinds)
    if frame.vertical:
        return [], 0.0
    return list(_paragraphs(area.body, kinds, frame.width)), frame.height * _SLACK


def _paragraphs(body: Any, kinds: Sequence[Type], width: float) -> Iterator[Line]:
    for paragraph, kind in typed_paragraphs(body, kinds):
        text, size = "", kind.size
        for piece in elements(paragraph):
            said = child(piece, "a:t")
            if said is not None and said.text:
                text += said.text
                own = child(piece, "a:rPr")
                size = (number(own.get("sz")) or kind.size * 100) / 100 if own is not None else size
        if text.strip():
            yield Line(paragraph, text, replace(kind, size=size), width)


def _cells(table: Any) -> Iterator[Line]:
    """The tallest cell of every row stands for the row."""
    for rows in table.iter(f"{_A}tbl"):
        widths = [int(c.get("w", 0)) / EMU_PER_POINT - _CELL for c in rows.iter(f"{_A}gridCol")]
        for row in rows.iter(f"{_A}tr"):
            for cell, width in zip(row.iter(f"{_A}tc"), widths, strict=False):
                yield from _paragraphs(child(cell, "a:txBody"), (Type(),), max(width, 10.0))


def _share(lines: Sequence[Line], height: float, language: Language) -> float:
    """The share of its size at which the text fits, 1.0 where it does, the floor's at least."""
    if not lines or height <= 0 or _fits(lines, height, 1.0, language):
        return 1.0
    smallest = min(line.kind.size for line in lines)
    floor = (BODY_FLOOR if smallest >= BODY_FLOOR else SMALL_FLOOR) / smallest
    share = 1.0
    while share * _STEP > floor:
        share *= _STEP
        if _fits(lines, height, share, language):
            return share
    return min(1.0, floor)


def _fits(lines: Sequence[Line], height: float, share: float, language: Language) -> bool:
    return _height(lines, share, language) <= height


def _height(lines: Sequence[Line], share: float, language: Language) -> float:
    """Height of the paragraphs; of a table's row that of its tallest cell."""
    total = 0.0
    rows: dict[Any, float] = {}
    for line in lines:
        size = line.kind.size * share
        count = line_count(line.text, line.width, line.kind, language, size)
        tall = count * line_height(line.text, line.kind, size)
        row = next(line.element.iterancestors(f"{_A}tr"), None)
        if row is None:
            total += tall + (line.kind.before + line.kind.after) * share
        else:
            rows[row] = max(rows.get(row, 0.0), tall + 8)
    return total + sum(rows.values())


def _shrink(shape: Any, sizes: Sequence[float]) -> None:
    """Write the sizes on the runs, in hundredths of a point, whole points where it goes."""
    wanted = iter(sizes)
    for paragraph in shape.iter(f"{_A}p"):
        runs = [r for r in paragraph.iter(f"{_A}r") if (r.findtext(f"{_A}t") or "").strip()]
        if not runs:
            continue
        size = next(wanted, None)
        for run in runs if size else ():
            properties = run.find(f"{_A}rPr")
            if properties is None:
                properties = run.makeelement(f"{_A}rPr", {})
                run.insert(0, properties)
            properties.set("sz", str(int(size or 0) * 100))
    for body in shape.iter(f"{_A}bodyPr"):
        for fit in [e for e in body if local(e) in ("normAutofit", "spAutoFit", "noAutofit")]:
            body.remove(fit)
        body.append(body.makeelement(f"{_A}noAutofit", {}))


def _id(area: Area) -> str:
    found = next((e for e in area.element.iter() if local(e) == "cNvPr"), None)
    return "" if found is None else str(found.get("id"))


def _too_long(place: str) -> Finding:
    return Finding(
        code="text-too-long",
        place=place,
        message="The translation is longer than its shape, even in the smallest size.",
        fix="shorten it by hand, or make the shape larger",
    )
