"""Parts of an Office package: their XML, their relationships, ISO Strict as Transitional.

Only the parts that are asked for are unpacked, so pictures and media cost nothing; and what other
readers stumble over (templates, shows, macros, unknown parts) is nothing to stumble over here.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from copydesk.documents.package import Package, damaged, too_large
from copydesk.errors import DocumentProblem

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

_KINDS = {W + "document": "docx", P + "presentation": "pptx", S + "workbook": "xlsx"}
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_MOST_TAGS = 4_000_000  # of a part that becomes a tree, which needs 150 bytes or so for each
_NO_TITLE = re.compile(  # what programs fill in
    r".*power ?point.*|(?:slide|folie|diapositive|diapositiva|幻灯片) ?\d|untitled.*|document ?\d*"
    r"|microsoft word.*|无标题",
    re.IGNORECASE,
)
_USUAL = ("word/document.xml", "ppt/presentation.xml", "xl/workbook.xml")


@dataclass(frozen=True)
class Relation:
    """A relationship: `kind` is the last word of its type; `target` is a part, "" if outside."""

    id: str
    kind: str
    target: str


class Parts:
    """A package's parts by name; the main one is where its relationships say."""

    def __init__(self, package: Package) -> None:
        self.path = package.path
        self._package = package
        self._names = {name.replace("\\", "/").lower(): name for name in package.names}
        self._relations: dict[str, tuple[Relation, ...]] = {}
        named = [one.target for one in self.relations("") if one.kind == "officeDocument"]
        self.main = next((name for name in (*named, *_USUAL) if self._has(name)), "")

    def _has(self, name: str) -> bool:
        return name.lower() in self._names

    @property
    def kind(self) -> str:
        """docx, pptx, xlsx, or xlsb, which is no XML; "" for anything else."""
        if self.main.lower().endswith(".bin"):
            return "xlsb"
        root = self.tree(self.main) if self.main else None
        return "" if root is None else _KINDS.get(root.tag, "")

    def content(self, name: str) -> bytes:
        """The bytes of a part; b"" if it is not there."""
        found = self._package.read(self._names.get(name.lower(), ""))
        return _STRICT.sub(_transitional, found) if b"purl.oclc.org" in found else found

    def needed(self, name: str) -> Any:
        """The root of a part without which there is no document.

        Raises:
            DocumentProblem: it is not there or broken.
        """
        root = self.tree(name)
        if root is None:
            raise damaged(self.path)
        return root

    def tree(self, name: str) -> Any:
        """The root of a part; None if it is not there or broken.

        Raises:
            DocumentProblem: it declares a document type, or unpacks to too much.
        """
        content = self.content(name)
        if not content:
            return None
        if content.count(b"<") > _MOST_TAGS:
            raise too_large(self.path, f"holds a part of {content.count(b'<'):,} tags")
        try:
            root = etree.fromstring(content, parser())
        except (etree.Error, ValueError):
            return None
        refuse_doctype(self.path, root)
        return root

    def relations(self, source: str) -> tuple[Relation, ...]:
        """The relationships of a part, of the package itself for ""."""
        if source not in self._relations:
            self._relations[source] = tuple(self._read_relations(source))
        return self._relations[source]

    def _read_relations(self, source: str) -> Iterator[Relation]:
        folder, name = posixpath.split(source)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        for child in () if root is None else root:
            if isinstance(child.tag, str):
                kind = child.get("Type", "").rpartition("/")[2]
                outside = child.get("TargetMode") == "External"
                target = "" if outside else _resolved(folder, child.get("Target", ""))
                yield Relation(child.get("Id", ""), kind, target)

    def related(self, source: str, kind: str) -> list[str]:
        """The parts that a part is related to in one way, in the order of its file."""
        return [one.target for one in self.relations(source) if one.kind == kind and one.target]

    def target(self, source: str, identity: str | None) -> str:
        """The part that a relationship leads to; "" for none."""
        found = (one.target for one in self.relations(source) if one.id == identity)
        return next(found, "")

    def title(self) -> str:
        """What the document calls itself, "" where that says nothing."""
        for name in self.related("", "core-properties"):
            root = self.tree(name)
            if root is not None:
                title = (root.findtext("{http://purl.org/dc/elements/1.1/}title") or "").strip()
                return "" if _NO_TITLE.fullmatch(title) else title
        return ""


def parser() -> etree.XMLParser:
    """Entities stay unresolved, nothing is fetched, depth and sizes are libxml2's cautious ones."""
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def refuse_doctype(path: Any, root: Any) -> None:
    """No office program writes a document type; a part that has one wants to blow something up.

    Raises:
        DocumentProblem: it has one.
    """
    if root.getroottree().docinfo.doctype:
        raise DocumentProblem(
            f"{path} holds XML with a document type, which no office program writes.",
            "save it again in Office or LibreOffice, or get it from its author again",
        )


def _resolved(folder: str, target: str) -> str:
    plain = unquote(target.replace("\\", "/").partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, plain)).lstrip("/")


def _transitional(match: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/%s/2006/%s" % match.groups()


def chosen(element: Any) -> Any:
    """The children of an element; of alternatives the first, which is the richer one."""
    for child in element:
        if child.tag == MC + "AlternateContent":
            for branch in child[:1]:
                yield from branch
        elif isinstance(child.tag, str):
            yield child
