"""Conversations as files: JSON to go on with, Markdown to read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk.errors import DocumentProblem, OutputProblem
from copydesk.generate.protocol import Message

_LARGEST = 16_000_000  # bytes
_MARKDOWN = {".md", ".markdown"}


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    role: Literal["system", "user", "assistant"]
    content: str


class _Transcript(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    messages: list[_Message]


def check_name(path: Path) -> None:
    """Refuse a file name whose extension does not say how to write.

    Raises:
        OutputProblem: the extension is neither .md nor .json.
    """
    if path.suffix.lower() not in {*_MARKDOWN, ".json"}:
        raise OutputProblem(
            f"A conversation cannot be written as {path.name}.", "end the name in .md or .json"
        )


def transcript(path: Path, messages: Sequence[Message], model: str) -> bytes:
    """The conversation as `path` says by its extension."""
    check_name(path)
    if path.suffix.lower() in _MARKDOWN:
        return _markdown(messages, model).encode("utf-8", "replace")
    turns = [{"role": message.role, "content": message.content} for message in messages]
    text = json.dumps({"model": model, "messages": turns}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "replace")


def _markdown(messages: Sequence[Message], model: str) -> str:
    names = {"system": "System prompt", "user": "You", "assistant": model}
    return "\n".join(f"## {names[m.role]}\n\n{m.content.strip()}\n" for m in messages)


def read_transcript(path: Path) -> list[Message]:
    """Read a conversation that was saved as JSON: at most one system prompt, then whole turns.

    Raises:
        DocumentProblem: it cannot be read, or is no such conversation.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise DocumentProblem(
            f"{path} cannot be read: {error.strerror}.", "give a file that /save wrote"
        ) from None
    if len(content) > _LARGEST:
        raise _no_conversation(path, f"it is larger than {_LARGEST // 10**6} MB")
    try:
        saved = _Transcript.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _no_conversation(path, f"{place}: {first['msg']}".strip(": ")) from None
    messages = [Message(message.role, message.content) for message in saved.messages]
    _check_turns(path, messages)
    return messages


def _check_turns(path: Path, messages: Sequence[Message]) -> None:
    roles = [message.role for message in messages]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if len(spoken) % 2 or spoken != ["user", "assistant"] * (len(spoken) // 2):
        raise _no_conversation(path, "user and assistant do not take turns")
    if any(not message.content.strip() for message in messages):
        raise _no_conversation(path, "a message is empty")


def _no_conversation(path: Path, reason: str) -> DocumentProblem:
    return DocumentProblem(
        f"{path} holds no conversation: {reason}.", "give a .json file that /save wrote"
    )
