"""Placeholders of a layout told apart: each its own idx, as LibreOffice does not write them."""

from typing import Any

from copydesk.slides.master.inherit import TITLES, index_of, kind_of
from copydesk.slides.master.reading import child, elements, placeholder

_FIRST = 20  # below lie the numbers that PowerPoint gives out first


def number(presentation: Any) -> bool:
    """Give every placeholder whose idx another one of its layout has one of its own.

    Slides name placeholders by idx, so this is for templates, that have none. Titles keep theirs.
    Whether anything had to be changed.
    """
    layouts = [la for master in presentation.slide_masters for la in master.slide_layouts]
    return sum(_number(layout._element) for layout in layouts) > 0


def _number(layout: Any) -> bool:
    shapes = [
        s for s in elements(child(layout, "p:cSld/p:spTree")) if placeholder(s) is not None
    ]  # fmt: skip
    shapes.sort(key=lambda shape: kind_of(shape) not in TITLES)
    taken: set[int] = set()
    free = max([_FIRST, *(index_of(shape) + 1 for shape in shapes if index_of(shape) < 10_000)])
    changed = False
    for shape in shapes:
        if index_of(shape) in taken:
            placeholder(shape).set("idx", str(free))
            free, changed = free + 1, True
        taken.add(index_of(shape))
    return changed
