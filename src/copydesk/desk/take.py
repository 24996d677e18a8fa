"""Takes things off the desk: drafts, edits, verdicts, and everything as rows for training."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from copydesk.desk.drafts import Draft, Edit, Judgement, TrainingRun
from copydesk.desk.put import pair_of, verdict_of
from copydesk.desk.records import messages_of, not_understood, row_of
from copydesk.preferences.rows import Row

_PAGE = 200  # entries that are read at once
_DRAFT = (
    "SELECT e.id, e.what AS kind, e.title, e.made, e.style, e.language, "
    "d.form, d.prompt, d.text, d.model, d.seed, d.path, d.sha256 "
    "FROM drafts AS d JOIN entries AS e ON e.id = d.id "
)
_ROWS = """
SELECT e.id, e.kind, e.language, e.annotator, e.of, x.text AS edited, v.keep, r.record
FROM entries AS e
LEFT JOIN edits AS x ON x.id = e.id
LEFT JOIN verdicts AS v ON v.id = e.id
LEFT JOIN rows AS r ON r.id = e.id
WHERE e.id > ? AND e.kind IN ('edit', 'verdict', 'ranking', 'row') AND (? = '' OR e.style = ?)
ORDER BY e.id LIMIT ?
"""


def draft_numbered(connection: sqlite3.Connection, number: int) -> Draft | None:
    """The draft with this number."""
    return _draft(connection.execute(f"{_DRAFT} WHERE d.id = ?", (number,)).fetchone())


def draft_of_content(connection: sqlite3.Connection, sha256: str, path: str) -> Draft | None:
    """The newest draft whose file had this content: the one of this path, if there is one."""
    where = "WHERE d.sha256 = ? AND d.sha256 <> '' ORDER BY (d.path = ?) DESC, d.id DESC LIMIT 1"
    return _draft(connection.execute(f"{_DRAFT} {where}", (sha256, path)).fetchone())


def draft_at(connection: sqlite3.Connection, path: str) -> Draft | None:
    """The newest draft that was written to this path."""
    where = "WHERE d.path = ? AND d.path <> '' ORDER BY d.id DESC LIMIT 1"
    return _draft(connection.execute(f"{_DRAFT} {where}", (path,)).fetchone())


def edits_of(connection: sqlite3.Connection, draft: int) -> tuple[Edit, ...]:
    """What people made of a draft, oldest first."""
    found = connection.execute(
        "SELECT e.id, e.of, x.text, e.annotator, e.made FROM edits AS x "
        "JOIN entries AS e ON e.id = x.id WHERE e.of = ? ORDER BY e.id",
        (draft,),
    )
    return tuple(Edit(*row) for row in found)


def verdicts_on(connection: sqlite3.Connection, draft: int) -> tuple[Judgement, ...]:
    """What people said of a draft, oldest first."""
    found = connection.execute(
        "SELECT e.id, e.of, v.keep, e.annotator, e.made FROM verdicts AS v "
        "JOIN entries AS e ON e.id = v.id WHERE e.of = ? ORDER BY e.id",
        (draft,),
    )
    return tuple(
        Judgement(number, of, bool(keep), who, made) for number, of, keep, who, made in found
    )


def row_numbered(connection: sqlite3.Connection, number: int) -> tuple[Row, str] | None:
    """A ranking or an imported row, and the file that it came from."""
    query = (
        "SELECT r.record, r.origin, e.kind, e.language FROM rows AS r "
        "JOIN entries AS e ON e.id = r.id WHERE r.id = ?"
    )
    found = connection.execute(query, (number,)).fetchone()
    if not found:
        return None
    return _row(found["record"], f"desk {found['kind']} {number}"), found["origin"]


def run_numbered(connection: sqlite3.Connection, number: int) -> TrainingRun | None:
    """A training run."""
    found = connection.execute(
        "SELECT r.id, r.folder, e.what, r.model, r.facts, e.made FROM runs AS r "
        "JOIN entries AS e ON e.id = r.id WHERE r.id = ?",
        (number,),
    ).fetchone()
    return TrainingRun(*found) if found else None


def rows_after(connection: sqlite3.Connection, number: int, style: str) -> list[tuple[int, Row]]:
    """The next rows after an entry, with their numbers; a page of them."""
    found = connection.execute(_ROWS, (number, style, style, _PAGE)).fetchall()
    return list(_as_rows(connection, found))


def _as_rows(connection: sqlite3.Connection, found: list[sqlite3.Row]) -> Iterator[tuple[int, Row]]:
    for entry in found:
        number = int(entry["id"])
        place = f"desk {entry['kind']} {number}"
        if entry["record"] is not None:
            yield number, _row(entry["record"], place)
            continue
        draft = draft_numbered(connection, entry["of"])
        if draft is None:
            continue
        who = entry["annotator"]
        if entry["edited"] is not None:
            yield number, pair_of(draft, entry["edited"], who, place)
        elif entry["keep"] is not None:
            yield number, verdict_of(draft, bool(entry["keep"]), who, place)


def _row(text: str, place: str) -> Row:
    return row_of(_json(text, place), place)


def _draft(found: sqlite3.Row | None) -> Draft | None:
    if found is None:
        return None
    values = dict(found)
    number = values.pop("id")
    place = f"desk draft {number}"
    try:
        prompt = messages_of(_json(values.pop("prompt"), place))
        seed = int(values.pop("seed"))
    except (KeyError, TypeError, ValueError):
        raise not_understood(place) from None
    return Draft(number=number, prompt=prompt, seed=seed, **values)


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise not_understood(place) from None
