"""Labels such as “Unit 8” or 第三章: which one a passage stands under, and what they are called."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from copydesk.documents.passage import Passage
from copydesk.library.named import han_number
from copydesk.library.records import Found
from copydesk.reader.excerpts import Excerpt, units

_NOUNS = (
    r"(?:unit|chapter|section|part|article|clause|paragraph|lesson|module|quiz|exercise|question|"
    r"step|phase|stage|semester|quarter|week|appendix|annex|schedule|figure|table|exhibit|item)"
)
_NUMBERS = r"\d{1,3}(?:(?:\s*(?:,|&|–|-|/|\band\b|\bto\b)\s*)+\d{1,3})*"
_LABEL = re.compile(
    rf"\b(?P<noun>{_NOUNS})s?[\s#.-]*(?P<numbers>{_NUMBERS})(?![\d.]*\d|%)", re.IGNORECASE
)
_HAN = re.compile(
    r"第\s*(?P<number>\d{1,3}|[一二三四五六七八九]?十?[一二三四五六七八九]?)\s*"
    r"(?P<noun>单元|部分|季度|学期|阶段|[章节条款课周步题])"
)
_MOST = 30  # numbers of a range
_LONGEST = 160  # characters of a line that is an answer


def elsewhere(question: str, passage: Passage) -> str:
    """The label that a question asks about, where a passage stands under another of its kind.

    What a passage mentions in its sentences does not count: only headings, and what begins a line.
    """
    return _another(_labels([question], anywhere=True), _own(passage))


def under_label(question: str, found: Sequence[Found]) -> list[Found]:
    """Without the passages under another label, where some stand under the one that is asked about.

    A small model that is shown unit 3 beside unit 8 names either.
    """
    asked = _labels([question], anywhere=True)
    if not asked:
        return list(found)
    held = [(one, _own(one.passage)) for one in found]
    if not any(numbers & own[noun] for _, own in held for noun, numbers in asked.items()):
        return list(found)
    return [one for one, own in held if not _another(asked, own)]


def _another(asked: Mapping[str, set[int]], own: Mapping[str, set[int]]) -> str:
    """The first label that is asked about where another of its kind is a passage's own; "" else."""
    for noun, numbers in asked.items():
        if own[noun] and not numbers & own[noun]:
            least = min(numbers)
            return f"{noun} {least}" if noun.isascii() else f"第{least}{noun}"
    return ""


def reads_on(label: str, excerpts: Sequence[Excerpt]) -> tuple[str, Excerpt] | None:
    """The line that begins with a label and says what it is called: “Unit 1: Systems”."""
    words = r"\s+".join(map(re.escape, label.split()))
    line = re.compile(rf"\W*{words}\s*(?:[:：–—]|-\s)\s*\w.{{2,}}", re.IGNORECASE)
    for one in excerpts:
        for unit in one.units:
            if len(unit) <= _LONGEST and unit not in one.addressed and line.fullmatch(unit):
                return unit.lstrip("•●▪–—-* "), one
    return None


def _own(passage: Passage) -> Mapping[str, set[int]]:
    """The labels that a passage stands under, or that begin its lines."""
    return _labels([*passage.path, *units(passage.text)], anywhere=False)


def _labels(texts: Sequence[str], *, anywhere: bool) -> Mapping[str, set[int]]:
    """The numbers of each kind of label."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for text in texts:
        for match in (*_LABEL.finditer(text), *_HAN.finditer(text)):
            if anywhere or not re.search(r"\w", text[: match.start()]):
                found[match["noun"].casefold()] |= set(_numbers(match))
    return found


def _numbers(match: re.Match[str]) -> Iterator[int]:
    if "numbers" not in match.groupdict():
        yield han_number(match["number"])
        return
    numbers = [int(digits) for digits in re.findall(r"\d+", match["numbers"])]
    yield from numbers
    if re.fullmatch(r"\d+\s*(?:–|-|to)\s*\d+", match["numbers"]):
        first, last = numbers
        yield from range(first, min(last, first + _MOST) + 1)
