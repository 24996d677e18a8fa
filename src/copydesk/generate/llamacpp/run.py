"""Runs one raw completion in a worker thread that feeds a queue.

So Ctrl-C reaches the thread that waits at the queue at once, and a run can be broken off.
"""

import threading
from collections.abc import Iterator, Mapping
from queue import SimpleQueue
from threading import Event
from typing import Any

from copydesk.errors import ContextExceeded, GenerationFailed
from copydesk.generate.llamacpp.server import Server
from copydesk.generate.protocol import Finish


class Run:
    """One request to llama.cpp; iterate it once for its answers."""

    def __init__(
        self, server: Server, body: dict[str, Any], context: int, cancel: Event | None
    ) -> None:
        self._server, self._body, self._context = server, body, context
        self._cancel, self._gone = cancel, Event()
        self._worker: threading.Thread | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the answers as they come; a closed or cancelled run ends without a last one."""
        if self._stopped():
            return
        answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._worker = threading.Thread(target=self._work, args=(answers,), daemon=True)
        self._worker.start()
        while (answer := answers.get()) is not None:
            yield _checked(answer, self._context)

    @property
    def idle(self) -> bool:
        """Whether its worker has left llama.cpp."""
        return self._worker is None or not self._worker.is_alive()

    def close(self) -> None:
        """Break it off at the next token."""
        self._gone.set()

    def wait(self) -> None:
        """Break it off, and wait until its worker has left llama.cpp."""
        self.close()
        if self._worker:
            self._worker.join()

    def finish(self, last: Mapping[str, Any]) -> Finish:
        """Why it ended, by its last answer."""
        reason = last["choices"][0]["finish_reason"] if last else None
        if reason is None and self._stopped():
            return "cancelled"
        return "length" if reason == "length" else "stop"

    def _work(self, answers: "SimpleQueue[dict[str, Any] | None]") -> None:
        """The callback returns True to stop; None marks the end."""

        def on_answer(answer: dict[str, Any]) -> bool:
            answers.put(answer)
            return self._stopped()

        try:
            self._server.complete(self._body, on_answer)
        finally:
            answers.put(None)

    def _stopped(self) -> bool:
        return self._gone.is_set() or (self._cancel is not None and self._cancel.is_set())


def _checked(answer: dict[str, Any], context: int) -> dict[str, Any]:
    """An answer that is one; errors come back as dictionaries like any other.

    Raises:
        ContextExceeded: the prompt is longer than the context.
        GenerationFailed: llama.cpp refused the request.
    """
    error = answer.get("error", answer if "choices" not in answer else None)
    if error is None:
        return answer
    if error.get("type") == "exceed_context_size_error":
        raise ContextExceeded(error.get("n_prompt_tokens", 0), context)
    raise GenerationFailed(f"llama.cpp refused the request: {error.get('message', error)}.")
