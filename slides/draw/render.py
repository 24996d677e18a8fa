"""Deck and master in, .pptx out: every text through a placeholder of the layout for its intent.

What is too long is first set smaller, down to a size that can still be read across a room, then cut
at a word; the full text of what was cut goes into the notes, so that nothing is lost.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pptx.oxml.ns import qn

from copydesk.brief import Language
from copydesk.errors import UnknownName
from copydesk.slides.deck import (
    AgendaSlide,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    ComparisonSlide,
    Deck,
    SectionSlide,
    TableSlide,
    TitleSlide,
)
from copydesk.slides.draw.charts import describe, has_data, put_chart
from copydesk.slides.draw.tables import put_table, set_table, squared
from copydesk.slides.master.inherit import kind_of
from copydesk.slides.master.master import Master
from copydesk.slides.package.steady import steady
from copydesk.slides.typeset.thin.fit import BODY_FLOOR, SMALL_FLOOR, Fitted, Sparse, fit, printable
from copydesk.slides.typeset.thin.runs import LANGUAGE_TAGS, write, write_number, write_plain

_FULL_TEXT: dict[Language, str] = {"en": "Full text: ", "zh": "全文："}
_UNTITLED: dict[Language, str] = {"en": "Untitled", "zh": "无标题"}
_LIST = Sparse(grow=1.28, spread=34.0)
_PANEL = Sparse(grow=1.34, spread=14.0)


class Page:
    """One slide being filled: its placeholders by slot name, and what had to be cut."""

    def __init__(self, slide: Any, master: Master, language: Language) -> None:
        self.slide = slide
        self.master = master
        self.language = language
        self.intent = slide.slide_layout.name
        self.cuts: list[str] = []
        self.filled: set[int] = set()
        names = {h.placeholder_format.idx: h.name for h in slide.slide_layout.placeholders}
        self.holders = {names[h.placeholder_format.idx]: h for h in slide.placeholders}
        for name, holder in self.holders.items():
            holder._element._nvXxPr.cNvPr.set("name", name)

    def write(
        self, name: str, *texts: str, floor: float = BODY_FLOOR, sparse: Sparse | None = None
    ) -> None:
        """Fit texts into a placeholder, a paragraph each; empty texts are left out."""
        if wanted := _wanted(texts):
            frame = self.master.frame(self.intent, name)
            self._put(name, wanted, fit(wanted, frame, self.language, floor=floor, sparse=sparse))

    def write_evenly(self, lists: Mapping[str, Sequence[str]], sparse: Sparse) -> None:
        """Fit lists that stand side by side, all in the size of the one with least room."""
        wanted = {name: kept for name, texts in lists.items() if (kept := _wanted(texts))}
        frames = {name: self.master.frame(self.intent, name) for name in wanted}
        fitted = {n: fit(t, frames[n], self.language, sparse=sparse) for n, t in wanted.items()}
        smallest = min((f.size or frames[n].size for n, f in fitted.items()), default=None)
        gaps = [one.gap for one in fitted.values() if one.gap is not None]
        gap = min(gaps) if gaps and len(gaps) == len(fitted) else None
        for name, one in fitted.items():
            self._put(name, wanted[name], replace(one, size=smallest, gap=gap))

    def _put(self, name: str, wanted: list[str], fitted: Fitted) -> None:
        holder = self.holders[name]
        write(holder._element.txBody, fitted, self.language)
        self.filled.add(holder.placeholder_format.idx)
        if fitted.cut:
            self.cuts.append(" / ".join(wanted))

    def replace(self, name: str, put: Callable[[Any], Any], description: str) -> Any:
        """Put a table or chart where a placeholder is, with alternative text."""
        holder = self.holders[name]
        self.filled.add(holder.placeholder_format.idx)
        frame = put(holder)
        properties = frame._element.nvGraphicFramePr.cNvPr
        properties.set("name", name)
        properties.set("descr", description)
        return frame

    def finish(self, footer: str, number: int, notes: str) -> None:
        """Drop what stayed empty, bring the footer and number, write the notes."""
        for holder in list(self.slide.placeholders):
            if holder.placeholder_format.idx not in self.filled:
                holder._element.getparent().remove(holder._element)
        self._bring("ftr", lambda body: write_plain(body, [footer], self.language))
        self._bring("sldNum", lambda body: write_number(body, number, self.language))
        self._notes(notes)

    def _bring(self, kind: str, fill: Callable[[Any], None]) -> None:
        """Copy a footer placeholder from the layout: python-pptx leaves these behind.

        The list style stays with the copy, because LibreOffice does not inherit it.
        """
        for holder in self.slide.slide_layout.placeholders:
            if kind_of(holder._element) != kind:
                continue
            copy = deepcopy(holder._element)
            copy.nvSpPr.cNvPr.set("id", str(_next_id(self.slide)))
            for child in list(copy.spPr):
                copy.spPr.remove(child)
            bare = copy.txBody.find(qn("a:bodyPr"))
            bare.attrib.clear()
            for child in list(bare):
                bare.remove(child)
            fill(copy.txBody)
            self.slide.shapes._spTree.append(copy)

    def _notes(self, notes: str) -> None:
        full = [_FULL_TEXT[self.language] + text for text in self.cuts]
        lines = [line for line in (printable(t) for t in [*notes.split("\n"), *full]) if line]
        if lines:
            frame = self.slide.notes_slide.notes_text_frame
            write_plain(frame._txBody, lines, self.language)


def _wanted(texts: Iterable[str]) -> list[str]:
    """The texts that say something, as XML can hold them."""
    return [clean for clean in (printable(text) for text in texts) if clean]


def render(deck: Deck, master: Master) -> bytes:
    """Render a deck on a master; the same deck and master always give the same bytes.

    Raises:
        DocumentProblem: the master cannot be read.
        UnknownName: the master has no layout for a slide's intent, or the layout no such slot.
    """
    presentation = master.presentation()
    layouts = {layout.name: layout for layout in presentation.slide_layouts}
    for number, slide in enumerate(deck.slides, 1):
        if slide.intent not in layouts or slide.intent not in _FILL:
            raise UnknownName("layout", slide.intent, set(layouts) & set(_FILL))
        page = Page(presentation.slides.add_slide(layouts[slide.intent]), master, deck.language)
        page.write("Title", printable(slide.title) or _UNTITLED[deck.language], floor=18)
        _FILL[slide.intent](page, slide)
        page.finish(_footer(deck), number, slide.notes)
    _properties(presentation, deck)
    stream = io.BytesIO()
    presentation.save(stream)
    return steady(stream.getvalue())


def _footer(deck: Deck) -> str:
    """The deck's title, short enough for one line at the foot."""
    title = printable(deck.title) or _UNTITLED[deck.language]
    most = 40 if deck.language == "zh" else 80
    return title if len(title) <= most else title[: most - 1].rstrip() + "…"


