"""What stands on a slide: every shape with its place on the page, groups opened."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from copydesk.slides.geometry import Box
from copydesk.slides.master.inherit import FURNITURE, TITLES, box_of, index_of, kind_of, turn
from copydesk.slides.master.reading import A, child, elements, label, local, placeholder, switch
from copydesk.slides.master.reading import points as length

_MOST_SHAPES = 3000  # of one slide that are looked at
_DEEPEST = 12  # groups in groups
_GRAPHICS = {
    "table": "table",
    "chart": "chart",
    "chartex": "chart",
    "diagram": "diagram",
    "oleObject": "object",
}
_UPRIGHT = 0.6  # degrees from a quarter turn that are still taken for one
_SKIPPED = ("Fallback", "txbxContent")


@dataclass(frozen=True, kw_only=True)
class Area:
    """A shape of a slide, or of what lies beneath it.

    Attributes:
        kind: "text" (any shape that may hold it), "table", "chart", "diagram", "object", "picture",
            "line".
        box: where it stands on the page, in points; the box around it where it is turned.
        ph: the placeholder's type, empty for other shapes; `idx` its number.
        sure: whether its place on the page is known well enough to hold text against it.
        group: the name of the outermost group it lies in.
        order: its rank among all shapes, from the bottom up.
    """

    element: Any
    kind: str
    name: str
    box: Box
    text: str = ""
    ph: str = ""
    idx: int = 0
    sure: bool = True
    upright: bool = True
    group: str = ""
    order: int = 0

    @property
    def is_title(self) -> bool:
        """Whether it is the slide's title."""
        return self.ph in TITLES

    @property
    def is_furniture(self) -> bool:
        """Whether it is the date, the footer or the slide number."""
        return self.ph in FURNITURE

    @property
    def body(self) -> Any:
        """The element that holds its paragraphs, or None."""
        return child(self.element, "p:txBody")


@dataclass(frozen=True)
class _Outer:
    """The groups around a shape: scales, offsets, and whether none is turned or mirrored."""

    steps: tuple[tuple[float, float, float, float], ...] = ()
    sure: bool = True
    name: str = ""


def areas_of(tree: Any, beneath: Mapping[tuple[str, int], Box] | None = None) -> tuple[Area, ...]:
    """Every visible shape of a `p:spTree` from the bottom up, groups opened.

    `beneath` has the boxes of the layout's placeholders, for those that say none themselves.
    """
    found: list[Area] = []
    for element, outer in _shapes(tree, _Outer()):
        area = _area(element, outer, beneath or {})
        if area is not None:
            found.append(replace(area, order=len(found)))
        if len(found) >= _MOST_SHAPES:
            break
    return tuple(found)


def _shapes(tree: Any, outer: _Outer) -> Iterator[tuple[Any, _Outer]]:
    for element in elements(tree):
        name = local(element)
        if name == "AlternateContent":
            yield from _shapes(_chosen(element), outer)
            continue
        about = label(element)
        if about is None or switch(about.get("hidden")):
            continue
        if name == "grpSp":
            if len(outer.steps) < _DEEPEST:
                yield from _shapes(element, _into(element, about.get("name", ""), outer))
        elif name in ("sp", "pic", "graphicFrame", "cxnSp"):
            yield element, outer


def _chosen(alternatives: Any) -> Any:
    """The first choice; what a program cannot show it replaces by the same thing drawn."""
    inner = elements(alternatives)
    return next((e for e in inner if local(e) == "Choice"), inner[0] if inner else None)


def _into(group: Any, name: str, outer: _Outer) -> _Outer:
    xfrm = child(group, "p:grpSpPr/a:xfrm")
    parts = [child(xfrm, f"a:{n}") for n in ("off", "ext", "chOff", "chExt")]
    name = outer.name or name
    if xfrm is None or any(part is None for part in parts):
        return replace(outer, name=name)
    off, ext, inner, size = parts
    wide, high = length(size.get("cx")), length(size.get("cy"))
    sx = length(ext.get("cx")) / wide if wide else 1.0
    sy = length(ext.get("cy")) / high if high else 1.0
    x = length(off.get("x")) - sx * length(inner.get("x"))
    y = length(off.get("y")) - sy * length(inner.get("y"))
    moved = xfrm.get("rot", "0") != "0" or switch(xfrm.get("flipH")) or switch(xfrm.get("flipV"))
    return _Outer(((sx, sy, x, y), *outer.steps), outer.sure and not moved, name)


def _area(element: Any, outer: _Outer, beneath: Mapping[tuple[str, int], Box]) -> Area | None:
    ph = "" if placeholder(element) is None else kind_of(element)
    idx = index_of(element) if ph else 0
    stated = box_of(element)
    box = stated or _inherited(ph, idx, beneath)
    if box is None:
        return None
    for sx, sy, x, y in outer.steps:
        box = Box(box.left * sx + x, box.top * sy + y, box.right * sx + x, box.bottom * sy + y)
    degrees = turn(element)
    aslant = min(degrees % 90, 90 - degrees % 90) > _UPRIGHT
    about = label(element)
    return Area(
        element=element,
        kind=_kind(element),
        name=about.get("name", "") or "a shape",
        box=_around(box, degrees) if aslant else box,
        text=text_of(element),
        ph=ph,
        idx=idx,
        sure=outer.sure and not _shaped(element),
        upright=not aslant and outer.sure,
        group=outer.name,
    )


def _inherited(ph: str, idx: int, beneath: Mapping[tuple[str, int], Box]) -> Box | None:
    """The box of the layout's placeholder: the one of the same number, or of the same kind."""
    if not ph:
        return None
    kinds = TITLES if ph in TITLES else (ph,)
    same = [box for (kind, number), box in beneath.items() if kind in kinds]
    exact = [b for (kind, number), b in beneath.items() if number == idx and idx]
    found = exact or same
    return found[0] if found and found[0].area > 0 else None


def _kind(element: Any) -> str:
    name = local(element)
    if name == "graphicFrame":
        data = child(element, "a:graphic/a:graphicData")
        uri = "" if data is None else str(data.get("uri", ""))
        return next((kind for end, kind in _GRAPHICS.items() if uri.endswith(end)), "object")
    if name == "pic":
        return "picture"
    return "line" if name == "cxnSp" else "text"


def _around(box: Box, degrees: float) -> Box:
    """The box around a turned one."""
    angle = math.radians(degrees)
    across = abs(box.width * math.cos(angle)) + abs(box.height * math.sin(angle))
    down = abs(box.width * math.sin(angle)) + abs(box.height * math.cos(angle))
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Box(x - across / 2, y - down / 2, x + across / 2, y + down / 2)


def _shaped(element: Any) -> bool:
    """Whether text is bent into a form (WordArt) or stands in three dimensions."""
    for body in element.iter(f"{A}bodyPr"):
        warp = child(body, "a:prstTxWarp")
        if warp is not None and warp.get("prst", "textNoShape") != "textNoShape":
            return True
    return child(element, "p:spPr/a:scene3d/a:camera/a:rot") is not None


def text_of(element: Any) -> str:
    """A shape's text, a line for each paragraph; fields hold what they showed last."""
    lines = []
    for paragraph in element.iter(f"{A}p"):
        parts = (t.text or "" for t in paragraph.iter(f"{A}t") if not _left_out(t, paragraph))
        lines.append("".join(parts))
    return "\n".join(lines)


def _left_out(node: Any, until: Any) -> bool:
    """Whether a text is the second version of one that was read already."""
    above = node.getparent()
    while above is not None and above is not until:
        if local(above) in _SKIPPED:
            return True
        above = above.getparent()
    return False
