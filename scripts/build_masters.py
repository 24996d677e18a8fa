"""Build templates/masters/desk.pptx from scripts/desk_design.py; `--check` only compares.

The file is written as XML by hand, so that every byte is ours and the same on every run.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

from desk_design import (
    BOTTOM,
    COLOURS,
    FONT,
    HAN_FONT,
    HEAD,
    LAYOUTS,
    LEFT,
    MASTER_BLOCKS,
    PAGE,
    RIGHT,
    WIDTH,
    Block,
    Holder,
    Layout,
    Type,
)

from copydesk.slides.package.steady import pack

TARGET = Path(__file__).parent.parent / "templates" / "masters" / "desk.pptx"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS = f'xmlns:a="{_A}" xmlns:r="{_R}" xmlns:p="{_P}"'
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MASTER_TYPE = f"{_OFFICE}.presentationml.slideMaster+xml"
_LAYOUT_TYPE = f"{_OFFICE}.presentationml.slideLayout+xml"


def emu(inches: float) -> int:
    """Inches as English Metric Units."""
    return round(inches * 914400)


# Colours, shapes and text ------------------------------------------------------------------------


def fill(colour: str) -> str:
    """A solid fill of a theme colour, `name` or `name/alpha per cent`."""
    name, _, alpha = colour.partition("/")
    inner = f'<a:alpha val="{int(alpha) * 1000}"/>' if alpha else ""
    return f'<a:solidFill><a:schemeClr val="{name}">{inner}</a:schemeClr></a:solidFill>'


def xfrm(box: tuple[float, float, float, float]) -> str:
    """Position and size of a shape."""
    x, y, w, h = (emu(v) for v in box)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'


def block(number: int, spec: Block) -> str:
    """A decorative rectangle, marked as such for screen readers by having no text."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Rule {number}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{xfrm(spec.box)}'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill(spec.colour)}'
        "<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>"
        "<a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def marks(style: Type) -> str:
    """The bullet or number in front of a paragraph."""
    if style.marks == "inherit":
        return ""
    if style.marks == "number":
        return (
            f'<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="{FONT}"/>'
            '<a:buAutoNum type="arabicPlain"/>'
        )
    return "<a:buNone/>"


def level(style: Type) -> str:
    """A placeholder's own first level: only what differs from the master."""
    hang = (
        "" if style.marks == "inherit" else f' marL="{emu(style.hang)}" indent="{-emu(style.hang)}"'
    )
    align = f' algn="{style.align}"' if style.align else ""
    line = f'<a:lnSpc><a:spcPct val="{style.line * 1000}"/></a:lnSpc>' if style.line else ""
    after = "" if style.after is None else spacing("spcAft", style.after)
    size = f' sz="{round(style.size * 100)}"' if style.size else ""
    bold = "" if style.bold is None else f' b="{int(style.bold)}"'
    colour = fill(style.colour) if style.colour else ""
    return (
        f"<a:lvl1pPr{hang}{align}>{line}{after}{marks(style)}"
        f"<a:defRPr{size}{bold}>{colour}</a:defRPr></a:lvl1pPr>"
    )


def spacing(tag: str, points: float) -> str:
    """Space before or after a paragraph."""
    return f'<a:{tag}><a:spcPts val="{round(points * 100)}"/></a:{tag}>'


def holder(number: int, spec: Holder) -> str:
    """A layout's placeholder."""
    idx = "" if spec.kind in ("title", "ctrTitle") else f' idx="{spec.idx}"'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{spec.name}"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{spec.kind}"{idx}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{xfrm(spec.box)}</p:spPr><p:txBody><a:bodyPr anchor="{spec.type.anchor}">'
        f"<a:normAutofit/></a:bodyPr><a:lstStyle>{level(spec.type)}</a:lstStyle>"
        f'<a:p><a:r><a:rPr lang="en-US"/><a:t>{escape(spec.prompt)}</a:t></a:r></a:p>'
        "</p:txBody></p:sp>"
    )


def furniture(number: int, colour: str) -> str:
    """Footer, date and slide number, at the foot of every page."""
    y, h = 6.93, 0.26
    foot = (
        ("Footer", "ftr", 31, (LEFT, y, 7.6, h), "l", "<a:p><a:endParaRPr/></a:p>"),
        ("Date", "dt", 30, (8.9, y, 2.4, h), "r", "<a:p><a:endParaRPr/></a:p>"),
        ("Slide number", "sldNum", 32, (RIGHT - 1.0, y, 1.0, h), "r", _NUMBER_FIELD),
    )
    shapes = []
    for i, (name, kind, idx, box, align, text) in enumerate(foot):
        number_style = kind == "sldNum"
        run = (
            f'<a:defRPr sz="1050" b="{int(number_style)}">{fill(colour)}'
            '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr>'
        )
        size = ' sz="quarter"' if kind != "dt" else ' sz="half"'
        shapes.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number + i}" name="{name}"/>'
            '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            f'<p:nvPr><p:ph type="{kind}"{size} idx="{idx}"/></p:nvPr></p:nvSpPr>'
            f'<p:spPr>{xfrm(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
            '<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr">'
            f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr algn="{align}">{run}</a:lvl1pPr>'
            f"</a:lstStyle>{text}</p:txBody></p:sp>"
        )
    return "".join(shapes)


