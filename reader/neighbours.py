"""What is read for an answer besides the passages that were found: what stands beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.library.records import Found
from copydesk.reader.shelf import Shelf

_BEST = 3  # passages whose neighbours are looked at
_BEFORE, _AFTER = 2, 1
_SHORT = 80  # characters: a heading, which says nothing without what follows it
_FRONT = 6  # passages at the beginning of a document
# Who wrote a document, who it is about and when stands at its beginning, in none of these words.
_OF_THE_WHOLE = re.compile(
    r"\b(?:this|the) (?:document|paper|report|case|study|article|book|course|opinion|thesis|"
    r"contract|judge?ment|decision|manual|syllabus|survey)\b(?! stud)|"
    r"(?:本|该|这份|这篇|此)(?:文|报告|论文|案|书|合同|手册|课程|判决)",
    re.IGNORECASE,
)

# Where something stands, and how many there are, the beginning does not say.
_ELSEWHERE = re.compile(
    r"\bhow (?:many|much)\b|\b(?:at the|the last|bottom|final) (?:end|page|line|part)\b|"
    r"多少|几[个张次]|最后|末尾|结尾",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """Passages to be read, the best first, each between its neighbours.

    Attributes:
        beside: the keys of those that were not found but stand beside one that was. A passage is
            cut wherever it grew too long, and a heading stands before what it is about.
        front: the keys of those at the beginning of the document, where the question is about the
            document as a whole.
    """

    passages: tuple[Found, ...]
    beside: frozenset[int] = frozenset()
    front: frozenset[int] = frozenset()


def reading(question: str, found: Sequence[Found], shelf: Shelf) -> Reading:
    """What is read for a question of which these passages were found."""
    known = {one.key: one for one in found}
    front = {one.key: one for one in _front(question, found, shelf)}
    passages = dict(front)
    for place, one in enumerate(found):
        heading = len(one.passage.text) <= _SHORT
        near = shelf.near(one.key, _BEFORE, _AFTER) if place < _BEST or heading else []
        for other in near or [one]:
            if other.key == one.key or other.key not in known:
                passages.setdefault(other.key, other)
    beside = passages.keys() - known.keys()
    return Reading(tuple(passages.values()), frozenset(beside), frozenset(front))


def _front(question: str, found: Sequence[Found], shelf: Shelf) -> list[Found]:
    """The beginning of the document, where the question is about all of it."""
    if not found or not _OF_THE_WHOLE.search(question) or _ELSEWHERE.search(question):
        return []
    first = shelf.opening(found[0].entry, _FRONT)
    return [one for one in first if one.passage.page == first[0].passage.page]
