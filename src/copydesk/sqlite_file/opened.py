"""A file of ours that is open: what is read and written, one at a time, its troubles worded."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.sqlite_file.kind import Kind
from copydesk.sqlite_file.opening import writing
from copydesk.sqlite_file.trouble import told


class Opened:
    """What the desk and the library have in common as files; it is closed when its block ends.

    Attributes:
        path: of the file.
    """

    def __init__(self, kind: Kind, connection: sqlite3.Connection, path: Path) -> None:
        self._kind, self._connection, self._lock = kind, connection, threading.RLock()
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._reading() as connection:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all."""
        with self._lock, told(self._kind, self.path), writing(self._connection):
            yield self._connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self._kind, self.path):
            yield self._connection