_NUMBER_FIELD = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
    '<a:rPr lang="en-US"/><a:t>‹#›</a:t></a:fld><a:endParaRPr lang="en-US"/></a:p>'
)


def tree(shapes: str) -> str:
    """The shape tree around a page's shapes."""
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/>'
        f'<a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>{shapes}</p:spTree>'
    )


def background(colour: str) -> str:
    """A page of one colour."""
    return f"<p:bg><p:bgPr>{fill(colour)}<a:effectLst/></p:bgPr></p:bg>"


# Parts -------------------------------------------------------------------------------------------


def layout_part(spec: Layout) -> str:
    """One slideLayout part."""
    count = len(spec.blocks)
    shapes = [block(2 + i, b) for i, b in enumerate(spec.blocks)]
    shapes += [holder(2 + count + i, h) for i, h in enumerate(spec.holders)]
    foot = furniture(2 + count + len(spec.holders), "accent5" if spec.dark else "tx2")
    kind = f' type="{spec.kind}"' if spec.kind else ""
    bare = ' showMasterSp="0"' if spec.dark or spec.bare else ""
    page = background("tx1") if spec.dark else ""
    return (
        f'{_HEADER}<p:sldLayout {_NS}{bare}{kind} preserve="1" userDrawn="1">'
        f'<p:cSld name="{spec.name}">{page}{tree("".join(shapes) + foot)}</p:cSld>'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def master_part() -> str:
    """The slideMaster part: page, rules, the five master placeholders, text styles."""
    title = Holder("Title", "title", 0, (LEFT, HEAD, WIDTH, 1.1), Type(), "Title")
    body = Holder("Text", "body", 1, (LEFT, 2.1, WIDTH, BOTTOM - 2.1), Type(), "Text")
    count = len(MASTER_BLOCKS)
    shapes = [block(2 + i, b) for i, b in enumerate(MASTER_BLOCKS)]
    shapes += [master_holder(2 + count, title), master_holder(3 + count, body)]
    ids = "".join(
        f'<p:sldLayoutId id="{2147483649 + i}" r:id="rId{1 + i}"/>' for i in range(len(LAYOUTS))
    )
    return (
        f"{_HEADER}<p:sldMaster {_NS}><p:cSld>{background('bg1')}"
        f"{tree(''.join(shapes) + furniture(4 + count, 'tx2'))}</p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
        'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
        f'folHlink="folHlink"/><p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>{text_styles()}'
        "</p:sldMaster>"
    )


def master_holder(number: int, spec: Holder) -> str:
    """A master's placeholder: insets of nought, so that text stands on the grid."""
    return (
        holder(number, spec)
        .replace("<a:bodyPr ", '<a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" ')
        .replace(f"<a:lstStyle>{level(spec.type)}</a:lstStyle>", "<a:lstStyle/>")
        .replace("</p:spPr>", '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>')
    )


def run_style(size: float, colour: str, *, bold: bool = False) -> str:
    """The characters of a text style, in the theme's fonts."""
    return (
        f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}" kern="1200">{fill(colour)}'
        '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/></a:defRPr>'
    ).replace("+mj", "+mj" if bold else "+mn")


