"""Lines become running text: words cut at a line's end are one again, Chinese has no spaces."""

import re
from collections.abc import Sequence
from itertools import chain

from copydesk.documents.pdf.rows import is_han
from copydesk.documents.pdf.sheet import Line

_SIGNS = "\u00ad\u2010-"  # hyphens
_LAST_WORD = re.compile(r"\w*$")
_FIRST_WORD = re.compile(r"\w*")


def joined(lines: Sequence[Line], words: "Words") -> str:
    """The text of several lines; lines of Chinese are joined without a space."""
    before = lines[0]
    parts = [before.text]
    for line in lines[1:]:
        if before.tied or before.text[-1] in _SIGNS:
            parts[-1], between = _link(parts[-1], line.text, before.tied, words)
        else:
            between = _between(before.text, line.text)
        parts += (between, line.text)
        before = line
    return "".join(parts).replace("\u00ad", "-")


def _between(text: str, more: str) -> str:
    return "" if is_han(text[-1]) and is_han(more[0]) else " "


def _link(text: str, more: str, tied: bool, words: "Words") -> tuple[str, str]:
    """A line that may end in a cut word, as it stands before the next one, and what is between."""
    if not tied and _is_cut(text, more):
        text, tied = text[:-1], True
    if tied:
        last = text[-80:].rpartition(" ")[2]
        return text, words.link(_word(_LAST_WORD, last), _word(_FIRST_WORD, more))
    return text, _between(text, more)


def _is_cut(text: str, more: str) -> bool:
    return text[-1] == "\u00ad" or (more[0].islower() and text[-2:-1].isalpha())


def _word(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _whole(lines: Sequence[Line]) -> list[str]:
    """What stands on lines, without the words that are cut."""
    texts = [line.text for line in lines]
    for at, line in enumerate(lines):
        if line.tied:
            texts[at] = texts[at].rpartition(" ")[0]
            if at + 1 < len(texts):
                texts[at + 1] = texts[at + 1].partition(" ")[2]
    return texts


class Words:
    """The words that a document writes within its lines."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._read: set[str] = set()

    @property
    def _known(self) -> set[str]:
        """Gathered at the first word that is cut."""
        if not self._read:
            texts = map(str.casefold, _whole(self._lines))
            self._read = {"", *chain.from_iterable(map(str.split, texts))}
        return self._read

    def link(self, before: str, after: str) -> str:
        """What stood between the two parts of a word: a hyphen, or nothing.

        A hyphen, where the document writes both parts as words and not the whole.
        """
        whole, known = (before + after).casefold(), self._known
        if whole in known and before:
            return ""
        if before[-1:].isdigit() or after[:1].isdigit() or after[:1].isupper():
            return "-"
        compound = f"{before}-{after}".casefold() in known
        parts = before.casefold() in known and after.casefold() in known and len(after) > 1
        return "-" if compound or parts else ""
