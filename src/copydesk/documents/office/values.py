"""Numbers and dates of sheets and charts, as Excel shows them."""

import datetime
import re
from typing import Any

_DECIMALS = re.compile(r"0\.(0+)")


def shown(value: Any, form: str = "General") -> str:
    """A cell's value as Excel shows it, as far as numbers, percentages and dates go."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, form)
    if isinstance(value, datetime.datetime):
        day = value.date().isoformat()
        return day if value.time() == datetime.time() else f"{day} {value:%H:%M}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)


def _number(value: float, form: str) -> str:
    plain = form.split(";", maxsplit=1)[0]
    decimals = _DECIMALS.search(plain)
    places = min(len(decimals[1]), 30) if decimals else None
    if "%" in plain:
        share = value * 100
        return f"{share:.{places or 0}f}%" if "0" in plain else f"{share:g}%"
    comma = "," if "#,##0" in plain else ""
    if places is not None:
        return f"{value:{comma}.{places}f}"
    if comma or plain == "0":
        return f"{round(value):{comma}d}"
    return f"{value:.15g}"
