"""The order in which a page is read: columns are found by the white between them."""

from bisect import bisect, bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from copydesk.documents.pdf.beside import beside, is_level
from copydesk.documents.pdf.rows import Row, from_top, rows_of
from copydesk.documents.pdf.sheet import Line

_BIN = 2.0  # points
_FEWEST = 8  # lines, before columns are looked for
_CROSSING = 0.45  # of the lines may run across the white between columns
_LEAST_WIDTH = 0.14  # of the text's width: a column's
_FILLED = 0.55  # of a column's width: a line that fills it
_LETTERS = 9  # of such a line; fewer are cells
_DEEPEST = 3
_MOST = 4_000  # lines of a page that is looked into; more are read as they are drawn
_MOST_BESIDE = 12  # pictures and tables of a page that text runs beside
_FARTHEST = 20_000.0  # points


@dataclass(eq=False, slots=True)
class Region:
    """A part of a page that is read from top to bottom, row by row.

    Attributes:
        left, right: how far its lines may reach.
    """

    rows: list[Row]
    left: float
    right: float


def regions(lines: Sequence[Line], depth: int = 0) -> list[Region]:
    """A page's lines in the order in which they are read.

    Args:
        lines: in the order in which they are drawn.
    """
    if not lines:
        return []
    if depth == 0 and (len(lines) > _MOST or max(n.right for n in lines) > _FARTHEST):
        return [_region(lines, [[line] for line in lines])]
    rows = rows_of(lines)
    if len(rows) == len(lines) or len(lines) < _FEWEST or depth >= _DEEPEST:
        return [_region(lines, rows)]  # nothing stands beside anything else
    if gutters := _gutters(lines):
        return _by_columns(lines, rows, gutters, depth)
    parts = _bands(lines) if depth == 0 and len(lines) >= 2 * _FEWEST else []
    if len(parts) > 1:
        found = [_gutters(part) if len(part) >= _FEWEST else [] for part in parts]
        if any(found):
            return _merged(list(_by_bands(parts, found, depth)))
    return list(_beside(lines, rows))


def _beside(lines: Sequence[Line], rows: list[Row]) -> Iterator[Region]:
    """One column, or several where text runs beside something else."""
    rest: Sequence[Line] = lines
    for _ in range(_MOST_BESIDE):
        found = beside(rest) if len(rest) >= _FEWEST else None
        if found is None:
            break
        if found.above:
            yield _region(found.above)
        yield _region(found.left)
        yield _region(found.right)
        rest = found.below
    if rest:
        yield _region(rest, rows if rest is lines else None)


def _by_bands(
    parts: Sequence[list[Line]], found: Sequence[list[float]], depth: int
) -> Iterator[Region]:
    """Bands one after the other; where one has columns, others may have them too."""
    gutters = max(found, key=len)
    for part, own in zip(parts, found, strict=True):
        rows = rows_of(part)
        if own or (gutters and _parts(part, rows, gutters)):
            yield from _by_columns(part, rows, own or gutters, depth + 1)
        else:
            yield from _beside(part, rows)


def _parts(lines: Sequence[Line], rows: Sequence[Row], gutters: Sequence[float]) -> bool:
    """Whether columns found elsewhere part these lines too, and do not cut a table's rows."""
    if any(line.left < gutter < line.right for line in lines for gutter in gutters):
        return False
    across = sum(_is_beyond(row, gutters) for row in rows)
    return across < 0.6 * len(rows)


def _region(lines: Sequence[Line], rows: list[Row] | None = None) -> Region:
    left, right = min(n.left for n in lines), max(n.right for n in lines)
    return Region(rows_of(lines) if rows is None else rows, left, right)


def _merged(found: list[Region]) -> list[Region]:
    """Bands without columns that follow each other are one region."""
    kept: list[Region] = []
    for region in found:
        if kept and _is_below(region, kept[-1]):
            last = kept[-1]
            last.rows += region.rows
            last.left, last.right = min(last.left, region.left), max(last.right, region.right)
        else:
            kept.append(region)
    return kept


