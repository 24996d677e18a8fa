"""A run: a folder in which every finished piece is kept, so that a kill loses none."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from copydesk.errors import OutputProblem, UsageProblem
from copydesk.files import make_folder, try_lock, write_atomic

VERSION = 1
_MANIFEST = "run.json"
_LOCK = "lock"
_PIECES = "pieces"  # the keys that were put, a line each: what else lies there is not ours
_KEY = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z]+)?")


class RunFolder:
    """A store on the disk: one file a piece, each written whole or not at all.

    The folder is locked while it is open, so that two runs never write into one.

    Args:
        path: the folder; made when it is not there.
        asked: what is to be written: form, brief, model, seed …, as plain JSON. A run is only gone
            on with when it was asked the same.
        resume: go on with what is there; otherwise the folder has to be new or empty.
        force: throw away what is there.
    """

    def __init__(
        self, path: Path, asked: Mapping[str, Any], *, resume: bool = False, force: bool = False
    ) -> None:
        self.path = path
        make_folder(path)
        self._lock = _locked(path)
        try:
            self.seed = self._begin(dict(asked), resume=resume, force=force)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others have the folder."""
        self._lock.close()

    def get(self, key: str) -> str | None:
        """A finished piece, or None if it is still to be written.

        Raises:
            UsageProblem: the file is there and is no text.
        """
        path = self._file(key)
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
            raise UsageProblem(
                f"{path} cannot be read: {reason}.", "delete it to have that piece written again"
            ) from None

    def put(self, key: str, text: str) -> None:
        """Keep a finished piece.

        Raises:
            OutputProblem: the disk is full. What was kept before is still there.
        """
        try:
            self._note(key)
            write_atomic(self._file(key), text.encode("utf-8", "replace"))
        except OutputProblem as problem:
            raise OutputProblem(
                problem.message, "make room there, then go on with --resume"
            ) from None

    def keys(self) -> list[str]:
        """The keys of all finished pieces, sorted."""
        return sorted(key for key in self._noted() if self._file(key).is_file())

    def remove(self) -> None:
        """Delete the folder with all that this run put there, and nothing else."""
        self._empty()
        self.close()
        (self.path / _LOCK).unlink(missing_ok=True)
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _empty(self) -> None:
        for key in self.keys():
            self._file(key).unlink(missing_ok=True)
        (self.path / _PIECES).unlink(missing_ok=True)
        (self.path / _MANIFEST).unlink(missing_ok=True)

    def _note(self, key: str) -> None:
        """Remember that a file is ours, before it is there."""
        if key in self._noted():
            return
        path = self.path / _PIECES
        try:
            with path.open("ab") as stream:
                # The line end goes first: a line that a full disk tore ends before the next one.
                stream.write(f"\n{key}".encode())
        except OSError as error:
            raise OutputProblem(f"{path} could not be written: {error.strerror}.") from None

    def _noted(self) -> set[str]:
        try:
            lines = (self.path / _PIECES).read_bytes().decode("utf-8", "replace").split("\n")
        except OSError:
            return set()
        return {line for line in lines if _KEY.fullmatch(line)}

    def _stray(self) -> list[str]:
        """Files that a run would take for its own, or write over."""
        names = ((p.stem if p.suffix == ".md" else p.name, p.name) for p in self.path.iterdir())
        own = {_MANIFEST, _LOCK, _PIECES}
        return sorted(n for key, n in names if _KEY.fullmatch(key) and n not in own)

    def _file(self, key: str) -> Path:
        assert _KEY.fullmatch(key), key  # noqa: S101 - keys are ours; none leads out of the folder
        return self.path / (key if "." in key else f"{key}.md")

    def _begin(self, asked: dict[str, Any], *, resume: bool, force: bool) -> int:
        """Check that what lies here is ours to go on with; returns the run's seed."""
        manifest = self._manifest(force=force)
        if manifest is None and (stray := self._stray()):
            raise OutputProblem(
                f"The folder {self.path} holds files that no run wrote, such as {stray[0]}.",
                "give another folder with --run",
            )
        if manifest is not None and force:
            self._empty()
            manifest = None
        if manifest is None:
            record = {"version": VERSION, "asked": asked}
            write_atomic(self.path / _MANIFEST, json.dumps(record, ensure_ascii=False).encode())
            return int(asked["seed"])
        if not resume:
            raise OutputProblem(
                f"{self.path} holds a run that was begun before.",
                "--resume goes on with it, --force begins anew",
            )
        return self._same(manifest, asked)

    def _same(self, manifest: dict[str, Any], asked: dict[str, Any]) -> int:
        """Whether a run may go on: what was asked then, and is asked now.

        Without a brief, whatever was asked then holds; the seed is always the run's own.
        """
        before = manifest["asked"]
        for name, value in asked.items():
            if name != "seed" and value != before.get(name):
                raise UsageProblem(
                    f"The run in {self.path} was begun with another {name}.",
                    "ask for the same to go on, or begin anew with --force",
                )
        return int(before["seed"])

    def _manifest(self, *, force: bool) -> dict[str, Any] | None:
        """What the run was asked for; one that is damaged is nothing to who begins anew."""
        try:
            return read_manifest(self.path)
        except UsageProblem:
            if not force:
                raise
            return {}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What a run was asked for, or None where there is no run.

    Raises:
        UsageProblem: the manifest is damaged, or from another version.
    """
    path = folder / _MANIFEST
    hint = "begin anew with --force"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        version = record["version"]
        if version != VERSION:
            raise UsageProblem(
                f"The run in {folder} is of version {version}, this copydesk writes {VERSION}.",
                hint,
            )
        if not isinstance(record["asked"]["seed"], int):
            raise TypeError
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise UsageProblem(
            f"The run in {folder} is damaged: {path.name} is no manifest.", hint
        ) from None
    return dict(record)


def _locked(folder: Path) -> IO[bytes]:
    path = folder / _LOCK
    try:
        stream = path.open("ab+")
    except OSError as error:
        raise OutputProblem(
            f"The folder {folder} cannot be written to: {error.strerror}.", "choose another folder"
        ) from None
    try:
        if try_lock(stream):
            return stream
    except OSError:
        return stream  # a file system without locks: better to write than not to
    stream.close()
    raise UsageProblem(
        f"Another process is writing in {folder}.",
        "wait for it, or choose another folder with --run",
    )
