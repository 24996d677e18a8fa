"""The theme's colours as a diagram uses them: much of one, a tint of it, and what reads on both."""

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree

from copydesk.slides.diagrams.parts import Look
from copydesk.slides.diagrams.tags import qn
from copydesk.slides.master.colours import BODY, LARGE, contrast

_ACCENTS = tuple(f"accent{n}" for n in range(1, 7))
_INKS = ("tx1", "bg1", "tx2", "bg2")
_OFFICE = {"tx1": "000000", "bg1": "FFFFFF", "tx2": "44546A", "bg2": "E7E6E6"}
_HEX = re.compile("[0-9A-Fa-f]{6}")
_WHOLE, _QUIET = 100000, 60000


@dataclass(frozen=True)
class Tone:
    """A colour of the theme, its lightness multiplied and raised, in thousandths of a percent.

    `sat` multiplies its saturation: tints of a loud colour are loud themselves otherwise.
    """

    name: str
    hexadecimal: str
    mod: int = _WHOLE
    off: int = 0
    sat: int = _WHOLE

    def element(self) -> Any:
        """As an `a:solidFill`."""
        fill = etree.Element(qn("a:solidFill"))
        colour = etree.SubElement(fill, qn("a:schemeClr"), val=self.name)
        if self.sat != _WHOLE:
            etree.SubElement(colour, qn("a:satMod"), val=str(self.sat))
        if self.mod != _WHOLE:
            etree.SubElement(colour, qn("a:lumMod"), val=str(self.mod))
        if self.off:
            etree.SubElement(colour, qn("a:lumOff"), val=str(self.off))
        return fill


class Tones:
    """What a theme has for a diagram on a page of one colour."""

    def __init__(self, colours: Mapping[str, str], page: str, wanted: str = "") -> None:
        """Read a page's colours.

        Args:
            page: what lies behind in six hex digits; where it is empty, body text tells whether
                that is light or dark.
            wanted: the colour of body text there: a theme colour's name, or six hex digits.
        """
        self.colours = {**_OFFICE, **colours}
        self._wanted = wanted if wanted in self.colours else "tx1"
        shown = wanted if _HEX.fullmatch(wanted) else self.colours[self._wanted]
        self.page = page or ("FFFFFF" if contrast(shown, "FFFFFF") > LARGE else "000000")

    def _tone(self, name: str, mod: int = _WHOLE, off: int = 0, sat: int = _WHOLE) -> Tone:
        return Tone(name, _lit(self.colours[name], mod, off, sat), mod, off, sat)

    def ink_on(self, ground: str) -> Tone:
        """The colour for plain text on a ground."""
        names = (self._wanted, *_INKS)
        tones = [self._tone(name) for name in names]
        return _first(tones, ground, BODY)

    @cached_property
    def strong(self) -> Tone:
        """The fill of what matters: it stands out from the page, and text can be read on it."""
        return next(self._strong(), self.ink_on(self.page))

    def _strong(self) -> Iterator[Tone]:
        shades = ((_WHOLE, 0), (75000, 0), (60000, 40000), (50000, 0))
        for name in (n for n in (*_ACCENTS, "tx2") if n in self.colours):
            for mod, off in shades:
                tone = self._tone(name, mod, off)
                if contrast(tone.hexadecimal, self.page) >= LARGE and self._reads(tone):
                    yield tone

    def _reads(self, tone: Tone) -> bool:
        inks = (self.colours[name] for name in ("bg1", "tx1"))
        return any(contrast(ink, tone.hexadecimal) >= BODY for ink in inks)

    @cached_property
    def pale(self) -> Tone:
        """The fill of a card: the theme's second ground or a tint, told from the page."""
        shades = ((12000, 88000), (20000, 80000), (25000, 0), (35000, 0))
        return self._tint([self._tone("bg2")], shades, 1.06, 1.3)

    @cached_property
    def soft(self) -> Tone:
        """The fill between strong and pale: a tint."""
        shades = ((25000, 75000), (40000, 60000), (20000, 80000), (50000, 0), (65000, 0))
        return self._tint([], shades, 1.25, 3.2)

    def _tint(
        self, first: list[Tone], shades: tuple[tuple[int, int], ...], least: float, most: float
    ) -> Tone:
        """The first of some tones, of tints of the strong one and of greys, that is told apart."""
        grey = ((95000, 0), (85000, 15000), (75000, 25000), (85000, 0), (65000, 35000))
        tones = first + [self._tone(self.strong.name, mod, off, _QUIET) for mod, off in shades]
        tones += [self._tone("bg1", mod, off) for mod, off in grey]
        tones += [self._tone(name) for name in ("bg2", "bg1", "tx1")]
        fair = [t for t in tones if contrast(t.hexadecimal, self.page) >= least]
        ink = self.ink_on(self.page).hexadecimal
        good = (t for t in fair if contrast(t.hexadecimal, ink) >= BODY)
        quiet = (t for t in good if contrast(t.hexadecimal, self.page) <= most)
        return next(quiet, None) or self._tone("bg1")

    @cached_property
    def rule(self) -> Tone:
        """Lines: quieter than text, but seen."""
        shades = ((50000, 50000), (65000, 35000), (75000, 25000), (65000, 0), (50000, 0))
        ink = self.ink_on(self.page).name
        tones = [self._tone(ink, mod, off) for mod, off in shades]
        return _first([self._tone("tx2"), *tones, self._tone(ink)], self.page, LARGE)

    def fill(self, look: Look) -> Tone | None:
        """What a part of that look is filled with; None for what is only outlined or not at all."""
        return {"strong": self.strong, "soft": self.soft, "pale": self.pale}.get(look)

    def ground(self, look: Look, on: Look) -> str:
        """What lies behind the text of a part."""
        tone = self.fill(look) or self.fill(on)
        return tone.hexadecimal if tone else self.page

    def ink(self, look: Look, on: Look, *, large: bool = False) -> Tone:
        """The colour of the text of a part: coloured where the look says so and it can be read.

        `large` type (14 pt bold) needs less contrast than other type.
        """
        ground = self.ground(look, on)
        if look == "strong":
            inks = [self._tone(name) for name in ("bg1", "tx1", "bg2", "tx2")]
            return _first(inks, ground, LARGE + 0.2 if large else BODY)
        if look != "accent":
            return self.ink_on(ground)
        own = self.strong
        shades = ((own.mod, own.off), (75000, 0), (50000, 0), (60000, 40000), (40000, 60000))
        tones = [self._tone(own.name, mod, off) for mod, off in shades]
        return _first([*tones, self.ink_on(ground)], ground, BODY)


def _first(tones: list[Tone], ground: str, least: float) -> Tone:
    """The first tone with enough contrast, else the one with most."""
    good = (tone for tone in tones if contrast(tone.hexadecimal, ground) >= least)
    return next(good, None) or max(tones, key=lambda tone: contrast(tone.hexadecimal, ground))


@lru_cache(maxsize=1024)
def _lit(colour: str, mod: int, off: int, sat: int) -> str:
    """Six hex digits with `satMod`, `lumMod` and `lumOff` applied.

    ECMA-376 part 1, 20.1.2.3.20, 21 and 27: all in hue, saturation and lightness.
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    lit = min(max(light * mod / _WHOLE + off / _WHOLE, 0.0), 1.0)
    turned = colorsys.hls_to_rgb(hue, lit, min(saturation * sat / _WHOLE, 1.0))
    return "".join(f"{round(part * 255):02X}" for part in turned)
