"""A slide that was drawn alone gets the number that it has in its deck."""

from lxml import etree

from copydesk.slides.package.splice import parts_of
from copydesk.slides.package.steady import pack

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def with_number(content: bytes, number: int) -> bytes:
    """A deck of one slide whose fields of numbers say `number`."""
    parts = parts_of(content)
    for name, part in parts.items():
        if name.startswith("ppt/slides/slide"):
            parts[name] = _numbered(part, number)
    return pack(parts.items())


def _numbered(part: bytes, number: int) -> bytes:
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    for field in root.iter(f"{_A}fld"):
        text = field.find(f"{_A}t")
        if field.get("type") == "slidenum" and text is not None:
            text.text = str(number)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
