"""A compiled template's parts: layouts, placeholders, and where each slot of an intent goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk.slides.geometry import Box
from copydesk.slides.typeset.frame import Frame, Type


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A placeholder of a layout, what it inherits resolved.

    `kind` is the placeholder's type as the file spells it ("title", "ctrTitle", "body", "subTitle",
    "pic", "chart", "tbl", "obj", "dgm", "dt", "ftr", "sldNum", …). `ground` is the colour behind
    its text as six hex digits, empty where that is a picture or nobody knows.
    """

    idx: int
    kind: str
    name: str
    box: Box
    frame: Frame
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A slide layout: `index` counts layouts over all slide masters, in the file's order.

    Attributes:
        background: the page's colour as six hex digits, where it is one; empty for pictures.
        colours: what "tx1", "bg1", "accent1" … stand for on this layout, as six hex digits.
        room: the largest part of the page that no title, footer or drawing of the layout covers.
        taken: what the layout itself and its master draw: pictures, panels, rules, logos.
        kind: what the file says it is for ("title", "secHead", "twoObj" …), often nothing.
        heading, text: how the slide master sets titles and body text, for text that is drawn.
        written: those of `taken` that are text.
        ground: the colour behind `room`, as `Holder.ground`.
        master: counts the slide masters; layouts of one belong together.
    """

    index: int
    name: str
    holders: tuple[Holder, ...]
    background: str
    colours: Mapping[str, str]
    room: Box
    taken: tuple[Box, ...] = ()
    kind: str = ""
    heading: tuple[Type, ...] = (Type(size=32.0, latin="+mj-lt", ea="+mj-ea", cs="+mj-cs"),)
    text: tuple[Type, ...] = (Type(),)
    written: tuple[Box, ...] = ()
    ground: str = ""
    master: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one slot goes: into placeholder `idx`, or drawn as a shape when it is None.

    `box` and `frame` say how it should be; where they differ from the placeholder's own (moved off
    a footer, a quotation without bullets), the slide says so itself. `ground` is as in `Holder`.
    """

    slot: str
    box: Box
    frame: Frame
    idx: int | None = None
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Served:
    """A layout that serves an intent: every slot that is not optional has a place.

    `score` is 1.0 for a layout that is made for the intent, and less the more must be made do.
    """

    intent: str
    layout: Layout
    places: Mapping[str, Place] = field(default_factory=dict)
    score: float = 1.0
