"""Which of a theme's colours can be told from a page's background, and from one another."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from copydesk.slides.contrast import BODY, contrast
from copydesk.slides.draw.elements import fill, scheme, tag, value
from copydesk.slides.master.colours import readable
from copydesk.slides.master.layouts import Layout
from copydesk.slides.shade import shaded

_GRAPHIC, _FAINT = 3.0, 1.5  # contrast that a mark should have (WCAG 2.2, 1.4.11), and the least
_APART = 70.0  # distance in RGB from which two colours are two
_ACCENTS = tuple(f"accent{n}" for n in range(1, 7))
_SHADES: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("lumMod", 60000), ("lumOff", 40000)),
    (("lumMod", 60000),),
    (("lumMod", 40000), ("lumOff", 60000)),
)
_FAR: tuple[tuple[tuple[str, int], ...], ...] = (
    (("lumMod", 50000),),
    (("lumMod", 20000), ("lumOff", 80000)),
    (("lumMod", 25000),),
    (("lumMod", 10000),),
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
        text: the colour that can be read on the ground.
        marks: colours for series, slices and rules, as many as were asked for.
        rule: a line one hardly sees.
    """

    ground: str
    panel: bool
    text: Colour
    marks: tuple[Colour, ...]
    rule: Colour


def palette(layout: Layout, count: int = 1, ground: str = "") -> Palette:
    """The colours for `count` series on a layout; they begin again when the theme has no more.

    `ground` is the colour behind the place, where it is known; a picture gets a panel over it.
    """
    colours = {**_OFFICE, **layout.colours}
    panel = not layout.background
    behind = colours["bg1"] if panel else ground or layout.background
    text = legible(behind, layout)
    found = list(_marks(behind, colours, count)) or [text]
    marks = tuple(found[i % len(found)] for i in range(count))
    return Palette(behind, panel, text, marks, _rule(text, behind, colours))


def legible(ground: str, layout: Layout, least: float = BODY) -> Colour:
    """The theme's colour that can be read on `ground`, a darker or lighter one if none can."""
    colours = {**_OFFICE, **layout.colours}
    name = readable(ground, colours, least=least)
    plain = Colour(name, (), colours[name])
    if contrast(plain.hexadecimal, ground) >= least:
        return plain
    tried = [
        Colour(n, changes, shaded(colours[n], changes))
        for changes in _FAR
        for n in ("tx1", "bg1", "tx2", "bg2")
    ]
    good = (one for one in tried if contrast(one.hexadecimal, ground) >= least)
    return next(good, None) or max([plain, *tried], key=lambda c: contrast(c.hexadecimal, ground))


def tint(body: Any, colour: Colour) -> None:
    """Make the theme colours of a text body's runs as light or dark as `colour` is."""
    for element in body.iter(tag("a:schemeClr")) if colour.changes else ():
        if element.get("val") == colour.name and not len(element):
            element.extend(value(f"a:{name}", amount) for name, amount in colour.changes)


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


def _rule(text: Colour, ground: str, colours: dict[str, str]) -> Colour:
    """The text's colour brought near the ground: lighter on a light one, darker on a dark one."""
    light = contrast(ground, "000000") > contrast(ground, "FFFFFF")
    steps = ((25000, 75000), (50000, 50000), (75000, 25000)) if light else ((35000, 0), (50000, 0))
    for mod, off in steps:
        changes: tuple[tuple[str, int], ...] = (
            ("lumMod", mod),
            *((("lumOff", off),) if off else ()),
        )
        one = Colour(text.name, changes, shaded(colours[text.name], changes))
        if contrast(one.hexadecimal, ground) >= 1.3:
            return one
    return text
