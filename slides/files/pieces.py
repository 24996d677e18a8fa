"""What stands on a slide of any .pptx, piece by piece: texts, tables, charts, pictures, diagrams.

Read from the XML: python-pptx passes over what it does not know (SmartArt, alternate content).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pptx.oxml.ns import qn

from copydesk.documents.package import DAMAGE
from copydesk.slides.geometry import Box, box_of_emu
from copydesk.slides.typeset.fit import printable

PieceKind = Literal["text", "table", "chart", "picture", "group", "smartart"]
FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})
DIAGRAMS = frozenset({"timeline", "process", "cycle", "hierarchy", "matrix", "team"})
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CHART_EX = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_CODE_FACE = re.compile(r"mono|courier|consol|menlo|monaco|code", re.IGNORECASE)
_NOWHERE = Box(0, 0, 0, 0)


@dataclass(frozen=True)
class Said:
    """A paragraph: its text, its level from 0; `lines` keeps its line breaks and its indent."""

    text: str
    level: int = 0
    lines: str = ""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One thing on a slide.

    Attributes:
        kind: what it is.
        name: the shape's name; ours are named after slots.
        holder: the placeholder's type as the file spells it, "obj" where none is given; empty for
            what is in no placeholder.
        box: where it stands, in points.
        said: the paragraphs of a text.
        rows: the cells of a table.
        listing: a text with its line breaks.
        mono: whether all of a text names a typeface for code.
        size: the largest type that a text names, in points; 0 where it inherits all of it.
        part: the relationship id of a chart, picture or SmartArt.
        alt: alternative text.
        inside: the pieces of a diagram of ours.
    """

    kind: PieceKind
    name: str = ""
    holder: str = ""
    box: Box = _NOWHERE
    said: tuple[Said, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    listing: str = ""
    mono: bool = False
    size: float = 0.0
    part: str = ""
    alt: str = ""
    inside: "tuple[Piece, ...]" = field(default=())

    @property
    def text(self) -> str:
        """Its paragraphs as one line."""
        return " ".join(one.text for one in self.said)

    @property
    def is_title(self) -> bool:
        """Whether it stands in a title placeholder."""
        return self.holder in ("title", "ctrTitle")


def pieces_of(slide: Any) -> list[Piece]:
    """The pieces of a python-pptx slide in the file's order, groups that are no diagrams undone."""
    boxes = _boxes(slide)
    tree = slide._element.find(f"{qn('p:cSld')}/{qn('p:spTree')}")
    return [] if tree is None else list(_within(tree, boxes, None))


def _boxes(slide: Any) -> dict[int, Box]:
    """Where placeholders stand that inherit their place, by shape id."""
    found = {}
    try:
        for holder in slide.placeholders:
            edges = (holder.left, holder.top, holder.width, holder.height)
            if None not in edges:
                found[holder.shape_id] = box_of_emu(*edges)
    except (*DAMAGE, ArithmeticError):
        return found  # places only help to tell what a slide is
    return found


def _within(tree: Any, boxes: dict[int, Box], frame: "_Scale | None") -> Iterator[Piece]:
    for element in tree:
        if not isinstance(element.tag, str):
            continue
        if element.tag == f"{_MC}AlternateContent":
            yield from _alternate(element, boxes, frame)
        elif element.tag == qn("p:grpSp"):
            yield from _group(element, boxes, frame)
        elif piece := _piece(element, boxes, frame):
            yield piece


def _alternate(element: Any, boxes: dict[int, Box], frame: "_Scale | None") -> Iterator[Piece]:
    """The choice where it is something that is known here, else what stands there for others."""
    choice, fallback = element.find(f"{_MC}Choice"), element.find(f"{_MC}Fallback")
    made = list(_within(choice, boxes, frame)) if choice is not None else []
    if not made and fallback is not None:
        made = list(_within(fallback, boxes, frame))
    yield from made


def _group(element: Any, boxes: dict[int, Box], frame: "_Scale | None") -> Iterator[Piece]:
    inner = _Scale.of(element, frame)
    inside = tuple(_within(element, boxes, inner))
    name, alt = _naming(element)
    if name in DIAGRAMS:
        box = _own_box(element, frame) or _NOWHERE
        yield Piece(kind="group", name=name, alt=alt, box=box, inside=inside)
    else:
        yield from inside


def _piece(element: Any, boxes: dict[int, Box], frame: "_Scale | None") -> Piece | None:
    name, alt = _naming(element)
    holder = _holder(element)
    if holder in FURNITURE:
        return None
    box = _own_box(element, frame) or boxes.get(_id(element), _NOWHERE)
    common: dict[str, Any] = {"name": name, "holder": holder, "box": box, "alt": alt}
    if element.tag == qn("p:pic"):
        blip = element.find(f".//{qn('a:blip')}")
        part = "" if blip is None else blip.get(qn("r:embed"), "")
        return Piece(kind="picture", part=part, **common)
    if element.tag == qn("p:graphicFrame"):
        return _graphic(element, common)
    if element.tag == qn("p:sp"):
        return _shape(element, common)
    return None


def _shape(element: Any, common: dict[str, Any]) -> Piece | None:
    body = element.find(qn("p:txBody"))
    if said := paragraphs(body):
        text: dict[str, Any] = {"said": said, "listing": listing_of(body)}
        return Piece(kind="text", **text, mono=_mono(body), size=_size(body), **common)
    blip = element.find(f"{qn('p:spPr')}/{qn('a:blipFill')}/{qn('a:blip')}")
    part = "" if blip is None else blip.get(qn("r:embed"), "")
    return Piece(kind="picture", part=part, **common) if part else None


def _graphic(element: Any, common: dict[str, Any]) -> Piece | None:
    data = element.find(f".//{qn('a:graphicData')}")
    if data is None:
        return None
    table = data.find(qn("a:tbl"))
    if table is not None:
        return Piece(kind="table", rows=_rows(table), **common)
    for child in data:
        if child.tag in (f"{{{_CHART}}}chart", f"{{{_CHART_EX}}}chart"):
            return Piece(kind="chart", part=child.get(qn("r:id"), ""), **common)
        if child.tag == f"{{{_DIAGRAM}}}relIds":
            return Piece(kind="smartart", part=child.get(qn("r:dm"), ""), **common)
    picture = data.find(f".//{qn('p:pic')}//{qn('a:blip')}")
    part = "" if picture is None else picture.get(qn("r:embed"), "")
    return Piece(kind="picture", part=part, **common) if part else None


def _rows(table: Any) -> tuple[tuple[str, ...], ...]:
    """The cells' texts; a cell that is merged into another is empty."""
    return tuple(
        tuple(
            " ".join(one.text for one in paragraphs(cell.find(qn("a:txBody"))))
            for cell in row.iterchildren(qn("a:tc"))
        )
        for row in table.iterchildren(qn("a:tr"))
    )


def paragraphs(body: Any) -> tuple[Said, ...]:
    """The paragraphs of a `txBody` that say something, and the empty ones between them."""
    if body is None:
        return ()
    made = [_said(paragraph) for paragraph in body.iterchildren(qn("a:p"))]
    return tuple(one for one in made if one.text)


def listing_of(body: Any) -> str:
    """A text with its line breaks: a paragraph a line."""
    return "\n".join(_said(one).lines for one in body.iterchildren(qn("a:p")))


def _mono(body: Any) -> bool:
    faces = [run.find(f"{qn('a:rPr')}/{qn('a:latin')}") for run in body.iter(qn("a:r"))]
    names = ["" if face is None else face.get("typeface", "") for face in faces]
    return bool(names) and all(_CODE_FACE.search(name) for name in names)


def _size(body: Any) -> float:
    told = (run.get("sz", "") for run in body.iter(qn("a:rPr")))
    return max((int(size) / 100 for size in told if re.fullmatch(r"\d{1,6}", size)), default=0.0)


def _said(paragraph: Any) -> Said:
    properties = paragraph.find(qn("a:pPr"))
    told = "0" if properties is None else properties.get("lvl", "0")
    level = int(told) if told.isdecimal() else 0
    whole = "".join(_runs(paragraph))
    lines = whole.replace("\v", "\n")
    return Said(printable(" ".join(whole.split())), min(level, 8), lines)


def _runs(paragraph: Any) -> Iterator[str]:
    for child in paragraph:
        if child.tag == qn("a:br"):
            yield "\v"
        elif child.tag == qn("a:r") or _is_told(child):
            yield child.findtext(qn("a:t")) or ""
        elif child.tag == f"{_MC}AlternateContent":
            yield "".join(node.text or "" for node in child.iter(_MATH))


def _is_told(child: Any) -> bool:
    """A field other than the slide's number, which is told anew on every slide."""
    return bool(child.tag == qn("a:fld") and child.get("type") != "slidenum")


def _naming(element: Any) -> tuple[str, str]:
    properties = next(element.iter(qn("p:cNvPr")), None)
    if properties is None:
        return "", ""
    return properties.get("name", ""), printable(properties.get("descr", ""))


def _id(element: Any) -> int:
    properties = next(element.iter(qn("p:cNvPr")), None)
    text = "0" if properties is None else properties.get("id", "0")
    return int(text) if text.isdecimal() else 0


def _holder(element: Any) -> str:
    """The type of the placeholder that a shape is; empty for others."""
    if element.tag == qn("p:grpSp"):
        return ""
    head = next((c for c in element if isinstance(c.tag, str) and "}nv" in c.tag), None)
    found = None if head is None else head.find(f"{qn('p:nvPr')}/{qn('p:ph')}")
    return "" if found is None else found.get("type", "obj")


@dataclass(frozen=True)
class _Scale:
    """How a group's children are placed: their space stretched onto the group's box."""

    left: float
    top: float
    across: float
    down: float

    @classmethod
    def of(cls, group: Any, outer: "_Scale | None") -> "_Scale | None":
        """The scale inside a group that itself stands in `outer`; None for one without a place."""
        place = group.find(f"{qn('p:grpSpPr')}/{qn('a:xfrm')}")
        if place is None:
            return outer
        box = _box_in(place, "a:off", "a:ext", outer)
        child = _box_in(place, "a:chOff", "a:chExt", None)
        if box is None or child is None or not child.width or not child.height:
            return outer
        across, down = box.width / child.width, box.height / child.height
        return cls(box.left - child.left * across, box.top - child.top * down, across, down)

    def box(self, box: Box) -> Box:
        return Box(
            self.left + box.left * self.across,
            self.top + box.top * self.down,
            self.left + box.right * self.across,
            self.top + box.bottom * self.down,
        )


def _own_box(element: Any, frame: _Scale | None) -> Box | None:
    if element.tag == qn("p:graphicFrame"):
        place = element.find(qn("p:xfrm"))
    else:
        place = next((p.find(qn("a:xfrm")) for p in element if _is_properties(p)), None)
    return None if place is None else _box_in(place, "a:off", "a:ext", frame)


def _is_properties(element: Any) -> bool:
    return element.tag in (qn("p:spPr"), qn("p:grpSpPr"))


def _box_in(place: Any, corner: str, size: str, frame: _Scale | None) -> Box | None:
    at, extent = place.find(qn(corner)), place.find(qn(size))
    if at is None or extent is None:
        return None
    try:
        box = box_of_emu(
            int(at.get("x")), int(at.get("y")), int(extent.get("cx")), int(extent.get("cy"))
        )
    except (TypeError, ValueError, ArithmeticError):
        return None
    return frame.box(box) if frame else box
