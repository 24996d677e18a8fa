"""Which pieces of the sources speak of what a sentence speaks of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from copydesk.documents.passage import Document, Passage
from copydesk.documents.search import Index, merged
from copydesk.documents.terms import terms

_PIECE = 400  # characters
_SHARE = 0.7  # of the best piece's weight that a piece with the value must have
_BESIDE = 0.25  # what a neighbouring piece's weight counts
_LARGE = 5000  # pieces, about two megabytes
_RAREST = 8  # terms
_FEWEST = 2  # terms that the sources know; a sentence with less says nothing of its subject
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(\d])|(?<=[。！？；])")


class Context:
    """The sources cut into pieces of a few sentences, and their words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.pieces: list[tuple[Document, Passage]] = [
            (document, piece) for document in documents for piece in _pieces(document)
        ]
        self._index = Index([], _PIECE)
        self._coverage = lru_cache(maxsize=8)(self._index.coverage)  # claims of one sentence
        for _, piece in self.pieces:
            self._index.add(0, piece)

    def near(self, found: Sequence[int], texts: Iterable[str]) -> list[int]:
        """Those of some pieces that speak of what one of the texts says, best first.

        All of them where no text has words enough to tell.
        """
        ranked: dict[int, float] = {}
        told = False
        for text in texts:
            wanted = {term for term in terms(text) if not term[0].isdigit()}
            known = self._telling({term for term in wanted if self._index.weight(term) > 0})
            if len(known) < _FEWEST:
                continue
            told = True
            for piece, share in self._shares(found, known):
                ranked[piece] = max(share, ranked.get(piece, 0.0))
        if not told:
            return list(found)
        kept = [piece for piece, share in ranked.items() if share >= _SHARE]
        return sorted(kept, key=lambda piece: (-ranked[piece], piece))

    def _telling(self, known: set[str]) -> frozenset[str]:
        """The terms to compare by: all, in a large source the rarest, which weigh most."""
        if len(self.pieces) <= _LARGE:
            return frozenset(known)
        return frozenset(
            sorted(known, key=lambda term: (-self._index.weight(term), term))[:_RAREST]
        )

    def _shares(self, found: Iterable[int], wanted: frozenset[str]) -> Iterator[tuple[int, float]]:
        """The weight of each piece and its neighbours, of the best piece's."""
        weights = self._coverage(wanted)
        best = max(weights.values(), default=0.0)
        for piece in found:
            own = weights.get(piece, 0.0)
            beside = max(weights.get(piece - 1, 0.0), weights.get(piece + 1, 0.0))
            yield piece, (own + _BESIDE * beside) / best if best else 1.0


def _pieces(document: Document) -> Iterator[Passage]:
    for passage in merged(document.passages, _PIECE):
        if len(passage.text) <= _PIECE:
            yield passage
            continue
        held = ""
        for sentence in _SENTENCE.split(passage.text):
            if held and len(held) + len(sentence) > _PIECE:
                yield Passage(held, passage.page, passage.section)
                held = ""
            held = f"{held} {sentence}" if held else sentence
        if held:
            yield Passage(held, passage.page, passage.section)
