"""What an XML part says about relationships that are gone: taken out, so that nothing dangles.

PowerPoint offers to repair a file in which an element names a relationship that does not exist.
"""

from collections.abc import Collection
from typing import Any

from copydesk.slides.package.markup import MC, A, P, R, local

_FRAMES = {P + "graphicFrame", P + "pic", P + "contentPart", MC + "AlternateContent"}
_SHOWN = {"chart", "relIds", "oleObj", "control", "contentPart", "OLEObject"}
_LISTS = {
    *(P + name for name in ("custDataLst", "embeddedFontLst", "notesMasterIdLst", "controls")),
    *(P + name for name in ("handoutMasterIdLst", "extLst", "ext", "embeddedFont")),
    *(A + name for name in ("extLst", "ext")),
}
_MACROS = ("ppaction://macro", "ppaction://program", "ppaction://ole")


def forget(root: Any, lost: Collection[str]) -> bool:
    """Take out what names a lost relationship; whether anything was there to take out."""
    naming = [e for e in root.iter("*") if any(k.startswith(R) and v in lost for k, v in e.items())]
    for element in naming:
        _let_go(element, lost)
    if naming:
        _stop_missing(root)
    return bool(naming)


def forget_macros(root: Any) -> bool:
    """Take out buttons that run macros or programs; whether there were any."""
    found = [e for e in root.iter("*") if e.get("action", "").startswith(_MACROS)]
    for element in found:
        remove(element)
    return bool(found)


def remove(element: Any) -> None:
    """Take an element out, and whatever lists are left empty by that."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and (before := element.getprevious()) is not None:
        before.tail = (before.tail or "") + element.tail
    parent.remove(element)
    if parent.tag in _LISTS and not len(parent):
        remove(parent)


def _let_go(element: Any, lost: Collection[str]) -> None:
    name = local(element)
    if name == "blip":
        _let_picture_go(element, lost)
    elif name in _SHOWN and (frame := _frame_of(element)) is not None:
        remove(frame)
    elif element.getparent() is not None:
        remove(element)


def _let_picture_go(blip: Any, lost: Collection[str]) -> None:
    """A picture goes with its bytes; a fill stays, empty, because its shape may hold text."""
    for key in [k for k, v in blip.items() if k.startswith(R) and v in lost]:
        del blip.attrib[key]
    if not any(k.startswith(R) for k in blip.attrib):
        fill = blip.getparent()
        holder = fill.getparent() if fill is not None else None
        if holder is not None and holder.tag == P + "pic":
            remove(holder)


def _frame_of(element: Any) -> Any:
    """The outermost drawing that an element is the content of."""
    frames = [e for e in element.iterancestors() if e.tag in _FRAMES]
    return frames[-1] if frames else None


def _stop_missing(root: Any) -> None:
    """Drop the animations of a part if they move shapes or play media that are gone."""
    shapes = {e.get("id") for e in root.iter(P + "cNvPr")}
    for timing in root.findall(P + "timing"):
        moved = {e.get("spid") for e in timing.iter(P + "spTgt")}
        plays = any(local(e) in ("audio", "video") for e in timing.iter("*"))
        if plays or not moved <= shapes:
            root.remove(timing)
