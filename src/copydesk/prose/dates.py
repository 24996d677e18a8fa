"""Dates in running text, English and Chinese, as ISO 8601 with what is not said left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, 1)} | {"sept": 9}
_NAMES = sorted([*_MONTHS, *_SHORT], key=len, reverse=True)
_MONTH = "|".join(form for name in _NAMES for form in (name.title(), name.upper()))
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_HAN_YEAR = "[〇零一二三四五六七八九]{4}"
_HAN = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_YEAR}[-/.](?P<number>0?[1-9]|1[0-2])[-/.]{_DAY}(?![\d-])",
        rf"(?<!\d){_YEAR} ?年 ?(?P<number>1[0-2]|0?[1-9]) ?月(?: ?{_DAY} ?[日号])?",
        rf"(?<!\d)(?P<number>1[0-2]|0?[1-9]) ?月 ?{_DAY} ?[日号]",
        rf"\b{_DAY} (?:of )?(?P<month>{_MONTH})\b\.?,? {_YEAR}\b",
        rf"\b(?P<month>{_MONTH})\b\.? {_DAY}\b(?:,? {_YEAR}\b)?",
        rf"\b{_DAY} (?:of )?(?P<month>{_MONTH})\b",
        rf"\b(?P<month>{_MONTH})\b\.?,?(?: of)? {_YEAR}\b",
        r"(?<![\d.,])(?P<decade>(?:1[5-9]|20)\d)0s\b",
        r"(?<!\d)(?P<decade>(?:1[5-9]|20)\d)0 ?年代",
        rf"(?<!\d){_YEAR} ?年",
        rf"(?P<han>{_HAN_YEAR}) ?年",
        r"(?<![\w.,$€£¥/-])(?P<year>1[5-9]\d\d|20\d\d)(?![\w%]|[.,]\d)",
    )
)


@dataclass(frozen=True)
class Date:
    """A date as it stands in a text; `value` is 2024, 2024-06, 2024-06-01, --06-01 or 199x."""

    text: str
    value: str
    start: int
    end: int


def dates(text: str) -> list[Date]:
    """Every date in a text, in order, none overlapping.

    A bare number from 1500 to 2099 counts as a year: in prose it mostly is one.
    """
    taken = bytearray(len(text))
    found: list[Date] = []
    for match in (m for pattern in _PATTERNS for m in pattern.finditer(text)):
        if not any(taken[match.start() : match.end()]):
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            found.append(Date(match[0].strip(), _value(match), match.start(), match.end()))
    return sorted(found, key=lambda date: date.start)


def covers(stated: str, known: str) -> bool:
    """Whether a source's date `known` says all that `stated` says: 2024-06-01 covers 2024-06."""
    if stated.endswith("x"):
        return known[:3] == stated[:3] and known[:2] != "--"
    if stated.startswith("--"):
        return known.endswith(stated[1:]) and len(known) in (len(stated), 10)
    return known == stated or known.startswith(stated + "-")


def _value(match: re.Match[str]) -> str:
    said = match.groupdict()
    if decade := said.get("decade"):
        return f"{decade}x"
    if han := said.get("han"):
        return "".join(_HAN[c] for c in han)
    return "-".join(_parts(said))


def _parts(said: dict[str, str | None]) -> Iterator[str]:
    yield said.get("year") or "-"
    month = said.get("number") or str(_SHORT.get((said.get("month") or "")[:3].casefold(), ""))
    if month:
        yield f"{int(month):02}"
    if day := said.get("day"):
        yield f"{int(day):02}"
