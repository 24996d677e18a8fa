"""`copydesk models`: data on stdout, progress on stderr, every command explained."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.support.gguf_writer import tiny
from tests.support.hf_folders import tiny_adapter, tiny_llama

from copydesk.cli.models import download_bar, models
from copydesk.errors import DownloadFailed, ModelProblem, UnknownName


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COPYDESK_OFFLINE", "1")
    monkeypatch.delenv("COPYDESK_MODELS", raising=False)
    return tmp_path / "home"


def call(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(models, arguments, input=answer, catch_exceptions=False)


def test_every_command_shows_examples() -> None:
    for name in ("", *models.commands):
        assert "Examples:\n    copydesk models" in call(*name.split(), "--help").stdout


def test_the_list_names_the_default_and_what_is_here(home: Path) -> None:
    lines = call("list").stdout.splitlines()
    assert lines[2] == ""
    assert [line.split()[0] for line in lines if "here):" in line] == [
        "llama.cpp",
        "transformers",
        "openai",
    ]
    assert "1.12 GB  not fetched  en/zh, Apache-2.0, default" in lines[0]
    rows = json.loads(call("list", "--json").stdout)
    assert [row["here"] for row in rows] == [False, False]
    assert rows[0]["languages"] == ["en", "zh"]


def test_a_file_at_hand_is_taken_listed_and_removed(home: Path, tmp_path: Path) -> None:
    origin = tiny().write(tmp_path / "tiny.gguf")
    pulled = call("pull", "hf:owner/repo/tiny.gguf", "--from", str(origin))
    path = home / "cache/models/hf/owner/repo/tiny.gguf"
    assert pulled.stdout == f"{path}\n"
    assert "hf:owner/repo/tiny.gguf" in call("list").stdout
    assert json.loads(call("show", "hf:owner/repo/tiny.gguf", "--json").stdout)["here"]
    assert call("rm", "hf:owner/repo/tiny.gguf", answer="n\n").exit_code == 1
    assert path.exists()
    gone = call("rm", "hf:owner/repo/tiny.gguf", "--yes")
    assert (gone.stdout, gone.exit_code) == ("", 0)
    assert not path.exists()


def test_pulling_what_cannot_be_had(home: Path) -> None:
    with pytest.raises(DownloadFailed, match="COPYDESK_OFFLINE"):
        call("pull")
    with pytest.raises(UnknownName):
        call("pull", "qwen")


def test_showing_a_file_of_ones_own(home: Path, tmp_path: Path) -> None:
    path = tiny().write(tmp_path / "tiny.gguf")
    shown = call("show", str(path)).stdout
    assert "architecture: llama" in shown
    assert "context length: 512" in shown
    verified = json.loads(call("show", str(path), "--json", "--verify").stdout)
    assert len(verified["verified"]) == 64


def test_showing_a_model_that_is_not_here(home: Path) -> None:
    shown = json.loads(call("show", "--json").stdout)
    assert (shown["here"], shown["bytes"]) == (False, 1_117_320_768)
    assert "file" not in shown


def test_the_bar_goes_through_its_phases(capsys: pytest.CaptureFixture[str]) -> None:
    with download_bar() as progress:
        progress(0, 0, "waiting for another copydesk that fetches it")
        progress(50, 100, "fetching part 1 of 2")
        progress(100, 100, "fetching part 2 of 2")
        progress(100, 100, "checking")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "fetching part 2 of 2" in shown.err


def test_help_imports_neither_models_nor_bars() -> None:
    code = (
        "import sys, copydesk.cli.models, copydesk.cli.doctor;"
        "print(sorted({'pydantic', 'rich', 'xllamacpp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_default_of_the_settings_is_marked(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = tmp_path / "copydesk.toml"
    settings.write_text('model = "smollm2-135m-instruct"\n', encoding="utf-8")
    rows = json.loads(call("list", "--json").stdout)
    assert [row["default"] for row in rows] == [False, True]
    settings.write_text('model = "openai:house@http://localhost:8000"\n', encoding="utf-8")
    lines = call("list").stdout.splitlines()
    assert lines[2] == "openai:house@http://localhost:8000  (default, from your settings)"


def test_the_engines_say_what_they_can_do_here() -> None:
    found = {row["engine"]: row for row in json.loads(call("engines", "--json").stdout)}
    assert list(found) == ["llama.cpp", "transformers", "openai"]
    assert found["llama.cpp"]["here"]
    assert found["llama.cpp"]["version"].startswith("xllamacpp 20")
    said = call("engines").stdout
    assert "openai:MODEL@URL" in said
    assert "rewinds" in said


def test_a_folder_of_transformers_is_shown(tmp_path: Path) -> None:
    base = tiny_llama(tmp_path / "base")
    tiny_adapter(base, tmp_path / "house")
    facts = json.loads(call("show", str(base), "--json").stdout)
    assert facts["architecture"] == "LlamaForCausalLM"
    adapter = json.loads(call("show", str(tmp_path / "house"), "--json").stdout)
    assert adapter["base"] == str(base)
    assert len({facts["sha256"], adapter["sha256"]}) == 2


def test_a_server_that_does_not_answer_is_shown_as_such() -> None:
    facts = json.loads(call("show", "openai:house@http://127.0.0.1:9", "--json").stdout)
    assert facts["answers"] is False
    assert facts["name"] == "house at 127.0.0.1:9"


def test_a_folder_without_a_model_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="holds no model"):
        call("show", str(tmp_path))
