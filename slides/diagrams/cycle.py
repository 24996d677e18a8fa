"""Steps that lead back to the first: a ring with its texts beside it, or a loop of cards."""

import math

from copydesk.slides.diagrams.parts import (
    BOTTOM,
    LEFT,
    RIGHT,
    ROUND_LEFT,
    ROUND_RIGHT,
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
    settle,
    split,
    tallest,
)
from copydesk.slides.diagrams.process import card
from copydesk.slides.diagrams.steps import count_of, labels, lines, listed, numbered
from copydesk.slides.geometry import Box


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a cycle, the best-looking first."""
    return (_ring, _loop, _round) if count_of(texts) > 3 else (_ring, _round)


def _round(box: Box, texts: Texts, measure: Measure) -> Plan:
    return listed(box, texts, measure, round_trip=True)


def _ring(box: Box, texts: Texts, measure: Measure) -> Plan:
    """Numbered discs on a ring, arrows between them, each text beside its disc."""
    count = count_of(texts)
    size = min(box.height, box.width * 0.42)
    node = between(10.0, size * (0.115 if count < 6 else 0.095), 34.0)
    radius = size / 2 - node
    x, y = (box.left + box.right) / 2, box.top + box.height / 2
    angles = [_start(count) + i * 360 / count for i in range(count)]
    heights = [y + radius * math.sin(math.radians(a)) for a in angles]
    parts: list[Part] = []
    links: list[Link] = []
    for i, angle in enumerate(angles):
        centre = x + radius * math.cos(math.radians(angle))
        right = centre > x
        parts += [
            _sweep(i, x, y, radius, angle, 360 / count, node),
            numbered(f"step {i + 1} marker", disc(centre, heights[i], node)),
        ]
        side = [h for a, h in zip(angles, heights, strict=True) if (math.cos(math.radians(a)) > 0) == right]
        edge = x + radius + node + 26 if right else x - radius - node - 26
        column = Box(edge, box.top, box.right, box.bottom) if right else Box(box.left, box.top, edge, box.bottom)
        beside = _beside(i, column, heights[i], _reach(heights[i], side, box), texts, measure, right)
        parts += beside
        links.append(_leader(i, right, beside[0].name))
    return Plan(tuple(parts), tuple(links))


def _start(count: int) -> float:
    """The angle of the first disc: none may stand right above or below the middle."""
    turn = 360 / count
    return -90 + (turn / 2 if count % 2 == 0 else turn / 4)


def _reach(height: float, side: list[float], box: Box) -> float:
    """How far up and down a text at `height` may reach without meeting the next on its side."""
    gaps = [abs(other - height) / 2 for other in side if other != height]
    return min([*gaps, height - box.top, box.bottom - height])


def _sweep(i: int, x: float, y: float, radius: float, angle: float, turn: float, node: float) -> Part:
    """The arrow along the ring from one disc to the next."""
    clear = math.degrees((node + 5) / radius)
    start, end = angle + clear, angle + turn - clear
    handles = {"adj1": round(start % 360 * 60000), "adj2": round(end % 360 * 60000)}
    return Part(
        name=f"step {i + 1} arrow", box=disc(x, y, radius), shape="arc", adjust=handles, look="arc"
    )


def _beside(
    i: int, column: Box, middle: float, reach: float, texts: Texts, measure: Measure, right: bool
) -> list[Part]:
    """The texts of one step, half above and half below the height of its disc."""
    step, align = f"step {i + 1}", "l" if right else "r"
    name = measure(f"{step} label", "label", column.width)
    line = measure(f"{step} text", "text", column.width) if f"{step} text" in texts else 0.0
    top = middle - (name + line) / 2
    top = between(column.top, top, max(column.bottom - name - line, column.top))
    head = Box(column.left, top, column.right, top + name)
    parts = [
        Part(name=f"{step} label", box=head, look="accent", set="label", align=align, anchor="ctr")
    ]
    if line:
        below = Box(column.left, head.bottom, column.right, head.bottom + line)
        parts.append(Part(name=f"{step} text", box=below, set="text", align=align))
    return parts


def _leader(i: int, right: bool, name: str) -> Link:
    """A thin line from a disc to its text."""
    disc_site, text_site = (ROUND_RIGHT, LEFT) if right else (ROUND_LEFT, RIGHT)
    return Link(
        start=f"step {i + 1} marker", start_site=disc_site, end=name, end_site=text_site, weight=0.75
    )


def _loop(box: Box, texts: Texts, measure: Measure) -> Plan:
    """Cards along the top from left to right, and back along the bottom."""
    count = count_of(texts)
    above = -(-count // 2)
    gutter = between(12.0, box.width * 0.032, 28.0)
    rows = [split(box, above, gutter), split(box, count - above, gutter)]
    pad = between(5.0, rows[0][0].width * 0.07, 14.0)
    chip = between(0.0, box.height * 0.08, 28.0)
    inner = rows[0][0].width - 2 * pad
    tall = max(tallest(measure, labels(count), "label", inner - chip - pad * 0.7), chip)
    fall = tallest(measure, lines(texts, count), "text", inner)
    most = (box.height - gutter) / 2
    body = tall + (fall + pad * 0.6 if fall else 0.0) + 2 * pad
    height = between(min(body, most), max(body * 1.15, box.height * 0.25), most)
    top = settle(box, 2 * height + gutter)
    parts: list[Part] = []
    for i in range(count):
        column = rows[0][i] if i < above else rows[1][count - 1 - i]
        low = top if i < above else top + height + gutter
        parts += card(i, band(column, low, height), pad, chip, tall, texts)
    return Plan(tuple(parts), _circuit(count, above))


def _circuit(count: int, above: int) -> tuple[Link, ...]:
    """Arrows from card to card: right, down, left, and up again."""
    links = []
    for i in range(count):
        if i == above - 1:
            sites = (BOTTOM, TOP)
        elif i == count - 1:
            sites = (TOP, BOTTOM)
        else:
            sites = (RIGHT, LEFT) if i < above else (LEFT, RIGHT)
        ends = {"start": f"step {i + 1} card", "end": f"step {(i + 1) % count + 1} card"}
        bend = sites[0] in (TOP, BOTTOM)
        links.append(Link(**ends, start_site=sites[0], end_site=sites[1], arrow=True, bend=bend))
    return tuple(links)
