"""Steps under one another: a mark, a name, a line on it. Fits where no wider diagram does."""

from itertools import pairwise

from copydesk.slides.diagrams.parts import (
    ROUND_BOTTOM,
    ROUND_LEFT,
    ROUND_TOP,
    Link,
    Look,
    Measure,
    Part,
    Plan,
    Texts,
    between,
    disc,
    rounded,
    snug,
    tallest,
)
from copydesk.slides.geometry import Box
from copydesk.slides.typeset.fit import SMALL_FLOOR

NUMBERED = 20.0  # points: a smaller disc holds no number that can be read


def labels(count: int) -> list[str]:
    """The names of the steps' names."""
    return [f"step {i + 1} label" for i in range(count)]


def lines(texts: Texts, count: int) -> list[str]:
    """The names of those lines on steps that say something."""
    return [name for i in range(count) if (name := f"step {i + 1} text") in texts]


def count_of(texts: Texts) -> int:
    """How many steps there are."""
    return sum(name.endswith("label") for name in texts)


def listed(box: Box, texts: Texts, measure: Measure, *, round_trip: bool = False) -> Plan:
    """A row a step, marks joined by a line; never larger than its box.

    `round_trip` leads the last step back to the first.
    """
    count = count_of(texts)
    side = between(0.0, box.width * 0.03, 22.0) if round_trip else 0.0
    inner = Box(box.left + side, box.top, box.right, box.bottom)
    gap = between(2.0, inner.height * 0.02, 8.0)
    height = (inner.height + gap) / count - gap
    size = between(6.0, min(height * 0.62, 30.0), 30.0)
    left = inner.left + size + between(6.0, size * 0.5, 14.0)
    name_width = _name_width(texts, count, inner.right - left, measure)
    needed = _needed(texts, count, measure, name_width, inner.right - left - name_width)
    height = between(min(size, height), max(needed * 1.5, 34.0), height)
    top = box.top + (box.height - (height + gap) * count + gap) * 0.42
    parts: list[Part] = []
    for i in range(count):
        row = Box(
            inner.left, top + i * (height + gap), inner.right, top + i * (height + gap) + height
        )
        parts += _row(row, i, size, left, name_width, f"step {i + 1} text" in texts)
    return Plan(tuple(parts), _joined(count, side if round_trip else 0.0))


def _name_width(texts: Texts, count: int, width: float, measure: Measure) -> float:
    """Width of the column of names: as wide as the names are, at most two fifths."""
    if not lines(texts, count):
        return width
    shares = (0.18, 0.22, 0.26, 0.3, 0.34, 0.38)
    return snug(measure, labels(count), "label", [width * share - 20 for share in shares]) + 20


def _needed(texts: Texts, count: int, measure: Measure, names: float, rest: float) -> float:
    tall = tallest(measure, labels(count), "label", names - 20)
    return max(tall, tallest(measure, lines(texts, count), "text", rest - 16))


def _row(row: Box, i: int, size: float, left: float, names: float, line: bool) -> list[Part]:
    """One step: its mark, the card behind its texts, and these."""
    middle = (row.top + row.bottom) / 2
    card = Box(left, row.top, row.right, row.bottom)
    pad = (min(12.0, row.width * 0.03), 0.0, 8.0, 0.0)
    mark = disc(row.left + size / 2, middle, size / 2)
    name = Box(left, row.top, left + names, row.bottom)
    step = f"step {i + 1}"
    parts = [
        Part(name=f"{step} card", box=card, shape="roundRect", adjust=rounded(card), look="pale"),
        numbered(f"{step} marker", mark),
        Part(
            name=f"{step} label", box=name, look="accent", on="pale", set="label",
            anchor="ctr", inset=pad,
        ),
    ]  # fmt: skip
    if line:
        rest = Box(name.right, row.top, row.right, row.bottom)
        inset = (4.0, 0.0, 10.0, 0.0)
        parts.append(
            Part(name=f"{step} text", box=rest, on="pale", set="text", anchor="ctr", inset=inset)
        )
    return parts


def numbered(name: str, box: Box, look: Look = "strong", on: Look = "bare") -> Part:
    """A disc for the number of a step; without one where none could be read."""
    size = max(box.width * 0.46, SMALL_FLOOR)
    if box.width < NUMBERED:
        return Part(name=name, box=box, shape="ellipse", look=look, on=on)
    return Part(
        name=name, box=box, shape="ellipse", look=look, on=on,
        set="mark", size=size, align="ctr", anchor="ctr",
    )  # fmt: skip


def _joined(count: int, out: float) -> tuple[Link, ...]:
    """Lines from mark to mark, and one back outside where the steps are a round."""
    names = [f"step {i + 1} marker" for i in range(count)]
    down = [
        Link(start=one, start_site=ROUND_BOTTOM, end=other, end_site=ROUND_TOP)
        for one, other in pairwise(names)
    ]
    if out and count > 1:
        back = Link(
            start=names[-1], start_site=ROUND_LEFT, end=names[0], end_site=ROUND_LEFT,
            bend=True, arrow=True, out=out * 0.8,
        )  # fmt: skip
        down.append(back)
    return tuple(down)
