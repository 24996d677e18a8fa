"""A python-pptx presentation written once: its own `save` compresses what would be packed again."""

from typing import Any

from copydesk.slides.package.parts import TYPES, Package, types_xml
from copydesk.slides.package.steady import pack, steady_part


def saved(presentation: Any) -> bytes:
    """The presentation's bytes; the same presentation always gives the same ones."""
    package = presentation.part.package
    parts = list(package.iter_parts())
    kinds = {part.partname.membername: part.content_type for part in parts}
    out = [("_rels/.rels", package._rels.xml)]
    for part in parts:
        name = part.partname.membername
        out.append((name, steady_part(name, part.blob)))
        if part._rels:
            out.append((part.partname.rels_uri.membername, part.rels.xml))
    return pack([(TYPES, types_xml(Package("", {}, kinds), list(kinds))), *out])
