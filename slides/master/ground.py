"""What lies behind the text of a layout: the page's background, and what layout and master draw."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.slides.geometry import Box
from copydesk.slides.master.inherit import box_of
from copydesk.slides.master.pictures import Patches, Pictures, at, mean
from copydesk.slides.master.reading import (
    A,
    child,
    elements,
    label,
    local,
    number,
    placeholder,
    switch,
)
from copydesk.slides.master.reading import points as length
from copydesk.slides.master.theme import Theme, fill_colour, hex_of

_MOST_SHAPES = 400  # of one layout that are looked at; ornaments of thousands of strokes exist
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "noFill", "grpFill")
_FLAT = 12.0  # points: a rule, or a line that is drawn as one
_CLEAR = 0.05  # what shines through so little is not seen
_SAMPLES = (0.04, 0.2, 0.36, 0.5, 0.64, 0.8, 0.96)  # where a box is looked through, by share


@dataclass(frozen=True)
class Drawing:
    """A shape that is no placeholder: `fill` is its colour, empty for pictures, None for none.

    `patches` are the colours of a picture that could be looked at.
    """

    box: Box
    fill: str | None
    text: bool = False
    patches: Patches | None = None

    @property
    def solid(self) -> bool:
        """Whether it takes its box up: a diagonal or a frame, which is all outline, does not."""
        flat = min(self.box.width, self.box.height) <= _FLAT
        return self.fill is not None or self.text or flat


@dataclass(frozen=True)
class Look:
    """What colours mean on one layout; without `pictures` those stay unknown."""

    theme: Theme
    colours: Mapping[str, str]
    pictures: Pictures | None = None

    def patches(self, element: Any) -> Patches | None:
        """The colours of the picture in a fill or shape, if they can be known."""
        return None if self.pictures is None else self.pictures.look(element)


@dataclass(frozen=True)
class Backdrop:
    """The page's background: a colour, or a picture's patches, or neither."""

    page: Box
    colour: str = ""
    patches: Patches | None = None

    def at(self, x: float, y: float) -> str:
        """The colour at a spot."""
        return at(self.patches, self.page, x, y)[0] if self.patches else self.colour


def background(layers: tuple[Any, ...], look: Look) -> str:
    """The page's colour: the first of `layers` (layout, master) that has a background decides."""
    fill, ph = _background_fill(layers, look)
    return ph if fill is None else fill_colour(fill, look.colours, ph)


def backdrop(layers: tuple[Any, ...], page: Box, look: Look) -> Backdrop:
    """The page's background with the colours of its picture."""
    fill, _ = _background_fill(layers, look)
    colour = background(layers, look)
    if fill is not None and local(fill) == "blipFill" and not colour:
        return Backdrop(page, "", look.patches(fill))
    return Backdrop(page, colour)


def _background_fill(layers: tuple[Any, ...], look: Look) -> tuple[Any, str]:
    """The background's fill and what "phClr" means in it; without a fill that is the colour."""
    for layer in layers:
        found = child(layer, "p:cSld/p:bg")
        properties, reference = child(found, "p:bgPr"), child(found, "p:bgRef")
        if properties is not None:
            return _fill(properties), ""
        if reference is not None:
            return _of_theme(reference, look)
    return None, look.colours["bg1"]


def _of_theme(reference: Any, look: Look) -> tuple[Any, str]:
    """A background that is one of the theme's fills, coloured."""
    colour = next(iter(elements(reference)), None)
    ph = "" if colour is None else hex_of(colour, look.colours)
    index = int(number(reference.get("idx")) or 0)
    fills = look.theme.backgrounds if index > 1000 else look.theme.fills
    place = index - 1001 if index > 1000 else index - 1
    if not 0 <= place < len(fills):
        return None, ph or look.colours["bg1"]
    return fills[place], ph


def _fill(properties: Any) -> Any:
    return next((e for e in elements(properties) if local(e) in _FILLS), None)


def drawings(layers: tuple[Any, ...], page: Box, look: Look) -> tuple[Drawing, ...]:
    """What the layers draw, from the bottom up: the master's first, if the layout shows it.

    `layers` are layout and master. Shapes off the page and those nobody sees are left out.
    """
    layout, master = layers
    shown = [master] if switch(layout.get("showMasterSp"), default=True) else []
    colour = background(layers, look)
    found: list[Drawing] = []
    for layer in (*shown, layout):
        for shape in _shapes(child(layer, "p:cSld/p:spTree"), ()):
            if len(found) >= _MOST_SHAPES:
                return tuple(found)
            drawing = _drawing(shape, look, colour)
            if drawing and drawing.box.overlaps(page, -0.1):
                found.append(drawing)
    return tuple(found)


_Step = tuple[float, float, float, float]  # x, y scale; x, y offset in points


def _shapes(tree: Any, steps: tuple[_Step, ...]) -> Iterator[tuple[Any, tuple[_Step, ...]]]:
    """Every shape in a tree with the groups it lies in, placeholders and hidden ones left out."""
    for shape in elements(tree):
        name, about = local(shape), label(shape)
        if about is None or switch(about.get("hidden")) or placeholder(shape) is not None:
            continue
        if name == "grpSp" and len(steps) < 12:
            yield from _shapes(shape, (_step(shape), *steps))
        elif name in ("sp", "pic", "cxnSp", "graphicFrame"):
            yield shape, steps


