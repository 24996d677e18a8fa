"""Puts a document that was read into the library, within a transaction of the caller's."""

import json
import sqlite3
import struct
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

from copydesk.documents.passage import Box, Document, Passage
from copydesk.library.pieces import Piece, pieces
from copydesk.library.words import indexed

_ANSWERS = 20  # that are remembered
_Terms = tuple[list[str], list[str]]  # of the headings above a piece, and of its text
_EDGES = struct.Struct("<4f")


@dataclass(frozen=True)
class Stat:
    """What tells that a file was not changed, without reading it."""

    size: int
    changed: int  # nanoseconds

    @classmethod
    def of(cls, path: Path) -> "Stat":
        """Of a file.

        Raises:
            OSError: there is none.
        """
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns)


def put(
    connection: sqlite3.Connection,
    document: Document,
    place: Path,
    reader: str,
    *,
    shelved: bool,
    number: int | None = None,
) -> int:
    """A document, all of it; gives its number.

    Args:
        place: where its file lies.
        reader: what it was read by, and how.
        number: of the document that it is now; None for a new one.
    """
    if number is not None:
        empty(connection, number)
    cut = list(pieces(document.passages))
    passage = _numbers(connection, "passage", len(document.passages))
    piece = _numbers(connection, "piece", len(cut))
    values = {
        "name": _free_name(connection, document.name, place, number),
        "path": clean(str(place)),
        "sha256": document.sha256,
        "reader": reader,
        "title": clean(document.title),
        "notes": _json(document.notes),
        "pages": document.pages,
        "labels": _json(document.labels),
        "shelved": shelved,
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
        "used": time.time(),
        "first_passage": passage,
        "last_passage": passage + len(document.passages) - 1,
        "first_piece": piece,
        "last_piece": piece + len(cut) - 1,
        "model": "",
    }
    number = _put_row(connection, values, number)
    _put_passages(connection, number, document.passages, passage)
    _put_pieces(connection, document.passages, cut, passage, piece)
    return number


def put_place(connection: sqlite3.Connection, path: Path, document: int, stat: Stat) -> None:
    """A file where a document was seen."""
    connection.execute(
        "INSERT OR REPLACE INTO places (path, document, size, changed) VALUES (?, ?, ?, ?)",
        (clean(str(path)), document, stat.size, stat.changed),
    )


def move(connection: sqlite3.Connection, number: int, place: Path) -> None:
    """A document's file lies elsewhere now, and may be called otherwise."""
    name = _free_name(connection, place.name, place, number)
    connection.execute(
        "UPDATE documents SET path = ?, name = ? WHERE id = ?", (clean(str(place)), name, number)
    )


def take_out(connection: sqlite3.Connection, number: int) -> None:
    """A document and all that is known of it."""
    empty(connection, number)
    connection.execute("DELETE FROM documents WHERE id = ?", (number,))


def empty(connection: sqlite3.Connection, number: int) -> None:
    """What a document holds, but not that it is there."""
    bounds = connection.execute(
        "SELECT first_passage, last_passage, first_piece, last_piece FROM documents WHERE id = ?",
        (number,),
    ).fetchone()
    if bounds is None:
        return
    connection.execute("DELETE FROM passages WHERE id BETWEEN ? AND ?", tuple(bounds)[:2])
    connection.execute("DELETE FROM sections WHERE document = ?", (number,))
    going = connection.execute(
        "SELECT head, text FROM words WHERE rowid BETWEEN ? AND ?", tuple(bounds)[2:]
    )
    _count(connection, [(head.split(), text.split()) for head, text in going], -1)
    for table in ("pieces", "words", "vectors"):
        key = "rowid" if table == "words" else "id"
        connection.execute(
            f"DELETE FROM {table} WHERE {key} BETWEEN ? AND ?",  # noqa: S608 - our own names
            tuple(bounds)[2:],
        )


def put_answer(connection: sqlite3.Connection, answer: str) -> int:
    """An answer as JSON; the oldest ones go."""
    made = connection.execute("INSERT INTO answers (answer) VALUES (?)", (clean(answer),))
    number = int(made.lastrowid or 0)
    connection.execute("DELETE FROM answers WHERE id <= ?", (number - _ANSWERS,))
    return number


