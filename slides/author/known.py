"""Numbers that are known: those of the brief, the sources and the data. Others are taken out."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from copydesk.brief import Brief, Language
from copydesk.documents.evidence import Evidence
from copydesk.documents.provenance import lookup
from copydesk.findings import Finding
from copydesk.prose.claims import Claim
from copydesk.prose.numerals import Number, numbers
from copydesk.slides.author.material import NOTHING, Material
from copydesk.slides.author.readings import Extremes, extremes

_CLAUSE = re.compile(r"(?<=[.!?;:,])\s+|(?<=[。！？；：，、])|\s+[–—]\s+")
_ENDS = " ,.;:!?/，。；：、！？–—-"
_LOOKED_AT = 60_000  # characters of a source
_SHARE = 0.4  # of a text that must be left when a clause goes, or all of it goes
# What stands before and after a number and means nothing without it.
_AROUND = re.compile(
    r"(?:\b(?:by|of|to|from|over|about|around|nearly|almost|up to|more than|less than|within|in|"
    r"at|for|only|just|under|some|and)\s+)*\x00(?:[-–]\x00)?(?:\s*(?:%|percent|points?))?",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(  # words that a cut leaves at the end
    r"(?:[ ,](?:an?|the|to|of|by|in|at|from|for|and|or|with|than|which|that|led))+$",
    re.IGNORECASE,
)
_PERIOD = re.compile(  # Week 2, Month 3-4, Q1: a place in a plan, not a count
    r"\b(?:week|month|day|quarter|year|phase|stage|q|step)s? ?\d{1,2}(?: ?[-–] ?\d{1,2})?\b"
    r"|\b24/7\b|第 ?\d{1,2}(?: ?[-–至到] ?\d{1,2})? ?(?:周|月|天|季度|年|个月)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Known:
    """What the brief and the material say, ready to be asked about numbers."""

    brief: Brief
    material: Material = NOTHING
    more: str = ""
    _removed: list[Finding] = field(default_factory=list)

    @cached_property
    def said(self) -> str:
        """What the brief says, as one text."""
        parts = (
            self.brief.topic,
            self.brief.purpose,
            self.brief.text,
            *self.brief.details.values(),
        )
        return "\n".join(part for part in (*parts, self.more) if part)

    @cached_property
    def all(self) -> str:
        """What the brief and the sources say, of long ones the beginning."""
        return "\n".join([self.said, *(d.text[:_LOOKED_AT] for d in self.material.documents)])

    @cached_property
    def given(self) -> str:
        """The brief and what was read off the data, as one text."""
        facts = [fact for view in self.material.views for fact in view.facts]
        return "\n".join([self.said, *facts])

    @cached_property
    def any(self) -> bool:
        """Whether there is a number at all, or any may be invented."""
        if self.material.invented:
            return True
        documents = (document.text for document in self.material.documents)
        return any(re.search(r"\d", text) for text in (self.given, *documents))

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.material.documents, self.given)

    @cached_property
    def _extremes(self) -> Extremes:
        return extremes(self.material.views)

    def untrue(self, text: str) -> bool:
        """Whether the data say otherwise: that something else is the highest, or the lowest."""
        return bool(text) and self._extremes.deny(text)

    def unknown(self, text: str) -> list[Claim]:
        """The numbers and dates of a text that stand nowhere in what is known."""
        if self.material.invented or not text:
            return []
        return list(self._unknown(text, self.brief.language))

    def _unknown(self, text: str, language: Language) -> Iterator[Claim]:
        plain = _PERIOD.sub(lambda match: " " * len(match[0]), text)
        for item in lookup(plain, self._evidence, language):
            claim = item.claim
            if claim.kind == "date" and not re.search(r"\d", claim.text):
                continue
            if claim.kind in ("number", "date") and not item.support.places:
                yield claim

    def clean(self, text: str, place: str, *, keep: bool = False) -> str:
        """A text without the clauses whose numbers are unknown; empty where too little is left.

        Args:
            place: where it stands, for the finding.
            keep: leave a sentence in any case: the number alone is cut out of it.
        """
        wrong, untrue = self.unknown(text), self.untrue(text)
        if not wrong and not untrue:
            return text
        self._removed.extend(_finding(claim, place) for claim in wrong)
        if untrue:
            self._removed.append(_denied(text, place))
            return "" if not keep else self._plainer(text)
        kept = [clause for clause in _CLAUSE.split(text) if clause and not self.unknown(clause)]
        joint = " " if self.brief.language == "en" else ""
        left = joint.join(kept).strip(_ENDS)
        if len(left) >= len(text) * _SHARE and not self.unknown(left):
            return _begun(left)
        return _begun(_cut_out(text, wrong)) if keep else ""

    def _plainer(self, text: str) -> str:
        """A headline that the data deny becomes a fact that they say."""
        readings = [line for view in self.material.views for line in view.readings]
        return next((line for line in readings if len(line) <= max(60, len(text))), "")

    def removed(self) -> list[Finding]:
        """What was taken out so far, each number once a place; the list is emptied."""
        found = list({(f.place, f.measured): f for f in self._removed}.values())
        self._removed.clear()
        return found


def _cut_out(text: str, wrong: list[Claim]) -> str:
    """A sentence with its unknown numbers, and what hangs on them, cut out."""
    for claim in sorted(wrong, key=lambda claim: -claim.start):
        text = f"{text[: claim.start]}\x00{text[claim.end :]}"
    left = " ".join(_AROUND.sub("", text).replace("\x00", "").split()).strip(_ENDS)
    return _LEFT_OVER.sub("", left).strip(_ENDS)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finding(claim: Claim, place: str) -> Finding:
    return Finding(
        code="invented-number",
        place=place,
        message=f"“{claim.text}” is in neither the brief nor the sources, and was left out.",
        measured=claim.text,
        allowed="numbers of the brief, the sources and the data",
        fix="give a source that has it, or --allow-invented",
    )


def _denied(text: str, place: str) -> Finding:
    return Finding(
        code="denied-by-data",
        place=place,
        message=f"The data say otherwise, and it was left out: “{text[:80]}”.",
        measured=text,
        allowed="what the data say",
    )


@dataclass(frozen=True)
class Figure:
    """A number that may be shown on its own.

    Attributes:
        text: as it is written.
        clause: what its sentence says of it, and not of the numbers beside it.
    """

    text: str
    value: float
    unit: str
    sentence: str
    clause: str


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(\d])|(?<=[。！？；])|\n")
_JOINT = re.compile(r"[,;，；、]| and |和|与")
_YEAR = range(1900, 2101)


def figures(text: str) -> list[Figure]:
    """The numbers of a text that measure something: no years, no small counts, each once."""
    found: dict[tuple[str, str], Figure] = {}
    for sentence in _SENTENCE.split(text):
        measuring = [n for n in numbers(sentence) if _measures(n, sentence)]
        for index, number in enumerate(measuring):
            before = measuring[index - 1].end if index else 0
            after = measuring[index + 1].start if index + 1 < len(measuring) else len(sentence)
            clause = _clause(sentence, number, before, after)
            figure = Figure(number.text, float(number.value), number.unit, sentence.strip(), clause)
            found.setdefault((number.key, number.unit), figure)
    return list(found.values())


def _clause(sentence: str, number: Number, before: int, after: int) -> str:
    """The words about one number: from the joint before it to the one after it."""
    ahead = sentence[before : number.start]
    if before and (joints := list(_JOINT.finditer(ahead))):
        ahead = ahead[joints[0].end() :]
    behind = sentence[number.end : after]
    if after < len(sentence):
        joint = _JOINT.search(behind)
        behind = behind[: joint.start()] if joint else ""
    return f"{ahead}{sentence[number.start : number.end]}{behind}".strip()


def comparable(found: list[Figure]) -> list[Figure]:
    """The largest group of numbers that one sentence gives in one unit: what a chart can show."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in found:
        groups[figure.sentence, figure.unit].append(figure)
    return max(groups.values(), key=len, default=[])


def _measures(number: Number, sentence: str) -> bool:
    if number.spelled or number.ordinal or re.search(r"[A-Za-z]$", sentence[: number.start]):
        return False
    if not number.unit and number.value == int(number.value):
        year = int(number.value) in _YEAR and "," not in number.text
        return not year and number.value > 3
    return True


def plain_number(value: float) -> Any:
    """A value as JSON writes it: whole numbers without a point."""
    return int(value) if value == int(value) else round(value, 4)


def without_digits(schema: dict[str, Any]) -> dict[str, Any]:
    """A text's schema with no digits in its alphabet: what is not known cannot be written."""
    pattern = schema["pattern"]
    for digits in (r"\p{Nd}", "%", "$", "€", "£", "¥", "°"):
        head, *rest = pattern.split("]")
        pattern = "]".join(part.replace(digits, "") for part in (head, *rest))
    # The `$` that ends the pattern went as well.
    return {**schema, "pattern": f"{pattern.rstrip('$')}$"}
