"""The terms that a search compares: lower-cased English stems, Chinese character pairs."""

import re
from functools import lru_cache

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_]+(?:['’][^\W_]+)?")


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


def terms(text: str) -> list[str]:
    """The terms of a text in order, stop words left out."""
    found: list[str] = []
    for piece in _PIECES.findall(text.casefold()):
        if "\u3400" <= piece[0] <= "\ufaff" and piece[0] > "\u33ff":
            found += _pairs(piece)
        elif piece not in _STOP:
            found.append(_stem(piece))
    return found


def _pairs(run: str) -> list[str]:
    """Two characters next to each other; a run of one is itself. Pairs of two particles go."""
    if len(run) == 1:
        return [] if run in _STOP_HAN else [run]
    return [
        run[i : i + 2]
        for i in range(len(run) - 1)
        if run[i] not in _STOP_HAN and run[i + 1] not in _STOP_HAN
    ]


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """A word without its ending, roughly: voters, voting and voted meet, so do policy and policies.

    Numbers and short words stay; at least three letters are kept.
    """
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
