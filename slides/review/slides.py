"""A deck opened for review: each slide with its shapes, and what it stands on."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from copydesk.slides.geometry import Box
from copydesk.slides.master.compile import compiled, page_of, slide_layouts
from copydesk.slides.master.ground import Drawing, Look, drawings
from copydesk.slides.master.inherit import (
    TITLES,
    Styles,
    index_of,
    kind_of,
    levels_of,
    parent_of,
    table_of,
)
from copydesk.slides.master.layouts import Layout
from copydesk.slides.master.reading import A, child, elements, placeholder, switch
from copydesk.slides.master.theme import palette, parse, theme_of
from copydesk.slides.review.areas import Area, areas_of, text_of
from copydesk.slides.typeset.frame import Type
from copydesk.slides.typeset.metrics import is_han

_SHORT, _SHORT_HAN = 12, 6  # characters
WRITING = ("chart", "diagram", "object")
_DRAWN = (".emf", ".wmf", ".svg", ".emz", ".wmz")
_FONTS = tuple(f"{A}{name}" for name in ("latin", "ea", "cs", "font", "sym"))


class Backing:
    """What a layout gives the slides that stand on it, worked out once."""

    def __init__(self, part: Any, layout: Layout, defaults: Any, page: Box) -> None:
        self.layout, self.page = layout, page
        self.element, self.master = part._element, part.slide_master._element
        self._parents: dict[tuple[str, int], tuple[Any, ...]] = {}
        self._known: dict[tuple[str, int], tuple[Type, ...]] = {}
        self.theme = _theme(part.slide_master.part)
        self.styles = Styles(theme_of(self.theme), self.master, defaults)
        mapping = child(self.element, "p:clrMapOvr/a:overrideClrMapping")
        if mapping is None:
            mapping = child(self.master, "p:clrMap")
        self.look = Look(self.styles.theme, palette(self.styles.theme, mapping))

    @cached_property
    def drawn(self) -> tuple[Drawing, ...]:
        """What layout and slide master draw, from the bottom up."""
        return drawings((self.element, self.master), self.page, self.look)

    @cached_property
    def boxes(self) -> Mapping[tuple[str, int], Box]:
        """The layout's placeholders by kind and number."""
        return {(h.kind, h.idx): h.box for h in self.layout.holders}

    @cached_property
    def written(self) -> tuple[Area, ...]:
        """The texts that stand on the layout and its slide master for all slides."""
        shown = switch(self.element.get("showMasterSp"), default=True)
        layers = (self.master, self.element) if shown else (self.element,)
        found = [a for layer in layers for a in areas_of(child(layer, "p:cSld/p:spTree"))]
        return tuple(a for a in found if not a.ph and (a.text.strip() or a.kind in WRITING))

    @cached_property
    def prompts(self) -> frozenset[str]:
        """The words that stand in empty placeholders; a word or two may be a title as well."""
        layers = (self.element, self.master)
        texts = [text_of(s) for layer in layers for s in self.holders(layer)]
        clean = (" ".join(text.split()) for text in texts)
        return frozenset(t for t in clean if len(t) >= (_SHORT_HAN if is_han(t) else _SHORT))

    @cached_property
    def fonts(self) -> frozenset[str]:
        """The fonts that the template names: in its theme, its layout and its slide master."""
        roots = (self.element, self.master, *([] if self.theme is None else [self.theme]))
        named = (e.get("typeface", "") for root in roots for e in root.iter(*_FONTS))
        return frozenset(named) - {""}

    @cached_property
    def colours(self) -> frozenset[str]:
        """The colours that the template has, as six hex digits."""
        written = (
            e.get("val", "").upper()
            for root in (self.element, self.master)
            for e in root.iter(f"{A}srgbClr")
        )
        return frozenset(written) | frozenset(self.look.colours.values())

    def holders(self, layer: Any) -> list[Any]:
        """The placeholders of the layout or of the slide master."""
        tree = child(layer, "p:cSld/p:spTree")
        return [s for s in elements(tree) if placeholder(s) is not None]

    def chain(self, area: Area) -> tuple[Any, ...]:
        """A shape and the placeholders that it inherits from, nearest first."""
        return (area.element, *(self._below(area.ph, area.idx) if area.ph else ()))

    def levels(self, area: Area) -> tuple[Type, ...]:
        """How a shape's paragraphs are set, level by level."""
        own = child(area.element, "p:txBody/a:lstStyle")
        if own is not None and len(own):
            return self._set(self.chain(area), area.ph)
        key = (area.ph, area.idx)
        if key not in self._known:
            self._known[key] = self._set(self.chain(area), area.ph)
        return self._known[key]

    def _set(self, chain: tuple[Any, ...], ph: str) -> tuple[Type, ...]:
        table = table_of(ph) if ph else "otherStyle"
        return levels_of(chain, table, self.styles, self.look.colours)

    def _below(self, ph: str, idx: int) -> tuple[Any, ...]:
        """The layout's placeholder for one of a slide, and the slide master's."""
        if (ph, idx) not in self._parents:
            below = self.holders(self.element)
            same = [s for s in below if index_of(s) == idx and idx]
            kinds = TITLES if ph in TITLES else (ph,)
            same += [s for s in below if kind_of(s) in kinds]
            masters = self.holders(self.master)
            above = parent_of(same[0], masters) if same else None
            self._parents[ph, idx] = (*same[:1], *([] if above is None else [above]))
        return self._parents[ph, idx]


