"""XML elements of the office formats, made in one line each."""

from functools import cache
from typing import Any

from lxml import etree

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
}
_SHORT = {prefix: NAMESPACES[prefix] for prefix in ("a", "r", "p")}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@cache
def tag(name: str) -> str:
    """A prefixed name ("a:p") as lxml spells it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def make(name: str, /, *children: Any, **attributes: object) -> Any:
    """An element with its children, those that are None left out; so are attributes of None.

    An attribute's prefix is set off by two underscores: `r__id` is "r:id".
    """
    element = etree.Element(tag(name), nsmap=NAMESPACES if name.startswith("c:") else _SHORT)
    for key, value in attributes.items():
        if value is not None:
            element.set(_attribute(key), _spelled(value))
    element.extend([child for child in children if child is not None])
    return element


def leaf(name: str, text: str) -> Any:
    """An element that holds nothing but text."""
    element = make(name)
    element.text = text
    return element


def value(name: str, val: object) -> Any:
    """An element that has nothing but a value, as charts are made of."""
    element = etree.Element(tag(name), nsmap=NAMESPACES)
    element.set("val", _spelled(val))
    return element


def parse(content: bytes) -> Any:
    """A part of a checked package as an element tree; entities stay unread."""
    return etree.fromstring(content, _PARSER)


def part(element: Any) -> bytes:
    """An element as the bytes of a part."""
    etree.cleanup_namespaces(element, keep_ns_prefixes=["a", "r"])
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True))


def scheme(colour: str, *changes: tuple[str, int]) -> Any:
    """A colour: a theme's by name, with changes such as ("lumMod", 75000), or six hex digits."""
    hexadecimal = len(colour) == 6 and not colour.strip("0123456789abcdefABCDEF")
    kind = "a:srgbClr" if hexadecimal else "a:schemeClr"
    return make(kind, *(value(f"a:{name}", amount) for name, amount in changes), val=colour)


def fill(colour: str, *changes: tuple[str, int]) -> Any:
    """A solid fill of a colour."""
    return make("a:solidFill", scheme(colour, *changes))


def line(width: float, colour: str, *changes: tuple[str, int], name: str = "a:ln") -> Any:
    """A line of a width in points and a colour; no line where the width is nought."""
    if not width:
        return make(name, make("a:noFill"), w=0)
    return make(name, fill(colour, *changes), w=round(width * 12700))


def _attribute(key: str) -> str:
    return tag(key.replace("__", ":")) if "__" in key else key


def _spelled(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
