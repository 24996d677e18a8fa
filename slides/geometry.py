"""Rectangles on a page, in points from its top left corner."""

from dataclasses import dataclass

EMU_PER_POINT = 12700


@dataclass(frozen=True)
class Box:
    """A rectangle in points; `right` and `bottom` are its far edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square points; nought for a rectangle turned inside out."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    def holds(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether `other` lies inside, give or take `slack` points at every edge."""
        return (
            other.left >= self.left - slack
            and other.right <= self.right + slack
            and other.top >= self.top - slack
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: "Box") -> "Box":
        """The part that both cover; of area nought where there is none."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def overlaps(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether both share more than `slack` points in both directions."""
        shared = self.meets(other)
        return shared.width > slack and shared.height > slack

    def inset(self, side: float, above: float | None = None) -> "Box":
        """The rectangle less a margin of `side` points left and right, `above` up and down."""
        tall = side if above is None else above
        return Box(self.left + side, self.top + tall, self.right - side, self.bottom - tall)


def box_of_emu(left: int, top: int, width: int, height: int) -> Box:
    """A box from a shape's offset and extent in English Metric Units."""
    return Box(
        left / EMU_PER_POINT,
        top / EMU_PER_POINT,
        (left + width) / EMU_PER_POINT,
        (top + height) / EMU_PER_POINT,
    )


def emu(points: float) -> int:
    """Points as English Metric Units."""
    return round(points * EMU_PER_POINT)
