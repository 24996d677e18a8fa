"""XML parts read as hostile data: no entities, no DTD, nothing fetched."""

from typing import Any

from lxml import etree

from copydesk.errors import DocumentProblem
from copydesk.slides.package.archive import damaged

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


class Malformed(DocumentProblem):
    """A part is not well-formed XML."""


def parse(content: bytes, part: str, name: str) -> Any:
    """The root element of one XML part of the file `name`.

    Raises:
        Malformed: it is not well-formed.
        DocumentProblem: it declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.Error, ValueError):
        found = damaged(name, part)
        raise Malformed(found.message, found.hint) from None
    if root.getroottree().docinfo.doctype:
        raise DocumentProblem(
            f"{name} declares a document type in its part {part}, which no office program does.",
            "get the file from its author again",
        )
    return root


def written(root: Any) -> bytes:
    """An XML part's bytes, as office programs write them."""
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


def local(element: Any) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
