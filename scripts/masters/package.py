"""A look as the parts of a .pptx, every byte of it ours and the same on every run."""

from masters.kit import Design, Holder, Layout, Level, Type
from masters.shapes import emu, faces, fill, furniture, holder, levels, shape, spacing

_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS = f'xmlns:a="{_A}" xmlns:r="{_R}" xmlns:p="{_P}"'
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MASTER_TYPE = f"{_OFFICE}.presentationml.slideMaster+xml"
_LAYOUT_TYPE = f"{_OFFICE}.presentationml.slideLayout+xml"
# LibreOffice keeps its table styles under "table": a layout of that name loses its page's colour.
_LABELS = {"table": "Table"}
_COMMON = 'algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"'


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


def layout_part(spec: Layout, design: Design) -> str:
    """One slideLayout part."""
    count = len(spec.shapes)
    shapes = [shape(2 + i, one) for i, one in enumerate(spec.shapes)]
    shapes += [holder(2 + count + i, one, design) for i, one in enumerate(spec.holders)]
    foot = furniture(2 + count + len(spec.holders), spec.feet or design.foot, spec.foot)
    kind = f' type="{spec.kind}"' if spec.kind else ""
    bare = ' showMasterSp="0"' if spec.bare or spec.page else ""
    page = background(spec.page) if spec.page else ""
    name = _LABELS.get(spec.name, spec.name)
    return (
        f'{_HEADER}<p:sldLayout {_NS}{bare}{kind} preserve="1" userDrawn="1">'
        f'<p:cSld name="{name}">{page}{tree("".join(shapes) + foot)}</p:cSld>'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def master_part(design: Design) -> str:
    """The slideMaster part: page, drawings, the five master placeholders, text styles."""
    count = len(design.shapes)
    shapes = [shape(2 + i, one) for i, one in enumerate(design.shapes)]
    anchored = Type(anchor=design.heading.anchor)
    title = Holder("Title", "title", 0, design.title_box, anchored, "Title")
    body = Holder("Text", "body", 1, design.body_box, Type(), "Text")
    shapes += [master_holder(2 + count, title, design), master_holder(3 + count, body, design)]
    foot = furniture(4 + count, design.foot, "")
    ids = "".join(
        f'<p:sldLayoutId id="{2147483649 + i}" r:id="rId{1 + i}"/>'
        for i in range(len(design.layouts))
    )
    return (
        f"{_HEADER}<p:sldMaster {_NS}><p:cSld>{background('bg1')}"
        f"{tree(''.join(shapes) + foot)}</p:cSld>{colour_map(dark=design.dark)}"
        f"<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>{text_styles(design)}</p:sldMaster>"
    )


def colour_map(*, dark: bool) -> str:
    """Which theme colours are page and ink: light and dark, or the other way round."""
    page, ink = ("dk", "lt") if dark else ("lt", "dk")
    accents = "".join(f' accent{i}="accent{i}"' for i in range(1, 7))
    return (
        f'<p:clrMap bg1="{page}1" tx1="{ink}1" bg2="{page}2" tx2="{ink}2"{accents} '
        'hlink="hlink" folHlink="folHlink"/>'
    )


def master_holder(number: int, spec: Holder, design: Design) -> str:
    """A master's placeholder: insets of nought, so that text stands on the grid."""
    return (
        holder(number, spec, design, prompted=False)
        .replace("<a:bodyPr ", '<a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" ')
        .replace(levels(spec.type, design), "<a:lstStyle/>")
        .replace("</p:spPr>", '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>')
    )


def run_style(size: float, colour: str, font: str = "minor", *, bold: bool = False) -> str:
    """The characters of a text style, in the theme's fonts."""
    return (
        f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}" kern="1200">{fill(colour)}'
        f"{faces(font, '')}</a:defRPr>"
    )


