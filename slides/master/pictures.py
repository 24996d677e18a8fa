"""The colours of a picture, in patches, so that text on it can be given one that reads."""

import io
import struct
import warnings
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

from copydesk.slides.geometry import Box
from copydesk.slides.master.reading import A, R, child, number

Patch = tuple[str, float]  # six hex digits, and how much of what lies behind they cover, 0 to 1
Patches = tuple[tuple[Patch, ...], ...]  # row by row

_GRID = (12, 9)  # patches across and down
_MOST_PIXELS = 40_000_000
_FULL = 100_000  # thousandths of a percent
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")  # none that another program would read
_DAMAGE = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)


class Pictures:
    """The pictures of a template's parts, each looked at once."""

    def __init__(self) -> None:
        self._parts: dict[Any, Any] = {}
        self._seen: dict[Any, Patches | None] = {}

    def know(self, root: Any, part: Any) -> None:
        """Remember which part an XML root belongs to, for the pictures that it names."""
        self._parts[root] = part

    def look(self, element: Any) -> Patches | None:
        """The patches of the picture in a fill or shape; None where it cannot be read."""
        blip = next(element.iter(f"{A}blip"), None)
        part = self._parts.get(element.getroottree().getroot())
        rid = None if blip is None else blip.get(f"{R}embed")
        relation = None if part is None else part.rels.get(rid)
        if relation is None or relation.is_external:
            return None
        target = relation.target_part
        if target not in self._seen:
            self._seen[target] = patches(target.blob)
        return _thinned(self._seen[target], blip)


def _thinned(found: Patches | None, blip: Any) -> Patches | None:
    """Patches as clear as the picture is shown (`alphaModFix`)."""
    fixed = child(blip, "a:alphaModFix")
    share = None if fixed is None else number(fixed.get("amt"))
    if found is None or share is None:
        return found
    share = max(0.0, min(share / _FULL, 1.0))
    return tuple(tuple((colour, alpha * share) for colour, alpha in row) for row in found)


def patches(content: bytes) -> Patches | None:
    """The mean colours of a picture in patches; None for what is no picture, or far too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return None
                image.draft("RGB", (_GRID[0] * 8, _GRID[1] * 8))
                small = image.convert("RGBA").resize(_GRID, Image.Resampling.BOX)
    except _DAMAGE:
        return None
    return tuple(
        tuple(_patch(small.getpixel((x, y))) for x in range(_GRID[0])) for y in range(_GRID[1])
    )


def _patch(pixel: Any) -> Patch:
    red, green, blue, alpha = pixel
    return f"{red:02X}{green:02X}{blue:02X}", alpha / 255


def at(found: Patches, box: Box, x: float, y: float) -> Patch:
    """The patch at a spot of a picture that fills `box`."""
    across = (x - box.left) / box.width if box.width else 0.0
    down = (y - box.top) / box.height if box.height else 0.0
    row = found[max(0, min(int(down * len(found)), len(found) - 1))]
    return row[max(0, min(int(across * len(row)), len(row) - 1))]


def mean(colours: Mapping[str, float]) -> str:
    """The mean of colours, each weighing as much as told."""
    total = sum(colours.values())
    parts = (
        round(sum(int(c[i : i + 2], 16) * n for c, n in colours.items()) / total) for i in (0, 2, 4)
    )
    return "".join(f"{part:02X}" for part in parts)
