"""What a book says of itself: package, contents for new readers, and for old ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from copydesk.writer.export.sheet import Sheet

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTAINER = (
    f'{_XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_UNDATED = "2000-01-01T00:00:00Z"  # EPUB wants a moment; the clock would give other bytes each time
_CONTENTS = {"en": "Contents", "zh": "目录"}
_COVER = {"en": "Cover", "zh": "封面"}
_START = {"en": "Begin reading", "zh": "正文"}
_ACCESS = (
    ("accessMode", "textual"),
    ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityHazard", "none"),
)


@dataclass(frozen=True)
class Entry:
    """A chapter in the lists: its file, and its name as it is read."""

    file: str
    name: str


def package(name: str, identifier: str, sheet: Sheet, entries: Sequence[Entry]) -> str:
    """The package document: metadata, manifest, reading order."""
    fixed = (
        ("contents", "contents.xhtml", "application/xhtml+xml", "nav"),
        ("ncx", "toc.ncx", "application/x-dtbncx+xml", ""),
        ("css", "book.css", "text/css", ""),
        ("cover-image", "cover.svg", "image/svg+xml", "cover-image"),
        ("cover", "cover.xhtml", "application/xhtml+xml", ""),
        ("title", "title.xhtml", "application/xhtml+xml", ""),
    )
    chapters = [(f"c{n}", e.file, "application/xhtml+xml", "") for n, e in enumerate(entries, 1)]
    manifest = "".join(
        f'<item id="{key}" href="{file}" media-type="{kind}"'
        + (f' properties="{properties}"/>\n' if properties else "/>\n")
        for key, file, kind, properties in (*fixed, *chapters)
    )
    order = ("cover", "title", "contents", *(key for key, *_ in chapters))
    spine = "".join(f'<itemref idref="{key}"/>\n' for key in order)
    return (
        f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{sheet.tag}">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{_about(name, identifier, sheet)}'
        f'</metadata>\n<manifest>\n{manifest}</manifest>\n<spine toc="ncx">\n{spine}</spine>\n'
        "</package>\n"
    )


def _about(name: str, identifier: str, sheet: Sheet) -> str:
    made = sheet.created.strftime("%Y-%m-%dT%H:%M:%SZ") if sheet.created else ""
    lines = [
        f'<dc:identifier id="id">{identifier}</dc:identifier>',
        _element("dc:title", name),
        _element("dc:language", sheet.tag),
        _element("dc:creator", sheet.author),
        _element("dc:description", sheet.subject),
        *(_element("dc:subject", word) for word in sheet.keywords),
        _element("dc:date", made),
        f'<meta property="dcterms:modified">{made or _UNDATED}</meta>',
        *(f'<meta property="schema:{name}">{value}</meta>' for name, value in _ACCESS),
        '<meta name="cover" content="cover-image"/>',
        '<meta name="generator" content="copydesk"/>',
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def contents(entries: Sequence[Entry], sheet: Sheet) -> str:
    """The navigation document; it is also a page of the book."""
    listed = "".join(f'<li><a href="{e.file}">{escape(e.name)}</a></li>\n' for e in entries)
    heading = _CONTENTS[sheet.language]
    marks = (
        ("cover", "cover.xhtml", _COVER[sheet.language]),
        ("toc", "contents.xhtml", heading),
        ("bodymatter", entries[0].file, _START[sheet.language]),
    )
    landmarks = "".join(
        f'<li><a epub:type="{kind}" href="{file}">{name}</a></li>\n' for kind, file, name in marks
    )
    return xhtml(
        heading,
        f'<nav epub:type="toc" role="doc-toc">\n<h1>{heading}</h1>\n<ol>\n{listed}</ol>\n</nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden">\n<ol>\n{landmarks}</ol>\n</nav>\n',
        sheet,
    )


def ncx(name: str, identifier: str, entries: Sequence[Entry], sheet: Sheet) -> str:
    """The contents as readers of EPUB 2 want them."""
    points = "".join(
        f'<navPoint id="n{n}" playOrder="{n}"><navLabel><text>{escape(e.name)}</text></navLabel>'
        f'<content src="{e.file}"/></navPoint>\n'
        for n, e in enumerate(entries, 1)
    )
    return (
        f'{_XML}<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" '
        f'xml:lang="{sheet.tag}">\n<head><meta name="dtb:uid" content="{identifier}"/>'
        '<meta name="dtb:depth" content="1"/></head>\n'
        f"<docTitle><text>{escape(name)}</text></docTitle>\n<navMap>\n{points}</navMap>\n</ncx>\n"
    )


def xhtml(title: str, body: str, sheet: Sheet, opening: str = "<body>") -> str:
    """A content document of a book."""
    return (
        f"{_XML}<!DOCTYPE html>\n"
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{sheet.tag}" xml:lang="{sheet.tag}">\n<head>\n<meta charset="utf-8"/>\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="book.css"/>\n</head>\n'
        f"{opening}\n{body}</body>\n</html>\n"
    )
