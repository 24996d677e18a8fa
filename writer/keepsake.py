"""Remembers what a text was asked for, so that a later edit of its file can teach something.

Records lie in `drafts/` of the data folder, each under the sha256 of the file that was written;
`drafts/paths/` says which record a path had last, for files that were changed since.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from copydesk.brief import Brief, detect_language
from copydesk.config import data_folder
from copydesk.documents.read import read_document
from copydesk.errors import CopydeskError, DocumentProblem
from copydesk.files import make_folder, write_atomic
from copydesk.generate.protocol import Message, Role
from copydesk.writer.draft import Draft

PLAIN = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", ""})
_VERSION = 1
_MOST = 2_000  # records; the oldest go
_LARGEST = 64 << 20  # bytes of a text
_ROLES = frozenset({"system", "user", "assistant"})


@dataclass(frozen=True)
class Keepsake:
    """What is remembered of a draft: its text as the file had it, and what it was asked for."""

    text: str
    prompt: tuple[Message, ...]
    model: str
    seed: int


def remember(draft: Draft, path: Path | None = None, prompt: Sequence[Message] = ()) -> None:
    """Keep what is known of a draft that was just written.

    Args:
        path: its file; None where the Markdown went to a pipe: it is found by its content.
        prompt: what the model was asked for; made from the brief when empty.

    Raises:
        OutputProblem: the record cannot be written.
        DocumentProblem: the file cannot be read.
    """
    content = read_content(path) if path else draft.markdown.encode("utf-8", "replace")
    record = {
        "version": _VERSION,
        "path": str(path.absolute()) if path else "",
        "text": _said(path, content) or draft.markdown,
        "prompt": [vars(message) for message in prompt or request_of(draft.brief, draft.form)],
        "model": draft.model,
        "seed": draft.seed,
        "form": draft.form,
    }
    key = sha256(content).hexdigest()
    folder = data_folder() / "drafts"
    make_folder(folder / "paths")
    text = json.dumps(record, ensure_ascii=False)
    write_atomic(folder / f"{key}.json", text.encode("utf-8", "replace"))
    if path:
        write_atomic(_pointer(path), key.encode())
    _forget_oldest(folder)


def recall(path: Path, content: bytes) -> Keepsake | None:
    """What is remembered of a file: by its content, or, where that was changed, by its path."""
    folder = data_folder() / "drafts"
    found = _read(folder / f"{sha256(content).hexdigest()}.json")
    if found:
        return found
    try:
        key = _pointer(path).read_text("ascii")
    except (OSError, ValueError):
        return None
    return _read(folder / f"{key}.json") if key.isalnum() else None


def request_of(brief: Brief, form: str) -> tuple[Message, ...]:
    """One request that a whole text answers, as a person would put it."""
    if brief.language == "zh":
        lines = [f"请写一篇文字（体裁：{form}）。", brief.topic]
        lines += [f"读者：{brief.audience}"] if brief.audience else []
        lines += [f"目的：{brief.purpose}"] if brief.purpose else []
        lines += [f"篇幅：约{brief.length}字"] if brief.length else []
    else:
        lines = [f"Write a text of the kind “{form}”.", brief.topic]
        lines += [f"For: {brief.audience}"] if brief.audience else []
        lines += [f"Purpose: {brief.purpose}"] if brief.purpose else []
        lines += [f"Length: about {brief.length} words"] if brief.length else []
    lines += ["", brief.text] if brief.text else []
    return (Message("user", "\n".join(lines)),)


def request_for_title(text: str) -> tuple[Message, ...]:
    """All that can be asked of a text whose origin nobody knows: one with its title."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    title = " ".join(first.lstrip("#").split())[:200]
    if detect_language(text) == "zh":
        return (Message("user", f"请写一篇题为《{title}》的文章。"),)
    return (Message("user", f"Write a text with the title “{title}”."),)


def text_of(path: Path, content: bytes) -> str:
    """The text of a file: as it is where it is plain, the words alone of a Word document or PDF.

    Raises:
        DocumentProblem: it is neither, or holds no text.
    """
    if path.suffix.lower() not in PLAIN:
        return read_document(path).text
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentProblem(f"{path} is not UTF-8 text.", "save it as UTF-8") from None
    if not text.strip():
        raise DocumentProblem(f"{path} is empty.", "an edit needs a text that is left")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DocumentProblem: there is none, or it cannot be read.
    """
    try:
        if path.is_dir():
            raise DocumentProblem(f"{path} is a folder.", "give a file")
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        raise DocumentProblem(f"There is no file {path}.", "check the name") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise DocumentProblem(f"{path} cannot be read: {reason}.", "check the file") from None
    if len(content) > _LARGEST:
        raise DocumentProblem(f"{path} is larger than {_LARGEST >> 20} MB.", "give a smaller text")
    return content


def _said(path: Path | None, content: bytes) -> str:
    """The text of a file just written; "" for one that cannot be read back, such as a book."""
    with suppress(CopydeskError):
        return text_of(path or Path("draft.md"), content)
    return ""


def _pointer(path: Path) -> Path:
    name = sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()
    return data_folder() / "drafts" / "paths" / name


def _read(path: Path) -> Keepsake | None:
    """A record, or None for one that is absent, damaged, or of another version."""
    try:
        record: Any = json.loads(path.read_text("utf-8"))
        if record["version"] != _VERSION or not isinstance(record["text"], str):
            return None
        prompt = tuple(_message(message) for message in record["prompt"])
        return Keepsake(record["text"], prompt, str(record["model"]), int(record["seed"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _message(record: dict[str, str]) -> Message:
    if record["role"] not in _ROLES or not isinstance(record["content"], str):
        raise ValueError(record["role"])
    return Message(cast("Role", record["role"]), record["content"])


def _forget_oldest(folder: Path) -> None:
    records = list(folder.glob("*.json"))
    if len(records) <= _MOST:
        return
    with suppress(OSError):
        records.sort(key=lambda record: record.stat().st_mtime)
    for record in records[: len(records) - _MOST]:
        with suppress(OSError):
            record.unlink()
