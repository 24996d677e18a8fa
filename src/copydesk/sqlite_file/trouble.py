"""What SQLite complains of, as one sentence and what to do about it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem, UsageProblem
from copydesk.sqlite_file.kind import Kind

_ELSEWHERE = "or set COPYDESK_HOME to another folder"
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CLOSED = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}


@contextmanager
def told(kind: Kind, path: Path) -> Iterator[None]:
    """Whatever goes wrong with the file in here leaves as one of ours.

    Raises:
        OutputProblem: it cannot be written now: locked, full, read-only.
        DocumentProblem: it is damaged.
        UsageProblem: a number is larger than any that was given.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _problem(kind, path, error) from None
    except OverflowError:  # more than 64 bits
        hint = f"copydesk {kind.noun} list"
        raise UsageProblem(f"There is no such number on the {kind.noun}.", hint) from None
    except OSError as error:
        raise OutputProblem(
            f"The {kind.noun} {path} cannot be used: {error.strerror}.",
            f"check the folder {path.parent}, {_ELSEWHERE}",
        ) from None


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else is writing, so that it may go better in a moment."""
    return _code(error) in _BUSY


def cannot_open(error: sqlite3.Error) -> bool:
    """Whether the place is closed to us."""
    return _code(error) in _CLOSED


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary code; 0 for what Python's module itself refused."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _problem(kind: Kind, path: Path, error: sqlite3.Error) -> CopydeskError:
    code = _code(error)
    if code in _DAMAGED:
        return damaged(kind, path, str(error))
    if code in _BUSY:
        return OutputProblem(
            f"Another program is writing to the {kind.noun} {path}.", "try again in a moment"
        )
    if code in _CLOSED:
        return OutputProblem(
            f"The {kind.noun} {path} cannot be written.", f"check who may write there, {_ELSEWHERE}"
        )
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return OutputProblem(
            f"The {kind.noun} {path} could not be written: {error}.",
            f"make room there, {_ELSEWHERE}; what was kept before is safe",
        )
    return DocumentProblem(
        f"The {kind.noun} {path} cannot be used: {error}.", "nothing in it was changed"
    )


def damaged(kind: Kind, path: Path, reason: str) -> DocumentProblem:
    """The file is none of ours any more; what can be done with it."""
    copies = sorted(path.parent.glob(f"{path.stem}.v*{path.suffix}"))
    saved = f"put {copies[-1].name} in its place" if copies else f"sqlite3 {path.name} .recover"
    hint = f"to begin anew, or {saved}" if kind.precious else f"and {kind.again}"
    return DocumentProblem(
        f"The {kind.noun} {path} is damaged: {reason}.",
        f"it was left as it is: move it away {hint}",
    )
