"""Finds pieces by their words: the full-text index gives candidates, which are then ranked."""

import sqlite3
from collections.abc import Sequence

from copydesk.documents.terms import terms


def search(
    connection: sqlite3.Connection,
    query: str,
    k: int,
    documents: Sequence[int] | None,
    also: Sequence[str] = (),
) -> list[tuple[int, float]]:
    """The k best pieces, best first: key and score.

    Args:
        documents: their numbers; None for all that are on the shelf.
        also: words that weigh less.
    """
    wanted = list(dict.fromkeys(term for text in (query, *also) for term in terms(text)))
    if not wanted or k < 1:
        return []
    match = " OR ".join(f'"{term}"' for term in wanted)
    query = (
        "SELECT words.rowid, -bm25(words, 0.5, 1.0) AS score FROM words "
        "JOIN documents AS d ON words.rowid BETWEEN d.first_piece AND d.last_piece "
        "WHERE words MATCH ? AND {} ORDER BY score DESC, words.rowid LIMIT ?"
    )
    where = "d.shelved" if documents is None else f"d.id IN ({', '.join('?' * len(documents))})"
    found = connection.execute(query.format(where), (match, *(documents or ()), k))
    return [(int(key), float(score)) for key, score in found]
