"""What each intent puts on a page: its slots, what goes into them, and how much reads well.

A slot is a place for one thing. The master finds a placeholder for each slot in every layout, or
room on the page to draw it; the renderer fills it. These names are shared by both.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["title", "subtitle", "body", "small", "picture", "chart", "table", "diagram"]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place for one thing on a slide of an intent.

    Attributes:
        role: what kind of placeholder serves it.
        most_en, most_zh: characters that read well in one text of it, however large the room.
        items: how many texts it holds at most; 1 for a single one.
        optional: where a layout has no room for it, the slide is whole without (its text goes to
            the notes); the others are drawn as text boxes.
        above: the slot that this one stands over, for headings of columns.
    """

    name: str
    role: Role = "body"
    most_en: int = 0
    most_zh: int = 0
    items: int = 1
    optional: bool = False
    above: str = ""


def _title(en: int = 60, zh: int = 24) -> Slot:
    return Slot(name="title", role="title", most_en=en, most_zh=zh)


_SOURCE = Slot(name="source", role="small", most_en=80, most_zh=36, optional=True)
_DIAGRAM = Slot(name="diagram", role="diagram")


def _list(name: str, en: int, zh: int, items: int) -> Slot:
    return Slot(name=name, most_en=en, most_zh=zh, items=items)


def _heading(name: str, above: str, *, optional: bool = False) -> Slot:
    return Slot(name=name, most_en=28, most_zh=12, above=above, optional=optional)


SLOTS: dict[str, tuple[Slot, ...]] = {
    "title": (_title(), Slot(name="subtitle", role="subtitle", most_en=90, most_zh=40)),
    "agenda": (_title(30, 12), _list("items", 48, 20, 8)),
    "section": (
        _title(48, 20),
        Slot(name="number", role="small", most_en=2, most_zh=2, optional=True),
        Slot(name="summary", role="subtitle", most_en=120, most_zh=50, optional=True),
    ),
    "bullets": (_title(), _list("points", 90, 40, 6)),
    "columns": (
        _title(),
        _list("left", 70, 30, 5),
        _list("right", 70, 30, 5),
        _heading("left heading", "left", optional=True),
        _heading("right heading", "right", optional=True),
    ),
    "comparison": (
        _title(),
        _list("left", 60, 26, 5),
        _list("right", 60, 26, 5),
        _heading("left heading", "left"),
        _heading("right heading", "right"),
    ),
    "big-number": (
        _title(),
        Slot(name="number", most_en=10, most_zh=8),
        Slot(name="caption", most_en=110, most_zh=48),
        _SOURCE,
    ),
    "quote": (
        _title(),
        Slot(name="quote", most_en=180, most_zh=80),
        Slot(name="speaker", role="small", most_en=60, most_zh=28),
    ),
    "table": (_title(), Slot(name="table", role="table"), _SOURCE),
    "chart": (
        _title(),
        Slot(name="chart", role="chart"),
        Slot(name="takeaway", most_en=90, most_zh=40, optional=True),
        _SOURCE,
    ),
    "picture": (
        _title(),
        Slot(name="picture", role="picture"),
        _list("points", 80, 36, 4),
        _SOURCE,
    ),
    "picture-full": (
        _title(),
        Slot(name="picture", role="picture"),
        Slot(name="caption", role="small", most_en=110, most_zh=48, optional=True),
    ),
    "timeline": (_title(), _DIAGRAM),
    "process": (_title(), _DIAGRAM),
    "cycle": (_title(), _DIAGRAM),
    "hierarchy": (_title(), _DIAGRAM),
    "matrix": (_title(), _DIAGRAM),
    "team": (_title(), _DIAGRAM),
    "code": (_title(), Slot(name="code")),
    "closing": (_title(40, 16), _list("points", 70, 30, 4)),
}
