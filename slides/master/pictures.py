"""The colours of a picture, in patches, so that text on it can be given one that reads."""

import io
import warnings
from collections.abc import Mapping
from typing import Any

from PIL import Image, UnidentifiedImageError

from copydesk.slides.geometry import Box
from copydesk.slides.master.reading import A, R

Patches = tuple[tuple[str, ...], ...]  # rows of six hex digits; empty where one looks through

_GRID = (12, 9)  # patches across and down
_MOST_PIXELS = 40_000_000
_CLEAR = 100  # alpha, of 255, below which a patch lets the ground through


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
        return self._seen[target]


def patches(content: bytes) -> Patches | None:
    """The mean colours of a picture in patches; None for what is no picture, or far too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return None
                image.draft("RGB", (_GRID[0] * 8, _GRID[1] * 8))
                small = image.convert("RGBA").resize(_GRID, Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    return tuple(
        tuple(_hex(small.getpixel((x, y))) for x in range(_GRID[0])) for y in range(_GRID[1])
    )


def _hex(pixel: Any) -> str:
    red, green, blue, alpha = pixel
    return "" if alpha < _CLEAR else f"{red:02X}{green:02X}{blue:02X}"


def at(found: Patches, box: Box, x: float, y: float) -> str:
    """The colour at a spot of a picture that fills `box`."""
    across = (x - box.left) / box.width if box.width else 0.0
    down = (y - box.top) / box.height if box.height else 0.0
    row = found[max(0, min(int(down * len(found)), len(found) - 1))]
    return row[max(0, min(int(across * len(row)), len(row) - 1))]


def mean(colours: Mapping[str, int]) -> str:
    """The mean of colours, each counted as often as told."""
    total = sum(colours.values())
    parts = (
        round(sum(int(c[i : i + 2], 16) * n for c, n in colours.items()) / total) for i in (0, 2, 4)
    )
    return "".join(f"{part:02X}" for part in parts)
