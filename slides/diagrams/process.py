"""Steps to an end: chevrons in a row over what each says, or cards joined by arrows."""

from dataclasses import dataclass
from functools import partial

from copydesk.slides.diagrams.parts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Arrangement,
    Link,
    Measure,
    Part,
    Plan,
    Texts,
    band,
    between,
    card_arrow,
    disc,
    rounded,
    settle,
    split,
    tallest,
)
from copydesk.slides.diagrams.steps import NUMBERED, count_of, labels, lines, listed, numbered
from copydesk.slides.geometry import Box


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a process, the best-looking first."""
    one, two = partial(_cards, rows=1), partial(_cards, rows=2)
    if count_of(texts) > 5:
        return (two, _chevrons, listed)
    return (_chevrons, one, two, listed) if count_of(texts) > 3 else (_chevrons, one, listed)


def _chevrons(box: Box, texts: Texts, measure: Measure) -> Plan:
    """A band of arrows with the names, and a card under each with the line on it."""
    count = count_of(texts)
    gap = between(3.0, box.width * 0.007, 6.0)
    columns = split(box, count, gap)
    point = between(8.0, box.width * 0.02, 18.0)
    wide = columns[0].width
    pad = between(5.0, wide * 0.06, 12.0)
    tall = tallest(measure, labels(count), "label", wide - point - pad)
    head = max(tall + 12, min(box.height * 0.22, 76.0))
    inner = wide - point - gap - 2 * pad
    fall = tallest(measure, lines(texts, count), "text", inner)
    fall = max(fall + 2 * pad, min(fall * 1.7 + 2 * pad, box.height * 0.45)) if fall else 0.0
    under = 8.0 if fall else 0.0
    top = settle(box, head + under + fall)
    parts: list[Part] = []
    for i, column in enumerate(columns):
        parts.append(_arrow(i, band(column, top, head), count, point, pad))
        card = Box(column.left + (point if i else 0.0), 0, column.right - gap, 0)
        if f"step {i + 1} text" in texts:
            parts.append(_under(i, band(card, top + head + under, fall), pad))
    return Plan(tuple(parts))


def _arrow(i: int, box: Box, count: int, point: float, pad: float) -> Part:
    """A chevron that reaches into the next one; the first has a straight back."""
    first, last = i == 0, i == count - 1
    reach = Box(box.left, box.top, box.right + (0.0 if last else point), box.bottom)
    handle = round(100000 * point / min(reach.width, reach.height))
    inset = (pad, 2.0, point / 2 if first else 0.0, 2.0)
    return Part(
        name=f"step {i + 1} label", box=reach, shape="homePlate" if first else "chevron",
        adjust={"adj": handle}, look="strong", set="label", anchor="ctr", inset=inset,
    )  # fmt: skip


def _under(i: int, box: Box, pad: float) -> Part:
    return Part(
        name=f"step {i + 1} text", box=box, look="pale", set="text", inset=(pad, pad, pad, pad)
    )


def _cards(box: Box, texts: Texts, measure: Measure, *, rows: int) -> Plan:
    """Cards with a number each, arrows from one to the next, in one row or in two."""
    count = count_of(texts)
    columns = -(-count // rows)
    gutter = between(12.0, box.width * 0.032, 28.0)
    across = split(box, columns, gutter)
    most = (box.height - gutter * (rows - 1)) / rows
    cards = Cards.of(across[0].width, most, count, texts, measure)
    top = settle(box, cards.height * rows + gutter * (rows - 1))
    parts: list[Part] = []
    for i in range(count):
        row = top + i // columns * (cards.height + gutter)
        parts += cards.card(i, band(across[i % columns], row, cards.height), texts)
    return Plan(tuple(parts), _arrows(count, columns))


@dataclass(frozen=True)
class Cards:
    """Cards of one size: the margin in them, the width of their number, the height of the name."""

    height: float
    pad: float
    chip: float
    head: float

    @classmethod
    def of(cls, width: float, most: float, count: int, texts: Texts, measure: Measure) -> "Cards":
        """Cards as high as their texts need and half as much again, `most` points at most."""
        pad = between(4.0, min(width * 0.07, most * 0.1), 14.0)
        chip = min(most * 0.2, 28.0)
        chip = chip if chip >= NUMBERED and width > 5 * chip else 0.0
        beside = chip + pad * 0.7 if chip else 0.0
        inner = width - 2 * pad
        head = max(tallest(measure, labels(count), "label", inner - beside), chip)
        fall = tallest(measure, lines(texts, count), "text", inner)
        body = head + (fall + pad * 0.6 if fall else 0.0) + 2 * pad
        return cls(between(min(body, most), body + fall * 0.5, most), pad, chip, head)

    def card(self, i: int, box: Box, texts: Texts) -> list[Part]:
        """One card: its number and name side by side, the line below."""
        step, inner = f"step {i + 1}", box.inset(self.pad)
        has_text = f"{step} text" in texts
        top = inner.top if has_text else (inner.top + inner.bottom - self.head) / 2
        left = inner.left + (self.chip + self.pad * 0.7 if self.chip else 0.0)
        name = Box(left, top, inner.right, top + self.head)
        parts = [
            Part(name=f"{step} card", box=box, shape="roundRect", adjust=rounded(box), look="pale")
        ]
        if self.chip:
            mark = disc(inner.left + self.chip / 2, top + self.head / 2, self.chip / 2)
            parts.append(numbered(f"{step} marker", mark, on="pale"))
        parts.append(_name(step, name))
        if has_text:
            below = Box(inner.left, name.bottom + self.pad * 0.6, inner.right, inner.bottom)
            parts.append(Part(name=f"{step} text", box=below, on="pale", set="text"))
        return parts


def _name(step: str, box: Box) -> Part:
    return Part(name=f"{step} label", box=box, look="accent", on="pale", set="label", anchor="ctr")


def _arrows(count: int, columns: int) -> tuple[Link, ...]:
    """Arrows along a row, and one by right angles from its end to the start of the next."""
    links = []
    for i in range(count - 1):
        wraps = (i + 1) % columns == 0
        sites = (BOTTOM, TOP) if wraps else (RIGHT, LEFT)
        links.append(card_arrow(i + 1, i + 2, sites, bend=wraps))
    return tuple(links)
