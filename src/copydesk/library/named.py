"""Places that a question names: a page, the first page, Figure 3, and who wrote it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "last": -1, "final": -1, "cover": 1, "opening": 1,
}  # fmt: skip
_HAN_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)}
_PAGE = r"(?:pages?|pgs?\.?|pp?\.|slides?)"
_PAGES = re.compile(
    rf"\b{_PAGE}\s*(?:number|no\.?|#)?\s*((?:\d+|[ivxlc]+\b)(?:\s*(?:,|and|&|or|to|-|–)\s*\d+)*)",
    re.IGNORECASE,
)
_NTH_PAGE = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|\d+(?:st|nd|rd|th))(?:[ -]to[ -]last)?\s+{_PAGE}\b", re.IGNORECASE
)
_HAN_PAGE = re.compile(r"第\s*(\d+|[一二三四五六七八九十]{1,3})\s*(?:页|頁|张幻灯片)")
_HAN_LAST = re.compile(r"(首|封面|最后一|末)(?:页|頁)|封面")
_FIRST_PAGE = re.compile(
    r"\b(?:authors?|written by|who wrote|title of (?:the|this)|publish\w*|"
    r"publication|affiliations?|defendants?|plaintiffs?|petitioners?|respondents?|appell\w+|"
    r"case n\w+|filed|filing|docket|"
    r"judges?|court|issued by|prepared (?:by|for)|presented by|presenter|isbn|doi|"
    r"e-?mail|(?:report|document|paper|presentation)(?:'s)? (?:date|title|number))\b"
    r"|作者|标题|题目|出版|发布|发表|原告|被告|法院|案号|编写|撰写|日期|单位",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(fig(?:ure)?s?|tables?|charts?|exhibits?|sections?|chapters?|units?|appendi(?:x|ces)|parts?|"
    r"items?|notes?|steps?|lessons?|modules?|articles?|box|equations?|algorithms?|quarters?|"
    r"examples?|questions?|cases?)\b\.?\s*[-#:]?\s*(\d+(?:\.\d+)*|[A-Z](?:\.\d+)+|[A-H]\b|[IVX]+\b)",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"\b(first|second|third|fourth|fifth)\s+(figure|table|chart|exhibit|section|chapter|unit)\b",
    re.IGNORECASE,
)
_HAN_NUMBERED = re.compile(r"(图|表|附录|附件)\s*(\d+(?:[-.]\d+)*|[一二三四五六七八九十]+)")
_HAN_PART = re.compile(r"第\s*(\d+|[一二三四五六七八九十]{1,3})\s*(章|节|条|部分|单元)")
_MOST_PAGES = 8


@dataclass(frozen=True)
class Named:
    """Places named in a question.

    Attributes:
        pages: as they are written there, "12" or "iv"; maybe the page's own number, maybe the one
            that is printed on it.
        counted: pages counted from the first, 1, or from the last, -1.
        first: whether what is asked for stands on the first page as a rule.
        things: patterns of “Figure 3” and the like.
    """

    pages: tuple[str, ...] = ()
    counted: tuple[int, ...] = ()
    first: bool = False
    things: tuple[re.Pattern[str], ...] = ()

    def printed(self, labels: Sequence[str]) -> dict[str, int]:
        """Of the pages named those whose number is printed: the name, and the page, from 1."""
        known = [label.lower() for label in labels]
        return {name: known.index(name) + 1 for name in self.pages if name in known}

    def from_the_ends(self, count: int) -> list[int]:
        """The pages that are counted, in a document of so many."""
        return [number if number > 0 else count + 1 + number for number in self.counted]


def named(text: str) -> Named:
    """The places that a question names."""
    pages = [number for found in _PAGES.findall(text) for number in _numbers(found)]
    counted = [_counted(word) for word in _NTH_PAGE.findall(text)]
    for number in _HAN_PAGE.findall(text):
        pages.append(str(han_number(number)))
    for word in _HAN_LAST.findall(text):
        counted.append(-1 if word in {"最后一", "末"} else 1)
    things = tuple(_thing(kind, number) for kind, number in _things(text))
    return Named(
        tuple(dict.fromkeys(pages))[:_MOST_PAGES],
        tuple(dict.fromkeys(counted)),
        bool(_FIRST_PAGE.search(text)),
        things[:_MOST_PAGES],
    )


def _numbers(found: str) -> Iterator[str]:
    """“5-8” is 5, 6, 7, 8; “5 and 8” is these two."""
    numbers = re.findall(r"\d+|[ivxlc]+", found, re.IGNORECASE)
    spans = re.fullmatch(r"(\d+)\s*(?:-|–|to)\s*(\d+)", found.strip(), re.IGNORECASE)
    if spans and 0 < int(spans[2]) - int(spans[1]) < _MOST_PAGES:
        numbers = [str(number) for number in range(int(spans[1]), int(spans[2]) + 1)]
    yield from (number.lower() for number in numbers)


def _counted(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _ORDINALS[word.lower()]


def han_number(text: str) -> int:
    """A Chinese number up to 99, or digits; 0 for none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    units = _HAN_DIGITS.get(ones, 0)
    return (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + units


def _things(text: str) -> Iterator[tuple[str, str]]:
    for kind, number in _NUMBERED.findall(text):
        yield kind.lower(), number
    for word, kind in _NTH.findall(text):
        yield kind.lower(), str(_ORDINALS[word.lower()])
    yield from _HAN_NUMBERED.findall(text)
    for number, kind in _HAN_PART.findall(text):
        yield f"第{kind}", number


def _thing(kind: str, number: str) -> re.Pattern[str]:
    """A pattern that finds the thing in a text, however it is abbreviated there."""
    if kind.startswith("第"):
        return re.compile(rf"第\s*{number}\s*{kind[1:]}")
    if not kind.isascii():
        return re.compile(rf"{kind}\s*{re.escape(number)}(?![\d.-]*\d)")
    stem = kind.removesuffix("ices").removesuffix("ix").removesuffix("s")
    stem = {"fig": "fig(?:ure)?", "figure": "fig(?:ure)?"}.get(stem, stem)
    end = r"(?![.\d]*\d|\w)"
    return re.compile(rf"\b{stem}\w*\.?\s*[-#:]?\s*{re.escape(number)}{end}", re.IGNORECASE)
