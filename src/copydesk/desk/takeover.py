"""What earlier versions kept in files, `edits.jsonl` and `drafts/`, put on a new desk.

It happens once, in the transaction that makes the desk. The files stay where they are.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copydesk.brief import detect_language
from copydesk.desk.drafts import NewDraft
from copydesk.desk.put import put_draft, put_edit
from copydesk.desk.records import messages_of, prompt_to_json
from copydesk.desk.take import draft_numbered

_LARGEST = 64 << 20  # bytes of a record
_VERSION = 1  # of the old drafts
_Known = dict[tuple[str, str], int]


@dataclass
class Taken:
    """How much was taken over, and how many records could not be read."""

    drafts: int = 0
    edits: int = 0
    unread: int = 0

    def __str__(self) -> str:
        """One sentence for the user; "" if there was nothing."""
        if not (self.drafts or self.edits or self.unread):
            return ""
        unread = f"; {_many(self.unread, 'record')} could not be read" if self.unread else ""
        return (
            f"The desk has taken over {_many(self.drafts, 'draft')} and "
            f"{_many(self.edits, 'edit')} of an earlier version{unread}. "
            "The old files are left where they are."
        )


def _many(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count:,} {name}s"


def take_over(connection: sqlite3.Connection, folder: Path) -> Taken:
    """Put the old records of a data folder on a desk, within the caller's transaction."""
    taken = Taken()
    known: _Known = {}
    for path in _by_age(folder / "drafts"):
        draft = _draft(path)
        if draft is None:
            taken.unread += 1
            continue
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
        known[_key(draft)] = put_draft(connection, draft, made)
        taken.drafts += 1
    for line in _lines(folder / "edits.jsonl"):
        if _put_edit(connection, line, known):
            taken.edits += 1
        else:
            taken.unread += 1
    return taken


def _by_age(folder: Path) -> list[Path]:
    """The records, oldest first: of two at one path the later one is the one it has."""
    found = [path for path in folder.glob("*.json") if path.is_file()]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


def _draft(path: Path) -> NewDraft | None:
    """A record of `drafts/`; None for one that is damaged or of another version."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        record: Any = json.loads(path.read_text("utf-8"))
        if record["version"] != _VERSION:
            return None
        return NewDraft(
            kind="text",
            prompt=messages_of(record["prompt"]),
            text=_text(record["text"]),
            model=_text(record["model"]),
            seed=int(record["seed"]),
            form=_text(record["form"]),
            language=detect_language(record["text"]),
            path=_text(record["path"]),
            sha256=path.stem,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _put_edit(connection: sqlite3.Connection, line: bytes, known: _Known) -> bool:
    """One line of `edits.jsonl`: at its draft, which is made of it where there is none."""
    try:
        record: Any = json.loads(line)
        edited = _answer(record["chosen"])
        draft = NewDraft(
            kind="text",
            prompt=messages_of(record["prompt"]),
            text=_answer(record["rejected"]),
            model=_text(record["model"]),
            seed=int(record["seed"]),
            language=detect_language(edited),
        )
        made = _text(record["time"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return False
    key = _key(draft)
    if key not in known:
        known[key] = put_draft(connection, draft, made)
    found = draft_numbered(connection, known[key])
    if found:
        put_edit(connection, found, edited, "", made)
    return found is not None


def _key(draft: NewDraft) -> tuple[str, str]:
    return prompt_to_json(draft.prompt), draft.text.strip()


def _answer(messages: Any) -> str:
    (message,) = messages_of(messages)
    return _text(message.content)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, none longer than it may be; what is left of such a one is no JSON."""
    try:
        with path.open("rb") as stream:
            while line := stream.readline(_LARGEST):
                if line.strip():
                    yield line
    except FileNotFoundError:
        return
