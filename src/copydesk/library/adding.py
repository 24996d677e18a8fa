"""A file comes into the library: known already, changed, moved, a copy, or new."""

import hashlib
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from copydesk.documents.contents import content_of
from copydesk.documents.passage import Document
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem
from copydesk.library import put
from copydesk.library.put import Stat, clean

# Raised when documents are read better than before, so that known ones are read again.
READER = 1
_FRESH = 2_000_000_000  # nanoseconds; a file changed since then may change again unseen

_ASKED = 100_000  # pieces of documents that were only asked

State = Literal["new", "unchanged", "changed"]


@dataclass(frozen=True)
class File:
    """A file as it is now.

    Attributes:
        path: absolute, without links.
        reader: what it would be read by, and how.
    """

    path: Path
    stat: Stat
    reader: str

    @classmethod
    def of(cls, path: Path, how: How) -> "File":
        """A file that is to be added; one that is not there is left to the reader to say."""
        stat = Stat(-1, -1)
        # A link to itself, no home, a null byte in the name.
        with suppress(OSError, ValueError, RuntimeError):
            path = path.expanduser().resolve()
            stat = Stat.of(path)
        return cls(path, stat, f"{READER}{'+ocr' if how.ocr else ''}")

    def lasting(self) -> Stat:
        """What will tell that it was not changed; one that was changed just now must be read."""
        fresh = time.time_ns() - self.stat.changed < _FRESH
        return Stat(self.stat.size, -1) if fresh else self.stat


def known(connection: sqlite3.Connection, file: File) -> int | None:
    """The document that the file is, by its place, size and time; nothing is read."""
    found = connection.execute(
        "SELECT p.document, p.size, p.changed, d.reader, d.notes FROM places AS p "
        "JOIN documents AS d ON d.id = p.document WHERE p.path = ?",
        (clean(str(file.path)),),
    ).fetchone()
    if found is None or Stat(found[1], found[2]) != file.stat:
        return None
    return int(found[0]) if _reads_alike(found[3], found[4], file.reader) else None


def known_content(connection: sqlite3.Connection, file: File, sha256: str) -> int | None:
    """The document that has this content, wherever it was seen."""
    found = connection.execute(
        "SELECT id, reader, notes FROM documents WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return int(found[0]) if found and _reads_alike(found[1], found[2], file.reader) else None


def _reads_alike(was: str, notes: str, now: str) -> bool:
    """Whether reading it again would give no more: OCR does, where something could not be read."""
    alike = was.partition("+")[0] == now.partition("+")[0]
    return was == now or (alike and (notes == "[]" or was > now))


def digest(path: Path) -> str:
    """Of a file's bytes; "" of one that cannot be read."""
    try:
        return hashlib.sha256(content_of(path)).hexdigest()
    except DocumentProblem:
        return ""


def seen(connection: sqlite3.Connection, file: File, number: int, *, shelved: bool) -> None:
    """A document that is there already was seen in this place, and is used now."""
    _settle(connection, file, number)
    connection.execute(
        "UPDATE documents SET shelved = shelved OR ?, used = ? WHERE id = ?",
        (shelved, time.time(), number),
    )


def put_read(
    connection: sqlite3.Connection, file: File, document: Document, *, shelved: bool
) -> tuple[int, State]:
    """A document that was just read; its number, and whether it was there in another state."""
    if number := known_content(connection, file, document.sha256):
        seen(connection, file, number, shelved=shelved)  # somebody else was quicker
        return number, "unchanged"
    before = _same_content(connection, document.sha256) or _only_there(connection, file.path)
    number = put.put(connection, document, file.path, file.reader, shelved=shelved, number=before)
    _settle(connection, file, number)
    return number, "changed" if before else "new"


def forget_oldest(connection: sqlite3.Connection) -> None:
    """Of the documents that were only asked, those go that were not used for longest."""
    held = 0
    for number, pieces in connection.execute(
        "SELECT id, last_piece - first_piece + 1 FROM documents WHERE NOT shelved "
        "ORDER BY used DESC, id DESC"
    ).fetchall():
        held += pieces
        if held > _ASKED and held > pieces:
            put.take_out(connection, number)


def _same_content(connection: sqlite3.Connection, sha256: str) -> int | None:
    found = connection.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
    return int(found[0]) if found else None


def _only_there(connection: sqlite3.Connection, path: Path) -> int | None:
    """The document that was seen in this place, if there is no copy of it elsewhere."""
    number = _at(connection, path)
    if number is None or _others(connection, number, path):
        return None
    return number


def _settle(connection: sqlite3.Connection, file: File, number: int) -> None:
    """The file's place is this document's; places and documents that are gone by that go."""
    before = _at(connection, file.path)
    put.put_place(connection, file.path, number, file.lasting())
    if before not in {None, number} and not _others(connection, before, file.path):
        put.take_out(connection, before)
    (path,) = connection.execute("SELECT path FROM documents WHERE id = ?", (number,)).fetchone()
    if path != clean(str(file.path)) and not Path(path).exists():
        connection.execute("DELETE FROM places WHERE path = ?", (path,))
        put.move(connection, number, file.path)


def _at(connection: sqlite3.Connection, path: Path) -> int | None:
    found = connection.execute(
        "SELECT document FROM places WHERE path = ?", (clean(str(path)),)
    ).fetchone()
    return int(found[0]) if found else None


def _others(connection: sqlite3.Connection, number: int, path: Path) -> bool:
    """Whether there are other files with this document, as far as they were seen."""
    found = connection.execute(
        "SELECT path FROM places WHERE document = ? AND path <> ?", (number, clean(str(path)))
    )
    return any(Path(place).exists() for (place,) in found)
