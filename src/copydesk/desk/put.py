"""Puts one thing on the desk, within a transaction of the caller's; gives its number."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from copydesk.desk.drafts import Draft, NewDraft
from copydesk.desk.records import (
    clean,
    digest,
    kind_of,
    prompt_to_json,
    record_of,
    texts_of,
    to_json,
)
from copydesk.desk.words import indexed
from copydesk.preferences.rows import Pair, Ranking, Row, Verdict

_OPENING = 4_000  # characters of a text that are read for its title
_LONGEST_TITLE = 120


@dataclass(frozen=True)
class Head:
    """What every entry has.

    Attributes:
        of: the draft that it is about; None for none.
        digest: of the row that it is to training; "" for none.
        made: ISO 8601, UTC; "" for now.
    """

    kind: str
    what: str
    title: str
    of: int | None = None
    style: str = ""
    language: str = ""
    annotator: str = ""
    digest: str = ""
    made: str = ""


def put_draft(connection: sqlite3.Connection, draft: NewDraft, made: str = "") -> int:
    """A draft. Blanks around a text are no part of it, nor of its edits: they would be learnt."""
    title = title_of(draft.title or draft.text)
    head = Head("draft", draft.kind, title, style=draft.style, language=draft.language, made=made)
    said = [message.content for message in draft.prompt if message.role == "user"][-1:]
    number = _put(connection, head, indexed([*said, draft.text]))
    connection.execute(
        "INSERT INTO drafts (id, form, prompt, text, model, seed, path, sha256) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            draft.form,
            prompt_to_json(draft.prompt),
            clean(draft.text.strip()),
            clean(draft.model),
            str(draft.seed),
            clean(draft.path),
            draft.sha256,
        ),
    )
    return number


def put_edit(
    connection: sqlite3.Connection, draft: Draft, edited: str, annotator: str, made: str = ""
) -> int:
    """What somebody made of a draft; the same edit by the same person is kept once."""
    edited = edited.strip()
    head = _about("edit", title_of(edited), draft, pair_of(draft, edited, annotator), made)
    if known := _alike(connection, head):
        return known
    number = _put(connection, head, indexed([edited]))
    connection.execute("INSERT INTO edits (id, text) VALUES (?, ?)", (number, clean(edited)))
    return number


def put_verdict(connection: sqlite3.Connection, draft: Draft, keep: bool, annotator: str) -> int:
    """Somebody's verdict on a draft, in place of what they said of it before."""
    head = _about("verdict", draft.title, draft, verdict_of(draft, keep, annotator))
    head = replace(head, what="keep" if keep else "drop")
    if known := _alike(connection, head):
        return known
    connection.execute(
        "DELETE FROM entries WHERE kind = 'verdict' AND of = ? AND annotator = ?",
        (draft.number, head.annotator),
    )
    number = _put(connection, head, "")
    connection.execute("INSERT INTO verdicts (id, keep) VALUES (?, ?)", (number, keep))
    return number


def put_row(connection: sqlite3.Connection, row: Row, origin: str, style: str) -> int:
    """A row of preference data; 0 if the desk has one that says the same.

    A ranking without an origin was made here, just now, and counts however often.
    """
    made_here = isinstance(row, Ranking) and not origin
    head = Head(
        "ranking" if isinstance(row, Ranking) else "row",
        kind_of(row),
        title_of(row.prompt[-1].content if row.prompt else "\n".join(texts_of(row))),
        style=style,
        language=row.language,
        annotator=getattr(row, "annotator", ""),
        digest=digest(row),
    )
    if not made_here and _has_digest(connection, head.digest):
        return 0
    number = _put(connection, head, indexed(texts_of(row)))
    connection.execute(
        "INSERT INTO rows (id, record, origin) VALUES (?, ?, ?)",
        (number, to_json(record_of(row)), clean(origin)),
    )
    return number


def put_run(
    connection: sqlite3.Connection,
    place: tuple[str, str, str],
    style: str,
    facts: Mapping[str, Any],
) -> int:
    """A training run: folder, method and model."""
    folder, method, model = map(clean, place)
    number = _put(connection, Head("run", method, folder, style=style), indexed(place))
    connection.execute(
        "INSERT INTO runs (id, folder, model, facts) VALUES (?, ?, ?, ?)",
        (number, folder, model, to_json(dict(facts))),
    )
    return number


def pair_of(draft: Draft, edited: str, annotator: str, place: str = "") -> Pair:
    """An edit as training reads it: preferred to its draft."""
    return Pair(
        prompt=draft.prompt,
        chosen=edited,
        rejected=draft.text,
        annotator=annotator,
        place=place,
        language=draft.language,
    )


def verdict_of(draft: Draft, keep: bool, annotator: str, place: str = "") -> Verdict:
    """A verdict as training reads it."""
    return Verdict(
        prompt=draft.prompt,
        completion=draft.text,
        keep=keep,
        annotator=annotator,
        place=place,
        language=draft.language,
    )


def now() -> str:
    """The time as the desk writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def title_of(text: str) -> str:
    """How a text begins: its first line with words in it, without the marks of a heading."""
    lines = (" ".join(line.split()).lstrip("#>*- ") for line in text[:_OPENING].splitlines())
    first = next((line for line in lines if line), "")
    return first.removeprefix("title: ")[:_LONGEST_TITLE]  # an outline in YAML


def _about(kind: str, title: str, draft: Draft, row: Pair | Verdict, made: str = "") -> Head:
    return Head(
        kind,
        "",
        title,
        of=draft.number,
        style=draft.style,
        language=draft.language,
        annotator=clean(row.annotator),
        digest=digest(row),
        made=made,
    )


def _put(connection: sqlite3.Connection, head: Head, words: str) -> int:
    cursor = connection.execute(
        "INSERT INTO entries (kind, what, title, made, of, style, language, annotator, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            head.kind,
            clean(head.what),
            clean(head.title),
            head.made or now(),
            head.of,
            clean(head.style),
            clean(head.language),
            clean(head.annotator),
            head.digest,
        ),
    )
    number = int(cursor.lastrowid or 0)
    if words:
        connection.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (number, clean(words)))
    return number


def _alike(connection: sqlite3.Connection, head: Head) -> int:
    """The number of an entry of the same kind about the same draft that says the same; or 0."""
    found = connection.execute(
        "SELECT id FROM entries WHERE digest = ? AND kind = ? AND of = ?",
        (head.digest, head.kind, head.of),
    ).fetchone()
    return int(found[0]) if found else 0


def _has_digest(connection: sqlite3.Connection, wanted: str) -> bool:
    found = connection.execute("SELECT 1 FROM entries WHERE digest = ? LIMIT 1", (wanted,))
    return found.fetchone() is not None
