"""A field of four, with an axis at the left and one below where their ends have names."""

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
    between,
    rounded,
    snug,
)
from copydesk.slides.geometry import Box

_SHARES = (0.1, 0.13, 0.16, 0.2, 0.24, 0.28, 0.32, 0.36)  # of its length that an axis's name takes


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to draw a matrix: the names of the upright axis level, or on their side."""
    return (_level, _sideways) if any(n.startswith("axis y") for n in texts) else (_level,)


def _level(box: Box, texts: Texts, measure: Measure) -> Plan:
    names = [n for n in ("axis y high", "axis y low") if n in texts]
    wide = between(46.0, box.width * 0.13, 120.0)
    tall = max((measure(n, "bold", wide) for n in names), default=0.0)
    return _field(box, texts, measure, wide if names else 0.0, tall)


def _sideways(box: Box, texts: Texts, measure: Measure) -> Plan:
    line = max(measure(n, "bold", 1e4) for n in texts if n.startswith("axis y"))
    return _field(box, texts, measure, line + 4, 0.0)


def _field(box: Box, texts: Texts, measure: Measure, wide: float, tall: float) -> Plan:
    """The four cells, beside and above what the axes need; `tall` nought turns names sideways."""
    names = [n for n in texts if n.startswith("axis x")]
    space = between(4.0, box.width * 0.012, 10.0)
    foot = max((measure(n, "bold", (box.width - wide) * _SHARES[-1]) for n in names), default=0.0)
    left = box.left + (wide + space if wide else 0.0)
    field = Box(left, box.top, box.right, box.bottom - (foot + space if foot else 0.0))
    gap = between(4.0, box.height * 0.02, 10.0)
    width, height = (field.width - gap) / 2, (field.height - gap) / 2
    parts: list[Part] = []
    for i in range(4):
        x = field.left + (i % 2) * (width + gap)
        y = field.top + (i // 2) * (height + gap)
        parts += _cell(i, Box(x, y, x + width, y + height), texts, measure)
    links: list[Link] = []
    if wide:
        edge = Box(box.left, field.top, box.left + wide, field.bottom)
        parts += _upright(edge, tall, texts)
        links += _axis("y", TOP, BOTTOM, texts)
    if foot:
        edge = Box(field.left, box.bottom - foot, field.right, box.bottom)
        parts += _flat(edge, texts, measure)
        links += _axis("x", RIGHT, LEFT, texts)
    return Plan(tuple(parts), tuple(links))


def _cell(i: int, box: Box, texts: Texts, measure: Measure) -> list[Part]:
    """A card with its heading and the line below, both in the middle of its height."""
    name = f"cell {i + 1}"
    pad = between(5.0, min(box.width, box.height) * 0.1, 18.0)
    inner = box.inset(pad, min(pad, box.height * 0.12))
    head = min(measure(f"{name} heading", "label", inner.width), inner.height)
    has_text = f"{name} text" in texts
    line = measure(f"{name} text", "text", inner.width) if has_text else 0.0
    space = min(5.0, max(inner.height - head - line, 0.0))
    parts = [
        Part(name=f"{name} card", box=box, shape="roundRect", adjust=rounded(box), look="pale"),
        Part(
            name=f"{name} heading", box=Box(inner.left, inner.top, inner.right, inner.top + head),
            look="accent", on="pale", set="label",
        ),
    ]  # fmt: skip
    if has_text:
        below = Box(inner.left, inner.top + head + space, inner.right, inner.bottom)
        parts.append(Part(name=f"{name} text", box=below, on="pale", set="text"))
    return parts


def _upright(edge: Box, tall: float, texts: Texts) -> list[Part]:
    """The names of the upright axis: the high end on top."""
    side = not tall
    height = edge.height * 0.36 if side else tall
    ends = {
        "axis y high": Box(edge.left, edge.top, edge.right, edge.top + height),
        "axis y low": Box(edge.left, edge.bottom - height, edge.right, edge.bottom),
    }
    aligns = {"axis y high": "r" if side else "ctr", "axis y low": "l" if side else "ctr"}
    anchors = {"axis y high": "t", "axis y low": "b"}
    return [
        Part(
            name=name, box=box, set="bold", sideways=side, align=aligns[name],
            anchor="ctr" if side else anchors[name],
        )
        for name, box in ends.items()
        if name in texts
    ]  # fmt: skip


def _flat(edge: Box, texts: Texts, measure: Measure) -> list[Part]:
    """The names of the level axis: the low end at the left."""
    widths = [edge.width * share for share in _SHARES]
    parts = []
    for end, align in (("low", "l"), ("high", "r")):
        name = f"axis x {end}"
        if name in texts:
            wide = snug(measure, [name], "bold", widths) + 8
            left = edge.left if end == "low" else edge.right - wide
            box = Box(left, edge.top, left + wide, edge.bottom)
            parts.append(Part(name=name, box=box, set="bold", align=align, anchor="ctr"))
    return parts


def _axis(which: str, start: int, end: int, texts: Texts) -> list[Link]:
    """An arrow from the low end's name to the high end's."""
    low, high = f"axis {which} low", f"axis {which} high"
    if low not in texts or high not in texts:
        return []
    return [Link(start=low, start_site=start, end=high, end_site=end, arrow=True)]
