"""A document in stretches: along its headings where it has them, else along its pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.documents.passage import Passage
from copydesk.reader.digest.source import Source

_SIZE = {"en": 12_000, "zh": 4000}  # characters of a stretch, roughly
_MOST = 10  # stretches: minutes of work, however long the document is
_LEAST_LEVELS = 3  # sections that a level of headings must have to part a document
_DEEPEST = 4
_LONGEST = 80  # characters of a title
_LISTED = re.compile(r"[•●▪◦✓–—*-]|o ")  # an item of a list that was taken for a heading


@dataclass(frozen=True)
class Stretch:
    """The numbers of some passages that follow each other, and the heading over most of them."""

    passages: tuple[int, ...]
    title: str = ""


def stretches(source: Source) -> list[Stretch]:
    """The body in at most ten stretches, each of about the same length.

    A stretch ends where a section does once it is half full, or where a page does once it is one
    and a half times as long as it should be.
    """
    passages = source.document.passages
    total = sum(len(passages[i].text) for i in source.body)
    wanted = total / min(_MOST, max(1, round(total / _SIZE[source.language])))
    level = _level([passages[i] for i in source.body])
    found: list[list[int]] = []
    size = 0
    for number in source.body:
        if not found or _parts(passages, found[-1], number, size / wanted, level):
            found.append([])
            size = 0
        found[-1].append(number)
        size += len(passages[number].text)
    if len(found) > 1 and size < wanted / 4:
        found[-2:] = [found[-2] + found[-1]]
    titles = [_title([passages[i] for i in held], level) for held in found]
    # A heading over several stretches, such as the document's own title, tells none from another.
    return [
        Stretch(tuple(held), title if titles.count(title) == 1 else "")
        for held, title in zip(found, titles, strict=True)
    ]


def _parts(
    passages: Sequence[Passage], held: Sequence[int], number: int, share: float, level: int
) -> bool:
    """Whether a new stretch begins with a passage."""
    last, new = passages[held[-1]], passages[number]
    if share >= 0.5 and last.path[:level] != new.path[:level]:
        return True
    if share >= 1.0 and last.path != new.path:
        return True
    return share >= 1.5 and (last.page != new.page or share >= 2)


def _level(passages: Sequence[Passage]) -> int:
    """The outermost level of headings that parts the document at all."""
    for level in range(1, _DEEPEST):
        if len({passage.path[:level] for passage in passages}) > _LEAST_LEVELS:
            return level
    return 1


def _title(passages: Sequence[Passage], level: int) -> str:
    """The heading that most of a stretch stands under."""
    sizes: Counter[str] = Counter()
    for passage in passages:
        if passage.path and not _LISTED.match(passage.path[:level][-1]):
            sizes[passage.path[:level][-1]] += len(passage.text)
    best = max(sizes, key=lambda title: sizes[title], default="")
    return best if len(best) <= _LONGEST else best[: _LONGEST - 1].rstrip() + "…"
