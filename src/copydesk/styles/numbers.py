"""Numbers spelled out, thousands grouped, per cent."""

import re
from collections.abc import Iterator

from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import MASKS, Source

# fmt: off
_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]
# fmt: on
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# A figure that counts things: not a date, time, measure, version, sum of money or number of a page.
_NOT_BEFORE = r"(?<![\w.,:/$€£¥#§+~^=<>±×*–—-])(?<![$€£¥#] )"
_FIGURE = re.compile(
    rf"{_NOT_BEFORE}(\d{{1,3}})(?![\w.,:/%‰°'’\"”–—-]|\s?(?:%|°|[ap]\.?m\b|percent\b|per cent\b|"
    r"(?:k|m|c|d)?m\b|k?g\b|mg\b|lbs?\b|oz\b|ml\b|[kmgt]i?b\b|hz\b|px\b|pt\b|x\b|×|\+|=|/|million\b|billion\b|"
    r"trillion\b|thousand\b|january\b|february\b|march\b|april\b|may\b|june\b|july\b|august\b|"
    r"september\b|october\b|november\b|december\b|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)|[.,]\d)",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:\b(?:page|pages|pp?|chapter|chapters|section|sections|part|parts|step|steps|figure|figures|"
    r"fig|table|tables|version|versions|v|number|no|nos|volume|vol|room|line|lines|level|type|phase|"
    r"grade|stage|route|bus|highway|windows|python|item|question|exercise|appendix|slide|slides|act|"
    r"scene|day|week|year|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|and|to|or|of|than|between|at|score)\.?\s"
    r"(?:\d+\s?(?:,|and|to|or|–|-)\s?)*)$",
    re.IGNORECASE,
)
_SOFT_CUES = re.compile(r"\b(?:and|to|or|of|than|between|at)\.?\s$", re.IGNORECASE)
_LONG = re.compile(
    rf"(?<![\w.,:/#$_{MASKS}+~^=-])[$€£¥￥]?(\d{{5,9}})(?![\d\w/_-]|,\d|\.\d*[.-]|:\d)"
)
_CODE_CUE = re.compile(
    r"(?:\b(?:no|nos|number|id|ids|zip|code|postcode|postal|order|invoice|ticket|issue|isbn|port|phone|tel|fax|"
    r"error|ref|reference|box|rfc|cve|pmid|model|part)\b\.?[\s:：#]*(?:is\s|was\s)?"
    r"|(?:邮编|编号|单号|电话|热线|号码|代码|端口|订单|账号|学号|工号|证号|第|群|(?-i:\b[A-Z]{1,3}))[\s:：为是]*)$",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(r"\s?[号室层楼路]")
_WORD_PERCENT = re.compile(r"(?<=\d)([ \t\xa0]*)(?:percent|per[ \t]cent)(?![\w-])", re.IGNORECASE)
_SIGN_PERCENT = re.compile(r"(?<=\d)[ \t\xa0]*[%％](?![\w%％])")
_ZH_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)(?![\d.]*[到至~\-–—])")


def check_numbers(rules: Rules, source: Source) -> Iterator[Hit]:
    """All rules about numbers, outside quotations."""
    if rules.numbers.words_up_to and source.language == "en":
        yield from _spelled_out(source, rules.numbers.words_up_to)
    if rules.numbers.thousands_comma:
        yield from _thousands(source)
    if rules.numbers.percent != "any":
        yield from _percent(rules, source)


def spelled(number: int) -> str:
    """A number from 0 to 100 in words."""
    if number < 20:
        return _ONES[number]
    if number == 100:
        return "a hundred"
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def _spelled_out(source: Source, most: int) -> Iterator[Hit]:
    """Figures that count few things, and words for many; what a figure counts is guessed."""
    for block in source.of_kind("paragraph", "item"):
        for found in _FIGURE.finditer(source.voice, block.start, block.end):
            value = int(found[1])
            before = source.voice[max(found.start() - 40, block.start) : found.start()]
            if value > most or (_CUE.search(before) and not _counts(before)):
                continue
            yield Hit(
                start=found.start(),
                end=found.end(),
                code="number",
                message=f"A small number in figures: {found[0]}.",
                allowed=f"words up to {most}",
                advice=f"write {spelled(value)!r}",
            )


def _counts(before: str) -> bool:
    """Whether "and", "of" and the like, which may join anything, are all that stands before."""
    return bool(_SOFT_CUES.search(before)) and not re.search(r"\d", before)


def _thousands(source: Source) -> Iterator[Hit]:
    """Figures of five digits and more that are amounts: four may be a year, ten a telephone."""
    for found in _LONG.finditer(source.voice):
        before = source.voice[max(found.start() - 24, 0) : found.start()]
        if found[1].startswith("0") or _CODE_CUE.search(before):
            continue
        if _CODE_AFTER.match(source.voice, found.end()):
            continue
        yield Hit(
            start=found.start(1),
            end=found.end(1),
            code="thousands",
            message=f"A large number without commas: {found[1]}.",
            replacement=f"{int(found[1]):,}",
        )


def _percent(rules: Rules, source: Source) -> Iterator[Hit]:
    if rules.numbers.percent == "sign":
        for found in _WORD_PERCENT.finditer(source.voice):
            yield _percent_hit(found, "%")
        for found in _ZH_PERCENT.finditer(source.voice):
            yield _percent_hit(found, f"{found[1]}%")
    elif source.language == "en":
        word = " per cent" if rules.voice.spelling == "uk" else " percent"
        for found in _SIGN_PERCENT.finditer(source.voice):
            yield _percent_hit(found, word)
        for found in _WORD_PERCENT.finditer(source.voice):
            if " ".join(found[0].split()).lower() != word.strip() or not found[1]:
                yield _percent_hit(found, word)


def _percent_hit(found: re.Match[str], right: str) -> Hit:
    return Hit(
        start=found.start(),
        end=found.end(),
        code="percent",
        message=f"{found[0].strip()!r} for per cent.",
        replacement=right,
        advice=f"write {right.strip()!r}",
    )
