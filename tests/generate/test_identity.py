"""The hash of weights: right, remembered, and never worth an error of its own."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copydesk.config import cache_folder
from copydesk.errors import ModelProblem
from copydesk.generate import identity
from copydesk.generate.identity import weights_hash


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"weights")
    right = hashlib.sha256(b"weights").hexdigest()
    assert weights_hash(path) == right
    monkeypatch.setattr(identity.hashlib, "file_digest", None)
    assert weights_hash(path) == right


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"weights")
    before = weights_hash(path)
    path.write_bytes(b"other weights")
    assert weights_hash(path) != before


def test_a_folder_is_its_weights_and_settings(tmp_path: Path) -> None:
    for name in ("model.safetensors", "config.json", "README.md"):
        (tmp_path / name).write_text(name)
    before = weights_hash(tmp_path)
    (tmp_path / "README.md").write_text("new words")
    assert weights_hash(tmp_path) == before
    (tmp_path / "config.json").write_text("new settings")
    assert weights_hash(tmp_path) != before


@pytest.mark.parametrize("store", ["", "[]", "{", '{"a": 1}', "\0"])
def test_a_damaged_memory_is_forgotten(tmp_path: Path, store: str) -> None:
    cache_folder().mkdir(parents=True)
    (cache_folder() / "hashes.json").write_text(store)
    path = tmp_path / "a.gguf"
    path.write_bytes(b"weights")
    assert weights_hash(path) == hashlib.sha256(b"weights").hexdigest()
    assert len(json.loads((cache_folder() / "hashes.json").read_text())) == 1


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("a file in the way")
    path = tmp_path / "a.gguf"
    path.write_bytes(b"weights")
    assert len(weights_hash(path)) == 64


def test_several_at_once_leave_a_whole_memory(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.gguf" for number in range(20)]
    for path in paths:
        path.write_bytes(path.name.encode())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(weights_hash, paths))
    assert found == [hashlib.sha256(path.name.encode()).hexdigest() for path in paths]
    assert json.loads((cache_folder() / "hashes.json").read_text())


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="cannot be read"):
        weights_hash(tmp_path / "away.gguf")
