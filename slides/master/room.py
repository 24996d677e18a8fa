"""The largest empty rectangle on a page, given what stands on it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from copydesk.slides.geometry import Box

_HAIR = 0.2  # points by which lines are rounded
_MOST_LINES = 60  # grid lines in each direction; more are thinned out


def largest(page: Box, obstacles: Iterable[Box], want: float = 1.6) -> Box:
    """The best rectangle of `page` that no obstacle touches; of area nought where none is left.

    Best is most area, less what is too narrow to use: a strip counts by `want` times its short
    side at most, so that a square corner wins over a long ledge of the same area.
    """
    blocks = [b.meets(page) for b in obstacles if b.overlaps(page)]
    xs = _lines(page.left, page.right, [v for b in blocks for v in (b.left, b.right)])
    ys = _lines(page.top, page.bottom, [v for b in blocks for v in (b.top, b.bottom)])
    grid = _painted(blocks, xs, ys)
    heights = [0] * (len(xs) - 1)
    best, worth = Box(page.left, page.top, page.left, page.top), 0.0
    for row, blocked in enumerate(grid):
        heights = [0 if taken else h + 1 for h, taken in zip(heights, blocked, strict=True)]
        for left, right, high in _spans(heights):
            box = Box(xs[left], ys[row + 1 - high], xs[right], ys[row + 1])
            if _worth(box, want) > worth:
                best, worth = box, _worth(box, want)
    return best


def _painted(blocks: Sequence[Box], xs: Sequence[float], ys: Sequence[float]) -> list[list[bool]]:
    """Which cells between the lines are taken, row by row."""
    grid = [[False] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for block in blocks:
        left, right = bisect_right(xs, block.left + _HAIR) - 1, bisect_left(xs, block.right - _HAIR)
        top, bottom = bisect_right(ys, block.top + _HAIR) - 1, bisect_left(ys, block.bottom - _HAIR)
        for row in grid[max(top, 0) : bottom]:
            row[max(left, 0) : right] = [True] * (min(right, len(row)) - max(left, 0))
    return grid


def _worth(box: Box, want: float) -> float:
    """A rectangle's area, as far as its longer side is of use."""
    short, long = sorted((box.width, box.height))
    return short * min(long, want * 2.5 * short)


def _lines(low: float, high: float, values: Sequence[float]) -> list[float]:
    """The edges of a grid along one direction, thinned where there are too many."""
    inner = sorted({round(v, 1) for v in values if low < v < high})
    if len(inner) > _MOST_LINES:
        step = (high - low) / _MOST_LINES
        inner = sorted({round(low + step * round((v - low) / step), 1) for v in inner})
    return [low, *(v for v in inner if low < v < high), high]


def _spans(heights: Sequence[int]) -> list[tuple[int, int, int]]:
    """Every widest span of columns that are at least as high as its lowest, with that height."""
    found: list[tuple[int, int, int]] = []
    open_spans: list[tuple[int, int]] = []  # (first column, height), rising
    for column, height in enumerate((*heights, 0)):
        first = column
        while open_spans and open_spans[-1][1] >= height:
            first, high = open_spans.pop()
            if high:
                found.append((first, column, high))
        open_spans.append((first, height))
    return found
