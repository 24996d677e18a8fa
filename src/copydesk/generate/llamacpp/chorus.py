"""Several samples of one request in step: the prompt is read once, every batch holds all of them.

Samples that run in step are drawn the same way each time. Separate requests that happen to run
together are not: which of them share a batch depends on the clock, and with it the rounding.
"""

from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any

from copydesk.generate.llamacpp.run import Run
from copydesk.generate.llamacpp.server import Server
from copydesk.generate.llamacpp.voice import count_in, spoken
from copydesk.generate.protocol import Piece
from copydesk.generate.steer import Steering, Usage


class Chorus:
    """The first take of several samples. One that is rewound goes silent, to go on by itself."""

    def __init__(
        self,
        server: Server,
        body: dict[str, Any],
        steerings: Sequence[Steering],
        *,
        context: int,
        cancel: Event | None,
    ) -> None:
        """Prepare the run.

        Args:
            server: llama.cpp with at least as many slots as there are samples.
            body: the request of the first sample; llama.cpp adds 1 to the seed for each next one.
            steerings: the samples, each at its beginning.
            context: tokens of prompt and answer together.
            cancel: ends all of them at the next token when set.
        """
        self._server, self._steerings, self._cancel = server, steerings, cancel
        self._run = Run(server, {**body, "n": len(steerings)}, context, cancel)

    def __iter__(self) -> Iterator[Piece]:
        """Yield what may be shown. Afterwards every sample is done or rewound."""
        latest: dict[int, dict[str, Any]] = {}
        try:
            for answer in self._run:
                number = answer["choices"][0]["index"]
                steering = self._steerings[number]
                if steering.state == "speaking":
                    latest[number] = answer
                    if text := self._hear(steering, answer):
                        yield Piece(text, steering.index)
                elif all(s.state != "speaking" for s in self._steerings):
                    break
            for steering in self._steerings:
                if steering.state == "speaking" and (text := steering.end("cancelled")):
                    yield Piece(text, steering.index)
        finally:
            self._run.close()
            for number, answer in latest.items():
                usage = Usage()
                count_in(usage, answer)
                if number:  # read once, for the first; the others were given copies
                    usage.cached_tokens, usage.prompt_seconds = usage.prompt_tokens, 0.0
                self._steerings[number].add(usage)

    @property
    def idle(self) -> bool:
        """Whether its worker has left llama.cpp."""
        return self._run.idle

    def wait(self) -> None:
        """Break it off, and wait until its worker has left llama.cpp."""
        self._run.wait()

    def _hear(self, steering: Steering, answer: dict[str, Any]) -> str:
        if token := spoken(answer, self._server):
            return steering.hear(token)
        if answer["choices"][0]["finish_reason"] is None:
            return ""
        return steering.end(self._run.finish(answer))
