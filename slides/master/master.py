"""The master, compiled: which layout serves which intent, and how many characters each slot holds.

The numbers end up as `maxLength` and `maxItems` in the schemas that constrain the generator, so
they err on the small side: a slide with every slot full must still look good.

    master = open_master()
    master.capacity("bullets", "bullet", "en")    # characters of one bullet
    master.max_items("bullets")                    # bullets on a slide
"""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError

from copydesk.brief import Language
from copydesk.errors import DocumentProblem, UnknownName
from copydesk.slides.deck import INTENTS
from copydesk.slides.geometry import Box
from copydesk.slides.master.classify import served
from copydesk.slides.master.compile import compiled, page_of
from copydesk.slides.master.layouts import Layout, Served
from copydesk.slides.master.thin import Frame, frame_of
from copydesk.slides.typeset.fit import BODY_FLOOR
from copydesk.slides.typeset.thin.metrics import HAN_LINE, LATIN_LINE

DESK = "templates/masters/desk.pptx"
CELL_MARGIN = (9.0, 4.0)  # points left and right, above and below the text of a table cell


@dataclass(frozen=True)
class _Slot:
    """Where a text goes: the placeholder, and the most characters that read well."""

    holder: str
    most_en: int
    most_zh: int
    items: str = ""  # the item count that shares the placeholder


_TITLE = _Slot("Title", 60, 24)
_SOURCE = _Slot("Source", 80, 36)
_SLOTS: dict[tuple[str, str], _Slot] = {
    ("title", "title"): _Slot("Title", 60, 24),
    ("title", "subtitle"): _Slot("Subtitle", 90, 40),
    ("agenda", "title"): _Slot("Title", 30, 12),
    ("agenda", "item"): _Slot("Items", 48, 20, "item"),
    ("section", "title"): _Slot("Title", 48, 20),
    ("section", "summary"): _Slot("Summary", 120, 50),
    ("bullets", "title"): _TITLE,
    ("bullets", "item"): _Slot("Bullets", 90, 40, "item"),
    ("comparison", "title"): _TITLE,
    ("comparison", "heading"): _Slot("Left heading", 28, 12),
    ("comparison", "item"): _Slot("Left points", 60, 26, "item"),
    ("table", "title"): _TITLE,
    ("table", "cell"): _Slot("Table", 24, 10, "item"),
    ("table", "source"): _SOURCE,
    ("chart", "title"): _Slot("Title", 56, 24),
    ("chart", "takeaway"): _Slot("Takeaway", 90, 40),
    ("chart", "source"): _SOURCE,
    ("chart", "category"): _Slot("", 12, 6),
    ("chart", "series"): _Slot("", 20, 10),
    ("chart", "unit"): _Slot("", 20, 10),
    ("closing", "title"): _Slot("Title", 40, 16),
    ("closing", "item"): _Slot("Points", 70, 30, "item"),
}
_ALIASES = {"bullet": "item", "point": "item", "points": "item", "bullets": "item", "items": "item"}
_NOTES = {"en": 600, "zh": 260}
_ITEMS: dict[tuple[str, str], int] = {
    ("agenda", "item"): 6,
    ("bullets", "item"): 5,
    ("comparison", "item"): 4,
    ("table", "item"): 6,
    ("table", "column"): 5,
    ("chart", "item"): 6,
    ("chart", "series"): 3,
    ("closing", "item"): 4,
}


