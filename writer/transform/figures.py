"""Numbers as they are written in English and Chinese, read to values that can be compared."""

import re
from decimal import Decimal, InvalidOperation

from copydesk.brief import Language

_UNITS = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "亿": 10**8,
}
_DIGITS = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_NUMBER = re.compile(
    rf"(?<![\d.])({_DIGITS})"
    r"(?:[ -]?(hundred|thousand|million|billion|trillion)\b|\s?([百千万亿]+))?",
    re.IGNORECASE,
)
_MONEY = {"$": "美元", "€": "欧元", "£": "英镑", "¥": "元"}
_SUM = re.compile(r"(?<![A-Za-z])([$€£¥])\s?(\d[\d.,]*[万亿])")
_FULL_HOUR = re.compile(r"(?<![\d:])(\d{1,2})[:：]00(?![\d:])")
_DECADE = re.compile(r"(\d{2})\s?世纪\s?(\d0)\s?年代")

_HAN_DIGITS = {c: i % 10 for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_RUN = re.compile("[零〇一二两三四五六七八九十百千万亿]{1,24}")
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WORDS: dict[str, int] = (
    {word: i for i, word in enumerate(_SMALL)}
    | {word: 10 * i for i, word in enumerate(_TENS, 2)}
    | {word: i for i, word in enumerate(_ORDINALS, 1)}
    | {"half": 2, "once": 1, "twice": 2, "both": 2, "dozen": 12, "double": 2, "quarter": 4}
)
_SHORT_MONTHS = {month[:3]: i for i, month in enumerate(_MONTHS, 1)} | {"sept": 9}
_WORD = re.compile(r"[A-Za-z]+")
_NAMED = "|".join(month.title() for month in _MONTHS)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<day>{_DAY})(?:st|nd|rd|th)? (?P<month>{_NAMED})"
    rf"|(?P<month2>{_NAMED}) (?P<day2>{_DAY})(?:st|nd|rd|th)?)(?!\d)"
    r"(?:,? (?P<year>(?:1\d|20)\d\d)(?!\d))?"
)
_CHINESE_DATE = re.compile(rf"(\d{{4}})\s?年\s?(0?[1-9]|1[0-2])\s?月\s?({_DAY})\s?日")


def digits(text: str) -> set[str]:
    """The values of what is written in digits, units such as million and 万 multiplied in."""
    found: set[str] = set(_VERSION.findall(text))
    text = _FULL_HOUR.sub(r"\1", _VERSION.sub(" ", text))
    for century, decade in _DECADE.findall(text):
        found.add(str((int(century) - 1) * 100 + int(decade)))
    for match in _NUMBER.finditer(_DECADE.sub(" ", text)):
        found.add(_plain(_value(match)))
    return found


def mentioned(text: str) -> set[str]:
    """The values of everything in a text that may be a number, in digits or words; generous.

    A number is given with its parts, so that 1990s and 90年代, 15:00 and 下午3点 meet.
    """
    found = digits(text)
    for match in _NUMBER.finditer(text):
        found.add(_plain(Decimal(_bare_digits(match))))
    found |= {str(value) for run in _HAN_RUN.findall(text) for value in _han_values(run)}
    found |= _words(text)
    found |= {str(int(n) % 100) for n in found if len(n) == 4 and n[:2] in ("19", "20")}
    found |= {str((int(n) + 12) % 24) for n in found if len(n) <= 2 and int(n) < 24}
    return found


def missing(source: str, target: str) -> list[str]:
    """Numbers written in digits in the source that the target does not mention."""
    return sorted(digits(source) - mentioned(target))


def invented(source: str, target: str) -> list[str]:
    """Numbers written in digits in the target that the source does not mention."""
    return sorted(digits(target) - mentioned(source))


def localized(text: str, language: Language) -> str:
    """Numbers with units and dates as the target language writes them: 1.2 million ↔ 120万.

    Small models multiply badly and drop years, so that this is done for them.
    """

    def rewritten(match: re.Match[str]) -> str:
        foreign = match[2] if language == "zh" else match[3]
        small = (match[2] or "").lower() == "hundred"
        if not foreign or small:
            return match[0]
        value = _value(match)
        return _in_chinese(value) if language == "zh" else _in_english(value)

    text = _NUMBER.sub(rewritten, _dated(text, language))
    return _SUM.sub(lambda found: found[2] + _MONEY[found[1]], text) if language == "zh" else text


def _dated(text: str, language: Language) -> str:
    """Dates in the order of the language: 3 March 2025 ↔ 2025年3月3日."""
    if language == "en":
        return _CHINESE_DATE.sub(
            lambda found: f"{int(found[3])} {_MONTHS[int(found[2]) - 1].title()} {found[1]}", text
        )

    def chinese(found: re.Match[str]) -> str:
        day, month = found["day"] or found["day2"], (found["month"] or found["month2"]).lower()
        year = f"{found['year']}年" if found["year"] else ""
        return f"{year}{_SHORT_MONTHS[month[:3]]}月{int(day)}日"

    return _ENGLISH_DATE.sub(chinese, text)


def _bare_digits(match: re.Match[str]) -> str:
    return match[1].replace(",", "").replace("，", "")


def _value(match: re.Match[str]) -> Decimal:
    value = Decimal(_bare_digits(match))
    units = [match[2].lower()] if match[2] else list(match[3] or "")
    for unit in units:
        value *= _UNITS[unit]
    return value


def _plain(value: Decimal) -> str:
    try:
        return format(value.normalize(), "f")
    except InvalidOperation:  # more digits than a number has
        return str(value)


def _in_chinese(value: Decimal) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            return f"{_plain(value / size)}{unit}"
    return _plain(value)


def _in_english(value: Decimal) -> str:
    for size, unit in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return f"{_plain(value / size)} {unit}"
    return f"{value:,f}".rstrip("0").rstrip(".") if "." in str(value) else f"{int(value):,}"


def _han_values(run: str) -> set[int]:
    """What a run of Chinese numerals can mean: one number, or its digits one by one."""
    if all(character in _HAN_DIGITS for character in run):
        return {int("".join(str(_HAN_DIGITS[c]) for c in run))} | {_HAN_DIGITS[c] for c in run}
    total = section = digit = 0
    for character in run:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character == "十":
            section, digit = section + (digit or 1) * 10, 0
        elif character in "百千":
            section, digit = section + (digit or 1) * _UNITS[character], 0
        else:
            total, section, digit = (total + (section + digit or 1)) * _UNITS[character], 0, 0
    return {total + section + digit}


def _words(text: str) -> set[str]:
    found: set[str] = set()
    total = 0
    for word in _WORD.findall(text.lower()):
        if word in _WORDS:
            total += _WORDS[word]
            found |= {str(total), str(_WORDS[word])}
        elif word in _UNITS:
            total = max(total, 1) * _UNITS[word]
            found.add(str(total))
        elif word != "and":
            total = 0
            month = word if word in _SHORT_MONTHS else word[:3] if word in _MONTHS else ""
            found |= {str(_SHORT_MONTHS[month])} if month else set()
    return found
