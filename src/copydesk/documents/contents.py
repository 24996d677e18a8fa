"""The bytes of a file that somebody named: a regular file, of bearable size, read once."""

import os
import stat
from pathlib import Path

from copydesk.errors import DocumentProblem

LARGEST = 256 << 20  # bytes of any file
LARGEST_TEXT = 64 << 20  # bytes of a file that is text
_BYTES = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_AT_ONCE = _BYTES | getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to would never open


def content_of(path: Path, largest: int = LARGEST, *, pipes: bool = False) -> bytes:
    """All bytes of a regular file.

    Args:
        largest: bytes that it may have.
        pipes: whether a pipe will do as well.

    Raises:
        DocumentProblem: there is none, it is a folder, a device or too large, or it cannot be read.
    """
    try:
        with os.fdopen(os.open(path, _BYTES if pipes else _AT_ONCE), "rb") as stream:
            _check(path, os.fstat(stream.fileno()).st_mode, pipes)
            content = stream.read(largest + 1)
    except FileNotFoundError:
        raise DocumentProblem(f"There is no file {path}.", "check the name") from None
    except IsADirectoryError:
        raise DocumentProblem(f"{path} is a folder.", "name the files in it") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        if isinstance(error, PermissionError) and path.is_dir():  # as Windows says it
            raise DocumentProblem(f"{path} is a folder.", "name the files in it") from None
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentProblem(
            f"{str(path)!r} cannot be read: {reason}.", "check its name and permissions"
        ) from None
    if len(content) > largest:
        raise DocumentProblem(f"{path} is larger than {largest >> 20} MB.", "split it into parts")
    return content


def _check(path: Path, mode: int, pipes: bool) -> None:
    if stat.S_ISDIR(mode):
        raise DocumentProblem(f"{path} is a folder.", "name the files in it")
    if not (stat.S_ISREG(mode) or (pipes and stat.S_ISFIFO(mode))):
        raise DocumentProblem(f"{path} is no regular file.", "name a file with text in it")


def head_of(path: Path) -> bytes:
    """The first kilobyte of a file, nothing of what is none.

    Raises:
        OSError: it cannot be read.
    """
    with os.fdopen(os.open(path, _AT_ONCE), "rb") as stream:
        return stream.read(1024) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else b""
