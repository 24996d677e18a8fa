"""Asks for an object while a novel is made, and does without one where the model has none."""

from collections.abc import Callable
from typing import Any, TypeVar

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion
from copydesk.generate.schema import Schema
from copydesk.generate.structured import complete_object
from copydesk.writer.plan import Ask

T = TypeVar("T")
Object = dict[str, Any]


def ask_or(
    ask: Ask,
    prompt: str,
    schema: Schema,
    read: Callable[[Object], T],
    otherwise: Callable[[], T],
    *,
    settle: Callable[[Object], T] | None = None,
) -> T:
    """What the model answers; `otherwise` where all its answers were unusable.

    A book of thirty chapters must not end because one of its sixty small requests failed: the same
    seed would fail again on every resume.

    Raises:
        GenerationFailed: the engine itself did not answer.
    """
    heard: list[Completion] = []

    def hear(completion: Completion) -> None:
        heard.append(completion)
        ask.hear(completion)

    try:
        return complete_object(
            ask.generator, ask.request(prompt), schema, read, settle=settle, on_done=hear
        )
    except GenerationFailed:
        if heard:
            return otherwise()
        raise


def first_of_each(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts without those that stand there already, whatever their case."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(text.casefold().strip(" .。"), text)
    return tuple(kept.values())
