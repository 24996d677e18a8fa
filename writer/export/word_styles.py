"""The look of a Word document: styles, lists and fonts, under the names that Word gives them."""

from dataclasses import dataclass

from copydesk.writer.export.sheet import Sheet

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INK, PALE, RULE, LINK = "1D2126", "6B7280", "C9CED6", "1F4E8C"
LEVELS = 9  # of a Word list


@dataclass(frozen=True)
class Fonts:
    """Typefaces: for running text and for headings, in Latin and in Chinese letters."""

    text: str = "Georgia"
    display: str = "Georgia"
    code: str = "Consolas"
    chinese: str = "SimSun"
    chinese_display: str = "Microsoft YaHei"


@dataclass(frozen=True)
class _Style:
    """One paragraph style; sizes in points, spaces in twentieths of a point."""

    key: str
    name: str
    size: float = 0
    before: int = 0
    after: int = 0
    line: int = 0  # 240 is single
    bold: bool = False
    italic: bool = False
    display: bool = False
    colour: str = ""
    based: str = "Normal"
    following: str = ""
    extra: str = ""  # paragraph properties that come before spacing
    late: str = ""  # … and those after it
    outline: int | None = None


def styles(sheet: Sheet, fonts: Fonts) -> str:
    """word/styles.xml."""
    chinese = sheet.language == "zh"
    listed = (
        *_running(sheet, chinese=chinese),
        *_titles(sheet),
        *_headings(sheet),
        *_apart(chinese=chinese),
    )
    body = "".join(_paragraph_style(style, fonts) for style in listed)
    return (
        f"{XML}<w:styles {W}>{_defaults(fonts)}{body}{_character_styles(fonts)}"
        f"{_TABLE_STYLES}</w:styles>"
    )


def _running(sheet: Sheet, *, chinese: bool) -> tuple[_Style, ...]:
    line = 380 if chinese else 324
    justified = '<w:jc w:val="both"/>' if chinese or sheet.fiction else ""
    indent = (
        '<w:ind w:firstLine="480" w:firstLineChars="200"/>'
        if chinese
        else ('<w:ind w:firstLine="360"/>')
    )
    lists = "<w:contextualSpacing/>"
    return (
        _Style(
            "Normal", "Normal", 11, 0, 160, line, colour=INK, based="", extra="<w:widowControl/>"
        ),
        _Style("BodyText", "Body Text", line=line, late=justified),
        _Style(
            "FirstIndent",
            "Body Text First Indent",
            0,
            0,
            80 if chinese else 0,
            line,
            based="BodyText",
            late=indent + justified,
        ),
        _Style(
            "ListBullet",
            "List Bullet",
            after=160,
            line=line,
            late=lists,
            extra='<w:numPr><w:numId w:val="1"/></w:numPr>',
        ),
        _Style(
            "ListNumber",
            "List Number",
            after=160,
            line=line,
            late=lists,
            extra='<w:numPr><w:numId w:val="2"/></w:numPr>',
        ),
        _Style("ListContinue", "List Continue", after=160, line=line, late=lists),
        _Style("TableText", "Table Text", 10, 50, 50, 270),
        _Style("FootnoteText", "footnote text", 9, 0, 40, 250 if chinese else 240),
    )


def _titles(sheet: Sheet) -> tuple[_Style, ...]:
    book = sheet.book
    keep = "<w:keepNext/><w:keepLines/>"
    middle = '<w:jc w:val="center"/>' if book else ""
    return (
        _Style(
            "Title",
            "Title",
            30 if book else 25,
            3600 if book else 0,
            240 if book else 320,
            264,
            display=True,
            bold=True,
            following="Normal",
            extra=keep,
            late=middle,
        ),
        _Style(
            "Subtitle",
            "Subtitle",
            13,
            0,
            320,
            300,
            display=True,
            colour=PALE,
            following="Normal",
            late=middle,
        ),
    )


def _headings(sheet: Sheet) -> tuple[_Style, ...]:
    book = sheet.book
    keep = "<w:keepNext/><w:keepLines/>"
    page = "<w:pageBreakBefore/>" if book else ""
    middle = '<w:jc w:val="center"/>' if book else ""
    return (
        _Style(
            "Heading1",
            "heading 1",
            20 if book else 15.5,
            1200 if book else 400,
            600 if book else 120,
            276,
            display=True,
            bold=True,
            following="Normal",
            extra=keep + page,
            late=middle,
            outline=0,
        ),
        _Style(
            "Heading2",
            "heading 2",
            12.5,
            320,
            80,
            276,
            display=True,
            bold=True,
            following="Normal",
            extra=keep,
            outline=1,
        ),
        _Style(
            "Heading3",
            "heading 3",
            11,
            260,
            60,
            276,
            display=True,
            bold=True,
            colour=PALE,
            following="Normal",
            extra=keep,
            outline=2,
        ),
    )


