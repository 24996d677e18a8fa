"""What a text claims that can be looked up: its numbers, dates, names and quotations."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.brief import Language
from copydesk.prose.dates import Date, dates
from copydesk.prose.names import names
from copydesk.prose.numerals import Number, narrowed, numbers

Kind = Literal["number", "date", "name", "quotation"]

UNSUPPORTED: dict[Language, str] = {"en": " [not in the sources]", "zh": "【来源未载】"}
"""How a text shows that a claim was not found; such marks are no text themselves."""


@dataclass(frozen=True)
class Claim:
    """One thing that a source can support or not.

    Attributes:
        text: as it is written.
        value: normalised, so that equal things are equal: "1200", "50%", "2024-06"; names
            case-folded, quotations as letters and digits alone.
        start, end: offsets in the Markdown.
        line: 1-based.
        number: the number read, for kind "number".
    """

    kind: Kind
    text: str
    value: str
    start: int
    end: int
    line: int
    number: Number | None = None


_MASKED = re.compile(
    r"""
      \A---\n.*?\n---(?=\n|\Z)                        # front matter
    | ^(?P<f>```+|~~~+)[^\n]*\n.*?(?:^(?P=f)[^\n]*$|\Z)  # fenced code
    | ^\ {0,3}\[\^[^\]\[\s]+\]:.*$                      # footnotes
    | `+[^`\n]+`+ | <!--.*?--> | </?[A-Za-z][^<>\n]*> # code, comments, tags
    | (?<=\])\([^()\s]*(?:\s"[^"\n]*")?\) | \[\^[^\]\[\s]+\] | https?://[^\s)>]+
    | \S+@\S+\.\w+                                    # addresses
    | \ \[not\ in\ the\ sources\] | 【来源未载】
    | \[(?:\d+(?:[-–,]\ ?\d+)*)\]                      # citations by number
    | ^[ \t>]*\d+[.)、．](?=\s|[^\d\s])(?!\d)            # list numbering
    | ^\#+[ \t]+(?:\d+(?:\.\d+)*[.)、:]?(?=\s)|[一二三四五六七八九十]+、)  # headings' numbers
    | \b(?i:Chapters?|Sections?|Parts?|Steps?|Figures?|Fig\.|Tables?|Slides?|Pages?|Appendix|
        Act|Scene|Episode|Lesson|Module|Phase|Tip|Question|Option|Level|No\.)\ \d+(?:\.\d+)*
    | 第\ ?(?:1[0-2]|[1-9]|[一二三四五六七八九十]{1,2})\ ?
        [章节幕场部步篇条页课集回讲点段种类阶个届次位]
    | [（(][\d一二三四五六七八九十]{1,2}[）)]
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_NO_HEADING = re.compile(r"^#+[^\n]*$", re.MULTILINE)
_QUOTES = re.compile(
    r"“([^“”\n]{2,600})”|「([^「」\n]{2,600})」|『([^『』\n]{2,600})』"
    r"|(?<![\w\"])\"([^\"\n]{2,600})\"(?![\w\"])"
)
_SHORTEST: dict[Language, int] = {"en": 4, "zh": 8}  # words, characters; less is a term in quotes
_NO_COUNT = re.compile(
    r" (?:key |main |simple |short |major |easy |practical |more |other |different |of )*"
    r"(?:ways?|steps?|tips?|reasons?|points?|things|sections?|parts?|questions?|lessons?|ideas|"
    r"examples?|principles|pillars|takeaways|strategies|times?|us|them|these|those|the)\b"
)
_VAGUE_UNITS = frozenset({"s", "month"})
_CENTURY = re.compile(r"[ -]?(?:century|centuries)|世纪")


def claims(markdown: str, language: Language) -> list[Claim]:
    """Every claim in a text, in order. A quotation may hold numbers and names of its own.

    No claims: list and heading numbers, “chapter 3”, first to tenth, counts up to ten in words
    without a unit, 3 steps, clock-free digits inside words (B2B), what is in code or a link's
    address, footnotes, and the marks of an earlier check.
    """
    text = masked(markdown)
    found = [*_dates_and_numbers(text, language), *_named(text, language), *_quoted(text, language)]
    lines = [0, *(m.end() for m in re.finditer("\n", markdown))]
    ready = [_placed(claim, markdown, lines) for claim in found]
    return sorted(ready, key=lambda claim: (claim.start, -claim.end))


def masked(markdown: str) -> str:
    """The text with spaces over what claims nothing: code, addresses, numbering. Same length."""
    return _MASKED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), narrowed(markdown))


