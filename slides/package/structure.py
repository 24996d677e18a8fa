"""The skeleton of a presentation: masters with themes, layouts under masters, slides on layouts."""

from typing import Any

from lxml import etree

from copydesk.slides.package.markup import A, P, R, written
from copydesk.slides.package.mend import lose
from copydesk.slides.package.parts import TYPE_OF_RELATION, Package
from copydesk.slides.package.spare import THEME

_FIRST_ID = 0x80000000  # ids of masters and layouts share one range, from here on
_AFTER_LAYOUTS = ("transition", "timing", "hf", "txStyles", "extLst")


def mend_structure(package: Package, main: str) -> None:
    """Put right what python-pptx and PowerPoint both need and some files lack."""
    for relation in package.of(main, "slideMaster"):
        _mend_theme(package, relation.target)
        _mend_layouts(package, relation.target)
    for relation in package.of(main, "notesMaster") + package.of(main, "handoutMaster"):
        _mend_theme(package, relation.target)
    layouts = [r.target for m in masters(package, main) for r in package.of(m, "slideLayout")]
    for relation in package.of(main, "slide"):
        _mend_slide(package, relation.target, layouts)
    _mend_defaults(package, main)


def masters(package: Package, main: str) -> list[str]:
    """The slide masters that the presentation lists, in its order."""
    found = (
        package.target(main, e.get(R + "id"))
        for e in package.tree(main).findall(f"{P}sldMasterIdLst/{P}sldMasterId")
    )
    return [part for part in found if part]


def layouts_of(package: Package, master: str) -> list[str]:
    """The layouts that a master lists, in its order."""
    found = (
        package.target(master, e.get(R + "id"))
        for e in package.tree(master).findall(f"{P}sldLayoutIdLst/{P}sldLayoutId")
    )
    return [part for part in found if part]


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
    root = package.tree(master)
    listed = root.findall(f"{P}sldLayoutIdLst/{P}sldLayoutId")
    there = [e for e in listed if package.target(master, e.get(R + "id"))]
    for gone in [e for e in listed if e not in there]:
        gone.getparent().remove(gone)
    related = package.of(master, "slideLayout")
    if not there and related:
        _list_layouts(root, related)
    if len(there) < len(listed) or (not there and related):
        package.parts[master] = written(root)
        package.note("The list of layouts did not agree with the layouts that are there.")
    for relation in related:
        if not package.of(relation.target, "slideMaster"):
            package.relate(relation.target, "slideMaster", master)
            package.note("A layout did not name its slide master.")


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


def _mend_slide(package: Package, slide: str, layouts: list[str]) -> None:
    held = package.of(slide, "slideLayout")
    if not held and layouts:
        package.relate(slide, "slideLayout", layouts[0])
        package.note("A slide had no layout and was given the first one.")


def _mend_defaults(package: Package, main: str) -> None:
    """References in the presentation part to what was never related are taken out."""
    root = package.tree(main)
    known = {relation.id for relation in package.relations.get(main, ())}
    named = {v for e in root.iter("*") for k, v in e.items() if k == R + "id"}
    if named - known:
        lose(package, main, named - known)
        package.note("References to parts that are not there were taken out.")
