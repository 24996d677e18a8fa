"""A digest handed on: an outline that `deck build` draws and `deck` takes up, a brief for `write`.

Both are Markdown with the same lines on top: what it is about, in which language, from which file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from copydesk.reader.digest.markdown import WORDS, facts, plain, span, where

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.reader.digest.records import Digest, Point

_ROWS, _TERMS, _BULLETS, _PARTS = 8, 8, 5, 10  # on a slide; slides of parts
_TITLE = 90  # characters of a slide's title
_CELL = 90
_TOPIC: "dict[Language, str]" = {"en": "What “{}” says", "zh": "《{}》讲了什么"}
_POINTS: "dict[Language, str]" = {
    "en": "What “{}” says, with its pages:",
    "zh": "《{}》的要点及页码：",
}
_SLIDE: "dict[Language, dict[str, str]]" = {
    "en": {"open": "What the document leaves open", "terms": "Terms", "figures": "Worth a look"},
    "zh": {"open": "文档尚未解决的问题", "terms": "术语", "figures": "值得一看的图表"},
}
_HEADS: "dict[Language, tuple[str, str, str]]" = {
    "en": ("Figure", "What it shows", "Page"),
    "zh": ("图表", "内容", "页码"),
}
_TERM_HEADS: "dict[Language, tuple[str, str, str]]" = {
    "en": ("Term", "Meaning", "Page"),
    "zh": ("术语", "含义", "页码"),
}


def slides(digest: "Digest", source: Path, folder: Path | None) -> str:
    """An outline in Markdown: a slide a part, its pages and quotations in the notes.

    Args:
        source: the document's file.
        folder: where the outline will lie; None for a pipe.
    """
    top = _front(digest, source, folder, title=digest.title, subtitle=facts(digest))
    return "\n\n".join([top, *_slides(digest)]) + "\n"


def brief(digest: "Digest", source: Path, folder: Path | None) -> str:
    """A brief file: the document is its source, the points are its notes."""
    topic = _TOPIC[digest.language].format(digest.title)
    top = _front(digest, source, folder, topic=topic)
    points = [point for part in digest.parts for point in part.points] or list(digest.points)
    lines = [f"- {_said(point, digest.language)}" for point in points]
    return (
        "\n\n".join([top, _POINTS[digest.language].format(digest.title), "\n".join(lines)]) + "\n"
    )


def _front(digest: "Digest", source: Path, folder: Path | None, **said: str) -> str:
    """The lines of YAML on top of the file."""
    fields = {
        **said,
        "lang": digest.language,
        "language": digest.language,
        "sources": [_path(source, folder)],
    }
    if "topic" in said:
        del fields["lang"]
    text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=96)
    return f"---\n{text}---"


def _path(source: Path, folder: Path | None) -> str:
    """The document's path from the folder where the file will lie: both may be moved together."""
    whole = source.absolute()
    if folder is None:
        return str(whole)
    try:
        return os.path.relpath(whole, folder.absolute())
    except ValueError:  # another drive
        return str(whole)


def _said(point: "Point", language: "Language") -> str:
    place = where(point.spot, language)
    beside = f"（{place}）" if language == "zh" else f" ({place})"
    return f"{' '.join(point.text.split())}{beside if place else ''}"


# Slides ------------------------------------------------------------------------------------------


def _slides(digest: "Digest") -> Iterator[str]:
    language = digest.language
    if digest.says:
        yield _slide(_cut(digest.says, _TITLE), digest.points[:_BULLETS], digest)
    parts = [part for part in digest.parts if part.points][:_PARTS]
    for part in parts:
        pages = span(part, language)
        title = part.title or pages or digest.name
        under = f"{title} ({pages})" if part.title and pages and language == "en" else title
        yield _slide(under, part.points[:_BULLETS], digest)
    if not digest.says and not parts and digest.points:
        yield _slide(WORDS[language].points, digest.points[:_BULLETS], digest)
    if figures := [figure for figure in digest.figures if figure.label and figure.caption]:
        rows = [(f.label, f.caption, where(f.spot, language)) for f in figures[:_ROWS]]
        yield _table(_SLIDE[language]["figures"], (_HEADS[language], *rows))
    if terms := [term for term in digest.terms if term.meaning]:
        rows = [(t.term, t.meaning, where(t.spot, language)) for t in terms[:_TERMS]]
        yield _table(_SLIDE[language]["terms"], (_TERM_HEADS[language], *rows))
    if digest.left_open:
        yield _slide(_SLIDE[language]["open"], digest.left_open[:_BULLETS], digest)


def _slide(title: str, points: "tuple[Point, ...]", digest: "Digest") -> str:
    language = digest.language
    bullets = "\n".join(f"- {plain(_said(point, language))}" for point in points)
    notes = [
        plain(f"{digest.name}, {where(p.spot, language)}: {_quoted(p.quotation, language)}")
        for p in points
    ]
    shown = "\n\n".join(notes)
    return f"## {plain(title)}\n\n{bullets}\n\n::: notes\n{shown}\n:::"


def _quoted(text: str, language: "Language") -> str:
    return f"「{text}」" if language == "zh" else f"“{text}”"


def _table(title: str, rows: "tuple[tuple[str, str, str], ...]") -> str:
    lines = ["| " + " | ".join(plain(_cut(cell, _CELL)) for cell in row) + " |" for row in rows]
    return "\n".join([f"## {plain(title)}", "", lines[0], "|---|---|---|", *lines[1:]])


def _cut(text: str, longest: int) -> str:
    """A text cut after its last whole word that fits."""
    if len(text) <= longest:
        return text.rstrip(".。")
    cut = text[: longest - 1]
    return f"{(cut.rsplit(' ', 1)[0] if ' ' in cut else cut).rstrip(' ,;:，；：')}…"
