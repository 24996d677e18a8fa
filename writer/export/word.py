"""Markdown → a Word document with real styles, lists, tables and footnotes.

The same text gives the same bytes. Written part by part: python-docx has no footnotes, stamps the
hour into the file, and looks up a style by name for each paragraph.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from copydesk.writer.export.archive import pack
from copydesk.writer.export.manuscript import Manuscript, read_manuscript
from copydesk.writer.export.sheet import Sheet
from copydesk.writer.export.word_body import Body, Shared
from copydesk.writer.export.word_styles import XML, Fonts, W, numbering, styles

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FALLBACKS = {
    "Georgia": "Gelasio",
    "SimSun": "宋体",
    "Microsoft YaHei": "微软雅黑",
}
_PARTS = ("document.main", "styles", "numbering", "settings", "fontTable", "footer", "footnotes")


def to_word(markdown: str, sheet: Sheet, *, fonts: Fonts | None = None) -> bytes:
    """Lay Markdown out as a .docx.

    Args:
        fonts: other typefaces than those that Word has everywhere.
    """
    fonts = fonts or Fonts()
    text = read_manuscript(markdown, sheet.title)
    shared = Shared()
    body = _body(text, sheet, shared)
    main, links = body
    notes, note_links = _notes(text, shared)
    return pack(
        [
            ("[Content_Types].xml", _content_types()),
            ("_rels/.rels", _package_links()),
            ("docProps/core.xml", _core(sheet, text.name)),
            ("docProps/app.xml", _APPLICATION),
            ("word/document.xml", main),
            ("word/_rels/document.xml.rels", _document_links(links)),
            ("word/styles.xml", styles(sheet, fonts)),
            ("word/numbering.xml", numbering(shared.starts)),
            ("word/settings.xml", _settings(sheet)),
            ("word/fontTable.xml", _font_table(fonts)),
            ("word/footer1.xml", _FOOTER),
            ("word/footnotes.xml", notes),
            ("word/_rels/footnotes.xml.rels", _relationships(_hyperlinks(note_links))),
        ]
    )


def _body(text: Manuscript, sheet: Sheet, shared: Shared) -> tuple[str, dict[str, int]]:
    indented = sheet.fiction or sheet.language == "zh"
    first = "FirstIndent" if sheet.language == "zh" else "BodyText"
    body = Body(
        shared, base="FirstIndent" if indented else "Normal", first=first if indented else "Normal"
    )
    if text.title:
        body.title(text.title)
    if sheet.author and text.title:
        body.byline(sheet.author)
    content = body.write(text.blocks)
    front = "<w:titlePg/>" if sheet.book else ""
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1500" w:right="1418" w:bottom="1418" '
        f'w:left="1418" w:header="709" w:footer="680" w:gutter="0"/>{front}</w:sectPr>'
    )
    return f"{XML}<w:document {W}><w:body>{content}{section}</w:body></w:document>", body.links


def _notes(text: Manuscript, shared: Shared) -> tuple[str, dict[str, int]]:
    """The part that holds the footnotes; two that only draw lines come first."""
    links: dict[str, int] = {}
    made = []
    for number, blocks in enumerate(text.notes, 1):
        note = Body(shared, base="FootnoteText", first="FootnoteText", note=number)
        note.links = links
        made.append(f'<w:footnote w:id="{number}">{note.write(blocks)}</w:footnote>')
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" '
        f'w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"{XML}<w:footnotes {W}>{lines}{''.join(made)}</w:footnotes>", links


def _core(sheet: Sheet, shown: str) -> str:
    def element(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>" if value else ""

    stamp = _stamp(sheet.created)
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
        for name in ("created", "modified")
        if stamp
    )
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + element("dc:title", sheet.title or shown)
        + element("dc:subject", sheet.subject)
        + element("dc:creator", sheet.author)
        + element("cp:keywords", ", ".join(sheet.keywords))
        + element("dc:language", sheet.tag)
        + element("cp:category", sheet.form)
        + f"{dates}</cp:coreProperties>"
    )


def _stamp(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _settings(sheet: Sheet) -> str:
    # Chinese punctuation may hang over the margin and is set closer, as a typesetter would.
    chinese = '<w:characterSpacingControl w:val="compressPunctuation"/>'
    return (
        f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        f"{chinese if sheet.language == 'zh' else ''}"
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_table(fonts: Fonts) -> str:
    names = dict.fromkeys(
        (fonts.text, fonts.display, fonts.code, fonts.chinese, fonts.chinese_display)
    )
    listed = "".join(
        f'<w:font w:name="{name}">'
        + (f'<w:altName w:val="{_FALLBACKS[name]}"/>' if name in _FALLBACKS else "")
        + "</w:font>"
        for name in names
    )
    return f"{XML}<w:fonts {W}>{listed}</w:fonts>"


_FOOTER = (
    f'{XML}<w:ftr {W}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_APPLICATION = (
    f'{XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>copydesk</Application></Properties>'
)


def _content_types() -> str:
    files = {part: part.partition(".")[0] for part in _PARTS} | {"footer": "footer1"}
    overrides = "".join(
        f'<Override PartName="/word/{file}.xml" ContentType="{_TYPE}.{part}+xml"/>'
        for part, file in files.items()
    )
    return (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


def _package_links() -> str:
    return _relationships(
        [
            _relationship("document", f"{_OFFICE}/officeDocument", "word/document.xml"),
            _relationship(
                "core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"
            ),
            _relationship("app", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ]
    )


def _document_links(links: dict[str, int]) -> str:
    parts = ("styles", "numbering", "settings", "fontTable", "footnotes")
    own = [_relationship(part, f"{_OFFICE}/{part}", f"{part}.xml") for part in parts]
    footer = _relationship("footer", f"{_OFFICE}/footer", "footer1.xml")
    return _relationships([*own, footer, *_hyperlinks(links)])


def _hyperlinks(links: dict[str, int]) -> list[str]:
    return [
        _relationship(f"link{number}", f"{_OFFICE}/hyperlink", address, outside=True)
        for address, number in links.items()
    ]


def _relationship(key: str, kind: str, target: str, *, outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{key}" Type="{kind}" Target={quoteattr(target)}{mode}/>'


def _relationships(listed: Iterable[str]) -> str:
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(listed)}</Relationships>'
