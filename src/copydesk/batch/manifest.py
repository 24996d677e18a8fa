"""The folder of a batch: results, and the manifest that says which are finished.

`manifest.jsonl` only grows. A run adds a line about itself; a job adds one line, flushed to the
disk, *before* its file is moved into place in one step. So the file's appearance is the one moment
at which a job becomes finished, and whatever moment a kill comes at:

- before the line, or between line and file: there is no file, and the job runs again;
- after the file: its line is there, with the sha256 of exactly this file, and it never runs again.

The other order would leave a file that no line speaks of, and nobody could say for which words it
was made. A line that was cut off in the middle is the last one; it is dropped. A file that no line
speaks of is not ours: somebody edited a result, or put it there, and it is never overwritten
without `force`. The lock is the operating system's, and ends with the process.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from copydesk import __version__
from copydesk.batch.jobs import Job
from copydesk.batch.work import Made
from copydesk.brief import clean_text
from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem, UsageProblem
from copydesk.files import make_folder, try_lock, write_atomic

NAME = "manifest.jsonl"
_LOCK = ".lock"
_START = b'{"state": "run"'  # how every manifest begins
_TEMPORARY = 8  # letters that a temporary file of `write_atomic` adds to a name


class Run(BaseModel):
    """One call of `copydesk batch` on the folder. The first one's model and seed hold for all."""

    model_config = ConfigDict(frozen=True)

    state: Literal["run"]
    copydesk: str = ""
    model: str = ""
    seed: NonNegativeInt = 0
    context: int | None = None
    jobs: int = 0
    briefs: str = ""  # sha256 over the jobs' ids and hashes


class Record(BaseModel):
    """How a job ended. A `done` holds once `file` is there with this `sha256`."""

    model_config = ConfigDict(frozen=True)

    state: Literal["done", "failed"]
    id: str
    hash: str
    line: int = 0
    file: str = ""
    sha256: str = ""
    bytes: int = 0
    seed: int = 0
    model: str = ""
    tokens: int = 0
    seconds: float = 0.0
    findings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Order:
    """What a run is asked to use; a `seed` of None takes the folder's, or `fresh` in a new one."""

    model: str = ""
    seed: int | None = None
    fresh: int = 0
    context: int | None = None


@dataclass
class Ledger:
    """An open folder: what is left to do, and where each end is written down.

    Attributes:
        todo: the jobs that are not finished, in the order of their lines.
        kept: how many were finished before.
        seed: the batch's; `Job.seed` takes it.
    """

    folder: Path
    todo: tuple[Job, ...]
    kept: int
    seed: int
    _stream: IO[bytes]
    _size: int
    _one: threading.Lock = field(default_factory=threading.Lock)

    def finish(self, job: Job, made: Made) -> Record:
        """Write down a finished job, then put its file into place. Any thread may call this.

        Raises:
            OutputProblem: the disk is full; what was finished before stays finished.
        """
        record = Record(
            state="done",
            id=job.id,
            hash=job.hash,
            line=job.number,
            file=job.file,
            sha256=_sha256(made.content),
            bytes=len(made.content),
            seed=made.seed,
            model=made.model,
            tokens=made.tokens,
            seconds=round(made.seconds, 3),
            findings=made.findings,
        )
        with self._one:
            self._append(record)
            write_atomic(self.folder / job.file, made.content)
        return record

    def fail(self, job: Job, message: str, hint: str = "") -> Record:
        """Write down why a job could not be done; it is tried again when the batch is resumed."""
        record = Record(
            state="failed",
            id=job.id,
            hash=job.hash,
            line=job.number,
            seed=job.seed(self.seed),
            error=message,
            hint=hint,
        )
        with self._one:
            self._append(record)
        return record

    def _append(self, line: BaseModel) -> None:
        """Add one line and wait for the disk; a line that does not fit leaves no trace."""
        said = json.dumps(line.model_dump(exclude_defaults=True), ensure_ascii=False)
        data = f"{said}\n".encode(errors="replace")  # a message may quote half a character
        try:
            written = 0
            while written < len(data):
                written += self._stream.write(data[written:])
            os.fsync(self._stream.fileno())
        except OSError as error:
            with suppress(OSError):
                self._stream.truncate(self._size)
            raise OutputProblem(
                f"{self.folder / NAME} could not be written: {error.strerror}.",
                "make room there, then go on with --resume",
            ) from None
        self._size += len(data)


@contextmanager
def opened(
    folder: Path, jobs: Sequence[Job], order: Order, *, resume: bool = False, force: bool = False
) -> Iterator[Ledger]:
    """Make or enter the folder of a batch, and hold it for this process alone.

    Args:
        resume: go on with what is there; without it, a folder that holds a batch is refused.
        force: replace files that no line of the manifest speaks of.

    Raises:
        OutputProblem: the folder is in use, holds a batch or foreign files, or cannot be written.
        UsageProblem: the batch was begun with another model or seed.
        DocumentProblem: the manifest is not one.
    """
    make_folder(folder)
    with _alone(folder), _Manifest.opened(folder / NAME) as manifest:
        if manifest.runs and not resume:
            raise OutputProblem(
                f"{folder} holds a batch already.",
                "go on with it: --resume, or give another folder with -o",
            )
        seed = _settled(manifest.runs, order)
        states = {job.id: manifest.state(folder / job.file, job) for job in jobs}
        foreign = [job.file for job in jobs if states[job.id] == "foreign"]
        if foreign and not force:
            raise _not_ours(folder, foreign)
        _sweep(folder, {job.file for job in jobs})
        todo = tuple(job for job in jobs if states[job.id] != "finished")
        kept = len(jobs) - len(todo)
        ledger = Ledger(folder, todo, kept, seed, manifest.stream, manifest.size)
        if todo or not manifest.runs:
            ledger._append(_run(order, seed, jobs))
        yield ledger


