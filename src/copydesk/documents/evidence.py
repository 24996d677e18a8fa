"""What sources say, made ready to be asked: is this number, date, name or quotation in them?"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from copydesk.documents.context import Context
from copydesk.documents.passage import Document, Passage
from copydesk.documents.wording import Wording
from copydesk.prose.claims import Claim
from copydesk.prose.dates import dates
from copydesk.prose.numerals import Number, numbers

_HEDGED = Decimal("0.05")  # how far “about 200” may lie from what it rounds
_Place = tuple[str, Decimal, int]  # unit, factor, piece


@dataclass(frozen=True)
class Support:
    """Where a claim stands in the sources.

    Attributes:
        places: document and passage, the likeliest first; empty where none says it.
        apart: the sources have it, but only of something else.
    """

    places: tuple[tuple[Document, Passage], ...] = ()
    apart: bool = False

    def __bool__(self) -> bool:
        return bool(self.places) and not self.apart


class Evidence:
    """Documents, and facts that need none (`also`: the brief), indexed for look-ups.

    A number or date is supported where its value stands in a piece of the sources that shares the
    words of the sentence it is claimed in. Without that, any percentage is in any long report.
    """

    def __init__(self, documents: Sequence[Document], also: str = "") -> None:
        self._also = _Facts([also])
        self._also_wording = Wording([also])
        self._context = Context(documents)
        texts = [passage.text for _, passage in self._context.pieces]
        self._facts = _Facts(texts)
        self._wording = Wording(texts)

    def support(self, claim: Claim, around: Sequence[str], *, hedged: bool = False) -> Support:
        """Where a claim stands.

        Args:
            around: clause, sentence and more that the claim stands in; the words of one of them
                must stand beside the value.
            hedged: whether the text says “about”.
        """
        if claim.kind in ("name", "quotation"):
            return self._worded(claim)
        if self._also.places(claim, hedged=hedged):
            return Support((self._nowhere(),))
        found = self._facts.places(claim, hedged=hedged)
        near = self._context.near(found, around)
        return self._support(near or found, apart=bool(found) and not near)

    def _worded(self, claim: Claim) -> Support:
        quoted = claim.kind == "quotation"
        if (self._also_wording.quoted if quoted else self._also_wording.named)(claim.text):
            return Support((self._nowhere(),))
        found = (self._wording.quoted if quoted else self._wording.named)(claim.text)
        return self._support(found)

    def _support(self, pieces: Iterable[int], *, apart: bool = False) -> Support:
        return Support(tuple(self._context.pieces[piece] for piece in pieces), apart)

    def _nowhere(self) -> tuple[Document, Passage]:
        return Document("", "", ()), Passage("")


class _Facts:
    """The numbers and dates of some texts, by value."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._dates: dict[str, list[int]] = defaultdict(list)
        places: dict[Decimal, list[_Place]] = defaultdict(list)
        for piece, text in enumerate(texts):
            if not _DIGIT.search(text):
                continue
            for number in numbers(text):
                places[number.value].append((number.unit, number.factor, piece))
                if number.factor != 1:
                    places[number.base].append((number.unit, Decimal(1), piece))
            for date in dates(text):
                for value in _answers(date.value):
                    self._dates[value].append(piece)
        self._places = dict(places)
        self._values = sorted(places)

    def places(self, claim: Claim, *, hedged: bool) -> list[int]:
        """The pieces that have the claim's value, in order, each once."""
        found = self._dated(claim.value) if claim.kind == "date" else []
        if claim.number is not None:
            found = list(self._numbered(claim.number, hedged=hedged))
        return list(dict.fromkeys(found))

    def _dated(self, value: str) -> list[int]:
        found = list(self._dates.get(value, ()))
        if value.isdigit():  # 2000 may be a count of things there
            found += [piece for _, _, piece in self._places.get(Decimal(value), ())]
        if not found and re.fullmatch(r"\d{4}-\d\d-\d\d", value) and self._dates.get(value[:4]):
            found = list(self._dates.get("-" + value[4:], ()))
        return found

    def _numbered(self, number: Number, *, hedged: bool) -> Iterator[int]:
        for value in self._between(*_span(number, hedged=hedged)):
            for unit, factor, piece in self._places[value]:
                if _same_unit(number, unit, factor):
                    yield piece
        if number.factor != 1:
            for unit, _, piece in self._places.get(number.base, ()):
                if unit == number.unit:
                    yield piece

    def _between(self, low: Decimal, high: Decimal) -> Sequence[Decimal]:
        return self._values[bisect_left(self._values, low) : bisect_right(self._values, high)]


_DIGIT = re.compile(r"\d|[一二三四五六七八九十百千万亿]|\b(?i:t|f|s|e|n|o|z)\w+")


def _answers(value: str) -> Iterator[str]:
    """Everything that a date in a source confirms: itself, its month, its year, its decade."""
    yield value
    if value[:2] == "--" or value.endswith("x"):
        return
    yield value[:3] + "x"
    for length in (4, 7):
        if length < len(value):
            yield value[:length]
    if len(value) == 10:
        yield "-" + value[4:]


def _span(number: Number, *, hedged: bool) -> tuple[Decimal, Decimal]:
    """The values that may be written as this number: those that round to it.

    38 is said of 37.6 and 1.2 million of 1,234,567. The closing zeros of a whole number are taken
    for digits unless it is hedged: 1,200 is not said of 1,234, “about 1,200” is.
    """
    half = number.step / 2
    if number.value == int(number.value) and number.step == 1 and not hedged:
        half = Decimal("0.5")
    if hedged:
        half = max(half, abs(number.value) * _HEDGED)
    return number.value - half, number.value + half


def _same_unit(number: Number, unit: str, factor: Decimal) -> bool:
    if "" in (number.unit, unit):
        return True
    return number.unit == unit and number.factor == factor
