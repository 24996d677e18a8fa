"""Takes documents, passages and pieces out of the library as objects."""

import json
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from copydesk.documents.passage import Box, Kind, Passage
from copydesk.library.pieces import Piece
from copydesk.library.put import Stat, clean
from copydesk.library.records import Entry, Found

_ENTRY = (
    "SELECT id, name, path, sha256, title, notes, pages, labels, "
    "last_piece - first_piece + 1, shelved, added FROM documents"
)
_PASSAGES = (
    "SELECT p.id, p.text, p.page, s.section, s.above, p.boxes, p.kind FROM passages AS p "
    "JOIN sections AS s ON s.id = p.section WHERE p.id BETWEEN ? AND ?"
)


def entries(connection: sqlite3.Connection, *, shelved_only: bool) -> list[Entry]:
    """The documents by name."""
    where = " WHERE shelved" if shelved_only else ""
    query = f"{_ENTRY}{where} ORDER BY name COLLATE NOCASE"
    return [_entry(row) for row in connection.execute(query)]


def entry_where(connection: sqlite3.Connection, where: str, *values: Any) -> Entry | None:
    """The first document of which `where` is true."""
    row = connection.execute(f"{_ENTRY} WHERE {where} LIMIT 1", values).fetchone()
    return _entry(row) if row else None


def passages(connection: sqlite3.Connection, number: int, page: int | None) -> list[Passage]:
    """A document as it was read, or one page of it."""
    bounds = connection.execute(
        "SELECT first_passage, last_passage FROM documents WHERE id = ?", (number,)
    ).fetchone()
    if bounds is None:
        return []
    on_page = "" if page is None else " AND p.page = ?"
    values = tuple(bounds) if page is None else (*bounds, page)
    found = connection.execute(f"{_PASSAGES}{on_page} ORDER BY p.id", values)
    return [_passage(*row[1:]) for row in found]


def pieces(
    connection: sqlite3.Connection, keys: Iterable[int], scores: Sequence[float] = ()
) -> list[Found]:
    """The pieces with these keys, in this order; those that are gone are left out."""
    found: list[Found] = []
    held: dict[int, Entry] = {}
    for number, key in enumerate(keys):
        row = connection.execute(
            "SELECT c.first, c.last, c.start, c.stop, d.id FROM pieces AS c "
            "JOIN documents AS d ON c.id BETWEEN d.first_piece AND d.last_piece WHERE c.id = ?",
            (key,),
        ).fetchone()
        if row is None:
            continue
        document = int(row[4])
        if document not in held and (entry := entry_where(connection, "id = ?", document)):
            held[document] = entry
        score = scores[number] if scores else 0.0
        found.append(Found(held[document], key, _piece(connection, Piece(*row[:4])), score))
    return found


def opening(connection: sqlite3.Connection, number: int, count: int) -> list[Found]:
    """The first pieces of a document."""
    bounds = connection.execute(
        "SELECT first_piece, last_piece FROM documents WHERE id = ?", (number,)
    ).fetchone()
    if bounds is None:
        return []
    return pieces(connection, range(bounds[0], min(bounds[0] + count - 1, bounds[1]) + 1))


def find(connection: sqlite3.Connection, named: str | Path | int) -> Entry | None:
    """A document by its number, path, name, or a part of its name that no other has."""
    text = clean(str(named))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    for where, value in (
        ("id = ?", number),
        ("name = ?", text),
        ("name = ? COLLATE NOCASE", text),
        ("id = (SELECT document FROM places WHERE path = ?)", _absolute(text)),
    ):
        if found := entry_where(connection, where, value):
            return found
    if not text or text.isdigit():
        return None
    like = connection.execute(
        "SELECT id FROM documents WHERE instr(lower(name), lower(?)) LIMIT 2", (text,)
    ).fetchall()
    return entry_where(connection, "id = ?", like[0][0]) if len(like) == 1 else None


def _absolute(text: str) -> str:
    try:
        return str(Path(text).expanduser().resolve())
    except (OSError, ValueError, RuntimeError):
        return text


def stat_at(connection: sqlite3.Connection, entry: Entry) -> Stat | None:
    """What its file was like when it was read."""
    found = connection.execute(
        "SELECT size, changed FROM places WHERE path = ? AND document = ?",
        (clean(entry.path), entry.number),
    ).fetchone()
    return Stat(*found) if found else None


def answer(connection: sqlite3.Connection, number: int | None) -> str:
    """An answer that was kept, as JSON: the last one, or that with a number."""
    where, values = ("", ()) if number is None else (" WHERE id = ?", (number,))
    found = connection.execute(
        f"SELECT answer FROM answers{where} ORDER BY id DESC LIMIT 1",  # noqa: S608 - our own text
        values,
    ).fetchone()
    return str(found[0]) if found else ""


def _piece(connection: sqlite3.Connection, piece: Piece) -> Passage:
    """The passages of a piece as one."""
    found = connection.execute(f"{_PASSAGES} ORDER BY p.id", (piece.first, piece.last))
    held = [_passage(*row[1:]) for row in found]
    kinds = {passage.kind for passage in held}
    return Passage(
        text=piece.text([passage.text for passage in held]),
        page=held[0].page,
        section=held[0].section,
        above=held[0].above,
        boxes=tuple(box for passage in held for box in passage.boxes),
        kind=held[0].kind if len(kinds) == 1 else "text",
    )


def _entry(row: Sequence[Any]) -> Entry:
    number, name, path, sha256, title, notes, pages, labels, held, shelved, added = row
    return Entry(
        number=number,
        name=name,
        path=path,
        sha256=sha256,
        title=title,
        notes=_strings(notes),
        pages=pages,
        labels=_strings(labels),
        passages=held,
        shelved=bool(shelved),
        added=added,
    )


def _passage(text: str, page: int, section: str, above: str, boxes: bytes, kind: Kind) -> Passage:
    return Passage(text, page, section, _strings(above), _boxes(boxes), kind)


def _boxes(packed: bytes) -> tuple[Box, ...]:
    return tuple(Box(*edges) for edges in struct.iter_unpack("<4f", packed))


def _strings(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
