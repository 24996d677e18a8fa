"""A digest as Markdown, in the document's own language."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copydesk.brief import Language
from copydesk.reader.digest.records import Digest, Figure, Part, Point, Spot, Term

_MOST_FIGURES = 40
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_LIST = re.compile(r"^(\d{0,9})([-+.)])(?=\s)")


class Words(NamedTuple):
    """What stands in a digest beside the document's words."""

    points: str
    parts: str
    figures: str
    terms: str
    left_open: str
    more: str
    page: str
    pages: str
    printed: str
    table: str
    notes: str


WORDS: dict[Language, Words] = {
    "en": Words(
        points="Key points",
        parts="Section by section",
        figures="Figures and tables",
        terms="Terms",
        left_open="Left open",
        more="and {} more",
        page="p. {}",
        pages="pp. {}–{}",
        printed=", printed {}",
        table="Table",
        notes="Not read",
    ),
    "zh": Words(
        points="要点",
        parts="分节要点",
        figures="图表",
        terms="术语",
        left_open="尚未解决的问题",
        more="另有 {} 个",
        page="第 {} 页",
        pages="第 {}–{} 页",
        printed="，印为 {}",
        table="表",
        notes="未能读取",
    ),
}


def markdown(digest: Digest, *, quotes: bool = False) -> str:
    """The digest as Markdown.

    Args:
        quotes: whether the document's own words stand under each point.
    """
    return "\n\n".join(_blocks(digest, quotes=quotes)) + "\n"


def where(spot: Spot, language: Language) -> str:
    """“p. 12, printed 8”; the section where the format has no pages; "" if neither is known."""
    words = WORDS[language]
    if not spot.page:
        return spot.section
    printed = words.printed.format(spot.printed) if spot.printed else ""
    return words.page.format(spot.page) + printed


def span(part: Part, language: Language) -> str:
    """The pages of a part: “pp. 3–5”; "" where there are none."""
    first, last = part.first.page, part.last.page
    if not first:
        return ""
    words = WORDS[language]
    return words.page.format(first) if first == last else words.pages.format(first, last)


def plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def _blocks(digest: Digest, *, quotes: bool) -> Iterator[str]:
    words = WORDS[digest.language]
    yield f"# {plain(digest.title)}"
    yield plain(facts(digest))
    if digest.says:
        yield plain(digest.says)
    if digest.points:
        yield f"## {words.points}"
        yield _points(digest.points, digest.language, quotes=quotes)
    if digest.parts:
        yield f"## {words.parts}"
        yield from _parts(digest, quotes=quotes)
    if digest.figures:
        yield f"## {words.figures}"
        yield _figures(digest.figures, digest.language)
    if digest.terms:
        yield f"## {words.terms}"
        yield "\n".join(_term(term, digest.language) for term in digest.terms)
    if digest.left_open:
        yield f"## {words.left_open}"
        yield _points(digest.left_open, digest.language, quotes=quotes)
    if digest.notes:
        yield f"## {words.notes}"
        yield "\n".join(f"- {plain(note)}" for note in digest.notes)


def facts(digest: Digest) -> str:
    """“report.pdf · survey report · 27 pages · English”."""
    if digest.language == "zh":
        pages = f"{digest.pages} 页" if digest.pages else ""
        return " · ".join(filter(None, (digest.name, digest.kind, pages, "中文")))
    count = f"{digest.pages:,} page{'' if digest.pages == 1 else 's'}" if digest.pages else ""
    return " · ".join(filter(None, (digest.name, digest.kind, count, "English")))


def _parts(digest: Digest, *, quotes: bool) -> Iterator[str]:
    """What the parts say besides the key points, which have been read by then."""
    for part in digest.parts:
        more = [point for point in part.points if point not in digest.points]
        if not more:
            continue
        pages = span(part, digest.language)
        title = plain(part.title) if part.title else pages
        beside = f" ({pages})" if part.title and pages else ""
        yield f"### {title or digest.name}{beside}"
        yield _points(more, digest.language, quotes=quotes)


def _points(points: Sequence[Point], language: Language, *, quotes: bool) -> str:
    return "\n".join(_point(point, language, quotes=quotes) for point in points)


def _point(point: Point, language: Language, *, quotes: bool) -> str:
    line = f"- {plain(point.text)}{_beside(point.spot, language)}"
    if quotes and not point.verbatim:
        line += f"\n  > {plain(point.quotation)}"
    return line


def _beside(spot: Spot, language: Language) -> str:
    place = plain(where(spot, language))
    if not place:
        return ""
    return f"（{place}）" if language == "zh" else f" ({place})"


def _figures(figures: Sequence[Figure], language: Language) -> str:
    lines = [f"- {_named(figure, language)}" for figure in figures[:_MOST_FIGURES]]
    if (more := len(figures) - _MOST_FIGURES) > 0:
        lines.append(f"- {WORDS[language].more.format(more)}")
    return "\n".join(lines)


def _named(figure: Figure, language: Language) -> str:
    colon = "：" if language == "zh" else ": "
    name = figure.label or WORDS[language].table
    label = f"**{plain(name)}**{colon if figure.caption else ''}"
    return f"{label}{plain(figure.caption)}{_beside(figure.spot, language)}"


def _term(term: Term, language: Language) -> str:
    colon = "：" if language == "zh" else ": "
    meaning = f"{colon}{plain(term.meaning)}" if term.meaning else ""
    return f"- **{plain(term.term)}**{meaning}{_beside(term.spot, language)}"
