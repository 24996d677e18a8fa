"""Rows of preference data as JSON in the desk, and what makes two of them the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from hashlib import sha256
from typing import Any, cast

from copydesk.errors import DocumentProblem
from copydesk.generate.protocol import Message, Role
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict

_KINDS: dict[str, type[Question]] = {
    "question": Question,
    "sample": Sample,
    "pair": Pair,
    "ranking": Ranking,
    "verdict": Verdict,
}
_ROLES = frozenset({"system", "user", "assistant"})
# Where a row stands and what language it was taken for do not make it another one.
_INCIDENTAL = ("place", "language")


def kind_of(row: Row) -> str:
    """What a row is called: question, sample, pair, ranking, verdict."""
    return type(row).__name__.lower()


def record_of(row: Row) -> dict[str, Any]:
    """A row as plain JSON; what is at its default is left out."""
    record: dict[str, Any] = {"kind": kind_of(row)}
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name == "prompt":
            record["prompt"] = [vars(message) for message in value]
        elif field.default is MISSING or value != field.default:
            record[field.name] = value
    return record


def row_of(record: Mapping[str, Any], place: str) -> Row:
    """The row that `record_of` wrote.

    Raises:
        DocumentProblem: the record is none of those.
    """
    try:
        kind = _KINDS[record["kind"]]
        values = {key: _frozen(value) for key, value in record.items() if key != "kind"}
        values |= {"prompt": messages_of(record["prompt"]), "place": place}
        return kind(**values)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise not_understood(place) from None


def digest(row: Row) -> str:
    """The same for rows that say the same, wherever they were found."""
    record = {key: value for key, value in record_of(row).items() if key not in _INCIDENTAL}
    return sha256(to_json(record, sort=True).encode("utf-8", "replace")).hexdigest()


def to_json(value: Any, *, sort: bool = False) -> str:
    """JSON without what no database takes."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=sort, separators=(",", ":"))
    return clean(text)


def clean(text: str) -> str:
    """Text as UTF-8 can say it: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def prompt_to_json(prompt: Sequence[Message]) -> str:
    """Messages as the desk keeps them."""
    return to_json([vars(message) for message in prompt])


def messages_of(records: Any) -> tuple[Message, ...]:
    """Messages out of JSON.

    Raises:
        ValueError: they are none.
    """
    return tuple(_message(record) for record in records)


def not_understood(place: str) -> DocumentProblem:
    """An entry that was changed by another program than this."""
    number = place.rsplit(" ", 1)[-1]
    return DocumentProblem(
        f"The {place} cannot be understood.", f"copydesk desk rm {number} forgets it"
    )


def texts_of(row: Row) -> list[str]:
    """All that a row says, for search."""
    said = [message.content for message in row.prompt]
    for name in ("completion", "chosen", "rejected"):
        said.append(getattr(row, name, ""))
    return [*said, *getattr(row, "completions", ())]


def _message(record: Any) -> Message:
    role, content = record["role"], record["content"]
    if role not in _ROLES or not isinstance(content, str):
        raise ValueError(role)
    return Message(cast("Role", role), content)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
