"""Finds the pieces that bear on a question: candidates, ranked, and the places that it names."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from copydesk.library.candidates import Candidates, Scope, candidates, scope_of
from copydesk.library.embed import Embedder
from copydesk.library.named import Named, named
from copydesk.library.pieces import Piece
from copydesk.library.question import Question, question_of
from copydesk.library.rank import RULES, Candidate, Ranking, Rules, verbatim
from copydesk.library.vectors import fused, nearest

_LOOKED_AT = 25  # candidates whose very words are looked at
_FEW_DOCUMENTS = 5  # to which a question may say "page 3"
_FRONT = 2  # at which place the first page comes at the latest


def search(
    connection: sqlite3.Connection,
    text: str,
    k: int,
    documents: Sequence[int] | None,
    also: Sequence[str] = (),
    rules: Rules = RULES,
    embedder: Embedder | None = None,
) -> list[tuple[int, float]]:
    """The k best pieces, best first: key and score.

    Args:
        documents: their numbers; None for all that are on the shelf.
        also: words out of the conversation; they weigh less.
        embedder: pieces that have its vectors are also ranked by them.
    """
    question = question_of(text, also)
    scope = scope_of(connection, documents)
    if k < 1 or not scope.total:
        return []
    found = candidates(connection, scope, question.weights)
    scores = _scores(connection, question, scope, found, rules)
    order = sorted(scores, key=lambda key: (-scores[key], key))
    pages = {piece.key: piece.page for piece in found.pieces}
    if embedder and (alike := nearest(connection, scope, question.text, embedder, also)):
        scores = fused(order, alike)
        order = sorted(scores, key=lambda key: (-scores[key], key))
        pages |= _pages_of(connection, scope, alike)
    first = _named_first(connection, scope, named(question.text), order, pages, found, rules)
    texts = {piece.key: piece.text for piece in found.pieces}
    best = list(_spread([*first, *order], pages, texts, rules.per_page))[:k]
    return _falling([(key, scores.get(key, 0.0)) for key in best])


def _scores(
    connection: sqlite3.Connection,
    question: Question,
    scope: Scope,
    found: Candidates,
    rules: Rules,
) -> dict[int, float]:
    """Of each candidate; what stands there word by word is added to the best."""
    ranking = Ranking(
        question, found.pieces, found.frequencies, scope.total, whole=found.whole, rules=rules
    )
    scores = ranking.scores
    best = sorted(scores, key=lambda key: (-scores[key], key))[:_LOOKED_AT]
    gain = verbatim(question, rules)
    for key, text in texts_of(connection, best).items():
        scores[key] += gain(text)
    return scores


def _pages_of(
    connection: sqlite3.Connection, scope: Scope, keys: Sequence[int]
) -> dict[int, tuple[int, int]]:
    rows = connection.execute(
        "SELECT id, page FROM pieces WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    return {key: (scope.document(key) or 0, page) for key, page in rows}


def texts_of(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, str]:
    """The texts of pieces, as they were read."""
    rows = connection.execute(
        "SELECT c.id, c.first, c.last, c.start, c.stop, p.text FROM pieces AS c "
        "JOIN passages AS p ON p.id BETWEEN c.first AND c.last "
        "WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id, p.id",
        (json.dumps(list(keys)),),
    )
    texts: dict[int, str] = {}
    for key, held in groupby(rows, key=lambda row: int(row[0])):
        passages = list(held)
        texts[key] = Piece(*passages[0][1:5]).text([row[5] for row in passages])
    return texts


def _spread(
    order: Sequence[int],
    pages: Mapping[int, tuple[int, int]],
    texts: Mapping[int, Sequence[str]],
    per_page: int,
) -> Iterator[int]:
    """The best first, but of one page only so many before the rest; the same text once."""
    given: Counter[tuple[int, int]] = Counter()
    seen: set[tuple[str, ...]] = set()
    later: list[int] = []
    for key in dict.fromkeys(order):
        page, text = pages.get(key, (0, 0)), tuple(texts.get(key, ()))
        if text and text in seen:
            continue
        seen.add(text)
        if page[1] and given[page] >= per_page:
            later.append(key)
            continue
        given[page] += 1
        yield key
    yield from later


def _falling(best: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Scores that never rise: what a question names comes before what only has its words."""
    highest = 0.0
    falling: list[tuple[int, float]] = []
    for key, score in reversed(best):
        highest = max(highest, score)
        falling.append((key, highest))
    return falling[::-1]


def _named_first(
    connection: sqlite3.Connection,
    scope: Scope,
    places: Named,
    order: Sequence[int],
    pages: dict[int, tuple[int, int]],
    found: Candidates,
    rules: Rules,
) -> list[int]:
    """The pieces at the places that a question names; with them, `pages` knows theirs."""
    if len(scope.documents) > _FEW_DOCUMENTS:
        return []
    first: list[int] = []
    if rules.places:
        for document, number in _pages_named(connection, scope, places):
            first += _on_page(connection, scope, document, number, order, pages)[:1]
        first += _with_things(connection, places, order, found.pieces)
    if rules.front and places.first:
        document = pages[order[0]][0] if order else scope.documents[0][0]
        front = _on_page(connection, scope, document, 1, order, pages)[:1]
        first = [*(first or order[:_FRONT]), *front]
    return first


def _pages_named(
    connection: sqlite3.Connection, scope: Scope, places: Named
) -> Iterator[tuple[int, int]]:
    """Documents and their pages that a question names: printed numbers before the pages' own."""
    if not places.pages and not places.counted:
        return
    for document, _, _ in scope.documents:
        count, labels = connection.execute(
            "SELECT pages, labels FROM documents WHERE id = ?", (document,)
        ).fetchone()
        own = [int(name) for name in places.pages if name.isdigit() and 0 < int(name) <= count]
        printed = places.printed(json.loads(labels)).values()
        for page in (*printed, *own, *places.from_the_ends(count)):
            yield document, page


def _on_page(
    connection: sqlite3.Connection,
    scope: Scope,
    document: int,
    page: int,
    order: Sequence[int],
    pages: dict[int, tuple[int, int]],
) -> list[int]:
    """The pieces on a page, best first, then those without a word of the question."""
    first, last = next((a, b) for number, a, b in scope.documents if number == document)
    there = [
        int(key)
        for (key,) in connection.execute(
            "SELECT id FROM pieces WHERE id BETWEEN ? AND ? AND page = ? ORDER BY id",
            (first, last, page),
        )
    ]
    pages.update(dict.fromkeys(there, (document, page)))
    known = [key for key in order if pages[key] == (document, page)]
    return [*known, *(key for key in there if key not in known)]


def _with_things(
    connection: sqlite3.Connection,
    places: Named,
    order: Sequence[int],
    pieces: Sequence[Candidate],
) -> list[int]:
    """For each figure, table or section that is named the piece that begins with it, or has it."""
    if not places.things:
        return []
    rank = {key: place for place, key in enumerate(order)}
    texts = texts_of(connection, [piece.key for piece in pieces])
    first: list[int] = []
    for pattern in places.things:
        having = [
            (not _begins(pattern, text), rank.get(key, len(rank)), key)
            for key, text in texts.items()
            if pattern.search(text)
        ]
        first += [key for _, _, key in sorted(having)[:1]]
    return first


def _begins(pattern: re.Pattern[str], text: str) -> bool:
    return any(pattern.match(line.lstrip()) for line in text.splitlines())
