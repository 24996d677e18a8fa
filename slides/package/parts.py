"""Parts, their content types and their relationships: what a package is once it is unpacked."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from copydesk.slides.package.archive import unzip
from copydesk.slides.package.markup import REL, parse, written
from copydesk.slides.package.steady import pack

ROOT = ""  # the package itself, as a source of relationships
TYPES = "[Content_Types].xml"
_TYPES_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_STRICT_NAMES = {
    "extendedProperties": "extended-properties",
    "customProperties": "custom-properties",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SLIDES = _OFFICE + "presentationml."
MAIN_TYPE = _SLIDES + "presentation.main+xml"
TYPE_OF_RELATION = {
    "slide": _SLIDES + "slide+xml",
    "slideLayout": _SLIDES + "slideLayout+xml",
    "slideMaster": _SLIDES + "slideMaster+xml",
    "notesSlide": _SLIDES + "notesSlide+xml",
    "notesMaster": _SLIDES + "notesMaster+xml",
    "handoutMaster": _SLIDES + "handoutMaster+xml",
    "presProps": _SLIDES + "presProps+xml",
    "viewProps": _SLIDES + "viewProps+xml",
    "tableStyles": _SLIDES + "tableStyles+xml",
    "comments": _SLIDES + "comments+xml",
    "commentAuthors": _SLIDES + "commentAuthors+xml",
    "tags": _SLIDES + "tags+xml",
    "theme": _OFFICE + "theme+xml",
    "themeOverride": _OFFICE + "themeOverride+xml",
    "chart": _OFFICE + "drawingml.chart+xml",
    "chartUserShapes": _OFFICE + "drawingml.chartshapes+xml",
    "diagramData": _OFFICE + "drawingml.diagramData+xml",
    "diagramLayout": _OFFICE + "drawingml.diagramLayout+xml",
    "diagramQuickStyle": _OFFICE + "drawingml.diagramStyle+xml",
    "diagramColors": _OFFICE + "drawingml.diagramColors+xml",
    "extended-properties": _OFFICE + "extended-properties+xml",
    "custom-properties": _OFFICE + "custom-properties+xml",
    "core-properties": "application/vnd.openxmlformats-package.core-properties+xml",
    "vmlDrawing": _OFFICE + "vmlDrawing",
}
TYPE_OF_ENDING = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "bin": "application/vnd.openxmlformats-officedocument.oleObject",
    "bmp": "image/bmp",
    "emf": "image/x-emf",
    "fntdata": "application/x-fontdata",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
    "wav": "audio/x-wav",
    "wdp": "image/vnd.ms-photo",
    "wmf": "image/x-wmf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Relation:
    """One relationship: `target` is a part's name, or an address where `external`.

    `kind` is the last word of the relationship's type: "slide", "image", "hyperlink", ….
    """

    id: str
    type: str
    target: str
    external: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type."""
        return self.type.rpartition("/")[2]


@dataclass
class Package:
    """A package being worked on. `relations` are by source part, the package itself under ""."""

    name: str
    parts: dict[str, bytes]
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[Relation]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Say once what was mended."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def tree(self, part: str) -> Any:
        """A part's root element, parsed afresh."""
        return parse(self.parts[part], part, self.name)

    def of(self, source: str, kind: str) -> list[Relation]:
        """The relationships of one kind that a part has, in the order of its file."""
        return [r for r in self.relations.get(source, ()) if r.kind == kind and not r.external]

    def target(self, source: str, identity: str | None) -> str:
        """The part that a relationship leads to; "" for none."""
        found = (r.target for r in self.relations.get(source, ()) if r.id == identity)
        return next(found, "")

    def relate(self, source: str, kind: str, target: str) -> str:
        """Add a relationship and give its id, the first that is free."""
        held = self.relations.setdefault(source, [])
        taken = {relation.id for relation in held}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        held.append(Relation(f"rId{number}", REL + kind, target))
        return f"rId{number}"

    def reached(self) -> Iterator[str]:
        """Every part that relationships lead to, each once, nearest first."""
        seen, waiting = {ROOT}, [ROOT]
        for source in waiting:
            for relation in self.relations.get(source, ()):
                if not relation.external and relation.target not in seen:
                    seen.add(relation.target)
                    waiting.append(relation.target)
                    yield relation.target

    def free_name(self, pattern: str) -> str:
        """A part name that is not taken, `pattern` having a {} for the number."""
        taken = {name.lower() for name in self.parts}
        numbers = range(1, len(taken) + 2)
        return next(n for i in numbers if (n := pattern.format(i)).lower() not in taken)


def read_package(content: bytes, name: str) -> Package:
    """Unpack, and read content types and relationships as far as they can be made sense of.

    Raises:
        DocumentProblem: it is no package, or breaks the bounds.
    """
    package = Package(name, unzip(content, name))
    _read_types(package)
    for part in [p for p in package.parts if p.endswith(".rels")]:
        source = _source(part)
        if source == ROOT or source in package.parts:
            package.relations[source] = _read_relations(package, part, source)
    package.parts = {n: c for n, c in package.parts.items() if n != TYPES and not _is_relations(n)}
    return package


