"""Reading attributes of hostile drawing XML: a value that makes no sense counts as not written."""

import re
from typing import Any

from lxml import etree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
POINT = 12700
_MEASURE = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(mm|cm|in|pt|pc|pi|%)?\s*")
_UNITS = {"mm": 36000, "cm": 360000, "in": 914400, "pt": POINT, "pc": 152400, "pi": 152400}
_PERCENT = 1000  # thousandths of a percent, as the transitional spelling has them
_MOST = 1e9  # no coordinate on a slide is beyond; keeps sums of hostile numbers finite


def number(value: str | None) -> float | None:
    """An attribute's number, in English Metric Units or thousandths where it has a unit."""
    match = _MEASURE.fullmatch(value) if value else None
    if match is None:
        return {"true": 1.0, "on": 1.0, "false": 0.0, "off": 0.0}.get(value or "")
    found = float(match[1])
    if match[2]:
        found *= _PERCENT if match[2] == "%" else _UNITS[match[2]]
    return max(-_MOST, min(found, _MOST))


def points(value: str | None, default: float = 0.0) -> float:
    """A length in points."""
    found = number(value)
    return default if found is None else found / POINT


def switch(value: str | None, *, default: bool = False) -> bool:
    """A yes or no."""
    found = number(value)
    return default if found is None else bool(found)


def child(element: Any, path: str) -> Any:
    """The first descendant on a path of `p:` and `a:` names, or None; None has no children."""
    for step in path.split("/"):
        if element is None:
            return None
        prefix, _, name = step.partition(":")
        element = element.find({"a": A, "p": P}[prefix] + name)
    return element


def elements(element: Any) -> list[Any]:
    """The children that are elements: no comments, no processing instructions."""
    return [] if element is None else [c for c in element if isinstance(c.tag, str)]


def local(element: Any) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def placeholder(shape: Any) -> Any:
    """The `p:ph` of a shape, or None where it is none."""
    for properties in elements(shape):
        if local(properties).startswith("nv"):
            return child(properties, "p:nvPr/p:ph")
    return None


def label(shape: Any) -> Any:
    """The `p:cNvPr` of a shape: its id, name and whether it is hidden."""
    for properties in elements(shape):
        if local(properties).startswith("nv"):
            return child(properties, "p:cNvPr")
    return None
