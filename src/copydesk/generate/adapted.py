"""A generator that speaks with an adapter unless a request names another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

from copydesk.generate.fitting import name_of
from copydesk.generate.protocol import Generator, Message, Piece, Request


class Adapted:
    """Passes everything on, with the adapter filled in."""

    def __init__(self, generator: Generator, adapter: str) -> None:
        """The adapter goes by the name that the engine knows it under, which may be its path."""
        self._generator, self._adapter = generator, adapter
        self.name = f"{generator.name} + {name_of(Path(adapter))}"
        self.context = generator.context
        self.parallel = generator.parallel

    def count(self, messages: tuple[Message, ...]) -> int:
        """See `Generator.count`."""
        return self._generator.count(messages)

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`."""
        chosen = replace(request, adapter=request.adapter or self._adapter)
        return self._generator.stream(chosen, cancel)

    def close(self) -> None:
        """See `Generator.close`."""
        self._generator.close()
