"""Vectors of pieces, kept in the library: put there, and searched by their likeness."""

import sqlite3
from collections.abc import Sequence

from copydesk.library.candidates import Scope
from copydesk.library.embed import Embedder

_CONSTANT = 60  # of reciprocal rank fusion
_RANKED = 50  # by vectors are looked at
_VECTORS = 0.5  # what a rank by vectors counts beside one by words


def missing(connection: sqlite3.Connection, number: int, model: str) -> tuple[int, int] | None:
    """First and last piece of a document that has no vectors of a model yet."""
    found = connection.execute(
        "SELECT first_piece, last_piece FROM documents WHERE id = ? AND model <> ?",
        (number, model),
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else None


def put_vectors(
    connection: sqlite3.Connection,
    number: int,
    keys: Sequence[int],
    vectors: Sequence[bytes],
    model: str,
) -> None:
    """The vectors of a document's pieces; none where it was read anew meanwhile."""
    if not keys or missing(connection, number, model) != (keys[0], keys[-1]):
        return
    connection.executemany(
        "INSERT OR REPLACE INTO vectors (id, vector) VALUES (?, ?)",
        zip(keys, vectors, strict=True),
    )
    connection.execute("UPDATE documents SET model = ? WHERE id = ?", (model, number))


def nearest(
    connection: sqlite3.Connection, scope: Scope, text: str, embedder: Embedder, also: Sequence[str]
) -> list[int]:
    """The pieces whose vectors lie nearest to that of a question, best first."""
    import numpy  # noqa: PLC0415 - comes with transformers, which embeddings need

    held = [
        row
        for first, last in scope.spans
        for row in connection.execute(
            "SELECT v.id, v.vector FROM vectors AS v JOIN documents AS d "
            "ON v.id BETWEEN d.first_piece AND d.last_piece "
            "WHERE v.id BETWEEN ? AND ? AND d.model = ?",
            (first, last, embedder.name),
        )
        if scope.document(row[0]) is not None
    ]
    if not held:
        return []
    asked = numpy.frombuffer(embedder.vectors([" ".join([text, *also])])[0], numpy.float16)
    matrix = numpy.frombuffer(b"".join(vector for _, vector in held), numpy.float16)
    if len(matrix) != len(held) * len(asked):
        return []
    likeness = matrix.reshape(len(held), -1).astype(numpy.float32) @ asked.astype(numpy.float32)
    order = numpy.argsort(-likeness, kind="stable")[:_RANKED]
    return [int(held[place][0]) for place in order]


def fused(words: Sequence[int], vectors: Sequence[int]) -> dict[int, float]:
    """Two rankings by reciprocal rank (Cormack, Clarke and Büttcher, 2009): 1 / (60 + rank)."""
    scores: dict[int, float] = {}
    for weight, ranking in ((1.0, words), (_VECTORS, vectors[:_RANKED])):
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + weight / (_CONSTANT + rank)
    return scores
