"""Numbers in running text, English and Chinese, read into values that can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from copydesk.prose.measures import MEASURES, SCALES, SIGNS

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_WORD_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_WORD_SCALES["trillion"] = 10**12
_ANY_WORD = "|".join(sorted([*_SMALL, *_TENS, *_WORD_SCALES], key=len, reverse=True))

_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10**4, "亿": 10**8}
_HAN_NUMERAL = "零〇一二三四五六七八九十百千万亿两"

_DIGITS = r"\d{1,3}(?:[,，\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_SCALE = "|".join(re.escape(scale) for scale in sorted(SCALES, key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(MEASURES, key=len, reverse=True))
_TAIL = (
    rf"(?:[ -]?(?P<scale>{_SCALE})(?![A-Za-z]))?"
    rf"(?:[ -]?(?P<unit>(?:{_UNIT})(?![A-Za-z])))?"
)
_FIGURE = re.compile(
    rf"(?P<sign>(?:{_SIGN}) ?)?(?P<digits>{_DIGITS})(?P<ordinal>(?:st|nd|rd|th)\b)?{_TAIL}",
    re.IGNORECASE,
)
_HAN_FIGURE = re.compile(r"(?:(\d+(?:\.\d+)?)亿)(?:(\d+(?:\.\d+)?)万)")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?::\d{2})?")
_WORDS = re.compile(
    rf"(?<![A-Za-z-])(?P<words>(?:{_ANY_WORD})(?:(?:[ -]|,? and )(?:{_ANY_WORD}))*)(?![A-Za-z]){_TAIL}",
    re.IGNORECASE,
)
_HAN_WORDS = re.compile(rf"(?P<percent>百分之)?(?P<han>[{_HAN_NUMERAL}]+)(?P<tenths>成)?{_TAIL}")
_JOINS = re.compile(r" ?[-–—~～至到] ?| to | and ")
_LONGEST = 30  # digits; what is longer is a key, not a number


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text, and what it says.

    Attributes:
        value: in the unit's base (metres, grams, seconds), scales multiplied out.
        unit: base unit, "%" or currency code; "" for a bare number or a count of things.
        step: what one more in the last written place would add, in the same base.
        spelled: written as words or Han numerals.
        ordinal: 42nd, 第三.
    """

    text: str
    value: Decimal
    unit: str
    step: Decimal
    start: int
    end: int
    spelled: bool = False
    ordinal: bool = False

    @property
    def key(self) -> str:
        """The value as plain digits; 1,200, 1200 and twelve hundred have the same."""
        return plain_digits(self.value)


def numbers(text: str) -> list[Number]:
    """Every number in a text, in order, none overlapping; ranges give both ends.

    Full-width digits count as digits. Numbers inside words (B2B, GPT-4) are read as well: who
    looks for claims leaves them out.
    """
    narrow = narrowed(text)
    taken = bytearray(len(narrow))
    found: list[Number] = []
    for number in _candidates(narrow):
        if not any(taken[number.start : number.end]):
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
            found.append(number)
    return _ranges(narrow, sorted(found, key=lambda n: n.start))


def narrowed(text: str) -> str:
    """Full-width digits and signs as ASCII ones; the same length."""
    return text.translate(_NARROW)


_NARROW = {0xFF10 + i: ord("0") + i for i in range(10)} | {
    ord("％"): ord("%"),
    ord("．"): ord("."),
    ord("＄"): ord("$"),
    ord("\u00a0"): ord(" "),
}


