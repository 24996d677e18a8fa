"""Markdown → a Word document with real styles, so that a house can restyle it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from markdown_it.token import Token

from copydesk.brief import Language

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INK = RGBColor(0x1D, 0x21, 0x26)
_LATIN, _HEADINGS, _CHINESE = "Georgia", "Arial", "Microsoft YaHei"
# name: (font, points, space before, space after)
_STYLES = {
    "Normal": (_LATIN, 11.5, 0, 9),
    "Title": (_HEADINGS, 26, 0, 18),
    "Heading 1": (_HEADINGS, 15, 20, 6),
    "Heading 2": (_HEADINGS, 12.5, 14, 4),
    "Quote": (_LATIN, 11.5, 6, 12),
}


def to_docx(tokens: Sequence[Token], *, title: str, language: Language) -> bytes:
    """Lay CommonMark tokens out as a .docx.

    The first heading becomes the title, the others go up one level, lists and quotations become
    Word's own.
    """
    document = Document()
    _set_up(document, title, language)
    titled = False
    for kind, inline in _blocks(tokens):
        style = kind
        if kind == "h1" and not titled:
            style, titled = "Title", True
        elif kind.startswith("h"):
            style = f"Heading {min(max(int(kind[1]) - 1, 1), 2)}"
        _write(document.add_paragraph(style=style), inline)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any, title: str, language: Language) -> None:
    for name, (font, points, before, after) in _STYLES.items():
        style = document.styles[name]
        style.font.name, style.font.size = font, Pt(points)
        style.font.color.rgb = _INK
        style.font.bold = font == _HEADINGS
        style.font.italic = name == "Quote"
        _set_fonts(style.element.get_or_add_rPr(), font, language)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
        style.paragraph_format.line_spacing = 1.35 if name == "Normal" else 1.15
        _drop_border(style.element)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _printable(title), "copydesk", ""
    properties.language = _tag(language)
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)


def _set_fonts(properties: Any, latin: str, language: Language) -> None:
    """Name the fonts for every script: python-docx sets the Latin one alone."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for slot, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", _CHINESE)):
        fonts.set(qn(f"w:{slot}"), font)
    tag = properties.makeelement(qn("w:lang"), {})
    tag.set(qn("w:eastAsia" if language == "zh" else "w:val"), _tag(language))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(tag)


def _tag(language: Language) -> str:
    return "zh-CN" if language == "zh" else "en-US"


def _drop_border(style: Any) -> None:
    """The Title style that ships with python-docx has a blue rule under it."""
    for border in style.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Every run of inline text with the style it takes."""
    lists: list[str] = []
    block, quoted = "Normal", 0
    for token in tokens:
        if token.type == "heading_open":
            block = token.tag
        elif token.type in ("heading_close", "paragraph_close"):
            block = "Normal"
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append("List Bullet" if token.type.startswith("bullet") else "List Number")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted += 1 if token.type == "blockquote_open" else -1
        elif token.type in ("code_block", "fence"):
            yield "Normal", Token("inline", "", 0, children=[_plain(token.content)])
        elif token.type == "inline":
            plain = block == "Normal"
            yield (lists[-1] if lists and plain else "Quote" if quoted and plain else block), token


def _plain(text: str) -> Token:
    return Token("text", "", 0, content=text.rstrip("\n"))


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold, whatever a model may say."""
    return _UNPRINTABLE.sub("", text)


def _write(paragraph: Any, inline: Token) -> None:
    bold = italic = 0
    for token in inline.children or []:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "softbreak":
                paragraph.add_run(" ")
            case "hardbreak":
                paragraph.add_run().add_break()
            case "text" | "code_inline":
                run = paragraph.add_run(_printable(token.content))
                run.bold, run.italic = bool(bold) or None, bool(italic) or None
