"""Ranks candidates: BM25 of the piece and of its page, words that stand together, its kind.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009), with k1 = 1.2 and b = 0.75, over two fields: text, and the headings above it.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.documents.terms import has_han
from copydesk.library.question import Question

_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class Rules:
    """What each rule weighs; 0 leaves it out. docs/library.md says what each has gained.

    Attributes:
        head: what a term in the headings above a piece counts.
        page: what the page's own score counts.
        near: words that follow one another in the question, and stand close in the piece.
        alike: how much terms that always stand together share one weight.
        numbers: a piece full of numbers, where numbers are asked for.
        caption: a caption or row, where a figure or table is asked for.
        run: words of the question that stand in the piece just so, three and more.
        quoted: what the question has in quotation marks stands there.
        places: pages, figures and tables that the question names come first.
        front: the first page is among the first, where it is asked who wrote it and the like.
        per_page: pieces of one page among those that are given.
    """

    head: float = 0.5
    page: float = 0.3
    near: float = 1.5
    alike: float = 1.0
    numbers: float = 0.8
    caption: float = 1.0
    run: float = 0.5
    quoted: float = 4.0
    places: bool = True
    front: bool = True
    per_page: int = 1


RULES = Rules()


@dataclass(frozen=True)
class Candidate:
    """A piece that has words of the question.

    Attributes:
        page: its document and page.
        kinds: of the passages in it.
        head, text: its terms.
    """

    key: int
    page: tuple[int, int]
    kinds: str
    head: Sequence[str]
    text: Sequence[str]


class Ranking:
    """Candidates scored for one question.

    Args:
        frequencies: how many of all pieces have a term.
        total: how many pieces there are.
        whole: whether the candidates are all pieces that have any term of the question.
    """

    def __init__(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        frequencies: Mapping[str, int],
        total: int,
        *,
        whole: bool,
        rules: Rules = RULES,
    ) -> None:
        self._question = question
        self._rules = rules
        self._rarity = {
            term: math.log(1 + (total - min(having, total) + 0.5) / (having + 0.5))
            for term in question.weights
            if (having := frequencies.get(term, 0))
        }
        self._neighbours = [(a, b) for a, b in pairwise(question.order) if a != b]
        self._places = [self._placed(candidate) for candidate in candidates]
        self._counts = [
            self._counted(candidate, places)
            for candidate, places in zip(candidates, self._places, strict=True)
        ]
        self._weights = self._shared() if whole and rules.alike else self._plain()
        self._pages = self._page_scores(candidates)
        lengths = [len(candidate.text) or 1 for candidate in candidates]
        usual = sum(lengths) / (len(lengths) or 1)
        self.scores = {
            candidate.key: self._score(candidate, counts, places, usual)
            for candidate, counts, places in zip(
                candidates, self._counts, self._places, strict=True
            )
        }

    def _placed(self, candidate: Candidate) -> dict[str, list[int]]:
        """Where each term of the question stands in the text."""
        rarity = self._rarity
        places: dict[str, list[int]] = {}
        for place, term in enumerate(candidate.text):
            if term in rarity:
                places.setdefault(term, []).append(place)
        return places

    def _counted(
        self, candidate: Candidate, places: Mapping[str, Sequence[int]]
    ) -> dict[str, float]:
        """How often each term of the question is there; one in the headings counts in part."""
        counts = {term: float(len(at)) for term, at in places.items()}
        for term in set(candidate.head):
            if term in self._rarity:
                counts[term] = counts.get(term, 0.0) + self._rules.head
        return counts

    def _plain(self) -> dict[str, float]:
        weights = self._question.weights
        return {term: weights[term] * rare for term, rare in self._rarity.items()}

    def _shared(self) -> dict[str, float]:
        """Weights of words, less for those that always stand together: they say one thing.

        Pairs of Chinese characters stand together because they are one word; they are left out.
        """
        order = set(self._question.order)
        words = {term for term in self._rarity if term in order or not has_han(term)}
        having: dict[str, set[int]] = defaultdict(set)
        for number, counts in enumerate(self._counts):
            for term in words & counts.keys():
                having[term].add(number)
        weights = self._plain()
        for term, ours in having.items():
            beside = 0.0
            for other, theirs in having.items():
                both = len(ours & theirs)
                if other != term and both:
                    beside += max(0.0, 2 * both / (len(ours) + len(theirs) - both) - 0.6)
            weights[term] /= (1 + beside) ** self._rules.alike
        return weights

    def _page_scores(self, candidates: Sequence[Candidate]) -> dict[tuple[int, int], float]:
        if not self._rules.page:
            return {}
        counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
        lengths: Counter[tuple[int, int]] = Counter()
        for candidate, own in zip(candidates, self._counts, strict=True):
            for term, count in own.items():
                counts[candidate.page][term] += count  # type: ignore[assignment]
            lengths[candidate.page] += len(candidate.text)
        usual = lengths.total() / (len(lengths) or 1)
        return {page: self._bm25(own, lengths[page] / usual) for page, own in counts.items()}

    def _score(
        self,
        candidate: Candidate,
        counts: Mapping[str, float],
        places: Mapping[str, Sequence[int]],
        usual: float,
    ) -> float:
        question, rules = self._question, self._rules
        score = self._bm25(counts, len(candidate.text) / usual)
        if score and question.numeric and candidate.text:
            digits = sum(term[0].isdigit() for term in candidate.text) / len(candidate.text)
            score *= 1 + rules.numbers * min(1.0, 3 * digits)
        score += rules.near * self._near(places)
        score += rules.page * self._pages.get(candidate.page, 0.0)
        if (question.figure and "c" in candidate.kinds) or (
            question.table and ("r" in candidate.kinds or "c" in candidate.kinds)
        ):
            score += rules.caption
        return score

    def _bm25(self, counts: Mapping[str, float], length: float) -> float:
        longer = _K1 * (1 - _B + _B * length)
        return sum(
            self._weights[term] * count * (_K1 + 1) / (count + longer)
            for term, count in counts.items()
        )

    def _near(self, places: Mapping[str, Sequence[int]]) -> float:
        """For neighbours in the question that stand close in the piece, best in the same order."""
        if len(places) < 2:
            return 0.0
        found = 0.0
        for one, other in self._neighbours:
            if one in places and other in places:
                apart = min(
                    b - a if b > a else a - b + 1 for a in places[one] for b in places[other]
                )
                if apart <= _CLOSE:
                    found += min(self._weights[one], self._weights[other]) / apart
        return found


_CLOSE = 4
_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
_SHORTEST_RUN = 3


def verbatim(question: Question, rules: Rules = RULES) -> Callable[[str], float]:
    """What a text gains for words of the question that stand in it just so."""
    asked = _WORD.findall(question.text.casefold())
    quoted = [_spaced(part) for part in question.quoted]

    def gain(text: str) -> float:
        held = _spaced(text)
        found = rules.quoted * sum(part in held for part in quoted)
        place = 0
        while place < len(asked):
            run = 0
            while (
                place + run < len(asked) and f" {' '.join(asked[place : place + run + 1])} " in held
            ):
                run += 1
            found += rules.run * max(0, run - _SHORTEST_RUN + 1)
            place += max(run, 1)
        return found

    return gain


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
