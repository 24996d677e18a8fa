"""What a question turns on and a document does not have: then it cannot answer."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from copydesk.documents.passage import Passage
from copydesk.documents.terms import terms
from copydesk.library.records import Entry
from copydesk.prose.claims import folded
from copydesk.prose.numerals import narrowed
from copydesk.reader.common_words import ALIKE, ALIKE_HAN, SPELLED
from copydesk.reader.question import Asked

_PREFIX = 4  # letters that two words must share to be forms of one
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_\u3400-\u9fff]+\d*|[^\W_\u3400-\u9fff]+")


class Vocabulary:
    """All that a document says, ready to be asked for words."""

    def __init__(self, entry: Entry, passages: Iterable[Passage]) -> None:
        lines = [entry.title, entry.name]
        sections: dict[str, None] = {}
        for passage in passages:
            lines.append(passage.text)
            sections.update(dict.fromkeys(passage.path))
        self._text = "\n".join([*lines, *sections]).casefold()

    @cached_property
    def _terms(self) -> frozenset[str]:
        return frozenset(terms(self._text))

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(term[:_PREFIX] for term in self._terms if len(term) >= _PREFIX)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_TOKEN.findall(self._plain))

    @cached_property
    def _plain(self) -> str:
        """The text with numbers as plain digits."""
        return re.sub(r"(?<=\d),(?=\d{3})", "", narrowed(self._text))

    @cached_property
    def _folded(self) -> str:
        return folded(self._text)

    def has(self, asked: Asked) -> bool:
        """Whether the document has this, in some spelling or form."""
        match asked.kind:
            case "year" | "number":
                return self._has_digits(re.sub(r"[,\s]", "", asked.text), asked.kind == "year")
            case "quotation":
                return folded(asked.text) in self._folded
            case "name":
                return self._named(asked.text)
            case _:
                return self._has_word(asked.text)

    def _has_digits(self, digits: str, year: bool) -> bool:
        """Whether a number stands there, alone or at a letter: FY2023, 2023年; 12 as twelve."""
        if re.search(rf"(?<![\d.]){re.escape(digits)}(?!\d)", self._plain):
            return True
        if year:
            return bool(re.search(rf"(?:\bfy ?['’]?|['’]){digits[2:]}\b", self._plain))
        spelled = SPELLED.get(digits)
        return spelled is not None and any(word in self._text for word in spelled)

    def has_some(self, name: str) -> bool:
        """Whether some word of a name stands there, or a Chinese name's beginning."""
        if not name.isascii():
            return name.strip("《》")[:_HAN_BEGINNING].casefold() in self._text
        parts = re.findall(r"[^\W_]+", name.casefold())
        return any(len(part) > 2 and part in self._words for part in parts)

    def _named(self, name: str) -> bool:
        """Whether each word of a name stands there, or its initials do."""
        parts = re.findall(r"[^\W_]+", name.casefold())
        if (len(parts) > 1 or not name.isascii()) and folded(name) in self._folded:
            return True
        if all(part in self._words for part in parts):
            return True
        if all(self._has_word(part) for part in parts) or self._spelled_out("".join(parts)):
            return True
        initials = "".join(part[0] for part in parts)
        return len(initials) > 2 and initials in self._words

    def _spelled_out(self, acronym: str) -> bool:
        """Whether words with these initials follow each other: WHO, World Health Organization."""
        if not (_ACRONYM[0] <= len(acronym) <= _ACRONYM[1] and acronym.isascii()):
            return False
        small = r"[\s-]+(?:(?:of|the|and|for|on|in|&)\s+)*"
        return bool(
            re.search(r"\b" + small.join(rf"{letter}[a-z]+" for letter in acronym), self._text)
        )

    def _has_word(self, word: str) -> bool:
        word = word.casefold()
        if not word.isascii():
            return word in self._text or any(
                other in self._text for same in ALIKE_HAN if word in same for other in same
            )
        if word in self._words or all(self._has_term(term) for term in terms(word)):
            return True
        return len(word) >= _TYPED and bool(get_close_matches(word, self._like(word), 1, _TYPO))

    def _like(self, word: str) -> list[str]:
        """The words that begin with the same letters and are about as long."""
        return [
            known
            for known in self._words
            if known[:2] == word[:2] and abs(len(known) - len(word)) < _PREFIX
        ]

    def _has_term(self, term: str) -> bool:
        if term in self._terms:
            return True
        if alike(term) & self._terms:
            return True
        if len(term) < _PREFIX or term[:_PREFIX] not in self._beginnings:
            return False
        return any(
            known.startswith(term) or (len(known) >= _PREFIX and term.startswith(known))
            for known in self._terms
        )


_TYPED = 6  # letters of a word that may be misspelt
_TYPO = 0.9  # how alike it must be to one that stands there
_ACRONYM = (2, 6)  # letters
_HAN_BEGINNING = 2  # characters: 清华 is 清华大学
_ALIKE = tuple(
    frozenset(terms(" ".join([line, *(f"{word}s" for word in line.split())]))) for line in ALIKE
)


def alike(term: str) -> frozenset[str]:
    """The terms that may stand for one, itself among them; none for most."""
    return frozenset().union(*(same for same in _ALIKE if term in same))


_SURE = ("year", "number", "name", "colour")


@dataclass(frozen=True)
class Absent:
    """What of a question a document does not have.

    Attributes:
        sure: years, numbers, names, colours: without them there is no answer.
        perhaps: words for which the document may have others, and names that it has in part.
    """

    sure: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


def absent(asked: Sequence[Asked], vocabulary: Vocabulary) -> Absent:
    """What of a question a document does not have."""
    lost = [one for one in asked if not vocabulary.has(one)]
    sure = [one for one in lost if one.kind in _SURE and not _partly(one, vocabulary)]
    return Absent(
        sure=tuple(one.text for one in sure),
        perhaps=tuple(one.text for one in lost if one not in sure),
    )


def _partly(asked: Asked, vocabulary: Vocabulary) -> bool:
    return asked.kind == "name" and vocabulary.has_some(asked.text)
