"""The theme's colours as a diagram uses them: much of one, a tint of it, and what reads on both."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from copydesk.slides.contrast import BODY, LARGE, contrast
from copydesk.slides.diagrams.parts import Look
from copydesk.slides.diagrams.tags import qn
from copydesk.slides.shade import WHOLE, shaded

_ACCENTS = tuple(f"accent{n}" for n in range(1, 7))
_INKS = ("tx1", "bg1", "tx2", "bg2")
_OFFICE = {"tx1": "000000", "bg1": "FFFFFF", "tx2": "44546A", "bg2": "E7E6E6"}
_HEX = re.compile("[0-9A-Fa-f]{6}")
_QUIET = 60000  # a tint is less strong than the colour it is made of
_UNLIKE = 1.5  # contrast of two colours that one page cannot have
_CLEAR = 7.0  # contrast of text on a panel
_PLAIN = 12.0  # a picture that text has so much contrast with is light or dark all over


@dataclass(frozen=True)
class Tone:
    """A colour of the theme, its lightness multiplied and raised, in thousandths of a percent.

    `sat` multiplies its saturation: tints of a loud colour are loud themselves otherwise.
    """

    name: str
    hexadecimal: str
    mod: int = WHOLE
    off: int = 0
    sat: int = WHOLE

    def element(self) -> Any:
        """As an `a:solidFill`."""
        fill = etree.Element(qn("a:solidFill"))
        colour = etree.SubElement(fill, qn("a:schemeClr"), val=self.name)
        if self.sat != WHOLE:
            etree.SubElement(colour, qn("a:satMod"), val=str(self.sat))
        if self.mod != WHOLE:
            etree.SubElement(colour, qn("a:lumMod"), val=str(self.mod))
        if self.off:
            etree.SubElement(colour, qn("a:lumOff"), val=str(self.off))
        return fill


class Tones:
    """What a theme has for a diagram on a page.

    Attributes:
        panel: what has to be painted under the diagram, because the page is a picture, or nobody
            knows its colour, or nothing in the theme can be read on it; None where it will do.
    """

    def __init__(
        self,
        colours: Mapping[str, str],
        pages: Sequence[str],
        wanted: str = "",
        *,
        pictured: bool = False,
    ) -> None:
        """Read a page's colours.

        Args:
            pages: what may lie behind, in six hex digits each, the likeliest first; where there
                is none, body text tells whether that is light or dark.
            wanted: the colour of body text there: a theme colour's name, or six hex digits.
            pictured: whether the page is a picture, whose colour is only known on average.
        """
        self.colours = {**_OFFICE, **colours}
        self._wanted = wanted if wanted in self.colours else "tx1"
        shown = wanted if _HEX.fullmatch(wanted) else self.colours[self._wanted]
        guess = "FFFFFF" if contrast(shown, "FFFFFF") > LARGE else "000000"
        self.pages = tuple(pages) or (guess,)
        worst = _least(self.ink_on(self.pages).hexadecimal, self.pages)
        self.panel: Tone | None = None
        unlike = any(contrast(page, self.pages[0]) > _UNLIKE for page in self.pages)
        if unlike or worst < (_PLAIN if pictured else BODY):
            self.panel = self._ground()
            self.pages = (self.panel.hexadecimal,)

    def _ground(self) -> Tone:
        """The colour of a panel: one that holds text well, as near to the page as can be."""
        plain = [self._tone(name) for name in ("bg1", "tx1")]
        others = [self._tone("bg2"), self._tone("tx2"), self._tone("bg1", 25000)]
        good = [t for t in plain if self._holds_text(t)] or [*filter(self._holds_text, others)]
        return min(good or plain, key=lambda t: contrast(t.hexadecimal, self.pages[0]))

    def _holds_text(self, tone: Tone) -> bool:
        grounds = (tone.hexadecimal,)
        return _least(self.ink_on(grounds).hexadecimal, grounds) >= _CLEAR

    def _tone(self, name: str, mod: int = WHOLE, off: int = 0, sat: int = WHOLE) -> Tone:
        return Tone(
            name,
            shaded(self.colours[name], (("lumMod", mod), ("lumOff", off), ("satMod", sat))),
            mod,
            off,
            sat,
        )

    def ink_on(self, grounds: Sequence[str]) -> Tone:
        """The colour for plain text on a ground: a theme's own, or a shade where none will do."""
        plain = [self._tone(name) for name in (self._wanted, *_INKS)]
        shades = ((25000, 0), (10000, 90000), (10000, 0))
        return _first(
            [*plain, *(self._tone(n, mod, off) for mod, off in shades for n in ("bg1", "tx1"))],
            grounds,
            BODY,
        )

    @cached_property
    def strong(self) -> Tone:
        """The fill of what matters: it stands out from the page, and text can be read on it."""
        return next(self._strong(), self.ink_on(self.pages))

    def _strong(self) -> Iterator[Tone]:
        shades = ((WHOLE, 0), (75000, 0), (60000, 40000), (50000, 0))
        for name in (n for n in (*_ACCENTS, "tx2") if n in self.colours):
            for mod, off in shades:
                tone = self._tone(name, mod, off)
                if _least(tone.hexadecimal, self.pages) >= LARGE and self._reads(tone):
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
        ink = self.ink_on(self.pages).hexadecimal
        good = [t for t in tones if contrast(t.hexadecimal, ink) >= BODY]
        told = (t for t in good if least <= _least(t.hexadecimal, self.pages) <= most)
        return next(told, None) or next(iter(good), self._tone("bg1"))

    @cached_property
    def rule(self) -> Tone:
        """Lines: quieter than text, but seen."""
        shades = ((50000, 50000), (65000, 35000), (75000, 25000), (65000, 0), (50000, 0))
        ink = self.ink_on(self.pages)
        tones = [self._tone(ink.name, mod, off, _QUIET) for mod, off in shades]
        return _first([self._tone("tx2"), *tones, ink], self.pages, LARGE)

    def fill(self, look: Look) -> Tone | None:
        """What a part of that look is filled with; None for what is only outlined or not at all."""
        tones = {"strong": self.strong, "soft": self.soft, "pale": self.pale, "panel": self.panel}
        return tones.get(look)

    def grounds(self, look: Look, on: Look) -> tuple[str, ...]:
        """What may lie behind the text of a part."""
        tone = self.fill(look) or self.fill(on)
        return (tone.hexadecimal,) if tone else self.pages

    def ink(self, look: Look, on: Look, *, large: bool = False) -> Tone:
        """The colour of the text of a part: coloured where the look says so and it can be read.

        `large` type (14 pt bold) needs less contrast than other type.
        """
        grounds = self.grounds(look, on)
        if look == "strong":
            inks = [self._tone(name) for name in ("bg1", "tx1", "bg2", "tx2")]
            return _first([*inks, self.ink_on(grounds)], grounds, LARGE + 0.2 if large else BODY)
        if look != "accent":
            return self.ink_on(grounds)
        own = self.strong
        shades = ((own.mod, own.off), (75000, 0), (50000, 0), (60000, 40000), (40000, 60000))
        tones = [self._tone(own.name, mod, off) for mod, off in shades]
        return _first([*tones, self.ink_on(grounds)], grounds, BODY)


def _least(colour: str, grounds: Sequence[str]) -> float:
    """The contrast of a colour where it is worst."""
    return min(contrast(colour, ground) for ground in grounds)


def _first(tones: list[Tone], grounds: Sequence[str], least: float) -> Tone:
    """The first tone with enough contrast, else the one with most."""
    good = (tone for tone in tones if _least(tone.hexadecimal, grounds) >= least)
    return next(good, None) or max(tones, key=lambda tone: _least(tone.hexadecimal, grounds))
