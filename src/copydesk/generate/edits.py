"""Keeps what an editor made of an answer: the edit is preferred to the draft, and says so.

One JSON line an edit, in the conversational preference format that TRL reads: `prompt`, `chosen`
and `rejected` are lists of messages.
"""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from copydesk.config import data_folder
from copydesk.errors import OutputProblem
from copydesk.generate.protocol import Message


def edits_file() -> Path:
    """Where edits are kept."""
    return data_folder() / "edits.jsonl"


def keep_edit(prompt: Sequence[Message], edited: str, draft: str, *, model: str, seed: int) -> Path:
    """Append one edit; it is on the disk when this returns.

    Raises:
        OutputProblem: the file cannot be written.
    """
    path = edits_file()
    record = {
        "prompt": [_message(message) for message in prompt],
        "chosen": [_message(Message("assistant", edited))],
        "rejected": [_message(Message("assistant", draft))],
        "model": model,
        "seed": seed,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as stream:
            stream.write(_after(stream) + line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputProblem(
            f"The edit could not be kept in {path}: {error.strerror}.",
            "make room there, or set COPYDESK_HOME to another folder",
        ) from None
    return path


def _message(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _after(stream: IO[bytes]) -> bytes:
    """A line break, if the last line was cut off by a crash, so that it spoils no other."""
    if stream.seek(0, os.SEEK_END) == 0:
        return b""
    stream.seek(-1, os.SEEK_END)
    return b"" if stream.read(1) == b"\n" else b"\n"