def text_styles(design: Design) -> str:
    """Title, body and other text; the body in five levels."""
    head = design.heading
    title = (
        f'<a:lvl1pPr {_COMMON}><a:lnSpc><a:spcPct val="{(head.line or 95) * 1000}"/></a:lnSpc>'
        f"{spacing('spcBef', 0)}<a:buNone/>"
        f"{run_style(head.size or 30, head.colour or 'tx1', 'major', bold=bool(head.bold))}"
        "</a:lvl1pPr>"
    )
    body = "".join(body_level(i, one, design) for i, one in enumerate(design.levels, 1))
    other = f"<a:lvl1pPr {_COMMON}>{run_style(18, 'tx1')}</a:lvl1pPr>"
    return (
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


def body_level(number: int, spec: Level, design: Design) -> str:
    """One level of the body: where it hangs, its mark, its characters."""
    share = 100 if spec.mark == "–" else design.mark_size
    size = f'<a:buSzPct val="{share * 1000}"/>' if share != 100 else ""
    return (
        f'<a:lvl{number}pPr marL="{emu(spec.left)}" indent="{-emu(spec.hang)}" {_COMMON}>'
        f'<a:lnSpc><a:spcPct val="{design.body_line * 1000}"/></a:lnSpc>{spacing("spcBef", 0)}'
        f'{spacing("spcAft", spec.after)}<a:buClr><a:schemeClr val="{design.mark_colour}"/>'
        f'</a:buClr>{size}<a:buFont typeface="Arial"/><a:buChar char="{spec.mark}"/>'
        f"{run_style(spec.size, spec.colour)}</a:lvl{number}pPr>"
    )


def theme_part(design: Design) -> str:
    """The theme: colours, fonts, and the plain format scheme that the schema asks for."""
    colours = "".join(f'<a:{n}><a:srgbClr val="{v}"/></a:{n}>' for n, v in design.colours.items())
    major = family(design.fonts.major, design.fonts.major_han)
    minor = family(design.fonts.minor, design.fonts.minor_han)
    solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(
        f'<a:ln w="{w}" cap="flat" cmpd="sng" algn="ctr">{solid}<a:prstDash val="solid"/></a:ln>'
        for w in (6350, 12700, 19050)
    )
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{_HEADER}<a:theme xmlns:a="{_A}" name="{design.title}"><a:themeElements>'
        f'<a:clrScheme name="{design.title}">{colours}</a:clrScheme>'
        f'<a:fontScheme name="{design.title}"><a:majorFont>{major}</a:majorFont>'
        f"<a:minorFont>{minor}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="{design.title}"><a:fillStyleLst>{solid * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{solid * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements>"
        "<a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def family(latin: str, han: str) -> str:
    """A font of the theme: Latin, Chinese, and what other scripts are set in."""
    serif = latin in ("Times New Roman", "Cambria", "Georgia")
    others = {
        "Hans": han,
        "Hant": "PMingLiU" if serif else "Microsoft JhengHei",
        "Jpan": "Yu Mincho" if serif else "Yu Gothic",
        "Hang": "Batang" if serif else "Malgun Gothic",
        "Arab": "Times New Roman" if serif else "Arial",
        "Hebr": "Times New Roman" if serif else "Arial",
    }
    scripts = "".join(f'<a:font script="{s}" typeface="{f}"/>' for s, f in others.items())
    complex_ = others["Arab"]
    return (
        f'<a:latin typeface="{latin}"/><a:ea typeface="{han}"/><a:cs typeface="{complex_}"/>'
        f"{scripts}"
    )


def presentation_part(design: Design) -> str:
    """The presentation: one master, no slides."""
    width, height = (emu(v) for v in design.page)
    if abs(design.page[0] - 13.333) < 0.001:
        width = 12192000
    kind = ' type="screen4x3"' if design.page == (10.0, 7.5) else ""
    style = "".join(
        f'<a:lvl{i}pPr marL="{457200 * (i - 1)}" {_COMMON}>{run_style(18, "tx1")}</a:lvl{i}pPr>'
        for i in range(1, 6)
    )
    return (
        f'{_HEADER}<p:presentation {_NS} saveSubsetFonts="1"><p:sldMasterIdLst>'
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldSz cx="{width}" cy="{height}"{kind}/><p:notesSz cx="6858000" cy="9144000"/>'
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


def content_types(count: int) -> str:
    """The package's table of part types, for `count` layouts."""
    kinds = {
        "/ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": _MASTER_TYPE,
        "/ppt/theme/theme1.xml": f"{_OFFICE}.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{_OFFICE}.extended-properties+xml",
    }
    for i in range(1, count + 1):
        kinds[f"/ppt/slideLayouts/slideLayout{i}.xml"] = _LAYOUT_TYPE
    rows = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in kinds.items())
    return (
        f'{_HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def core_part(design: Design) -> str:
    """Document properties without dates: the bytes must not know the day."""
    return (
        f"{_HEADER}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{design.title}</dc:title>'
        "<dc:creator>copydesk</dc:creator></cp:coreProperties>"
    )


def parts(design: Design) -> dict[str, str]:
    """Every part of the package, by name."""
    app = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    numbers = range(1, len(design.layouts) + 1)
    layouts = [("slideLayout", f"../slideLayouts/slideLayout{i}.xml") for i in numbers]
    made = {
        "[Content_Types].xml": content_types(len(design.layouts)),
        "_rels/.rels": relationships(
            ("officeDocument", "ppt/presentation.xml"),
            (core, "docProps/core.xml"),
            ("extended-properties", "docProps/app.xml"),
        ),
        "docProps/core.xml": core_part(design),
        "docProps/app.xml": f'{_HEADER}<Properties xmlns="{app}"/>',
        "ppt/presentation.xml": presentation_part(design),
        "ppt/_rels/presentation.xml.rels": relationships(
            ("slideMaster", "slideMasters/slideMaster1.xml"), ("theme", "theme/theme1.xml")
        ),
        "ppt/theme/theme1.xml": theme_part(design),
        "ppt/slideMasters/slideMaster1.xml": master_part(design),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationships(
            *layouts, ("theme", "../theme/theme1.xml")
        ),
    }
    for i, spec in enumerate(design.layouts, 1):
        made[f"ppt/slideLayouts/slideLayout{i}.xml"] = layout_part(spec, design)
        made[f"ppt/slideLayouts/_rels/slideLayout{i}.xml.rels"] = relationships(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        )
    return made
