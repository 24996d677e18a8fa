"""People: a round picture or initials, a name, what they do; in as many rows as look even."""

from functools import partial

from copydesk.slides.diagrams.parts import (
    Arrangement,
    Measure,
    Part,
    Plan,
    Set,
    Texts,
    between,
    disc,
    settle,
    tallest,
)
from copydesk.slides.geometry import Box

_LEAST = 48.0  # points: a portrait above a name is no smaller


def arrangements(texts: Texts) -> tuple[Arrangement, ...]:
    """The ways to set a team: portraits above the names, then beside them, in more rows."""
    count = people(texts)
    rows = [n for n in (1, 2, 3, 4) if n <= count and -(-count // n) <= 5]
    above = [partial(_above, rows=n) for n in rows if n < 3]
    return (*above, *(partial(_beside, rows=n) for n in rows), partial(_beside, rows=count))


def people(texts: Texts) -> int:
    """How many people there are."""
    return sum(name.endswith("name") for name in texts)


def _grid(box: Box, count: int, rows: int, gap: float) -> list[list[Box]]:
    """Even cells; a last row that is not full stands in the middle."""
    columns = -(-count // rows)
    width = (box.width - gap * (columns - 1)) / columns
    height = (box.height - gap * (rows - 1)) / rows
    cells = []
    for row in range(-(-count // columns)):
        here = min(columns, count - row * columns)
        left = box.left + (box.width - here * width - (here - 1) * gap) / 2
        top = box.top + row * (height + gap)
        lefts = [left + i * (width + gap) for i in range(here)]
        cells.append([Box(x, top, x + width, top + height) for x in lefts])
    return cells


def _above(box: Box, texts: Texts, measure: Measure, *, rows: int) -> Plan:
    """The portrait above, the name and the role centred below it."""
    count = people(texts)
    gap = between(8.0, box.width * 0.025, 26.0)
    cells = _grid(box, count, rows, gap)
    width = cells[0][0].width
    name = tallest(measure, [f"member {i + 1} name" for i in range(count)], "label", width)
    roles = [n for i in range(count) if (n := f"member {i + 1} role") in texts]
    role = tallest(measure, roles, "text", width)
    most = cells[0][0].height - name - role - 12
    size = between(_LEAST, min(most, width * 0.72), 150.0)
    parts: list[Part] = []
    for i, cell in enumerate(cell for row in cells for cell in row):
        top = settle(cell, size + 12 + name + role)
        middle = (cell.left + cell.right) / 2
        own = measure(f"member {i + 1} name", "label", width)
        head = Box(cell.left, top + size + 12, cell.right, top + size + 12 + own)
        below = Box(cell.left, head.bottom, cell.right, head.bottom + role)
        parts += _member(i, disc(middle, top + size / 2, size / 2), head, below, "ctr", texts)
    return Plan(tuple(parts))


def _beside(box: Box, texts: Texts, measure: Measure, *, rows: int) -> Plan:
    """The portrait at the left, the name and the role beside it; never larger than its box."""
    count = people(texts)
    cells = _grid(box, count, rows, between(3.0, box.height * 0.04, 20.0))
    first = cells[0][0]
    size = between(6.0, min(first.height, first.width * 0.3), 92.0)
    aside = between(5.0, size * 0.2, 16.0)
    parts: list[Part] = []
    for i, cell in enumerate(cell for row in cells for cell in row):
        middle = (cell.top + cell.bottom) / 2
        left = cell.left + size + aside
        width = cell.right - left
        name = min(measure(f"member {i + 1} name", "label", width), cell.height)
        has_role = f"member {i + 1} role" in texts
        role = measure(f"member {i + 1} role", "text", width) if has_role else 0.0
        if name + role > cell.height:
            name = cell.height * name / (name + role)
            role = cell.height - name
        top = middle - (name + role) / 2
        head = Box(left, top, cell.right, top + name)
        below = Box(left, head.bottom, cell.right, head.bottom + role)
        portrait = disc(cell.left + size / 2, middle, size / 2)
        parts += _member(i, portrait, head, below, "l", texts)
    return Plan(tuple(parts))


def _member(i: int, portrait: Box, name: Box, role: Box, align: str, texts: Texts) -> list[Part]:
    """A portrait, drawn as initials; who draws puts a picture there if there is one."""
    member = f"member {i + 1}"
    how: Set = "mark" if portrait.width >= 30 else ""
    parts = [
        Part(
            name=f"{member} initials", box=portrait, shape="ellipse", look="soft", set=how,
            size=portrait.width * 0.34, align="ctr", anchor="ctr",
        ),
        Part(name=f"{member} name", box=name, look="accent", set="label", align=align),
    ]  # fmt: skip
    if f"{member} role" in texts:
        parts.append(Part(name=f"{member} role", box=role, set="text", align=align))
    return parts
