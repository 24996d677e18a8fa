"""Native shapes and connectors as XML, grouped so that a diagram moves as one."""

import math
from collections.abc import Mapping
from typing import Any

from lxml import etree

from copydesk.slides.diagrams.parts import BOTTOM, RIGHT, TOP, Link, Part, site
from copydesk.slides.diagrams.tags import qn
from copydesk.slides.diagrams.tones import Tone
from copydesk.slides.geometry import Box, emu

_QUARTER = 5400000  # a right angle, in sixtieths of a thousandth of a degree
_NSMAP = {"a": qn("a:a")[1:-2], "p": qn("p:p")[1:-2], "r": qn("r:r")[1:-2]}


def group(number: int, name: str, description: str, box: Box) -> Any:
    """An empty `p:grpSp` whose children keep the page's coordinates."""
    element = etree.Element(qn("p:grpSp"), nsmap=_NSMAP)
    head = etree.SubElement(element, qn("p:nvGrpSpPr"))
    etree.SubElement(head, qn("p:cNvPr"), id=str(number), name=name, descr=description)
    etree.SubElement(head, qn("p:cNvGrpSpPr"))
    etree.SubElement(head, qn("p:nvPr"))
    xfrm = etree.SubElement(etree.SubElement(element, qn("p:grpSpPr")), qn("a:xfrm"))
    _extent(xfrm, box)
    _extent(xfrm, box, "ch")
    return element


def _extent(xfrm: Any, box: Box, prefix: str = "") -> None:
    off, ext = ("chOff", "chExt") if prefix else ("off", "ext")
    x, y = emu(box.left), emu(box.top)
    etree.SubElement(xfrm, qn(f"a:{off}"), x=str(x), y=str(y))
    wide, high = max(emu(box.right) - x, 0), max(emu(box.bottom) - y, 0)
    etree.SubElement(xfrm, qn(f"a:{ext}"), cx=str(wide), cy=str(high))


def shape(number: int, part: Part, fill: Tone | None, outline: Tone | None, weight: float) -> Any:
    """A `p:sp` without text; its `p:txBody` is left to who has text for it."""
    element = etree.Element(qn("p:sp"), nsmap=_NSMAP)
    head = etree.SubElement(element, qn("p:nvSpPr"))
    etree.SubElement(head, qn("p:cNvPr"), id=str(number), name=part.name)
    inner = etree.SubElement(head, qn("p:cNvSpPr"))
    if part.set and not fill:
        inner.set("txBox", "1")
    etree.SubElement(head, qn("p:nvPr"))
    properties = etree.SubElement(element, qn("p:spPr"))
    _extent(etree.SubElement(properties, qn("a:xfrm")), part.box)
    _geometry(properties, part.shape, part.adjust or {})
    properties.append(fill.element() if fill else etree.Element(qn("a:noFill")))
    _line(properties, outline, weight, arrow=part.look == "arc")
    return element


def _geometry(properties: Any, preset: str, handles: Mapping[str, int]) -> None:
    geometry = etree.SubElement(properties, qn("a:prstGeom"), prst=preset)
    values = etree.SubElement(geometry, qn("a:avLst"))
    for name, value in handles.items():
        etree.SubElement(values, qn("a:gd"), name=name, fmla=f"val {value}")


def _line(properties: Any, tone: Tone | None, weight: float, *, arrow: bool = False) -> None:
    line = etree.SubElement(properties, qn("a:ln"))
    if tone is None:
        etree.SubElement(line, qn("a:noFill"))
        return
    line.set("w", str(emu(weight)))
    line.append(tone.element())
    etree.SubElement(line, qn("a:round"))
    if arrow:
        etree.SubElement(line, qn("a:tailEnd"), type="triangle", w="lg", len="med")


def text_body(part: Part) -> Any:
    """An empty `p:txBody` with the part's insets, its anchor, and no autofit."""
    body = etree.Element(qn("p:txBody"), nsmap=_NSMAP)
    sides = zip(("lIns", "tIns", "rIns", "bIns"), part.inset, strict=True)
    attributes = {"wrap": "square", **{name: str(emu(inset)) for name, inset in sides}}
    if part.sideways:
        attributes["vert"] = "vert270"
    properties = etree.SubElement(body, qn("a:bodyPr"), attributes)
    properties.set("anchor", part.anchor)
    properties.set("rtlCol", "0")
    etree.SubElement(properties, qn("a:noAutofit"))
    _plain(etree.SubElement(body, qn("a:lstStyle")))
    etree.SubElement(body, qn("a:p"))
    return body


