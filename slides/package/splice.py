"""One slide of a finished deck exchanged; every other part keeps its bytes."""

import posixpath
from collections.abc import Iterator

from lxml import etree

from copydesk.errors import UsageProblem
from copydesk.slides.package.archive import unzip
from copydesk.slides.package.markup import P, R, written
from copydesk.slides.package.mend import main_part
from copydesk.slides.package.opening import presentation_of
from copydesk.slides.package.parts import (
    MAIN_TYPE,
    ROOT,
    TYPES,
    Package,
    Relation,
    read_package,
    relations_xml,
    rels_name,
    types_changed,
)
from copydesk.slides.package.steady import pack
from copydesk.slides.package.structure import slides_of

_SHARED = {"slideLayout", "slideMaster", "theme", "slide"}
_FOLDERS = {
    "chart": "ppt/charts/chart",
    "notesSlide": "ppt/notesSlides/notesSlide",
    "notesMaster": "ppt/notesMasters/notesMaster",
    "theme": "ppt/theme/theme",
    "image": "ppt/media/image",
    "package": "ppt/embeddings/workbook",
}


def parts_of(content: bytes, name: str = "The deck") -> dict[str, bytes]:
    """Every part by name as it lies in the file, content types and relationships too.

    Raises:
        DocumentProblem: it is no zip archive within bounds.
    """
    return unzip(content, name)


def replace_slide(original: bytes, number: int, made: bytes, name: str = "The deck") -> bytes:
    """`original` with the first slide of `made` in the place of slide `number`, counted from 1.

    The slide keeps its part name, so its place, its id and its section stay. Charts, workbooks,
    pictures and notes come along under free names; the layout is found in the original by the name
    of its part. What only the old slide used is left out. Every other part keeps its bytes.

    Raises:
        UsageProblem: the deck has no such slide, or lacks the layout of the new one.
        DocumentProblem: one of both is damaged.
    """
    old = read_package(original, name)
    if not _plain(old):
        return replace_slide(presentation_of(original, name), number, made, name)
    raw = unzip(original, name)
    new = read_package(made, "the new slide")
    main = main_part(old)
    slides = slides_of(old, main)
    if not 1 <= number <= len(slides):
        raise UsageProblem(
            f"{name} has {len(slides)} slides, and no slide {number}.",
            f"name one from 1 to {len(slides)}" if slides else "give a deck with slides",
        )
    target = slides[number - 1]
    before = set(old.reached())
    brought = _bring(old, target, new, slides_of(new, main_part(new))[0])
    brought += _list_notes_master(old, main, brought)
    gone = before - set(old.reached())
    return pack(_spliced(raw, old, brought, gone))


def _plain(package: Package) -> bool:
    """Whether it is a Transitional .pptx without macros, whose parts can stay as they are."""
    main = next((r.target for r in package.of(ROOT, "officeDocument")), "")
    return package.types.get(main) == MAIN_TYPE and b"purl.oclc.org" not in package.parts[main]


def _bring(old: Package, target: str, new: Package, slide: str) -> list[str]:
    """Copy a slide and what hangs on it into `old`; the names of the parts that came."""
    names = {slide: target}
    waiting = [slide]
    for part in waiting:
        for relation in new.relations.get(part, ()):
            if relation.target not in names and _travels(old, part, relation):
                names[relation.target] = _free(old, relation)
                old.parts[names[relation.target]] = b""
                waiting.append(relation.target)
    comments = old.of(target, "comments")
    for part, here in names.items():
        old.parts[here] = new.parts[part]
        old.types[here] = new.types.get(part, "application/octet-stream")
        old.relations[here] = [_moved(old, r, names) for r in new.relations.get(part, ())]
    for comment in comments:
        old.relate(target, "comments", comment.target)
    return list(names.values())


def _travels(old: Package, part: str, relation: Relation) -> bool:
    """Layouts and masters are in the deck already; a master of notes may not be."""
    if relation.external or relation.kind in _SHARED:
        return relation.kind == "theme" and "notesMaster" in part
    return relation.kind != "notesMaster" or not _notes_master(old)


def _free(old: Package, relation: Relation) -> str:
    stem, ending = posixpath.splitext(relation.target)
    folder = _FOLDERS.get(relation.kind) or posixpath.dirname(stem) + "/part"
    return old.free_name(folder.replace("{", "") + "{}" + ending)


def _moved(old: Package, relation: Relation, names: dict[str, str]) -> Relation:
    """The relationship as it reads in the other package.

    Raises:
        UsageProblem: it leads to a part that the other package lacks.
    """
    if relation.external:
        return relation
    target = names.get(relation.target, relation.target)
    if relation.kind == "notesMaster":
        target = _notes_master(old) or target
    if target not in old.parts:
        raise UsageProblem(
            f"{old.name} has no part {target}, on which the new slide stands.",
            "make the new slide on the deck's own template",
        )
    return Relation(relation.id, relation.type, target)


def _notes_master(old: Package) -> str:
    main = next(r.target for r in old.of(ROOT, "officeDocument"))
    return next((r.target for r in old.of(main, "notesMaster")), "")


def _list_notes_master(old: Package, main: str, brought: list[str]) -> list[str]:
    """Enter a master of notes that came along; the parts that changed by that."""
    master = next((p for p in brought if "notesMaster" in old.types[p]), "")
    if not master:
        return []
    root = old.tree(main)
    listed = etree.Element(P + "notesMasterIdLst")
    one = etree.SubElement(listed, P + "notesMasterId")
    one.set(R + "id", old.relate(main, "notesMaster", master))
    for empty in root.findall(P + "notesMasterIdLst"):
        root.remove(empty)
    root.find(P + "sldMasterIdLst").addnext(listed)
    old.parts[main] = written(root)
    return [main]


def _spliced(
    raw: dict[str, bytes], old: Package, brought: list[str], gone: set[str]
) -> Iterator[tuple[str, bytes]]:
    """Parts in the original's order, then the new ones."""
    dropped = gone | {rels_name(part) for part in gone}
    changed = {part: old.parts[part] for part in brought}
    changed |= {rels_name(p): relations_xml(old, p) for p in brought if old.relations.get(p)}
    for name, content in raw.items():
        if name == TYPES:
            yield name, types_changed(old, content, brought, gone)
        elif name in changed or name not in dropped:
            yield name, changed.pop(name, content)
    yield from changed.items()
