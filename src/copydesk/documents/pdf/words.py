"""Lines become running text: words cut at a line's end are one again, Chinese has no spaces."""

import re
from collections.abc import Iterable, Iterator, Sequence

from copydesk.documents.pdf.rows import is_han
from copydesk.documents.pdf.sheet import Line

_SIGNS = "\u00ad\u2010-"  # hyphens
_LAST_WORD = re.compile(r"\w*$")
_FIRST_WORD = re.compile(r"\w*")


def joined(lines: Sequence[Line], words: "Words") -> str:
    """The text of several lines; lines of Chinese are joined without a space."""
    parts = [lines[0].text]
    tied = lines[0].tied
    for line in lines[1:]:
        parts[-1], between = _link(parts[-1], line.text, tied, words)
        parts += (between, line.text)
        tied = line.tied
    return "".join(parts).replace("\u00ad", "-")


def _link(text: str, more: str, tied: bool, words: "Words") -> tuple[str, str]:
    """A line as it stands before the next one, and what stands between them."""
    if not tied and text[-1] in _SIGNS and _is_cut(text, more):
        text, tied = text[:-1], True
    if tied:
        last = text[-80:].rpartition(" ")[2]
        return text, words.link(_word(_LAST_WORD, last), _word(_FIRST_WORD, more))
    return text, "" if is_han(text[-1]) and is_han(more[0]) else " "


def _is_cut(text: str, more: str) -> bool:
    return text[-1] == "\u00ad" or (more[0].islower() and text[-2:-1].isalpha())


def _word(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _within(lines: Iterable[Line]) -> Iterator[str]:
    """What stands on lines, without the words that are cut."""
    tied = False
    for line in lines:
        text = line.text.partition(" ")[2] if tied else line.text
        tied = line.tied
        yield text.rpartition(" ")[0] if tied else text


class Words:
    """The words that a document writes within its lines."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines
        self._read: set[str] = set()

    @property
    def _known(self) -> set[str]:
        """Gathered at the first word that is cut."""
        if not self._read:
            self._read.add("")
            for text in _within(self._lines):
                self._read.update(text.casefold().split())
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