class Master:
    """A .pptx whose layouts are named after intents and whose placeholders after slots."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content = content
        self.name = name
        self._served: dict[str, tuple[Served, ...]] = {}

    def presentation(self) -> Any:
        """A fresh python-pptx presentation on this master; its layouts are ready to be filled."""
        try:
            return Presentation(io.BytesIO(self.content))
        except (KeyError, ValueError, zipfile.BadZipFile, etree.Error, PythonPptxError) as error:
            raise DocumentProblem(
                f"{self.name} is not a PowerPoint file that can be read: {error}.",
                "give a .pptx saved by PowerPoint or LibreOffice",
            ) from None

    @cached_property
    def page(self) -> Box:
        """The page in points."""
        return page_of(self.presentation())

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """Every layout, compiled, over all slide masters in the file's order."""
        return compiled(self.presentation())

    def served(self, intent: str) -> tuple[Served, ...]:
        """The layouts that serve an intent, best first; never empty.

        Raises:
            UnknownName: there is no such intent.
        """
        if intent not in INTENTS:
            raise UnknownName("intent", intent, INTENTS)
        if intent not in self._served:
            self._served[intent] = served(intent, self.layouts, self.page)
        return self._served[intent]

    @cached_property
    def frames(self) -> dict[str, dict[str, Frame]]:
        """Every layout's placeholders, measured, by layout name and placeholder name."""
        return {
            layout.name: {h.name: frame_of(h) for h in layout.placeholders}
            for layout in self.presentation().slide_layouts
        }

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents this master has a layout for, in its own order."""
        return tuple(self.frames)

    def frame(self, intent: str, holder: str) -> Frame:
        """The measured placeholder `holder` of the layout for `intent`.

        Raises:
            UnknownName: the master has no such layout, or the layout no such placeholder.
        """
        if intent not in self.frames:
            raise UnknownName("layout", intent, self.frames)
        if holder not in self.frames[intent]:
            raise UnknownName(f"placeholder in layout {intent!r}", holder, self.frames[intent])
        return self.frames[intent][holder]

    def capacity(self, intent: str, slot: str, language: Language) -> int:
        """Characters one text of `slot` may have on a slide of `intent`.

        Slots: "title" and "notes" everywhere; "subtitle" (title), "summary" (section), "item" with
        the aliases "bullet" and "point" (agenda, bullets, comparison, closing), "heading"
        (comparison), "cell" (table), "takeaway", "category", "series" and "unit" (chart),
        "source" (table, chart). An item's share assumes `max_items(intent)` of them.

        Raises:
            UnknownName: the intent has no such slot.
        """
        if slot == "notes":
            return _NOTES[language]
        found = _SLOTS.get((intent, _ALIASES.get(slot, slot)))
        if found is None:
            raise UnknownName("slot", f"{intent} {slot}", (f"{i} {s}" for i, s in _SLOTS))
        most = found.most_zh if language == "zh" else found.most_en
        if not found.holder:
            return most
        frame = self.frame(intent, found.holder)
        items = self.max_items(intent) if found.items else 1
        if slot == "cell":
            frame, items = self._cell(frame), 1
        return max(1, min(most, _characters(frame, items, language)))

    def max_items(self, intent: str, of: str = "item") -> int:
        """The most items a slide of `intent` holds: points (per side), rows, or categories.

        `of` may be "column" for a table and "series" for a chart. Intents without a list give 0.
        """
        return _ITEMS.get((intent, _ALIASES.get(of, of)), 0)

    def _cell(self, table: Frame) -> Frame:
        """One cell of a table with every row and column in use."""
        rows, columns = self.max_items("table") + 1, self.max_items("table", "column")
        width = table.width / columns - 2 * CELL_MARGIN[0]
        height = table.height / rows - 2 * CELL_MARGIN[1]
        return Frame(width=width, height=height, size=BODY_FLOOR, bold=True)


def open_master(path: Path | None = None) -> Master:
    """Open a master, the desk's own when no path is given.

    Raises:
        DocumentProblem: the file is missing or is not a readable .pptx.
    """
    if path is None:
        return Master(files("copydesk").joinpath(DESK).read_bytes(), "desk.pptx")
    try:
        master = Master(path.read_bytes(), path.name)
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "give the path of a .pptx file"
        ) from None
    master.presentation()
    return master


def _characters(frame: Frame, items: int, language: Language) -> int:
    """Characters of ordinary text that one of `items` paragraphs holds.

    A line loses a few characters at its ragged edge; a Latin character is half an em on average.
    """
    han = language == "zh"
    line = frame.size * frame.line * (HAN_LINE if han else LATIN_LINE)
    height = (frame.height - frame.after * (items - 1)) / items
    lines = max(int(height / line), 1)
    em = 1.0 if han else 0.57 if frame.bold else 0.52
    per_line = (frame.width - frame.indent) / (frame.size * em) - (1 if han else 3)
    return int(lines * per_line)
