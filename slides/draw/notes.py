"""Speaker notes: what is said, what the slide had no place for, and where its numbers come from."""

from typing import Any

from copydesk.brief import Language
from copydesk.slides.draw.bundle import Bundle, Relations
from copydesk.slides.draw.elements import make, part, tag
from copydesk.slides.typeset.fit import printable
from copydesk.slides.typeset.runs import write_plain


class Notes:
    """Writes the notes pages of one deck."""

    def __init__(self, bundle: Bundle, language: Language) -> None:
        self._bundle = bundle
        self._language = language
        self._master = ""
        self._body = "1"

    def write(self, slide: str, lines: list[str]) -> str:
        """The notes page of the slide's part `slide`, a paragraph a line; returns its part."""
        if not self._master:
            self._master, tree = self._bundle.notes_master()
            self._body = _body_index(tree)
        relations = Relations()
        relations.to("notesMaster", self._master)
        relations.to("slide", slide)
        return self._bundle.add("notesSlide", part(self._page(lines)), relations)

    def _page(self, lines: list[str]) -> Any:
        body = make("p:txBody", make("a:bodyPr"), make("a:lstStyle"))
        write_plain(body, lines, self._language)
        identity = make("p:cNvPr", id=1, name="")
        tree = make(
            "p:spTree",
            make("p:nvGrpSpPr", identity, make("p:cNvGrpSpPr"), make("p:nvPr")),
            make("p:grpSpPr"),
            _shape(2, "slide image", {"type": "sldImg"}),
            _shape(3, "notes", {"type": "body", "idx": self._body}, body),
        )
        mapping = make("p:clrMapOvr", make("a:masterClrMapping"))
        return make("p:notes", make("p:cSld", tree), mapping)


def note_lines(notes: str, *more: str) -> list[str]:
    """The lines of a slide's notes, cleaned, and what is added to them."""
    return [line for line in (printable(text) for text in [*notes.split("\n"), *more]) if line]


def _shape(
    id_: int, name: str, ph: dict[str, str], body: Any = None, *, image: bool = False
) -> Any:
    locks = {"noGrp": 1, "noRot": 1, "noChangeAspect": 1} if image else {"noGrp": 1}
    head = make(
        "p:nvSpPr",
        make("p:cNvPr", id=id_, name=name),
        make("p:cNvSpPr", make("a:spLocks", **locks)),
        make("p:nvPr", make("p:ph", **ph)),
    )
    return make("p:sp", head, make("p:spPr"), body)


def _body_index(master: Any) -> str:
    """The index of the text placeholder on a notes master."""
    for ph in master.iter(tag("p:ph")):
        if ph.get("type") == "body":
            return str(ph.get("idx", "1"))
    return "1"
