"""Steps that lead back to the first: a ring with its texts beside it, or a loop of cards."""

import math
from dataclasses import dataclass

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
    card_arrow,
    disc,
    settle,
    split,
    tallest,
)
from copydesk.slides.diagrams.process import Cards
from copydesk.slides.diagrams.steps import count_of, labels, lines, listed, numbered
from copydesk.slides.geometry import Box

_ASIDE = 6.0  # points from a leader to the text that it leads to


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a cycle, the best-looking first."""
    return (_ring, _loop, _round) if count_of(texts) > 3 else (_ring, _round)


def _round(box: Box, texts: Texts, measure: Measure) -> Plan:
    return listed(box, texts, measure, round_trip=True)


def _ring(box: Box, texts: Texts, measure: Measure) -> Plan | None:
    """Numbered discs on a ring, arrows between them, each text beside its disc."""
    count = count_of(texts)
    size = min(box.height, box.width * 0.42)
    node = between(9.0, size * (0.115 if count < 6 else 0.095), 34.0)
    edge = size / 2 + between(8.0, node * 0.8, 26.0)
    wide = box.width / 2 - edge - _ASIDE
    half = tallest(measure, labels(count), "label", wide) / 2
    fall = tallest(measure, lines(texts, count), "text", wide)
    size = min(size, box.height - max(half - node, 0.0) - max(half + fall - node, 0.0))
    x, y = (box.left + box.right) / 2, box.top + max(half - node, 0.0) + size / 2
    y += max((box.height - size - fall) / 2 - max(half - node, 0.0), 0.0)
    ring = _Ring(x, y, max(size / 2 - node, node), node, count)
    if not ring.opens():
        return None
    parts: list[Part] = []
    links: list[Link] = []
    for i in range(count):
        mark = ring.mark(i)
        right = mark.left + node > x
        column = Box(x + edge, 0, box.right, 0) if right else Box(box.left, 0, x - edge, 0)
        beside = _beside(i, column, mark.top + node, measure, "l" if right else "r")
        parts += [ring.sweep(i), numbered(f"step {i + 1} marker", mark), *beside]
        links.append(_leader(i, right, beside[0].name))
    return Plan(tuple(parts), tuple(links))


@dataclass(frozen=True)
class _Ring:
    """A circle about a point with discs of radius `node` on it, evenly apart."""

    x: float
    y: float
    radius: float
    node: float
    count: int

    def angle(self, i: int) -> float:
        """Degrees from the right, clockwise: no disc stands right above or below the middle."""
        turn = 360 / self.count
        return -90 + (turn / 2 if self.count % 2 == 0 else turn / 4) + i * turn

    def opens(self) -> bool:
        """Whether it reads as a ring: there is room for an arrow between two discs."""
        chord = 2 * self.radius * math.sin(math.pi / self.count)
        return self.radius > 2 * self.node and chord > 2 * self.node + 12

    def mark(self, i: int) -> Box:
        """Where disc `i` stands, from 0."""
        angle = math.radians(self.angle(i))
        across, down = self.radius * math.cos(angle), self.radius * math.sin(angle)
        return disc(self.x + across, self.y + down, self.node)

    def sweep(self, i: int) -> Part:
        """The arrow along the ring from disc `i` to the next."""
        clear = math.degrees((self.node + 5) / self.radius)
        start, end = self.angle(i) + clear, self.angle(i + 1) - clear
        handles = {"adj1": round(start % 360 * 60000), "adj2": round(end % 360 * 60000)}
        box = disc(self.x, self.y, self.radius)
        return Part(name=f"step {i + 1} arrow", box=box, shape="arc", adjust=handles, look="arc")


def _beside(i: int, column: Box, middle: float, measure: Measure, align: str) -> list[Part]:
    """The texts of one step, its name level with its disc."""
    step, wide = f"step {i + 1}", max(column.width - _ASIDE, 1.0)
    inset = (_ASIDE, 0.0, 0.0, 0.0) if align == "l" else (0.0, 0.0, _ASIDE, 0.0)
    name = measure(f"{step} label", "label", wide)
    line = measure(f"{step} text", "text", wide)
    line += 4 if line else 0  # more air below than between name and line
    head = Box(column.left, middle - name / 2, column.right, middle + name / 2)
    parts = [
        Part(
            name=f"{step} label", box=head, look="accent", set="label",
            align=align, anchor="ctr", inset=inset,
        )
    ]  # fmt: skip
    if line:
        below = band(head, head.bottom, line)
        parts.append(Part(name=f"{step} text", box=below, set="text", align=align, inset=inset))
    return parts


def _leader(i: int, right: bool, name: str) -> Link:
    """A thin line from a disc to its text."""
    disc_site, text_site = (ROUND_RIGHT, LEFT) if right else (ROUND_LEFT, RIGHT)
    return Link(
        start=f"step {i + 1} marker",
        start_site=disc_site,
        end=name,
        end_site=text_site,
        weight=0.75,
    )


def _loop(box: Box, texts: Texts, measure: Measure) -> Plan:
    """Cards along the top from left to right, and back along the bottom."""
    count = count_of(texts)
    above = -(-count // 2)
    gutter = between(12.0, box.width * 0.032, 28.0)
    rows = [split(box, above, gutter), split(box, count - above, gutter)]
    cards = Cards.of(rows[0][0].width, (box.height - gutter) / 2, count, texts, measure)
    top = settle(box, 2 * cards.height + gutter)
    parts: list[Part] = []
    for i in range(count):
        column = rows[0][i] if i < above else rows[1][count - 1 - i]
        low = top if i < above else top + cards.height + gutter
        parts += cards.card(i, band(column, low, cards.height), texts)
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
        bend = sites[0] in (TOP, BOTTOM)
        links.append(card_arrow(i + 1, (i + 1) % count + 1, sites, bend=bend))
    return tuple(links)
