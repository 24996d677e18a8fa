"""The figures and tables of a document, by their captions; tables without one by their columns."""

import re
from collections.abc import Iterator

from copydesk.documents.passage import Passage
from copydesk.prose.units import sentences
from copydesk.reader.digest.records import Figure
from copydesk.reader.digest.source import Source, caption_of

_LONGEST = {"en": 180, "zh": 80}  # characters of a caption that are shown
_TABLE = re.compile(r"table|表(?!图)|图表", re.IGNORECASE)
_COLUMNS = 6
# Lines over a table that do not tell it from others: a period, a unit.
_SAYS_LITTLE = re.compile(
    r"^\(|\bended\b|^(?:as of )?\w+ \d{1,2}, \d{4}|^\W*\d|单位|^（", re.IGNORECASE
)


def figures(source: Source) -> list[Figure]:
    """Every figure and table once, in reading order."""
    found: dict[str, Figure] = {}
    for figure in _listed(source):
        key = figure.label.casefold().replace(" ", "") or f"{figure.spot.page} {figure.caption}"
        found.setdefault(key, figure)
    return list(found.values())


def _listed(source: Source) -> Iterator[Figure]:
    passages = source.document.passages
    captioned = {p.page for p in passages if (c := caption_of(p)) and _TABLE.search(c["kind"])}
    for number, passage in enumerate(passages):
        if caption := caption_of(passage):
            figure = _figure(source, passage, caption)
            if figure.caption or passage.kind == "caption":
                yield figure
        elif _begins_table(passages, number) and passage.page not in captioned:
            name = _above(passages, number, source) or _columns(passage)
            yield Figure("table", "", name, source.spot(passage))


def _figure(source: Source, passage: Passage, caption: re.Match[str]) -> Figure:
    kind = "table" if _TABLE.search(caption["kind"]) else "figure"
    label = passage.text[: caption.end("number")].strip()
    rest = passage.text[caption.end() :].strip(" .:：|｜、—–-")
    return Figure(kind, label, _short(rest, source.language), source.spot(passage))


def _short(text: str, language: str) -> str:
    """The first sentence of a caption, cut at a word where it is long."""
    longest = _LONGEST[language]
    first = (sentences(text, "en") or [""])[0]
    if len(first) <= longest:
        return first.rstrip(".。")
    cut = first[:longest]
    return (cut.rsplit(" ", 1)[0] if language == "en" else cut).rstrip(" ,;:，；：") + "…"


def _begins_table(passages: tuple[Passage, ...], number: int) -> bool:
    """Whether a row is the first of a table of two rows and more."""
    row = passages[number].kind == "row"
    before = number > 0 and _goes_on(passages[number - 1], passages[number])
    after = number + 1 < len(passages) and passages[number + 1].kind == "row"
    return row and after and not before


def _goes_on(before: Passage, row: Passage) -> bool:
    """Whether a row belongs to the table of the one before it."""
    together = before.page == row.page or _columns(before) == _columns(row)
    return before.kind == "row" and together


def _above(passages: tuple[Passage, ...], number: int, source: Source) -> str:
    """The line over a table that has no caption, where it can be its title; "" else."""
    before = passages[number - 1] if number else None
    if before is None or before.page != passages[number].page or before.kind == "row":
        return ""
    text = before.text.strip()
    if _SAYS_LITTLE.search(text):
        text = passages[number].section.strip()
    return text if len(text) <= _LONGEST[source.language] and text[-1:] not in ".。:：" else ""


def _columns(passage: Passage) -> str:
    """The heads of a table's columns, as its first row says them."""
    cells = passage.text.split(" | ")
    heads = [cell.split(": ", 1)[0].strip() for cell in cells]
    more = "…" if len(heads) > _COLUMNS else ""
    return " | ".join(head[:40] for head in heads[:_COLUMNS] if head) + more
