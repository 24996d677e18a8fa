"""Footnotes that say where a text has its numbers, dates and quotations from."""

import re
from collections.abc import Sequence

from copydesk.brief import Language
from copydesk.documents.passage import Document, Passage
from copydesk.documents.provenance import lookup

_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#])")
_NO_SENTENCE = ("#", "|", "```", "~~~", "    ")  # lines that a mark at their end would break
_SECTION = 60  # characters of a heading that a note names


def cite(markdown: str, sources: Sequence[Document], language: Language, *, also: str = "") -> str:
    """The text with a footnote behind each sentence whose facts the sources have.

    One note stands for one page or section of one source. A paragraph that goes on with the same
    place does not name it again. Names alone are no reason for a note.

    Args:
        also: the brief; what stands in it needs no source.
    """
    labels: dict[str, str] = {}
    marks: dict[int, str] = {}
    before = (-1, "")
    for item in lookup(markdown, sources, language, also=also):
        if item.claim.kind == "name" or not item.support:
            continue
        document, passage = item.support.places[0]
        end = len(markdown[: item.end].rstrip())
        if not document.name or not _takes_note(markdown, end):
            continue
        note = _note(document, passage, language)
        paragraph = markdown.rfind("\n\n", 0, end)
        if (paragraph, note) != before:
            label = labels.setdefault(note, f"source-{len(labels) + 1}")
            if f"[^{label}]" not in marks.get(end, ""):
                marks[end] = marks.get(end, "") + f"[^{label}]"
        before = (paragraph, note)
    return _marked(markdown, marks) + _definitions(labels)


def _takes_note(markdown: str, end: int) -> bool:
    line = markdown[markdown.rfind("\n", 0, end) + 1 : end]
    return bool(line.strip()) and not line.startswith(_NO_SENTENCE)


def _note(document: Document, passage: Passage, language: Language) -> str:
    """“Annual report, p. 12”: the document, then page or section."""
    name = _escaped(document.title or document.name)
    section = _escaped(passage.section[:_SECTION])
    if language == "zh":
        place = f"，第{passage.page}页" if passage.page else f"，“{section}”" if section else ""
        return f"{name}{place}。"
    place = f", p. {passage.page}" if passage.page else f", “{section}”" if section else ""
    return f"{name}{place}."


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _marked(markdown: str, marks: dict[int, str]) -> str:
    pieces, start = [], 0
    for end, mark in sorted(marks.items()):
        pieces += [markdown[start:end], mark]
        start = end
    return "".join([*pieces, markdown[start:]])


def _definitions(labels: dict[str, str]) -> str:
    return "".join(f"\n[^{label}]: {note}\n" for note, label in labels.items())
