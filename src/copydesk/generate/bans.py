"""Finds banned phrases in a growing text, and says from where on one may still be coming.

Case, kinds of quotes and runs of white space make no difference. A phrase that begins or ends in a
letter of a script with words is a whole word there: "art" is not found in "party". Chinese and
Japanese have no such borders.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from copydesk.errors import UsageProblem

_ALIKE = str.maketrans("‘’‚‛“”„‟", "''''" + '""""')
_NO, _PARTIAL = -1, -2


@dataclass(frozen=True)
class Hit:
    """A banned phrase in a text, from `start` up to `end`, in characters."""

    start: int
    end: int
    phrase: str


@dataclass(frozen=True)
class _Phrase:
    said: str
    units: tuple[str, ...]  # folded characters; " " stands for any white space
    word_start: bool
    word_end: bool


class Bans:
    """A list of phrases that must not appear.

    Raises:
        UsageProblem: a phrase is empty.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[_Phrase]] = {}
        for said in phrases:
            phrase = _compile(said)
            self._by_first.setdefault(phrase.units[0], []).append(phrase)

    def scan(self, text: str, since: int = 0, *, ended: bool = False) -> tuple[int, Hit | None]:
        """Look at a text from a character on.

        Returns:
            How many characters are safe, whatever comes next, and the first phrase found. A hit's
            start is never before what an earlier scan called safe.
        """
        if not self._by_first:
            return len(text), None
        safe = len(text)
        for at in range(since, len(text)):
            for phrase in self._by_first.get(_fold(text[at]), ()):
                end = _match(text, at, phrase, ended=ended)
                if end >= 0:
                    return min(safe, at), Hit(at, end, phrase.said)
                if end == _PARTIAL:
                    safe = min(safe, at)
        return safe, None


def _compile(said: str) -> _Phrase:
    words = unicodedata.normalize("NFC", said).split()
    if not words:
        raise UsageProblem("A banned phrase is empty.", "give at least one character to --ban")
    units = tuple(_fold(character) for character in " ".join(words))
    return _Phrase(said, units, _in_word(words[0][0]), _in_word(words[-1][-1]))


def _match(text: str, at: int, phrase: _Phrase, *, ended: bool) -> int:
    """Where the phrase ends if it stands here; else whether it may still come to stand here."""
    if phrase.word_start and at > 0 and _in_word(text[at - 1]):
        return _NO
    for unit in phrase.units:
        if at == len(text):
            return _NO if ended else _PARTIAL
        if unit == " ":
            if not text[at].isspace():
                return _NO
            while at < len(text) and text[at].isspace():
                at += 1
        elif _fold(text[at]) == unit:
            at += 1
        else:
            return _NO
    if phrase.word_end and at == len(text) and not ended:
        return _PARTIAL
    return _NO if phrase.word_end and at < len(text) and _in_word(text[at]) else at


def _fold(character: str) -> str:
    return unicodedata.normalize("NFKC", character).casefold().translate(_ALIKE) or character


def _in_word(character: str) -> bool:
    """Whether a character belongs to a word that goes on beside it."""
    return character.isalnum() and not is_unspaced(character)


def is_unspaced(character: str) -> bool:
    """Whether a character is of a script written without spaces: Han, kana, Thai, Lao, Khmer."""
    code = ord(character)
    return (
        0x3040 <= code <= 0x30FF
        or 0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1780 <= code <= 0x17FF
    )
