"""`copydesk models export`: the path on stdout, what was done on stderr, or one sentence."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run, sentence
from tests.generate.export.conftest import folders as folders  # noqa: PLC0414 - the same models

from copydesk.generate.gguf import read_gguf


def test_a_model_is_exported_checked_and_named(
    copydesk: Run, folders: Path, tmp_path: Path
) -> None:
    done = copydesk("models", "export", str(folders / "qwen2"), "-o", "house.gguf")
    assert (done.returncode, done.stdout) == (0, "house.gguf\n"), done.stderr
    assert "checking against transformers, 192 tokens" in done.stderr
    assert "of 192 tokens as in transformers" in done.stderr
    assert "Warning" not in done.stderr
    assert read_gguf(tmp_path / "house.gguf").architecture == "qwen2"


def test_an_adapter_and_what_is_known_of_it(copydesk: Run, folders: Path, tmp_path: Path) -> None:
    lora, base = str(folders / "llama-lora"), str(folders / "llama")
    done = copydesk("models", "export", lora, "-o", "lora.gguf", "--base", base, "--json")
    facts = json.loads(done.stdout)
    assert (facts["path"], facts["architecture"], facts["adapter"]) == ("lora.gguf", "llama", True)
    assert facts["parity"]["tokens"] == 192
    assert facts["parity"]["same"] > 180
    assert facts["parity"]["mean_shift"] < 0.02
    assert "Warning" not in done.stderr


def test_without_the_check_nothing_is_said_of_it(
    copydesk: Run, folders: Path, tmp_path: Path
) -> None:
    model = str(folders / "llama")
    done = copydesk(
        *("models", "export", model, "-o", "house.gguf", "--type", "q8_0", "--no-check", "--json")
    )
    assert json.loads(done.stdout)["parity"] is None
    assert "transformers" not in done.stderr
    again = copydesk("models", "export", model, "-o", "house.gguf", "--no-check")
    assert "house.gguf exists already" in sentence(again, 2)
    forced = copydesk("models", "export", model, "-o", "house.gguf", "--no-check", "--force")
    assert forced.stdout == "house.gguf\n"


@pytest.fixture
def mistral(tmp_path: Path) -> Path:
    folder = tmp_path / "mistral"
    folder.mkdir()
    (folder / "config.json").write_text('{"architectures": ["MistralForCausalLM"]}')
    return folder


def test_another_architecture_is_refused_with_the_converter(copydesk: Run, mistral: Path) -> None:
    said = sentence(copydesk("models", "export", str(mistral), "-o", "house.gguf"), 1)
    assert "is a MistralForCausalLM; copydesk exports LlamaForCausalLM and Qwen2" in said
    assert "convert_hf_to_gguf.py" in said


def test_a_folder_that_is_not_there(copydesk: Run, tmp_path: Path) -> None:
    said = sentence(copydesk("models", "export", "nowhere", "-o", "house.gguf"), 1)
    assert "nowhere is not a folder" in said
    assert copydesk("models", "export", "nowhere").returncode == 2
