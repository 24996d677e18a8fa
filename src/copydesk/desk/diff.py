"""What was changed between two texts, word by word (in Chinese: character by character)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]

# Words with their punctuation apart; Han characters one by one; blanks by themselves.
_PIECES = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\s+|\w+|[^\w\s]")
_MOST_PIECES = 4_000  # of a line that is compared by its pieces
_MOST_PAIRS = 20_000  # of lines that are compared, each with each
_JOINT = 0.5  # of two lines; below it they are shown as two, not as a mixture


@dataclass(frozen=True)
class Piece:
    """Some text that stayed, went out, or came in."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the two texts; `skipped` lines like it were left out before it."""

    pieces: tuple[Piece, ...]
    skipped: int = 0

    @property
    def changed(self) -> bool:
        """Whether something in it is not the same."""
        return any(piece.kind != "same" for piece in self.pieces)


def diff(before: str, after: str, context: int = 1) -> list[Line]:
    """The lines that changed, and some around them; blank ones are left out.

    Args:
        context: how many unchanged lines are shown around a change.
    """
    old, new = ([line for line in text.splitlines() if line.strip()] for text in (before, after))
    return list(_near(list(_lines(old, new)), context))


def share_changed(before: str, after: str) -> float:
    """How much of two texts is not common to both, 0 to 1, by how often each word is in them."""
    one, other = (Counter(_words(text)) for text in (before, after))
    total = one.total() + other.total()
    return 1 - 2 * (one & other).total() / total if total else 0.0


def _words(text: str) -> list[str]:
    return [piece for piece in _PIECES.findall(text) if not piece.isspace()]


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for tag, start, end, start_after, end_after in SequenceMatcher(
        None, before, after
    ).get_opcodes():
        old, new = before[start:end], after[start_after:end_after]
        if tag == "equal":
            yield from (Line((Piece("same", line),)) for line in old)
        else:
            yield from _block(old, new)


def _block(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines in place of others: those that are much alike are one line with its changes in it."""
    if len(old) * len(new) > _MOST_PAIRS:
        yield from (Line((Piece("out", line),)) for line in old)
        yield from (Line((Piece("in", line),)) for line in new)
        return
    left = list(new)
    for line in old:
        match = next((n for n, other in enumerate(left) if _alike(line, other)), None)
        if match is None:
            yield Line((Piece("out", line),))
            continue
        yield from (Line((Piece("in", other),)) for other in left[:match])
        yield Line(tuple(_within(line, left[match])))
        del left[: match + 1]
    yield from (Line((Piece("in", other),)) for other in left)


def _alike(one: str, other: str) -> bool:
    return share_changed(one, other) < 1 - _JOINT


def _within(before: str, after: str) -> Iterator[Piece]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) > _MOST_PIECES or len(new) > _MOST_PIECES:
        yield from (Piece("out", before), Piece("in", after))
        return
    matcher = SequenceMatcher(None, old, new)
    for tag, start, end, start_after, end_after in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if end > start:
            yield Piece("out", "".join(old[start:end]))
        if end_after > start_after:
            yield Piece("in", "".join(new[start_after:end_after]))


def _near(lines: Sequence[Line], context: int) -> Iterator[Line]:
    """The changed lines and their neighbours."""
    shown = {
        near
        for at, line in enumerate(lines)
        if line.changed
        for near in range(at - context, at + context + 1)
    }
    skipped = 0
    for at, line in enumerate(lines):
        if at in shown:
            yield Line(line.pieces, skipped)
            skipped = 0
        else:
            skipped += 1
    if skipped:
        yield Line((), skipped)
