"""The figures behind charts, and the words in diagrams, of Word and PowerPoint files."""

from typing import Any

from copydesk.documents.grid import Slot, add_table
from copydesk.documents.office.parts import DGM, A, C, Parts
from copydesk.documents.office.values import shown
from copydesk.documents.reading import Reading

_MOST_SERIES = 64
_MOST_POINTS = 5000  # of one series


def add_chart(parts: Parts, name: str, reading: Reading, page: int = 0) -> None:
    """A chart's title, then its values as rows: a category, and each series under its name."""
    root = parts.tree(name)
    if root is None:
        return
    title = root.find(f"{C}chart/{C}title")
    if title is not None:
        reading.add("".join(one.text or "" for one in title.iter(A + "t")), page, "caption")
    series = list(root.iter(C + "ser"))[:_MOST_SERIES]
    if not series:
        return
    rows: dict[int, list[str]] = {}
    for number, one in enumerate(series):
        for at, label in _points(one, "cat", "xVal").items():
            rows.setdefault(at, [label] + [""] * len(series))
        for at, value in _points(one, "val", "yVal").items():
            rows.setdefault(at, [str(at + 1)] + [""] * len(series))[number + 1] = value
    heads = ["", *(_name(one) for one in series)]
    table = [heads, *(rows[at] for at in sorted(rows))]
    add_table(reading, [[Slot(cell) for cell in row] for row in table], page, int(any(heads)))


def _name(series: Any) -> str:
    return series.findtext(f"{C}tx//{C}v") or ""


def _points(series: Any, *kinds: str) -> dict[int, str]:
    """The cached values of a series by their index, as they would show."""
    for kind in kinds:
        holder = series.find(C + kind)
        if holder is None:
            continue
        form = holder.findtext(f".//{C}formatCode") or "General"
        found = {}
        for point in list(holder.iter(C + "pt"))[:_MOST_POINTS]:
            at = point.get("idx", "")
            if at.isascii() and at.isdigit() and len(at) < 7:
                found[int(at)] = _value(point.findtext(C + "v") or "", form)
        return found
    return {}


def _value(text: str, form: str) -> str:
    try:
        return shown(float(text), form)
    except (ValueError, OverflowError):
        return text


def add_diagram(parts: Parts, name: str, reading: Reading, page: int = 0) -> None:
    """The texts of a diagram's points, in the order of its data."""
    root = parts.tree(name)
    for point in () if root is None else root.iter(DGM + "pt"):
        reading.add("".join(one.text or "" for one in point.iter(A + "t")), page)