def _step(group: Any) -> _Step:
    """How a group maps its children's coordinates onto its own."""
    xfrm = child(group, "p:grpSpPr/a:xfrm")
    parts = [child(xfrm, f"a:{n}") for n in ("off", "ext", "chOff", "chExt")]
    if any(part is None for part in parts):
        return 1.0, 1.0, 0.0, 0.0
    off, ext, inner, size = parts
    wide, high = length(size.get("cx")), length(size.get("cy"))
    sx = length(ext.get("cx")) / wide if wide else 1.0
    sy = length(ext.get("cy")) / high if high else 1.0
    x = length(off.get("x")) - sx * length(inner.get("x"))
    return sx, sy, x, length(off.get("y")) - sy * length(inner.get("y"))


def _drawing(found: tuple[Any, tuple[_Step, ...]], look: Look, page: str) -> Drawing | None:
    """A shape as it is seen; None for one without box, or with neither ink nor text.

    `page` is the page's own colour, which some shapes are filled with.
    """
    shape, steps = found
    box = box_of(shape)
    if box is None:
        return None
    for sx, sy, x, y in steps:
        box = Box(box.left * sx + x, box.top * sy + y, box.right * sx + x, box.bottom * sy + y)
    text = any((t.text or "").strip() for t in shape.iter(f"{A}t"))
    if local(shape) == "graphicFrame":
        return Drawing(box, "", text)
    if switch(shape.get("useBgFill")):
        return Drawing(box, page, text)
    fill = "" if local(shape) == "pic" else _shape_fill(shape, look)
    if fill is None and not text and not _lined(shape):
        return None
    return Drawing(box, fill, text, look.patches(shape) if fill == "" else None)


def _shape_fill(shape: Any, look: Look) -> str | None:
    """The fill of a shape as a colour; a drawn outline's box is not full of it: unknown."""
    properties = child(shape, "p:spPr")
    fill = _fill(properties)
    whole = child(properties, "a:custGeom") is None
    if fill is not None:
        if local(fill) == "noFill":
            return None
        known = fill_colour(fill, look.colours)
        if local(fill) == "solidFill" and not known:
            return None
        return known if whole else ""
    reference = child(shape, "p:style/a:fillRef")
    if reference is None or not number(reference.get("idx")):
        return None
    colour = next(iter(elements(reference)), None)
    return "" if colour is None or not whole else hex_of(colour, look.colours)


def _lined(shape: Any) -> bool:
    """Whether an outline is drawn."""
    line = child(shape, "p:spPr/a:ln")
    if line is not None and _fill(line) is not None:
        return local(_fill(line)) != "noFill"
    reference = child(shape, "p:style/a:lnRef")
    return reference is not None and bool(number(reference.get("idx")))


def behind(box: Box, page: str | Backdrop, drawn: tuple[Drawing, ...]) -> str:
    """The colour behind most of a box; empty where that is unknown. Pictures by their mean."""
    if isinstance(page, str):
        page = Backdrop(box, page)
    near = [d for d in reversed(drawn) if d.fill is not None and d.box.overlaps(box)]
    painted: Counter[str] = Counter()
    pictured: Counter[str] = Counter()
    for x in _SAMPLES:
        for y in _SAMPLES:
            colour, picture = _spot(box.left + x * box.width, box.top + y * box.height, page, near)
            (pictured if picture else painted)[colour] += 1
    if pictured.total() > painted.total():
        return mean(pictured)
    return painted.most_common(1)[0][0]


def _spot(x: float, y: float, page: Backdrop, near: list[Drawing]) -> tuple[str, bool]:
    """The colour at a spot, and whether it is a picture's; `near` are drawings from the top.

    Half-clear pictures let through what lies behind them.
    """
    layers: dict[str, float] = {}
    rest = 1.0
    for drawing in near:
        box = drawing.box
        if not (box.left <= x <= box.right and box.top <= y <= box.bottom):
            continue
        if drawing.patches is None:
            return _mixed(layers, drawing.fill or "", rest)
        colour, alpha = at(drawing.patches, box, x, y)
        layers[colour] = layers.get(colour, 0.0) + rest * alpha
        rest *= 1 - alpha
        if rest < _CLEAR:
            break
    colour, pictured = _mixed(layers, page.at(x, y), rest)
    return colour, pictured or bool(colour and page.patches)


def _mixed(layers: Mapping[str, float], ground: str, rest: float) -> tuple[str, bool]:
    """Layers of pictures over a ground that shows by `rest`; unknown if most of it is."""
    covered = sum(layers.values())
    if not ground:
        return (mean(layers), True) if covered > 0.5 else ("", False)
    weights = {**layers, ground: layers.get(ground, 0.0) + rest}
    return (mean(weights) if covered else ground), covered > 0.5


def own_fill(chain: tuple[Any, ...], look: Look) -> str | None:
    """The fill that a placeholder has itself or inherits; None where it has none."""
    for shape in chain:
        fill = _fill(child(shape, "p:spPr"))
        if fill is not None:
            return None if local(fill) == "noFill" else fill_colour(fill, look.colours)
    return None
