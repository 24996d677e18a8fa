"""The numbers and dates of a text by value, and which of them another text has."""

import re
from decimal import Decimal

from copydesk.prose.dates import Date, covers, dates
from copydesk.prose.numerals import Number, narrowed, numbers

_IN_WORD = re.compile(r"[A-Za-z_][-–]?$")
_SMALL = 2  # “one of them”, “two” as a word: no figure
_HAN = re.compile(r"[\u4e00-\u9fff〇]")
# What a Han numeral counts or numbers; without it 三 may be part of a name.
_COUNTED = re.compile(
    r"[号级线条座位名个家辆次届期章节页年月日岁成倍元万亿人项种类点分卷期层站所部台]"
)


class Figures:
    """Numbers and dates of a text."""

    def __init__(self, text: str) -> None:
        self.dates: list[Date] = dates(text)
        rest = narrowed(text)
        for date in self.dates:
            rest = rest[: date.start] + " " * (date.end - date.start) + rest[date.end :]
        self.numbers: list[Number] = [n for n in numbers(rest) if _counts(n, rest)]
        self._values = {value for n in numbers(narrowed(text)) for value in (n.value, n.base)}

    def has_date(self, date: Date) -> bool:
        """Whether a date, or one within it, stands here; a bare year may be read as a number."""
        if any(covers(date.value, known.value) for known in self.dates):
            return True
        return date.value.isdigit() and Decimal(date.value) in self._values

    def has(self, number: Number) -> bool:
        """Whether a number stands here in some spelling, in no other unit."""
        if any(_same(number, known) for known in self.numbers):
            return True
        return not number.unit and any(date.value == number.key for date in self.dates)

    def shared(self, other: "Figures") -> int:
        """How many of these stand in another text."""
        return sum(map(other.has, self.numbers)) + sum(map(other.has_date, self.dates))


def missing(text: str, quoted: Figures, question: str, around: Figures) -> str:
    """The first number or date of a sentence that its quotation does not have; "" for none.

    What the question says already need not stand in the quotation, but on the page around it.
    """
    said, asked = Figures(text), Figures(question)
    for date in said.dates:
        if not quoted.has_date(date) and not (asked.has_date(date) and around.has_date(date)):
            return date.text
    for number in said.numbers:
        if not quoted.has(number) and not (asked.has(number) and around.has(number)):
            return number.text
    return ""


def _counts(number: Number, text: str) -> bool:
    """Whether it says how many, not part of a word (GPT-4) nor a pronoun (one of them)."""
    if _IN_WORD.search(text[max(0, number.start - 2) : number.start]):
        return False
    if not number.spelled or number.unit:
        return True
    if _HAN.search(number.text):
        return number.value > 10 or bool(_COUNTED.match(text, number.end))
    return number.value > _SMALL


def _same(one: Number, other: Number) -> bool:
    if one.value == other.value and ("" in (one.unit, other.unit) or one.unit == other.unit):
        return one.factor == other.factor or "" in (one.unit, other.unit)
    return bool(one.unit) and one.unit == other.unit and one.base == other.base
