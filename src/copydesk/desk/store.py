"""The desk: everything that was written here, and what people made of it, in one SQLite file."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from copydesk.config import data_folder
from copydesk.desk import counting, listing, put, take
from copydesk.desk.counting import Stats
from copydesk.desk.drafts import Draft, Edit, Judgement, NewDraft, TrainingRun
from copydesk.desk.listing import Entry, Filter
from copydesk.desk.records import clean
from copydesk.desk.schema import desk as desk_kind
from copydesk.desk.takeover import Taken, take_over
from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Ranking, Row
from copydesk.sqlite_file.opened import Opened
from copydesk.sqlite_file.opening import connect
from copydesk.sqlite_file.trouble import told

NAME = "desk.sqlite3"
_WAIT = 20.0  # seconds that somebody else who writes is waited for
_AT_ONCE = 200  # rows that are put in by one transaction


def desk_file() -> Path:
    """Where the desk lies."""
    return data_folder() / NAME


def open_desk(path: Path | None = None, *, wait: float = _WAIT) -> "Desk":
    """The desk, made if there is none yet; it closes as a context manager.

    Several processes may have it open and write to it at the same time.

    Args:
        path: its file; where all of copydesk looks for it if not given.
        wait: seconds that somebody else who writes is waited for.

    Raises:
        DocumentProblem: the file is damaged, of a newer copydesk, or no desk. It is left as it is.
        OutputProblem: it can neither be read nor made.
    """
    place = path or desk_file()
    taken = Taken()

    def fill(connection: sqlite3.Connection) -> None:
        nonlocal taken
        connection.row_factory = sqlite3.Row
        taken = take_over(connection, place.parent)

    with told(desk_kind(), place):
        return Desk(connect(desk_kind(), place, wait=wait, on_new=fill), place, str(taken))


class Desk(Opened):
    """An open desk. Everything on it has a number, never given twice.

    Each method that writes does so whole or not at all; what it returned for is on the disk. All
    raise OutputProblem when the file cannot be written and DocumentProblem when it is damaged.

    Attributes:
        note: what there is to say of its opening, for the user; "" for nothing.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, note: str = "") -> None:
        connection.row_factory = sqlite3.Row
        super().__init__(desk_kind(), connection, path)
        self.note = note

    # What is put on it.

    def add_draft(self, draft: NewDraft) -> int:
        """Keep a draft; gives its number."""
        with self._writing() as connection:
            return put.put_draft(connection, draft)

    def add_edit(self, draft: int, edited: str, annotator: str = "") -> int:
        """Keep what somebody made of a draft; the same by the same person is kept once.

        Raises:
            UsageProblem: there is no such draft, or nothing is left of it, or nothing was changed.
        """
        before = self.draft(draft)
        if not edited.strip():
            raise UsageProblem("The edited text is empty.", "an edit needs a text that is left")
        if edited.strip() == before.text.strip():
            raise UsageProblem(f"Nothing was changed in draft {draft}.", "change something first")
        with self._writing() as connection:
            return put.put_edit(connection, before, edited, annotator)

    def add_verdict(self, draft: int, keep: bool, annotator: str = "") -> int:
        """Keep somebody's verdict on a draft, in place of their last one.

        Raises:
            UsageProblem: there is no such draft.
        """
        judged = self.draft(draft)
        with self._writing() as connection:
            return put.put_verdict(connection, judged, keep, annotator)

    def add_ranking(
        self,
        prompt: Sequence[Message],
        completions: Sequence[str],
        ranks: Sequence[int],
        *,
        annotator: str = "",
        sources: Sequence[str] = (),
        scores: Sequence[float] = (),
        style: str = "",
        language: str = "",
    ) -> int:
        """Keep somebody's ranking of K answers: ranks from 1, the best; equal ones tie.

        Raises:
            UsageProblem: there are fewer than two answers, or not a rank for each.
        """
        if len(completions) < 2 or len(ranks) != len(completions) or min(ranks) < 1:
            raise UsageProblem(
                f"{len(completions)} answers with {len(ranks)} ranks are no ranking.",
                "give at least two answers and a rank from 1 for each",
            )
        ranking = Ranking(
            prompt=tuple(prompt),
            completions=tuple(completions),
            ranks=tuple(ranks),
            scores=tuple(scores),
            sources=tuple(sources),
            annotator=annotator,
            language=language,
        )
        with self._writing() as connection:
            return put.put_row(connection, ranking, "", style)

    def add_rows(self, rows: Iterable[Row], origin: str, style: str = "") -> int:
        """Keep imported rows; gives how many were new. What the desk has already is left out.

        They go in some hundreds at a time: interrupted, the same again adds what was missing.

        Args:
            origin: the file that they came from.
        """
        added = 0
        left = iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            with self._writing() as connection:
                added += sum(bool(put.put_row(connection, row, origin, style)) for row in some)
        return added

    def add_run(
        self,
        folder: Path,
        method: str,
        model: str,
        *,
        style: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> int:
        """Keep that a model was trained: where it lies, from which base, and what came of it.

        Args:
            facts: anything more, as JSON takes it.
        """
        with self._writing() as connection:
            place = (str(folder.absolute()), method, model)
            return put.put_run(connection, place, style, facts or {})

    def forget(self, number: int) -> int:
        """Take something off for good, a draft with its edits and verdicts; how many went.

        Its words are overwritten in the file and in the log beside it.

        Raises:
            UsageProblem: there is no such thing.
        """
        with self._writing() as connection:
            before = connection.total_changes
            going = connection.execute(
                "SELECT count(*) FROM entries WHERE id = ? OR of = ?", (number, number)
            ).fetchone()[0]
            connection.execute("DELETE FROM entries WHERE id = ?", (number,))
            if connection.total_changes == before:
                raise _nothing(number)
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        with self._reading() as connection:
            connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        return int(going)

    # What is read.

    def draft(self, number: int) -> Draft:
        """A draft by its number.

        Raises:
            UsageProblem: there is none.
        """
        with self._reading() as connection:
            found = take.draft_numbered(connection, number)
        if found is None:
            raise UsageProblem(f"There is no draft {number} on the desk.", "copydesk desk list")
        return found

    def find_draft(self, path: Path, content: bytes) -> Draft | None:
        """The draft that a file is: by its content or, where that was changed, by its path."""
        place, digest = clean(str(path.absolute())), sha256(content).hexdigest()
        with self._reading() as connection:
            found = take.draft_of_content(connection, digest, place)
            return found or take.draft_at(connection, place)

    def edits(self, draft: int) -> tuple[Edit, ...]:
        """What people made of a draft, oldest first."""
        with self._reading() as connection:
            return take.edits_of(connection, draft)

    def verdicts(self, draft: int) -> tuple[Judgement, ...]:
        """What people said of a draft, oldest first."""
        with self._reading() as connection:
            return take.verdicts_on(connection, draft)

    def rows(self, *, style: str = "") -> Iterator[Row]:
        """All preferences, oldest first: edits as pairs, verdicts, rankings, imported rows.

        Their `place` says where they stand: "desk edit 12". What is added meanwhile may come too.

        Args:
            style: only what was made in this house style; "" for all.
        """
        last = 0
        while True:
            with self._reading() as connection:
                page = take.rows_after(connection, last, style)
            if not page:
                return
            for last, row in page:  # noqa: B007 - where the next page begins
                yield row

    def entries(self, wanted: Filter | None = None) -> list[Entry]:
        """The newest entries in a line each, newest first."""
        with self._reading() as connection:
            return listing.entries(connection, wanted or Filter())

    def entry(self, number: int) -> Entry:
        """One entry in a line.

        Raises:
            UsageProblem: there is none.
        """
        with self._reading() as connection:
            found = listing.numbered(connection, number)
        if found is None:
            raise _nothing(number)
        return found

    def search(self, query: str, wanted: Filter | None = None) -> list[Entry]:
        """The entries in which all words of the query stand, best first; English and Chinese."""
        with self._reading() as connection:
            return listing.search(connection, query, wanted or Filter(listing.SEARCHED))

    def stats(self) -> Stats:
        """What there is, counted."""
        with self._reading() as connection:
            return counting.stats(connection)

    def run(self, number: int) -> TrainingRun | None:
        """A training run by its number; None if there is none."""
        with self._reading() as connection:
            return take.run_numbered(connection, number)

    def row(self, number: int) -> tuple[Row, str] | None:
        """A ranking or imported row, and the file that it came from; None if there is none."""
        with self._reading() as connection:
            return take.row_numbered(connection, number)


def _nothing(number: int) -> UsageProblem:
    return UsageProblem(f"There is nothing with number {number} on the desk.", "copydesk desk list")
