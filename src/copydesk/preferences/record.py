"""One record of a file, read column by column; what cannot be used says why."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from copydesk.findings import Finding

Record: TypeAlias = Mapping[str, Any]

_LONGEST_SHOWN = 40
_NO_TEXT = re.compile("[\ud800-\udfff\0]")


class BadRow(Exception):
    """A record that gives no row: a code, what is wrong with it, what to write instead."""

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.fix = code, message, fix

    def at(self, place: str) -> Finding:
        """The finding at a place."""
        return Finding(code=self.code, place=place, message=self.message, fix=self.fix)


@dataclass
class Notes:
    """What was mended while reading: each kind is told once, with its count and first place."""

    _seen: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def add(self, code: str, message: str, place: str) -> None:
        """Remember that this happened there."""
        count, first = self._seen.get((code, message), (0, place))
        self._seen[code, message] = (count + 1, first)

    def findings(self) -> tuple[Finding, ...]:
        """A finding for each kind."""
        return tuple(
            Finding(code=code, place=first, message=message, measured=_rows(count))
            for (code, message), (count, first) in self._seen.items()
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def first(record: Record, names: Iterable[str]) -> Any:
    """The value of the first of these columns that is there and not null; None without any."""
    return next((record[name] for name in names if record.get(name) is not None), None)


def text(value: Any, name: str) -> str:
    """A text as it stands.

    Raises:
        BadRow: it is none, or holds what no text can.
    """
    if not isinstance(value, str):
        raise BadRow("row-text", f"{name} is {_named(value)}, not a text")
    if _NO_TEXT.search(value):
        raise BadRow("row-text", f"{name} holds half a character or a null", "save it as UTF-8")
    return value


def number(value: Any, name: str) -> float:
    """A finite number; texts that say one will do, as tables have nothing else.

    Raises:
        BadRow: it is none.
    """
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise BadRow("row-number", f"{name} is {_named(value)}, not a number")
    return found


_TRUE = frozenset({"true", "yes", "keep", "good", "1", "1.0", "是"})
_FALSE = frozenset({"false", "no", "drop", "bad", "0", "0.0", "否"})


def flag(value: Any, name: str) -> bool:
    """Yes or no.

    Raises:
        BadRow: it is neither.
    """
    said = str(value).strip().casefold() if isinstance(value, str | bool | int | float) else ""
    if said in _TRUE:
        return True
    if said in _FALSE:
        return False
    raise BadRow("row-label", f"{name} is {_named(value)}, neither true nor false")


def label(value: Any) -> str:
    """A name, such as an annotator's, on one line; "" for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    kept = "".join(char for char in str(value) if char.isprintable())
    return " ".join(kept.split())[:200]


def _named(value: Any) -> str:
    """A value in a word or two."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"  # as the file has it
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    try:
        said = repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "too large"
    short = said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}…"
    return short.encode("ascii", "backslashreplace").decode() if not short.isprintable() else short
