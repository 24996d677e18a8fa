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
_SHARE = 0.15  # of a stretch that stands under a heading worth naming
_LISTED = re.compile(r"[•●▪◦✓–—*-]|o ")  # an item of a list that was taken for a heading


@dataclass(frozen=True)
class Stretch:
    """The numbers of some passages that follow each other, and the heading over most of them."""

    passages: tuple[int, ...]
    title: str = ""


def stretches(source: Source) -> list[Stretch]:
    """The body in at most ten stretches, each of about the same length.

    A stretch ends where a section does once it is more than half full, or where a page does once
    it is too long.
    """
    passages = source.document.passages
    total = sum(len(passages[i].text) for i in source.body)
    count = min(_MOST, max(1, round(total / _SIZE[source.language])))
    level = _level([passages[i] for i in source.body])
    found: list[list[int]] = []
    read = 0
    for number in source.body:
        # How much of its share the last stretch holds: shares are those of the whole, so that
        # what one has too much the next has less.
        share = read * count / total - len(found) + 1
        begins = not found or _parts(passages[found[-1][-1]], passages[number], share, level)
        if begins and len(found) < count:
            found.append([])
        found[-1].append(number)
        read += len(passages[number].text)
    held = [[passages[i] for i in numbers] for numbers in found]
    titles = _titles(held, level)
    return [Stretch(tuple(numbers), title) for numbers, title in zip(found, titles, strict=True)]


def _titles(held: Sequence[Sequence[Passage]], level: int) -> list[str]:
    """A heading for each stretch; "" where none tells it from the others."""
    titles = [_title(passages, level) for passages in held]
    deeper = [_title(passages, level + 1) for passages in held]
    either = [
        title if titles.count(title) == 1 else other
        for title, other in zip(titles, deeper, strict=True)
    ]
    return [title if either.count(title) == 1 else "" for title in either]


def _parts(last: Passage, new: Passage, share: float, level: int) -> bool:
    """Whether a new stretch begins with a passage, where the last one holds that much."""
    if share >= 0.6 and last.path[:level] != new.path[:level]:
        return True
    if share >= 0.9 and last.path != new.path:
        return True
    return share >= 1.2 and (last.page != new.page or share >= 1.5)


def _level(passages: Sequence[Passage]) -> int:
    """The outermost level of headings that parts the document at all."""
    for level in range(1, _DEEPEST):
        if len({passage.path[:level] for passage in passages}) > _LEAST_LEVELS:
            return level
    return 1


def _title(passages: Sequence[Passage], level: int) -> str:
    """The headings that a stretch stands under: one, two, or the first and the last of more."""
    sizes: Counter[str] = Counter()
    for passage in passages:
        if passage.path and not _LISTED.match(passage.path[:level][-1]):
            sizes[passage.path[:level][-1]] += len(passage.text)
    least = _SHARE * sizes.total()
    heads = [head for head in sizes if sizes[head] >= least]
    if not heads:
        return ""
    joined = "; ".join(heads) if len(heads) <= 2 else f"{heads[0]} – {heads[-1]}"
    best = joined if len(joined) <= _LONGEST else max(heads, key=lambda head: sizes[head])
    return best if len(best) <= _LONGEST else best[: _LONGEST - 1].rstrip() + "…"
