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
    r"\b(?:not|no|never|none|nor|neither|without|cannot|nobody|nothing|hardly|un\w+able|"
    r"fail(?:s|ed)?)\b|n['’]t\b|不|没|未|无|非|别|勿",
    re.IGNORECASE,
)
_CONDITION = "on what condition"
# What a sentence may not lose on its way to a line: who says so, whether it is so, when, how many.
_KEPT: dict[str, re.Pattern[str]] = {
    "who says so": re.compile(
        r"\b(?:say|says|said|argu\w+|claim\w*|alleg\w+|believ\w+|according to|contend\w*|"
        r"think\w*|feel\w*|view\w*|assert\w*|agree\w*|oppos\w+|favor\w*)\b|称|认为|声称|据",
        re.IGNORECASE,
    ),
    "how sure it is": re.compile(
        r"\b(?:may|might|could|would|should|suggest\w*|likely|probabl\w+|perhaps|possibl\w+|"
        r"appear\w*|seem\w*|expect\w*|plan\w*|propos\w+|hope\w*|aim\w*)\b"
        r"|可能|或许|预计|计划|建议|应当|应该|将",
        re.IGNORECASE,
    ),
    _CONDITION: re.compile(
        r"\b(?:if|unless|when|provided|except|until)\b|如果|若|当.{1,30}时|除非|一旦|但|而当",
        re.IGNORECASE,
    ),
    "of how many": re.compile(
        r"\d ?%|\bpercent\b|\b(?:most|majorit\w+|minorit\w+|some|half|few|fewer|many|"
        r"several|nearly|almost|all|only|just)\b|多数|大多|少数|部分|一半|全部|仅|只有",
        re.IGNORECASE,
    ),
}
# Terms that a sentence begins with, one of which is who or what it is about; Chinese ones overlap.
_SUBJECT = {"en": 5, "zh": 10}
_LEAD = re.compile(
    r"^(?:(?:our |the )?(?:results?|findings|data|experiments?) (?:show|suggest|indicate)s? that |"
    r"we (?:find|found|show|showed|observe) that |"
    r"in (?:this (?:paper|study|report)|total|short), )|"
    r"^(?:结果(?:表明|显示)|研究(?:表明|发现|显示)|我们发现|总之|综上(?:所述)?)[，,]?",
    re.IGNORECASE,
)


def fault(line: str, quotation: str, also: str, language: Language) -> str:
    """Why a line does not follow from the sentence it was made of; "" where nothing is against it.

    Beside what `unsupported` sees: the line denies where the sentence does not, or the other way
    round; it has lost whom it speaks of, who says so, how sure that is, when, or of how many.

    Args:
        also: title and headings, whose names and numbers a line may use as well.
    """
    if reason := unsupported(line, quotation, also, language, _SHARED[language]):
        return reason
    if bool(_DENIES.search(line)) != bool(_DENIES.search(quotation)):
        return "one of the two denies what the other says"
    if lost := _lost(line, quotation, language):
        return f"it no longer says {lost}"
    return ""


def unsupported(line: str, known: str, also: str, language: Language, shared: float) -> str:
    """What a line says that is not known: a number, a name, too many of its words; "" for nothing.

    Args:
        shared: of the line's words that must be known.
    """
    if strange := _strange_numbers(line, f"{known} {also}"):
        return f"the number {strange} does not stand there"
    own = set(terms(line))
    if not own or len(own & set(terms(known))) < shared * len(own):
        return "it says other things"
    found = check(line, [Document("", "", (Passage(known),))], language, also=also)
    return found[0].message.rstrip(".") if found else ""


def _lost(line: str, quotation: str, language: Language) -> str:
    """What the quotation says of its claim and the line does not; "" for nothing.

    Looked at is as much of the quotation as the line tells: clauses at its end may go, but for
    conditions.
    """
    told = _told(line, _LEAD.sub("", quotation), language)
    begins = set(terms(told)[: _SUBJECT[language]])
    if begins and not begins & set(terms(line)):
        return "of whom or what"
    for what, said in _KEPT.items():
        if said.search(quotation if what == _CONDITION else told) and not said.search(line):
            return what
    return ""


def _told(line: str, quotation: str, language: Language) -> str:
    """The quotation up to the last of its words that the line has."""
    if language == "zh":
        pairs = (i for i in range(len(quotation) - 1) if quotation[i : i + 2] in line)
        return quotation[: max(pairs, default=-2) + 2]
    words = quotation.split()
    own = set(terms(line))
    last = max((i for i, word in enumerate(words) if own & set(terms(word))), default=-1)
    return " ".join(words[: last + 1])


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
