"""Proper names in running text: capitalised words; in Chinese titles and organisations."""

import re
from collections.abc import Iterator

_WORD = r"[A-Z][\w&.’'-]*[\w]|[A-Z]\b"
_LINK = r"(?: (?:of|of the|for|for the|&|de|de la|van|von|van der|la|du|al|bin) | )"
_SEQUENCE = re.compile(rf"(?<![\w-])(?:{_WORD})(?:{_LINK}(?:{_WORD}))*")
_OPENS = re.compile(r"(?:^|[.!?…:;。！？：；|•]|[.!?]?[\"”“’')\]*_]+|\n|[-–—])\s*[\"“‘'(*_\[]*$")


def _words(listed: str) -> list[str]:
    return listed.split()


# Capitalised by rule or at the start of a sentence, and no one's name.
_COMMON = frozenset(
    _words("""
    i i'm i'd i've i'll a an the this that these those he she it we they you his her its our their
    your my in on at by for from with to of as and or but so yet if when while where what who why
    how which since because although though after before during under over between among through
    however moreover furthermore therefore thus meanwhile instead overall finally first second
    third next then also still even only just not no yes all some many most more much few each every
    both other another such there here now today according about despite without within unlike like
    one two three four five six seven eight nine ten january february march april may june july
    august september october november december monday tuesday wednesday thursday friday saturday
    sunday spring summer autumn winter mr mrs ms dr prof ok ad bc ceo cfo cto faq pdf ai it tv
    figure table section chapter page appendix introduction conclusion summary note step part
    """)
)
_HAN = "\u4e00-\u9fff"
_TITLE = re.compile(r"《[^《》\n]{1,60}》")
_SUFFIXES = (
    "有限公司|集团公司|公司|集团|大学|学院|研究所|研究院|实验室|委员会|基金会|协会|学会|"
    "医院|银行|出版社|博物馆|法院"
)
_ORGANISATION = re.compile(rf"(?P<stem>[{_HAN}]{{2,16}}?)(?P<suffix>{_SUFFIXES})(?![{_HAN}]?司)")
_BOUNDARY = re.compile(
    "的|了|在|和|与|及|由|是|向|对|从|被|将|为|等|据|到|于|该|这|那|其|某|每|各|一家|一所|一个|以及|或|来自|"
    "加入|创办|成立|根据|我们|他们|许多|多家|几家|大型|小型|中小|知名|著名"
)
_GENERIC = re.compile(
    "(?:上市|科技|互联网|保险|股份|国有|外资|民营|跨国|子|母|总|物流|软件|重点|综合|民办|商业)+"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9&.+-]*(?: [A-Z][A-Za-z0-9&.+-]*)*")
_LATIN_COMMON = frozenset(
    _words("ai app pdf it ceo cfo cto pc tv dna vip gdp ppt faq ok id url api kpi usb led a b c d")
)


def names(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where names stand in a text: start and end, none overlapping.

    English: capitalised sequences, without a first word that only its place made a capital.
    Chinese: 《titles》, organisations by their suffix, and Latin names.
    """
    if language == "zh":
        yield from _chinese(text)
    else:
        yield from _english(text)


def _english(text: str) -> Iterator[tuple[int, int]]:
    lowered = set(re.findall(r"(?<![\w-])[a-z][\w'-]+", text))
    for match in _SEQUENCE.finditer(text):
        start, end = _trimmed(text, match.start(), match.end())
        if start >= end:
            continue
        if _opens(text, match.start()):
            start = _after_opening(text, match.start(), start, end, lowered)
        if start < end and re.search(r"[a-z]|[A-Z]{2}", text[start:end]):
            yield start, end


def _opens(text: str, start: int) -> bool:
    """Whether a sentence, heading, cell or list item begins here."""
    return bool(_OPENS.search(text[max(0, start - 12) : start])) or not text[:start].strip()


def _after_opening(text: str, at: int, start: int, end: int, lowered: set[str]) -> int:
    """Where the name begins in a sequence that opens a sentence; `end` if it is one word alone."""
    if start != at:  # a common word went already
        return start
    words = text[start:end].split(" ")
    if len(words) == 1:
        return end if not re.search(r"[a-z][A-Z]|[A-Z]{2}", words[0]) else start
    if words[0].casefold() in lowered:
        return _trimmed(text, start + len(words[0]) + 1, end)[0]
    return start


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The sequence without common words at either end."""
    words = list(re.finditer(r"[^ ]+", text[start:end]))
    while words and _is_common(words[0][0]):
        words.pop(0)
    while words and _is_common(words[-1][0]):
        words.pop()
    if not words:
        return start, start
    last = words[-1]
    closing = re.search(r"['’]s?$", last[0])
    return start + words[0].start(), start + last.end() - (len(closing[0]) if closing else 0)


def _is_common(word: str) -> bool:
    return word.casefold().rstrip(".").replace("’", "'").removesuffix("'s") in _COMMON


def _chinese(text: str) -> Iterator[tuple[int, int]]:
    taken = [match.span() for match in _TITLE.finditer(text)]
    yield from taken
    for match in _ORGANISATION.finditer(text):
        stem = match["stem"]
        cuts = [cut.end() for cut in _BOUNDARY.finditer(stem)]
        start = match.start() + max(cuts, default=0)
        own = text[start : match.start("suffix")]
        if len(own) >= 2 and not _GENERIC.fullmatch(own) and not _within(start, taken):
            yield start, match.end()
    for match in _LATIN.finditer(text):
        known = match[0].casefold() in _LATIN_COMMON or len(match[0]) < 2
        if not known and not _within(match.start(), taken):
            yield match.span()


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
