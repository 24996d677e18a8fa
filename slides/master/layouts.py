"""A compiled template's parts: layouts, placeholders, and where each slot of an intent goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk.slides.geometry import Box
from copydesk.slides.typeset.frame import Frame


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A placeholder of a layout, what it inherits resolved.

    `kind` is the placeholder's type as the file spells it ("title", "ctrTitle", "body", "subTitle",
    "pic", "chart", "tbl", "obj", "dgm", "dt", "ftr", "sldNum", …).
    """

    idx: int
    kind: str
    name: str
    box: Box
    frame: Frame


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A slide layout: `index` counts layouts over all slide masters, in the file's order.

    Attributes:
        background: the page's colour as six hex digits, where it is one; empty for pictures.
        colours: what "tx1", "bg1", "accent1" … stand for on this layout, as six hex digits.
        room: the largest part of the page that no title, footer or drawing of the layout covers.
        taken: what the layout itself and its master draw: pictures, rules, logos.
    """

    index: int
    name: str
    holders: tuple[Holder, ...]
    background: str
    colours: Mapping[str, str]
    room: Box
    taken: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one slot goes: into placeholder `idx`, or drawn as a shape when it is None."""

    slot: str
    box: Box
    frame: Frame
    idx: int | None = None


@dataclass(frozen=True, kw_only=True)
class Served:
    """A layout that serves an intent: every slot that is not optional has a place.

    `score` is 1.0 for a layout that is made for the intent, and less the more must be made do.
    """

    intent: str
    layout: Layout
    places: Mapping[str, Place] = field(default_factory=dict)
    score: float = 1.0
