"""Lines that a slide shows: compared without case and full stop, said once, ended alike."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from copydesk.documents.terms import terms

T = TypeVar("T")


# Words that a line cannot end with; a model that wanted a quotation mark stops after them.
_WAITING = re.compile(
    r"(?:[ ,]+(?:an?|the|of|and|or|but|which|that|with|such|as|than|into|because|while|if|their|"
    r"its|our|your|include[sd]?|including))+$"
)
# These can end a short line ("What we ask for"), but hardly one that filled its room.
_LEADING_ON = re.compile(r"[ ,]+(?:for|to|from|by|at|in|on)$")
_LONG = 45
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")


def bare(line: str) -> str:
    """A line without the full stop that some points have and others do not, nor a loose end."""
    if line.endswith("..."):
        return line
    plain = line.rstrip(".。")
    if len(plain) > _LONG:
        plain = _LEADING_ON.sub("", plain)
    return _WAITING.sub("", plain) or line


def fold(line: str) -> str:
    """What two lines have in common that say the same."""
    return bare(line).casefold()


def once(items: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """The items whose name was not there before."""
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(fold(name(item)), item)
    return list(kept.values())


def distinct(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines, each said once and without a full stop."""
    return tuple(bare(line) for line in once(lines, str))


def same_opening(lines: Sequence[str], words: int = 3, han: int = 5) -> bool:
    """Whether three lines or more begin with the same words: one thought said several times."""
    heads = [" ".join(fold(line).split()[:words]) for line in lines if len(line.split()) > words]
    heads += [line[:han] for line in lines if " " not in line and len(line) > 2 * han]
    return any(heads.count(head) > 2 for head in heads)


def loops(line: str) -> bool:
    """Whether a line goes round and round: two words, or four Han characters, three times."""
    words = _WORD.findall(line.casefold())
    size = 4 if _HAN.search(line) else 2
    runs = Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
    return max(runs.values(), default=0) > 2


def says(line: str, title: str) -> bool:
    """Whether a line says no more than a title: all its words stand in it."""
    said, known = set(terms(line)), set(terms(title))
    return bool(said) and said <= known
