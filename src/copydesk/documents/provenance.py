"""Provenance: what a text claims is looked up in its sources; what is not there is marked."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copydesk.brief import LANGUAGES, Language, detect_language
from copydesk.documents.evidence import Evidence, Support
from copydesk.documents.passage import Document
from copydesk.findings import Finding
from copydesk.prose.claims import UNSUPPORTED, Claim, claims, masked

_CLAUSE = 90  # characters to either side of a claim; Chinese a third
_HEDGE = re.compile(
    r"(?:about|around|roughly|nearly|almost|approximately|some|over|"
    r"more than|less than|under|fewer than|close to|up to|at least|just (?:over|under)|~|"
    r"约|近|大约|将近|超过|接近|逾|不到)\s*$",
    re.IGNORECASE,
)
_HEDGED_AFTER = re.compile(r"(?:多|余|左右|以上|上下)")
_BREAK = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[A-Z“\"'(\[\d*#-])|(?<=[。！？；])|\n")
_ADDED = re.compile(
    "|".join([*(re.escape(sign) for sign in UNSUPPORTED.values()), r"\[\^[^\]\[\s]+\](?!:)"])
)
_NEEDS = 60  # characters; with a shorter sentence the one before it is read as well


@dataclass(frozen=True)
class Checked:
    """A claim, the sentence it stands in (offsets), and where the sources say it."""

    claim: Claim
    start: int
    end: int
    support: Support


def check(
    markdown: str,
    documents: Sequence[Document] | Evidence,
    language: Language,
    *,
    also: str = "",
) -> list[Finding]:
    """Every number, date, name and quotation that the sources do not have.

    Args:
        documents: the sources; an `Evidence` made once saves time over many texts.
        also: the brief: what stands in it needs no other source (ignored with an `Evidence`).

    Returns:
        Findings with the codes unsupported-number, -date, -name and -quotation, in reading order;
        `measured` is what the text says, `place` “line N”.
    """
    checked = lookup(markdown, documents, language, also=also)
    return [_finding(item) for item in checked if not item.support]


def lookup(
    markdown: str,
    documents: Sequence[Document] | Evidence,
    language: Language,
    *,
    also: str = "",
) -> list[Checked]:
    """Every claim of a text with its support. What a supported quotation holds is supported."""
    evidence = documents if isinstance(documents, Evidence) else Evidence(documents, also)
    bare = _ADDED.sub("", markdown)  # so that marks and footnotes move no sentence
    text = masked(bare)
    spans = list(_sentences(text))
    found: list[Checked] = []
    quoted = (0, 0)
    for claim in claims(bare, language):
        if quoted[0] <= claim.start and claim.end <= quoted[1]:
            continue
        index = bisect_right(spans, (claim.start, len(text) + 2)) - 1
        item = _checked(claim, text, spans, index, evidence, language)
        if claim.kind == "quotation" and item.support:
            quoted = (claim.start, claim.end)
        found.append(item)
    return list(_shifted(found, markdown))


def _shifted(found: Sequence[Checked], markdown: str) -> Iterator[Checked]:
    """The claims at their offsets in the text with its marks and footnotes."""
    places: list[int] = []
    lengths = [0]
    for added in _ADDED.finditer(markdown):
        places.append(added.start() - lengths[-1])
        lengths.append(lengths[-1] + len(added[0]))

    def moved(offset: int) -> int:
        return offset + lengths[bisect_left(places, offset)]

    for item in found:
        claim = item.claim
        placed = replace(claim, start=moved(claim.start + 1) - 1, end=moved(claim.end))
        yield Checked(placed, moved(item.start + 1) - 1, moved(item.end), item.support)


def _checked(
    claim: Claim,
    text: str,
    spans: list[tuple[int, int]],
    index: int,
    evidence: Evidence,
    language: Language,
) -> Checked:
    start, end = spans[index]
    reach = _CLAUSE if language == "en" else _CLAUSE // 3
    around = [
        text[start:end],
        text[max(start, claim.start - reach) : min(end, claim.end + reach)],
    ]
    if end - start < (_NEEDS if language == "en" else _NEEDS // 3) and index:
        around.append(text[spans[index - 1][0] : end])
    hedged = bool(_HEDGE.search(text[max(start, claim.start - 16) : claim.start]))
    hedged = hedged or bool(_HEDGED_AFTER.match(text[claim.end : claim.end + 2]))
    return Checked(claim, start, end, evidence.support(claim, around, hedged=hedged))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences; together they cover the text."""
    start = 0
    for match in _BREAK.finditer(text):
        if match.end() > start:
            yield start, match.end()
            start = match.end()
    yield start, len(text) + 1


def _finding(item: Checked) -> Finding:
    claim = item.claim
    said = f"“{claim.text}”" if claim.kind == "quotation" else claim.text
    where = "is in no source"
    if item.support.apart:
        _, passage = item.support.places[0]
        page = f" (p. {passage.page})" if passage.page else ""
        where = f"is in the sources{page}, but not of this"
    return Finding(
        code=f"unsupported-{claim.kind}",
        place=f"line {claim.line}",
        message=f"The {claim.kind} {said} {where}.",
        measured=claim.text,
        allowed="what the sources or the brief say",
        fix="give what the source says, or leave it out",
    )


def mark(markdown: str, findings: Sequence[Finding]) -> str:
    """The text with each unsupported claim marked behind it; marking twice changes nothing.

    A claim is found again by its line and wording, so the text must be the one that was checked.
    """
    wanted = Counter((f.code, f.place, f.measured) for f in findings)
    bare = _ADDED.sub("", markdown)
    added = _added(markdown)
    sign = UNSUPPORTED[detect_language(bare)]
    for claim in _read_again(bare):
        key = (f"unsupported-{claim.kind}", f"line {claim.line}", claim.text)
        if wanted[key] > 0:
            wanted[key] -= 1
            there = added.get(claim.end, "")
            if not there.startswith(tuple(UNSUPPORTED.values())):
                added[claim.end] = sign + there
    pieces, at = [], 0
    for place, text in sorted(added.items()):
        pieces += [bare[at:place], text]
        at = place
    return "".join([*pieces, bare[at:]])


def _added(markdown: str) -> dict[int, str]:
    """Marks and footnotes of a text by where they stand in the text without them."""
    added: dict[int, str] = {}
    length = 0
    for one in _ADDED.finditer(markdown):
        place = one.start() - length
        added[place] = added.get(place, "") + one[0]
        length += len(one[0])
    return added


def _read_again(markdown: str) -> list[Claim]:
    """The claims of a text in either language, each once."""
    both = {
        (claim.kind, claim.start, claim.end): claim
        for language in LANGUAGES
        for claim in claims(markdown, language)
    }
    return sorted(both.values(), key=lambda claim: claim.start)
