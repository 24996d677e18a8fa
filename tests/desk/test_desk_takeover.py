"""What is remembered of a draft: found by content or path, and trusted as little as any file."""

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.brief import Brief
from copydesk.config import data_folder
from copydesk.generate.protocol import Message
from copydesk.writer import keepsake
from copydesk.writer.draft import Draft, Part
from copydesk.writer.export import save
from copydesk.writer.keepsake import Keepsake, recall, remember, request_of


def draft(text: str = "Hum.") -> Draft:
    return Draft("Bees", (Part("", text),), Brief("Bees"), "article", "qwen", 3)


def test_a_record_gives_back_text_request_model_and_seed(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    save(draft(), path)
    remember(draft(), path)
    known = Keepsake("# Bees\n\nHum.\n", request_of(Brief("Bees"), "article"), "qwen", 3)
    assert recall(path, path.read_bytes()) == known
    assert recall(path, b"changed since") == known
    assert recall(tmp_path / "other.md", path.read_bytes()) == known
    assert recall(tmp_path / "other.md", b"changed since") is None


def test_a_path_written_again_is_known_by_what_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    for text in ("One.", "Two."):
        save(draft(text), path)
        remember(draft(text), path)
    known = recall(path, b"changed")
    assert known
    assert "Two." in known.text


@pytest.mark.parametrize("suffix", [".docx", ".txt", ".html", ".epub"])
def test_every_format_can_be_remembered(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    save(draft(), path)
    remember(draft(), path)
    known = recall(path, path.read_bytes())
    assert known
    assert "Hum." in known.text


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepsake, "_MOST", 3)
    for number in range(6):
        remember(draft(f"Hum {number}."))
    assert len(list((data_folder() / "drafts").glob("*.json"))) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"text": None},
        {"prompt": [{"role": "root", "content": "x"}]},
        {"prompt": [{"role": "user", "content": 3}]},
        {"prompt": 3},
        {"seed": "x"},
    ],
)
def test_a_record_that_is_not_right_is_none(change: dict[str, Any]) -> None:
    remember(draft())
    (path,) = (data_folder() / "drafts").glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    assert recall(Path("x.md"), draft().markdown.encode()) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000])
def test_a_record_that_is_no_record_is_none(content: bytes) -> None:
    remember(draft())
    (path,) = (data_folder() / "drafts").glob("*.json")
    path.write_bytes(content)
    assert recall(Path("x.md"), draft().markdown.encode()) is None


def test_a_request_says_what_the_brief_said() -> None:
    english = Brief("Bees", audience="all", purpose="joy", length=50, text="Old text.")
    said = "Write a text of the kind “copy”.\nBees\nFor: all\nPurpose: joy\n"
    assert request_of(english, "copy") == (
        Message("user", f"{said}Length: about 50 words\n\nOld text."),
    )
    chinese = Brief("蜜蜂", language="zh", audience="邻居", length=50)
    assert request_of(chinese, "copy")[0].content.endswith("蜜蜂\n读者：邻居\n篇幅：约50字")
