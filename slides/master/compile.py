"""Compiling a template: every layout with its placeholders measured and its empty room known."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE

from copydesk.slides.geometry import Box, box_of_emu
from copydesk.slides.master.colours import nearest
from copydesk.slides.master.ground import (
    Drawing,
    Look,
    backdrop,
    behind,
    drawings,
    own_fill,
)
from copydesk.slides.master.inherit import (
    FURNITURE,
    TITLES,
    Styles,
    box_of,
    frame_in,
    index_of,
    kind_of,
    levels_of,
    parent_of,
    table_of,
)
from copydesk.slides.master.layouts import Holder, Layout
from copydesk.slides.master.pictures import Pictures
from copydesk.slides.master.reading import child, elements, label, placeholder
from copydesk.slides.master.room import largest
from copydesk.slides.master.theme import Theme, palette, parse, theme_of
from copydesk.slides.typeset.frame import Type

_MARGIN = 0.05  # of the page's width, where no title says how far the text stands in
_GAP = 9.0  # points between a title and what is drawn under it
_GROUND = 0.5  # a drawing that covers more of the page than this is its ground, not in the way
_TALL = 0.6  # a title that takes more of the page's height leaves the rest no room worth keeping


def page_of(presentation: Any) -> Box:
    """The page in points; PowerPoint's own size where the file names none."""
    width, height = presentation.slide_width or 9144000, presentation.slide_height or 6858000
    return box_of_emu(0, 0, width, height)


def slide_layouts(presentation: Any) -> list[Any]:
    """All layouts of all slide masters, in the file's order; `Layout.index` counts these."""
    return [layout for master in presentation.slide_masters for layout in master.slide_layouts]


def compiled(presentation: Any) -> tuple[Layout, ...]:
    """Every layout of a presentation, in the order of `slide_layouts`."""
    page = page_of(presentation)
    defaults = child(presentation.element, "p:defaultTextStyle")
    found: list[Layout] = []
    pictures = Pictures()
    for number, master in enumerate(presentation.slide_masters):
        styles = Styles(_theme(master.part, pictures), master._element, defaults)
        pictures.know(master._element, master.part)
        for layout in master.slide_layouts:
            found.append(_Compiler(layout, styles, page, pictures).layout(len(found), number))
    return tuple(found)


def _theme(part: Any, pictures: Pictures) -> Theme:
    """The theme of a slide master's part; Office's where the file has none that can be read."""
    for relation in part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.THEME and not relation.is_external:
            root = parse(relation.target_part.blob)
            if root is not None:
                pictures.know(root, relation.target_part)
            return theme_of(root)
    return Theme()


class _Compiler:
    """One layout being compiled."""

    def __init__(self, layout: Any, styles: Styles, page: Box, pictures: Pictures) -> None:
        self.element, self.name = layout._element, layout.name or ""
        self.styles, self.page = styles, page
        mapping = child(self.element, "p:clrMapOvr/a:overrideClrMapping")
        if mapping is None:
            mapping = child(styles.master, "p:clrMap")
        pictures.know(self.element, layout.part)
        self.look = Look(styles.theme, palette(styles.theme, mapping), pictures)
        self.above = _placeholders(styles.master)
        layers = (self.element, styles.master)
        self.backdrop = backdrop(layers, page, self.look)
        self.drawn = drawings(layers, page, self.look)

    def layout(self, index: int, master: int) -> Layout:
        """The layout as it will be used."""
        holders = tuple(self._holders())
        room = self._room(holders)
        return Layout(
            index=index,
            name=self.name,
            holders=holders,
            background=self.backdrop.colour,
            colours=self.look.colours,
            room=room,
            taken=tuple(d.box for d in self.drawn if d.solid),
            kind=self.element.get("type", ""),
            heading=self._levels("title"),
            text=self._levels("body"),
            written=tuple(d.box for d in self.drawn if d.text),
            ground=behind(room, self.backdrop, self.drawn),
            master=master,
        )

    def _holders(self) -> Iterator[Holder]:
        for element in _placeholders(self.element):
            parent = parent_of(element, self.above)
            chain = (element,) if parent is None else (element, parent)
            box = next((b for b in map(box_of, chain) if b is not None), Box(0, 0, 0, 0))
            kind = kind_of(element)
            levels = levels_of(chain, table_of(kind), self.styles, self.look.colours)
            fill = own_fill(chain, self.look)
            about = label(element)
            yield Holder(
                idx=index_of(element),
                kind=kind,
                name="" if about is None else about.get("name", ""),
                box=box,
                frame=frame_in(box, chain, levels),
                ground=behind(box, self.backdrop, self.drawn) if fill is None else fill,
            )

    def _levels(self, kind: str) -> tuple[Type, ...]:
        """How the slide master sets text of a kind; its colours are the theme's, by name."""
        chain = [shape for shape in self.above if kind_of(shape) == kind][:1]
        levels = levels_of(chain, table_of(kind), self.styles, self.look.colours)
        return tuple(replace(t, colour=nearest(t.colour, self.look.colours)) for t in levels)

    def _room(self, holders: tuple[Holder, ...]) -> Box:
        """The largest part of the page that no title, footer or drawing covers."""
        titles = [h.box for h in holders if h.kind in TITLES and self._fair(h.box)]
        side = self._side(titles)
        tall = self.page.height * _MARGIN
        page = self.page.inset(side, tall)
        obstacles = [Box(t.left, t.top, t.right, t.bottom + _GAP) for t in titles]
        feet = [h.box for h in holders if h.kind in FURNITURE and h.box.area]
        obstacles += [Box(f.left, f.top - _GAP / 2, f.right, f.bottom) for f in feet]
        for drawing in self.drawn:
            if self._in_the_way(drawing):
                obstacles.append(drawing.box)
            elif drawing.fill and drawing.box.area < 0.9 * self.page.area:
                page = page.meets(drawing.box.inset(12))
        return largest(page, obstacles)

    def _fair(self, title: Box) -> bool:
        return 0 < title.height < self.page.height * _TALL

    def _side(self, titles: list[Box]) -> float:
        """The margin left and right: the title's where that is a sensible one."""
        usual = self.page.width * _MARGIN
        lefts = [t.left for t in titles if usual / 3 <= t.left - self.page.left <= usual * 3]
        return min(lefts, default=usual)

    def _in_the_way(self, drawing: Drawing) -> bool:
        """Whether text must keep off a drawing: text, or a small thing, is; a panel is ground."""
        seen = drawing.box.meets(self.page)
        return drawing.solid and seen.area < _GROUND * self.page.area


def _placeholders(layer: Any) -> list[Any]:
    """The placeholders of a layout or slide master, one for each idx and kind."""
    found: dict[tuple[str, int], Any] = {}
    for shape in elements(child(layer, "p:cSld/p:spTree")):
        if placeholder(shape) is not None:
            found.setdefault((kind_of(shape), index_of(shape)), shape)
    return list(found.values())
