"""Shapes of a slide: text in placeholders or boxes, pictures, frames for tables and charts."""

from typing import Any

from copydesk.slides.draw.elements import make, value
from copydesk.slides.draw.palette import Colour
from copydesk.slides.geometry import Box, emu
from copydesk.slides.typeset.frame import Frame, Type

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_TABLE = "http://schemas.openxmlformats.org/drawingml/2006/table"
_ALIGN = ("l", "ctr", "r", "just", "dist", "justLow", "thaiDist")


def slide_tree(intent: str, colours: Any = None) -> tuple[Any, Any]:
    """A slide without shapes, and its shape tree; `colours` overrides the slide master's mapping.

    The intent is the name of its `p:cSld`: nobody sees it, and the deck can be read back by it.
    """
    identity = make("p:cNvPr", id=1, name="")
    head = make("p:nvGrpSpPr", identity, make("p:cNvGrpSpPr"), make("p:nvPr"))
    corners = [make(f"a:{n}", **pair) for n, pair in _CORNERS]
    shapes = make("p:spTree", head, make("p:grpSpPr", make("a:xfrm", *corners)))
    mapping = make("p:clrMapOvr", make("a:masterClrMapping") if colours is None else colours)
    return make("p:sld", make("p:cSld", shapes, name=intent), mapping), shapes


_NOUGHT, _EMPTY = {"x": 0, "y": 0}, {"cx": 0, "cy": 0}
_CORNERS = (("off", _NOUGHT), ("ext", _EMPTY), ("chOff", _NOUGHT), ("chExt", _EMPTY))


def placeholder(
    id_: int, name: str, ph: Any, box: Box | None, body: Any, style: Any = None
) -> tuple[Any, Any]:
    """A text placeholder and its text body; `box` where it does not stand as on the layout.

    Its autofit is turned off outright: what is inherited would be computed anew by PowerPoint.
    """
    head = make(
        "p:nvSpPr",
        make("p:cNvPr", id=id_, name=name),
        make("p:cNvSpPr", make("a:spLocks", noGrp=1)),
        make("p:nvPr", ph_of(ph)),
    )
    properties = make("p:spPr") if box is None else make("p:spPr", transform(box))
    body.append(make("a:noAutofit"))
    text = make("p:txBody", body, style if style is not None else make("a:lstStyle"))
    return make("p:sp", head, properties, text), text


def text_box(id_: int, name: str, box: Box, frame: Frame, colour: Colour) -> tuple[Any, Any]:
    """A text box of a frame's type, and its text body.

    A title is a title to navigate by, even where the layout has no place for one.
    """
    title = make("p:ph", type="title") if name == "title" else None
    locks = make("a:spLocks", noGrp=1) if name == "title" else None
    head = make(
        "p:nvSpPr",
        make("p:cNvPr", id=id_, name=name),
        make("p:cNvSpPr", locks, txBox=None if name == "title" else 1),
        make("p:nvPr", title),
    )
    shape = make("a:prstGeom", make("a:avLst"), prst="rect")
    properties = make("p:spPr", transform(box), shape, make("a:noFill"))
    side = emu(max(box.width - frame.width, 0) / 2)
    above = emu(max(box.height - frame.height, 0) / 2)
    insets = {"lIns": side, "tIns": above, "rIns": side, "bIns": above}
    fit = make("a:noAutofit")
    body = make("a:bodyPr", fit, wrap="square", rtlCol=0, anchor=frame.anchor, **insets)
    text = make("p:txBody", body, list_style(frame, colour))
    return make("p:sp", head, properties, text), text


def ph_of(ph: Any) -> Any:
    """A layout's `p:ph` as a slide refers to it."""
    kept = {k: ph.get(k) for k in ("type", "orient", "sz", "idx") if ph.get(k) is not None}
    return make("p:ph", **kept)


def transform(box: Box, name: str = "a:xfrm") -> Any:
    """Where a shape stands."""
    offset = make("a:off", x=emu(box.left), y=emu(box.top))
    extent = make("a:ext", cx=max(emu(box.width), 0), cy=max(emu(box.height), 0))
    return make(name, offset, extent)


