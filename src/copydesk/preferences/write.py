"""Rows as JSON lines in TRL's conversational formats, which `read_rows` reads back as they were."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from copydesk.errors import OutputProblem, UsageProblem
from copydesk.files import check_target, write_atomic
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Row, Sample, Verdict


def write_rows(rows: Iterable[Row], path: Path, *, force: bool = False) -> int:
    """Write a line for each row; packed if the name ends in `.gz`. Returns how many.

    Raises:
        OutputProblem: the file exists without `force`, or cannot be written.
        UsageProblem: there are no rows.
    """
    check_target(path, force=force)
    lines = [row_to_json(row) for row in rows]
    if not lines:
        raise UsageProblem("There are no rows to write.", "ask for another kind, or import some")
    try:
        content = "".join(f"{line}\n" for line in lines).encode()
    except UnicodeEncodeError:
        raise OutputProblem(
            "A row holds half a character, which no file can.", "read it from UTF-8"
        ) from None
    write_atomic(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return len(lines)


def row_to_json(row: Row) -> str:
    """A row as one line of JSON."""
    return json.dumps(as_record(row), ensure_ascii=False, allow_nan=False)


def as_record(row: Row) -> dict[str, Any]:
    """A row as TRL's columns; of what is unknown there is no column, its place is not kept."""
    record = {**_asked(row), **_said(row)}
    if row.language:
        record["language"] = row.language
    return record


def _asked(row: Row) -> dict[str, Any]:
    """The request. A sample without one is a conversation that consists of its answer."""
    if row.prompt or not isinstance(row, Sample | Pair | Ranking | Verdict):
        return {"prompt": [_message(message) for message in row.prompt]}
    return {}


def _said(row: Row) -> dict[str, Any]:
    if isinstance(row, Sample):
        return {"completion" if row.prompt else "messages": [_answer(row.completion)]}
    if isinstance(row, Verdict):
        said = {"completion": [_answer(row.completion)], "label": row.keep}
        return {**said, **_by(row.annotator)}
    if isinstance(row, Pair):
        return _pair(row)
    if isinstance(row, Ranking):
        record: dict[str, Any] = {"completions": list(row.completions), "ranks": list(row.ranks)}
        record |= {"scores": list(row.scores)} if row.scores else {}
        record |= {"sources": list(row.sources)} if row.sources else {}
        return {**record, **_by(row.annotator)}
    return {}


def _pair(row: Pair) -> dict[str, Any]:
    record: dict[str, Any] = {
        "chosen": [_answer(row.chosen)],
        "rejected": [_answer(row.rejected)],
    }
    record |= {} if row.margin is None else {"margin": row.margin}
    record |= {"tie": True} if row.tie else {}
    return {**record, **_by(row.annotator)}


def _by(annotator: str) -> dict[str, str]:
    return {"annotator": annotator} if annotator else {}


def _message(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _answer(text: str) -> dict[str, str]:
    return _message(Message("assistant", text))
