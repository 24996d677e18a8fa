"""Draft → file: the extension picks the format."""

from collections.abc import Callable
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from copydesk.errors import OutputProblem
from copydesk.files import write_atomic
from copydesk.writer.docx import to_docx
from copydesk.writer.draft import Draft

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 38rem; margin: 4rem auto; padding: 0 1.25rem; color: #1d2126;
  font: 1.125rem/1.65 Georgia, "Noto Serif", "Songti SC", SimSun, serif; }}
h1, h2 {{ line-height: 1.2; font-family: Arial, "Microsoft YaHei", "PingFang SC", sans-serif; }}
h1 {{ font-size: 2.25rem; margin: 0 0 2rem; }}
h2 {{ font-size: 1.35rem; margin: 2.5rem 0 .75rem; }}
</style>
{body}</html>
"""


def markdown_parser() -> MarkdownIt:
    """CommonMark without raw HTML: what a model writes is data, never markup of the page."""
    return MarkdownIt("commonmark", {"html": False})


def _html(draft: Draft) -> bytes:
    body = markdown_parser().render(draft.markdown)
    page = _PAGE.format(
        language="zh-CN" if draft.brief.language == "zh" else "en",
        title=escape(draft.title or draft.brief.topic[:80]),
        body=body,
    )
    return page.encode()


def _text(draft: Draft) -> bytes:
    blocks = [draft.title.upper(), *(b for p in draft.parts for b in (p.heading, p.text))]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _docx(draft: Draft) -> bytes:
    return to_docx(
        markdown_parser().parse(draft.markdown), title=draft.title, language=draft.brief.language
    )


FORMATS: dict[str, Callable[[Draft], bytes]] = {
    ".md": lambda draft: draft.markdown.encode(),
    ".docx": _docx,
    ".html": _html,
    ".txt": _text,
}


def check_format(path: Path) -> None:
    """Refuse an extension that no format answers to, before anything is written.

    Raises:
        OutputProblem: the formats there are, are named.
    """
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise OutputProblem(
            f"Text cannot be written as {path.suffix or 'a file without extension'}.",
            f"the formats are: {known}",
        )


def save(draft: Draft, path: Path) -> None:
    """Write the draft whole or not at all, in the format of the path's extension."""
    check_format(path)
    write_atomic(path, FORMATS[path.suffix.lower()](draft))
