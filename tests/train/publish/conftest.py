"""Run folders as training leaves them, around tiny random models."""

import json
import shutil
from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_adapter, tiny_llama

MANIFEST = {
    "recipe": {"method": "sft"},
    "data": {"sha256": "ab" * 32, "train": 40, "held": 10},
    "base": {"name": "tiny", "licence": "Apache-2.0", "sha256": "cd" * 32},
    "steps": 12,
    "versions": {"trl": "1.16.0"},
}


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("publish") / "base")


@pytest.fixture(scope="session")
def made_run(base_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("publish") / "run"
    tiny_adapter(base_folder, run / "model")
    (run / "manifest.json").write_text(
        json.dumps(MANIFEST | {"base": MANIFEST["base"] | {"folder": str(base_folder)}})
    )
    audit = {"findings": [], "counts": {"near-duplicate": 1200, "odd|code": 1}}
    (run / "audit.json").write_text(json.dumps(audit))
    (run / "recipe.yaml").write_text("method: sft\n")
    return run


@pytest.fixture
def run(made_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_run, tmp_path / "run"))