@dataclass(frozen=True)
class _Manifest:
    """What the file says, open behind its last whole line."""

    runs: tuple[Run, ...]
    records: dict[str, list[Record]]  # by file name
    stream: IO[bytes]
    size: int

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        try:
            stream = path.open("a+b", buffering=0)
        except OSError as error:
            raise OutputProblem(
                f"{path} cannot be opened: {error.strerror}.", "choose another folder with -o"
            ) from None
        with stream:
            stream.seek(0)
            lines, size = _read(stream.readall(), path)
            stream.truncate(size)
            stream.seek(size)
            records: dict[str, list[Record]] = {}
            for line in lines:
                if isinstance(line, Record) and line.state == "done":
                    records.setdefault(line.file, []).append(line)
            yield cls(tuple(x for x in lines if isinstance(x, Run)), records, stream, size)

    def state(self, path: Path, job: Job) -> Literal["finished", "open", "foreign"]:
        """Whether the job's file is there, and is what a line says of it.

        What we made for words that have changed since is ours to replace.
        """
        try:
            found = _sha256(path.read_bytes())
        except FileNotFoundError:
            return "open"
        except OSError:
            return "foreign"
        ours = [record for record in self.records.get(job.file, []) if record.sha256 == found]
        if not ours:
            return "foreign"
        return "finished" if any(record.hash == job.hash for record in ours) else "open"


def _read(data: bytes, path: Path) -> tuple[list[Run | Record], int]:
    """The manifest's lines, and where the last whole one ends.

    A kill or a power cut can spoil the last line only, since each one is flushed before the next.
    """
    if data[: len(_START)] != _START[: len(data)]:
        raise DocumentProblem(
            f"{path} is not the manifest of a batch.", "give another folder with -o"
        )
    lines: list[Run | Record] = []
    size = 0
    rows = data.split(b"\n")
    for number, row in enumerate(rows, 1):
        whole = number < len(rows)  # behind the last line feed there is nothing, or a torn line
        line = _line(row) if whole else None
        if line is None:
            if any(later.strip(b"\0") for later in rows[number:]):
                raise DocumentProblem(
                    f"{path}, line {number}, is no line of a manifest.",
                    "mend or take out that line; its job then runs again",
                )
            break
        lines.append(line)
        size += len(row) + 1
    return lines, size


def _line(row: bytes) -> Run | Record | None:
    for kind in (Record, Run):
        with suppress(ValidationError):
            return kind.model_validate_json(row)
    return None


def _settled(runs: Sequence[Run], order: Order) -> int:
    """The batch's seed; what was begun with one model and seed is not finished with another.

    Raises:
        UsageProblem: another model or seed is asked for.
    """
    if not runs:
        return order.fresh if order.seed is None else order.seed
    first = runs[0]
    if order.model != first.model:
        begun = clean_text(first.model)
        raise UsageProblem(
            f"This batch was begun with the model {begun}, not {order.model}.",
            "give the same --model and --adapter, or another folder with -o",
        )
    if order.seed not in (None, first.seed):
        raise UsageProblem(
            f"This batch was begun with the seed {first.seed}, not {order.seed}.",
            "leave out --seed, or give another folder with -o",
        )
    return first.seed


def _run(order: Order, seed: int, jobs: Sequence[Job]) -> Run:
    spelled = "\n".join(f"{job.id} {job.hash}" for job in jobs)
    return Run(
        state="run",
        copydesk=__version__,
        model=order.model,
        seed=seed,
        context=order.context,
        jobs=len(jobs),
        briefs=_sha256(spelled.encode()),
    )


def _not_ours(folder: Path, files: Sequence[str]) -> CopydeskError:
    named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return OutputProblem(
        f"{folder} holds files that this batch did not write, or that were edited since: {named}.",
        "move them elsewhere, or --force to replace them",
    )


def _sweep(folder: Path, files: Iterable[str]) -> None:
    """Delete what a kill left in the middle of writing one of our files."""
    ours = set(files)
    for path in folder.glob(f".*.{'?' * _TEMPORARY}"):
        if path.name[1 : -_TEMPORARY - 1] in ours:
            with suppress(OSError):
                path.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Raises:
        OutputProblem: another process holds it, or it cannot be made.
    """
    with ExitStack() as stack:
        try:
            held = try_lock(stack.enter_context((folder / _LOCK).open("a+b")))
        except OSError as error:
            raise OutputProblem(
                f"The folder {folder} cannot be locked: {error.strerror}.",
                "choose another folder with -o",
            ) from None
        if not held:
            raise OutputProblem(
                f"Another batch is writing to {folder}.",
                "wait until it is done, or give another folder with -o",
            )
        yield


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