def _is_below(region: Region, last: Region) -> bool:
    shared = min(region.right, last.right) - max(region.left, last.left)
    floor = min(n.low for row in last.rows for n in row)
    below = max(n.top for row in region.rows for n in row) < floor + 2
    return below and shared > 0.5 * (last.right - last.left)


def _bands(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines above and below white that crosses the whole page."""
    ordered = sorted(lines, key=lambda n: -n.top)
    usual = median(n.top - n.low for n in ordered)
    cuts: list[float] = []  # negative, so that they ascend
    floor = ordered[0].low
    for line in ordered[1:]:
        if floor - line.top > 0.9 * usual:
            cuts.append(-floor)
        floor = min(floor, line.low)
    parts: list[list[Line]] = [[] for _ in range(len(cuts) + 1)]
    for line in lines:
        parts[bisect_left(cuts, -line.top)].append(line)
    return parts


def _by_columns(
    lines: Sequence[Line], rows: Sequence[Row], gutters: Sequence[float], depth: int
) -> list[Region]:
    """Bands between the lines that run across; in each, one column after the other."""
    across, parts = _crossing(lines, _tables_across(lines, rows, gutters), gutters)
    found: list[Region] = []
    held: list[Line] = []
    for at, band in enumerate(parts):
        if any(band):
            _last_line(held, band)
            if held:
                found.append(_region(held))
                held = []
            for column in band if _is_text(band, gutters) else [[n for one in band for n in one]]:
                found.extend(regions(column, depth + 1))
        if at < len(across):
            held.append(across[at])
    if held:
        found.append(_region(held))
    return found


def _crossing(
    lines: Sequence[Line], tables: set[int], gutters: Sequence[float]
) -> tuple[list[Line], list[list[list[Line]]]]:
    """The lines that run across, from the top, and the columns above, between and below them."""
    across: list[Line] = []
    within: list[Line] = []
    for line in lines:
        left, right = line.left + 1, line.right - 1
        crosses = bisect(gutters, left) < bisect_left(gutters, right)
        if crosses and right - left < 3 * line.size:  # a picture's label
            crosses = False
        (across if crosses or id(line) in tables else within).append(line)
    across += _bullets_of(across, within)
    across.sort(key=from_top)
    edges = [-n.low - n.top for n in across]
    parts: list[list[list[Line]]] = [
        [[] for _ in range(len(gutters) + 1)] for _ in range(len(across) + 1)
    ]
    for line in within:
        column = bisect(gutters, (line.left + line.right) / 2)
        parts[bisect(edges, -line.low - line.top)][column].append(line)
    return across, parts


def _bullets_of(across: Sequence[Line], within: list[Line]) -> list[Line]:
    """Bullets and numbers that were drawn apart from the lines that run across beside them."""
    heights = {round(n.low + n.top) // 4 for n in across}
    found = [
        n
        for n in within
        if len(n.text) < 5
        and not heights.isdisjoint({at := round(n.low + n.top) // 4, at - 1, at + 1})
    ]
    gone = {id(line) for line in found}
    within[:] = [line for line in within if id(line) not in gone]
    return found


def _last_line(held: list[Line], band: list[list[Line]]) -> None:
    """Move the short last line of a paragraph that runs across from its column to the others."""
    if not held or not band[0]:
        return
    last, line = held[-1], max((n for column in band for n in column), key=lambda n: n.top)
    near = -0.5 * line.size < last.low - line.top < 0.5 * line.size
    alike = abs(line.left - last.left) < 2 and abs(line.size - last.size) < 0.1 * line.size
    if near and alike and line in band[0]:
        band[0].remove(line)
        held.append(line)


def _tables_across(
    lines: Sequence[Line], rows: Sequence[Row], gutters: Sequence[float]
) -> set[int]:
    """The lines of rows that run on beyond a gutter, cell by cell: three such rows on end."""
    found: set[int] = set()
    wide = 0.7 * (max(n.right for n in lines) - min(n.left for n in lines)) / (len(gutters) + 1)
    if sum(n.right - n.left < wide for n in lines) < _FEWEST:
        return found
    run: list[Row] = []
    for row in (*rows, []):
        if row and all(n.right - n.left < wide for n in row):
            run.append(row)
            continue
        beyond = [at for at, one in enumerate(run) if len(one) > 2 and _is_beyond(one, gutters)]
        if len(beyond) > 2 and len(beyond) >= 0.7 * (beyond[-1] - beyond[0] + 1):
            for one in run[beyond[0] : beyond[-1] + 1]:
                found.update(id(line) for line in one)
        run = []
    return found


def _is_beyond(row: Row, gutters: Sequence[float]) -> bool:
    return any(row[0].left < gutter < row[-1].right for gutter in gutters)


def _is_text(band: Sequence[Sequence[Line]], gutters: Sequence[float]) -> bool:
    """Whether a band has text in columns, not a picture's labels that leave the gutter free."""
    lines = [line for column in band for line in column]
    if not lines:
        return False
    left, right = min(n.left for n in lines), max(n.right for n in lines)
    widths = [b - a for a, b in pairwise([left, *gutters, right])]
    full = sum(
        len(n.text)
        for column, wide in zip(band, widths, strict=True)
        for n in column
        if n.right - n.left >= _FILLED * wide
    )
    return 2 * full > sum(len(n.text) for n in lines)


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Where the white between columns runs, from left to right; none on a page without columns."""
    left, right = min(n.left for n in lines), max(n.right for n in lines)
    if right - left < 150:
        return []
    least = _LEAST_WIDTH * (right - left)
    places: list[float] = []
    for place in _valleys(lines, left, right):
        if place - (places[-1] if places else left) > least and right - place > least:
            places.append(place)
    while places:
        weak = _weak(lines, [left, *places, right])
        if weak is None:
            return [] if _is_form(lines, places) else places
        places.pop(min(weak, len(places) - 1))
    return []


def _is_form(lines: Sequence[Line], gutters: Sequence[float]) -> bool:
    """Whether two columns are labels and their values, which are read row by row."""
    if len(gutters) > 1:
        return False
    left = [n for n in lines if n.right < gutters[0]]
    return is_level(left, [n for n in lines if n.left > gutters[0]])


def _valleys(lines: Sequence[Line], left: float, right: float) -> list[float]:
    """The middles of stretches that few lines run across, between stretches that many do."""
    count = int((right - left) / _BIN) + 2
    steps = [0] * (count + 1)
    for line in lines:
        steps[int((line.left - left) / _BIN)] += 1
        steps[int((line.right - left) / _BIN) + 1] -= 1
    cover = list(accumulate(steps))
    most = _CROSSING * max(cover)
    found: list[float] = []
    start: int | None = None
    for at, height in enumerate(cover):
        if height <= most:
            start = at if start is None else start
        elif start is not None:
            if start > 0:
                found.append(left + _BIN * _lowest(cover, start, at))
            start = None
    return found


def _lowest(cover: Sequence[int], start: int, end: int) -> float:
    """The middle of the lowest part of a valley."""
    least = min(cover[start:end])
    low = [at for at in range(start, end) if cover[at] == least]
    return (low[0] + low[-1] + 1) / 2


def _weak(lines: Sequence[Line], edges: Sequence[float]) -> int | None:
    """The first column that is none: too narrow, with few lines, or not filled by its text."""
    whole = edges[-1] - edges[0]
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = [n for n in lines if n.left > low - 2 and n.right < high + 2]
        if len(inside) < 4:
            return number
        left = min(n.left for n in inside)
        wide = sorted(n.right for n in inside)[int(0.9 * len(inside))] - left
        if wide < _LEAST_WIDTH * whole or not _is_filled(inside, wide):
            return number
    return None


def _is_filled(lines: Sequence[Line], wide: float) -> bool:
    """Whether most of a column's letters stand in lines that fill it, and are text."""
    total = sum(len(n.text) for n in lines)
    full = [len(n.text) for n in lines if n.right - n.left >= _FILLED * wide]
    return len(full) > 2 and 2 * sum(full) > total and median(full) >= _LETTERS
