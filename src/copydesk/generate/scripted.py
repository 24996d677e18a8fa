"""A generator for tests: it says what it was told to say, and remembers what it was asked."""

import json
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import Any

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion, Finish, Message, Piece, Request

Script = Iterable[str | dict[str, Any]] | Callable[[Request], str | dict[str, Any]]


class Scripted:
    """Answers from a list in order, or from a function of the request; objects become JSON."""

    name = "scripted"
    parallel = 1

    def __init__(self, script: Script, *, context: int = 4096) -> None:
        self.context = context
        self.requests: list[Request] = []
        self._answer = script if callable(script) else _in_order(script)

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """Speak the next answer word by word, within `max_tokens` words."""
        self.requests.append(request)
        for index in range(request.n):
            answer = self._answer(request)
            text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
            words = text.split(" ")
            said: list[str] = []
            for word in words[: request.max_tokens]:
                if cancel and cancel.is_set():
                    break
                said.append(word if not said else f" {word}")
                yield Piece(said[-1], index)
            yield Piece("", index, _end(said, len(words), cancel))

    def count(self, messages: tuple[Message, ...]) -> int:
        """Words, for it has no tokens."""
        return sum(len(message.content.split()) for message in messages)

    def close(self) -> None:
        """Nothing to give back."""


def _in_order(answers: Iterable[str | dict[str, Any]]) -> Callable[[Request], str | dict[str, Any]]:
    left = iter(answers)

    def next_answer(_request: Request) -> str | dict[str, Any]:
        try:
            return next(left)
        except StopIteration:
            raise GenerationFailed("The script has no more answers.") from None

    return next_answer


def _end(said: list[str], words: int, cancel: Event | None) -> Completion:
    finish: Finish = "stop" if len(said) == words else "length"
    if cancel and cancel.is_set():
        finish = "cancelled"
    return Completion("".join(said), finish, completion_tokens=len(said))
