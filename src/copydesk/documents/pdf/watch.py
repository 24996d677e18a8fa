"""A PDF's pages read by a thread of their own, so that one over which PDFium hangs can be left."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from copydesk.errors import DocumentProblem

SECONDS = 60.0  # for one page; the slowest of real ones takes two
_WAITING = 16  # pages that may be read ahead

T = TypeVar("T")


def watched(path: Path, made: Callable[[], Iterator[T]], first: int = 1) -> Iterator[T]:
    """What an iterator gives, made in a thread; PDFium's calls cannot be broken off.

    Args:
        first: the number of the page that the first thing is about.

    Raises:
        DocumentProblem: the next thing took too long. The thread hangs on, and no other PDF can be
            opened until it is through.
    """
    given: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(_WAITING)
    left = threading.Event()
    threading.Thread(target=_make, args=(made, given, left), daemon=True).start()
    number = first - 1
    try:
        while True:
            number += 1
            thing, error = _next(path, given, number)
            if error is not None:
                raise error
            if thing is None:
                return
            yield thing
    finally:
        left.set()


def _next(
    path: Path,
    given: "queue.Queue[tuple[T | None, BaseException | None]]",
    number: int,
) -> tuple[T | None, BaseException | None]:
    try:
        return given.get(timeout=SECONDS)
    except queue.Empty:
        raise DocumentProblem(
            f"Page {number} of {path} took more than {SECONDS:.0f} seconds and was given up.",
            "print that page into a new PDF, or take it out",
        ) from None


def _make(
    made: Callable[[], Iterator[T]],
    given: "queue.Queue[tuple[T | None, BaseException | None]]",
    left: threading.Event,
) -> None:
    end: tuple[T | None, BaseException | None] = (None, None)
    try:
        for thing in made():
            if not _put(given, (thing, None), left):
                return
    except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
        end = (None, error)
    _put(given, end, left)


def _put(
    given: "queue.Queue[tuple[T | None, BaseException | None]]",
    thing: tuple[T | None, BaseException | None],
    left: threading.Event,
) -> bool:
    """Hand something over; false where nobody waits for it any more."""
    while not left.is_set():
        try:
            given.put(thing, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False
