"""The words of the sources themselves: whether a name or a quotation stands in them."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from copydesk.prose.claims import folded, quotation_parts
from copydesk.prose.names import names

_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LINKS = frozenset({"of", "the", "for", "and", "de", "la", "van", "von", "der", "du", "al", "bin"})


class Wording:
    """Texts, folded to letters and digits, and which of them has which word."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._starts: list[int] = []
        pieces: list[str] = []
        at = 0
        self._words: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            self._starts.append(at)
            pieces.append(folded(text))
            at += len(pieces[-1])
            for word in set(_WORD.findall(text.casefold())):
                self._words[word].append(number)
        self._all = "".join(pieces)

    def quoted(self, text: str) -> list[int]:
        """The texts that a quotation begins in; its parts must follow one another."""
        parts = quotation_parts(text)
        if not parts:
            return []
        start = self._all.find(parts[0])
        at = start
        for part in parts[1:] if start >= 0 else ():
            at = self._all.find(part, at)
            if at < 0:
                return []
        return [bisect_right(self._starts, start) - 1] if start >= 0 else []

    def named(self, text: str) -> list[int]:
        """The texts with all words of a name, or with its initials; Chinese as it is written."""
        if _HAN.search(text):
            return self._han(text.strip("《》"))
        words = [word for word in _WORD.findall(text.casefold()) if word not in _LINKS]
        if not words:
            return [0] if self._starts else []
        sets = [set(self._having(word)) for word in words]
        if together := set.intersection(*sets):
            return sorted(together)
        initials = "".join(word[0] for word in words)
        return list(self._words.get(initials, ())) if len(words) > 2 else []

    def _having(self, word: str) -> list[int]:
        """Texts with a word, in the singular or plural."""
        bare = word.removesuffix("s")
        return [n for form in {word, bare, bare + "s"} for n in self._words.get(form, ())]

    def _han(self, text: str) -> list[int]:
        """As it is written, or as a longer name whose ending is an organisation of the sources.

        Where a name begins is uncertain without spaces: 参观清华大学 is 清华大学.
        """
        name = folded(text)
        at = self._all.find(name)
        if at < 0:
            known = (start for start in range(1, len(name)) if name[start:] in self._organisations)
            start = next(known, -1)
            at = self._all.find(name[start:]) if start > 0 else -1
        return [bisect_right(self._starts, at) - 1] if at >= 0 else []

    @cached_property
    def _organisations(self) -> frozenset[str]:
        return frozenset(
            folded(text[start:end]) for text in self._texts for start, end in names(text, "zh")
        )
