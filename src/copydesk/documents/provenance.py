"""Provenance: what a text claims is looked up in its sources; what is not there is marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.documents.evidence import Evidence, Support
from copydesk.documents.passage import Document
from copydesk.findings import Finding
from copydesk.prose.claims import UNSUPPORTED, Claim, claims, masked

_CLAUSE = 90  # characters to either side of a claim; Chinese a third
_HEDGE = re.compile(
    r"(?:about|around|roughly|nearly|almost|approximately|some|over|more than|less than|under|"
    r"fewer than|close to|up to|at least|just (?:over|under)|~|约|近|大约|将近|超过|接近|逾|不到)\s*$",
    re.IGNORECASE,
)
_HEDGED_AFTER = re.compile(r"(?:多|余|左右|以上|上下)")
_BREAK = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[A-Z“\"'(\[\d*#-])|(?<=[。！？；])|\n")
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
    text = masked(markdown)
    spans = list(_sentences(text))
    found: list[Checked] = []
    quoted = (0, 0)
    for claim in claims(markdown, language):
        if claim.end <= quoted[1] and claim.start >= quoted[0]:
            continue
        index = next(i for i, (_, end) in enumerate(spans) if claim.start < end)
        item = _checked(claim, text, spans, index, evidence, language)
        if claim.kind == "quotation" and item.support:
            quoted = (claim.start, claim.end)
        found.append(item)
    return found


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
    around = text[start:end]
    if end - start < (_NEEDS if language == "en" else _NEEDS // 3) and index:
        around = text[spans[index - 1][0] : end]
    clause = text[max(start, claim.start - reach) : min(end, claim.end + reach)]
    hedged = bool(_HEDGE.search(text[max(start, claim.start - 16) : claim.start]))
    hedged = hedged or bool(_HEDGED_AFTER.match(text[claim.end : claim.end + 2]))
    return Checked(claim, start, end, evidence.support(claim, around, clause, hedged=hedged))


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
    lines = markdown.split("\n")
    for finding in findings:
        number = re.fullmatch(r"line (\d+)", finding.place)
        if not finding.code.startswith("unsupported-") or not number:
            continue
        index = int(number[1]) - 1
        if 0 <= index < len(lines):
            lines[index] = _marked(lines[index], finding)
    return "\n".join(lines)


def _marked(line: str, finding: Finding) -> str:
    text = finding.measured
    han = bool(re.search(r"[\u3400-\u9fff]", line))
    sign = UNSUPPORTED["zh" if han else "en"]
    closing = '["”」』]?+' if finding.code == "unsupported-quotation" else ""
    before = r"(?<![\w.,])" if text[:1].isascii() and not han else ""
    after = r"(?![\w%]|[.,]\d)" if text[-1:].isascii() and not han else ""
    known = "|".join(re.escape(value) for value in UNSUPPORTED.values())
    pattern = rf"{before}{re.escape(text)}{after}{closing}(?!{known})"
    return re.sub(pattern, lambda match: match[0] + sign, line, count=1)
