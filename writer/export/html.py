"""Markdown → one page of HTML that stands alone: no script, nothing fetched, fit to be printed."""

from html import escape

from copydesk.config import config_folder
from copydesk.errors import TemplateProblem
from copydesk.prompts import templates_folder
from copydesk.writer.export.letters import printable
from copydesk.writer.export.manuscript import Manuscript, plain, read_manuscript
from copydesk.writer.export.sheet import Sheet
from copydesk.writer.export.web import Web

_CONTENTS_FROM = 4  # chapters from which a book's page lists them


def to_html(markdown: str, sheet: Sheet) -> bytes:
    """Lay Markdown out as a page."""
    text = read_manuscript(markdown, sheet.title)
    way = ' dir="rtl"' if text.right_to_left else ""
    kind = "indented" if sheet.fiction else ""
    return (
        f'<!doctype html>\n<html lang="{sheet.tag}"{way}>\n<head>\n{_head(text, sheet)}</head>\n'
        f'<body class="{kind}">\n<main>\n{_body(text, sheet)}</main>\n</body>\n</html>\n'
    ).encode()


def _head(text: Manuscript, sheet: Sheet) -> str:
    named = {
        "viewport": "width=device-width, initial-scale=1",
        "author": sheet.author,
        "description": sheet.subject,
        "keywords": ", ".join(sheet.keywords),
        "date": sheet.created.date().isoformat() if sheet.created else "",
        "generator": "copydesk",
    }
    metas = "".join(f'<meta name="{k}" content="{escape(v)}">\n' for k, v in named.items() if v)
    # Whatever slipped through could load and run nothing.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"{metas}<title>{escape(sheet.title or text.name)}</title>\n"
        f"<style>\n{style('page')}</style>\n"
    )


def _body(text: Manuscript, sheet: Sheet) -> str:
    web = Web(top=2)
    title = f"<h1>{web.inline(text.title)}</h1>\n" if text.title else ""
    author = f'<p class="author">{escape(sheet.author)}</p>\n' if sheet.author else ""
    header = f"<header>\n{title}{author}</header>\n" if title or author else ""
    blocks = web.blocks(text.blocks)
    notes = "".join(web.note(number, note) for number, note in enumerate(text.notes, 1))
    ending = f'<section class="notes" role="doc-endnotes">\n{notes}</section>\n' if notes else ""
    return header + (_contents(text) if sheet.book else "") + blocks + ending


def _contents(text: Manuscript) -> str:
    """The chapters of a book, linked."""
    chapters: list[str] = []
    number = 0
    for place, token in enumerate(text.blocks):
        if token.type == "heading_open":
            number += 1
            if token.tag == "h1" and token.level == 0:
                name = escape(plain(text.blocks[place + 1])) or str(len(chapters) + 1)
                chapters.append(f'<li><a href="#part{number}">{name}</a></li>\n')
    if len(chapters) < _CONTENTS_FROM:
        return ""
    return f"<nav><ol>\n{''.join(chapters)}</ol></nav>\n"


def style(name: str) -> str:
    """A style sheet: the user's own of that name, or the one that ships."""
    own = config_folder() / "pages" / f"{name}.css"
    sheet = own if own.is_file() else templates_folder() / "pages" / f"{name}.css"
    try:
        return printable(sheet.read_text(encoding="utf-8")).replace("</", "<\\/")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise TemplateProblem(
            f"The style sheet {sheet} cannot be read: {reason}.", "mend it, or delete it"
        ) from None
