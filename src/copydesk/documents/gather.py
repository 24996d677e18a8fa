"""Files and folders that a user names become a list of files, and a list of what was skipped."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.documents.contents import LARGEST, head_of
from copydesk.documents.kinds import other_kind
from copydesk.errors import DocumentProblem

_MOST_FILES = 10_000
_MOST_ENTRIES = 200_000  # of all folders together, looked at
_DEEPEST = 40  # folders inside one another
_SHOWN = 3  # names of what was skipped for one reason

OnSkip = Callable[[Path, str], None]


@dataclass(frozen=True)
class Gathered:
    """The files to read, in order, and those left out of folders, each with the reason."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...] = ()

    def summary(self) -> tuple[str, ...]:
        """A line a reason: “skipped 12 files (picture): a.png, b.png, c.png and 9 more”."""
        return summary(self.skipped)


def summary(skipped: Iterable[tuple[Path, str]]) -> tuple[str, ...]:
    """What was skipped, a line a reason, the commonest first."""
    reasons: dict[str, list[Path]] = {}
    for path, reason in skipped:
        reasons.setdefault(reason, []).append(path)
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_line(reason, paths) for reason, paths in ordered)


def _line(reason: str, paths: list[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_SHOWN])
    more = f" and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
    count = "1 file" if len(paths) == 1 else f"{len(paths):,} files"
    return f"skipped {count} ({reason}): {names}{more}"


def gather(paths: Iterable[Path | str], on_skip: OnSkip | None = None) -> Gathered:
    """The files that are named, and the documents in folders that are named, each file once.

    A file that is named is always among them: reading it will say what is wrong with it. Folders
    are looked through in the order of names, without what is hidden and without links that lead
    out of them.

    Args:
        on_skip: told of each file that is left out, as it is.

    Raises:
        DocumentProblem: there is no such file or folder, or a folder cannot be read, holds no
            document, or holds more than ten thousand.
    """
    walk = _Walk(on_skip)
    folders: list[Path] = []
    for path in map(Path, paths):
        if _is_folder(path):
            folders.append(path)
            walk.folder(path)
        else:
            walk.named(path)
    if folders and not walk.files:
        raise DocumentProblem(
            f"There is no document that can be read in {', '.join(map(str, folders[:_SHOWN]))}.",
            "; ".join(summary(walk.skipped)[:_SHOWN]) or "name a folder with documents in it",
        )
    return Gathered(tuple(walk.files), tuple(walk.skipped))


def _is_folder(path: Path) -> bool:
    try:
        if not path.exists():
            raise DocumentProblem(f"There is no file or folder {path}.", "check the name")
        return path.is_dir()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentProblem(f"{str(path)!r} cannot be read: {reason}.", "check it") from None


@dataclass
class _Walk:
    """Goes through folders, and keeps what it finds."""

    on_skip: OnSkip | None
    files: list[Path] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _looked: int = 0

    def named(self, path: Path) -> None:
        """A file that was named."""
        key = os.path.realpath(path)
        if key not in self._seen:
            self._seen.add(key)
            self.files.append(path)

    def folder(self, folder: Path) -> None:
        """A folder that was named, and those inside it."""
        self._folder(folder, os.path.realpath(folder), 0)

    def _folder(self, folder: Path, root: str, depth: int) -> None:
        try:
            with os.scandir(folder) as entries:
                found = sorted(self._bounded(entries, folder), key=lambda entry: entry.name)
        except OSError as error:
            if depth == 0:
                raise DocumentProblem(
                    f"The folder {folder} cannot be read: {error.strerror}.",
                    "check its permissions",
                ) from None
            self._skip(folder, f"folder that cannot be read: {error.strerror}")
            return
        for entry in found:
            self._entry(entry, root, depth)

    def _bounded(
        self, entries: Iterator[os.DirEntry[str]], folder: Path
    ) -> Iterator[os.DirEntry[str]]:
        for entry in entries:
            self._looked += 1
            if self._looked > _MOST_ENTRIES:
                raise DocumentProblem(
                    f"{folder} and the folders beside it hold more than {_MOST_ENTRIES:,} files.",
                    "name the folders that hold the documents",
                )
            yield entry

    def _entry(self, entry: os.DirEntry[str], root: str, depth: int) -> None:
        path = Path(entry.path)
        try:
            if entry.name.startswith((".", "~$")):
                self._skip(path, "hidden")
            elif entry.is_symlink():
                self._link(path, root)
            elif entry.is_dir():
                if depth >= _DEEPEST:
                    self._skip(path, f"folder more than {_DEEPEST} deep")
                else:
                    self._folder(path, root, depth + 1)
            elif not entry.is_file():
                self._skip(path, "no regular file")
            else:
                self._file(path, entry.stat().st_size)
        except OSError as error:
            self._skip(path, f"cannot be read: {error.strerror}")

    def _link(self, path: Path, root: str) -> None:
        """A link is no way out of the folder, and what it names inside is found without it."""
        target = os.path.realpath(path)
        if not Path(target).exists():
            self._skip(path, "link that leads nowhere")
        elif target == root or target.startswith(root.rstrip(os.sep) + os.sep):
            self._skip(path, "link to what is in the folder anyway")
        else:
            self._skip(path, "link out of the folder")

    def _file(self, path: Path, size: int) -> None:
        head = head_of(path)
        if not head.strip():
            self._skip(path, "empty")
        elif reason := other_kind(path, head):
            self._skip(path, reason)
        elif size > LARGEST:
            self._skip(path, f"larger than {LARGEST >> 20} MB")
        else:
            self.named(path)
            if len(self.files) > _MOST_FILES:
                raise DocumentProblem(
                    f"There are more than {_MOST_FILES:,} documents to read.", "name fewer folders"
                )

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append((path, reason))
        if self.on_skip:
            self.on_skip(path, reason)
