"""What a font file says: how high its lines are and how far each character goes, in ems."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_TYPO = 1 << 7  # OS/2 fsSelection: the typographic measures are the ones to use
_TALLEST = 3.0  # ems; what says more is damaged
_WIDEST = 20_000  # characters from which a font is taken for a Han one, whose letters are an em


@dataclass(frozen=True)
class Measures:
    """Ascent, descent (both positive) and line gap in ems; advances in ems by code point."""

    ascent: float
    descent: float
    gap: float
    advances: Mapping[int, float] = field(repr=False)


@lru_cache(maxsize=256)
def measures(path: Path, number: int = 0) -> Measures | None:
    """Read a font file, member `number` of a collection; None where it cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - only when text is measured

    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            return _measures(font)
    except (
        OSError,
        TTLibError,
        KeyError,
        ValueError,
        struct.error,
        AssertionError,
        EOFError,
        AttributeError,
    ):
        return None


def _measures(font: Any) -> Measures:
    (em,) = struct.unpack(">H", font.reader["head"][18:20])  # decoding it all warns of old dates
    ascent, descent, gap = (min(max(v / em, 0.0), _TALLEST) for v in _vertical(font))
    return Measures(ascent, descent, gap, _advances(font, em))


def _vertical(font: Any) -> tuple[float, float, float]:
    """Ascent, descent and gap, chosen as LibreOffice chooses (vcl/source/font/fontmetric.cxx)."""
    hhea, os2 = font["hhea"], font.get("OS/2", None)
    ascent, descent, gap = hhea.ascent, -hhea.descent, hhea.lineGap
    if os2 is None:
        return ascent, descent, gap
    if os2.fsSelection & _TYPO and os2.sTypoAscender >= 0 >= os2.sTypoDescender:
        return os2.sTypoAscender, -os2.sTypoDescender, os2.sTypoLineGap
    if ascent + descent <= 0:
        return os2.usWinAscent, os2.usWinDescent, 0
    return ascent, descent, gap


def _advances(font: Any, em: int) -> Mapping[int, float]:
    """Advances of all characters but those of Han fonts: an em each, and slow to read."""
    if font["maxp"].numGlyphs > _WIDEST:
        return {}
    metrics = font["hmtx"].metrics
    return {code: metrics[name][0] / em for code, name in (font.getBestCmap() or {}).items()}
