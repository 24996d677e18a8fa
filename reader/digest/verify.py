"""Whether a line says no more than the sentence it was made of: numbers, names, denials, words."""

import re

from copydesk.brief import Language
from copydesk.documents.passage import Document, Passage
from copydesk.documents.provenance import check
from copydesk.documents.terms import terms
from copydesk.prose.numerals import numbers

_SHARED = {"en": 0.5, "zh": 0.4}  # of a line's terms that must stand in the sentence
_WHOLE = re.compile(r"[.!?。！？][\"”’」）)]*$")
_FIRST = re.compile(
    r"(?:the|this) (?:paper|text|report|document|author|article|passage)\b|本文|该文|文章|作者",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|nobody|nothing|hardly|un\w+able|fail(?:s|ed)?)\b|n['’]t\b"
    r"|不|没|未|无|非|别|勿",
    re.IGNORECASE,
)


def fault(
    line: str, quotation: str, also: str, language: Language, shared: float | None = None
) -> str:
    """Why a line does not follow from a quotation; "" where nothing speaks against it.

    Args:
        also: title and headings, whose names and numbers a line may use as well.
        shared: of the line's words that must stand in the quotation; half of them, in Chinese two
            fifths, if not given.
    """
    if strange := _strange_numbers(line, f"{quotation} {also}"):
        return f"the number {strange} is not in the quotation"
    own = set(terms(line))
    known = set(terms(quotation))
    least = _SHARED[language] if shared is None else shared
    if not own or len(own & known) < least * len(own):
        return "it says other things than the quotation"
    if bool(_DENIES.search(line)) != bool(_DENIES.search(quotation)):
        return "one of the two denies what the other says"
    found = check(line, [Document("", "", (Passage(quotation),))], language, also=also)
    return found[0].message.rstrip(".") if found else ""


def is_whole(line: str) -> bool:
    """Whether a line ends as a sentence does, and was not broken off."""
    return bool(_WHOLE.search(line))


def speaks_of_itself(line: str) -> bool:
    """Whether a line speaks of the document instead of saying what it says."""
    return bool(_FIRST.match(line))


def _strange_numbers(line: str, known: str) -> str:
    """The first number of a line, in digits, whose value stands nowhere in what is known."""
    values = {number.value for number in numbers(known)} | {n.base for n in numbers(known)}
    strange = (n for n in numbers(line) if not n.spelled and not {n.value, n.base} & values)
    return next((number.text for number in strange), "")
