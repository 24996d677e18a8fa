"""`copydesk doctor` on desk, library, training and reading: honest, and never broken by a file."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.support.gguf_writer import tiny

from copydesk.cli import doctor_rooms as rooms
from copydesk.cli.doctor import doctor
from copydesk.desk.drafts import NewDraft
from copydesk.desk.store import desk_file, open_desk
from copydesk.doctor import Check
from copydesk.generate.protocol import Message
from copydesk.library.store import library_file, open_library
from copydesk.train.estimate.available import Memory


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    for name in ("COPYDESK_MODELS", "COPYDESK_LIBRARY", "COPYDESK_EMBEDDINGS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found(spec: str = "") -> dict[str, Check]:
    return {check.name: check for check in rooms.examine_rooms(spec)}


def kept_draft() -> None:
    with open_desk() as desk:
        desk.add_draft(NewDraft("text", (Message("user", "Bees"),), "Bees.", "tiny", 1))


def test_nothing_is_made_by_looking(home: Path) -> None:
    checks = found()
    assert checks["desk"].detail == f"none yet; it will be {desk_file()}"
    assert checks["library"].detail == f"none yet; it will be {library_file()}"
    assert not (home / "home").exists()


def test_what_is_kept_is_counted(home: Path) -> None:
    kept_draft()
    for name in ("a.md", "b.md"):
        (home / name).write_text(f"# {name}\n\nBees live on roofs.\n", encoding="utf-8")
        with open_library() as library:
            library.add(home / name)
    (home / "b.md").unlink()
    before = {path: path.stat().st_mtime_ns for path in desk_file().parent.iterdir()}
    checks = found()
    assert checks["desk"].detail.startswith("1 draft, ")
    assert f"whole, in {desk_file()}" in checks["desk"].detail
    assert checks["library"].detail.startswith("2 documents, of 1 the file is gone or changed, ")
    assert {path: path.stat().st_mtime_ns for path in desk_file().parent.iterdir()} == before


@pytest.mark.parametrize("name", ["desk", "library"])
def test_a_broken_file_is_a_note(name: str) -> None:
    kept_draft()
    with open_library():
        pass
    file = desk_file() if name == "desk" else library_file()
    whole = file.read_bytes()
    spoilt = whole[:4096] + bytes(len(whole) - 4096)
    for content in (b"", b"nothing", whole[:3000], spoilt):
        file.write_bytes(content)
        check = found()[name]
        assert check.state == "note", content[:20]
        assert check.hint
        assert file.read_bytes() == content
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE bees (n)")
    assert "is no" in found()[name].detail
    file.write_bytes(whole)
    with sqlite3.connect(file) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()
    assert "newer copydesk" in found()[name].detail


def test_a_desk_of_an_older_version_is_not_touched() -> None:
    kept_draft()
    with sqlite3.connect(desk_file()) as older:
        older.execute("PRAGMA user_version = 0")
    older.close()
    assert found()["desk"].detail.startswith("of an older version, ")


def test_what_training_lacks_is_said_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "find_spec", lambda name: None if name == "trl" else object())
    check = found()["training"]
    assert (check.state, check.detail) == ("note", "without trl")
    assert 'pip install "copydesk[train]"' in check.hint


def test_recipes_are_measured_against_memory(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_TRAINING", ())
    model = tiny().write(home / "tiny.gguf")
    assert "sft 0." in found(str(model))["recipes"].detail
    monkeypatch.setattr(
        "copydesk.train.estimate.available.machine_memory", lambda: Memory(10**6, 10**6)
    )
    check = found(str(model))["recipes"]
    assert (check.state, bool(check.hint)) == ("note", True)


def test_programs_are_asked_and_may_say_anything(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"nvidia-smi": ["H200, 141 GB"], "tesseract": ["List of languages (1):", "eng"]}
    monkeypatch.setattr(rooms.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(rooms, "_lines", lambda command: answers[command[0]])
    monkeypatch.setattr(rooms, "_version", lambda name: "2.13+cpu")
    checks = found()
    assert checks["GPU"].detail == "H200, 141 GB; torch is for the processor"
    assert checks["OCR"].detail == "languages: eng"
    assert checks["OCR"].hint == "install tesseract-ocr-chi-sim"


def test_embeddings_that_are_not_there_are_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found()["embeddings"].state == "note"
    monkeypatch.setenv("COPYDESK_EMBEDDINGS", "/away")
    assert "/away" in found()["embeddings"].detail


def test_torch_is_not_imported_and_all_is_json(home: Path) -> None:
    before = set(sys.modules)
    done = CliRunner().invoke(doctor, ["--json", "--model", str(tiny().write(home / "t.gguf"))])
    assert {"desk", "library", "training", "GPU", "embeddings"} <= {
        check["name"] for check in json.loads(done.stdout)
    }
    assert not {"torch", "trl", "transformers"} & (set(sys.modules) - before)
