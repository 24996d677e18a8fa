"""Writing a user's files: checked before the work begins, atomic when it ends."""

import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO

from copydesk.errors import OutputProblem

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def check_target(path: Path, *, force: bool = False) -> None:
    """Refuse a target that could not be written, before minutes are spent on its content.

    Raises:
        OutputProblem: the folder is missing or read-only, or the file exists without `force`.
    """
    folder = path.parent
    if path.is_dir():
        raise OutputProblem(f"{path} is a folder.", "give a file name")
    if not folder.is_dir():
        raise OutputProblem(f"The folder {folder} does not exist.", f"mkdir -p {folder}")
    if path.exists() and not force:
        raise OutputProblem(
            f"{path} exists already.", "give another name, or --force to replace it"
        )
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputProblem(
            f"The folder {folder} cannot be written to: {error.strerror}.",
            "choose another folder with -o",
        ) from None


def make_folder(path: Path) -> None:
    """Make a folder for results, and those above it; one that is there already is fine.

    Raises:
        OutputProblem: a file stands in the way, or the place cannot be written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputProblem(
            f"The folder {path} cannot be made: {error.strerror}.",
            "choose another folder with -o",
        ) from None


def write_atomic(path: Path, content: bytes) -> None:
    """Put `content` at `path` whole or not at all: temporary file, fsync, rename.

    Raises:
        OutputProblem: the disk is full or the folder cannot be written.
    """
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        raise OutputProblem(
            f"{path} could not be written: {error.strerror}.",
            "make room there, or choose another place with -o",
        ) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def swap_folder(building: Path, folder: Path) -> None:
    """The new folder takes the place of the old one, which is put back if that fails.

    Raises:
        OSError: the renames did not go well; `folder` is as it was.
    """
    if not folder.exists():
        building.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.")) / "old"
    folder.rename(old)
    try:
        building.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def try_lock(stream: IO[bytes]) -> bool:
    """Lock an open file for this process, if nobody else holds it; whether that went well.

    The lock is the operating system's: it ends with the stream, or with the process, however that
    ends.

    Raises:
        OSError: the file system has no locks.
    """
    try:
        if sys.platform == "win32":
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES, errno.EDEADLK}:
            return False
        raise
    return True


def _umask() -> int:
    """The process's umask: mkstemp makes private files, a user's document should not be."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
