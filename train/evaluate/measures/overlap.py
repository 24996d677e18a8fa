"""The longest run of words that a text shares verbatim with a corpus: was it learnt by heart?

Repeated naming (Karp, Miller and Rosenberg 1972): every run of 1, 2, 4 … words of the corpus gets
a number, equal for equal runs, each made of the two halves' numbers. A text is looked up doubling
until nothing matches; the last stretch is found by bisection, since a run of length m between L
and 2L is two overlapping runs of L. All of it is exact, takes O(N log N) for N words of corpus,
and the runs of one length are numbered only when a text first shares a run half as long.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copydesk.prose.units import words

_Ids = NDArray[np.int64]
_BREAK = 0  # stands between two texts of the corpus, and in no text that is looked up
_ABSENT = -1


@dataclass(frozen=True)
class Overlap:
    """What a text shares with a corpus.

    Attributes:
        length: words of the run, characters in Chinese; 0 when they share no word.
        text: the run as the text has it.
        where: the number of the corpus text that has it, from 0; -1 for none.
    """

    length: int
    text: str
    where: int


@dataclass(frozen=True)
class _Level:
    """All runs of one length: `names` by where they begin; `keys` by which a run is found."""

    names: _Ids
    keys: _Ids
    order: _Ids
    starts: _Ids

    def places(self, name: int) -> _Ids:
        """Where the run of this name begins."""
        return self.order[self.starts[name] : self.starts[name + 1]]


class Corpus:
    """Texts made ready to be looked up in, for as many texts as one likes.

    Words count whatever their case, and whatever stands between them; a character of Chinese is
    a word. Some 200 bytes of memory a word.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._vocabulary: dict[str, int] = {}
        pieces: list[_Ids] = []
        lengths: list[int] = []
        for text in texts:
            known = self._vocabulary
            ids = [known.setdefault(word, len(known) + 1) for word in _folded(text)]
            pieces.append(np.array([*ids, _BREAK], dtype=np.int64))
            lengths.append(len(ids) + 1)
        self._ends = np.cumsum(lengths)
        first = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
        self._levels = [_numbered(first)]

    def longest_overlap(self, text: str) -> Overlap:
        """The longest run of words of `text` that stands in one of the corpus's texts too."""
        found = list(_words_of(text))
        known = self._vocabulary
        asked = np.array([known.get(said.casefold(), _ABSENT) for said, _, _ in found], np.int64)
        ladder = self._climb(asked)
        if not ladder:
            return Overlap(0, "", -1)
        length, at, place = self._exact(ladder)
        said = text[found[at][1] : found[at + length - 1][2]]
        return Overlap(length, said, int(np.searchsorted(self._ends, place, side="right")))

    def _climb(self, asked: _Ids) -> list[_Ids]:
        """The names of the text's runs of 1, 2, 4 … words, as long as the corpus has any."""
        names = self._look_up(0, asked)
        ladder: list[_Ids] = []
        while names.size and (names >= 0).any():
            ladder.append(names)
            half = 1 << (len(ladder) - 1)
            if len(names) <= half:
                break
            pairs = _paired(names[:-half], names[half:], len(self._levels[len(ladder) - 1].keys))
            names = self._look_up(len(ladder), pairs)
        return ladder

    def _look_up(self, number: int, keys: _Ids) -> _Ids:
        """The names of runs given by their keys; -1 for those that the corpus has not."""
        if number == len(self._levels):
            self._add_level()
        level = self._levels[number]
        if not level.keys.size:
            return np.full(len(keys), _ABSENT, np.int64)
        at = np.minimum(np.searchsorted(level.keys, keys), len(level.keys) - 1)
        return np.where((level.keys[at] == keys) & (keys >= 0), at, _ABSENT)

    def _add_level(self) -> None:
        below = self._levels[-1]
        half = 1 << (len(self._levels) - 1)
        pairs = _paired(below.names[:-half], below.names[half:], len(below.keys))
        self._levels.append(_numbered(pairs))

    def _exact(self, ladder: list[_Ids]) -> tuple[int, int, int]:
        """The length of the longest run, where it begins in the text, and where in the corpus."""
        length = 1 << (len(ladder) - 1)
        level, names = self._levels[len(ladder) - 1], ladder[-1]
        low, high = 0, min(length - 1, len(names) - 1)  # words beyond `length`
        best = self._match(level, names, 0)
        while low < high:
            more = (low + high + 1) // 2
            match = self._match(level, names, more)
            if match is None:
                high = more - 1
            else:
                low, best = more, match
        assert best is not None  # noqa: S101 - a run of `length` is there, or the ladder were shorter
        return length + low, *best

    @staticmethod
    def _match(level: _Level, names: _Ids, more: int) -> tuple[int, int] | None:
        """A run that is `more` words longer than the level's: in the text, and in the corpus."""
        first, last = names[: len(names) - more], names[more:]
        wanted: dict[int, dict[int, int]] = {}
        for at in np.flatnonzero((first >= 0) & (last >= 0)):
            wanted.setdefault(int(first[at]), {}).setdefault(int(last[at]), int(at))
        for name, ends in wanted.items():
            places = level.places(name)
            places = places[places + more < len(level.names)]
            hits = np.isin(level.names[places + more], list(ends))
            if hits.any():
                place = int(places[hits.argmax()])
                return ends[int(level.names[place + more])], place
        return None


def longest_overlap(text: str, corpus: Iterable[str]) -> Overlap:
    """The longest run of words that `text` shares with any text of `corpus`.

    Many texts against one corpus are looked up faster in a `Corpus`.
    """
    return Corpus(corpus).longest_overlap(text)


def _numbered(keys: _Ids) -> _Level:
    unique, names, counts = np.unique(keys, return_inverse=True, return_counts=True)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return _Level(names.astype(np.int64), unique, np.argsort(names, kind="stable"), starts)


def _paired(left: _Ids, right: _Ids, names: int) -> _Ids:
    """One number for two; negative where one of the two is absent. Below 2**63 for any corpus."""
    return np.where((left < 0) | (right < 0), np.int64(_ABSENT), left * (names + 1) + right)


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in words(text, "en")]


def _words_of(text: str) -> Iterable[tuple[str, int, int]]:
    """The words of a text with where each begins and ends."""
    at = 0
    for word in words(text, "en"):
        at = text.index(word, at)
        yield word, at, at + len(word)
        at += len(word)
