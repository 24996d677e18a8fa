"""The numbers that Word puts before paragraphs: "3.2", "(a)", "第三条". They stand in no text."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from copydesk.documents.office.parts import W

_MOST_LEVELS = 9
_HAN = "〇一二三四五六七八九"
_ROMAN = dict(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_CHINESE = ("chinese", "taiwanese", "ideograph", "japaneseCounting")


@dataclass(frozen=True)
class Level:
    """One level of a list: where it starts, how it counts, and what it shows ("%1.%2")."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


class Numbering:
    """The lists of a document, counting as paragraphs come."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._family: dict[str, str] = {}  # lists of one family count on
        self._at: dict[str, dict[int, int]] = defaultdict(dict)
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        abstract = {
            one.get(W + "abstractNumId", ""): _levels(one)
            for one in root.iterchildren(W + "abstractNum")
        }
        for one in root.iterchildren(W + "num"):
            name = one.get(W + "numId", "")
            family = _value(one.find(W + "abstractNumId"))
            levels = dict(abstract.get(family, {}))
            overridden = False
            for override in one.iterchildren(W + "lvlOverride"):
                depth = _whole(override.get(W + "ilvl"))
                if (inner := override.find(W + "lvl")) is not None:
                    levels[depth] = _level(inner)
                if (start := override.find(W + "startOverride")) is not None:
                    old = levels.get(depth, Level())
                    levels[depth] = Level(_whole(_value(start)), old.form, old.text)
                    overridden = True
            self._levels[name] = levels
            self._family[name] = name if overridden else f"of {family}"

    def next(self, name: str, depth: int) -> str:
        """What stands before the next paragraph of a list; "" for bullets and what is unknown."""
        level = self._levels.get(name, {}).get(depth)
        if level is None:
            return ""
        counts = self._at[self._family[name]]
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.form in {"bullet", "none"}:
            return ""
        return re.sub(r"%([1-9])", lambda m: self._count(name, int(m[1]) - 1, counts), level.text)

    def _count(self, name: str, depth: int, counts: dict[int, int]) -> str:
        level = self._levels[name].get(depth, Level())
        return spelled(counts.get(depth, level.start), level.form)


def _levels(abstract: Any) -> dict[int, Level]:
    found = {_whole(one.get(W + "ilvl")): _level(one) for one in abstract.iterchildren(W + "lvl")}
    return {depth: level for depth, level in found.items() if depth < _MOST_LEVELS}


def _level(one: Any) -> Level:
    return Level(
        start=_whole(_value(one.find(W + "start")), 1),
        form=_value(one.find(W + "numFmt")) or "decimal",
        text=_value(one.find(W + "lvlText"))[:60],
    )


def _value(element: Any) -> str:
    return "" if element is None else element.get(W + "val", "")


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else otherwise


def spelled(number: int, form: str) -> str:
    """A count in a numeral system that Word names."""
    if form in {"lowerRoman", "upperRoman"}:
        text = roman(number)
    elif form in {"lowerLetter", "upperLetter"}:
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 800 else ""
    elif form.startswith(_CHINESE):
        return han(number)
    elif form == "decimalZero":
        return f"{number:02}"
    elif form == "decimalEnclosedCircleChinese" and 0 < number <= 20:
        return chr(0x245F + number)
    else:
        return str(number)
    return (text.upper() if form.startswith("upper") else text) or str(number)


def roman(number: int) -> str:
    """A Roman numeral in small letters, "" where there is none of bearable length."""
    if not 0 < number < 4000:
        return ""
    text = ""
    for value, sign in _ROMAN.items():
        text += sign * (number // value)
        number %= value
    return text


def han(number: int) -> str:
    """A number from 0 to 9999 in Chinese: 十二, 一百零三; larger ones in digits."""
    if number >= 10_000:
        return str(number)
    if number < 10:
        return _HAN[number]
    text, zero = "", False
    for value, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            text += ("零" if zero and text else "") + _HAN[digit] + sign
        zero = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text