def text_styles() -> str:
    """Title, body and other text: five levels with a hanging dash."""
    common = 'algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"'
    title = (
        f'<a:lvl1pPr {common}><a:lnSpc><a:spcPct val="95000"/></a:lnSpc>'
        f"{spacing('spcBef', 0)}<a:buNone/>{run_style(30, 'tx1', bold=True)}</a:lvl1pPr>"
    )
    sizes = (22, 18, 16, 14, 14)
    levels = []
    for i, size in enumerate(sizes):
        hang = emu(0.38 if i == 0 else 0.3)
        left = hang + emu(0.34 * i)
        levels.append(
            f'<a:lvl{i + 1}pPr marL="{left}" indent="{-hang}" {common}>'
            f'<a:lnSpc><a:spcPct val="104000"/></a:lnSpc>{spacing("spcBef", 0)}'
            f"{spacing('spcAft', 14 if i == 0 else 6)}"
            f'<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="{FONT}"/>'
            f'<a:buChar char="–"/>{run_style(size, "tx1")}</a:lvl{i + 1}pPr>'
        )
    other = f"<a:lvl1pPr {common}>{run_style(18, 'tx1')}</a:lvl1pPr>"
    return (
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{''.join(levels)}"
        f"</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


def theme_part() -> str:
    """The theme: colours, fonts, and the plain format scheme that the schema asks for."""
    colours = "".join(f'<a:{n}><a:srgbClr val="{v}"/></a:{n}>' for n, v in COLOURS.items())
    fonts = (
        f'<a:latin typeface="{FONT}"/><a:ea typeface="{HAN_FONT}"/><a:cs typeface="{FONT}"/>'
        f'<a:font script="Hans" typeface="{HAN_FONT}"/>'
        '<a:font script="Hant" typeface="Microsoft JhengHei"/>'
        '<a:font script="Jpan" typeface="Yu Gothic"/>'
        '<a:font script="Hang" typeface="Malgun Gothic"/>'
        '<a:font script="Arab" typeface="Arial"/><a:font script="Hebr" typeface="Arial"/>'
    )
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(
        f'<a:ln w="{w}" cap="flat" cmpd="sng" algn="ctr">{solid}<a:prstDash val="solid"/></a:ln>'
        for w in (6350, 12700, 19050)
    )
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{_HEADER}<a:theme xmlns:a="{_A}" name="Copy Desk"><a:themeElements>'
        f'<a:clrScheme name="Copy Desk">{colours}</a:clrScheme><a:fontScheme name="Copy Desk">'
        f"<a:majorFont>{fonts}</a:majorFont><a:minorFont>{fonts}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Copy Desk"><a:fillStyleLst>{solid * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements>"
        "<a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def presentation_part() -> str:
    """The presentation: one master, no slides, 16:9."""
    style = "".join(
        f'<a:lvl{i}pPr marL="{457200 * (i - 1)}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
        f'latinLnBrk="0" hangingPunct="1">{run_style(18, "tx1")}</a:lvl{i}pPr>'
        for i in range(1, 6)
    )
    return (
        f'{_HEADER}<p:presentation {_NS} saveSubsetFonts="1"><p:sldMasterIdLst>'
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="12192000" cy="{emu(PAGE[1])}"/><p:notesSz cx="6858000" cy="9144000"/>'
        f'<p:defaultTextStyle><a:defPPr><a:defRPr lang="en-US"/></a:defPPr>{style}'
        "</p:defaultTextStyle></p:presentation>"
    )


def relationships(*targets: tuple[str, str]) -> str:
    """A .rels part: (kind, target) become rId1, rId2, …"""
    rows = "".join(
        f'<Relationship Id="rId{i}" Type="{kind if ":" in kind else _R + "/" + kind}" '
        f'Target="{to}"/>'
        for i, (kind, to) in enumerate(targets, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEADER}<Relationships xmlns="{space}">{rows}</Relationships>'


def content_types() -> str:
    """The package's table of part types."""
    kinds = {
        "/ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": _MASTER_TYPE,
        "/ppt/theme/theme1.xml": f"{_OFFICE}.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{_OFFICE}.extended-properties+xml",
    }
    for i in range(1, len(LAYOUTS) + 1):
        kinds[f"/ppt/slideLayouts/slideLayout{i}.xml"] = _LAYOUT_TYPE
    rows = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in kinds.items())
    return (
        f'{_HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def core_part() -> str:
    """Document properties without dates: the bytes must not know the day."""
    return (
        f"{_HEADER}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Copy Desk</dc:title>'
        "<dc:creator>copydesk</dc:creator></cp:coreProperties>"
    )


def parts() -> dict[str, str]:
    """Every part of the package, by name."""
    app = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    layouts = [
        ("slideLayout", f"../slideLayouts/slideLayout{i + 1}.xml") for i in range(len(LAYOUTS))
    ]
    made = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            ("officeDocument", "ppt/presentation.xml"),
            (core, "docProps/core.xml"),
            ("extended-properties", "docProps/app.xml"),
        ),
        "docProps/core.xml": core_part(),
        "docProps/app.xml": f'{_HEADER}<Properties xmlns="{app}"/>',
        "ppt/presentation.xml": presentation_part(),
        "ppt/_rels/presentation.xml.rels": relationships(
            ("slideMaster", "slideMasters/slideMaster1.xml"), ("theme", "theme/theme1.xml")
        ),
        "ppt/theme/theme1.xml": theme_part(),
        "ppt/slideMasters/slideMaster1.xml": master_part(),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationships(
            *layouts, ("theme", "../theme/theme1.xml")
        ),
    }
    for i, spec in enumerate(LAYOUTS, 1):
        made[f"ppt/slideLayouts/slideLayout{i}.xml"] = layout_part(spec)
        made[f"ppt/slideLayouts/_rels/slideLayout{i}.xml.rels"] = relationships(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        )
    return made


def build() -> bytes:
    """The bytes of desk.pptx."""
    return pack((name, text.encode()) for name, text in parts().items())


def main(arguments: list[str]) -> int:
    """Write the master, or with `--check` say whether the committed one is what would be built."""
    made = build()
    if "--check" in arguments:
        same = TARGET.is_file() and TARGET.read_bytes() == made
        print(
            "desk.pptx is up to date" if same else "desk.pptx differs: run scripts/build_masters.py"
        )
        return 0 if same else 1
    TARGET.write_bytes(made)
    print(f"{TARGET.name}: {len(made):,} bytes, {len(LAYOUTS)} layouts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
