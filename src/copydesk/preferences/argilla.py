"""Ranking questions in records that Argilla exported, of its first and its second generation.

1.x: `fields`, and `responses` with the `values` of each user; or, as a data set, a column for each
field and one for each question, whose answers are objects or an object of lists.
2.x: `fields`, and `responses` by question; or flat, with `QUESTION.responses`, `.users`, `.status`.
2.x writes the names in order and drops the ranks, so that ties are lost there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from copydesk.preferences.order import dense
from copydesk.preferences.record import BadRow, Notes, Record, label, number
from copydesk.preferences.rows import Ranking, Row
from copydesk.preferences.turns import Turns, answer, prompt_of

_PROMPT = ("prompt", "instruction", "question", "query", "request", "input", "context")
_COUNTED = {"submitted", "", "none"}
_FLAT = ".responses"


@dataclass(frozen=True)
class _Vote:
    """A user's answer to a ranking question: names of fields, and their ranks, () if unknown."""

    user: str
    names: tuple[str, ...]
    ranks: tuple[int, ...]


def is_record(record: Record) -> bool:
    """Whether a record looks like one of Argilla's."""
    if isinstance(record.get("fields"), dict):
        return isinstance(record.get("responses"), list | dict)
    return any(key.endswith(_FLAT) or _answers_of(value) for key, value in record.items())


def read_record(record: Record, place: str, notes: Notes) -> Iterator[Row]:
    """A ranking for each user who submitted one.

    Raises:
        BadRow: nobody did, or the options are not the names of fields.
    """
    votes = list(_votes(record))
    if not votes:
        raise BadRow("row-unanswered", "nobody submitted a ranking of it")
    fields = record.get("fields")
    texts = dict(fields) if isinstance(fields, dict) else dict(record)
    unknown = [name for vote in votes for name in vote.names if not _fields(name, texts)]
    ranked = [vote for vote in votes if not set(vote.names) & set(unknown)]
    if not ranked:  # some may have answered a question with several labels
        raise BadRow("row-options", f"the option {unknown[0][:40]!r} is not the name of a field")
    for vote in ranked:
        if not vote.ranks:
            notes.add("note-order", "the export has an order and no ranks: ties are lost", place)
        yield _ranking(vote, texts, place)


def _ranking(vote: _Vote, fields: dict[str, Any], place: str) -> Ranking:
    keys = [_fields(name, fields)[0] for name in vote.names]
    prompt = _prompt(fields, keys)
    return Ranking(
        prompt=prompt,
        place=place,
        completions=tuple(answer(fields[key], key, prompt) for key in keys),
        ranks=vote.ranks or tuple(range(1, len(keys) + 1)),
        sources=tuple(keys),
        annotator=vote.user,
    )


def _fields(name: str, fields: dict[str, Any]) -> list[str]:
    """The field that an option is named after: `response-1` is the field `response_1`."""
    if name in fields:
        return [name]
    same = [key for key in fields if _bare(key) == _bare(name)]
    return same if len(same) == 1 else []


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _prompt(fields: dict[str, Any], answers: list[str]) -> Turns:
    """The field that is asked: one with a usual name, or the only other one that is a text."""
    rest = {key: value for key, value in fields.items() if key not in answers and value}
    known = next((key for key in _PROMPT if isinstance(rest.get(key), str | list)), None)
    if known is None:
        texts = [key for key, value in rest.items() if isinstance(value, str) and key not in _META]
        known = texts[0] if len(texts) == 1 else None
    return prompt_of(rest[known], known) if known else ()


_META = {"id", "_server_id", "external_id", "metadata", "status"}


def _votes(record: Record) -> Iterator[_Vote]:
    for user, value, status in _values(record):
        if label(status).casefold() not in _COUNTED:
            continue
        found = _ranked(value)
        if found is None:
            continue
        names, ranks = found
        if len(names) > 1:
            yield _Vote(label(user), names, ranks)


def _values(record: Record) -> Iterator[tuple[Any, Any, Any]]:
    """User, value and status of every answer to every question."""
    responses = record.get("responses")
    if isinstance(record.get("fields"), dict) and isinstance(responses, list):
        for response in responses:
            if isinstance(response, dict) and isinstance(response.get("values"), dict):
                for answered in response["values"].values():
                    value = answered.get("value") if isinstance(answered, dict) else None
                    yield response.get("user_id"), value, response.get("status")
    elif isinstance(record.get("fields"), dict) and isinstance(responses, dict):
        for answered in responses.values():
            yield from _answers_of(answered)
    else:
        for key, value in record.items():
            if key.endswith(_FLAT):
                yield from _flat(record, key, value)
            else:
                yield from _answers_of(value)


def _flat(record: Record, key: str, values: Any) -> Iterator[tuple[Any, Any, Any]]:
    if not isinstance(values, list):
        return
    users, statuses = (record.get(f"{key}.{what}") for what in ("users", "status"))
    for index, value in enumerate(values):
        yield _nth(users, index), value, _nth(statuses, index)


def _nth(values: Any, index: int) -> Any:
    return values[index] if isinstance(values, list) and index < len(values) else None


def _answers_of(value: Any) -> list[tuple[Any, Any, Any]]:
    """The answers in a question's column: a list of objects, or an object of lists."""
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, dict) and "user_id" in item]
        return [(item["user_id"], item.get("value"), item.get("status")) for item in items]
    if isinstance(value, dict) and isinstance(value.get("user_id"), list):
        users, values = value["user_id"], value.get("value")
        return [
            (user, _nth(values, index), _nth(value.get("status"), index))
            for index, user in enumerate(users)
        ]
    return []


def _ranked(value: Any) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
    """Names and ranks of an answer; no ranks where only the order is known; None: no ranking."""
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        value = [
            {"value": name, "rank": _nth(value.get("rank"), index)}
            for index, name in enumerate(value["value"])
        ]
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(item, str) for item in value):
        return (tuple(value), ()) if len(set(value)) == len(value) > 1 else None
    if not all(isinstance(item, dict) and isinstance(item.get("value"), str) for item in value):
        return None
    placed = [item for item in value if item.get("rank") is not None]
    if not placed:
        return tuple(item["value"] for item in value), ()
    ranks = dense([number(item["rank"], "a rank") for item in placed])
    return tuple(item["value"] for item in placed), ranks
