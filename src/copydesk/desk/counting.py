"""What the desk holds, counted."""

import sqlite3
from dataclasses import dataclass

_BY = {
    "kinds": "SELECT kind, count(*) FROM entries GROUP BY kind",
    "drafts_by_form": "SELECT coalesce(nullif(d.form, ''), e.what), count(*) FROM drafts AS d "
    "JOIN entries AS e ON e.id = d.id GROUP BY 1",
    "drafts_by_model": "SELECT model, count(*) FROM drafts GROUP BY model",
    "by_style": "SELECT style, count(*) FROM entries WHERE style <> '' AND kind <> 'run' "
    "GROUP BY style",
    "by_language": "SELECT language, count(*) FROM entries WHERE kind = 'draft' AND language <> '' "
    "GROUP BY language",
    "by_annotator": "SELECT annotator, count(*) FROM entries WHERE annotator <> '' "
    "GROUP BY annotator",
    "rows_by_kind": "SELECT what, count(*) FROM entries WHERE kind IN ('row', 'ranking') "
    "GROUP BY what",
}
_ONE = {
    "edited": "SELECT count(DISTINCT of) FROM entries WHERE kind = 'edit'",
    "kept": "SELECT count(DISTINCT of) FROM entries WHERE kind = 'verdict' AND what = 'keep'",
    "dropped": "SELECT count(DISTINCT of) FROM entries WHERE kind = 'verdict' AND what = 'drop'",
}


@dataclass(frozen=True)
class Stats:
    """How much of each there is, the most frequent first.

    Attributes:
        kinds: how many drafts, edits, verdicts, rankings, rows, runs.
        edited, kept, dropped: how many drafts somebody edited, kept, dropped.
    """

    kinds: dict[str, int]
    drafts_by_form: dict[str, int]
    drafts_by_model: dict[str, int]
    rows_by_kind: dict[str, int]
    by_style: dict[str, int]
    by_language: dict[str, int]
    by_annotator: dict[str, int]
    edited: int
    kept: int
    dropped: int


def stats(connection: sqlite3.Connection) -> Stats:
    """Count what is there."""

    def grouped(query: str) -> dict[str, int]:
        return dict(tuple(row) for row in connection.execute(f"{query} ORDER BY 2 DESC, 1"))

    by = {name: grouped(query) for name, query in _BY.items()}
    one = {name: int(connection.execute(query).fetchone()[0]) for name, query in _ONE.items()}
    return Stats(**by, **one)  # type: ignore[arg-type]
