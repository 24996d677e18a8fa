"""Candidates out of the full-text index: all that have a word of the question, or the best few.

Of few pieces all are looked at. Of many the rarest terms choose which: FTS5 spends a microsecond
or two on each place of a term, and the commonest have most places and least to say.
"""

import json
import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from copydesk.library.rank import Candidate

_FEW = 1_000  # pieces; of these all that have any term are ranked
_PLACES = 2_000  # of terms that the index looks at
_PLACES_OF_TWO = 500  # the same, of two common terms together
_KEPT = 80  # candidates out of many
_BESIDE = 3  # common terms that are looked for two at a time
_MOST_SPANS = 40
_TELLING = 0.25  # what a term weighs that may choose candidates


@dataclass(frozen=True)
class Scope:
    """The pieces to look in.

    Attributes:
        documents: number, first and last piece; by the first piece.
        total: how many pieces.
        all_of_it: whether that is all of the library, or most of it.
    """

    documents: Sequence[tuple[int, int, int]]
    total: int
    all_of_it: bool

    def document(self, key: int) -> int | None:
        """The document that a piece is of; None for one that is not looked in."""
        place = bisect_right(self.documents, key, key=lambda one: one[1]) - 1
        if place < 0 or key > self.documents[place][2]:
            return None
        return self.documents[place][0]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First and last piece of those in a row; one span over all where they are many."""
        spans: list[tuple[int, int]] = []
        for _, first, last in self.documents:
            if spans and first == spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return spans if len(spans) <= _MOST_SPANS else [(spans[0][0], spans[-1][1])]


@dataclass(frozen=True)
class Candidates:
    """What was found to be ranked.

    Attributes:
        frequencies: how many pieces of the scope have a term, as far as it is known.
        whole: whether the pieces are all that have any of the terms.
    """

    pieces: Sequence[Candidate]
    frequencies: Mapping[str, int]
    whole: bool


def scope_of(connection: sqlite3.Connection, documents: Sequence[int] | None) -> Scope:
    """The pieces of some documents; of all that are on the shelf if None."""
    where, values = "shelved", []
    if documents is not None:
        where, values = "id IN (SELECT value FROM json_each(?))", [json.dumps(list(documents))]
    held = connection.execute(
        f"SELECT id, first_piece, last_piece FROM documents WHERE {where} "  # noqa: S608
        "ORDER BY first_piece",
        values,
    ).fetchall()
    total = sum(last - first + 1 for _, first, last in held)
    (everything,) = connection.execute(
        "SELECT coalesce(sum(last_piece - first_piece + 1), 0) FROM documents"
    ).fetchone()
    return Scope([(n, first, last) for n, first, last in held], total, total > 0.8 * everything)


def candidates(
    connection: sqlite3.Connection, scope: Scope, weights: Mapping[str, float]
) -> Candidates:
    """The pieces that may be the best for a question, with their terms.

    Args:
        weights: of the question's terms.
    """
    if not scope.total or not weights:
        return Candidates([], {}, whole=True)
    if scope.total <= _FEW:
        keys = _having(connection, scope, _any(weights))
        pieces = _pieces(connection, scope, keys)
        having = Counter(
            term for piece in pieces for term in {*piece.head, *piece.text} if term in weights
        )
        return Candidates(pieces, having, whole=True)
    frequencies = _frequencies(connection, scope, weights)
    match = _choosing(frequencies, weights, scope.total)
    keys = _having(connection, scope, match, best=_KEPT) if match else []
    return Candidates(_pieces(connection, scope, keys), frequencies, whole=False)


def _any(terms: Iterable[str]) -> str:
    return " OR ".join(_quoted(term) for term in terms)


def _quoted(term: str) -> str:
    return '"{}"'.format(term.replace('"', ""))


def _choosing(frequencies: Mapping[str, int], weights: Mapping[str, float], total: int) -> str:
    """What chooses among many: any of the rarest terms, or two of the next ones; "" for none."""
    known = [term for term, having in frequencies.items() if having]
    telling = [term for term in known if weights[term] >= _TELLING] or known
    by_rarity = sorted(telling, key=lambda term: (frequencies[term], term))
    left = _PLACES
    chosen: list[str] = []
    for term in by_rarity:
        if frequencies[term] > left:
            break
        left -= frequencies[term]
        chosen.append(_quoted(term))
    common = by_rarity[len(chosen) : len(chosen) + _BESIDE]
    left = max(left, _PLACES_OF_TWO)
    for one, other in combinations(common, 2):
        both = frequencies[one] * frequencies[other] // total  # if they came together by chance
        if both <= left:
            left -= both
            chosen.append(f"({_quoted(one)} AND {_quoted(other)})")
    return " OR ".join(chosen) or _together(common or by_rarity, frequencies, total)


def _together(terms: Sequence[str], frequencies: Mapping[str, int], total: int) -> str:
    """So many of some common terms, all of them in it, that few pieces are left."""
    chosen: list[str] = []
    left = float(total)
    for term in terms:
        if chosen and left <= _PLACES:
            break
        left *= frequencies[term] / total
        chosen.append(_quoted(term))
    return " AND ".join(chosen)


def _frequencies(
    connection: sqlite3.Connection, scope: Scope, weights: Mapping[str, float]
) -> dict[str, int]:
    if scope.all_of_it:
        found = connection.execute(
            "SELECT term, pieces FROM frequencies WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(list(weights)),),
        )
        return {term: having for term, having in found if having > 0}
    counted = (
        "SELECT count(*) FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"  # quick: few
    )
    return {
        term: sum(
            connection.execute(counted, (_quoted(term), *span)).fetchone()[0]
            for span in scope.spans
        )
        for term in weights
    }


def _having(connection: sqlite3.Connection, scope: Scope, match: str, best: int = 0) -> list[int]:
    """The keys of the pieces that match; only the best by BM25 if so many are wanted."""
    query = "SELECT rowid, rank FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
    if best:
        query += " ORDER BY rank"
    found: list[tuple[float, int]] = []
    for span in scope.spans:
        for given, (key, score) in enumerate(connection.execute(query, (match, *span))):
            if scope.document(key) is not None:
                found.append((score if best else 0.0, key))
            if best and given >= best and len(found) >= best:
                break
    return [key for _, key in sorted(found)[: best or None]]


def _pieces(connection: sqlite3.Connection, scope: Scope, keys: Sequence[int]) -> list[Candidate]:
    found = connection.execute(
        "SELECT w.rowid, p.page, p.kinds, w.head, w.text FROM words AS w "
        "JOIN pieces AS p ON p.id = w.rowid WHERE w.rowid IN (SELECT value FROM json_each(?)) "
        "ORDER BY w.rowid",
        (json.dumps(list(keys)),),
    )
    return [
        Candidate(key, (scope.document(key) or 0, page), kinds, head.split(), text.split())
        for key, page, kinds, head, text in found
    ]
