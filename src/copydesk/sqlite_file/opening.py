"""Opens a file of ours: made private, checked for whose it is, brought up to date."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from copydesk.errors import DocumentProblem
from copydesk.sqlite_file.kind import Kind
from copydesk.sqlite_file.trouble import cannot_open, damaged, is_busy

_PRIVATE = 0o600  # what was asked for and written is nobody else's business
_LOG = 16 << 20  # bytes that the write-ahead log is cut to

# Called with a file that was just made, in the transaction that made it.
OnNew = Callable[[sqlite3.Connection], None]


def connect(
    kind: Kind, path: Path, *, wait: float, on_new: OnNew | None = None, threads: bool = False
) -> sqlite3.Connection:
    """A connection to the file at `path`, which is made if there is none.

    Args:
        wait: seconds that others, writing, are waited for.
        on_new: fills a new file.
        threads: whether several threads will use it, one at a time.

    Raises:
        DocumentProblem: the file is of another kind, or a newer copydesk's.
        sqlite3.Error, OSError: anything else; the caller words it.
    """
    _make_private(path)
    connection = _connection(path, "mode=rw", wait, threads=threads)
    try:
        try:
            _ready(kind, connection, path, wait, on_new)
        except sqlite3.OperationalError as error:
            if not cannot_open(error):
                raise
            connection.close()
            connection = _only_to_read(kind, path, wait, threads=threads)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes: whole or not at all.

    It takes the lock at its beginning; a reader that turns writer midway cannot wait for one.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise


def _make_private(path: Path) -> None:
    """An empty file that only its owner reads; SQLite gives its side files the same mode."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), _PRIVATE))


def _connection(path: Path, how: str, wait: float, *, threads: bool = False) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(
        address, uri=True, timeout=wait, isolation_level=None, check_same_thread=not threads
    )


def _ready(
    kind: Kind, connection: sqlite3.Connection, path: Path, wait: float, on_new: OnNew | None
) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA secure_delete = {'ON' if kind.precious else 'FAST'}")
    lasting = "FULL" if kind.precious else "NORMAL"
    version = _version(kind, connection, path)
    # Making a file is not waited for until it is on the disk, where it can be made again.
    at_once = kind.precious or version
    connection.execute(f"PRAGMA synchronous = {lasting if at_once else 'OFF'}")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        _log_ahead(connection, wait)
    if version < len(kind.migrations):
        _migrate(kind, connection, path, on_new)
    connection.execute(f"PRAGMA synchronous = {lasting}")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG}")


def _only_to_read(kind: Kind, path: Path, wait: float, *, threads: bool) -> sqlite3.Connection:
    """A file in a folder that is closed to writers can still be read."""
    # Without a log beside it the file is all there is; with one, SQLite must be let at it.
    quiet = not path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro&immutable=1" if quiet else "mode=ro"
    connection = _connection(path, how, wait, threads=threads)
    if _version(kind, connection, path) < len(kind.migrations):
        connection.close()
        raise sqlite3.OperationalError(f"the {kind.noun} of an older version lies in {path.parent}")
    return connection


def _version(kind: Kind, connection: sqlite3.Connection, path: Path) -> int:
    """Which version the file is; nothing is written to find out.

    Raises:
        DocumentProblem: it is a newer one, or of another kind.
    """
    # In one statement: another process may be making the file between two.
    application, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if application != kind.application and (application or version or tables):
        raise DocumentProblem(
            f"{path} is a database, but no {kind.noun}.", "move it away; nothing in it was changed"
        )
    if version > len(kind.migrations):
        raise DocumentProblem(
            f"The {kind.noun} {path} is of version {version}; this copydesk knows "
            f"{len(kind.migrations)}.",
            f"update copydesk{_or_again(kind)}; nothing in it was changed",
        )
    return int(version)


def _or_again(kind: Kind) -> str:
    return f", or move it away and {kind.again}" if kind.again else ""


def _log_ahead(connection: sqlite3.Connection, wait: float) -> None:
    """Readers and a writer beside each other. A file system that cannot do so keeps its ways."""
    end = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:  # SQLite does not wait here by itself
            if not is_busy(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _migrate(kind: Kind, connection: sqlite3.Connection, path: Path, on_new: OnNew | None) -> None:
    """Step by step to the newest version, in one transaction; what is precious is copied before."""
    with writing(connection):
        version = _version(kind, connection, path)  # another process may have been quicker
        if version == len(kind.migrations):
            return
        if version and kind.precious:
            _keep_copy(kind, path, version)
        for step in kind.migrations[version:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {kind.application}")
        connection.execute(f"PRAGMA user_version = {len(kind.migrations)}")
        if not version and on_new:
            on_new(connection)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _keep_copy(kind: Kind, path: Path, version: int) -> None:
    """A whole copy of the file as it is, checked, beside it.

    Raises:
        DocumentProblem: the file is damaged.
    """
    time_of = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    copy = path.with_name(f"{path.stem}.v{version}-{time_of}{path.suffix}")
    partial = copy.with_name(f".{copy.name}.part")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_RDWR | os.O_TRUNC, _PRIVATE))
        with (
            closing(_connection(path, "mode=ro", 5.0)) as source,
            closing(_connection(partial, "mode=rw", 5.0)) as target,
        ):
            source.backup(target)
            (said,) = target.execute("PRAGMA quick_check(1)").fetchone()
            target.execute("PRAGMA journal_mode = DELETE")
        if said != "ok":
            raise damaged(kind, path, said)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.replace(copy)
    finally:
        partial.unlink(missing_ok=True)
