"""The library: documents read once and searched by their words, in one SQLite file."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Literal

from copydesk.config import data_folder, load_settings
from copydesk.documents.contents import content_of
from copydesk.documents.passage import Passage
from copydesk.documents.read import document_of
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem, UnknownName, UsageProblem
from copydesk.library import put, take
from copydesk.library.adding import (
    File,
    digest,
    forget_oldest,
    known,
    known_content,
    put_read,
    seen,
)
from copydesk.library.embed import Embedder, embedder
from copydesk.library.put import Stat
from copydesk.library.records import Added, Entry, Found, Skipped
from copydesk.library.schema import kind
from copydesk.library.search import search, texts_of
from copydesk.library.vectors import missing, put_vectors
from copydesk.sqlite_file.opened import Opened
from copydesk.sqlite_file.opening import connect
from copydesk.sqlite_file.trouble import told

NAME = "library.sqlite3"
_WAIT = 20.0  # seconds that somebody else who writes is waited for
_TOLD = 12  # names that an unknown one may be among, before only the nearest are told
_HOW = How()


def library_file() -> Path:
    """Where the library lies: COPYDESK_LIBRARY, or in the data folder."""
    named = os.environ.get("COPYDESK_LIBRARY")
    return Path(named).expanduser() if named else data_folder() / NAME


def open_library(
    path: Path | None = None, *, wait: float = _WAIT, embeddings: str | None = None
) -> "Library":
    """The library, made if there is none yet; it closes as a context manager.

    Several processes and threads may have it open and write to it at the same time.

    Args:
        path: its file; where all of copydesk looks for it if not given.
        wait: seconds that somebody else who writes is waited for.
        embeddings: the folder or package of a model for them, "" for none; if not given, as the
            environment (COPYDESK_EMBEDDINGS) or the settings say (`embeddings`).

    Raises:
        ModelProblem: there is no such model.
        DocumentProblem: the file is damaged, of a newer copydesk, or no library. It is left as it
            is; it may be thrown away, for the documents can be added again.
        OutputProblem: it can neither be read nor made.
    """
    place = path or library_file()
    named = named_embeddings() if embeddings is None else embeddings
    model = embedder(named) if named else None
    with told(kind(), place):
        return Library(connect(kind(), place, wait=wait, threads=True), place, model)


def named_embeddings() -> str:
    """The model for embeddings that the environment or the settings name; "" for none."""
    if (named := os.environ.get("COPYDESK_EMBEDDINGS")) is not None:
        return named
    setting = load_settings().get("embeddings", "")
    return setting if isinstance(setting, str) else ""


class Library(Opened):
    """An open library. What is done to it is done whole or not at all.

    All methods raise OutputProblem when the file cannot be written, and DocumentProblem when it is
    damaged. They may be called from several threads.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, model: Embedder | None = None
    ) -> None:
        super().__init__(kind(), connection, path)
        self._model = model

    # What comes in and goes.

    def add(self, path: Path | str, how: How = _HOW, *, shelved: bool = True) -> Added:
        """Read a file into the library; one that is there and was not changed is not read again.

        It is known by its path, size and time or else by its content, wherever that lies now.

        Args:
            shelved: whether it stays until it is removed. Else it was only asked: of such
                documents only the last ones are kept. What is on the shelf stays there.

        Raises:
            LockedDocument: it is encrypted, and no password or a wrong one was given.
            DocumentProblem: it cannot be read.
        """
        file = File.of(Path(path), how)
        with self._reading() as connection:
            number = known(connection, file)
        if number is None:
            content = content_of(file.path)
            digested = sha256(content).hexdigest()
            with self._reading() as connection:
                number = known_content(connection, file, digested)
        if number is not None:
            return self._seen(file, number, shelved=shelved)
        document = document_of(file.path, content, how, digested)
        with self._writing() as connection:
            number, state = put_read(connection, file, document, shelved=shelved)
            forget_oldest(connection)
            added = Added(self._entry(number), state)
        self._embed(number)
        return added

    def _seen(self, file: File, number: int, *, shelved: bool) -> Added:
        with self._writing() as connection:
            seen(connection, file, number, shelved=shelved)
            added = Added(self._entry(number), "unchanged")
        self._embed(number)
        return added

    def _embed(self, number: int) -> None:
        """The document's pieces get vectors, where there is a model and they have none of it."""
        if self._model is None:
            return
        with self._reading() as connection:
            bounds = missing(connection, number, self._model.name)
            keys = list(range(bounds[0], bounds[1] + 1)) if bounds else []
            texts = texts_of(connection, keys)
        if keys:
            vectors = self._model.vectors([texts.get(key, "") for key in keys])
            with self._writing() as connection:
                put_vectors(connection, number, keys, vectors, self._model.name)

    def add_all(
        self,
        files: Iterable[Path],
        how: How = _HOW,
        *,
        shelved: bool = True,
        on_file: Callable[[Path, int], How | None] | None = None,
    ) -> list[Added | Skipped]:
        """Add several; those that cannot be read are left out, and told why.

        Args:
            on_file: called before each file with its path and number from 1; what it gives is how
                that one is read.
        """
        done: list[Added | Skipped] = []
        for number, path in enumerate(files, 1):
            own = on_file(path, number) if on_file else None
            try:
                done.append(self.add(path, own or how, shelved=shelved))
            except DocumentProblem as problem:
                done.append(Skipped(path, problem))
        return done

    def remove(self, entry: Entry) -> None:
        """Take a document out of the library; its file is left alone."""
        with self._writing() as connection:
            put.take_out(connection, entry.number)

    # What is there.

    def entries(self, *, shelved_only: bool = True) -> list[Entry]:
        """The documents by name."""
        with self._reading() as connection:
            return take.entries(connection, shelved_only=shelved_only)

    def find(self, named: str | Path | int) -> Entry:
        """A document by its name, part of it that no other has, its path, or its number.

        Raises:
            UsageProblem: there is none, or several could be meant.
        """
        with self._reading() as connection:
            found = take.find(connection, named)
        if found is None:
            names = [entry.name for entry in self.entries(shelved_only=False)]
            if not names:
                raise UsageProblem(
                    f"There is no document {str(named)!r}: none is in the library.",
                    "copydesk library add report.pdf",
                )
            raise _unknown(str(named), names)
        return found

    def stale(self, entry: Entry) -> Literal["", "gone", "changed"]:
        """Whether the file is not there any more, or another than was read."""
        path = Path(entry.path)
        try:
            stat = Stat.of(path)
        except (OSError, ValueError):
            return "gone"
        with self._reading() as connection:
            if take.stat_at(connection, entry) == stat:
                return ""
        return "" if digest(path) == entry.sha256 else "changed"

    def passages(self, entry: Entry, page: int | None = None) -> list[Passage]:
        """A document, or a page of it, as it was read: in reading order, not merged."""
        with self._reading() as connection:
            return take.passages(connection, entry.number, page)

    def passage(self, key: int) -> Found:
        """A piece by its key.

        Raises:
            UsageProblem: its document was read again since, or removed.
        """
        with self._reading() as connection:
            found = take.pieces(connection, [key])
        if not found:
            raise UsageProblem(
                f"There is no passage {key} in the library any more.",
                "its document was read again or removed: ask again",
            )
        return found[0]

    def near(self, key: int, before: int = 1, after: int = 1) -> list[Found]:
        """A piece between its neighbours in the same document, in reading order."""
        document = self.passage(key).entry.number
        with self._reading() as connection:
            found = take.pieces(connection, range(key - before, key + after + 1))
        return [one for one in found if one.entry.number == document]

    def opening(self, entry: Entry, count: int) -> list[Found]:
        """The first pieces of a document, in reading order."""
        with self._reading() as connection:
            return take.opening(connection, entry.number, count)

    def search(
        self,
        query: str,
        k: int = 5,
        *,
        entries: Sequence[Entry] | None = None,
        also: Sequence[str] = (),
    ) -> list[Found]:
        """The k pieces that bear most on a query, best first.

        Args:
            entries: the documents to look in; all that are on the shelf if not given.
            also: words out of the conversation before; they weigh less.
        """
        numbers = None if entries is None else [entry.number for entry in entries]
        with self._reading() as connection:
            best = search(connection, query, k, numbers, also, embedder=self._model)
            return take.pieces(connection, [key for key, _ in best], [score for _, score in best])

    # Answers, to be shown again.

    def remember(self, answer: str) -> int:
        """Keep an answer as JSON; only the last ones are kept. Gives its number."""
        with self._writing() as connection:
            return put.put_answer(connection, answer)

    def last_answer(self, number: int | None = None) -> str:
        """The answer that was kept last, or that with a number; "" for none."""
        with self._reading() as connection:
            return take.answer(connection, number)

    def _entry(self, number: int) -> Entry:
        found = take.entry_where(self._connection, "id = ?", number)
        if found is None:
            raise UsageProblem("The document was removed meanwhile.", "add it again")
        return found


def _unknown(named: str, names: list[str]) -> UnknownName:
    """Of a full shelf only the names that are most alike are told."""
    if len(names) <= _TOLD:
        return UnknownName("document", named, names, "copydesk library list")
    nearest = get_close_matches(named, names, n=_TOLD // 2, cutoff=0.3) or names[: _TOLD // 2]
    more = f"and {len(names) - len(nearest):,} more: copydesk library list"
    return UnknownName("document", named, nearest, more)
