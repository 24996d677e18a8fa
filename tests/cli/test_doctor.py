"""`copydesk doctor`: what is needed fails the check, what is optional is a note."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.support.gguf_writer import tiny
from tests.support.hf_folders import tiny_llama

from copydesk import doctor as room
from copydesk.cli.doctor import doctor
from copydesk.errors import CheckFailed


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COPYDESK_MODELS", raising=False)
    return tmp_path


def states(spec: str = "") -> dict[str, str]:
    return {check.name: check.state for check in room.examine(spec)}


def test_a_model_that_is_not_fetched_fails_the_check() -> None:
    done = CliRunner().invoke(doctor, [])
    assert isinstance(done.exception, CheckFailed)
    assert done.exception.exit_code == 3
    assert "model" in done.exception.message
    assert "copydesk models pull qwen2.5-coder-1.5b-instruct" in done.stdout


def test_with_a_model_all_that_is_needed_is_there(home: Path) -> None:
    path = tiny().write(home / "tiny.gguf")
    done = CliRunner().invoke(doctor, ["--model", str(path), "--json"], catch_exceptions=False)
    found = {check["name"]: check for check in json.loads(done.stdout)}
    assert found["model"]["state"] == "ok"
    assert found["engine"]["detail"] == "llama.cpp loads"
    assert "missing" not in {check["state"] for check in found.values()}


def test_optional_programs_are_notes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = states()
    assert {found[name] for name in ("LibreOffice", "font Arial")} <= {"note", "ok"}
    assert found["LibreOffice"] == "note"


def test_a_damaged_model_is_missing(home: Path) -> None:
    path = tiny().write(home / "tiny.gguf")
    path.write_bytes(path.read_bytes()[:-10])
    assert states(str(path))["model"] == "missing"


def test_everything_amiss_has_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("COPYDESK_THREADS", "many")
    monkeypatch.setattr(room, "_memory_bytes", lambda: (10**9, 10**8))
    monkeypatch.setattr(room, "_PACKAGES", ("no-such-package-at-all",))
    monkeypatch.setattr(room, "_run", lambda command: (-4, []))
    checks = room.examine()
    amiss = {check.name for check in checks if check.state == "missing"}
    assert amiss == {"no-such-package-at-all", "engine", "model", "memory", "threads"}
    assert all(check.hint for check in checks if check.state != "ok")


def test_help_shows_examples() -> None:
    assert "Examples:\n    copydesk doctor" in CliRunner().invoke(doctor, ["--help"]).stdout


def test_a_folder_of_transformers_is_a_model_too(home: Path) -> None:
    base = tiny_llama(home / "base")
    assert states(str(base))["model"] == "ok"
    (home / "empty").mkdir()
    assert states(str(home / "empty"))["model"] == "missing"


def test_a_server_that_does_not_answer_is_missing() -> None:
    found = {check.name: check for check in room.examine("openai:house@http://127.0.0.1:9")}
    assert found["model"].state == "missing"
    assert "does not answer" in found["model"].detail
