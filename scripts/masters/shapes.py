"""A look's shapes and placeholders as DrawingML."""

import re
from xml.sax.saxutils import escape

from masters.kit import Area, Design, Foot, Holder, Shape, Type


def emu(inches: float) -> int:
    """Inches as English Metric Units."""
    return round(inches * 914400)


def fill(colour: str) -> str:
    """A solid fill of a theme colour, as kit.py spells them; none for nothing."""
    if not colour:
        return "<a:noFill/>"
    name, mark, share = re.fullmatch(r"(\w+?)(?:([/~])(\d+))?", colour).groups()  # type: ignore[union-attr]
    inner = f'<a:alpha val="{int(share) * 1000}"/>' if mark == "/" else ""
    if mark == "~":
        left = 100 - int(share)
        inner = f'<a:lumMod val="{left * 1000}"/><a:lumOff val="{int(share) * 1000}"/>'
    return f'<a:solidFill><a:schemeClr val="{name}">{inner}</a:schemeClr></a:solidFill>'


def xfrm(box: Area, turn: float = 0.0) -> str:
    """Position and size of a shape."""
    x, y, w, h = (emu(v) for v in box)
    rot = f' rot="{round(turn * 60000)}"' if turn else ""
    return f'<a:xfrm{rot}><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'


def geometry(spec: Shape) -> str:
    """A preset shape with its adjustments, or figures of straight edges."""
    if not spec.paths:
        guides = "".join(f'<a:gd name="{n}" fmla="val {v}"/>' for n, v in spec.adjust)
        return f'<a:prstGeom prst="{spec.preset}"><a:avLst>{guides}</a:avLst></a:prstGeom>'
    left, top, width, height = spec.box
    figures = "".join(figure(path, left, top, closed=spec.closed) for path in spec.paths)
    blank = ' fill="none"' if not spec.closed else ""
    return (
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{emu(width)}" h="{emu(height)}"{blank}>{figures}</a:path>'
        "</a:pathLst></a:custGeom>"
    )


def figure(path: tuple[tuple[float, float], ...], left: float, top: float, *, closed: bool) -> str:
    """One figure of straight edges, from the corner of its shape."""
    points = [f'<a:pt x="{emu(x - left)}" y="{emu(y - top)}"/>' for x, y in path]
    lines = "".join(f"<a:lnTo>{point}</a:lnTo>" for point in points[1:])
    return f"<a:moveTo>{points[0]}</a:moveTo>{lines}{'<a:close/>' if closed else ''}"


def outline(spec: Shape) -> str:
    """The line around a shape, or none."""
    if not spec.line:
        return "<a:ln><a:noFill/></a:ln>"
    return f'<a:ln w="{round(spec.weight * 12700)}">{fill(spec.line)}</a:ln>'


def shape(number: int, spec: Shape) -> str:
    """A decorative shape: drawn by the user, without text, and said to be decoration."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Drawing {number}">{_DECORATIVE}</p:cNvPr>'
        '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f"<p:spPr>{xfrm(spec.box, spec.turn)}{geometry(spec)}{fill(spec.fill)}{outline(spec)}"
        "</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" '
    'val="1"/></a:ext></a:extLst>'
)


def spacing(tag: str, points: float) -> str:
    """Space before or after a paragraph."""
    return f'<a:{tag}><a:spcPts val="{round(points * 100)}"/></a:{tag}>'


def faces(font: str, mono: str) -> str:
    """The typefaces of a run: the theme's, or the monospaced one with the theme's Chinese."""
    if font == "mono":
        return f'<a:latin typeface="{mono}"/><a:ea typeface="+mn-ea"/><a:cs typeface="{mono}"/>'
    short = {"major": "+mj", "minor": "+mn"}.get(font)
    tags = (("latin", "lt"), ("ea", "ea"), ("cs", "cs"))
    return "".join(f'<a:{tag} typeface="{short}-{end}"/>' for tag, end in tags) if short else ""


def marks(style: Type, design: Design) -> str:
    """The number in front of a paragraph, nothing, or what the master puts there.

    On a ground of its own, where the text has its own colour, the mark takes that too.
    """
    colour = style.mark or style.colour
    if style.marks == "inherit":
        return f'<a:buClr><a:schemeClr val="{colour}"/></a:buClr>' if colour else ""
    if style.marks == "number":
        return (
            f'<a:buClr><a:schemeClr val="{style.mark or design.mark_colour}"/></a:buClr>'
            '<a:buSzPct val="100000"/><a:buFont typeface="+mj-lt"/>'
            '<a:buAutoNum type="arabicPlain"/>'
        )
    return "<a:buNone/>"


def level(style: Type, design: Design) -> str:
    """The first level of a placeholder's own text style: only what differs from the master."""
    own = style.marks != "inherit"
    hang = f' marL="{emu(style.hang)}" indent="{-emu(style.hang)}"' if own else ""
    align = f' algn="{style.align}"' if style.align else ""
    line = f'<a:lnSpc><a:spcPct val="{style.line * 1000}"/></a:lnSpc>' if style.line else ""
    after = "" if style.after is None else spacing("spcAft", style.after)
    inner = f"{line}{after}{marks(style, design)}{characters(style, design)}"
    return f"<a:lvl1pPr{hang}{align}>{inner}</a:lvl1pPr>"


