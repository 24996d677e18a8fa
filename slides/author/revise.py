"""One slide of a finished deck asked for anew, as somebody wishes; everything else stays."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from pptx import Presentation

from copydesk.brief import Brief, clean_text
from copydesk.documents.passage import Document
from copydesk.errors import UnknownName, UsageProblem
from copydesk.findings import Finding
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Generator, Message, Request
from copydesk.generate.structured import complete_object
from copydesk.slides.author.asks import opening
from copydesk.slides.author.asks.ask import Answer, Ask, Wanted
from copydesk.slides.author.asks.choose import ASKS, ask_for
from copydesk.slides.author.checks import cleaned, invents
from copydesk.slides.author.known import Known
from copydesk.slides.author.lines import bare
from copydesk.slides.author.material import Material, Picture, View
from copydesk.slides.author.numbered import with_number
from copydesk.slides.author.outline import DRAWS, deck_prompts, shown_brief
from copydesk.slides.author.sheet import Sheet
from copydesk.slides.author.sources import Finder, told
from copydesk.slides.deck import (
    AgendaSlide,
    ChartSlide,
    Deck,
    PictureFullSlide,
    PictureSlide,
    SectionSlide,
    Slide,
    TableSlide,
    TitleSlide,
)
from copydesk.slides.draw.render import render
from copydesk.slides.files.read_back import deck_of
from copydesk.slides.master.master import Master
from copydesk.slides.package.opening import presentation_of
from copydesk.slides.package.splice import replace_slide

_LESS = 0.6  # of its room that a slide gets that is to be shorter
_SHORTER = re.compile(
    r"\b(?:short\w*|concise\w*|brief\w*|fewer|less text|cut)\b|短|精简|简洁|简明|少写",
    re.IGNORECASE,
)
_AROUND = 30  # headlines in the prompt
_LONGEST = 1500  # characters of the slide as it is, in the prompt


@dataclass(frozen=True)
class Change:
    """What is to be done.

    Attributes:
        number: the slide's, from 1.
        wish: what is to be different.
        kind: an intent to make of it; empty keeps its own.
        documents: sources that may be drawn on.
        invented: whether numbers that nobody gave may stand.
    """

    number: int
    wish: str
    kind: str = ""
    documents: tuple[Document, ...] = ()
    invented: bool = False


@dataclass(frozen=True)
class Revised:
    """The deck with the new slide, that slide, and what was left out of it."""

    content: bytes
    slide: Slide
    findings: tuple[Finding, ...]


def check_change(content: bytes, name: str, change: Change) -> None:
    """Refuse what cannot be done, before a model is loaded.

    Raises:
        UsageProblem: there is no such slide, or nothing is wished for.
        UnknownName: there is no such kind of slide.
        DocumentProblem: the file is no presentation that can be read.
    """
    _alone(presentation_of(content, name), change.number, name)
    if not clean_text(change.wish):
        raise UsageProblem("Nothing is said of what to change.", 'say it: "shorter"')
    if change.kind and change.kind not in ASKS:
        raise UnknownName("kind of slide", change.kind, ASKS)


@dataclass
class Reviser:
    """Revises slides of one deck.

    Attributes:
        content: the file's bytes; name: what errors call it.
        master: the deck's own template.
        folder: where its pictures are put meanwhile.
    """

    content: bytes
    name: str
    master: Master
    generator: Generator
    folder: Path
    seed: int = 0
    on_done: Callable[[Completion], None] | None = None

    def revise(self, change: Change) -> Revised:
        """The deck with one slide asked for anew.

        Raises:
            UsageProblem: there is no such slide, or nothing is wished for.
            GenerationFailed: the model gave nothing that could be used.
        """
        check_change(self.content, self.name, change)
        opened = presentation_of(self.content, self.name)
        deck = deck_of(opened, name=self.name)
        now = self._slide(opened, change.number)
        slide, removed = self._asked(deck, now, change)
        drawn = render(replace(deck, slides=(slide,)), self.master)
        made = with_number(drawn.content, change.number)
        content = replace_slide(self.content, change.number, made, self.name)
        return Revised(content, slide, (*removed, *(_at(f, change.number) for f in drawn.findings)))

    def _slide(self, opened: bytes, number: int) -> Slide:
        """The slide as it is, its pictures taken out into the folder."""
        alone = _alone(opened, number, self.name)
        return deck_of(alone, pictures=self.folder, name=self.name).slides[0]

    def _asked(self, deck: Deck, now: Slide, change: Change) -> tuple[Slide, list[Finding]]:
        brief = Brief(deck.title or now.title, deck.language)
        material = Material(change.documents, invented=change.invented)
        known = Known(brief, material, "\n".join([change.wish, *_texts(deck)]))
        share = _LESS if _SHORTER.search(change.wish) else 1.0
        sheet = Sheet(self.master, deck.language, digits=known.any, share=share)
        passages = Finder(change.documents, deck.language).find(f"{change.wish} {now.title}")
        wanted = Wanted(sheet, known, now.title, passages, _view(now, change), _pictures(now))
        intent, ask = _ask(now, change, wanted)
        prompts = deck_prompts()
        prompt = prompts.render(
            "revise.j2",
            brief=shown_brief(brief),
            titles=_titles(deck, change.number),
            title=now.title,
            now=_shown(now),
            wish=clean_text(change.wish),
            intent=intent,
            kept=intent == now.intent,
            digits=sheet.digits,
            said=[told(document, passage, deck.language) for document, passage in passages],
            **{
                **dict.fromkeys(
                    ("facts", "figures", "people", "pictures", "quotes", "readings"), ()
                ),
                **ask.shown,
            },
        )
        system = prompts.render("system.j2", brief=brief, guide="")
        place = f"slide {change.number}"

        def settle(answer: Answer) -> Slide:
            clean = cleaned(answer, known, place)
            made = ask.build(bare(clean.get("title", now.title)), clean)
            return replace(made, source=made.source or now.source)

        def accept(answer: Answer) -> Slide:
            if reason := ask.fault(answer) or invents(answer, known):
                raise ValueError(reason)
            return settle(answer)

        made = complete_object(
            self.generator,
            Request(
                (Message("system", system), Message("user", prompt)), max_tokens=1, seed=self.seed
            ),
            _with_title(ask.schema, sheet, intent),
            accept,
            settle=settle,
            attempts=DRAWS,
            on_done=self.on_done,
        )
        return made, known.removed()


def _ask(now: Slide, change: Change, wanted: Wanted) -> tuple[str, Ask]:
    """What is asked for, and as what kind of slide.

    Raises:
        UsageProblem: what the deck says is not enough for this kind.
    """
    kind = change.kind or now.intent
    if kind == now.intent and isinstance(now, TitleSlide):
        return kind, opening.title(wanted)
    if kind == now.intent and isinstance(now, AgendaSlide):
        return kind, opening.agenda(wanted)
    if kind == now.intent and isinstance(now, SectionSlide):
        return kind, opening.section(wanted, now)
    intent, ask = ask_for(kind, wanted)
    if intent != kind and change.kind:
        raise UsageProblem(
            f"Slide {change.number} and its sources hold nothing that a {kind} slide could show.",
            "give a --source that does, or another --as",
        )
    return intent, ask


def _view(now: Slide, change: Change) -> View | None:
    """The data of a chart or table stay as they are, unless another kind is made of it."""
    if not isinstance(now, ChartSlide | TableSlide) or change.kind not in ("", now.intent):
        return None
    return View(now.title, now, tuple(_facts(now)))


def _facts(now: ChartSlide | TableSlide) -> list[str]:
    if isinstance(now, TableSlide):
        return [" | ".join(row) for row in (now.header, *now.rows)][:12]
    return [
        f"{series.name}: "
        + ", ".join(f"{n} {v:g}" for n, v in zip(now.categories, series.values, strict=False))
        for series in now.series
    ]


def _pictures(now: Slide) -> tuple[Picture, ...]:
    if isinstance(now, PictureSlide | PictureFullSlide) and now.picture:
        return (Picture(now.picture, now.alt or now.title),)
    return ()


def _with_title(schema: shape.Schema, sheet: Sheet, intent: str) -> shape.Schema:
    """The title may change as well."""
    parts = dict(schema["properties"])
    parts.setdefault("title", sheet.title(intent))
    return shape.record(**parts)


def _alone(content: bytes, number: int, name: str) -> bytes:
    """The deck with this slide alone.

    Raises:
        UsageProblem: there is no such slide.
    """
    presentation = Presentation(io.BytesIO(content))
    ids = presentation.slides._sldIdLst
    count = len(ids)
    if not 1 <= number <= count:
        raise UsageProblem(
            f"{name} has {count} slides, and no slide {number}.",
            f"name one from 1 to {count}" if count else "give a deck with slides",
        )
    for index, one in enumerate(list(ids), 1):
        if index != number:
            presentation.part.drop_rel(one.rId)
            ids.remove(one)
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def _shown(slide: Slide) -> str:
    """A slide as the prompt shows it: JSON of what is written on it."""
    told = {key: value for key, value in _plain(slide).items() if value not in ("", [], {})}
    for path in ("picture", "source"):
        told.pop(path, None)
    return json.dumps(told, ensure_ascii=False)[:_LONGEST]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _titles(deck: Deck, number: int) -> list[str]:
    """The headlines around a slide; a prompt has no room for those of a long deck."""
    first = max(0, min(number - 1 - _AROUND // 2, len(deck.slides) - _AROUND))
    return [slide.title[:80] for slide in deck.slides[first : first + _AROUND]]


def _texts(deck: Deck) -> list[str]:
    """All that the deck says, a text a line."""
    return [text for slide in deck.slides for text in _lines(_plain(slide))]


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return [text for item in inside for text in _lines(item)]
    return [f"{value}"] if value not in ("", None) else []


def _at(finding: Finding, number: int) -> Finding:
    return replace(finding, place=finding.place.replace("slide 1", f"slide {number}", 1))
