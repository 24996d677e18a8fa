"""The thin line's frames, until its renderer and its typesetting have moved on."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_POINT = 12700
_TITLES = ("title", "ctrTitle")
_SMALL = ("dt", "ftr", "sldNum")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A placeholder's room for text and the type set in it; lengths and sizes in points."""

    width: float
    height: float
    size: float
    bold: bool = False
    line: float = 1.0  # line spacing, as a factor
    after: float = 0.0  # space between paragraphs
    indent: float = 0.0  # left margin of the first level


def frame_of(placeholder: Any) -> Frame:
    """Measure a layout's placeholder: its box less insets, its first level's type."""
    levels = _levels(placeholder)
    body = [
        b for b in (_body(placeholder._element), _body(_on_master(placeholder))) if b is not None
    ]
    left, right = (_attribute(body, name, 91440) for name in ("lIns", "rIns"))
    top, bottom = (_attribute(body, name, 45720) for name in ("tIns", "bIns"))
    line = _percent(levels, "lnSpc")
    return Frame(
        width=(placeholder.width - left - right) / _POINT,
        height=(placeholder.height - top - bottom) / _POINT,
        size=_attribute(_runs(levels), "sz", 1800) / 100,
        bold=bool(_attribute(_runs(levels), "b", 0)),
        line=line,
        after=_points(levels, "spcAft") + _points(levels, "spcBef"),
        indent=_attribute(levels, "marL", 0) / _POINT,
    )


def kind_of(element: Any) -> str:
    """The type of a placeholder's element as the file spells it, "obj" where it says nothing."""
    ph = element.find(f".//{_P}ph")
    return "" if ph is None else str(ph.get("type", "obj"))


def _levels(placeholder: Any) -> list[Any]:
    """Every first-level paragraph style that applies, nearest first."""
    kind = kind_of(placeholder._element)
    master = placeholder.part.slide_layout.slide_master._element
    table = "titleStyle" if kind in _TITLES else "otherStyle" if kind in _SMALL else "bodyStyle"
    found = [_first_level(placeholder._element), _first_level(_on_master(placeholder))]
    found.append(master.find(f"{_P}txStyles/{_P}{table}/{_A}lvl1pPr"))
    return [level for level in found if level is not None]


def _on_master(placeholder: Any) -> Any:
    """The element on the master that a layout's placeholder inherits from, or None."""
    kind = kind_of(placeholder._element)
    wanted = "title" if kind in _TITLES else kind if kind in _SMALL else "body"
    for shape in placeholder.part.slide_layout.slide_master.placeholders:
        if kind_of(shape._element) == wanted:
            return shape._element
    return None


def _body(element: Any) -> Any:
    return None if element is None else element.find(f"{_P}txBody/{_A}bodyPr")


def _first_level(element: Any) -> Any:
    return None if element is None else element.find(f"{_P}txBody/{_A}lstStyle/{_A}lvl1pPr")


def _runs(levels: list[Any]) -> list[Any]:
    return [r for r in (level.find(f"{_A}defRPr") for level in levels) if r is not None]


def _attribute(elements: list[Any], name: str, default: int) -> int:
    """The first value of an attribute along the chain."""
    for element in elements:
        value = element.get(name)
        if value is not None:
            return {"true": 1, "false": 0}.get(value) or int(
                value if value.lstrip("-").isdigit() else 0
            )
    return default


def _percent(levels: list[Any], tag: str) -> float:
    for level in levels:
        value = level.find(f"{_A}{tag}/{_A}spcPct")
        if value is not None:
            return int(value.get("val").rstrip("%")) / 100000
    return 1.0


def _points(levels: list[Any], tag: str) -> float:
    for level in levels:
        space = level.find(f"{_A}{tag}")
        if isinstance(space, etree._Element):
            value = space.find(f"{_A}spcPts")
            return 0.0 if value is None else int(value.get("val")) / 100
    return 0.0