def folded(text: str) -> str:
    """Letters and digits alone, case-folded: what two spellings of one quotation share."""
    return re.sub(r"[\W_]+", "", text.casefold())


def quotation_parts(text: str) -> list[str]:
    """The folded pieces of a quotation between its omissions (… or [inserted words])."""
    pieces = re.split(r"\.{3,}|…+|\[[^\]]*\]", text)
    return [piece for piece in map(folded, pieces) if piece]


def _dates_and_numbers(text: str, language: Language) -> Iterator[Claim]:
    known = dates(text)
    yield from (_dated(date) for date in known)
    for match in known:
        gap = " " * (match.end - match.start)
        text = text[: match.start] + gap + text[match.end :]
    for number in numbers(text):
        if _is_claim(number, text, language):
            yield Claim(
                "number", number.text, value_of(number), number.start, number.end, 0, number
            )


def value_of(number: Number) -> str:
    """What a number claim is compared by: its digits, and % where it is a share."""
    return number.key + ("%" if number.unit == "%" else "")


def _dated(date: Date) -> Claim:
    return Claim("date", date.text, date.value, date.start, date.end, 0)


def _is_claim(number: Number, text: str, language: Language) -> bool:
    before, after = text[max(0, number.start - 2) : number.start], text[number.end :]
    if _in_word(number, before, after):
        return False
    if number.value <= 21 and _CENTURY.match(after):
        return False
    if number.ordinal and number.value <= 10:
        return False
    if number.spelled:
        return _spelled_claim(number, language)
    small = number.value <= 12 and number.value == int(number.value) and not number.unit
    return not (small and _NO_COUNT.match(after))


def _in_word(number: Number, before: str, after: str) -> bool:
    """Whether it is part of a word: GPT-4, B2B, 3D; 10-year and 5,000-strong are numbers."""
    if re.search(r"[A-Za-z_][-–]?$", before):
        return True
    return bool(re.match(r"[-–]?[A-Za-z]", after)) and not (
        number.unit or re.match(r"-[a-z]{3}", after)
    )


def _spelled_claim(number: Number, language: Language) -> bool:
    """Twelve is a claim; three is one only with a unit, and 三天 says little even so."""
    if number.value > 10:
        return language == "en" or not re.fullmatch("[一二三四五六七八九两]+", number.text)
    if number.text.startswith("十") and number.text != "十" and not number.unit:
        return number.value > 10
    if language == "zh":
        return bool(number.unit) and number.unit not in _VAGUE_UNITS
    return bool(number.unit) and number.value > 1


def _named(text: str, language: Language) -> Iterator[Claim]:
    prose = _NO_HEADING.sub(lambda match: " " * len(match[0]), text)
    for start, end in names(prose, language):
        said = prose[start:end]
        yield Claim("name", said, said.casefold().strip("《》"), start, end, 0)


def _quoted(text: str, language: Language) -> Iterator[Claim]:
    for match in _QUOTES.finditer(text):
        said = next(group for group in match.groups() if group is not None)
        length = len(folded(said)) if language == "zh" else len(said.split())
        if length >= _SHORTEST[language]:
            yield Claim("quotation", said, folded(said), match.start(), match.end(), 0)


def _placed(claim: Claim, markdown: str, lines: list[int]) -> Claim:
    """The claim with its line, and its text as the Markdown has it."""
    text = claim.text if claim.kind == "quotation" else markdown[claim.start : claim.end]
    line = bisect_right(lines, claim.start)
    return Claim(claim.kind, text, claim.value, claim.start, claim.end, line, claim.number)
