"""Steps to an end: chevrons in a row over what each says, or cards joined by arrows."""

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
    disc,
    rounded,
    settle,
    split,
    tallest,
)
from copydesk.slides.diagrams.steps import count_of, labels, lines, listed, numbered
from copydesk.slides.geometry import Box


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a process, the best-looking first."""
    one, two = partial(cards, rows=1), partial(cards, rows=2)
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
    tall = tallest(measure, labels(count), "label", wide - point - 2 * pad)
    head = between(box.height * 0.15, tall + 2 * pad, max(box.height * 0.3, tall + pad))
    card_width = wide - point - gap
    fall = tallest(measure, lines(texts, count), "text", card_width - 2 * pad)
    fall = between(fall + 2 * pad, box.height * 0.42, box.height) if fall else 0.0
    under = 8.0 if fall else 0.0
    top = settle(box, head + under + fall)
    parts: list[Part] = []
    for i, column in enumerate(columns):
        parts.append(_arrow(i, band(column, top, head), count, point, pad))
        card = Box(column.left, 0, column.left + card_width, 0)
        if f"step {i + 1} text" in texts:
            parts.append(_under(i, band(card, top + head + under, fall), pad))
    return Plan(tuple(parts))


def _arrow(i: int, box: Box, count: int, point: float, pad: float) -> Part:
    """A chevron that reaches into the next one; the first has a straight back."""
    first, last = i == 0, i == count - 1
    reach = Box(box.left, box.top, box.right + (0.0 if last else point), box.bottom)
    handle = round(100000 * point / min(reach.width, reach.height))
    inset = (pad if first else point + pad, 2.0, point if last else point, 2.0)
    return Part(
        name=f"step {i + 1} label", box=reach, shape="homePlate" if first else "chevron",
        adjust={"adj": handle}, look="strong", set="label", anchor="ctr", inset=inset,
    )  # fmt: skip


def _under(i: int, box: Box, pad: float) -> Part:
    return Part(
        name=f"step {i + 1} text", box=box, look="pale", set="text", inset=(pad, pad, pad, pad)
    )


def cards(box: Box, texts: Texts, measure: Measure, *, rows: int) -> Plan:
    """Cards with a number each, arrows from one to the next, in one row or in two."""
    count = count_of(texts)
    columns = -(-count // rows)
    gutter = between(12.0, box.width * 0.032, 28.0)
    across = split(box, columns, gutter)
    pad = between(5.0, across[0].width * 0.07, 14.0)
    chip = between(0.0, box.height / rows * 0.16, 28.0)
    inner = across[0].width - 2 * pad
    tall = tallest(measure, labels(count), "label", inner - chip - pad * 0.7)
    tall = max(tall, chip)
    fall = tallest(measure, lines(texts, count), "text", inner)
    most = (box.height - gutter * (rows - 1)) / rows
    body = tall + (fall + pad * 0.6 if fall else 0.0) + 2 * pad
    height = between(min(body, most), max(body * 1.15, box.height * 0.4 / rows), most)
    top = settle(box, height * rows + gutter * (rows - 1))
    parts: list[Part] = []
    for i in range(count):
        place = band(across[i % columns], top + i // columns * (height + gutter), height)
        parts += card(i, place, pad, chip, tall, texts)
    return Plan(tuple(parts), _arrows(count, columns))


def card(i: int, box: Box, pad: float, chip: float, tall: float, texts: Texts) -> list[Part]:
    """One card: its number and name side by side, the line below."""
    step, inner = f"step {i + 1}", box.inset(pad)
    has_text = f"{step} text" in texts
    head = inner.top if has_text else (inner.top + inner.bottom - tall) / 2
    name = Box(inner.left + chip + pad * 0.7, head, inner.right, head + tall)
    mark = disc(inner.left + chip / 2, head + tall / 2, chip / 2)
    parts = [
        Part(name=f"{step} card", box=box, shape="roundRect", adjust=rounded(box), look="pale"),
        numbered(f"{step} marker", mark, on="pale"),
        Part(name=f"{step} label", box=name, look="accent", on="pale", set="label", anchor="ctr"),
    ]
    if has_text:
        below = Box(inner.left, name.bottom + pad * 0.6, inner.right, inner.bottom)
        parts.append(Part(name=f"{step} text", box=below, on="pale", set="text"))
    return parts


def _arrows(count: int, columns: int) -> tuple[Link, ...]:
    """Arrows along a row, and one by right angles from its end to the start of the next."""
    links = []
    for i in range(count - 1):
        wraps = (i + 1) % columns == 0
        ends = {"start": f"step {i + 1} card", "end": f"step {i + 2} card"}
        sites = (BOTTOM, TOP) if wraps else (RIGHT, LEFT)
        links.append(
            Link(**ends, start_site=sites[0], end_site=sites[1], arrow=True, bend=wraps)
        )
    return tuple(links)
