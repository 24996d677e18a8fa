"""Numbers in running text, English and Chinese, read into values that can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from copydesk.prose.measures import MEASURES, SCALES, SIGNS


def _words(listed: str) -> list[str]:
    return listed.split()


_SMALL = {
    word: value
    for value, word in enumerate(
        _words(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        _words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
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

_DIGITS = r"\d{1,3}(?:[,\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_SCALE = "|".join(re.escape(scale) for scale in sorted(SCALES, key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(MEASURES, key=len, reverse=True))
_TAIL = (
    rf"(?:[ -]?(?P<scale>{_SCALE})(?![A-Za-z]))?"
    rf"(?:[ -]?(?P<unit>(?:{_UNIT})(?![A-Za-z])))?"
)
_FIGURE = re.compile(
    rf"(?P<sign>(?:{_SIGN}) ?)?(?P<digits>{_DIGITS})(?P<ordinal>(?:st|nd|rd|th)\b)?"
    rf"(?P<short>(?(sign)[mb](?![a-z])|(?!)))?{_TAIL}",
    re.IGNORECASE,
)
_HAN_FIGURE = re.compile(r"(\d+(?:\.\d+)?)亿(\d+(?:\.\d+)?)万")
_TAIL_ALONE = re.compile(_TAIL, re.IGNORECASE)
_WORDS = re.compile(
    rf"(?<![A-Za-z-])(?P<words>(?:{_ANY_WORD})"
    rf"(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and )(?:{_ANY_WORD}))*)(?![A-Za-z]){_TAIL}",
    re.IGNORECASE,
)
_HAN_WORDS = re.compile(
    rf"(?P<percent>百分之)?(?P<han>[{_HAN_NUMERAL}]+)(?P<tenths>成)?"
    rf"(?P<scale>(?!))?(?:(?P<unit>{_UNIT}))?"
)
_JOINS = re.compile(r" ?[-–—~～至到] ?| to ")
_SHORT = {"": 1, "m": 10**6, "b": 10**9}  # $4m: after a currency no metre
_LONGEST = 30  # digits; what is longer is a key, not a number


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text, and what it says.

    Attributes:
        value: scales multiplied out (4 million is 4000000), the unit as written.
        unit: base unit (m, g, s, month), "%" or currency code; "" for a bare number or a count.
        factor: what one written unit is worth in the base unit.
        step: what one more in the last written place would add to `value`.
        spelled: written as words or Han numerals.
        ordinal: 42nd, 第三.
    """

    text: str
    value: Decimal
    unit: str
    step: Decimal
    start: int
    end: int
    factor: Decimal = Decimal(1)
    spelled: bool = False
    ordinal: bool = False

    @property
    def base(self) -> Decimal:
        """The value in the base unit."""
        return self.value * self.factor

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
    digits = re.sub(r"[,\u2009\u202f]", "", match["digits"])
    if len(digits) > _LONGEST:
        return None
    places = len(digits.partition(".")[2])
    sign = SIGNS.get((match["sign"] or "").strip().casefold(), "")
    number = _number(match, _decimal(digits), places, sign, ordinal=bool(match["ordinal"]))
    if not match["short"]:
        return number
    times = _SHORT[match["short"].casefold()]
    return replace(number, value=number.value * times, step=number.step * times)


def _paired(text: str, match: re.Match[str]) -> Number | None:
    """1亿2000万: two figures that are one number."""
    large, small = (_decimal(part or "0") for part in match.groups())
    tail = _TAIL_ALONE.match(text, match.end())
    unit, factor, end = _unit(tail) if tail else ("", Decimal(1), match.end())
    start, value = match.start(), large * 10**8 + small * 10**4
    return Number(text[start:end], value, unit, Decimal(10**4), start, end, factor)


def _unit(match: re.Match[str]) -> tuple[str, Decimal, int]:
    unit, factor = MEASURES[match["unit"].casefold()] if match["unit"] else ("", Decimal(1))
    return unit, factor, match.end()


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
    unit, factor, end = _unit(match)
    return Number(
        match[0],
        value * scale,
        unit or sign,
        scale * Decimal(10) ** -places,
        match.start(),
        end,
        factor,
        spelled,
        ordinal or match.string[: match.start()].endswith("第"),
    )


def _spoken(words: str) -> int | None:
    """Three hundred and twenty → 320; None where the words are no one number (“two three”)."""
    if all(word in _WORD_SCALES for word in re.findall(_ANY_WORD, words)):
        return None  # a hundred, a million: no count that could be looked up
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
        group, last = group + value, value if word in _SMALL else 20
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
    """3–5% says 3% as well; $3–5 million says 3 and 5 million dollars."""
    ready = list(found)
    for i in range(len(ready) - 2, -1, -1):
        one, two = ready[i], ready[i + 1]
        between = text[one.end : two.start]
        if len(between) <= 5 and _JOINS.fullmatch(between) and not one.spelled:
            ready[i : i + 2] = _shared(one, two)
    return ready


def _shared(one: Number, two: Number) -> tuple[Number, Number]:
    """Both ends of a range under the currency of the first and the unit and scale of the second."""
    tail = _FIGURE.fullmatch(narrowed(two.text))
    if tail is None or re.search(r"[^\d.,$€£¥ ]", one.text):
        return one, two
    scale = SCALES[tail["scale"].casefold()] if tail["scale"] else 1
    scale *= _SHORT[(tail["short"] or "").casefold()]
    unit = two.unit or one.unit
    first = replace(
        one, value=one.value * scale, step=one.step * scale, unit=unit, factor=two.factor
    )
    return first, replace(two, unit=unit)


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:  # digits of another script, which Decimal takes, or none at all
        return Decimal(0)
