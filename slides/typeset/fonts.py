"""The face that a family comes to here, and how much wider the true one may be.

A program that lacks a family takes another one. Where that happens the wider of the substitute and
of what is known of the true font counts, so that what fits here fits where the font is installed,
and the other way round.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from copydesk.slides.typeset import arial
from copydesk.slides.typeset.fontfile import Measures, measures
from copydesk.slides.typeset.installed import find

_LONGEST = 100  # characters of a family's name that are looked at
_SAMPLE = "etaoinshrdlu "

# Families whose widths are equal by design: the one stands for the other everywhere.
_TWINS = {
    "arial": "liberation sans",
    "helvetica": "liberation sans",
    "times new roman": "liberation serif",
    "times": "liberation serif",
    "courier new": "liberation mono",
    "calibri": "carlito",
    "cambria": "caladea",
    "georgia": "gelasio",
}
# How wide a family is on the mean over Arial, for families that are often absent.
_FACTORS = {
    "arial black": 1.25,
    "book antiqua": 1.0,
    "bookman old style": 1.12,
    "century gothic": 1.1,
    "century schoolbook": 1.06,
    "comic sans ms": 1.08,
    "georgia": 1.05,
    "lucida sans": 1.1,
    "lucida sans unicode": 1.1,
    "meiryo": 1.12,
    "microsoft yahei": 1.06,
    "montserrat": 1.2,
    "open sans": 1.07,
    "poppins": 1.16,
    "raleway": 1.06,
    "rockwell": 1.04,
    "segoe ui": 1.03,
    "tahoma": 1.01,
    "verdana": 1.18,
}
# Height of a line in ems in families that are often absent, where it is not about 1.2.
_LINES = {
    "aptos": 1.28,
    "meiryo": 1.53,
    "meiryo ui": 1.27,
    "ms gothic": 1.0,
    "ms pgothic": 1.0,
    "noto sans": 1.36,
    "open sans": 1.36,
    "palatino linotype": 1.35,
    "poppins": 1.5,
    "segoe ui": 1.33,
    "segoe ui light": 1.33,
    "segoe ui semibold": 1.33,
    "simhei": 1.15,
    "simsun": 1.15,
}
_HAN_LINE = 1.33  # Microsoft YaHei's; the Noto fonts that stand in for it are higher


@dataclass(frozen=True)
class Face:
    """A font's measures in ems, and how much wider than its substitute the true font may be.

    `there` is whether the family itself, or one of equal widths, is on this machine.
    """

    family: str
    ascent: float
    descent: float
    gap: float
    advances: Mapping[int, float] = field(repr=False, hash=False, compare=False)
    factor: float = 1.0
    there: bool = True

    @property
    def line(self) -> float:
        """Height of a line in ems: the font's own, or what is known of one that is absent."""
        own = self.ascent + self.descent + self.gap
        if self.there:
            return own
        known = _LINES.get(self.family.casefold())
        return known or (min(own, _HAN_LINE) if not self.advances else min(own, 1.25))

    def width(self, char: str) -> float | None:
        """Advance of a character in ems, or None where the font lacks it."""
        found = self.advances.get(ord(char))
        return None if found is None else found * self.factor


@lru_cache(maxsize=512)
def face(family: str, *, bold: bool = False, italic: bool = False, language: str = "") -> Face:
    """The font that a family comes to; without a family any with the letters of `language`."""
    wanted = re.sub(r"[^\w .&+'()-]", "", family)[:_LONGEST].strip()
    wanted = wanted or ("" if language else "Arial")
    found = find(wanted, bold=bold, italic=italic, language=language)
    read = measures(found.path, found.number) if found else None
    if read is None or found is None:
        widths = arial.widths(bold=bold)
        read = Measures(arial.ASCENT, arial.DESCENT, arial.GAP, widths)
    names = {name.casefold() for name in found.names} if found else set()
    there = bool({wanted.casefold(), _TWINS.get(wanted.casefold(), "")} & names)
    factor = 1.0 if there else _factor(wanted, read.advances, bold=bold)
    return Face(wanted, read.ascent, read.descent, read.gap, read.advances, factor, there)


def is_installed(family: str) -> bool:
    """Whether a family, or one of equal widths, is on this machine."""
    return face(family).there


def _factor(wanted: str, advances: Mapping[int, float], *, bold: bool) -> float:
    """How much wider the true font is than the one that stands in; never below 1."""
    table = arial.widths(bold=bold)
    true = _FACTORS.get(wanted.casefold(), 0.0) * sum(table[ord(c)] for c in _SAMPLE)
    here = sum(advances.get(ord(c), table[ord(c)]) for c in _SAMPLE)
    return max(1.0, true / max(here, 1.0))
