"""Writing a user's files: checked before the work begins, atomic when it ends."""

import os
import tempfile
from pathlib import Path

from copydesk.errors import OutputProblem


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


def _umask() -> int:
    """The process's umask: mkstemp makes private files, a user's document should not be."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