def clean(text: str) -> str:
    """Text as UTF-8 can say it: half of a surrogate pair becomes a question mark."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _put_row(connection: sqlite3.Connection, values: dict[str, Any], number: int | None) -> int:
    if number is None:
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        made = connection.execute(
            f"INSERT INTO documents ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            tuple(values.values()),
        )
        return int(made.lastrowid or 0)
    changes = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE documents SET {changes} WHERE id = ?",  # noqa: S608 - our own names
        (*values.values(), number),
    )
    return number


def _put_passages(
    connection: sqlite3.Connection, number: int, passages: Sequence[Passage], first: int
) -> None:
    sections: dict[tuple[tuple[str, ...], str], int] = {}
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM sections").fetchone()
    rows = []
    for key, passage in enumerate(passages, first):
        path = (passage.above, passage.section)
        section = sections.setdefault(path, last + 1 + len(sections))
        boxes = packed(passage.boxes)
        rows.append((key, passage.page, section, boxes, passage.kind, clean(passage.text)))
    connection.executemany(
        "INSERT INTO sections (id, document, above, section) VALUES (?, ?, ?, ?)",
        [(key, number, _json(above), clean(name)) for (above, name), key in sections.items()],
    )
    connection.executemany(
        "INSERT INTO passages (id, page, section, boxes, kind, text) VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def _put_pieces(
    connection: sqlite3.Connection,
    passages: Sequence[Passage],
    cut: Sequence[Piece],
    passage: int,
    first: int,
) -> None:
    connection.executemany(
        "INSERT INTO pieces (id, page, first, last, start, stop, kinds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_piece_row(passages, at, key, passage) for key, at in enumerate(cut, first)),
    )
    heads: dict[tuple[str, ...], list[str]] = {}
    texts = [_words(passages, piece, heads) for piece in cut]
    connection.executemany(
        "INSERT INTO words (rowid, head, text) VALUES (?, ?, ?)",
        ((key, " ".join(head), " ".join(text)) for key, (head, text) in enumerate(texts, first)),
    )
    _count(connection, texts, 1)


def _piece_row(
    passages: Sequence[Passage], piece: Piece, key: int, offset: int
) -> tuple[int, int, int, int, int, int, str]:
    held = passages[piece.first : piece.last + 1]
    kinds = "".join(sorted({passage.kind[0] for passage in held}))
    bounds = (offset + piece.first, offset + piece.last, piece.start, piece.stop)
    return (key, held[0].page, *bounds, kinds)


def _words(
    passages: Sequence[Passage], piece: Piece, heads: dict[tuple[str, ...], list[str]]
) -> _Terms:
    """The terms of the headings above a piece, and of its text."""
    held = passages[piece.first : piece.last + 1]
    text = piece.text([one.text for one in held])
    path = held[0].path if len(held) > 1 or held[0].kind != "heading" else held[0].above
    if path not in heads:
        heads[path] = indexed(" ".join(path))
    return heads[path], indexed(text)


def _count(connection: sqlite3.Connection, texts: Iterable[_Terms], sign: int) -> None:
    """Some pieces have come, or go: how many have each of their terms."""
    having = Counter(chain.from_iterable({*head, *text} for head, text in texts))
    connection.executemany(
        "INSERT INTO frequencies (term, pieces) VALUES (?, ?) "
        "ON CONFLICT (term) DO UPDATE SET pieces = pieces + excluded.pieces",
        ((term, sign * having[term]) for term in sorted(having)),
    )


def packed(boxes: Sequence[Box]) -> bytes:
    """Boxes as bytes, four floats each."""
    return b"".join(_EDGES.pack(*box) for box in boxes)


def _numbers(connection: sqlite3.Connection, name: str, count: int) -> int:
    """The first of some numbers in a row that were never given to anything else."""
    found = connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
    first = int(found[0]) + 1 if found else 1
    connection.execute(
        "INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)", (name, first + count - 1)
    )
    return first


def _free_name(connection: sqlite3.Connection, name: str, place: Path, number: int | None) -> str:
    """The file's name; with its folder's, then with a number, where another has it."""
    name = clean(name)
    for candidate in _names(name, clean(place.parent.name)):
        found = connection.execute(
            "SELECT id FROM documents WHERE name = ? COLLATE NOCASE", (candidate,)
        ).fetchone()
        if found is None or found[0] == number:
            return candidate
    raise AssertionError(name)  # the names never end


def _names(name: str, folder: str) -> Iterator[str]:
    yield name
    if folder:
        yield f"{folder}/{name}"
    yield from (f"{name} ({number})" for number in count(2))


def _json(values: Sequence[str]) -> str:
    return clean(json.dumps(values, ensure_ascii=False, separators=(",", ":")))
