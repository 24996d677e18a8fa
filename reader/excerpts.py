"""Passages cut to the sentences and rows that matter, so that a small model reads little."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.brief import Language, detect_language
from copydesk.documents.terms import terms
from copydesk.library.records import Found
from copydesk.prose.units import sentences
from copydesk.reader.absent import alike
from copydesk.reader.addressed import addressed, is_about_instructions
from copydesk.reader.question import wants_figure

_ROOM: dict[Language, int] = {"en": 1300, "zh": 540}  # characters of all that is shown
_LONGEST: dict[Language, int] = {"en": 480, "zh": 200}  # of one sentence or row
_HEAD = 60  # characters of a section's heading
_NEAR = 0.4  # what a sentence beside a good one gets of its weight
_ABOVE = 0.25  # what the headings above it give of theirs
_ALIKE = 0.5  # what a word weighs that may stand for one of the question
_PAIR = 0.5  # more where two words stand beside each other as in the question
_FIGURE = 1.3  # how much better is one with a number, where one is asked for
_LATER = 0.03  # what is lost with each place in the order
_FIRST = 2  # passages whose best unit is shown whatever the others have
_OPENING = 0.4  # of the room, for the beginning of a document
_CAPTION = 120  # characters: a first line that says what the rows below it are
_BRACKETS = str.maketrans("[]", "()")  # no passage begins another inside itself
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d|[一二三四五六七八九十百千万]")


@dataclass(frozen=True)
class Excerpt:
    """What the model is shown of a passage.

    Attributes:
        key: what the model calls it: p1, p2 …
        text: its sentences that matter, in order, an ellipsis where some were left out.
        head: the heading that it stands under.
        units: the sentences and rows of the passage that may be quoted.
        addressed: those that speak to whoever answers, and are not read.
        front: whether it is the beginning of a document that is asked about as a whole.
    """

    key: str
    found: Found
    text: str
    head: str
    units: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    front: bool = False


def excerpts(
    found: Sequence[Found],
    question: str,
    beside: Collection[int] = (),
    front: Collection[int] = (),
) -> list[Excerpt]:
    """Passages as the model reads them, in the order in which they are given.

    Args:
        beside: the keys of those that were not found but stand beside one that was: they are
            shown only where they have something better than the others.
        front: the keys of those that are shown from their beginning, whatever they say.
    """
    whole = [units(one.passage.text) for one in found]
    orders = [[] if is_about_instructions(question) else _addressed(each) for each in whole]
    read = [
        [unit for unit in each if unit not in left_out]
        for each, left_out in zip(whole, orders, strict=True)
    ]
    kept = _kept(found, read, question, beside, front)
    shown: list[Excerpt] = []
    for one, each, left_out, places in zip(found, read, orders, kept, strict=True):
        if not places:
            continue
        text = _text(each, places, set(terms(question))).translate(_BRACKETS)
        head = "" if addressed(one.passage.section) else _head(one, each)
        key = f"p{len(shown) + 1}"
        begins = one.key in front
        shown.append(Excerpt(key, one, text, head, tuple(each), tuple(left_out), begins))
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


def _kept(
    found: Sequence[Found],
    read: Sequence[Sequence[str]],
    question: str,
    beside: Collection[int],
    front: Collection[int],
) -> list[set[int]]:
    """Which units of each passage are shown: the best of all, as many as there is room for.

    The best of the first that were found are among them, and a document's beginning where it is
    wanted.
    """
    language = detect_language(" ".join(one.passage.text for one in found))
    scores = _all_scores(found, read, question)
    best = sorted(scores, key=lambda at: (-scores[at], at))
    firsts = [place for place, one in enumerate(found) if one.key not in beside][:_FIRST]
    sure = [next(at for at in best if at[0] == place) for place in firsts if read[place]]
    opening = [at for at in sorted(scores) if found[at[0]].key in front]
    choice, room = _Choice(read, _LONGEST[language]), _ROOM[language]
    for at in opening:
        choice.take(at, int(_OPENING * room) - choice.size)
    for at in sure:
        choice.take(at, room)
    for at in best:
        if scores[at] > 0:
            choice.take(at, room - choice.size)
    for each, places in zip(read, choice.kept, strict=True):
        if any(" | " in each[unit] for unit in places) and len(each[0]) <= _CAPTION:
            places.add(0)
    return choice.kept


class _Choice:
    """Units that are shown; the same words once, such as the source below every chart.

    Attributes:
        kept: for each passage the places of its units.
        size: characters of all of them.
    """

    def __init__(self, read: Sequence[Sequence[str]], longest: int) -> None:
        self._read, self._longest = read, longest
        self._seen: set[str] = set()
        self.kept: list[set[int]] = [set() for _ in read]
        self.size = 0

    def take(self, at: tuple[int, int], room: int) -> None:
        """Take a unit if it fits into so many characters."""
        place, unit = at
        text = self._read[place][unit]
        size = min(len(text), self._longest)
        if size <= room and text not in self._seen:
            self._seen.add(text)
            self.kept[place].add(unit)
            self.size += size


def _all_scores(
    found: Sequence[Found], read: Sequence[Sequence[str]], question: str
) -> dict[tuple[int, int], float]:
    """How much of a question each unit says, by the place of its passage and its own."""
    weights, figure = _Weights(question, read), wants_figure(question)
    return {
        (place, unit): score * (1 - _LATER * place)
        for place, (one, each) in enumerate(zip(found, read, strict=True))
        for unit, score in enumerate(_scores(one, each, weights, figure=figure))
    }


class _Weights:
    """What the terms of a question weigh: the rarer in these passages, the more."""

    def __init__(self, question: str, read: Iterable[Sequence[str]]) -> None:
        asked = terms(question)
        each = [set(terms(unit)) for units_ in read for unit in units_]
        having = Counter(term for one in each for term in one)
        self._terms = {term: math.log(1 + len(each) / (1 + having[term])) for term in asked}
        for term in asked:
            for other in alike(term) - self._terms.keys():
                self._terms[other] = _ALIKE * self._terms[term]
        self._pairs = set(pairwise(asked))

    def of(self, text: str) -> float:
        """What those weigh that a text has; more where two are side by side as in the question."""
        said = terms(text)
        pairs = self._pairs & set(pairwise(said))
        beside = sum(self._terms[one] + self._terms[other] for one, other in pairs)
        return sum(self._terms.get(term, 0.0) for term in set(said)) + _PAIR * beside


def _scores(one: Found, each: Sequence[str], weights: _Weights, *, figure: bool) -> list[float]:
    """How much of a question each unit says, by itself and through what stands beside and above."""
    own = [weights.of(unit) for unit in each]
    above = _ABOVE * weights.of(" ".join(one.passage.path))
    scores = []
    for place, unit in enumerate(each):
        before = own[place - 1] if place else 0.0
        after = own[place + 1] if place + 1 < len(own) else 0.0
        score = own[place] + _NEAR * max(before, after) + above
        loose = " | " not in unit and not _LETTER.search(unit)  # a number out of a chart
        better = _FIGURE if figure and _DIGIT.search(unit) else 1.0
        scores.append(0.0 if loose else score * better)
    return scores


def _text(each: Sequence[str], places: set[int], wanted: set[str]) -> str:
    """The units at these places in order, an ellipsis where some were left out."""
    pieces: list[str] = []
    last = -1
    for place in sorted(places):
        if place > last + 1:
            pieces.append("…")
        pieces.append(_around(each[place], wanted))
        last = place
    if last + 1 < len(each):
        pieces.append("…")
    return " ".join(pieces)


def _around(unit: str, wanted: set[str]) -> str:
    """A unit that is too long, cut to the stretch that has most of what is asked."""
    room = _LONGEST[detect_language(unit)]
    if len(unit) <= room:
        return unit
    step = max(1, room // 4)
    starts = range(0, len(unit) - room + step, step)
    start = max(starts, key=lambda at: (len(wanted & set(terms(unit[at : at + room]))), -at))
    piece = unit[start : start + room]
    if start and " " in piece[:30]:
        piece = piece[piece.index(" ") + 1 :]
    return f"{'… ' if start else ''}{_cut(piece, room)}{' …' if start + room < len(unit) else ''}"


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    return head[: head.rindex(" ")] if " " in head[longest // 2 :] else head
