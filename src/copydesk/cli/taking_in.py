"""Files and folders that a command names are read into the library, and how far that is."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.locked import unlocked
from copydesk.cli.report import printable, warn
from copydesk.errors import DocumentProblem

if TYPE_CHECKING:
    from copydesk.documents.reading import How
    from copydesk.library.records import Added, Entry
    from copydesk.library.store import Library

_NAME = 60  # characters of a file's name that a moving line shows
_TOLD = 3  # files that are named, of those that are gone or cannot be read
_NUMBERS = re.compile(r"\d[\d,]*")
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


def take_in(
    library: "Library", paths: Sequence[Path], *, how: "How | None" = None, shelved: bool = False
) -> "list[Added]":
    """Read what is named into the library; what it holds already is not read again.

    Of several files those that cannot be read are left out and told; the same one twice is given
    once.

    Args:
        how: how files are read; as ever if not given. Passwords are asked for here.

    Raises:
        DocumentProblem: there is no such file or folder, or none of them can be read.
    """
    from copydesk.documents.gather import gather
    from copydesk.documents.reading import How

    gathered = gather(paths)
    problems: list[tuple[Path, DocumentProblem]] = []
    taken: dict[int, Added] = {}
    line = Line()
    try:
        for number, path in enumerate(gathered.files, 1):
            try:
                tell = _Teller(line, f"{number}/{len(gathered.files)}", path)
                added = _taken(library, path, how or How(), tell, shelved)
            except DocumentProblem as problem:
                problems.append((path, problem))
                continue
            if added.entry.number not in taken:
                _tell_notes(added.entry, line)
            taken[added.entry.number] = added
    finally:
        line.clear()
    if problems and not taken:
        raise problems[0][1]
    for said in (*gathered.summary(), *_left_out(problems)):
        warn(said)
    if len(gathered.files) > 1:
        click.echo(f"{len(taken)} of {len(gathered.files)} files read", err=True)
    return list(taken.values())


def _left_out(problems: Sequence[tuple[Path, DocumentProblem]]) -> Iterator[str]:
    """What cannot be read: a few files one by one, of many a line for each reason."""
    if len(problems) <= _TOLD:
        yield from (problem.message.rstrip(".") for _, problem in problems)
        return
    reasons: dict[str, list[str]] = {}
    for path, problem in problems:
        reasons.setdefault(_reason(path, problem), []).append(path.name)
    for reason, names in sorted(reasons.items(), key=lambda one: (-len(one[1]), one[0])):
        files = "1 file" if len(names) == 1 else f"{len(names):,} files"
        more = f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else ""
        yield f"left out {files} ({reason}): {', '.join(names[:_TOLD])}{more}"


def _reason(path: Path, problem: DocumentProblem) -> str:
    """Why a file cannot be read, the same words for all files with which it is the same."""
    message = problem.message.rstrip(".")
    for name in (str(path.resolve()), str(path.absolute()), str(path)):
        message = message.replace(name, "")
    return _NUMBERS.sub("…", " ".join(message.split())).removeprefix("is ")


@dataclass(frozen=True)
class _Teller:
    """Says which file is read, and which page of a long one."""

    line: Line
    place: str
    path: Path

    def __post_init__(self) -> None:
        self.line(self._what)

    @property
    def _what(self) -> str:
        name = self.path.name
        short = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
        return f"{self.place}  {short}"

    def on_page(self, page: int, count: int) -> None:
        """A page was read."""
        if page % _EVERY == 0:
            self.line(f"{self._what}: page {page:,} of {count:,}")


def _taken(library: "Library", path: Path, how: "How", tell: _Teller, shelved: bool) -> "Added":
    def read(how: "How") -> "Added":
        return library.add(path, replace(how, on_page=tell.on_page), shelved=shelved)

    return unlocked(path, how, read)


def _tell_notes(entry: "Entry", line: Line) -> None:
    """What could not be read of a document."""
    for note in entry.notes:
        line.clear()
        click.echo(printable(f"{entry.name}: {note}"), err=True)


def refreshed(library: "Library", entries: "Sequence[Entry]") -> "list[Entry]":
    """Documents of the library as they are now: what was changed since is read again.

    What is not there any more, or cannot be read now, stays as it was read; that is told.
    """
    fresh: list[Entry] = []
    gone: list[str] = []
    for entry in entries:
        state = library.stale(entry)
        if state == "gone":
            gone.append(entry.name)
        fresh.append(_again(library, entry) if state == "changed" else entry)
    if gone:
        more = f" and {len(gone) - _TOLD} more" if len(gone) > _TOLD else ""
        names = ", ".join(gone[:_TOLD])
        one = "1 file is not there any more, and used as it was read"
        several = f"{len(gone)} files are not there any more, and used as they were read"
        warn(f"{one if len(gone) == 1 else several}: {names}{more}")
    return fresh


def _again(library: "Library", entry: "Entry") -> "Entry":
    from copydesk.documents.reading import How

    path, line = Path(entry.path), Line()
    try:
        return _taken(library, path, How(), _Teller(line, "changed", path), entry.shelved).entry
    except DocumentProblem as problem:
        line.clear()
        warn(f"{entry.name} was changed and is asked as it was read before: {problem.message}")
        return entry
    finally:
        line.clear()
