"""Text that runs beside a picture or a table: told apart, so that their lines do not mix."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.documents.pdf.sheet import Line

_FEWEST = 3  # lines of text beside something else
_LETTERS = 16  # of such a line, usually
_FILLS = 0.7  # of a column: its usual line, where it is text
_FILLS_NAMED = 0.9  # the same, where most lines end with a colon
_WIDER = 1.15  # of the lines before: the text has passed what it ran beside


@dataclass
class _Stack:
    """Lines of text drawn one under the other."""

    lines: list[Line]
    left: float
    right: float


@dataclass
class Beside:
    """Lines above, left and right of a white gutter, and below."""

    above: list[Line]
    left: list[Line]
    right: list[Line]
    below: list[Line]


def beside(lines: Sequence[Line]) -> Beside | None:
    """The first text that something stands beside, with that; None where there is none.

    Args:
        lines: in the order in which they are drawn, which tells columns from a table's rows.
    """
    for stack in _stacks(lines):
        gutter = _gutter(stack, lines)
        if gutter is None:
            continue
        found = _around(stack, lines, gutter)
        if found and _is_drawn_apart(found, lines) and not is_level(found.left, found.right):
            return found
    return None


def _stacks(lines: Sequence[Line]) -> list[_Stack]:
    stacks: list[_Stack] = []
    for line in lines:
        last = stacks[-1] if stacks else None
        if last is not None and _goes_on(last, line):
            last.lines.append(line)
            last.left, last.right = min(last.left, line.left), max(last.right, line.right)
        else:
            stacks.append(_Stack([line], line.left, line.right))
    return [stack for stack in stacks if len(stack.lines) >= _FEWEST and _is_text(stack)]


def _goes_on(stack: _Stack, line: Line) -> bool:
    last = stack.lines[-1]
    below = 0.5 * line.size < last.low - line.low < 2.2 * line.size
    alike = abs(line.size - last.size) < 0.2 * line.size and abs(line.left - stack.left) < 30
    width = max(stack.right - stack.left, 60.0)
    return below and alike and line.right < stack.left + _WIDER * width


def _is_text(stack: _Stack) -> bool:
    letters = sum(len(n.text) * (1 if n.text.isascii() else 1.5) for n in stack.lines)
    return letters >= _LETTERS * len(stack.lines)


def _gutter(stack: _Stack, lines: Sequence[Line]) -> float | None:
    """The middle of the white between the text and what stands beside it."""
    low, top = stack.lines[-1].low, stack.lines[0].top
    own = {id(line) for line in stack.lines}
    others = [n for n in lines if low < n.middle < top and id(n) not in own]
    right = [n.left for n in others if n.left > stack.right]
    left = [n.right for n in others if n.right < stack.left]
    if len(right) + len(left) < 2:
        return None
    if len(right) >= len(left):
        return (stack.right + min(right)) / 2
    return (stack.left + max(left)) / 2


def _around(stack: _Stack, lines: Sequence[Line], gutter: float) -> Beside | None:
    """All that lies beside the gutter, up and down to the next line that runs across it."""
    low, top = stack.lines[-1].low, stack.lines[0].top
    crossing = [n for n in lines if n.left < gutter < n.right]
    if any(low < n.middle < top for n in crossing):
        return None
    floor = max((n.middle for n in crossing if n.middle <= low), default=float("-inf"))
    ceiling = min((n.middle for n in crossing if n.middle >= top), default=float("inf"))
    inside = [n for n in lines if floor < n.middle < ceiling]
    return Beside(
        [n for n in lines if n.middle >= ceiling],
        [n for n in inside if n.right <= gutter],
        [n for n in inside if n.left >= gutter],
        [n for n in lines if n.middle <= floor],
    )


def is_level(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether the lines of one side stand on the heights of the other's, and do not fill it.

    So labels stand beside their values; text in columns may be level too, but fills them.
    """
    few, many = sorted((one, other), key=len)
    if not few:
        return False
    wide = max(n.right for n in few) - min(n.left for n in few) or 1.0
    named = 2 * sum(n.text[-1] in ":：?？" for n in few) > len(few)
    if sum(n.right - n.left for n in few) > (_FILLS_NAMED if named else _FILLS) * wide * len(few):
        return False
    heights = sorted(n.middle for n in many)
    level = sum(_has(heights, n.middle, 0.12 * n.size) for n in few)
    return level >= 0.75 * len(few)


def _has(heights: Sequence[float], at: float, near: float) -> bool:
    place = bisect_left(heights, at - near)
    return place < len(heights) and heights[place] <= at + near


def _is_drawn_apart(found: Beside, lines: Sequence[Line]) -> bool:
    """Whether one side is drawn after the other: a table's rows are drawn from left to right."""
    if not found.left or not found.right:
        return False
    sides = {id(line): 0 for line in found.left} | {id(line): 1 for line in found.right}
    drawn = [sides[id(line)] for line in lines if id(line) in sides]
    changes = sum(a != b for a, b in pairwise(drawn))
    return changes <= max(2, 0.3 * min(len(found.left), len(found.right)))
