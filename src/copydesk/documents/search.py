"""Full-text search over passages: BM25, the same answer each time, built once per set of documents.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009), with k1 = 1.2 and b = 0.75.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from copydesk.documents.passage import Document, Passage
from copydesk.documents.terms import terms

_K1, _B = 1.2, 0.75
_TINY = 200  # characters; smaller passages are searched together with their neighbours
PIECE = 900  # characters; a longer passage is found as a whole all the same
_Posting = tuple["array[int]", "array[float]"]  # passages, and how often in each
_HEAD_WEIGHT = 0.5  # what a term in the passage's section counts


@dataclass(frozen=True)
class Hit:
    """A passage that was found: its document, itself, its score (higher is better)."""

    document: Document
    passage: Passage
    score: float


class Index:
    """Documents made ready for search: linear in their length, ten megabytes in seconds."""

    def __init__(self, documents: Sequence[Document], piece: int = PIECE) -> None:
        self.documents = tuple(documents)
        self._held: list[tuple[int, Passage]] = []
        self._postings: dict[str, _Posting] = defaultdict(lambda: (array("I"), array("f")))
        self._lengths = array("f")
        self._total = 0.0
        for number, document in enumerate(self.documents):
            for passage in merged(document.passages, piece):
                self.add(number, passage)

    def __len__(self) -> int:
        return len(self._held)

    def add(self, number: int, passage: Passage) -> None:
        """One more passage, of the document with this number."""
        counts: Counter[str] = Counter(terms(passage.text))
        self._lengths.append(counts.total() or 1)
        self._total += self._lengths[-1]
        weights: dict[str, float] = dict(counts)
        if passage.section and passage.section != passage.text:
            for term in set(terms(passage.section)):
                weights[term] = weights.get(term, 0.0) + _HEAD_WEIGHT
        for term, weight in weights.items():
            places, amounts = self._postings[term]
            places.append(len(self._held))
            amounts.append(weight)
        self._held.append((number, passage))

    def search(self, query: str, k: int = 6, *, budget: int = 0) -> list[Hit]:
        """The k best passages, best first; none without a term of the query in it.

        Args:
            budget: characters that all texts together may have, 0 for no bound; the passage that
                goes over it is left out, and smaller ones after it may still fit.
        """
        scores = self.scores(set(terms(query)))
        best = nsmallest(max(k, 0) * 4, scores.items(), key=lambda item: (-item[1], item[0]))
        return list(self._within(best, k, budget))

    def scores(self, wanted: set[str]) -> dict[int, float]:
        """BM25 of every passage with at least one of the terms, by its number."""
        scores: dict[int, float] = defaultdict(float)
        usual = self._total / (len(self._held) or 1)
        for term in sorted(wanted):
            if term not in self._postings:
                continue
            places, amounts = self._postings[term]
            weight = self.weight(term)
            for place, amount in zip(places, amounts, strict=True):
                long = 1 - _B + _B * self._lengths[place] / usual
                scores[place] += weight * amount * (_K1 + 1) / (amount + _K1 * long)
        return scores

    def coverage(self, wanted: Collection[str]) -> dict[int, float]:
        """The summed weights of the terms that each passage has, however often."""
        weights: dict[int, float] = defaultdict(float)
        for term in sorted(wanted):
            if term in self._postings:
                weight = self.weight(term)
                for place in self._postings[term][0]:
                    weights[place] += weight
        return weights

    def weight(self, term: str) -> float:
        """The inverse document frequency of a term; 0.0 if no passage has it."""
        if term not in self._postings:
            return 0.0
        having = len(self._postings[term][0])
        return math.log(1 + (len(self._held) - having + 0.5) / (having + 0.5))

    def _within(self, best: list[tuple[int, float]], k: int, budget: int) -> Iterator[Hit]:
        left, given = budget, 0
        seen: set[str] = set()
        for place, score in best:
            number, passage = self._held[place]
            if given == k or passage.text in seen or (budget and len(passage.text) > left):
                continue
            left -= len(passage.text)
            given += 1
            seen.add(passage.text)
            yield Hit(self.documents[number], passage, score)


def search(
    documents: Sequence[Document], query: str, k: int = 6, *, budget: int = 0
) -> list[tuple[Document, Passage]]:
    """The passages that bear on a query, best first; for several queries build an `Index`."""
    hits = Index(documents).search(query, k, budget=budget)
    return [(hit.document, hit.passage) for hit in hits]


def merged(passages: Sequence[Passage], piece: int = PIECE) -> Iterator[Passage]:
    """Passages worth finding: tiny neighbours on one page and in one section become one."""
    held: list[Passage] = []
    size = 0
    for passage in passages:
        apart = held and (
            (passage.page, passage.section) != (held[-1].page, held[-1].section)
            or size + len(passage.text) > piece
            or (size >= _TINY and len(passage.text) >= _TINY)
        )
        if apart:
            yield _one(held)
            held, size = [], 0
        held.append(passage)
        size += len(passage.text)
    if held:
        yield _one(held)


def _one(held: Sequence[Passage]) -> Passage:
    if len(held) == 1:
        return held[0]
    return Passage("\n".join(passage.text for passage in held), held[0].page, held[0].section)
