"""What was changed between two texts, word by word (in Chinese: character by character)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]

# Words with their punctuation apart; Han characters one by one; blanks by themselves.
_PIECES = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\s+|\w+|[^\w\s]")
_MOST_PIECES = 4_000  # in a block; comparing takes the square of it
_MOST_LINES = 20_000  # to compare, each with each
_JOINT = 0.35  # of two lines; below it they are shown as two, not as a mixture


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
    """The lines that changed, and some around them.

    Args:
        context: how many unchanged lines are shown around a change; blank ones do not count.
    """
    return list(_near(list(_lines(before.splitlines(), after.splitlines())), context))


def share_changed(before: str, after: str) -> float:
    """How much of two texts is not common to both, 0 to 1, by their words."""
    one, other = (_PIECES.findall(text) for text in (before, after))
    if not one and not other:
        return 0.0
    if len(one) + len(other) > _MOST_LINES:
        one, other = before.splitlines(), after.splitlines()
    return 1 - SequenceMatcher(None, one, other, autojunk=False).ratio()


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, len(before) + len(after) > _MOST_LINES)
    for tag, start, end, start_after, end_after in matcher.get_opcodes():
        old, new = before[start:end], after[start_after:end_after]
        if tag == "equal":
            yield from (Line((Piece("same", line),)) for line in old)
        else:
            yield from _block(old, new)


def _block(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines in place of others: those that are much alike are one line with its changes in it."""
    if len(old) * len(new) > _MOST_LINES:
        yield from (Line((Piece("out", line),)) for line in old)
        yield from (Line((Piece("in", line),)) for line in new)
        return
    left = list(new)
    for line in old:
        match = next((other for other in left if _alike(line, other)), None)
        if match is None:
            yield Line((Piece("out", line),))
            continue
        at = left.index(match)
        yield from (Line((Piece("in", other),)) for other in left[:at])
        del left[: at + 1]
        yield Line(tuple(_within(line, match)))
    yield from (Line((Piece("in", other),)) for other in left)


def _alike(one: str, other: str) -> bool:
    if not one.strip() or not other.strip():
        return one.strip() == other.strip()
    matcher = SequenceMatcher(None, _bounded(one), _bounded(other), autojunk=False)
    return matcher.quick_ratio() > _JOINT and matcher.ratio() > _JOINT


def _bounded(line: str) -> list[str]:
    return [piece for piece in _PIECES.findall(line) if not piece.isspace()][:_MOST_PIECES]


def _within(before: str, after: str) -> Iterator[Piece]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) > _MOST_PIECES or len(new) > _MOST_PIECES:
        yield from (Piece("out", before), Piece("in", after))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
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
    told = [line for line in lines if any(piece.text.strip() for piece in line.pieces)]
    shown = {
        near
        for at, line in enumerate(told)
        if line.changed
        for near in range(at - context, at + context + 1)
    }
    skipped = 0
    for at, line in enumerate(told):
        if at in shown:
            yield Line(line.pieces, skipped)
            skipped = 0
        else:
            skipped += 1
    if skipped:
        yield Line((), skipped)
