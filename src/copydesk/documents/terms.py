"""The terms that a search compares: lower-cased English stems, numbers, Chinese character pairs."""

import re
from collections.abc import Callable
from itertools import chain

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# A number is one term with its decimals, and without the commas that group it; a date is several.
_NUMBERS = r"(?<![.\d])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?!\.?\d)"
_LETTERS = rf"[^\W_{_HAN}]+"  # letters and digits that Chinese runs on from: 5G网络
_PIECES = re.compile(rf"[{_HAN}]+|{_NUMBERS}|{_LETTERS}(?:['’]{_LETTERS})?")
_HAN_RUN = re.compile(rf"[{_HAN}]")
_MOST_KNOWN = 1 << 17  # words whose terms are remembered
_LONGEST_KNOWN = 40  # characters of such a word


def _words(listed: str) -> list[str]:
    return listed.split()


_STOP = frozenset(
    _words("""
    a an the of to in on at by for from with as and or but if so is are was were be been being am
    it its this that these those he she they we you i his her their our your my me him them us not
    no do does did has have had having will would can could should may might must shall there here
    which who whom whose what when where why how than then also into over under about between
    through during such some any all each both more most other own same only very just out up down
    """)
)
_STOP_HAN = frozenset("的了是在和与及也都而且就着把被对从到于之其此这那有个们为以或等")
_ENDINGS = _words(
    "ational ization fulness ousness iveness tional ations ation ities ingly edly ments ment ness "
    "ings ing ies ied ied able ible ive ful ers er ed es ly s"
)
_NUMBER = re.compile(r"\d")

Han = Callable[[str], list[str]]


def pairs(run: str) -> list[str]:
    """Two Chinese characters next to each other; a run of one is itself. Particles go."""
    if len(run) == 1:
        return [] if run in _STOP_HAN else [run]
    return [
        run[i : i + 2]
        for i in range(len(run) - 1)
        if run[i] not in _STOP_HAN and run[i + 1] not in _STOP_HAN
    ]


def terms(text: str, han: Han = pairs) -> list[str]:
    """The terms of a text in order, stop words left out.

    Args:
        han: what takes a run of Chinese characters apart.
    """
    said = text.casefold()
    if not has_han(said):
        return list(chain.from_iterable(map(_known.__getitem__, said.split())))
    mixed: list[str] = []
    for piece in _PIECES.findall(said):
        if _HAN_RUN.match(piece):
            mixed += han(piece)
        else:
            mixed += _known[piece]
    return mixed


def is_particle(character: str) -> bool:
    """Whether a Chinese character alone says nothing."""
    return character in _STOP_HAN


def has_han(text: str) -> bool:
    """Whether there are Chinese characters in a text."""
    return not text.isascii() and _HAN_RUN.search(text) is not None


def han_runs(text: str) -> list[str]:
    """The runs of Chinese characters in a text."""
    return re.findall(rf"[{_HAN}]+", text)


class _Known(dict[str, tuple[str, ...]]):
    """The terms of what stands between spaces, without Chinese: "growth," is worked out once."""

    def __missing__(self, said: str) -> tuple[str, ...]:
        pieces = (piece for piece in _PIECES.findall(said) if piece not in _STOP)
        found = tuple(filter(None, map(_stem, pieces)))
        if len(said) <= _LONGEST_KNOWN:
            if len(self) > _MOST_KNOWN:
                self.clear()
            self[said] = found
        return found


def _stem(word: str) -> str:
    """A word without its ending, roughly: voters, voting and voted meet, so do policy and policies.

    Numbers and short words stay; at least three letters are kept.
    """
    if word[0].isdigit():
        return word.replace(",", "")
    word = re.sub(r"['’]s?$", "", word)
    if _NUMBER.search(word) or len(word) < 4 or not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word.endswith(("e", "y", "i")) and len(word) > 3:
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


_known = _Known()
