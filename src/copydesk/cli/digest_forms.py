"""A digest handed on: an outline that `deck build` draws and `deck` takes up, a brief for `write`.

Both are Markdown with the same lines on top: what it is about, in which language, from which file.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from copydesk.reader.digest.markdown import WORDS, facts, plain, span, where

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.reader.digest.records import Digest, Part, Point, Spot

_ROWS, _TERMS, _BULLETS, _PARTS = 7, 7, 4, 10  # on a slide; slides of parts
_BULLET = 150  # characters
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
    made = list(_slides(digest))
    said = {"title": digest.title, "subtitle": facts(digest)}
    top = _front(digest, source, folder, said, [title for title, _ in made])
    return "\n\n".join([top, *(f"## {plain(title)}\n\n{body}" for title, body in made)]) + "\n"


def brief(digest: "Digest", source: Path, folder: Path | None) -> str:
    """A brief file: the document is its source, the points are its notes."""
    topic = _TOPIC[digest.language].format(digest.title)
    top = _front(digest, source, folder, {"topic": topic})
    points = [point for part in digest.parts for point in part.points] or list(digest.points)
    lines = [f"- {_said(point, digest.language)}" for point in points]
    return (
        "\n\n".join([top, _POINTS[digest.language].format(digest.title), "\n".join(lines)]) + "\n"
    )


def _front(
    digest: "Digest",
    source: Path,
    folder: Path | None,
    said: dict[str, str],
    outline: "Sequence[str]" = (),
) -> str:
    """The lines of YAML on top of the file; who takes an outline up as a brief reads its titles."""
    fields: dict[str, str | list[str]] = {**said, "language": digest.language}
    if outline:
        fields["outline"] = list(outline)
    fields["sources"] = [_path(source, folder)]
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
    return _beside(" ".join(point.text.split()), where(point.spot, language), language)


# Slides ------------------------------------------------------------------------------------------


def _slides(digest: "Digest") -> Iterator[tuple[str, str]]:
    """Title and body of each slide."""
    language = digest.language
    key = _key_points(digest)
    if key:
        yield WORDS[language].points, _bullets(key, digest)
    for part in digest.parts[:_PARTS]:
        if more := tuple(point for point in part.points if point not in key):
            yield _part(replace(part, points=more), digest)
    if figures := [figure for figure in digest.figures if figure.caption]:
        rows = [
            (f.label or WORDS[language].table, f.caption, _page(f.spot, language)) for f in figures
        ]
        yield _SLIDE[language]["figures"], _table((_HEADS[language], *rows[:_ROWS]))
    if terms := [term for term in digest.terms if term.meaning]:
        rows = [(t.term, t.meaning, _page(t.spot, language)) for t in terms]
        yield _SLIDE[language]["terms"], _table((_TERM_HEADS[language], *rows[:_TERMS]))
    if digest.left_open:
        yield _SLIDE[language]["open"], _bullets(digest.left_open, digest)


def _key_points(digest: "Digest") -> "list[Point]":
    """As many key points as a slide holds, from the beginning to the end of the document."""
    count = min(_BULLETS, len(digest.points))
    return [digest.points[at * len(digest.points) // count] for at in range(count)]


def _part(part: "Part", digest: "Digest") -> tuple[str, str]:
    """The slide of a part under its heading; under its first point where it has none."""
    if part.title or len(part.points) == 1:
        pages = span(part, digest.language)
        beside = f"（{pages}）" if digest.language == "zh" else f" ({pages})"
        return f"{part.title}{beside if part.title and pages else pages}", _bullets(
            part.points, digest
        )
    return _cut(part.points[0].text, _TITLE), _bullets(part.points[1:], digest, part.points)


def _bullets(points: "Sequence[Point]", digest: "Digest", told: "Sequence[Point]" = ()) -> str:
    """Points as bullets, the words behind them (or behind `told`) in the notes."""
    language = digest.language
    lines = "\n".join(
        f"- {plain(_beside(_cut(p.text, _BULLET), _page(p.spot, language), language))}"
        for p in points[:_BULLETS]
    )
    notes = "\n\n".join(plain(_note(p, digest)) for p in (told or points)[:_BULLETS])
    return f"{lines}\n\n::: notes\n{notes}\n:::"


def _page(spot: "Spot", language: "Language") -> str:
    """The page alone: slides have little room."""
    return where(replace(spot, printed=""), language)


def _beside(text: str, place: str, language: "Language") -> str:
    if not place:
        return text
    return f"{text}（{place}）" if language == "zh" else f"{text} ({place})"


def _note(point: "Point", digest: "Digest") -> str:
    """The document's own words, for who speaks."""
    place = where(point.spot, digest.language)
    if digest.language == "zh":
        return f"{digest.name}{'，' if place else ''}{place}：「{point.quotation}」"
    return f"{digest.name}{', ' if place else ''}{place}: “{point.quotation}”"


def _table(rows: "Sequence[tuple[str, str, str]]") -> str:
    lines = ["| " + " | ".join(plain(_cut(cell, _CELL)) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|", *lines[1:]])


def _cut(text: str, longest: int) -> str:
    """A text cut after its last whole word that fits."""
    if len(text) <= longest:
        return text.rstrip(".。")
    cut = text[: longest - 1]
    return f"{(cut.rsplit(' ', 1)[0] if ' ' in cut else cut).rstrip(' .,;:，；：')}…"