def _apart(*, chinese: bool) -> tuple[_Style, ...]:
    line = 360 if chinese else 312
    bar = f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="12" w:color="{RULE}"/></w:pBdr>'
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F4F5F7"/>'
    return (
        # Chinese has no italics: slanted Han characters are hard to read.
        _Style(
            "Quote",
            "Quote",
            0,
            80,
            240,
            line,
            italic=not chinese,
            colour="3F4650",
            extra=bar,
            late='<w:ind w:left="440" w:right="440"/>',
        ),
        _Style(
            "Code",
            "Code",
            9.5,
            60,
            200,
            264,
            extra=shade,
            late='<w:ind w:left="120" w:right="120"/>',
        ),
        _Style(
            "SceneBreak",
            "Scene Break",
            11,
            200,
            360,
            240,
            colour=PALE,
            extra="<w:keepNext/>",
            late='<w:jc w:val="center"/>',
        ),
        _Style("Footer", "footer", 9, 0, 0, 240, colour=PALE, late='<w:jc w:val="center"/>'),
        _Style("Spacer", "Spacer", 4, 0, 0, 240),
    )


def _paragraph_style(style: _Style, fonts: Fonts) -> str:
    default = ' w:default="1"' if style.key == "Normal" else ""
    based = f'<w:basedOn w:val="{style.based}"/>' if style.based else ""
    following = f'<w:next w:val="{style.following}"/>' if style.following else ""
    line = f' w:line="{style.line}" w:lineRule="auto"' if style.line else ""
    spaced = style.before or style.after or style.line
    spacing = f'<w:spacing w:before="{style.before}" w:after="{style.after}"{line}/>'
    outline = f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else ""
    # In w:pPr contextual spacing stands after the indents, adjustments after that.
    paragraph = style.extra + (spacing if spaced else "") + style.late + outline
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{style.key}">'
        f'<w:name w:val="{style.name}"/>{based}{following}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{_look(style, fonts)}</w:rPr></w:style>"
    )


def _look(style: _Style, fonts: Fonts) -> str:
    face = ""
    if style.display:
        face = typeface(fonts.display, fonts.chinese_display)
    elif style.key == "Code":
        face = typeface(fonts.code, fonts.chinese_display)
    bold = "<w:b/><w:bCs/>" if style.bold else ""
    italic = "<w:i/><w:iCs/>" if style.italic else ""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    half = int(style.size * 2)
    size = f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half else ""
    return face + bold + italic + colour + size


def typeface(latin: str, chinese: str) -> str:
    """The fonts for every script; Word's own default names the Latin one alone."""
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{latin}"/>'


def _defaults(fonts: Fonts) -> str:
    tongue = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    face = typeface(fonts.text, fonts.chinese)
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{face}{tongue}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
    )


def _character_styles(fonts: Fonts) -> str:
    code = typeface(fonts.code, fonts.chinese_display)
    listed = (
        ("Strong", "Strong", "<w:b/><w:bCs/>"),
        ("Emphasis", "Emphasis", "<w:i/><w:iCs/>"),
        ("Hyperlink", "Hyperlink", f'<w:color w:val="{LINK}"/><w:u w:val="single"/>'),
        ("InlineCode", "Inline Code", code + '<w:sz w:val="20"/>'),
        ("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
    )
    default = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
    )
    return default + "".join(
        f'<w:style w:type="character" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{look}</w:rPr></w:style>'
        for key, name, look in listed
    )


_CELL = (
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
)
_TABLE_STYLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/>{_CELL}</w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="Figures"><w:name w:val="Figures"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f'<w:top w:val="single" w:sz="12" w:space="0" w:color="{INK}"/>'
    f'<w:bottom w:val="single" w:sz="12" w:space="0" w:color="{INK}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>'
    f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>'
    "</w:tcPr></w:tblStylePr></w:style>"
)


def numbering(starts: list[tuple[int, int]]) -> str:
    """word/numbering.xml: bullets, numbers, and one `w:num` for each numbered list.

    Args:
        starts: (level, first number) of the lists with `w:numId` 3, 4, …
    """
    bullets = "".join(_level(n, "bullet", "•–◦"[n % 3], "left") for n in range(LEVELS))
    kinds = ("decimal", "lowerLetter", "lowerRoman")
    numbers = "".join(_level(n, kinds[n % 3], f"%{n + 1}.", "left") for n in range(LEVELS))
    lists = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="{level}">'
        f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        for number, (level, start) in enumerate(starts, 3)
    )
    return (
        f'{XML}<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{bullets}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>'
        f'{numbers}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>{lists}</w:numbering>'
    )


def list_indent(level: int) -> int:
    """How far the text of a list's level is indented, in twentieths of a point."""
    return 400 * (level + 1)


def _level(level: int, kind: str, text: str, align: str) -> str:
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="{align}"/>'
        f'<w:pPr><w:ind w:left="{list_indent(level)}" w:hanging="340"/></w:pPr></w:lvl>'
    )
