"""Which of a theme's colours can be told from a page's background, and from one another."""

import colorsys
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from copydesk.slides.draw.elements import fill, scheme
from copydesk.slides.master.colours import contrast, readable
from copydesk.slides.master.layouts import Layout

_GRAPHIC, _FAINT = 3.0, 1.5  # contrast that a mark should have (WCAG 2.2, 1.4.11), and the least
_APART = 70.0  # distance in RGB from which two colours are two
_ACCENTS = tuple(f"accent{n}" for n in range(1, 7))
_SHADES: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("lumMod", 60000), ("lumOff", 40000)),
    (("lumMod", 60000),),
    (("lumMod", 40000), ("lumOff", 60000)),
)
_PALER = tuple((("lumMod", part), ("lumOff", 100000 - part)) for part in (25000, 50000, 75000))
_DARKER = ((("lumMod", 35000),), (("lumMod", 50000),))
_OFFICE = {"bg1": "FFFFFF", "tx1": "000000", "bg2": "E7E6E6", "tx2": "44546A"}


@dataclass(frozen=True)
class Colour:
    """A colour of the theme, perhaps lighter or darker, and what it comes to in six hex digits."""

    name: str
    changes: tuple[tuple[str, int], ...] = ()
    hexadecimal: str = "000000"

    def fill(self) -> Any:
        """As a solid fill."""
        return fill(self.name, *self.changes)

    def element(self) -> Any:
        """As a colour."""
        return scheme(self.name, *self.changes)


@dataclass(frozen=True)
class Palette:
    """The colours for what is drawn on a layout.

    Attributes:
        ground: what lies behind, in six hex digits.
        panel: whether the ground has to be painted, because the page's own is a picture.
        text: the theme colour that can be read on the ground.
        marks: colours for series, slices and rules, as many as were asked for.
        rule: a line one hardly sees.
    """

    ground: str
    panel: bool
    text: str
    marks: tuple[Colour, ...]
    rule: Colour


def palette(layout: Layout, count: int = 1) -> Palette:
    """The colours for `count` series on a layout; they begin again when the theme has no more."""
    colours = {**_OFFICE, **layout.colours}
    ground = layout.background or colours["bg1"]
    text = readable(ground, colours)
    found = list(_marks(ground, colours, count))
    found = found or [Colour(text, (), colours[text])]
    marks = tuple(found[i % len(found)] for i in range(count))
    return Palette(ground, not layout.background, text, marks, _rule(text, ground, colours))


def on(colour: str, layout: Layout) -> str:
    """The theme colour that reads best on `colour`, six hex digits."""
    return readable(colour, {**_OFFICE, **layout.colours}, ("bg1", "tx1", "bg2", "tx2"))


def _marks(ground: str, colours: dict[str, str], count: int) -> Iterator[Colour]:
    """Strong colours first, in the theme's order, none too like one before it."""
    names = [name for name in (*_ACCENTS, "tx2", "tx1") if name in colours]
    taken: list[Colour] = []
    for shades, least in product((_SHADES[:1], _SHADES[1:]), (_GRAPHIC, _FAINT)):
        for changes, name in product(shades, names):
            one = Colour(name, changes, shaded(colours[name], changes))
            if contrast(one.hexadecimal, ground) < least or _near(one, taken):
                continue
            taken.append(one)
            yield one
            if len(taken) == count:
                return


def _near(one: Colour, others: list[Colour]) -> bool:
    return any(_distance(one.hexadecimal, other.hexadecimal) < _APART for other in others)


def _distance(one: str, other: str) -> float:
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (0, 2, 4))
    return math.sqrt(sum((a - b) ** 2 for a, b in pairs))


def shaded(colour: str, changes: tuple[tuple[str, int], ...]) -> str:
    """Six hex digits with lumMod and lumOff applied (ECMA-376 part 1, 20.1.2.3.20 and 21)."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    for name, amount in changes:
        share = amount / 100000
        light = light * share if name == "lumMod" else light + share
    turned = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), saturation)
    return "".join(f"{round(part * 255):02X}" for part in turned)


def _rule(text: str, ground: str, colours: dict[str, str]) -> Colour:
    """The text's colour brought near the ground: lighter on a light one, darker on a dark one."""
    light = contrast(ground, "000000") > contrast(ground, "FFFFFF")
    steps = ((25000, 75000), (50000, 50000), (75000, 25000)) if light else ((35000, 0), (50000, 0))
    for mod, off in steps:
        changes: tuple[tuple[str, int], ...] = (
            ("lumMod", mod),
            *((("lumOff", off),) if off else ()),
        )
        one = Colour(text, changes, shaded(colours[text], changes))
        if contrast(one.hexadecimal, ground) >= 1.3:
            return one
    return Colour(text, (), colours[text])
