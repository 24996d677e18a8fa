"""Running headers, footers and page numbers: taken off, and the numbers remembered."""

import re
from collections import Counter
from collections.abc import Sequence

from copydesk.documents.passage import line_of
from copydesk.documents.pdf.sheet import Line, Sheet

_EDGE = 0.12  # of the page's height, at its top and bottom, where furniture stands


def without_furniture(sheets: Sequence[Sheet]) -> None:
    """Take off headers, footers and page numbers: what stands at the edge of many pages."""
    least = max(3, len(sheets) // 4)
    seen = Counter(
        key
        for sheet in sheets
        for key in {_key(n, sheet) for n in sheet.lines if _at_edge(n, sheet)}
    )
    common = {key for key, times in seen.items() if times >= least}
    for sheet in sheets:
        sheet.lines = [
            n for n in sheet.lines if not (_at_edge(n, sheet) and _key(n, sheet) in common)
        ]


def _at_edge(line: Line, sheet: Sheet) -> bool:
    return line.low > (1 - _EDGE) * sheet.height or line.top < _EDGE * sheet.height


def _key(line: Line, sheet: Sheet) -> str:
    """A line with its numbers left open, so that page numbers are alike; and top or bottom."""
    where = "^" if line.low > sheet.height / 2 else "_"
    return where + re.sub(r"\d+|\b[ivxlc]+\b", "#", line_of(line.text))
