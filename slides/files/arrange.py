"""How things stand on a page by others: what the title is, and what belongs together."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from copydesk.slides.files.numbers import figure
from copydesk.slides.files.pieces import Piece
from copydesk.slides.geometry import Box

_LONGEST_TITLE = 120  # characters of a text that may be a title without being in its placeholder
_LARGER = 1.12  # how much larger a title's type is than any other
_APART = 30.0  # points between texts that do not belong together
_MOST_TOGETHER = 4  # texts that may belong together
_MARK = re.compile(r"0?\d{1,2}[.)]?")

Axis = Literal["x", "y"]


def on_page(pieces: Sequence[Piece], page: Box) -> list[Piece]:
    """The pieces that can be seen: some decks park texts beside the page, for animations."""
    return [piece for piece in pieces if not piece.box.area or piece.box.overlaps(page, 1)]


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces as a page is read: those that begin at about one height from the left."""
    return sorted(pieces, key=lambda piece: (_band(piece), piece.box.left))


def _band(piece: Piece) -> int:
    return round(piece.box.top / 18)


def titled(pieces: Sequence[Piece], page: Box) -> tuple[str, list[Piece]]:
    """The title and the other pieces in reading order."""
    titles = [piece for piece in pieces if piece.is_title and piece.kind == "text"]
    rest = in_order([piece for piece in pieces if not piece.is_title])
    if titles:
        return " ".join(piece.text for piece in titles), rest
    found = _likely_title(rest, page)
    if found is None:
        return "", rest
    return found.text, [piece for piece in rest if piece is not found]


def _likely_title(pieces: Sequence[Piece], page: Box) -> Piece | None:
    """A short text in type larger than all others, or the first one alone at its height."""
    texts = [piece for piece in pieces if piece.kind == "text" and _says(piece)]
    short = [piece for piece in texts if _may_be_title(piece, page)]
    if len(texts) == 1:
        return short[0] if short else None
    by_size = sorted(texts, key=lambda piece: -piece.size)
    if by_size and by_size[0] in short and by_size[0].size >= by_size[1].size * _LARGER > 0:
        return by_size[0]
    first = next((piece for piece in short if piece is texts[0]), None)
    if first is None or first.box.top > page.height / 3:
        return None
    beside = [piece for piece in texts if piece is not first and _band(piece) == _band(first)]
    return None if beside else first


def _may_be_title(piece: Piece, page: Box) -> bool:
    short = len(piece.text) <= _LONGEST_TITLE and len(piece.said) <= 2
    return short and piece.box.top < page.height * 0.65


def _says(piece: Piece) -> bool:
    """Whether a text is more than a number or a mark."""
    return len(piece.text) > 1 and not figure(piece.text)


# What belongs together ---------------------------------------------------------------------------


def groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Texts parted where the widest gap runs through the page, again and again: an XY cut.

    What is left in a group stands close together: a card, a number over its caption. The order is
    that of reading: left to right of a gap that runs down, top to bottom of one that runs across.
    """
    if len(pieces) < 2:
        return [list(pieces)] if pieces else []
    width, at, axis = max(_gap(pieces, "x"), _gap(pieces, "y"))
    together = len(pieces) <= _MOST_TOGETHER and width < _APART
    if together or width <= 0:
        return [in_order(pieces)]
    before = [piece for piece in pieces if _edges(piece, axis)[1] <= at]
    after = [piece for piece in pieces if _edges(piece, axis)[1] > at]
    return [*groups(before), *groups(after)]


def _gap(pieces: Sequence[Piece], axis: Axis) -> tuple[float, float, Axis]:
    """The widest gap between pieces along an axis: its width, and where it begins."""
    spans = sorted(_edges(piece, axis) for piece in pieces)
    reach, best = spans[0][1], (0.0, 0.0)
    for low, high in spans[1:]:
        best = max(best, (low - reach, reach))
        reach = max(reach, high)
    return (*best, axis)


def _edges(piece: Piece, axis: Axis) -> tuple[float, float]:
    box = piece.box
    return (box.left, box.right) if axis == "x" else (box.top, box.bottom)


def without_mark(group: Sequence[Piece]) -> tuple[int, list[Piece]]:
    """The number that a group begins with (01, 2.), nought for none, and its other texts."""
    for piece in group:
        if _MARK.fullmatch(piece.text) and len(group) > 1:
            number = int(re.sub(r"\D", "", piece.text))
            return number, [other for other in group if other is not piece]
    return 0, list(group)


def sides(texts: Sequence[Piece]) -> tuple[list[Piece], list[Piece]] | None:
    """Texts that stand in two columns, two at most in each; None where they do not."""
    if len(texts) not in (2, 3, 4) or not all(piece.box.area for piece in texts):
        return None
    middle = (min(p.box.left for p in texts) + max(p.box.right for p in texts)) / 2
    left = [piece for piece in texts if piece.box.right <= middle + 12]
    right = [piece for piece in texts if piece.box.left >= middle - 12]
    if not left or not right or len(left) + len(right) != len(texts):
        return None
    if max(len(left), len(right)) > 2:
        return None
    beside = left[-1].box.top < right[-1].box.bottom and right[-1].box.top < left[-1].box.bottom
    return (left, right) if beside else None


def joined(group: Sequence[Piece]) -> Piece:
    """A group's texts as one."""
    said = tuple(one for piece in group for one in piece.said)
    return replace(group[0], said=said)
