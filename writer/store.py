"""Where finished pieces go while a text is written, so that nothing is written twice."""

from typing import Protocol


class Store(Protocol):
    """Pieces by key; what was put is there again after a kill, where the store is on a disk."""

    def get(self, key: str) -> str | None:
        """A finished piece, or None if it is still to be written."""

    def put(self, key: str, text: str) -> None:
        """Keep a finished piece."""


class Memory(dict[str, str]):
    """A store that forgets when the process ends."""

    def put(self, key: str, text: str) -> None:
        """Keep a finished piece."""
        self[key] = text