def written_package(package: Package) -> bytes:
    """Pack every part that can be reached; same package, same bytes."""
    kept = list(package.reached())
    out = [(TYPES, types_xml(package, kept)), ("_rels/.rels", relations_xml(package, ROOT))]
    for part in kept:
        out.append((part, package.parts[part]))
        if package.relations.get(part):
            out.append((rels_name(part), relations_xml(package, part)))
    return pack(out)


def rels_name(part: str) -> str:
    """Where a part's relationships are kept."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _is_relations(name: str) -> bool:
    return name.endswith(".rels") and (name.startswith("_rels/") or "/_rels/" in name)


def _source(rels: str) -> str:
    folder, _, name = rels.rpartition("_rels/")
    return folder + name.removesuffix(".rels")


def _read_types(package: Package) -> None:
    found = next((n for n in package.parts if n.lower() == TYPES.lower()), None)
    if found is None:
        package.note("The list of content types was missing.")
        return
    defaults: dict[str, str] = {}
    given: dict[str, str] = {}
    for child in package.tree(found):
        kind = child.get("ContentType", "")
        if child.tag == _TYPES_NS + "Default":
            defaults[child.get("Extension", "").lower()] = kind
        elif child.tag == _TYPES_NS + "Override":
            given[unquote(child.get("PartName", "")).lstrip("/").lower()] = kind
    for part in package.parts:
        known = given.get(part.lower()) or defaults.get(ending(part))
        if known:
            package.types[part] = known


def ending(part: str) -> str:
    """A part name's extension in small letters, without its dot."""
    return part.rpartition("/")[2].rpartition(".")[2].lower()


def _read_relations(package: Package, part: str, source: str) -> list[Relation]:
    """The relationships in one file; of two with the same id the first counts."""
    found: dict[str, Relation] = {}
    names = {name.lower(): name for name in package.parts}
    for child in package.tree(part):
        identity, kind, target = child.get("Id"), child.get("Type"), child.get("Target")
        if not (identity and kind and target is not None) or identity in found:
            continue
        external = child.get("TargetMode") == "External"
        if not external:
            target = _resolved(source, target, names)
        found[identity] = Relation(identity, transitional_type(kind), target, external)
    return list(found.values())


def transitional_type(kind: str) -> str:
    """A relationship type of ISO Strict as Transitional spells it; others as they are."""
    if not kind.startswith(_STRICT_REL):
        return kind
    word = kind.removeprefix(_STRICT_REL)
    return REL + _STRICT_NAMES.get(word, word)


def _resolved(source: str, target: str, names: dict[str, str]) -> str:
    """The part a target means, as the archive spells it; a name of no part for a dangling one."""
    plain = target.replace("\\", "/").partition("#")[0]
    folder = posixpath.dirname(source)
    for spelling in (plain, unquote(plain)):
        path = spelling if spelling.startswith("/") else f"/{folder}/{spelling}"
        found = names.get(posixpath.normpath(path).lstrip("/").lower())
        if found:
            return found
    return re.sub(r"^/+", "", posixpath.normpath(f"/{folder}/{plain}"))


def types_xml(package: Package, kept: list[str]) -> bytes:
    """Defaults for pictures and the like, an override for everything else."""
    root = etree.Element(_TYPES_NS + "Types", nsmap={None: _TYPES_NS[1:-1]})
    used = {"rels", "xml"} | {ending(p) for p in kept if not _needs_override(package, p)}
    for one in sorted(used):
        etree.SubElement(
            root, _TYPES_NS + "Default", Extension=one, ContentType=TYPE_OF_ENDING[one]
        )
    for part in kept:
        if _needs_override(package, part):
            etree.SubElement(
                root, _TYPES_NS + "Override", PartName=f"/{part}", ContentType=package.types[part]
            )
    return written(root)


def _needs_override(package: Package, part: str) -> bool:
    return TYPE_OF_ENDING.get(ending(part)) != package.types[part]


def types_changed(package: Package, old: bytes, brought: list[str], gone: set[str]) -> bytes:
    """A package's own list of content types, with some parts new and some gone."""
    root = parse(old, TYPES, package.name)
    names = {f"/{part}".lower() for part in [*brought, *gone]}
    for child in root.findall(_TYPES_NS + "Override"):
        if child.get("PartName", "").lower() in names:
            root.remove(child)
    for part in brought:
        etree.SubElement(
            root, _TYPES_NS + "Override", PartName=f"/{part}", ContentType=package.types[part]
        )
    return written(root)


def relations_xml(package: Package, source: str) -> bytes:
    """A part's relationships as a file beside it."""
    root = etree.Element(_RELS_NS + "Relationships", nsmap={None: _RELS_NS[1:-1]})
    folder = posixpath.dirname(source)
    for relation in package.relations.get(source, ()):
        target = relation.target
        if not relation.external:
            target = posixpath.relpath(f"/{target}", f"/{folder}")
        child = etree.SubElement(
            root, _RELS_NS + "Relationship", Id=relation.id, Type=relation.type, Target=target
        )
        if relation.external:
            child.set("TargetMode", "External")
    return written(root)
