"""A publication in the making: pieces outlive a kill, the folder appears whole or not at all."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from copydesk.errors import CopydeskError, OutputProblem
from copydesk.files import make_folder, try_lock, write_atomic

PUBLICATION = "publication.json"  # lies in every folder that was published
_FINGERPRINT = "of.json"


class Workshop:
    """The hidden folder beside the target, in which pieces are made one by one."""

    def __init__(self, target: Path, fingerprint: str) -> None:
        """Open it; pieces of the same fingerprint that are finished already stay.

        Args:
            target: the folder to be.
            fingerprint: of everything that decides what the pieces hold.
        """
        self.target = target
        self.folder = target.with_name(f".{target.name}.publishing")
        make_folder(self.folder)
        self._note = self.folder / _FINGERPRINT
        if self._known() != fingerprint:
            self._clear()
            write_atomic(self._note, json.dumps(fingerprint).encode())
        for left in self.folder.glob(".*.making"):  # a kill left it half made
            _remove(left)

    def piece(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of a piece: as it is, if it was finished, or made now.

        Raises:
            OutputProblem: the disk is full.
        """
        done = self.folder / name
        if done.is_dir():
            return done
        making = self.folder / f".{name}.making"
        try:
            making.mkdir()
            make(making)
            for path in making.rglob("*"):
                if path.is_file():
                    _settle(path)
            making.rename(done)
        except OSError as error:
            raise self._unwritable(error) from None
        finally:
            _remove(making)
        return done

    def finish(self, fill: Callable[[Path], None]) -> None:
        """Fill the final folder, put it in the target's place, and clear the workshop.

        Raises:
            OutputProblem: the disk is full, or the target cannot be replaced.
        """
        final = self.folder / ".final"
        _remove(final)
        try:
            final.mkdir()
            fill(final)
            self._exchange(final)
        except OSError as error:
            raise self._unwritable(error) from None
        _remove(self.folder)

    def _exchange(self, final: Path) -> None:
        """Two renames; between them, for a moment, nothing is at the target."""
        old = None
        if self.target.exists():
            old = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.old")
            self.target.rename(old)
        try:
            final.rename(self.target)
        except OSError:
            if old:
                old.rename(self.target)
            raise
        if old:
            _remove(old)

    def _known(self) -> str:
        try:
            return str(json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return ""

    def _clear(self) -> None:
        for path in self.folder.iterdir():
            if path.name != "lock":
                _remove(path)

    def _unwritable(self, error: OSError) -> OutputProblem:
        reason = error.strerror or str(error)
        return OutputProblem(
            f"{self.target} could not be written: {reason}.",
            "make room there, or choose another place with -o; finished pieces are kept",
        )


def check_target(target: Path, run: Path, *, force: bool) -> None:
    """Refuse a folder that must not be replaced: anything that was not published here.

    Raises:
        OutputProblem: it is there without `force`, holds something else, or is the run itself.
    """
    parent = target.parent
    if not parent.is_dir():
        raise OutputProblem(f"The folder {parent} does not exist.", f"mkdir -p {parent}")
    if not os.access(parent, os.W_OK):
        raise OutputProblem(
            f"The folder {parent} cannot be written to.", "choose another folder with -o"
        )
    if run.resolve().is_relative_to(target.resolve()):
        raise OutputProblem(f"{target} holds the run itself.", "choose another folder with -o")
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / PUBLICATION).is_file():
        raise OutputProblem(
            f"{target} exists, and is no publication of copydesk's.", "choose another folder"
        )
    if not force:
        raise OutputProblem(
            f"{target} exists already.", "give another name, or --force to replace it"
        )


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Nobody else publishes to this folder meanwhile.

    Raises:
        OutputProblem: somebody does.
    """
    folder = target.with_name(f".{target.name}.publishing")
    make_folder(folder)
    lock = folder / "lock"
    with lock.open("ab") as stream:
        if not _locked(stream):
            raise OutputProblem(
                f"Something is being published to {target} already.", "wait until it is done"
            )
        yield


def place(source: Path, target: Path) -> None:
    """Another name for a finished file; a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        _settle(target)


def _locked(stream: IO[bytes]) -> bool:
    try:
        return try_lock(stream)
    except OSError:  # a file system without locks: as it would be without us
        return True


def _settle(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError, CopydeskError):
            path.unlink(missing_ok=True)
