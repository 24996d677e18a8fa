"""What a question is about: itself without how to answer, and the words that it turns on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.brief import detect_language
from copydesk.documents.terms import terms
from copydesk.library.words import segmented
from copydesk.prose.dates import dates
from copydesk.prose.names import names
from copydesk.reader.common_words import COLOURS, FRAME, FRAME_HAN
from copydesk.reader.figures import Figures

Kind = Literal["year", "number", "name", "quotation", "colour", "word"]

# Sentences, and ends of sentences, that only say how the answer should look.
_HOW = re.compile(
    r"(?:please |and |then |also )*(?:write|give|answer|list|provide|return|express|round|output|"
    r"use|format|keep)\b.*\b(?:format|integer|float|decimals?|order|list|string|"
    r"places?|example|e\.g\.|words?|sentences?|digits?)\b.*|(?:for example|e\.g\.).*|"
    r"请?(?:用|以|按).{0,12}(?:格式|形式|回答).*",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"[,，(（]?\s*(?:\be\.g\.?|\bfor example|\bsuch as(?= ?\[)|例如|比如)[,，:：]?\s*"
    r"(?:\[[^\]]*\]?|[^.?!。？！)）]*)[)）]?",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.?!])\s+(?=\S)|(?<=[？！。])")
_QUOTED = re.compile(r"[“\"]([^“”\"]{4,300})[”\"]|「([^」]{2,100})」|《([^》]{1,60})》")
_HAN_COLOUR = re.compile("[红绿蓝黄橙紫粉棕黑白灰]色|什么颜色|颜色")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[’'](?=[^\W_]))*")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
_POINTS = re.compile(
    r"(?:\b(?:pages?|slides?|fig(?:ure|\.)?s?|tables?|charts?|sections?|chapters?|top|first|last|"
    r"q(?:uestion)?)\b|第)\W*$",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_COUNTS = re.compile(
    r"\bhow (?:many|much|long|old|often|far|high|large)\b|\bwhen\b|\b(?:percentage|percent|"
    r"proportion|fraction|(?:what|which) share|share of|number|amount|rate|price|cost|"
    r"which year|what year|what date)\b|"
    r"多少|几|何时|什么时候|多长|多久|多大|多高|比例|占比|哪年|哪一年|价格|票价|费用",
    re.IGNORECASE,
)
_NUMBER_ASKED = re.compile(
    r"\bhow (?:many|much)\b|\b(?:percentage|percent|proportion|(?:what|which) share)\b|"
    r"多少|百分之几|占比|几[个人次家年天种项]",
    re.IGNORECASE,
)
_TIME_ASKED = re.compile(
    r"^(?:and )?(?:since |until |from )?when\b|\b(?:what|which) (?:date|day|year|month|time)\b|"
    r"何时|什么时[候间]|哪[一]?[年天日月]|几[点月号]",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|day\b|"
    r"\b(?:noon|midnight|morning|evening|night|spring|summer|autumn|fall|winter|century|"
    r"weeks?|months?|years?|before|after|during|until|while|when|once|daily|never|always)\b|"
    r"[年月日号点时天周]|[早中晚上下]午|[早晚]上|之[前后]|以[前后]",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:names|titles|topics|authors|reasons|steps|both|respectively)\b|"
    r"\b(?:which|what) (?:two|three|four|are)\b|\b(?:which|what) [a-z]+s (?:are|were|do|did)\b|"
    r"^(?:please )?(?:list|name) |\band (?:the )?[a-z]+ (?:number|date|name|id)s?\b|"
    r"哪些|哪[两几三四]|[两三四几]个.{0,8}[叫是]什么|分别|列出",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\b(?:which|who|what|whose|whether)\b.*\bor\b|还是", re.IGNORECASE)
_YES_OR_NO = re.compile(
    r"^(?:and |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|"
    r"would)\b|是否|是不是|有没有|能不能|可不可以|吗[？?]?$",
    re.IGNORECASE,
)
_WITHOUT_DIGITS = re.compile(
    r"\b(?:no|none|nothing|nobody|half|all|most|every|free|"
    r"thirds?|quarters?|fifths?|tenths?|double|twice)\b|没有|无|一半|全部|大部分|大多数|免费",
    re.IGNORECASE,
)
# “Figure 2” counts nothing.
_NUMBERED = re.compile(
    r"\b(?:fig(?:ure|\.)?|tables?|sections?|chapters?|pages?|p\.|listings?|appendix|equations?)"
    r"s?\s*\d+(?:\.\d+)*|[图表]\s*\d+|第\s*\d+\s*[页章节]",
    re.IGNORECASE,
)
_ASKS = re.compile("[哪谁]|什么")  # 哪家公司 is no company
_MARK = "\0"
_MOSTLY = 0.6  # of the words with a capital: a headline, in which capitals name nothing


@dataclass(frozen=True)
class Asked:
    """Something that must stand in a document for it to answer.

    Attributes:
        text: as the question has it.
    """

    kind: Kind
    text: str


def core(question: str) -> str:
    """The question without sentences and examples that say how the answer should look."""
    kept = []
    for number, sentence in enumerate(_BREAK.split(_EXAMPLE.sub(_MARK, question))):
        bare = sentence.strip()
        if number and _HOW.fullmatch(bare):
            bare = bare.partition(_MARK)[
                2
            ]  # "… in list format, e.g. ["a"], in the survey of 2013?"
        bare = bare.replace(_MARK, " ").strip(" ,，")
        if re.search(r"\w", bare):
            kept.append(re.sub(r"\s+(?=[.?!,])", "", bare))
    return re.sub(r"(?<=[？！。]) ", "", " ".join(kept)) or question


def wants_figure(question: str) -> bool:
    """Whether the answer must hold a number or a date."""
    return bool(_COUNTS.search(question))


def asks_for_several(question: str) -> bool:
    """Whether several things are asked for, to be listed."""
    return bool(_SEVERAL.search(question)) and not _NUMBER_ASKED.search(question)


def asks_yes_or_no(question: str) -> bool:
    """Whether yes or no answers a question."""
    return bool(_YES_OR_NO.search(question)) and not offers_choice(question)


def offers_choice(question: str) -> bool:
    """Whether a question names the things of which one is asked for: “which is dearer, A or B?”."""
    return bool(_CHOICE.search(question))


def lacks_time(question: str, text: str) -> bool:
    """Whether a question asks when, and a text names no time."""
    return bool(_TIME_ASKED.search(question)) and not _TIME.search(text)


def lacks_number(question: str, text: str) -> bool:
    """Whether a number is asked for, and a text has none, nor a word that stands for one."""
    if not _NUMBER_ASKED.search(question) or _WITHOUT_DIGITS.search(text):
        return False
    figures = Figures(_NUMBERED.sub(" ", text))
    return not figures.numbers and not figures.dates


def asked_for(question: str) -> list[Asked]:
    """What a question turns on: years, numbers, names, quotations, colours, and its other words."""
    text = core(question)
    found: list[Asked] = []
    for asked, (start, end) in _named(text):
        found.append(asked)
        text = text[:start] + " " * (end - start) + text[end:]
    return [*found, *_words(text)]


def _named(text: str) -> Iterator[tuple[Asked, tuple[int, int]]]:
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or b <= start for a, b in taken)

    for kind, start, end in _candidates(text):
        if free(start, end):
            taken.append((start, end))
            said = text[start:end].strip('“”"「」《》 ')
            yield Asked(kind, said), (start, end)


def _candidates(text: str) -> Iterator[tuple[Kind, int, int]]:
    for match in _QUOTED.finditer(text):
        yield "quotation", *match.span()
    for date in dates(text):
        if year := _YEAR.search(text, date.start, date.end):
            yield "year", *year.span()
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) > 1 and not _POINTS.search(text[: match.start()]):
            yield "number", *match.span()
    if not _is_headline(text):
        for start, end in names(text, detect_language(text)):
            if not _ASKS.search(text[start:end]):
                yield "name", start, end


def _is_headline(text: str) -> bool:
    found = re.findall(r"[^\W\d_]{4,}", text)[1:]
    return len(found) > 3 and sum(word[0].isupper() for word in found) >= _MOSTLY * len(found)


def _words(text: str) -> Iterator[Asked]:
    seen: set[str] = set()
    for match in _HAN_COLOUR.finditer(text):
        yield Asked("colour", match[0])
    for run in _HAN.findall(_HAN_COLOUR.sub(" ", text)):
        for word in segmented(run):
            if word not in FRAME_HAN and word not in seen:
                seen.add(word)
                yield Asked("word", word)
    for match in _WORD.finditer(_HAN.sub(" ", text)):
        word = re.sub(r"['’]s?$", "", match[0].casefold())
        if len(word) < 3 or word in FRAME or word in seen or not terms(word):
            continue
        seen.add(word)
        yield Asked("colour" if word in COLOURS else "word", match[0])
