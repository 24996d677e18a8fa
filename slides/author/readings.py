"""What can be read off a chart, in sentences that are true: they become its title and takeaway."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.brief import Language
from copydesk.slides.author.material import View
from copydesk.slides.deck import ChartSlide, Series

Known = list[tuple[str, float]]

_HIGH = re.compile(
    r"\b(?:highest|most|largest|biggest|peak\w*|best|top)\b|最高|最多|最大|顶峰", re.I
)
_LOW = re.compile(r"\b(?:lowest|least|smallest|fewest|worst|bottom)\b|最低|最少|最小", re.I)
_SHORT = 8  # values that are all said
_SHARES = ("pie", "doughnut")


def readings(slide: ChartSlide, language: Language) -> list[str]:
    """Sentences on each series, the most telling first: its course, its ends, its extremes."""
    said = [list(_of(one, slide, language)) for one in slide.series]
    found = [*_between(slide, language), *(line for lines in said for line in lines)]
    return list(dict.fromkeys(found))


def listing(slide: ChartSlide, language: Language) -> list[str]:
    """All values of each series, where they are few: for the prompt."""
    lines = []
    for series in slide.series:
        known = _known(slide, series)
        if known and len(known) <= _SHORT:
            values = ", ".join(f"{name} {figure(value, slide.unit)}" for name, value in known)
            lines.append(f"{series.name}{'：' if language == 'zh' else ': '}{values}")
    return lines


def figure(value: float, unit: str = "") -> str:
    """A value as it is read: thousands apart, the unit where it is a sign."""
    said = f"{value:,.10g}"
    if unit in ("$", "€", "£", "¥"):
        return f"{unit}{said}"
    return f"{said}%" if unit == "%" else said


def _known(slide: ChartSlide, series: Series) -> Known:
    pairs = zip(slide.categories, series.values, strict=False)
    return [(name, value) for name, value in pairs if not math.isnan(value)]


def _of(series: Series, slide: ChartSlide, language: Language) -> Iterator[str]:
    known = _known(slide, series)
    if len(known) < 2:
        return
    zh, name, unit = language == "zh", _capital(series.name), slide.unit
    (first, a), (last, b) = known[0], known[-1]
    start, end = figure(a, unit), figure(b, unit)
    if _over_time(slide) and a != b:
        up = b > a
        if zh:
            yield f"{name}从{first}的 {start} {'升' if up else '降'}到{last}的 {end}"
        else:
            yield f"{name} {'rose' if up else 'fell'} from {start} in {first} to {end} in {last}"
        steps = [later - earlier for (_, earlier), (_, later) in pairwise(known)]
        if len(steps) > 1 and (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
            if zh:
                yield f"{name}一路{'上升' if up else '下降'}，没有一次回头"
            else:
                yield f"{name} {'rose' if up else 'fell'} at every step"
    yield from _extremes(name, known, slide, language)


def _extremes(name: str, known: Known, slide: ChartSlide, language: Language) -> Iterator[str]:
    """Of periods when it was highest and lowest, of things which leads and which comes last."""
    (top, most), (low, least) = (f(known, key=lambda p: p[1]) for f in (max, min))
    if most == least:
        return
    high, small = figure(most, slide.unit), figure(least, slide.unit)
    if language == "zh":
        yield f"{name}最高的是{top}，{high}"
        yield f"{name}最低的是{low}，{small}"
    elif _over_time(slide):
        yield f"{name} peaked at {high} in {top}"
        yield f"{name} bottomed out at {small} in {low}"
    else:
        yield f"{top} leads in {_small(name)}, with {high}"
        yield f"{low} comes last in {_small(name)}, with {small}"


def _between(slide: ChartSlide, language: Language) -> Iterator[str]:
    """How two series stand to each other."""
    if len(slide.series) != 2:
        return
    one, two = slide.series
    pairs = [p for p in zip(one.values, two.values, strict=True) if not any(map(math.isnan, p))]
    zh = language == "zh"
    for more, less, ahead in (
        (one.name, two.name, all(a > b for a, b in pairs)),
        (two.name, one.name, all(b > a for a, b in pairs)),
    ):
        if ahead and pairs:
            yield (f"{more}始终高于{less}" if zh else f"{_capital(more)} always above {less}")
    if _over_time(slide) and len(pairs) > 1:
        (a, b), (c, d) = pairs[0], pairs[-1]
        if (c - a) * (d - b) < 0:
            up, down = (one.name, two.name) if c > a else (two.name, one.name)
            yield f"{up}上升，{down}下降" if zh else f"{_capital(up)} rose while {down} fell"


def _over_time(slide: ChartSlide) -> bool:
    """Whether categories are periods: then a course can be read off them."""
    return slide.kind not in _SHARES and all(_PERIOD.search(name) for name in slide.categories)


_PERIOD = re.compile(
    r"\d{4}|\d月|[一二三四五六七八九十]月|[Qq]\d|季度|[Ww]eek|[Dd]ay|周|"
    r"^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
    re.IGNORECASE,
)


def _small(name: str) -> str:
    """A name inside a sentence; what is written in capitals stays so."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


@dataclass(frozen=True)
class Extremes:
    """Where the series of all charts are highest and lowest; what contradicts it is untrue."""

    categories: frozenset[str]
    highest: frozenset[str]
    lowest: frozenset[str]

    def deny(self, text: str) -> bool:
        """Whether a text calls something highest or lowest that no series has there."""
        named = {name for name in self.categories if _says(name, text)}
        if len(named) != 1:
            return False
        wrong_top = bool(_HIGH.search(text)) and not named & self.highest
        wrong_low = bool(_LOW.search(text)) and not named & self.lowest
        return wrong_top or wrong_low


def _says(name: str, text: str) -> bool:
    if not name.isascii():
        return name in text
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def extremes(views: Sequence[View]) -> Extremes:
    """The highest and lowest categories of every series in the charts."""
    names: set[str] = set()
    top: set[str] = set()
    low: set[str] = set()
    for view in views:
        if isinstance(view.slide, ChartSlide):
            for series in view.slide.series:
                if known := _known(view.slide, series):
                    names |= {name for name, _ in known}
                    values = [value for _, value in known]
                    top |= {name for name, value in known if value == max(values)}
                    low |= {name for name, value in known if value == min(values)}
    return Extremes(frozenset(names), frozenset(top), frozenset(low))
