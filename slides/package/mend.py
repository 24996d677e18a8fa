"""What is amiss between parts: dangling relationships, macros, links out, content types."""

from collections.abc import Iterator

from copydesk.errors import DocumentProblem
from copydesk.slides.package.archive import XML_NAMES, damaged
from copydesk.slides.package.forget import forget, forget_macros
from copydesk.slides.package.markup import REL, Malformed, P, local, written
from copydesk.slides.package.parts import (
    MAIN_TYPE,
    ROOT,
    TYPE_OF_ENDING,
    TYPE_OF_RELATION,
    Package,
    Relation,
    ending,
)

_MACROS = {"vbaProject", "wordVbaData", "control", "activeXControlBinary", "attachedToolbars"}
_ROOT_KEPT = {"officeDocument", "core-properties", "extended-properties", "custom-properties"}
_ROOT_KEPT |= {"thumbnail", "classificationlabels"}
_OTHER_FILES = {
    "document": "a Word document",
    "workbook": "an Excel workbook",
    "VisioDocument": "a Visio drawing",
}
_NEEDED = {"officeDocument", "slide", "slideLayout", "slideMaster"}
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def main_part(package: Package) -> str:
    """The presentation part, its relationship and type put right.

    Raises:
        DocumentProblem: the package is another kind of document, or none.
    """
    main = next((r.target for r in package.of(ROOT, "officeDocument")), "")
    if main not in package.parts:
        main = next((n for n in package.parts if n.lower() == "ppt/presentation.xml"), "")
        if not main:
            raise _no_presentation(package)
        package.note("The package did not say which part is the presentation.")
        held = package.relations.get(ROOT, [])
        package.relations[ROOT] = [r for r in held if r.kind != "officeDocument"]
        package.relate(ROOT, "officeDocument", main)
    root = package.tree(main)
    if root.tag != P + "presentation":
        raise _other_kind(package, _OTHER_FILES.get(local(root), "another kind of document"))
    if "macroEnabled" in package.types.get(main, ""):
        package.note("It is a file with macros; they were left out.")
    package.types[main] = MAIN_TYPE
    return main


def cut_links(package: Package) -> None:
    """Drop macros, links out of the file, and relationships that lead nowhere.

    Raises:
        DocumentProblem: a part without which there is no presentation is broken, or one is hostile.
    """
    broken = set(_broken(package))
    for source in [ROOT, *package.parts]:
        held = package.relations.get(source, [])
        kept = [r for r in held if r.target not in broken and _keep(package, source, r)]
        lost = {r.id for r in held} - {r.id for r in kept}
        if lost:
            package.relations[source] = kept
        if lost and source not in broken | {ROOT}:
            lose(package, source, lost)
    for part in package.reached():
        if b"ppaction://" in package.parts[part] and part.lower().endswith(".xml"):
            _cut_buttons(package, part)


def lose(package: Package, source: str, lost: set[str]) -> None:
    """Take out what a part says about relationships that it no longer has."""
    if source.lower().endswith(XML_NAMES):
        root = package.tree(source)
        if forget(root, lost):
            package.parts[source] = written(root)


def complete_types(package: Package) -> None:
    """Every part that is reached gets the content type that its first relationship calls for."""
    known: set[str] = set()
    for source in [ROOT, *package.reached()]:
        for relation in package.relations.get(source, ()):
            if not relation.external and relation.target not in known:
                known.add(relation.target)
                package.types[relation.target] = _type_for(package, relation)


def _keep(package: Package, source: str, relation: Relation) -> bool:
    if source == ROOT and relation.kind not in _ROOT_KEPT:
        return False
    if relation.kind in _MACROS:
        package.note("Macros and ActiveX controls were left out.")
        return False
    if relation.external:
        if relation.kind != "hyperlink":
            package.note("Links to files outside the presentation were left out.")
        return relation.kind == "hyperlink"
    if relation.target not in package.parts:
        package.note("References to parts that are not there were taken out.")
        return False
    return True


def _broken(package: Package) -> Iterator[str]:
    """The parts that are no XML though they should be; the deck can do without these."""
    for source in [ROOT, *package.reached()]:
        for relation in package.relations.get(source, ()):
            part = relation.target
            if relation.external or not part.lower().endswith(".xml") or part not in package.parts:
                continue
            try:
                package.tree(part)
            except Malformed:
                if relation.kind in _NEEDED:
                    raise
                package.note(f"The part {part} was damaged and was left out.")
                yield part


def _cut_buttons(package: Package, part: str) -> None:
    root = package.tree(part)
    if forget_macros(root):
        package.parts[part] = written(root)
        package.note("Buttons that run macros or programs were left out.")


def _type_for(package: Package, relation: Relation) -> str:
    part = relation.target
    if relation.type in (REL + relation.kind, _CORE) and relation.kind in TYPE_OF_RELATION:
        return TYPE_OF_RELATION[relation.kind]
    if relation.kind == "officeDocument":
        return MAIN_TYPE
    given = package.types.get(part, "")
    if relation.kind == "image" and not given.startswith("image/"):
        given = _picture_type(package.parts[part], part)
    return given or TYPE_OF_ENDING.get(ending(part), "application/octet-stream")


def _picture_type(content: bytes, part: str) -> str:
    """By the first bytes, because the ending of a part without a type is not to be trusted."""
    marks = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"GIF8", "gif"), (b"BM", "bmp"))
    found = next((kind for mark, kind in marks if content.startswith(mark)), ending(part))
    return TYPE_OF_ENDING.get(found, "image/png")


def _no_presentation(package: Package) -> DocumentProblem:
    kind = package.parts.get("mimetype", b"")[:128].decode("ascii", errors="replace")
    if "opendocument.presentation" in kind:
        return DocumentProblem(
            f"{package.name} is an OpenDocument presentation (.odp).",
            "convert it: open it and save it as .pptx,"
            " or run soffice --headless --convert-to pptx FILE",
        )
    for part, what in (("word/", "a Word document"), ("xl/", "an Excel workbook")):
        if any(name.startswith(part) for name in package.parts):
            return _other_kind(package, what)
    if any(name.startswith("ppt/") for name in package.parts):
        return damaged(package.name)
    return _other_kind(package, "an archive with no presentation in it")


def _other_kind(package: Package, what: str) -> DocumentProblem:
    return DocumentProblem(
        f"{package.name} is {what}, not a presentation.",
        "give a .pptx, .potx, .ppsx, .pptm or .potm file",
    )
