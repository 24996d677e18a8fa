"""The master, compiled: which layout serves which intent, and how much each of its places holds.

master = open_master(Path("brand.pptx"))
master.served("bullets")[0].places["points"]   # where the points go, in the best layout
master.capacity("bullets", "bullet", "en")     # characters of one bullet
master.max_items("bullets")                    # bullets on a slide
"""

import io
import zipfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError

from copydesk.brief import Language
from copydesk.errors import DocumentProblem, UnknownName
from copydesk.slides.deck import INTENTS
from copydesk.slides.geometry import Box
from copydesk.slides.master.capacity import Measure
from copydesk.slides.master.classify import Home, home_of, served
from copydesk.slides.master.compile import compiled, page_of
from copydesk.slides.master.layouts import Layout, Served
from copydesk.slides.master.numbering import number
from copydesk.slides.master.ours import DEFAULT, our_master, our_masters
from copydesk.slides.master.usage import usual_master
from copydesk.slides.package.opening import read_file
from copydesk.slides.package.saving import saved
from copydesk.slides.package.template import opened_template


class Master:
    """A template without slides, and what can be said on it.

    Attributes:
        content: the package's bytes; the same template always gives the same ones.
        notes: what had to be mended to open it, a sentence each.
        usual: the part of the slide master that the file's own slides stood on, if that is known.
    """

    def __init__(
        self, content: bytes, name: str, notes: tuple[str, ...] = (), usual: str = ""
    ) -> None:
        self.content, self.name, self.notes, self.usual = content, name, notes, usual
        self._served: dict[str, tuple[Served, ...]] = {}
        self._measures: dict[str, Measure] = {}

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
    def _compiled(self) -> tuple[Box, tuple[Layout, ...], Home]:
        presentation = self.presentation()
        page, layouts = page_of(presentation), compiled(presentation)
        parts = [m.part.partname.membername for m in presentation.slide_masters]
        usual = parts.index(self.usual) if self.usual in parts else 0
        return page, layouts, home_of(layouts, page, usual)

    @property
    def page(self) -> Box:
        """The page in points."""
        return self._compiled[0]

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Every layout, compiled, over all slide masters in the file's order."""
        return self._compiled[1]

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents there are; every master serves all of them, well or badly."""
        return INTENTS

    def served(self, intent: str) -> tuple[Served, ...]:
        """The layouts that serve an intent, best first; never empty.

        Raises:
            UnknownName: there is no such intent.
        """
        if intent not in INTENTS:
            raise UnknownName("intent", intent, INTENTS)
        if intent not in self._served:
            self._served[intent] = served(intent, self.layouts, self.page, self._compiled[2])
        return self._served[intent]

    def measure(self, intent: str) -> Measure:
        """What the layout that serves an intent best holds."""
        if intent not in self._measures:
            self._measures[intent] = Measure(intent, self.served(intent)[0].places)
        return self._measures[intent]

    def capacity(self, intent: str, slot: str, language: Language) -> int:
        """Characters that one text of `slot` may have on a slide of `intent`.

        `slot` is one of `slots.SLOTS`, or a text inside one: "item" (also "bullet", "point") of a
        list, "heading" of a column or a matrix cell, "cell", "category", "series", "unit", "label",
        "text", "node", "axis", "name", "role"; "code" means one line; "notes" is known everywhere.
        An item's share assumes `max_items(intent)` of them.

        Raises:
            UnknownName: there is no such intent, or it has no such text.
        """
        measure = self.measure(intent)
        if slot not in measure.texts:
            raise UnknownName(f"text on a slide of {intent}", slot, measure.texts)
        return measure.characters(slot, language)

    def max_items(self, intent: str, of: str = "item") -> int:
        """The most items a slide of `intent` holds: points (per side), rows, categories, steps.

        `of` may be "column" for a table, "series" for a chart, "line" for code, "node" for a
        hierarchy. Intents without a list give 0.
        """
        return self.measure(intent).items(of)


def open_master(source: Path | str | None = None) -> Master:
    """Open a template by its path, one of our masters by its name, or our default.

    Raises:
        DocumentProblem: the file is missing, damaged, or no presentation with layouts.
        UnknownName: a bare name that is none of ours, nor a file.
    """
    name = DEFAULT if source is None else str(source)
    if name in our_masters():
        return _ours(name)
    path = Path(name)
    if not path.suffix and not path.exists():
        our_master(name)  # raises, and lists those that there are
    content = read_file(path)
    opened = opened_template(content, path.name)
    master = Master(opened.content, path.name, opened.notes)
    presentation = master.presentation()
    several = len(presentation.slide_masters) > 1
    usual = usual_master(content, path.name) if several else ""
    made = saved(presentation) if number(presentation) else opened.content
    return Master(made, path.name, opened.notes, usual)


@lru_cache(maxsize=16)
def _ours(name: str) -> Master:
    opened = opened_template(our_master(name), f"{name}.pptx")
    return Master(opened.content, f"{name}.pptx", opened.notes)
