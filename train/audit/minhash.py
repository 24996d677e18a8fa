"""Texts that are nearly the same, found in linear time.

Each text is the set of its runs of three words (characters in Chinese). Of that set a sketch of 64
numbers is kept: the least hash in each of 64 parts of the range of hashes, an empty part taking
that of the next (one permutation hashing: Li, Owen and Zhang 2012; Shrivastava and Li 2014). The
share of equal numbers estimates the Jaccard similarity of two sets. Texts whose sketches agree in
one of 16 bands of four numbers are compared (Broder 1997; Leskovec et al., Mining of Massive
Datasets, chapter 3): at a similarity of 0.8 all but 3 in 10,000 are found.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from copydesk.prose.units import words

_Hashes = NDArray[np.uint64]
_RUN = 3  # words
_FEWEST = 8  # words of a text
_PARTS = 64
_BAND = 4
_CHUNK = 100_000  # texts compared at once
SIMILAR = 0.75  # share of equal numbers from which texts are nearly the same
_SHIFT = np.uint64(58)  # the upper six bits of a hash say which part it falls in
_NUMBERS = np.arange(_PARTS, dtype=np.uint64)
_BOUNDS = _NUMBERS << _SHIFT
_LONGEST = 200_000  # characters of a text that are looked at


class Sketcher:
    """Makes sketches; words that it has met cost a look-up."""

    def __init__(self) -> None:
        self._hashes: dict[str, int] = {}

    def sketch(self, text: str) -> NDArray[np.uint32] | None:
        """64 numbers, or None for a text that is too short to be copied rather than hit upon."""
        said = words(text[:_LONGEST].casefold(), "en")
        if len(said) < _FEWEST:
            return None
        known = self._hashes
        for word in said:
            if word not in known:
                known[word] = crc32(word.encode("utf-8", "surrogatepass"))
        return _sketch(np.array([known[word] for word in said], np.uint64))


def near_groups(texts: Sequence[str]) -> list[list[int]]:
    """Groups of texts that are nearly the same, each by the numbers of its texts, in order.

    A text joins a group if it is like the first text that shares a band with it. Texts that are
    the same but for case and punctuation are in one group always; those of fewer than eight words
    in none. Some 300 bytes a text.
    """
    sketcher = Sketcher()
    numbers: list[int] = []
    sketches = np.empty((len(texts), _PARTS), np.uint32)
    for at, text in enumerate(texts):
        found = sketcher.sketch(text)
        if found is not None:
            sketches[len(numbers)] = found
            numbers.append(at)
    above = list(range(len(numbers)))
    for band in range(0, _PARTS, _BAND):
        for one, other in _alike(sketches[: len(numbers)], band):
            _join(above, one, other)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for at, number in enumerate(numbers):
        groups[_top(above, at)].append(number)
    return [group for group in groups.values() if len(group) > 1]


def _alike(sketches: NDArray[np.uint32], band: int) -> Iterator[tuple[int, int]]:
    """Texts that agree in a band with an earlier one, and are like the first that has it."""
    keys = np.zeros(len(sketches), np.uint64)
    for column in range(band, band + _BAND):
        keys = _mixed(keys + sketches[:, column])
    order = np.argsort(keys, kind="stable")
    begins = np.ones(len(order), bool)
    begins[1:] = keys[order[1:]] != keys[order[:-1]]
    firsts = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    later, first = order[~begins], firsts[~begins]
    for start in range(0, len(later), _CHUNK):
        some = slice(start, start + _CHUNK)
        share = (sketches[later[some]] == sketches[first[some]]).mean(axis=1)
        for at in np.flatnonzero(share >= SIMILAR):
            yield int(first[some][at]), int(later[some][at])


def _sketch(said: _Hashes) -> NDArray[np.uint32]:
    runs = np.sort(_runs(said))
    begin = np.searchsorted(runs, _BOUNDS)
    least = runs[np.minimum(begin, len(runs) - 1)]
    full = np.flatnonzero(least >> _SHIFT == _NUMBERS)
    # An empty part takes the number of the next full one, around the end.
    next_full = full[np.searchsorted(full, np.arange(_PARTS)) % len(full)]
    return least[next_full].astype(np.uint32)  # the upper bits only say which part it was


def _runs(said: _Hashes) -> _Hashes:
    """A hash for each run of three words."""
    runs = said[: len(said) - _RUN + 1]
    for at in range(1, _RUN):
        runs = _mixed(runs) + said[at : len(said) - _RUN + 1 + at]
    return _mixed(runs)


def _mixed(numbers: _Hashes) -> _Hashes:
    """Every bit of the result hangs on every bit given (splitmix64, Steele et al. 2014)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)


def _top(above: list[int], at: int) -> int:
    while above[at] != at:
        above[at] = above[above[at]]
        at = above[at]
    return at


def _join(above: list[int], one: int, other: int) -> None:
    first, second = sorted((_top(above, one), _top(above, other)))
    above[second] = first
