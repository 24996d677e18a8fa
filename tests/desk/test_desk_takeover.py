"""Records of earlier versions: on a new desk once, all of them, and their files left alone."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from copydesk.config import data_folder
from copydesk.desk.store import open_desk
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair

ASKED = [{"role": "user", "content": "Bees?"}]


def old_draft(
    text: str, path: str = "", age: int = 0, change: Mapping[str, Any] | None = None
) -> Path:
    """A record as the last version kept it."""
    record: Mapping[str, Any] = {
        "version": 1,
        "path": path,
        "text": text,
        "prompt": ASKED,
        "model": "qwen",
        "seed": 3,
        "form": "article",
        **(change or {}),
    }
    folder = data_folder() / "drafts"
    (folder / "paths").mkdir(parents=True, exist_ok=True)
    file = folder / f"{sha256(text.encode()).hexdigest()}.json"
    file.write_text(json.dumps(record), "utf-8")
    os.utime(file, (1_700_000_000 - age, 1_700_000_000 - age))
    return file


def old_edit(draft: str, edited: str, **change: Any) -> None:
    """A line as the last version kept it."""
    record = {
        "prompt": ASKED,
        "chosen": [{"role": "assistant", "content": edited}],
        "rejected": [{"role": "assistant", "content": draft}],
        "model": "qwen",
        "seed": 3,
        "time": "2026-03-01T10:00:00+00:00",
        **change,
    }
    data_folder().mkdir(parents=True, exist_ok=True)
    with (data_folder() / "edits.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def test_drafts_and_edits_are_taken_over_once_and_the_files_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    file = old_draft("# Bees\n\nHum.\n", str(path))
    old_edit("# Bees\n\nHum.", "# Bees\n\nThey hum.")
    before = {name: name.read_bytes() for name in data_folder().rglob("*") if name.is_file()}
    with open_desk() as desk:
        assert desk.note == (
            "The desk has taken over 1 draft and 1 edit of an earlier version. "
            "The old files are left where they are."
        )
        (pair,) = desk.rows()
        draft = desk.find_draft(path, b"changed since")
        assert draft == desk.find_draft(tmp_path / "moved.md", b"# Bees\n\nHum.\n")
        assert draft
        assert desk.edits(draft.number)[0].made == "2026-03-01T10:00:00+00:00"
    assert isinstance(pair, Pair)
    assert (pair.chosen, pair.rejected) == ("# Bees\n\nThey hum.", "# Bees\n\nHum.")
    assert pair.prompt == (Message("user", "Bees?"),)
    assert (draft.model, draft.seed, draft.form, draft.kind) == ("qwen", 3, "article", "text")
    assert draft.made == "2023-11-14T22:13:20+00:00"
    assert all(name.read_bytes() == content for name, content in before.items())
    assert file in before
    with open_desk() as desk:
        assert desk.note == ""
        assert len(list(desk.rows())) == 1


def test_an_edit_without_its_draft_brings_one(tmp_path: Path) -> None:
    old_edit("蜜蜂住在墙里。", "蜜蜂住在旧墙里。")
    old_edit("蜜蜂住在墙里。", "蜜蜂睡在旧墙里。")
    with open_desk() as desk:
        assert desk.stats().kinds == {"edit": 2, "draft": 1}
        assert {row.language for row in desk.rows()} == {"zh"}


def test_of_two_drafts_at_one_path_the_later_one_is_the_one_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    old_draft("Second.", str(path), age=10)
    old_draft("First.", str(path), age=20)
    with open_desk() as desk:
        draft = desk.find_draft(path, b"changed")
    assert draft
    assert draft.text == "Second."


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"text": None},
        {"prompt": [{"role": "root", "content": "x"}]},
        {"prompt": [{"role": "user", "content": 3}]},
        {"prompt": 3},
        {"seed": "x"},
        {"path": 7},
    ],
)
def test_a_draft_that_is_not_right_is_counted_and_left_out(change: dict[str, Any]) -> None:
    old_draft("Good.")
    old_draft("Bad.", change=change)
    with open_desk() as desk:
        assert "1 draft and 0 edits" in desk.note
        assert "1 record could not be read" in desk.note
        assert desk.stats().kinds == {"draft": 1}


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"version": 1}'])
def test_what_is_no_record_at_all_is_left_out(content: bytes) -> None:
    old_draft("Bees.").write_bytes(content)
    old_edit("Hum.", "They hum.")
    with (data_folder() / "edits.jsonl").open("ab") as stream:
        stream.write(content + b"\n" + b'{"prompt": [], "chosen"')
    with open_desk() as desk:
        assert len(list(desk.rows())) == 1
        assert "could not be read" in desk.note


def test_a_new_desk_in_an_empty_place_says_nothing(tmp_path: Path) -> None:
    with open_desk(tmp_path / "new" / "desk.sqlite3") as desk:
        assert desk.note == ""
        assert list(desk.rows()) == []