def plain_digits(value: Decimal) -> str:
    """A decimal without exponent and without closing zeros."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _candidates(text: str) -> Iterator[Number]:
    yield from (n for m in _HAN_FIGURE.finditer(text) if (n := _paired(text, m)))
    yield from (n for m in _FIGURE.finditer(text) if (n := _figure(m)))
    yield from (n for m in _WORDS.finditer(text) if (n := _worded(m)))
    yield from (n for m in _HAN_WORDS.finditer(text) if (n := _han(text, m)))


def _figure(match: re.Match[str]) -> Number | None:
    digits = re.sub(r"[,，\u2009\u202f]", "", match["digits"])
    if len(digits) > _LONGEST:
        return None
    places = len(digits.partition(".")[2])
    sign = SIGNS.get((match["sign"] or "").strip().casefold(), "")
    return _number(match, _decimal(digits), places, sign, ordinal=bool(match["ordinal"]))


def _paired(text: str, match: re.Match[str]) -> Number | None:
    """1亿2000万: two figures that are one number."""
    large, small = (_decimal(part) for part in match.groups())
    unit = re.compile(rf" ?({_UNIT})").match(text, match.end())
    end = unit.end() if unit else match.end()
    name, factor = MEASURES[unit[1].casefold()] if unit else ("", Decimal(1))
    value = (large * 10**8 + small * 10**4) * factor
    start = match.start()
    return Number(text[start:end], value, name, 10**4 * factor, start, end)


def _worded(match: re.Match[str]) -> Number | None:
    value = _spoken(match["words"].casefold())
    if value is None:
        return None
    return _number(match, Decimal(value), 0, "", spelled=True)


def _han(text: str, match: re.Match[str]) -> Number | None:
    value = _han_value(match["han"])
    if value is None:
        return None
    ordinal = text[: match.start()].endswith("第")
    if match["percent"] or match["tenths"]:
        factor = 10 if match["tenths"] else 1
        end = match.end("tenths") if match["tenths"] else match.end("han")
        whole = text[match.start() : end]
        number = Decimal(value * factor)
        return Number(whole, number, "%", Decimal(factor), match.start(), end, spelled=True)
    return _number(match, Decimal(value), 0, "", spelled=True, ordinal=ordinal)


def _number(
    match: re.Match[str],
    value: Decimal,
    places: int,
    sign: str,
    *,
    spelled: bool = False,
    ordinal: bool = False,
) -> Number:
    scale = SCALES[match["scale"].casefold()] if match["scale"] else 1
    unit, factor = MEASURES[match["unit"].casefold()] if match["unit"] else (sign, Decimal(1))
    step = Decimal(scale) * factor * Decimal(10) ** -places
    return Number(
        match[0],
        value * scale * factor,
        unit,
        step,
        match.start(),
        match.end(),
        spelled,
        ordinal or match.string[: match.start()].endswith("第"),
    )


def _spoken(words: str) -> int | None:
    """Three hundred and twenty → 320; None where the words are no one number (“two three”)."""
    total, group, last = 0, 0, 10**15
    for word in re.findall(_ANY_WORD, words):
        if word in _WORD_SCALES:
            scale = _WORD_SCALES[word]
            if scale == 100:
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * scale, 0
            last = scale
            continue
        value = _SMALL.get(word, _TENS.get(word, 0))
        if value >= last or (last < 20 and value < 20):
            return None
        group, last = group + value, value if word in _SMALL else 10
    return total + group


def _han_value(han: str) -> int | None:
    """三百二十 → 320, 二〇二四 → 2024; None for a unit that stands alone (万, 十分 is “very”)."""
    if all(c in _HAN_DIGITS for c in han):
        digits = "".join(str(_HAN_DIGITS[c]) for c in han)
        return int(digits) if len(han) == 1 or len(han) >= 4 else None
    if not any(c in _HAN_DIGITS for c in han) and not han.startswith("十"):
        return None
    total, group, digit = 0, 0, 0
    for c in han:
        if c in _HAN_DIGITS:
            digit = _HAN_DIGITS[c]
        elif c in _HAN_TENS:
            group, digit = group + (digit or 1) * _HAN_TENS[c], 0
        else:
            total, group, digit = (total + group + digit) * _HAN_SCALES[c], 0, 0
    return total + group + digit


def _ranges(text: str, found: list[Number]) -> list[Number]:
    """3–5% says 3% as well; $3–5 million says 3 million dollars."""
    ready = list(found)
    for i in range(len(ready) - 2, -1, -1):
        one, two = ready[i], ready[i + 1]
        between = text[one.end : two.start]
        if len(between) <= 5 and _JOINS.fullmatch(between) and not one.spelled:
            ready[i] = _shared(one, two)
    return ready


def _shared(one: Number, two: Number) -> Number:
    """The first of a range under the unit and scale of the second, if it has none of its own."""
    match = _FIGURE.fullmatch(narrowed(two.text))
    if match is None or _FIGURE.fullmatch(narrowed(one.text)) is None:
        return one
    own = re.search(r"[^\d.,]", one.text.lstrip("$€£¥ "))
    if own or not (match["scale"] or match["unit"]) or match["digits"] == two.text:
        return one
    scale = SCALES[match["scale"].casefold()] if match["scale"] else 1
    unit, factor = MEASURES[match["unit"].casefold()] if match["unit"] else (one.unit, 1)
    times = Decimal(scale) * Decimal(factor)
    return Number(
        one.text, one.value * times, unit, one.step * times, one.start, one.end, one.spelled
    )


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # digits of another script, which Decimal takes, or none at all
        return Decimal(0)
