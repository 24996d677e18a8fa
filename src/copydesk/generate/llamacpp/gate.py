"""Lets as many answers run at once as there are slots and room in the shared cache.

Answers that run together share one cache. One that would not fit beside the others waits, rather
than break them all off in the middle.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK = 0.1  # seconds between looks at whether a waiting request was cancelled


class Gate:
    """Slots, and cells of the cache: one cell holds one token."""

    def __init__(self, slots: int, cells: int) -> None:
        self._slots, self._cells = slots, cells
        self._all_slots, self._all_cells = slots, cells
        self._changed = threading.Condition()

    @contextmanager
    def passing(self, slots: int, each: int, cancel: threading.Event | None) -> Iterator[None]:
        """Hold slots and `each` cells for every one of them while the context lasts.

        What is larger than everything there is passes when nothing else runs.
        """
        slots = min(slots, self._all_slots)
        cells = min(slots * each, self._all_cells)
        with self._changed:
            while (self._slots < slots or self._cells < cells) and not (cancel and cancel.is_set()):
                self._changed.wait(_LOOK)
            self._slots -= slots
            self._cells -= cells
        try:
            yield
        finally:
            with self._changed:
                self._slots += slots
                self._cells += cells
                self._changed.notify_all()
