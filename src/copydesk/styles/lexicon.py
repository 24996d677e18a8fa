"""Finds many words and phrases in a text at once: whole words, whatever their case and quotes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_LATIN = "A-Za-z0-9_À-ɏ"
_TOKEN = re.compile(rf"[{_LATIN}]+")
_ALIKE = str.maketrans("‘’‚‛“”„‟", "''''" + '""""')
_APOSTROPHE = re.compile(rf"['’](?!s(?![{_LATIN}]))[{_LATIN}]")  # can't is not can; firm's is firm


@dataclass(frozen=True)
class Found:
    """A phrase of the list, as the list has it, at characters `start` to `end`."""

    phrase: str
    start: int
    end: int


@dataclass
class Lexicon:
    """A list of phrases. One that ends in `*` stands for all words that begin so."""

    phrases: Iterable[str]
    _by_word: dict[str, list[tuple[str, re.Pattern[str]]]] = field(default_factory=dict)
    _by_character: dict[str, list[tuple[str, re.Pattern[str]]]] = field(default_factory=dict)
    _beginnings: dict[str, list[tuple[str, re.Pattern[str]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for phrase in sorted(set(self.phrases), key=lambda said: (-len(said), said)):
            self._add(phrase)

    def find(self, text: str) -> Iterator[Found]:
        """Every phrase in a text, the longest where several begin, none overlapping."""
        found = sorted(
            [*self._words(text), *self._characters(text)], key=lambda f: (f.start, -f.end)
        )
        end = 0
        for one in found:
            if one.start >= end:
                yield one
                end = one.end

    def _add(self, phrase: str) -> None:
        first = _TOKEN.match(phrase)
        entry = (phrase, _compile(phrase))
        if first is None:
            self._by_character.setdefault(fold(phrase[0]), []).append(entry)
        elif phrase == f"{first[0]}*":
            self._beginnings.setdefault(fold(first[0])[:2], []).append(entry)
        else:
            self._by_word.setdefault(fold(first[0]), []).append(entry)

    def _words(self, text: str) -> Iterator[Found]:
        if not self._by_word and not self._beginnings:
            return
        low = text.lower()
        for token in _TOKEN.finditer(low if len(low) == len(text) else text):
            word = token[0]
            entries = self._by_word.get(word, [])
            if self._beginnings:
                entries = [*entries, *self._beginnings.get(word[:2], ())]
            if entries:
                yield from _first(entries, text, token.start())

    def _characters(self, text: str) -> Iterator[Found]:
        if not self._by_character:
            return
        firsts = "".join(self._by_character)
        either = re.escape(firsts + firsts.upper()) + ("‘’“”" if set(firsts) & set("'\"") else "")
        for mark in re.finditer(f"[{either}]", text):
            entries = self._by_character.get(fold(mark[0]), [])
            yield from _first(entries, text, mark.start())


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Some two thousand ordinary English words, small."""
    path = Path(__file__).with_name("common_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


def fold(text: str) -> str:
    """Lower case, and one kind of quotes."""
    return text.lower().translate(_ALIKE)


def _first(entries: list[tuple[str, re.Pattern[str]]], text: str, at: int) -> Iterator[Found]:
    for phrase, pattern in entries:
        match = pattern.match(text, at)
        if match and ("'" in fold(phrase[-3:]) or not _APOSTROPHE.match(text, match.end())):
            yield Found(phrase, at, match.end())
            return


def _compile(phrase: str) -> re.Pattern[str]:
    """A phrase in any case, with any quotes, over a line's end."""
    whole = phrase.removesuffix("*")
    parts = [re.escape(part) for part in whole.translate(_ALIKE).split()]
    said = r"(?:[ \t]*(?:\r\n?|\n)[ \t]*|[ \t]+)".join(parts)
    said = said.replace("'", "['‘’]").replace('"', '["“”]')
    before = rf"(?<![{_LATIN}])" if _TOKEN.match(whole) else ""
    after = rf"(?![{_LATIN}])" if _TOKEN.match(whole[-1]) else ""
    if whole != phrase:
        after = rf"[{_LATIN}]*"
    return re.compile(before + said + after, re.IGNORECASE)