def _plain(styles: Any) -> None:
    """No indent, space or bullet, whatever the file's defaults say."""
    level = etree.SubElement(styles, qn("a:lvl1pPr"), marL="0", indent="0")
    etree.SubElement(etree.SubElement(level, qn("a:lnSpc")), qn("a:spcPct"), val="100000")
    for name in ("a:spcBef", "a:spcAft"):
        etree.SubElement(etree.SubElement(level, qn(name)), qn("a:spcPts"), val="0")
    etree.SubElement(level, qn("a:buNone"))


def connector(
    number: int, link: Link, parts: Mapping[str, Part], ids: Mapping[str, int], tone: Tone
) -> Any:
    """A `p:cxnSp` glued to the parts at its ends."""
    element = etree.Element(qn("p:cxnSp"), nsmap=_NSMAP)
    head = etree.SubElement(element, qn("p:nvCxnSpPr"))
    etree.SubElement(head, qn("p:cNvPr"), id=str(number), name=_name(link))
    glue = etree.SubElement(head, qn("p:cNvCxnSpPr"))
    etree.SubElement(glue, qn("a:stCxn"), id=str(ids[link.start]), idx=str(link.start_site))
    start = site(parts[link.start], link.start_site)
    end = link.to or start
    if link.end:
        etree.SubElement(glue, qn("a:endCxn"), id=str(ids[link.end]), idx=str(link.end_site))
        end = site(parts[link.end], link.end_site)
    etree.SubElement(head, qn("p:nvPr"))
    properties = etree.SubElement(element, qn("p:spPr"))
    _route(properties, link, parts, start, end)
    _line(properties, tone, link.weight, arrow=link.arrow)
    return element


def _name(link: Link) -> str:
    return f"link {link.start} to {link.end}" if link.end else f"link from {link.start}"


def _route(
    properties: Any,
    link: Link,
    parts: Mapping[str, Part],
    start: tuple[float, float],
    end: tuple[float, float],
) -> None:
    """The frame and the geometry of a connector: straight, or bent once in the middle."""
    xfrm = etree.SubElement(properties, qn("a:xfrm"))
    across, down = end[0] - start[0], end[1] - start[1]
    box = Box(
        min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
    )
    upright = link.start_site in (TOP, BOTTOM) if parts[link.start].shape != "ellipse" else False
    straight = not link.bend or (
        not link.out and math.isclose(across if upright else down, 0, abs_tol=0.5)
    )
    if straight:
        _flip(xfrm, across < 0, down < 0)
        _extent(xfrm, box)
        _geometry(properties, "straightConnector1", {})
    elif upright:
        _upright(xfrm, box, across, down)
        _geometry(properties, "bentConnector3", {"adj1": 50000})
    else:
        _flip(xfrm, across < 0, down < 0)
        _extent(xfrm, box)
        _geometry(properties, "bentConnector3", {"adj1": _middle(link, across)})


def _flip(xfrm: Any, mirrored: bool, upside: bool) -> None:
    if mirrored:
        xfrm.set("flipH", "1")
    if upside:
        xfrm.set("flipV", "1")


def _upright(xfrm: Any, box: Box, across: float, down: float) -> None:
    """Turn a connector that lies along x so that it leaves and arrives upright.

    Turned a quarter to the right, its x points down and its y to the left; `flipV` lets y point
    to the right, `flipH` x upwards.
    """
    xfrm.set("rot", str(_QUARTER))
    _flip(xfrm, down < 0, across > 0)
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    wide, high = box.height / 2, box.width / 2
    _extent(xfrm, Box(x - wide, y - high, x + wide, y + high))


def _middle(link: Link, across: float) -> int:
    """Where the bend stands, in thousandths of a percent of the way across."""
    if not link.out:
        return 50000
    sign = 1.0 if link.start_site == RIGHT else -1.0
    forward = across if abs(across) > 0.05 else 0.05
    return round(100000 * sign * link.out / forward)