def characters(style: Type, design: Design) -> str:
    """The characters of a level, where they differ from the master's."""
    size = f' sz="{round(style.size * 100)}"' if style.size else ""
    bold = "" if style.bold is None else f' b="{int(style.bold)}"'
    italic = "" if style.italic is None else f' i="{int(style.italic)}"'
    caps = ' cap="all" spc="100"' if style.caps else ""
    colour = fill(style.colour) if style.colour else ""
    inner = f"{colour}{faces(style.font, design.fonts.mono)}"
    return f"<a:defRPr{size}{bold}{italic}{caps}>{inner}</a:defRPr>"


def levels(style: Type, design: Design) -> str:
    """A placeholder's list style; text in a colour of its own has it on every level."""
    deeper = ""
    if style.colour:
        mark = f'<a:buClr><a:schemeClr val="{style.mark or style.colour}"/></a:buClr>'
        run = f"<a:defRPr>{fill(style.colour)}</a:defRPr>"
        deeper = "".join(f"<a:lvl{i}pPr>{mark}{run}</a:lvl{i}pPr>" for i in range(2, 6))
    return f"<a:lstStyle>{level(style, design)}{deeper}</a:lstStyle>"


def holder(number: int, spec: Holder, design: Design, *, prompted: bool = True) -> str:
    """A layout's placeholder; PowerPoint shows its own words in it where it is not `prompted`."""
    idx = "" if spec.kind in ("title", "ctrTitle") else f' idx="{spec.idx}"'
    side, above = (emu(v) for v in spec.inset)
    inset = f' lIns="{side}" tIns="{above}" rIns="{side}" bIns="{above}"' if any(spec.inset) else ""
    ground = fill(spec.fill) if spec.fill else ""
    own = ' hasCustomPrompt="1"' if prompted else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{spec.name}"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{spec.kind}"{idx}{own}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr>{xfrm(spec.box)}{ground}</p:spPr>"
        f'<p:txBody><a:bodyPr{inset} anchor="{spec.type.anchor}"><a:normAutofit/></a:bodyPr>'
        f"{levels(spec.type, design)}"
        f'<a:p><a:r><a:rPr lang="en-US"/><a:t>{escape(spec.prompt)}</a:t></a:r></a:p>'
        "</p:txBody></p:sp>"
    )


_EMPTY = "<a:p><a:endParaRPr/></a:p>"
_NUMBER = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
    '<a:rPr lang="en-US"/><a:t>‹#›</a:t></a:fld><a:endParaRPr lang="en-US"/></a:p>'
)


def furniture(number: int, foot: Foot, colour: str) -> str:
    """Footer, date and slide number of a page."""
    rows = (
        ("Footer", "ftr", 31, foot.footer, foot.footer_align, _EMPTY),
        ("Date", "dt", 30, foot.date, foot.date_align, _EMPTY),
        ("Slide number", "sldNum", 32, foot.number, foot.number_align, _NUMBER),
    )
    shapes = []
    for i, (name, kind, idx, box, align, text) in enumerate(rows):
        own = f' sz="{round(foot.size * 100)}" b="{int(kind == "sldNum")}"'
        slant = ' i="1"' if foot.italic and kind != "sldNum" else ""
        run = f"<a:defRPr{own}{slant}>{fill(colour or foot.colour)}{faces('minor', '')}</a:defRPr>"
        size = "half" if kind == "dt" else "quarter"
        shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number + i}" name="{name}"/>'
            '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f'<p:nvPr><p:ph type="{kind}" sz="{size}" idx="{idx}"/></p:nvPr></p:nvSpPr>'
            f'<p:spPr>{xfrm(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
            '<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
            f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr algn="{align}">{run}</a:lvl1pPr>'
            f"</a:lstStyle>{text}</p:txBody></p:sp>"
        )
    return "".join(shapes)
