"""Markdown → an EPUB 3 book: cover, title page, a file for each chapter, contents for every reader.

Valid by epubcheck, and the same bytes for the same text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import pairwise
from uuid import NAMESPACE_URL, uuid5

from markdown_it.token import Token

from copydesk.writer.export.archive import pack
from copydesk.writer.export.cover import cover
from copydesk.writer.export.epub_lists import (
    CONTAINER,
    Entry,
    contents,
    ncx,
    package,
    xhtml,
)
from copydesk.writer.export.html import style
from copydesk.writer.export.letters import printable
from copydesk.writer.export.manuscript import Manuscript, plain, read_manuscript
from copydesk.writer.export.sheet import Sheet
from copydesk.writer.export.web import Web

_UNTITLED = {"en": "Untitled", "zh": "无题"}
_COVER = {"en": "Cover", "zh": "封面"}


@dataclass(frozen=True)
class _Chapter:
    """The blocks of one file; `name` is what the contents call it."""

    file: str
    name: str
    blocks: list[Token]


def to_epub(markdown: str, sheet: Sheet) -> bytes:
    """Lay Markdown out as a book; its largest headings begin the chapters."""
    text = read_manuscript(markdown, sheet.title)
    name = _visible(text.name) or _visible(sheet.title) or _UNTITLED[sheet.language]
    chapters = _chapters(text, name)
    key = sha256("\0".join((name, sheet.author, sheet.tag, markdown)).encode("utf-8", "replace"))
    identifier = f"urn:uuid:{uuid5(NAMESPACE_URL, key.hexdigest())}"
    entries = [Entry(chapter.file, chapter.name) for chapter in chapters]
    return pack(
        [
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", CONTAINER),
            ("EPUB/package.opf", package(name, identifier, sheet, entries)),
            ("EPUB/contents.xhtml", contents(entries, sheet)),
            ("EPUB/toc.ncx", ncx(name, identifier, entries, sheet)),
            ("EPUB/book.css", style("book")),
            ("EPUB/cover.svg", cover(name, sheet)),
            ("EPUB/cover.xhtml", _cover_page(name, sheet)),
            *_pages(text, chapters, name, sheet),
        ],
        stored=frozenset({"mimetype"}),
    )


def _chapters(text: Manuscript, name: str) -> list[_Chapter]:
    """One for each largest heading, and one for what stands before the first."""
    starts = [
        n
        for n, t in enumerate(text.blocks)
        if t.type == "heading_open" and (t.tag, t.level) == ("h1", 0)
    ]
    bounds = sorted({0, *starts, len(text.blocks)}) if text.blocks else [0, 0]
    digits = len(str(len(bounds)))
    made = []
    for number, (start, end) in enumerate(pairwise(bounds), 1):
        said = _visible(plain(text.blocks[start + 1])) if start in starts else name
        file = f"chapter-{number:0{digits}}.xhtml"
        made.append(_Chapter(file, said or str(number), text.blocks[start:end]))
    return made


def _visible(text: str) -> str:
    """What can be seen of a name: a reader shows no entry for a name of blanks."""
    text = " ".join(printable(text).split())
    return text if any(c.isprintable() and not c.isspace() for c in text) else ""


def _pages(
    text: Manuscript, chapters: list[_Chapter], name: str, sheet: Sheet
) -> Iterator[tuple[str, str]]:
    """The title page and the chapters, each with the notes first named there."""
    homes: dict[int, str] = {}
    own: dict[str, list[int]] = {}
    title = [text.title] if text.title else []
    for file, blocks in [("title.xhtml", title), *((c.file, c.blocks) for c in chapters)]:
        own[file] = [t.meta["number"] for b in blocks for t in b.children or () if _is_first(t)]
        homes |= dict.fromkeys(own[file], file)

    def page(file: str, body: str, heading: str, kind: str) -> tuple[str, str]:
        web = _web(homes, file)
        notes = "".join(web.note(number, text.notes[number - 1]) for number in own[file])
        ending = f'<section class="notes">\n{notes}</section>\n' if notes else ""
        return f"EPUB/{file}", _page(heading, body + ending, text, sheet, kind)

    shown = _web(homes, "title.xhtml").inline(text.title) if text.title else escape(name)
    author = f"<p>{escape(sheet.author)}</p>\n" if sheet.author else ""
    front = f'<div class="titlepage">\n<h1>{shown}</h1>\n{author}</div>\n'
    yield page("title.xhtml", front, name, "titlepage")
    for chapter in chapters:
        body = _web(homes, chapter.file).blocks(chapter.blocks)
        yield page(chapter.file, body, chapter.name, "chapter")


def _is_first(token: Token) -> bool:
    return token.type == "note_ref" and bool(token.meta["first"])


def _web(homes: dict[int, str], file: str) -> Web:
    return Web(
        top=1, book=True, where=lambda number: "" if homes[number] == file else homes[number]
    )


def _page(heading: str, body: str, text: Manuscript, sheet: Sheet, kind: str) -> str:
    way = ' dir="rtl"' if text.right_to_left else ""
    look = "" if sheet.fiction else ' class="apart"'
    return xhtml(
        heading, f'<section epub:type="{kind}"{look}>\n{body}</section>\n', sheet, f"<body{way}>"
    )


def _cover_page(name: str, sheet: Sheet) -> str:
    picture = f'<img src="cover.svg" alt="{escape(name)}"/>'
    body = f'<section epub:type="cover" class="cover">{picture}</section>\n'
    return xhtml(_COVER[sheet.language], body, sheet)
