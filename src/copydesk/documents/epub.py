"""Electronic books: the chapters in the order of their spine; nothing is fetched."""

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from copydesk.documents.decode import decoded
from copydesk.documents.html import declared, read_chapter
from copydesk.documents.office.parts import parser
from copydesk.documents.package import Package, damaged
from copydesk.documents.reading import Reading
from copydesk.errors import DocumentProblem, LockedDocument

_FONTS = {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
_CHAPTERS = {
    "application/xhtml+xml",
    "text/html",
    "application/x-dtbook+xml",
    "text/x-oeb1-document",
}
_MOST_CHAPTERS = 5000
_MOST_TAGS = 2_000_000  # of all chapters together


@dataclass(frozen=True)
class _Item:
    """A file of the book: where it lies in the archive, what it is."""

    name: str
    kind: str
    properties: str


def read_epub(path: Path, package: Package) -> Reading:
    """Each chapter under its headings, or under its name in the table of contents.

    Raises:
        LockedDocument: its chapters are encrypted, as books that are sold often are.
        DocumentProblem: it is damaged.
    """
    name, opf = _opened(path, package)
    items = _items(posixpath.dirname(name), opf)
    chapters = _chapters(opf, items)
    _refuse_encrypted(path, package, {one.name for one in chapters})
    contents = _contents(package, items.values())
    reading = Reading(title=opf.findtext(".//{http://purl.org/dc/elements/1.1/}title") or "")
    lost, left = 0, _MOST_TAGS
    for chapter in chapters:
        if left < 0:
            reading.notes.append("longer than what was read of it")
            break
        text = _text(path, package.read(chapter.name))
        lost += not text
        left -= text.count("<")
        reading.fresh()
        if chapter.name in contents:
            reading.under(contents[chapter.name])
        read_chapter(text, reading)
    if lost:
        reading.notes.append(f"{lost} of {len(chapters)} chapters are missing or damaged")
    return reading


def _items(folder: str, opf: Any) -> dict[str, _Item]:
    """The files of the book by their id."""
    return {
        one.get("id", ""): _Item(
            _resolved(folder, one.get("href", "")),
            one.get("media-type", ""),
            one.get("properties", ""),
        )
        for one in opf.iter("{*}item")
    }


def _chapters(opf: Any, items: dict[str, _Item]) -> list[_Item]:
    """The chapters in their order; that of the list of files where the book does not say."""
    named = [items[i] for one in opf.iter("{*}itemref") if (i := one.get("idref", "")) in items]
    found = [one for one in named or items.values() if one.kind in _CHAPTERS]
    return [one for one in found if "nav" not in one.properties.split()][:_MOST_CHAPTERS]


def _text(path: Path, content: bytes) -> str:
    """A chapter's page; "" for one that is missing or no text."""
    try:
        return decoded(path, content, declared(content)).text
    except DocumentProblem:
        return ""


def _opened(path: Path, package: Package) -> tuple[str, Any]:
    """The name and root of the file that says what the book is made of."""
    container = _tree(package.read("META-INF/container.xml"))
    named = [] if container is None else container.iter("{*}rootfile")
    names = [one.get("full-path", "") for one in named]
    names += sorted(name for name in package.names if name.lower().endswith(".opf"))
    for name in names:
        root = _tree(package.read(name))
        if root is not None:
            return name, root
    raise damaged(path)


def _tree(content: bytes) -> Any:
    """XML that may have a document type, as older books do; None if it is broken."""
    try:
        return etree.fromstring(content, parser())
    except (etree.Error, ValueError):
        return None


def _resolved(folder: str, href: str) -> str:
    plain = unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, plain)).lstrip("/")


def _refuse_encrypted(path: Path, package: Package, chapters: set[str]) -> None:
    """Fonts may be garbled, as publishers ask for; chapters that are cannot be read."""
    root = _tree(package.read("META-INF/encryption.xml"))
    for one in () if root is None else root.iter("{*}EncryptedData"):
        method = one.find("{*}EncryptionMethod")
        if method is not None and method.get("Algorithm") in _FONTS:
            continue
        named = (_resolved("", part.get("URI", "")) for part in one.iter("{*}CipherReference"))
        if chapters.intersection(named):
            raise LockedDocument(
                f"{path} is encrypted: it opens in the shop's own program only.",
                "give an edition without copy protection",
                opens_here=False,
            )


def _contents(package: Package, items: Any) -> dict[str, str]:
    """What the table of contents calls each chapter, by the chapter's file."""
    names: dict[str, str] = {}
    for item in items:
        folder = posixpath.dirname(item.name)
        if item.kind == "application/x-dtbncx+xml":
            root = _tree(package.read(item.name))
            for point in () if root is None else root.iter("{*}navPoint"):
                target = point.find("{*}content")
                if target is not None:
                    _call(
                        names, _resolved(folder, target.get("src", "")), point.find("{*}navLabel")
                    )
        elif "nav" in item.properties.split():
            root = _tree(package.read(item.name))
            for link in () if root is None else root.iter("{*}a"):
                _call(names, _resolved(folder, link.get("href", "")), link)
    return names


def _call(names: dict[str, str], chapter: str, label: Any) -> None:
    text = "" if label is None else re.sub(r"\s+", " ", "".join(label.itertext())).strip()
    if text and chapter not in names:
        names[chapter] = text[:200]
