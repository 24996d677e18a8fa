"""Boxes cut to size, and the frames that go with them."""

from collections.abc import Iterable
from dataclasses import replace

from copydesk.slides.geometry import Box
from copydesk.slides.master.layouts import Place
from copydesk.slides.typeset.fit import BODY_FLOOR
from copydesk.slides.typeset.frame import Frame, Type

SIDE, ABOVE = 7.2, 3.6  # points inside a drawn text box
_DEEP = 30.0  # points of an inset that others are aligned with; more is for columns
_STEP = 0.6  # of a list's size that its deeper levels have at least


def under(box: Box, title: Box) -> Box:
    """A box less the title's part of it."""
    return off(box, title) if box.overlaps(title) else box


def off(box: Box, obstacle: Box) -> Box:
    """The largest part of a box on one side of an obstacle."""
    parts = (
        Box(box.left, obstacle.bottom, box.right, box.bottom),
        Box(box.left, box.top, box.right, obstacle.top),
        Box(obstacle.right, box.top, box.right, box.bottom),
        Box(box.left, box.top, obstacle.left, box.bottom),
    )
    return max(parts, key=lambda part: part.area)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all."""
    found = list(boxes)
    return Box(
        min(b.left for b in found),
        min(b.top for b in found),
        max(b.right for b in found),
        max(b.bottom for b in found),
    )


def drawn(box: Box, levels: tuple[Type, ...], like: Place | None = None) -> Frame:
    """The frame of a drawn text box, its text as far from the sides as that of `like`."""
    side = SIDE if like is None else min(max(like.box.width - like.frame.width, 0.0) / 2, _DEEP)
    inner = box.inset(side, ABOVE)
    return Frame(width=max(inner.width, 0.0), height=max(inner.height, 0.0), levels=levels)


def bare(frame: Frame) -> Frame:
    """A frame whose paragraphs have neither bullets nor indents."""
    levels = tuple(replace(t, bullet=False, indent=0.0, first=0.0) for t in frame.levels)
    return replace(frame, levels=levels)


def stepped(frame: Frame) -> Frame:
    """A frame whose deeper levels are not much smaller than its first, nor below the floor."""
    size = frame.type.size
    least = max(_STEP * size, min(size, BODY_FLOOR))
    levels = tuple(t if t.size >= least else replace(t, size=round(least)) for t in frame.levels)
    return frame if levels == frame.levels else replace(frame, levels=levels)


def sized(levels: tuple[Type, ...], least: float, most: float) -> tuple[Type, ...]:
    """Levels scaled so that the first is of at least and at most so many points."""
    size = levels[0].size
    scale = min(max(size, least), most) / size
    return tuple(replace(t, size=round(t.size * scale * 2) / 2) for t in levels)