def list_style(frame: Frame, colour: Colour | None = None, *, sized: bool = True) -> Any:
    """A frame's levels as a list style; `colour` for all of them, or what is inherited."""
    levels = (_level(i, kind, colour, sized) for i, kind in enumerate(frame.levels[:9]))
    return make("a:lstStyle", *levels)


def _level(index: int, kind: Type, colour: Colour | None, sized: bool) -> Any:
    exact, factor = kind.exact, kind.line
    spacing = value("a:spcPts", _hundredths(exact)) if exact else _share(factor)
    run = make(
        "a:defRPr",
        colour.fill() if colour else None,
        *(make(f"a:{n}", typeface=face) for n, face in _faces(kind) if face),
        sz=_hundredths(kind.size) if sized else None,
        b=kind.bold,
        i=kind.italic,
        cap="all" if kind.caps else None,
    )
    return make(
        f"a:lvl{index + 1}pPr",
        make("a:lnSpc", spacing),
        make("a:spcBef", value("a:spcPts", _hundredths(kind.before))),
        make("a:spcAft", value("a:spcPts", _hundredths(kind.after))),
        make("a:buFont", typeface="Arial") if kind.bullet and sized else None,
        None if kind.bullet and not sized else _bullet(kind),
        run,
        marL=emu(max(kind.indent, 0.0)),
        indent=emu(kind.first),
        algn=kind.align if kind.align in _ALIGN else "l",
        rtl=kind.rtl,
    )


def _bullet(kind: Type) -> Any:
    return make("a:buChar", char="•") if kind.bullet else make("a:buNone")


def _faces(kind: Type) -> tuple[tuple[str, str], ...]:
    return (("latin", kind.latin), ("ea", kind.ea), ("cs", kind.cs))


def _hundredths(points: float) -> int:
    return round(max(points, 0.0) * 100)


def _share(factor: float) -> Any:
    return value("a:spcPct", round(factor * 100000))


# Things ------------------------------------------------------------------------------------------


def picture(
    id_: int,
    name: str,
    alt: str,
    relation: str,
    box: Box,
    crop: tuple[int, int, int, int],
    ph: Any = None,
) -> Any:
    """A picture that fills a box, what is too much of it cut off at its edges."""
    edges = dict(zip("ltrb", (edge or None for edge in crop), strict=True))
    fill = make(
        "p:blipFill",
        make("a:blip", r__embed=relation),
        make("a:srcRect", **edges) if any(crop) else None,
        make("a:stretch", make("a:fillRect")),
    )
    held = None if ph is None else 1
    head = make(
        "p:nvPicPr",
        make("p:cNvPr", id=id_, name=name, descr=alt),
        make("p:cNvPicPr", make("a:picLocks", noGrp=held, noChangeAspect=1)),
        make("p:nvPr", None if ph is None else ph_of(ph)),
    )
    shape = make("a:prstGeom", make("a:avLst"), prst="rect")
    return make("p:pic", head, fill, make("p:spPr", transform(box), shape))


def chart_frame(id_: int, name: str, alt: str, relation: str, box: Box, ph: Any = None) -> Any:
    """A frame that shows the chart of a relationship."""
    chart = make("c:chart", r__id=relation)
    return _frame(id_, name, alt, box, ph, make("a:graphicData", chart, uri=_CHART))


def table_frame(id_: int, name: str, alt: str, table: Any, box: Box, ph: Any = None) -> Any:
    """A frame around a table."""
    return _frame(id_, name, alt, box, ph, make("a:graphicData", table, uri=_TABLE))


def _frame(id_: int, name: str, alt: str, box: Box, ph: Any, data: Any) -> Any:
    head = make(
        "p:nvGraphicFramePr",
        make("p:cNvPr", id=id_, name=name, descr=alt),
        make("p:cNvGraphicFramePr", make("a:graphicFrameLocks", noGrp=1)),
        make("p:nvPr", None if ph is None else ph_of(ph)),
    )
    return make("p:graphicFrame", head, transform(box, "p:xfrm"), make("a:graphic", data))
