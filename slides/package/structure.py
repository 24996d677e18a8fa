"""The skeleton of a presentation: masters with themes, layouts under masters, slides on layouts."""

from typing import Any

from lxml import etree

from copydesk.slides.package.markup import A, P, R, written
from copydesk.slides.package.mend import lose
from copydesk.slides.package.parts import TYPE_OF_RELATION, Package
from copydesk.slides.package.spare import THEME

_FIRST_ID = 0x80000000  # ids of masters and layouts share one range, from here on
_MASTERS = f"{P}sldMasterIdLst/{P}sldMasterId"
_LAYOUTS = f"{P}sldLayoutIdLst/{P}sldLayoutId"
_SLIDES = f"{P}sldIdLst/{P}sldId"
_PAGE = (12192000, 6858000)  # English Metric Units
_LEAST, _MOST = 914_400, 51_206_400  # of a page's side, as the standard has it
_AFTER_LAYOUTS = ("transition", "timing", "hf", "txStyles", "extLst")


def mend_structure(package: Package, main: str) -> None:
    """Put right what python-pptx and PowerPoint both need and some files lack."""
    _unlist(package, main, _MASTERS, "slideMaster")
    _unlist(package, main, _SLIDES, "slide")
    for master in package.of(main, "slideMaster"):
        _mend_theme(package, master.target)
        _mend_layouts(package, master.target)
    for master in package.of(main, "notesMaster") + package.of(main, "handoutMaster"):
        _mend_theme(package, master.target)
    layouts = [r.target for m in masters(package, main) for r in package.of(m, "slideLayout")]
    for slide in package.of(main, "slide"):
        if layouts and not package.of(slide.target, "slideLayout"):
            package.relate(slide.target, "slideLayout", layouts[0])
            package.note("A slide had no layout and was given the first one.")
        _keep_one(package, slide.target, "slideLayout")
    _mend_defaults(package, main)
    _mend_page(package, main)


def masters(package: Package, main: str) -> list[str]:
    """The slide masters that the presentation lists, in its order."""
    return listed(package, main, _MASTERS, "slideMaster")


def layouts_of(package: Package, master: str) -> list[str]:
    """The layouts that a master lists, in its order."""
    return listed(package, master, _LAYOUTS, "slideLayout")


def slides_of(package: Package, main: str) -> list[str]:
    """The parts of the slides in the order they are shown."""
    return listed(package, main, _SLIDES, "slide")


def listed(package: Package, source: str, path: str, kind: str) -> list[str]:
    """The parts that the ids at `path` in `source` lead to."""
    known = {relation.id: relation.target for relation in package.of(source, kind)}
    ids = (element.get(R + "id") for element in package.tree(source).findall(path))
    return [known[one] for one in ids if one in known]


def _unlist(package: Package, source: str, path: str, kind: str) -> bool:
    """Take ids out of a list that lead to no part of that kind; whether any were left."""
    known = {relation.id for relation in package.of(source, kind)}
    root = package.tree(source)
    found = root.findall(path)
    gone = [element for element in found if element.get(R + "id") not in known]
    for element in gone:
        element.getparent().remove(element)
    if gone:
        package.parts[source] = written(root)
        package.note("References to parts that are not there were taken out.")
    return len(gone) < len(found)


def _keep_one(package: Package, source: str, kind: str) -> None:
    """Of several parts of a kind that there may be one of, the first counts."""
    more = {relation.id for relation in package.of(source, kind)[1:]}
    if more:
        held = package.relations[source]
        package.relations[source] = [r for r in held if r.id not in more]


def _mend_theme(package: Package, master: str) -> None:
    for relation in package.of(master, "theme"):
        if package.tree(relation.target).tag == A + "theme":
            return
    held = package.relations.get(master, [])
    package.relations[master] = [r for r in held if r.kind != "theme"]
    name = package.free_name("ppt/theme/theme{}.xml")
    package.parts[name] = THEME
    package.types[name] = TYPE_OF_RELATION["theme"]
    package.relate(master, "theme", name)
    package.note("A slide master had no theme and was given a plain one.")


def _mend_layouts(package: Package, master: str) -> None:
    """Every layout listed is there, and knows its master."""
    related = package.of(master, "slideLayout")
    if not _unlist(package, master, _LAYOUTS, "slideLayout") and related:
        root = package.tree(master)
        _list_layouts(root, related)
        package.parts[master] = written(root)
        package.note("A slide master did not list its layouts.")
    for layout in related:
        if not package.of(layout.target, "slideMaster"):
            package.relate(layout.target, "slideMaster", master)
            package.note("A layout did not name its slide master.")
        _keep_one(package, layout.target, "slideMaster")


def _list_layouts(root: Any, related: list[Any]) -> None:
    for old in root.findall(P + "sldLayoutIdLst"):
        root.remove(old)
    new = etree.Element(P + "sldLayoutIdLst")
    for number, relation in enumerate(related, 1):
        one = etree.SubElement(new, P + "sldLayoutId", id=str(_FIRST_ID + 1024 + number))
        one.set(R + "id", relation.id)
    after = next((c for c in root if etree.QName(c).localname in _AFTER_LAYOUTS), None)
    if after is None:
        root.append(new)
    else:
        after.addprevious(new)


def _mend_page(package: Package, main: str) -> None:
    """A page of a size that programs take: from 1 to 56 inches either way."""
    root = package.tree(main)
    size = root.find(P + "sldSz")
    if size is None or all(_is_length(size.get(side, "")) for side in ("cx", "cy")):
        return
    size.attrib.clear()
    size.set("cx", str(_PAGE[0]))
    size.set("cy", str(_PAGE[1]))
    package.parts[main] = written(root)
    package.note("The size of the page made no sense and was set to 13.33 by 7.5 inches.")


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and _LEAST <= int(text[:12]) <= _MOST


def _mend_defaults(package: Package, main: str) -> None:
    """References in the presentation part to what was never related are taken out."""
    root = package.tree(main)
    known = {relation.id for relation in package.relations.get(main, ())}
    named = {v for e in root.iter("*") for k, v in e.items() if k == R + "id"}
    if named - known:
        lose(package, main, named - known)
        package.note("References to parts that are not there were taken out.")