def _properties(presentation: Any, deck: Deck) -> None:
    core = presentation.core_properties
    core.title = printable(deck.title)[:255]
    core.author = core.last_modified_by = "copydesk"
    core.language = LANGUAGE_TAGS[deck.language]


def _next_id(slide: Any) -> int:
    ids = (int(e.get("id")) for e in slide.shapes._spTree.iter(qn("p:cNvPr")))
    return max(ids, default=1) + 1


# One function per intent -------------------------------------------------------------------------


def _fill_title(page: Page, slide: TitleSlide) -> None:
    page.write("Subtitle", slide.subtitle)


def _fill_agenda(page: Page, slide: AgendaSlide) -> None:
    page.write("Items", *slide.items, sparse=_LIST)


def _fill_section(page: Page, slide: SectionSlide) -> None:
    page.write("Number", f"{max(slide.number, 0):02d}")
    page.write("Summary", slide.summary)


def _fill_bullets(page: Page, slide: BulletsSlide) -> None:
    page.write("Bullets", *(point.text for point in slide.bullets), sparse=_LIST)


def _fill_comparison(page: Page, slide: ComparisonSlide) -> None:
    """Both sides in one size: a longer line on one of them decides for both."""
    page.write("Left heading", slide.left.heading)
    page.write("Right heading", slide.right.heading)
    page.write_evenly(
        {"Left points": slide.left.points, "Right points": slide.right.points}, _PANEL
    )


def _fill_table(page: Page, slide: TableSlide) -> None:
    page.write("Source", slide.source, floor=SMALL_FLOOR)
    rows = squared(slide.header, slide.rows)
    if not slide.header:
        return
    setting = set_table(rows, page.master.frame("table", "Table"), page.language)
    if setting.cut:
        page.cuts.extend(" | ".join(row) for row in rows)
    description = f"{printable(slide.title)}: {', '.join(rows[0])}; {len(rows) - 1} rows."
    page.replace("Table", lambda h: put_table(h, setting, page.language), description)


def _fill_chart(page: Page, slide: ChartSlide) -> None:
    page.write("Takeaway", slide.takeaway)
    page.write("Source", slide.source, floor=SMALL_FLOOR)
    if has_data(slide):
        page.replace("Chart", lambda h: put_chart(h, slide), describe(slide))


def _fill_closing(page: Page, slide: ClosingSlide) -> None:
    page.write("Points", *slide.points, sparse=_LIST)


_FILL: dict[str, Callable[[Page, Any], None]] = {
    "title": _fill_title,
    "agenda": _fill_agenda,
    "section": _fill_section,
    "bullets": _fill_bullets,
    "comparison": _fill_comparison,
    "table": _fill_table,
    "chart": _fill_chart,
    "closing": _fill_closing,
}
