"""Numbers in the cells of a table: thousands, decimals and units, decided column by column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAPS = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "null", "none", "nan", "~", "#n/a", "无"})
"""What stands in a cell where there is no value, in lower case."""

_MONEY = r"(?:[A-Z]{0,2}[$€£¥￥₩₹₽₺₫฿]|USD|EUR|GBP|CHF|CNY|RMB|JPY|HKD|TWD|KRW|INR|CAD|AUD)"
_FIGURE = re.compile(
    rf"(?P<open>\()?(?P<before>{_MONEY})?\s?(?P<sign>[+\-−])?\s?(?P<behind>{_MONEY})?\s?"
    r"(?P<digits>\d[\d,.'’\s]*|[.,]\d+)(?P<power>[eE][+\-−]?\d{1,3})?"
    r"\s?(?P<after>[^\d\s()][^\d()]{0,11})?(?P<close>\))?"
)
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_MOST_DIGITS = 30  # what is longer is a key, not a number


@dataclass(frozen=True)
class Figure:
    """A number as it stands in a cell: `digits` still has its separators."""

    digits: str
    power: str
    negative: bool
    unit: str


def is_gap(text: str) -> bool:
    """Whether a cell says that it has no value."""
    return text.strip().lower() in GAPS


def figure(text: str) -> Figure | None:
    """The number that a cell is, with the unit before or after it; None for other texts."""
    match = _FIGURE.fullmatch(text.translate(_NARROW).strip())
    if not match or len(match["digits"]) > _MOST_DIGITS:
        return None
    if bool(match["open"]) != bool(match["close"]):
        return None
    before = (match["before"] or "") + (match["behind"] or "")
    after = (match["after"] or "").strip()
    if before and after:
        return None
    digits = re.sub(r"[\s'’]", "", match["digits"])
    negative = match["sign"] in ("-", "−") or bool(match["open"])
    return Figure(digits, (match["power"] or "").replace("−", "-"), negative, before or after)


def decimal_mark(figures: Iterable[Figure], fallback: str = ".") -> str:
    """Which of "." and "," parts off the decimals in a column.

    Decided by the first number that can only be read one way; `fallback` where all could be both
    (1,234).
    """
    for one in figures:
        commas, dots = one.digits.count(","), one.digits.count(".")
        if commas and dots:
            return max(",.", key=one.digits.rfind)
        if commas > 1 or dots > 1:
            return "." if commas else ","
        mark = "," if commas else "."
        head, found, tail = one.digits.partition(mark)
        if found and (len(tail) != 3 or len(head) > 3 or head in ("", "0")):
            return mark
    return fallback


def value_of(one: Figure, mark: str) -> float | None:
    """What a figure is worth; None where its separators make no sense."""
    other = "," if mark == "." else "."
    plain = one.digits.replace(other, "").replace(mark, ".", 1)
    try:
        value = float(plain + one.power)
    except ValueError:
        return None
    if value in (float("inf"), float("-inf")):
        return None
    return -value if one.negative else value


@dataclass(frozen=True)
class Read:
    """A column read as numbers: a value or None a cell, and the unit that most cells carry."""

    values: tuple[float | None, ...]
    unit: str


def read_column(cells: Sequence[str], fallback: str = ".") -> Read | None:
    """A column's numbers; None unless at least four in five of its filled cells are numbers."""
    found = [None if is_gap(cell) else figure(cell) for cell in cells]
    filled = sum(not is_gap(cell) for cell in cells)
    figures = [one for one in found if one]
    if not figures or len(figures) < 0.8 * filled:
        return None
    units = [one.unit for one in figures]
    unit = max(dict.fromkeys(units), key=units.count)
    # A cell in another unit is no value of this column: 3 km beside 2 m, 12% beside 0.4.
    alike = [one if one and one.unit in (unit, "") else None for one in found]
    mark = decimal_mark(figures, fallback)
    return Read(tuple(value_of(one, mark) if one else None for one in alike), unit)
