"""Footnotes for what the sources support: once a sentence, document and page at the end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.documents.evidence import Evidence
from copydesk.documents.passage import Document
from copydesk.documents.provenance import Checked, lookup

_NOTE = re.compile(r"\[\^(\d+)\]")
_CITED = ("number", "date", "quotation")  # a name alone proves nothing


@dataclass(frozen=True)
class Citation:
    """Where the sources say what a sentence says.

    Attributes:
        line: of the sentence, 1-based.
        offset: in the Markdown, behind the sentence, before its closing white space.
        document: the source's name.
        page: 1-based, 0 where it has none.
    """

    line: int
    offset: int
    document: str
    page: int


def footnotes(
    markdown: str, documents: Sequence[Document] | Evidence, language: Language
) -> list[Citation]:
    """One citation for each sentence with a number, date or quotation that the sources have.

    The place that supports most of the sentence is named. Headings, table rows, and sentences that
    have a footnote already are left out.
    """
    found: list[Citation] = []
    held: list[Checked] = []
    for item in lookup(markdown, documents, language):
        if held and item.start != held[0].start:
            found += _cited(markdown, held)
            held = []
        held.append(item)
    return found + (list(_cited(markdown, held)) if held else [])


def _cited(markdown: str, held: Sequence[Checked]) -> Iterator[Citation]:
    sentence = markdown[held[0].start : held[0].end]
    line_start = markdown.rfind("\n", 0, held[0].start + 1) + 1
    if markdown[line_start:].lstrip().startswith(("#", "|")) or _NOTE.search(sentence):
        return
    places = [
        [(document.name, passage.page) for document, passage in item.support.places if passage.text]
        for item in held
        if item.support and item.claim.kind in _CITED
    ]
    choices = [place for given in places for place in dict.fromkeys(given)]
    if choices:
        name, page = max(dict.fromkeys(choices), key=choices.count)
        offset = held[0].start + len(sentence.rstrip())
        yield Citation(held[0].claim.line, offset, name, page)


def cite(markdown: str, documents: Sequence[Document] | Evidence, language: Language) -> str:
    """The text with footnotes [^1] behind its sentences, and what they say at the end.

    A place that was cited before has its number again. Citing twice changes nothing; notes of the
    writer's own stay, and new numbers begin after theirs.
    """
    citations = footnotes(markdown, documents, language)
    last = max((int(number) for number in _NOTE.findall(markdown)), default=0)
    numbers: dict[tuple[str, int], int] = {}
    pieces: list[str] = []
    at = 0
    for citation in citations:
        key = (citation.document, citation.page)
        number = numbers.setdefault(key, last + len(numbers) + 1)
        pieces += [markdown[at : citation.offset], f"[^{number}]"]
        at = citation.offset
    text = "".join([*pieces, markdown[at:]])
    if not numbers:
        return text
    notes = "\n".join(f"[^{n}]: {_named(*key, language)}" for key, n in numbers.items())
    return f"{text.rstrip()}\n\n{notes}\n"


def _named(document: str, page: int, language: Language) -> str:
    name = re.sub(r"([\\`*_\[\]<>])", r"\\\1", document)
    if language == "zh":
        return f"{name}，第 {page} 页" if page else name
    return f"{name}, p. {page}" if page else name
