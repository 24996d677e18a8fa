"""ISO Strict turned into Transitional, which is all that most programs read.

The two differ in namespaces, in relationship types, and in how percentages are spelled: "75%"
where Transitional counts thousandths (75000), except in charts, where it counts whole per cents.
"""

import re
from typing import Any

from copydesk.slides.package.archive import XML_NAMES
from copydesk.slides.package.markup import C, P, parse, written
from copydesk.slides.package.parts import Package

_SPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_OTHER_NAMES = {
    b"extendedProperties": b"extended-properties",
    b"customProperties": b"custom-properties",
}
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)%")
_TEXTS = {"name", "descr", "title", "fmla", "formatCode", "action", "tooltip", "prompt"}


def to_transitional(package: Package) -> None:
    """Rewrite every part that is in Strict; parts that are not keep their bytes."""
    for part, content in package.parts.items():
        if part.lower().endswith(XML_NAMES) and b"purl.oclc.org/ooxml" in _plain(content):
            package.parts[part] = transitional(content, part, package.name)
            package.note("It was in ISO Strict format and was converted.")


def transitional(content: bytes, part: str, name: str) -> bytes:
    """One Strict part as a Transitional one.

    Raises:
        DocumentProblem: it is not well-formed.
    """
    root = parse(_SPACE.sub(_space, _plain(content)), part, name)
    if root.tag == P + "presentation":
        root.attrib.pop("conformance", None)
    for element in root.iter("*"):
        _percentages(element)
    return written(root)


def _plain(content: bytes) -> bytes:
    """UTF-16 as UTF-8, so that bytes can be searched."""
    if content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return content
    text = content.decode("utf-16", errors="replace")
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()


def _space(match: re.Match[bytes]) -> bytes:
    group, word = match.groups()
    return b"http://schemas.openxmlformats.org/%s/2006/%s" % (group, _OTHER_NAMES.get(word, word))


def _percentages(element: Any) -> None:
    if element.tag == P + "strVal":
        return
    times = 1 if element.tag.startswith(C) else 1000
    for key, value in element.attrib.items():
        found = _PERCENT.fullmatch(value)
        if found and key not in _TEXTS:
            element.set(key, str(round(float(found[1]) * times)))
