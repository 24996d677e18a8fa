"""Files and folders that a command names are read into the library, and how far that is."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.locked import unlocked
from copydesk.cli.report import printable, warn
from copydesk.errors import DocumentProblem

if TYPE_CHECKING:
    from copydesk.documents.reading import How
    from copydesk.library.records import Entry
    from copydesk.library.store import Library

_NAME = 60  # characters of a file's name that a moving line shows
_EVERY = 25  # pages between two moves of that line


@dataclass
class Line:
    """A line on stderr that is written anew while it lasts; nothing where nobody watches."""

    shown: bool = False

    def __call__(self, text: str) -> None:
        """Write it anew."""
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{printable(text)}", nl=False, err=True)
            self.shown = True

    def clear(self) -> None:
        """Take it away."""
        if self.shown:
            click.echo("\r\x1b[K", nl=False, err=True)
            self.shown = False


def take_in(library: "Library", paths: Sequence[Path], *, shelved: bool = False) -> "list[Entry]":
    """Read what is named into the library; what it holds already is not read again.

    Of several files those that cannot be read are left out and told.

    Raises:
        DocumentProblem: there is no such file or folder, or none of them can be read.
    """
    from copydesk.documents.gather import gather, summary

    gathered = gather(paths)
    skipped: list[tuple[Path, str]] = []
    problems: list[DocumentProblem] = []
    entries: dict[int, Entry] = {}
    line = Line()
    try:
        for number, path in enumerate(gathered.files, 1):
            try:
                entry = _taken(library, path, f"{number}/{len(gathered.files)}", line, shelved)
            except DocumentProblem as problem:
                skipped.append((path, problem.message))
                problems.append(problem)
                continue
            if entry.number not in entries:
                _tell_notes(entry, line)
            entries[entry.number] = entry
    finally:
        line.clear()
    if problems and not entries:
        raise problems[0]
    for said in (*gathered.summary(), *summary(skipped)):
        warn(said)
    if len(gathered.files) > 1:
        click.echo(f"{len(entries)} of {len(gathered.files)} files read", err=True)
    return list(entries.values())


def _taken(library: "Library", path: Path, place: str, line: Line, shelved: bool) -> "Entry":
    from copydesk.documents.reading import How

    name = path.name if len(path.name) <= _NAME else f"{path.name[: _NAME - 1]}…"
    line(f"{place}  {name}")

    def on_page(page: int, count: int) -> None:
        if page % _EVERY == 0:
            line(f"{place}  {name}: page {page:,} of {count:,}")

    def read(how: "How") -> "Entry":
        return library.add(path, replace(how, on_page=on_page), shelved=shelved).entry

    return unlocked(path, How(), read)


def _tell_notes(entry: "Entry", line: Line) -> None:
    """What could not be read of a document."""
    for note in entry.notes:
        line.clear()
        click.echo(printable(f"{entry.name}: {note}"), err=True)
