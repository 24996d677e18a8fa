"""Passages cut to the sentences that matter, so that a small model reads little."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.brief import Language, detect_language
from copydesk.documents.terms import terms
from copydesk.library.records import Found
from copydesk.prose.units import sentences
from copydesk.reader.addressed import addressed, is_about_instructions

_ROOM: dict[Language, int] = {"en": 600, "zh": 240}  # characters of the first that are shown
_LEAST = 0.5  # of them, for the last
_HEAD = 60  # characters of a section's heading
_NEAR = 0.4  # what a sentence beside a good one gets of its weight
_BRACKETS = str.maketrans("[]", "()")  # no passage begins another inside itself


@dataclass(frozen=True)
class Excerpt:
    """What the model is shown of a passage.

    Attributes:
        key: what the model calls it: p1, p2 …
        text: its sentences that matter, in order, an ellipsis where some were left out.
        head: the heading that it stands under.
        units: the sentences and rows of the passage that may be quoted.
        addressed: those that speak to whoever answers, and are not read.
    """

    key: str
    found: Found
    text: str
    head: str
    units: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()


def excerpts(found: Sequence[Found], question: str) -> list[Excerpt]:
    """Passages as the model reads them, in the order in which they were found."""
    wanted = set(terms(question))
    whole = [units(one.passage.text) for one in found]
    orders = [[] if is_about_instructions(question) else _addressed(each) for each in whole]
    cut = [
        [unit for unit in each if unit not in left_out]
        for each, left_out in zip(whole, orders, strict=True)
    ]
    having = Counter(term for each in cut for unit in each for term in set(terms(unit)))
    total = sum(map(len, cut))
    weights = {term: math.log(1 + total / (1 + having[term])) for term in wanted}
    shown = []
    for number, (one, each, left_out) in enumerate(zip(found, cut, orders, strict=True), start=1):
        if not each:
            continue
        share = max(_LEAST, 1 - 0.15 * (number - 1))
        room = int(share * _ROOM[detect_language(one.passage.text)])
        text = _focused(each, weights, room)
        head = "" if addressed(one.passage.section) else _head(one, each)
        text = text.translate(_BRACKETS)
        shown.append(Excerpt(f"p{number}", one, text, head, tuple(each), tuple(left_out)))
    return shown


def units(text: str) -> list[str]:
    """The sentences and rows of a passage; a row is whole, whatever stands in its cells."""
    found: list[str] = []
    for line in text.splitlines():
        found += [line.strip()] if " | " in line else sentences(line, "en")
    return [unit for unit in found if unit]


def _addressed(each: Sequence[str]) -> list[str]:
    return [unit for unit in each if addressed(unit)]


def _head(one: Found, each: Sequence[str]) -> str:
    head = one.passage.section
    return "" if not head or (each and each[0] == head) else _cut(head, _HEAD)


def _focused(each: Sequence[str], weights: dict[str, float], room: int) -> str:
    """The units that say most of what is asked, as many as there is room for."""
    own = [sum(weights.get(term, 0.0) for term in set(terms(unit))) for unit in each]
    scores = [
        own[i] + _NEAR * max(own[i - 1] if i else 0.0, own[i + 1] if i + 1 < len(own) else 0.0)
        for i in range(len(own))
    ]
    kept: set[int] = set()
    left = room
    for place in sorted(range(len(each)), key=lambda i: (-scores[i], i)):
        if not kept or (len(each[place]) <= left and (scores[place] or not any(scores))):
            kept.add(place)
            left -= len(each[place])
    pieces: list[str] = []
    last = -1
    for place in sorted(kept):
        if place > last + 1:
            pieces.append("…")
        pieces.append(_around(each[place], weights, room) if len(kept) == 1 else each[place])
        last = place
    if last + 1 < len(each):
        pieces.append("…")
    return " ".join(pieces)


def _around(unit: str, weights: dict[str, float], room: int) -> str:
    """A unit that alone is too long, cut to the stretch that says most of what is asked."""
    if len(unit) <= room:
        return unit
    step = max(1, room // 4)
    starts = range(0, len(unit) - room + step, step)

    def weight(start: int) -> float:
        return sum(weights.get(term, 0.0) for term in set(terms(unit[start : start + room])))

    start = max(starts, key=lambda at: (weight(at), -at))
    piece = unit[start : start + room]
    if start and " " in piece[:30]:
        piece = piece[piece.index(" ") + 1 :]
    return f"{'… ' if start else ''}{_cut(piece, room)}{' …' if start + room < len(unit) else ''}"


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    return head[: head.rindex(" ")] if " " in head[longest // 2 :] else head
