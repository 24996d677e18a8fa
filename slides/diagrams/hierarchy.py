"""A tree: spread out from its root, its leaves hung below their parents, lying, or outlined."""

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.slides.deck import Node
from copydesk.slides.diagrams.parts import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Arrangement,
    Link,
    Look,
    Measure,
    Part,
    Plan,
    Set,
    Texts,
    between,
    rounded,
    settle,
    snug,
)
from copydesk.slides.geometry import Box

LEVELS, NODES = 3, 24  # what is drawn of a tree at most
_LOOKS: tuple[Look, ...] = ("strong", "soft", "pale")
_SETS: tuple[Set, ...] = ("label", "bold", "text")


@dataclass(frozen=True)
class Twig:
    """A node as it is drawn: its name, its depth from 0, the name it hangs on."""

    name: str
    depth: int
    parent: str


def names_of(root: Node) -> tuple[dict[str, str], tuple[str, ...]]:
    """The texts of a tree by name, in reading order, and those that it is too large for."""
    texts: dict[str, str] = {}
    left: list[str] = []

    def visit(node: Node, name: str, depth: int) -> None:
        if depth >= LEVELS or len(texts) >= NODES:
            left.append(node.text)
        else:
            texts[name] = node.text
        for i, child in enumerate(node.children):
            visit(child, f"{name}.{i + 1}", depth + 1)

    visit(root, "node 1", 0)
    return texts, tuple(left)


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a tree, the best-looking first."""
    twigs = twigs_of(texts)
    if len(_leaves(twigs)) > 6:
        return (_hanging, _spread, _lying, _outline)
    return (_spread, _hanging, _lying, _outline)


def twigs_of(texts: Texts) -> list[Twig]:
    """The nodes in reading order, from their names."""
    return [Twig(n, n.count("."), n.rpartition(".")[0]) for n in texts]


def _leaves(twigs: Sequence[Twig]) -> list[Twig]:
    parents = {twig.parent for twig in twigs}
    return [twig for twig in twigs if twig.name not in parents]


def _pad(width: float) -> float:
    """Points kept free left and right of the text in a box."""
    return between(3.0, width * 0.06, 9.0)


def _node(twig: Twig, box: Box, *, align: str = "ctr") -> Part:
    pad, corner = _pad(box.width), between(0.0, box.height * 0.3 - 4, 5.0)
    return Part(
        name=twig.name, box=box, shape="roundRect", adjust=rounded(box, corner),
        look=_LOOKS[twig.depth], set=_SETS[twig.depth],
        align=align, anchor="ctr", inset=(pad, 0.0, pad, 0.0),
    )  # fmt: skip


def _middles(twigs: Sequence[Twig]) -> dict[str, float]:
    """Where each node stands among the leaves: the first leaf at 0.5, the next at 1.5 …"""
    places = {twig.name: i + 0.5 for i, twig in enumerate(_leaves(twigs))}
    for twig in reversed(twigs):
        if twig.name not in places:
            under = [places[other.name] for other in twigs if other.parent == twig.name]
            places[twig.name] = (under[0] + under[-1]) / 2
    return places


def _heights(twigs: Sequence[Twig], width: float, measure: Measure) -> list[float]:
    """The height of the boxes of each level."""
    inner = width - 2 * _pad(width)
    depths = range(max(twig.depth for twig in twigs) + 1)
    return [
        max(measure(t.name, _SETS[d], inner) for t in twigs if t.depth == d) + 2 for d in depths
    ]


def _spread(box: Box, texts: Texts, measure: Measure) -> Plan:
    """The root on top, every leaf in a column of its own."""
    twigs = twigs_of(texts)
    slot = box.width / len(_leaves(twigs))
    width = min(slot - between(6.0, slot * 0.1, 18.0), 210.0)
    widths = [width * share for share in (1.0, 1.25, 1.5)]
    root = snug(measure, ["node 1"], "label", [wide - 2 * _pad(wide) for wide in widths])
    root = next((wide for wide in widths if wide - 2 * _pad(wide) >= root), width)
    heights = _heights(twigs, width, measure)
    heights[0] = measure("node 1", "label", root - 2 * _pad(root)) + 2
    air = box.height - sum(heights)
    pad = between(4.0, air * 0.12, 11.0) * 2
    heights = [height + pad for height in heights]
    gap = between(14.0, (box.height - sum(heights)) / max(len(heights) - 1, 1), 52.0)
    top = settle(box, sum(heights) + gap * (len(heights) - 1))
    places = _middles(twigs)
    parts = []
    for twig in twigs:
        x = box.left + places[twig.name] * slot
        y = top + sum(heights[: twig.depth]) + gap * twig.depth
        half = (width if twig.depth else root) / 2
        x = between(box.left + half, x, box.right - half)
        parts.append(_node(twig, Box(x - half, y, x + half, y + heights[twig.depth])))
    return Plan(tuple(parts), _joined(twigs, BOTTOM, TOP))


def _joined(twigs: Sequence[Twig], start: int, end: int, out: float = 0.0) -> tuple[Link, ...]:
    return tuple(
        Link(start=t.parent, start_site=start, end=t.name, end_site=end, bend=True, out=out)
        for t in twigs
        if t.depth
    )


def _hanging(box: Box, texts: Texts, measure: Measure) -> Plan:
    """The second level in columns, the third below it, one under the other."""
    twigs = twigs_of(texts)
    second = [twig for twig in twigs if twig.depth == 1]
    gap = between(16.0, box.width * 0.03, 30.0)
    out, indent = gap * 0.4, gap * 0.4
    slot = (box.width - out + gap) / max(len(second), 1)
    width = min(slot - gap, 230.0)
    below = [[t for t in twigs if t.parent == one.name] for one in second]
    deepest = max((len(some) for some in below), default=0)
    heights = _heights(twigs, width - indent, measure)
    count = len(heights) - 2 if len(heights) > 2 else 0
    total = sum(heights[:2]) + (heights[2] * deepest if count else 0.0)
    levels = 2 + deepest
    pad = between(3.0, (box.height - total) * 0.4 / levels, 14.0)
    heights = [height + pad for height in heights]
    total = sum(heights[:2]) + (heights[2] * deepest if count else 0.0)
    space = between(5.0, (box.height - total) / (levels + 1), 16.0)
    top = settle(box, total + 2.4 * space + space * deepest)
    used = (slot * len(second)) - gap
    left = box.left + out + (box.width - out - (used - slot + gap + width)) / 2
    parts: list[Part] = []
    middle = left + (slot * (len(second) - 1) + width) / 2
    half = min(max(width, 150.0), box.width - 2) / 2
    root = Box(max(middle - half, box.left), top, min(middle + half, box.right), top + heights[0])
    parts.append(_node(twigs[0], root))
    links: list[Link] = []
    for i, one in enumerate(second):
        x, y = left + i * slot, root.bottom + 2.4 * space
        parts.append(_node(one, Box(x, y, x + width, y + heights[1])))
        links += _joined([one], BOTTOM, TOP)
        for j, leaf in enumerate(below[i]):
            edge = y + heights[1] + space + j * (heights[2] + space)
            parts.append(
                _node(leaf, Box(x + indent, edge, x + width, edge + heights[2]), align="l")
            )
        links += _joined(below[i], LEFT, LEFT, out)
    return Plan(tuple(parts), tuple(links))


def _lying(box: Box, texts: Texts, measure: Measure) -> Plan:
    """The root at the left, a row for every leaf."""
    twigs = twigs_of(texts)
    depth = max(twig.depth for twig in twigs) + 1
    gap = between(16.0, box.width * 0.05, 44.0)
    width = min((box.width - gap * (depth - 1)) / depth, 240.0)
    rows = len(_leaves(twigs))
    need = max(_heights(twigs, width, measure))
    slot = between(
        min(need + 8, box.height / rows), max(need + 22, box.height * 0.12), box.height / rows
    )
    height = min(slot - between(3.0, slot * 0.15, 10.0), need + 16)
    left = box.left + (box.width - (width * depth + gap * (depth - 1))) / 2
    top, places = settle(box, slot * rows), _middles(twigs)
    parts = []
    for twig in twigs:
        x, y = left + twig.depth * (width + gap), top + places[twig.name] * slot
        parts.append(_node(twig, Box(x, y - height / 2, x + width, y + height / 2)))
    return Plan(tuple(parts), _joined(twigs, RIGHT, LEFT))


def _outline(box: Box, texts: Texts, measure: Measure) -> Plan:
    """A row a node, indented by level; never larger than its box."""
    del measure
    twigs = twigs_of(texts)
    out = between(6.0, box.width * 0.02, 10.0)
    slot = min(box.height / len(twigs), 40.0)
    gap = between(0.5, slot * 0.2 - 2.0, 5.0)
    indent = between(14.0, box.width * 0.06, 30.0)
    top = settle(box, slot * len(twigs))
    parts = []
    for i, twig in enumerate(twigs):
        left = box.left + out + twig.depth * indent
        row = Box(left, top + i * slot, box.right, top + (i + 1) * slot - gap)
        parts.append(_node(twig, row, align="l"))
    return Plan(tuple(parts), _joined(twigs, LEFT, LEFT, out * 0.7))
