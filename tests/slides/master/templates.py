"""Small templates for tests, made of python-pptx's own: what they lack is taken out again."""

import io
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from pptx import Presentation

from copydesk.slides.geometry import Box, emu
from copydesk.slides.master.compile import slide_layouts
from copydesk.slides.master.inherit import kind_of
from copydesk.slides.master.master import Master

Change = Callable[[Any], None]


def template(*changes: Change) -> Master:
    """python-pptx's default template (4:3, Office's eleven layouts), changed."""
    presentation = Presentation()
    for change in changes:
        change(presentation)
    stream = io.BytesIO()
    presentation.save(stream)
    return Master(stream.getvalue(), "made.pptx")


def only(*names: str) -> Change:
    """Keep the layouts of these names."""

    def change(presentation: Any) -> None:
        for layout in list(presentation.slide_layouts):
            if layout.name not in names:
                presentation.slide_layouts.remove(layout)

    return change


def each(change: Callable[[Any], None]) -> Change:
    """Do something to every layout."""
    return lambda presentation: [change(la) for la in slide_layouts(presentation)] and None


def holders(layout: Any) -> list[Any]:
    """The elements of a layout's placeholders but for date, footer and number."""
    kinds = ("dt", "ftr", "sldNum")
    return [p._element for p in layout.placeholders if kind_of(p._element) not in kinds]


def drop(*kinds: str) -> Change:
    """Take placeholders of these kinds out of every layout."""

    def change(layout: Any) -> None:
        for holder in list(layout.placeholders):
            if kind_of(holder._element) in kinds:
                holder._element.getparent().remove(holder._element)

    return each(change)


def stand(element: Any, box: Box) -> None:
    """Put a shape somewhere."""
    element.x, element.y = emu(box.left), emu(box.top)
    element.cx, element.cy = emu(box.width), emu(box.height)


def with_boxes(name: str, boxes: Iterable[Box]) -> Change:
    """One layout, of this name, whose content placeholders are many copies standing as told."""

    def change(presentation: Any) -> None:
        only("Title and Content")(presentation)
        layout = presentation.slide_layouts[0]
        layout._element.cSld.set("name", name)
        layout._element.attrib.pop("type", None)
        first = holders(layout)[1]
        for number, box in enumerate(boxes):
            copy = deepcopy(first)
            copy.nvSpPr.nvPr.find(".//{*}ph").set("idx", str(20 + number))
            copy.nvSpPr.cNvPr.set("id", str(100 + number))
            stand(copy, box)
            first.addprevious(copy)
        first.getparent().remove(first)

    return change
