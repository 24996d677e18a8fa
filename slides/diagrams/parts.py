"""A diagram before it is drawn: shapes that hold a text each, and the lines between them.

Nothing here knows a colour or a file: a plan says what each shape is for, and where it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from copydesk.slides.geometry import Box

Look = Literal["bare", "accent", "strong", "soft", "pale", "panel", "arc"]
Set = Literal["", "label", "text", "bold", "mark"]
Measure = Callable[[str, Set, float], float]
"""Height in points of the text of that name, set so, in a column of that width."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A shape of a diagram.

    Attributes:
        name: what it is; also the name of the text it holds, if it holds one.
        shape: the preset geometry, with `adjust` for its handles by name.
        look: how it is filled: "bare" not at all, its text in the ink of the page; "accent" not
            at all, its text coloured; "strong", "soft" and "pale" with the theme's colour, less
            and less of it; "panel" with what the whole diagram stands on; "arc" is a thick open
            line with an arrow at its end.
        on: the look of the part that lies under it, where one does.
        set: how its text is set; "" holds none, "mark" a number or initials of `size` points.
        inset: points kept free left, above, right and below of the text.
    """

    name: str
    box: Box
    shape: str = "rect"
    adjust: Mapping[str, int] | None = None
    look: Look = "bare"
    on: Look = "bare"
    set: Set = ""
    size: float = 0.0
    align: str = "l"
    anchor: str = "t"
    inset: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    sideways: bool = False

    @property
    def room(self) -> Box:
        """Where its text may stand: the text rectangle of the geometry, less the insets."""
        left, above, right, below = self.inset
        before, over, after = self._outline()
        box = self.box
        return Box(
            box.left + left + before,
            box.top + above + over,
            box.right - right - after,
            box.bottom - below - over,
        )

    def scaled(self, factor: float) -> "Part":
        """The same, larger or smaller about the corner of the page."""
        left, above, right, below = (side * factor for side in self.inset)
        return replace(
            self,
            box=scaled(self.box, factor),
            size=self.size * factor,
            inset=(left, above, right, below),
        )

    def _outline(self) -> tuple[float, float, float]:
        """What the geometry keeps free of text: left, above and below, right.

        ECMA-376, presetShapeDefinitions: the text rectangles of the shapes used here.
        """
        least = min(self.box.width, self.box.height)
        handle = least * (self.adjust or {}).get("adj", 0) / 100000
        if self.shape == "ellipse":
            wide, high = self.box.width * 0.14645, self.box.height * 0.14645
            return (wide, high, wide)
        if self.shape == "roundRect":
            return (handle * 0.29289, handle * 0.29289, handle * 0.29289)
        if self.shape == "chevron":
            return (handle, 0.0, handle)
        return (0.0, 0.0, handle / 2 if self.shape == "homePlate" else 0.0)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A line from a site of one part to a site of another, by name; sites as Office counts them.

    A line without `end` runs to `to`, a point. `bend` says it goes by right angles; `out` moves
    the middle of the bend: points outside the shapes where both ends look the same way. `weight`
    is in points; what is `strong` or has an arrow is drawn in the strong colour.
    """

    start: str
    start_site: int
    end: str = ""
    end_site: int = 0
    to: tuple[float, float] | None = None
    arrow: bool = False
    bend: bool = False
    out: float = 0.0
    weight: float = 1.5
    strong: bool = False

    def scaled(self, factor: float) -> "Link":
        """The same, larger or smaller about the corner of the page."""
        to = (self.to[0] * factor, self.to[1] * factor) if self.to else None
        return replace(self, to=to, out=self.out * factor, weight=self.weight * factor)


def card_arrow(one: int, other: int, sites: tuple[int, int], *, bend: bool) -> Link:
    """An arrow from the card of step `one` to that of step `other`; steps count from 1."""
    return Link(
        start=f"step {one} card",
        end=f"step {other} card",
        start_site=sites[0],
        end_site=sites[1],
        arrow=True,
        bend=bend,
        weight=2.0,
    )


@dataclass(frozen=True)
class Plan:
    """What is drawn, in reading order, and the lines that lie under it."""

    parts: tuple[Part, ...]
    links: tuple[Link, ...] = ()

    def scaled(self, factor: float) -> "Plan":
        """The same, larger or smaller about the corner of the page."""
        return Plan(
            tuple(part.scaled(factor) for part in self.parts),
            tuple(link.scaled(factor) for link in self.links),
        )


Texts = Mapping[str, str]
Arrangement = Callable[[Box, Texts, Measure], Plan | None]
"""One way to lay the same texts out in a box; the plan may turn out too large for it.

None where it would not look like what it is. The last arrangement of a diagram always has a plan.
"""

# Sites on the outline, counted anticlockwise from the top (ECMA-376, presetShapeDefinitions).
TOP, LEFT, BOTTOM, RIGHT = 0, 1, 2, 3
ROUND_TOP, ROUND_LEFT, ROUND_BOTTOM, ROUND_RIGHT = 0, 2, 4, 6
_ROUND = {ROUND_TOP: TOP, ROUND_LEFT: LEFT, ROUND_BOTTOM: BOTTOM, ROUND_RIGHT: RIGHT}


def site(part: Part, number: int) -> tuple[float, float]:
    """Where connection site `number` of a part lies."""
    side = _ROUND[number] if part.shape == "ellipse" else number
    box = part.box
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    points = {TOP: (across, box.top), LEFT: (box.left, down)}
    points |= {BOTTOM: (across, box.bottom), RIGHT: (box.right, down)}
    return points[side]


def scaled(box: Box, factor: float) -> Box:
    """A box larger or smaller about the corner of the page."""
    return Box(box.left * factor, box.top * factor, box.right * factor, box.bottom * factor)


def disc(x: float, y: float, radius: float) -> Box:
    """The square around a circle."""
    return Box(x - radius, y - radius, x + radius, y + radius)


def split(box: Box, count: int, gap: float) -> list[Box]:
    """`count` columns of one width with `gap` points between them."""
    width = (box.width - gap * (count - 1)) / count
    lefts = [box.left + i * (width + gap) for i in range(count)]
    return [Box(left, box.top, left + width, box.bottom) for left in lefts]


def band(box: Box, top: float, height: float) -> Box:
    """The same columns, from `top` on, `height` points high."""
    return Box(box.left, top, box.right, top + height)


def settle(box: Box, height: float) -> float:
    """The top of something `height` points high in a box: a little above the middle."""
    return box.top + max(box.height - height, 0.0) * 0.42


def between(least: float, value: float, most: float) -> float:
    """`value`, but no less than `least` and no more than `most`."""
    return max(least, min(value, most))


def tallest(measure: Measure, names: Sequence[str], how: Set, width: float) -> float:
    """Height of the tallest of some texts in columns of one width; nought for none."""
    return max((measure(name, how, width) for name in names), default=0.0)


def snug(measure: Measure, names: Sequence[str], how: Set, widths: Sequence[float]) -> float:
    """The first of some widths, from narrow to wide, that takes no more lines than the last."""
    best = [measure(name, how, widths[-1]) for name in names]
    for width in widths:
        if all(measure(n, how, width) <= high for n, high in zip(names, best, strict=True)):
            return width
    return widths[-1]


def rounded(box: Box, radius: float = 5.0) -> dict[str, int]:
    """The handle of a rounded rectangle whose corners have the same radius at any size."""
    return {"adj": round(100000 * min(radius / max(min(box.width, box.height), 1.0), 0.5))}
