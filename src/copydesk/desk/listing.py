"""What lies on the desk at a glance: lists, finds, counts."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from copydesk.desk.words import match

KINDS = ("draft", "edit", "verdict", "ranking", "row", "run")
# A list shows edits and verdicts at their draft, and imported rows only when asked: there may be
# tens of thousands.
LISTED = ("draft", "ranking", "run")
SEARCHED = ("draft", "edit", "ranking", "run")

_SELECT = """
SELECT e.id AS number, e.kind, e.what, e.title, e.made, e.of, e.style, e.language, e.annotator,
    coalesce(d.form, '') AS form, coalesce(d.model, r.model, '') AS model,
    coalesce(d.path, r.folder, '') AS path, coalesce(w.origin, '') AS origin,
    (SELECT count(*) FROM entries AS y WHERE y.of = e.id AND y.kind = 'edit') AS edits,
    (SELECT count(*) FROM entries AS y WHERE y.of = e.id AND y.what = 'keep') AS kept,
    (SELECT count(*) FROM entries AS y WHERE y.of = e.id AND y.what = 'drop') AS dropped
FROM entries AS e
LEFT JOIN drafts AS d ON d.id = e.id
LEFT JOIN rows AS w ON w.id = e.id
LEFT JOIN runs AS r ON r.id = e.id
"""


@dataclass(frozen=True)
class Entry:
    """One thing on the desk in a line.

    Attributes:
        kind: one of `KINDS`.
        what: more exactly: of a draft text, deck or chat; of a row sample, pair and so on; of a
            verdict keep or drop; of a run its method.
        title: how it begins.
        made: ISO 8601, UTC.
        of: the number of the draft that it is about; None for none.
        path: of a draft its file, of a run its folder.
        origin: of an imported row the file that it came from.
        edits: how many edits a draft has.
        kept, dropped: how many people kept or dropped a draft.
    """

    number: int
    kind: str
    what: str
    title: str
    made: str
    of: int | None
    style: str
    language: str
    annotator: str
    form: str
    model: str
    path: str
    origin: str
    edits: int
    kept: int
    dropped: int


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; empty takes any.

    Attributes:
        limit: the most; the newest, or those that match best.
    """

    kinds: tuple[str, ...] = LISTED
    style: str = ""
    form: str = ""
    limit: int = 20


def entries(connection: sqlite3.Connection, wanted: Filter) -> list[Entry]:
    """The newest entries that are wanted, newest first."""
    where, values = _where(wanted)
    query = f"{_SELECT} WHERE {where} ORDER BY e.id DESC LIMIT ?"
    return [Entry(**row) for row in connection.execute(query, (*values, wanted.limit))]


def numbered(connection: sqlite3.Connection, number: int) -> Entry | None:
    """The entry with this number."""
    row = connection.execute(f"{_SELECT} WHERE e.id = ?", (number,)).fetchone()
    return Entry(**row) if row else None


def search(connection: sqlite3.Connection, query: str, wanted: Filter) -> list[Entry]:
    """The entries that have all words of the query, best first.

    Words meet whatever their ending; Chinese is found by pairs of characters. Where that finds
    nothing, a text that has the query in it as it stands is found.
    """
    where, values = _where(wanted)
    found: Iterable[Any] = ()
    if terms := match(query):
        by_words = (
            f"{_SELECT} JOIN words ON words.rowid = e.id WHERE words MATCH ? AND {where} "
            "ORDER BY words.rank, e.id DESC LIMIT ?"
        )
        found = connection.execute(by_words, (terms, *values, wanted.limit)).fetchall()
    if not found and (part := query.strip().casefold()):
        as_it_stands = (
            f"{_SELECT} LEFT JOIN edits AS x ON x.id = e.id "
            f"WHERE {where} AND instr(lower(coalesce(d.text, x.text, e.title)), ?) "
            "ORDER BY e.id DESC LIMIT ?"
        )
        found = connection.execute(as_it_stands, (*values, part, wanted.limit)).fetchall()
    return [Entry(**row) for row in found]


def _where(wanted: Filter) -> tuple[str, tuple[str, ...]]:
    marks = ", ".join("?" * len(wanted.kinds))
    where, values = [f"e.kind IN ({marks})"], [*wanted.kinds]
    if wanted.style:
        where.append("e.style = ?")
        values.append(wanted.style)
    if wanted.form:
        where.append("d.form = ?")
        values.append(wanted.form)
    return " AND ".join(where), tuple(values)