def _theme(part: Any) -> Any:
    """The root of a slide master's theme, or None where it has none that can be read."""
    for relation in part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.THEME and not relation.is_external:
            return parse(relation.target_part.blob)
    return None


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One slide under review.

    Attributes:
        number: counts from 1.
        hidden: whether it is left out when the deck is shown.
        charts: the charts' own XML, by relationship.
        drawings: relationships of pictures that may hold text: drawn ones, not photographs.
    """

    number: int
    hidden: bool
    element: Any
    areas: tuple[Area, ...]
    backing: Backing
    notes: str
    charts: Mapping[str, Any]
    drawings: frozenset[str] = frozenset()
    shows_master: bool = True

    @property
    def place(self) -> str:
        """How findings call it."""
        return f"slide {self.number}"

    def at(self, area: Area) -> str:
        """How findings call one of its shapes."""
        return f"slide {self.number}, {area.name}"


@dataclass(frozen=True)
class Opened:
    """A deck: its page in points, and its slides."""

    page: Box
    slides: tuple[Slide, ...]


def opened(content: bytes) -> Opened:
    """Open a deck that `package.opening` has mended."""
    presentation = Presentation(io.BytesIO(content))
    page = page_of(presentation)
    defaults = child(presentation.element, "p:defaultTextStyle")
    layouts = zip(slide_layouts(presentation), compiled(presentation), strict=True)
    parts = {layout.part.partname: (layout, known) for layout, known in layouts}
    backings: dict[str, Backing] = {}
    slides = []
    for number, slide in enumerate(presentation.slides, 1):
        name = slide.slide_layout.part.partname
        if name not in backings:
            backings[name] = Backing(*parts[name], defaults, page)
        slides.append(_slide(slide, number, backings[name]))
    return Opened(page, tuple(slides))


def _slide(slide: Any, number: int, backing: Backing) -> Slide:
    element = slide._element
    return Slide(
        number=number,
        hidden=not switch(element.get("show"), default=True),
        element=element,
        areas=areas_of(child(element, "p:cSld/p:spTree"), backing.boxes),
        backing=backing,
        notes=_notes(slide),
        charts=dict(_charts(slide)),
        drawings=frozenset(_drawings(slide)),
        shows_master=switch(element.get("showMasterSp"), default=True),
    )


def _notes(slide: Any) -> str:
    if not slide.has_notes_slide:
        return ""
    shapes = elements(child(slide.notes_slide._element, "p:cSld/p:spTree"))
    said = (s for s in shapes if placeholder(s) is not None and kind_of(s) == "body")
    return "\n".join(text_of(s) for s in said).strip()


def _charts(slide: Any) -> Iterator[tuple[str, Any]]:
    """The charts' XML by relationship."""
    for rid, relation in slide.part.rels.items():
        if not relation.is_external and relation.reltype.endswith(("/chart", "/chartEx")):
            root = parse(relation.target_part.blob)
            if root is not None:
                yield rid, root


def _drawings(slide: Any) -> Iterator[str]:
    """The relationships of pictures that are drawn with strokes and letters."""
    for rid, relation in slide.part.rels.items():
        if not relation.is_external and str(relation.target_part.partname).endswith(_DRAWN):
            yield rid
