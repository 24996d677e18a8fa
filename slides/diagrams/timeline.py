"""Dates along a line: all below it, or in turns above and below where they are many."""

from itertools import pairwise

from copydesk.slides.diagrams.parts import (
    ROUND_BOTTOM,
    ROUND_LEFT,
    ROUND_RIGHT,
    ROUND_TOP,
    Arrangement,
    Link,
    Measure,
    Part,
    Plan,
    Texts,
    between,
    disc,
    settle,
    split,
    tallest,
)
from copydesk.slides.diagrams.steps import count_of, labels, lines, listed
from copydesk.slides.geometry import Box

_ASIDE = 9.0  # points from a stem to the text beside it


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a timeline, the best-looking first."""
    if count_of(texts) > 4:
        return (_alternating, _below, listed)
    return (_below, _alternating, listed) if count_of(texts) == 4 else (_below, listed)


def _below(box: Box, texts: Texts, measure: Measure) -> Plan:
    """Dates above the line, what happens below each mark, beside a thin stem."""
    count = count_of(texts)
    columns = split(box, count, between(8.0, box.width * 0.02, 20.0))
    radius = between(4.0, box.height * 0.025, 8.0)
    aside, gap = radius + _ASIDE, radius * 1.5
    rise = tallest(measure, labels(count), "label", columns[0].width)
    fall = tallest(measure, lines(texts, count), "text", columns[0].width - aside)
    middle = rise + gap + radius
    if fall:
        fall = between(min(fall + 4, box.height), box.height * 0.22, box.height)
    top = settle(box, middle + radius + gap + fall)
    parts: list[Part] = []
    stems: list[Link] = []
    for i, column in enumerate(columns):
        label = Box(column.left, top, column.right, top + rise)
        text_top = top + middle + radius + gap
        text = Box(column.left + aside, text_top, column.right, text_top + fall)
        mark = disc(column.left + radius, top + middle, radius)
        parts += _date(i, label, "b", mark, text, texts)
        if f"step {i + 1} text" in texts:
            stems.append(_stem(i, ROUND_BOTTOM, mark, text.bottom))
    return Plan(tuple(parts), (*_line(count, box.right, parts), *stems))


def _alternating(box: Box, texts: Texts, measure: Measure) -> Plan:
    """Every other date above the line, so that each has twice the width."""
    count = count_of(texts)
    radius = between(4.0, box.height * 0.022, 8.0)
    aside, gap = radius + _ASIDE, between(8.0, box.width * 0.015, 18.0)
    step = (box.width + gap) / (count + 1)
    width = 2 * step - gap - aside
    rise = tallest(measure, labels(count), "label", width)
    fall = tallest(measure, lines(texts, count), "text", width)
    stem = between(6.0, (box.height / 2 - radius - rise - fall) * 0.4, 56.0)
    half = radius + stem + rise + fall
    line = settle(box, 2 * half) + half
    parts: list[Part] = []
    stems: list[Link] = []
    for i in range(count):
        left, above = box.left + i * step, i % 2 == 0
        own = measure(f"step {i + 1} text", "text", width)
        name = measure(f"step {i + 1} label", "label", width)
        top = line - radius - stem - name - own if above else line + radius + stem
        label = Box(left + aside, top, left + aside + width, top + name)
        text = Box(label.left, label.bottom, label.right, label.bottom + own)
        mark = disc(left + radius, line, radius)
        parts += _date(i, label, "t", mark, text, texts)
        far = label.top if above else text.bottom
        stems.append(_stem(i, ROUND_TOP if above else ROUND_BOTTOM, mark, far))
    return Plan(tuple(parts), (*_line(count, box.right, parts), *stems))


def _date(i: int, label: Box, anchor: str, mark: Box, text: Box, texts: Texts) -> list[Part]:
    """The mark of a step, its date, and what happens."""
    step = f"step {i + 1}"
    parts = [
        Part(name=f"{step} marker", box=mark, shape="ellipse", look="strong"),
        Part(name=f"{step} label", box=label, look="accent", set="label", anchor=anchor),
    ]
    if f"{step} text" in texts:
        parts.append(Part(name=f"{step} text", box=text, set="text"))
    return parts


def _stem(i: int, site: int, mark: Box, far: float) -> Link:
    """A thin line from a mark along its texts."""
    x = (mark.left + mark.right) / 2
    return Link(start=f"step {i + 1} marker", start_site=site, to=(x, far), weight=1.0)


def _line(count: int, right: float, parts: list[Part]) -> tuple[Link, ...]:
    """From mark to mark, and on to the edge."""
    names = [f"step {i + 1} marker" for i in range(count)]
    last = next(part.box for part in parts if part.name == names[-1])
    links = [
        Link(
            start=one,
            start_site=ROUND_RIGHT,
            end=other,
            end_site=ROUND_LEFT,
            weight=2.25,
            strong=True,
        )
        for one, other in pairwise(names)
    ]
    end = (right, (last.top + last.bottom) / 2)
    links.append(
        Link(start=names[-1], start_site=ROUND_RIGHT, to=end, arrow=True, weight=2.25, strong=True)
    )
    return tuple(links)
