"""A presentation without its slides: masters, layouts and themes, ready to be filled."""

from typing import Any

from copydesk.errors import DocumentProblem
from copydesk.slides.package.forget import remove
from copydesk.slides.package.markup import P, R, written
from copydesk.slides.package.mend import complete_types, lose
from copydesk.slides.package.opening import Opened, check_opens, mended
from copydesk.slides.package.parts import ROOT, Package, written_package
from copydesk.slides.package.structure import layouts_of, masters

_SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
_OF_SLIDES = ("sldIdLst", "custShowLst", "photoAlbum", "custDataLst", "smartTags", "modifyVerifier")
_PRESENTATION_KEPT = {"slideMaster", "notesMaster", "handoutMaster", "theme", "font"}
_PRESENTATION_KEPT |= {"presProps", "tableStyles"}
_ROOT_KEPT = {"officeDocument", "core-properties", "custom-properties", "classificationlabels"}


def template_of(content: bytes, name: str = "The template") -> bytes:
    """The same presentation without slides and whatever only slides use.

    Layouts, masters and themes keep their bytes unless something in them was broken.

    Raises:
        DocumentProblem: it is no presentation, is damaged, or has no layouts.
    """
    return opened_template(content, name).content


def opened_template(content: bytes, name: str = "The template") -> Opened:
    """The same, with what was mended."""
    package, main = mended(content, name)
    _strip_presentation(package, main)
    package.relations[ROOT] = [r for r in package.relations[ROOT] if r.kind in _ROOT_KEPT]
    _strip_properties(package, main)
    _strip_links_to_slides(package, main)
    _unlist_stray_layouts(package, main)
    complete_types(package)
    made = written_package(package)
    check_opens(made, name)
    return Opened(made, tuple(package.notes))


def _strip_presentation(package: Package, main: str) -> None:
    root = package.tree(main)
    for kind in _OF_SLIDES:
        for element in root.findall(P + kind):
            remove(element)
    for extension in root.findall(f"{P}extLst/{P}ext"):
        if extension.get("uri") == _SECTIONS:
            remove(extension)
    held = package.relations.get(main, [])
    package.relations[main] = [r for r in held if r.kind in _PRESENTATION_KEPT]
    known = {relation.id for relation in package.relations[main]}
    for element in [e for e in root.iter("*") if _names_unknown(e, known)]:
        remove(element)
    package.parts[main] = written(root)


def _names_unknown(element: Any, known: set[str]) -> bool:
    return element.get(R + "id") is not None and element.get(R + "id") not in known


def _strip_properties(package: Package, main: str) -> None:
    """How the old slides were shown (a kiosk, some slides only) is not how the new ones are."""
    for relation in package.of(main, "presProps"):
        root = package.tree(relation.target)
        gone = [e for kind in ("showPr", "htmlPubPr", "webPr") for e in root.findall(P + kind)]
        for element in gone:
            remove(element)
        if gone:
            package.parts[relation.target] = written(root)


def _strip_links_to_slides(package: Package, main: str) -> None:
    """A button on a layout that leads to a slide would keep that slide."""
    for part in [*masters(package, main), *(package.reached())]:
        held = package.relations.get(part, [])
        lost = {r.id for r in held if r.kind in ("slide", "notesSlide") and not r.external}
        if lost:
            package.relations[part] = [r for r in held if r.id not in lost]
            lose(package, part, lost)


def _unlist_stray_layouts(package: Package, main: str) -> None:
    if not any(layouts_of(package, master) for master in masters(package, main)):
        raise DocumentProblem(
            f"{package.name} has no slide layouts, so there is nothing to fill.",
            "give a template with at least one layout, or leave -t out to use one of ours",
        )
