"""A presentation being put together: the template's parts as they are, and those that are added.

Parts are numbered and written once, so the cost grows with what is added alone; python-pptx looks
through the whole package for every new slide, chart and picture. A template's own parts keep their
bytes, but for the lists that name the new ones.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pptx
from lxml import etree

from copydesk.errors import DocumentProblem
from copydesk.slides.draw.elements import NAMESPACES, make, parse, part, tag
from copydesk.slides.package.steady import pack

_OFFICE = NAMESPACES["r"]
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PML = "application/vnd.openxmlformats-officedocument.presentationml."
TYPES = {
    "slide": f"{_PML}slide+xml",
    "notesSlide": f"{_PML}notesSlide+xml",
    "notesMaster": f"{_PML}notesMaster+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    "chart": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "core": "application/vnd.openxmlformats-package.core-properties+xml",
}
_EXTENSIONS = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FOLDERS = {
    "slide": "slides/slide",
    "notesSlide": "notesSlides/notesSlide",
    "notesMaster": "notesMasters/notesMaster",
    "theme": "theme/theme",
    "chart": "charts/chart",
    "image": "media/image",
    "package": "embeddings/workbook",
}
_FIRST_SLIDE = 256  # ids of slides begin here (ECMA-376 part 1, 19.7.13)


class Relations:
    """What one part points to: each target once, numbered in the order of asking."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def to(self, kind: str, target: str) -> str:
        """The id of the relationship of `kind` ("slideLayout", "image" …) to the part `target`."""
        return self._ids.setdefault((kind, target), f"rId{len(self._ids) + 1}")

    def xml(self, source: str) -> bytes:
        """The .rels part of the part `source`."""
        folder = posixpath.dirname(source)
        rows = (
            f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" '
            f"Target={quoteattr(posixpath.relpath(target, folder))}/>"
            for (kind, target), id_ in self._ids.items()
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f'{head}<Relationships xmlns="{_RELS}">{"".join(rows)}</Relationships>'.encode()


class Bundle:
    """The parts of one presentation; names are as in the zip, without a slash in front."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self._types = parse(_needed(parts, "[Content_Types].xml"))
        self._main = _target(parts, "", "officeDocument")
        self._folder = posixpath.dirname(self._main)
        self._presentation = parse(_needed(parts, self._main))
        self._relations = _relations(parts, self._main)
        self._counts: dict[str, int] = {}
        self._pictures: dict[str, str] = {}
        self._notes_master = self._named("notesMaster")
        self.layouts = tuple(self._layouts())
        self._trees: dict[int, Any] = {}
        self._slides: list[str] = []

    def layout(self, index: int) -> Any:
        """The element tree of layout `index`, counted over all slide masters; not to be changed."""
        if index not in self._trees:
            self._trees[index] = parse(_needed(self.parts, self.layouts[index]))
        return self._trees[index]

    def slide_name(self) -> str:
        """The name of the slide that will be added next."""
        return f"{self._folder}/slides/slide{len(self._slides) + 1}.xml"

    def add_slide(self, tree: Any, relations: Relations) -> None:
        """Add the next slide of the deck."""
        name = self.slide_name()
        self._put(name, part(tree), TYPES["slide"], relations)
        self._slides.append(name)

    def add(self, kind: str, content: bytes, relations: Relations | None = None) -> str:
        """Add a part of a `kind` ("chart", "notesSlide" …); returns its name."""
        name = self._next(kind, "xml")
        self._put(name, content, TYPES[kind], relations)
        return name

    def add_workbook(self, content: bytes) -> str:
        """Embed a spreadsheet; returns the part's name."""
        return self._raw("package", "xlsx", content)

    def add_picture(self, content: bytes, extension: str) -> str:
        """Add a picture ("png", "jpeg", "gif"), once however often it is shown."""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._pictures:
            self._pictures[digest] = self._raw("image", extension, content)
        return self._pictures[digest]

    def notes_master(self) -> tuple[str, Any]:
        """Name and tree of the notes master; a plain one is added where the template has none."""
        if not self._notes_master:
            self._notes_master = self._plain_notes_master()
        return self._notes_master, parse(self.parts[self._notes_master])

    def content(self, title: str, author: str, language: str) -> bytes:
        """The whole package; the same parts give the same bytes."""
        self._list_slides()
        self._properties(title, author, language)
        self.parts[self._main] = part(self._presentation)
        self.parts[_rels_name(self._main)] = _serial(self._relations)
        types = _serial(self._types)
        names = [name for name in self.parts if name != "[Content_Types].xml"]
        return pack([("[Content_Types].xml", types), *((n, self.parts[n]) for n in names)])

    # The package's own lists ----------------------------------------------------------------------

    def _layouts(self) -> Iterator[str]:
        """Names of the layouts' parts, in the order of the masters and of the lists on them."""
        for id_ in self._presentation.iterfind(f"{tag('p:sldMasterIdLst')}/{tag('p:sldMasterId')}"):
            master = self._target_of(self._relations, self._main, id_)
            relations = _relations(self.parts, master)
            tree = parse(_needed(self.parts, master))
            for entry in tree.iterfind(f"{tag('p:sldLayoutIdLst')}/{tag('p:sldLayoutId')}"):
                yield self._target_of(relations, master, entry)

    def _target_of(self, relations: Any, source: str, entry: Any) -> str:
        wanted = entry.get(tag("r:id"))
        for relation in relations:
            if relation.get("Id") == wanted:
                return _resolved(source, relation.get("Target", ""))
        raise DocumentProblem(
            f"The template's {posixpath.basename(source)} names a part that is not there.",
            "open it in PowerPoint or LibreOffice and save it anew",
        )

    def _named(self, kind: str) -> str:
        """The part that the presentation has a relationship of `kind` to, or nothing."""
        for relation in self._relations:
            if relation.get("Type", "").endswith(f"/{kind}"):
                return _resolved(self._main, relation.get("Target", ""))
        return ""

    def _relate(self, kind: str, target: str) -> str:
        """A new relationship of the presentation; returns its id."""
        numbers = (re.sub(r"\D", "", r.get("Id", "")) for r in self._relations)
        if "rId" not in self._counts:
            self._counts["rId"] = max((int(n[:9]) for n in numbers if n), default=0)
        self._counts["rId"] += 1
        id_ = f"rId{self._counts['rId']}"
        relation = etree.SubElement(self._relations, f"{{{_RELS}}}Relationship")
        relation.set("Id", id_)
        relation.set("Type", f"{_OFFICE}/{kind}")
        relation.set("Target", posixpath.relpath(target, self._folder or "."))
        return id_

    def _list_slides(self) -> None:
        old = self._presentation.find(tag("p:sldIdLst"))
        if old is not None:
            self._presentation.remove(old)
        entries = [
            make("p:sldId", id=_FIRST_SLIDE + i, r__id=self._relate("slide", name))
            for i, name in enumerate(self._slides)
        ]
        self._insert(make("p:sldIdLst", *entries))

    def _insert(self, element: Any) -> None:
        """Put a list of the presentation where its schema wants it: lists of masters come first."""
        before = ["sldMasterIdLst"]
        if _local(element) != "notesMasterIdLst":
            before += ["notesMasterIdLst", "handoutMasterIdLst"]
        places = [i for i, e in enumerate(self._presentation) if _local(e) in before]
        self._presentation.insert(max(places, default=-1) + 1, element)

    # Parts ----------------------------------------------------------------------------------------

    def _raw(self, kind: str, extension: str, content: bytes) -> str:
        name = self._next(kind, extension)
        self.parts[name] = content
        known = {e.get("Extension", "").lower() for e in self._types if _local(e) == "Default"}
        if extension not in known:
            default = etree.Element(f"{{{_TYPES}}}Default")
            default.set("Extension", extension)
            default.set("ContentType", _EXTENSIONS[extension])
            self._types.insert(0, default)
        return name

    def _next(self, kind: str, extension: str) -> str:
        """A name that no part has: counted on from the highest number in the template."""
        stem = f"{self._folder}/{_FOLDERS[kind]}".lstrip("/")
        if kind not in self._counts:
            numbers = (_number(name, stem) for name in self.parts)
            self._counts[kind] = max(numbers, default=0)
        self._counts[kind] += 1
        return f"{stem}{self._counts[kind]}.{extension}"

    def _put(self, name: str, content: bytes, kind: str, relations: Relations | None) -> None:
        self.parts[name] = content
        if relations is not None:
            self.parts[_rels_name(name)] = relations.xml(name)
        override = etree.SubElement(self._types, f"{{{_TYPES}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", kind)

    def _plain_notes_master(self) -> str:
        folder = Path(pptx.__file__).parent / "templates"
        theme = self.add("theme", (folder / "theme.xml").read_bytes())
        relations = Relations()
        relations.to("theme", theme)
        name = self.add("notesMaster", (folder / "notesMaster.xml").read_bytes(), relations)
        entry = make("p:notesMasterId", r__id=self._relate("notesMaster", name))
        old = self._presentation.find(tag("p:notesMasterIdLst"))
        if old is not None:
            self._presentation.remove(old)
        self._insert(make("p:notesMasterIdLst", entry))
        return name

    def _properties(self, title: str, author: str, language: str) -> None:
        """Who and what, but not when: a clock would make every file different."""
        purl = "http://purl.org/dc/elements/1.1/"
        core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="{purl}">'
            f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
            f"<dc:language>{escape(language)}</dc:language>"
            f"<cp:lastModifiedBy>{escape(author)}</cp:lastModifiedBy></cp:coreProperties>"
        )
        self._core(xml.encode())

    def _core(self, content: bytes) -> None:
        relations = _relations(self.parts, "")
        kind = (
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        )
        for relation in relations:
            if relation.get("Type", "").endswith("/core-properties"):
                self.parts[_resolved("", relation.get("Target", ""))] = content
                return
        self._put("docProps/core.xml", content, TYPES["core"], None)
        relation = etree.SubElement(relations, f"{{{_RELS}}}Relationship")
        ids = {r.get("Id") for r in relations}
        free = next(f"rId{n}" for n in range(1, len(ids) + 2) if f"rId{n}" not in ids)
        for key, text in (("Id", free), ("Type", kind), ("Target", "docProps/core.xml")):
            relation.set(key, text)
        self.parts["_rels/.rels"] = _serial(relations)


def _number(name: str, stem: str) -> int:
    """The number at the end of a part's name, without its extension; 0 for other names."""
    if not name.lower().startswith(stem.lower()):
        return 0
    digits = name[len(stem) :].partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


def _needed(parts: dict[str, bytes], name: str) -> bytes:
    if name not in parts:
        raise DocumentProblem(
            f"The template lacks the part {name}.",
            "open it in PowerPoint or LibreOffice and save it anew",
        )
    return parts[name]


def _rels_name(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _relations(parts: dict[str, bytes], source: str) -> Any:
    """The relationships of a part; an empty list where it has none."""
    content = parts.get(_rels_name(source))
    return etree.Element(f"{{{_RELS}}}Relationships") if content is None else parse(content)


def _target(parts: dict[str, bytes], source: str, kind: str) -> str:
    for relation in _relations(parts, source):
        if relation.get("Type", "").endswith(f"/{kind}"):
            return _resolved(source, relation.get("Target", ""))
    raise DocumentProblem("The template is no presentation.", "give a .pptx file")


def _resolved(source: str, target: str) -> str:
    joined = posixpath.join("/", posixpath.dirname(source), target)
    return posixpath.normpath(joined).lstrip("/")


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _serial(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
