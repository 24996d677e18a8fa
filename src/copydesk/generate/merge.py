"""Runs several streams of pieces in threads of their own, and merges them as they come."""

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue

from copydesk.generate.protocol import Piece

Stream = Callable[[threading.Event], Iterator[Piece]]


def merged(streams: Sequence[Stream], cancel: threading.Event | None = None) -> Iterator[Piece]:
    """Yield the pieces of all streams in the order in which they are spoken.

    Args:
        streams: each is called in its own thread with an event that ends it.
        cancel: ends all of them when set, like closing the iterator does.

    Raises:
        BaseException: the first error of any stream, once all have ended.
    """
    stop = _Either(cancel)
    heard: SimpleQueue[Piece | BaseException | None] = SimpleQueue()

    def listen(stream: Stream) -> None:
        try:
            for piece in stream(stop):
                heard.put(piece)
        except BaseException as error:  # noqa: BLE001 - raised again in the reader's thread
            stop.set()
            heard.put(error)
        finally:
            heard.put(None)

    threads = [threading.Thread(target=listen, args=(s,), daemon=True) for s in streams]
    for thread in threads:
        thread.start()
    running, failed = len(threads), None
    try:
        while running:
            piece = heard.get()
            if piece is None:
                running -= 1
            elif isinstance(piece, BaseException):
                failed = failed or piece
            elif failed is None:
                yield piece
    finally:
        stop.set()
    if failed is not None:
        raise failed


class _Either(threading.Event):
    """Set by itself or by the event that it listens to."""

    def __init__(self, other: threading.Event | None) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or (self._other is not None and self._other.is_set())
