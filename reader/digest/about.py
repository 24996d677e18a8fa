"""What a document is: its title, its sort, and what it is about in a sentence."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from copydesk.documents.passage import Passage
from copydesk.documents.terms import terms
from copydesk.errors import GenerationFailed
from copydesk.findings import Finding
from copydesk.generate import schema as shape
from copydesk.prose.units import sentences
from copydesk.reader.addressed import addressed
from copydesk.reader.digest.choose import Weights
from copydesk.reader.digest.kinds import likely
from copydesk.reader.digest.source import Said, Source, caption_of
from copydesk.reader.digest.verify import is_whole, unsupported
from copydesk.reader.digest.word import Wording

_SHARED = 0.35  # of the sentence's words that must stand in what was read: it sums up
_SAYS = {"en": 260, "zh": 110}  # characters
_BEGINNING = {"en": 1000, "zh": 400}  # characters that are read of it
_HEADINGS, _HEADING = 10, 50
_LONGEST_TITLE = 200
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*|untitled.*|无标题.*|"
    r"(?:slide|document|page|sheet)\s?\d*|"
    r".*\.(?:docx?|pdf|pptx?|xlsx?|indd|tex|dvi|html?))",
    re.IGNORECASE,
)

_CITATION = re.compile(
    r"(?:recommended|suggested|preferred) citation:?.{0,120}?[“\"]([^”\"]{8,150})[”\"]",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:\d[\d.]*\s*)?(?:main|key)? ?(?:findings|points)|introduction|abstract|"
    r"(?:executive )?summary|"
    r"contents|about .*|acknowledge?ments?|.*\b(?:19|20)\d\d|摘要|引言|前言|目录|主要发现|概述",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:[IVX]+|\d+(?:\.\d+)*|[A-Z])[.)] |[第（(]?[一二三四五六七八九十]+[章节、）)]"
)
_AGAINST = re.compile(r"vs?\. (\S.{1,80}?)[.,]?")
_WHO = re.compile(r"(?:Re: |In re:? )?(\S.{1,80}?),?")


def title_of(source: Source) -> str:
    """What the document calls itself, on its pages rather than in its properties; else its file."""
    document = source.document
    first = [p for p in document.passages[:60] if p.page <= 2]
    beginning = " ".join(p.text for p in first)
    given = " ".join(document.title.split())
    known = set(terms(beginning))
    own = set(terms(given))
    stands = bool(own) and len(own & known) / len(own) >= 0.7
    if given and not _NO_TITLE.fullmatch(given) and (stands or not first):
        return given[:_LONGEST_TITLE]
    if cited := _CITATION.search(beginning):
        return cited[1].strip(" ,.")
    if case := _case(first):
        return case
    likely = [p for at, p in enumerate(first) if _may_be_title(p, first=not at)]
    found = next((p.text for p in likely if p.kind == "heading"), "")
    found = found or next((p.text for p in likely), "")
    plain = re.sub(r"[_\s]+", " ", Path(document.name).stem).strip()
    return (found or plain or document.name)[:_LONGEST_TITLE]


def _case(first: Sequence[Passage]) -> str:
    """“A v. B”, which judgments set over two lines or three; "" where there is none."""
    for before, passage in pairwise(first):
        against = _AGAINST.fullmatch(passage.text.strip())
        who = _WHO.fullmatch(before.text.strip())
        if against and who:
            return f"{who[1]} v. {against[1]}"
    return ""


def _may_be_title(passage: Passage, *, first: bool) -> bool:
    text = passage.text.strip()
    # One word on top is the title where a file has no pages; on a page it may be a logo.
    least = 1 if first and not passage.page and passage.kind == "heading" else 2
    plain = least <= len(terms(text)) <= 25 and not caption_of(passage) and passage.kind != "row"
    return (
        plain
        and not text.endswith((":", "：", ".", ","))
        and not _GENERIC.fullmatch(text)
        and not _NUMBERED.match(text)
        and not _NO_TITLE.fullmatch(text)
    )


def about(source: Source, weights: Weights, wording: Wording) -> tuple[str, str]:
    """The sort of document, and what it is about; without a model its most telling sentence."""
    telling = weights.best(_early(source), 1)
    own = telling[0].text if telling else ""
    kinds = likely(source)
    if not wording.generator:
        return "".join(kinds) if len(kinds) == 1 else "", own
    beginning, headings = _beginning(source, telling), _headings(source)
    known = " ".join([*beginning, *headings])
    request = wording.request(
        "digest_about.j2", beginning=beginning, headings=headings, kinds=len(kinds) > 1
    )

    def accept(answer: dict[str, Any]) -> tuple[str, str]:
        says = _whole(answer["says"])
        if reason := unsupported(says, known, wording.title, source.language, _SHARED):
            raise ValueError(reason)
        return answer["kind"], says

    def settle(answer: dict[str, Any]) -> tuple[str, str]:
        wording.findings.append(
            Finding(code="about-dropped", place="the sentence on top", message=answer["says"])
        )
        return answer["kind"], own

    says = shape.text(_SAYS[source.language], shortest=20, language=source.language)
    schema = shape.record(kind=shape.choice(*(kinds or [""])), says=says)
    try:
        return wording.ask(request, schema, accept, settle)
    except GenerationFailed:
        return "".join(kinds) if len(kinds) == 1 else "", own


def _whole(says: str) -> str:
    """The whole sentences of what was said: the last one may be broken off at the limit."""
    ended = [sentence for sentence in sentences(says, "en") if is_whole(sentence)]
    return " ".join(ended) if says.isascii() or " " in says else "".join(ended)


def _early(source: Source) -> list[Said]:
    """The sentences of its beginning: of the first tenth, and of twenty at least."""
    return source.said[: max(20, len(source.said) // 10)]


def _beginning(source: Source, telling: list[Said]) -> list[str]:
    """The first passages as far as there is room, and the sentence that says most."""
    room = _BEGINNING[source.language]
    lines: list[str] = []
    for number in source.body:
        text = source.document.passages[number].text
        if addressed(text):
            text = " ".join(one for one in sentences(text, "en") if not addressed(one))
        if len(text) > room:
            lines.append(text[:room].rsplit(" ", 1)[0])
            break
        lines.append(text)
        room -= len(text)
    shown = " ".join(lines)
    return [*lines, *(said.text for said in telling if said.text not in shown)]


def _headings(source: Source) -> list[str]:
    return [heading[:_HEADING] for heading in source.headings[:_HEADINGS]]
