"""Deck and master in, .pptx out: the same deck on the same master always gives the same bytes."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.slides.deck import Deck, Slide
from copydesk.slides.draw.bundle import Bundle
from copydesk.slides.draw.compose import Laid, composed
from copydesk.slides.draw.describe import full_text, not_shown, source_line, untitled
from copydesk.slides.draw.notes import Notes, note_lines
from copydesk.slides.draw.page import Given, Page
from copydesk.slides.draw.pictures import Picture, read_picture
from copydesk.slides.master.master import Master
from copydesk.slides.package.splice import parts_of
from copydesk.slides.typeset.fit import printable
from copydesk.slides.typeset.scripts import LANGUAGE_TAGS

_AUTHOR = "copydesk"
_LONGEST_FOOTER: dict[Language, int] = {"en": 80, "zh": 40}


@dataclass(frozen=True)
class Rendered:
    """A drawn deck.

    Attributes:
        content: the .pptx file.
        findings: what was cut or split, and where.
        deck: the deck as it was drawn, slides that were split included.
    """

    content: bytes
    findings: tuple[Finding, ...]
    deck: Deck


def render(deck: Deck, master: Master, *, split: bool = False) -> Rendered:
    """Render a deck on a master.

    Args:
        split: deal the items of a slide out to several, where they do not fit on one.

    Raises:
        DocumentProblem: the master cannot be read.
        UsageProblem: a picture is missing, damaged, or no picture.
    """
    pictures = lru_cache(maxsize=32)(_picture)
    bundle = Bundle(parts_of(master.content, master.name))
    given = Given(bundle, deck.language, _footer(deck), pictures)
    notes = Notes(bundle, deck.language)
    findings: list[Finding] = []
    drawn: list[Slide] = []
    for slide in deck.slides:
        parts = composed(slide, master, deck.language, split=split)
        if len(parts) > 1:
            findings.append(_was_split(len(drawn) + 1, len(parts)))
        for laid in parts:
            drawn.append(laid.slide)
            findings += _draw(laid, given, notes, len(drawn))
    title = printable(deck.title)[:255]
    content = bundle.content(title, _AUTHOR, LANGUAGE_TAGS[deck.language])
    return Rendered(content, tuple(findings), replace(deck, slides=tuple(drawn)))


def _draw(laid: Laid, given: Given, notes: Notes, number: int) -> list[Finding]:
    """Draw one slide with its notes into the bundle."""
    page = Page(laid, given, number)
    page.draw()
    lines = _note_lines(laid, page, given.language)
    if lines:
        page.relations.to("notesSlide", notes.write(given.bundle.slide_name(), lines))
    given.bundle.add_slide(page.slide, page.relations)
    return [_was_cut(number, slot, laid) for slot in page.cuts]


def _note_lines(laid: Laid, page: Page, language: Language) -> list[str]:
    """What is said, what had no place, what was cut, and where the numbers come from."""
    source = printable(laid.slide.source)
    more = [
        *(not_shown(t, language) for t in laid.spare),
        *(full_text(text, language) for text in page.cuts.values()),
    ]
    line = source_line(source, language)
    more += [line] if source and line not in laid.slide.notes else []
    return note_lines(laid.slide.notes, *more)


def _picture(path: str) -> Picture:
    return read_picture(Path(path).expanduser())


def _footer(deck: Deck) -> str:
    """The deck's title, short enough for one line at the foot."""
    title = printable(deck.title) or untitled(deck.language)
    most = _LONGEST_FOOTER[deck.language]
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"


def _was_cut(number: int, slot: str, laid: Laid) -> Finding:
    table = laid.table if slot == "table" else None
    if table is not None and table.shown != table.size:
        return Finding(
            code="cells-left-out",
            place=f"slide {number}, table",
            message="The table is larger than its place; the notes have all of it.",
            measured=f"{table.size[0]} rows, {table.size[1]} columns",
            allowed=f"{table.shown[0]} rows, {table.shown[1]} columns",
            fix="leave rows or columns out, or let the slide be split",
        )
    return Finding(
        code="text-cut",
        place=f"slide {number}, {slot}",
        message="The text does not fit and was cut; it stands in full in the notes.",
        fix="shorten it, or let the slide be split",
    )


def _was_split(number: int, count: int) -> Finding:
    return Finding(
        code="slide-split",
        place=f"slide {number}",
        message=f"The slide holds more than fits and was split into {count}.",
        measured=f"{count} slides",
        allowed="1 slide",
        fix="shorten it to keep it on one slide",
    )
