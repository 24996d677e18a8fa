"""The catalogue: what is in it, what a spec means, what a user can add."""

import re
from pathlib import Path

import pytest
from tests.support.gguf_writer import tiny

from copydesk.errors import ModelProblem, UnknownName, UsageProblem
from copydesk.generate.catalogue import WheelSource, find_model, load_catalogue, resolve


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("COPYDESK_MODELS", raising=False)
    (tmp_path / "home/config").mkdir(parents=True)
    return tmp_path / "home"


def test_the_default_speaks_english_and_chinese() -> None:
    model = find_model("")
    assert model.name == load_catalogue().default
    assert model.languages == ("en", "zh")


def test_parts_add_up_to_the_whole() -> None:
    for model in load_catalogue().models:
        for source in model.sources:
            if isinstance(source, WheelSource):
                assert -(-model.bytes // source.part_bytes) == len(source.packages)


def test_every_model_is_attributed() -> None:
    notice = Path(__file__).parents[2].joinpath("NOTICE").read_text()
    for model in load_catalogue().models:
        assert model.title.split(",")[0] in notice
        assert model.licence == "Apache-2.0"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve("qwen2.5-coder-1.5b")
    assert "did you mean qwen2.5-coder-1.5b-instruct?" in caught.value.hint


def test_a_name_lies_in_the_cache(home: Path) -> None:
    file = resolve("smollm2-135m-instruct")
    assert file.path == home / "cache/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    assert not file.own


def test_a_path_is_the_users_own(tmp_path: Path) -> None:
    file = resolve(str(tiny().write(tmp_path / "house.gguf")))
    assert (file.name, file.own, file.sources) == ("house", True, ())


@pytest.mark.parametrize("spec", ["./none.gguf", "none.gguf", "/", "some/folder"])
def test_a_path_without_a_file_is_a_problem(spec: str) -> None:
    with pytest.raises(ModelProblem) as caught:
        resolve(spec)
    assert "copydesk models list" in caught.value.hint


def test_a_file_of_the_hub_is_kept_by_owner_and_repository(home: Path) -> None:
    file = resolve("hf:owner/repo/sub/model.gguf")
    assert file.path == home / "cache/models/hf/owner/repo/sub/model.gguf"
    assert file.hub is not None
    assert (file.hub.repo, file.hub.file) == ("owner/repo", "sub/model.gguf")


@pytest.mark.parametrize(
    "spec",
    ["hf:", "hf:a/b", "hf:a/b/c.bin", "hf:../b/c.gguf", "hf:a/b/../c.gguf"],
)
def test_other_hub_specs_are_refused(spec: str) -> None:
    with pytest.raises(UsageProblem, match="does not name a GGUF file"):
        resolve(spec)


ENTRY = """
[[models]]
name = "house"
title = "House"
file = "house.gguf"
bytes = 10
sha256 = "{sha}"
licence = "ours"
languages = ["en"]
sources = []
"""


def test_a_user_can_add_models_and_choose_the_default(home: Path) -> None:
    entry = 'default = "house"\n' + ENTRY.format(sha="0" * 64)
    (home / "config/models.toml").write_text(entry)
    assert resolve().name == "house"
    assert len(load_catalogue().names) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[models", "cannot be read"),
        (ENTRY.format(sha="xyz"), r"wrong at models\.0\.sha256"),
        (ENTRY.format(sha="0" * 64).replace("house.gguf", "../x"), r"wrong at models\.0\.file"),
    ],
)
def test_a_wrong_entry_is_named(home: Path, text: str, message: str) -> None:
    (home / "config/models.toml").write_text(text)
    with pytest.raises(UsageProblem, match=message):
        load_catalogue()


def test_no_option_reaches_pip_through_a_catalogue(home: Path) -> None:
    evil = ENTRY.format(sha="0" * 64).replace("sources = []", "") + (
        '[[models.sources]]\nkind = "wheels"\nmember = "*"\npart_bytes = 1\n'
        'packages = ["--extra-index-url=http://x"]\n'
    )
    (home / "config/models.toml").write_text(evil)
    with pytest.raises(UsageProblem, match=re.escape("packages.0")):
        load_catalogue()


def test_a_shared_folder_is_used_when_it_has_the_whole_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config/models.toml").write_text(ENTRY.format(sha="0" * 64))
    monkeypatch.setenv("COPYDESK_MODELS", str(tmp_path))
    assert resolve("house").path == home / "cache/models/house.gguf"
    (tmp_path / "house.gguf").write_bytes(b"0" * 9)
    assert resolve("house").path == home / "cache/models/house.gguf"
    (tmp_path / "house.gguf").write_bytes(b"0" * 10)
    assert resolve("house").path == tmp_path / "house.gguf"
