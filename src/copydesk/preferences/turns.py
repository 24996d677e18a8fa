"""Conversations in a record: texts, lists of messages, and the beginning that two share."""

from collections.abc import Sequence
from typing import Any, cast

from copydesk.generate.protocol import Message, Role
from copydesk.preferences.record import BadRow, text

Turns = tuple[Message, ...]

_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
}
_MOST = 1_000  # turns of one conversation


def prompt_of(value: Any, name: str = "prompt") -> Turns:
    """A request: a text, or a list of messages; blank ones are no turn.

    Raises:
        BadRow: it is neither, or ends in an answer.
    """
    if isinstance(value, str):
        asked = text(value, name)
        return (Message("user", asked),) if asked.strip() else ()
    turns = conversation(value, name)
    if turns and turns[-1].role != "user":
        raise BadRow("row-turns", f"{name} does not end with the user's turn")
    return turns


def conversation(value: Any, name: str) -> Turns:
    """A list of messages, with `role` and `content` or with `from` and `value`.

    Raises:
        BadRow: it is no such list.
    """
    if not isinstance(value, list):
        raise BadRow("row-turns", f"{name} is neither a text nor a list of messages")
    if len(value) > _MOST:
        raise BadRow("row-turns", f"{name} has {len(value):,} turns, more than the {_MOST:,} read")
    return tuple(_message(item, name) for item in value)


def _message(item: Any, name: str) -> Message:
    if not isinstance(item, dict):
        raise BadRow("row-turns", f"{name} holds something that is no message")
    said = item.get("role", item.get("from"))
    role = _ROLES.get(said) if isinstance(said, str) else None
    if role is None:
        raise BadRow(
            "row-turns",
            f"{name} has a turn of the role {str(said)[:40]!r}",
            "the roles are system, user and assistant",
        )
    return Message(cast("Role", role), _content(item.get("content", item.get("value")), name))


def _content(value: Any, name: str) -> str:
    """A message's text; parts that are texts are set together as they stand."""
    if not isinstance(value, list):
        return text(value, f"a turn of {name}")
    if not all(isinstance(part, dict) and "text" in part for part in value):
        raise BadRow("row-turns", f"{name} has a turn that is not text alone")
    return "".join(text(part["text"], f"a turn of {name}") for part in value)


def answer(value: Any, name: str, prompt: Turns = ()) -> str:
    """One answer: a text, or a conversation of one turn of the assistant, the prompt before it.

    Raises:
        BadRow: it is neither.
    """
    if isinstance(value, str):
        return text(value, name)
    turns = conversation(value, name)
    rest = turns[len(prompt) :] if prompt and turns[: len(prompt)] == prompt else turns
    if len(rest) != 1 or rest[0].role != "assistant":
        raise BadRow("row-turns", f"{name} is not one turn of the assistant after the prompt")
    return rest[0].content


def shared(values: Sequence[Any], names: Sequence[str]) -> Turns:
    """The turns that all conversations begin with; their last turns are answers, and never it.

    Texts share nothing: that two begin with the same words does not make these a request.

    Raises:
        BadRow: a value is no conversation.
    """
    if not all(isinstance(value, list) for value in values):
        return ()
    talks = [conversation(value, name) for value, name in zip(values, names, strict=True)]
    longest = max(0, min(len(talk) for talk in talks) - 1)
    common = 0
    while common < longest and all(talk[common] == talks[0][common] for talk in talks):
        common += 1
    return talks[0][:common]
