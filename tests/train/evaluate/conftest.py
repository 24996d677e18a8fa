"""A tiny base with two adapters, as an evaluation of a run meets them."""

from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_adapter, tiny_llama

from copydesk.train.base.place import Base, look


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return look(tiny_llama(tmp_path_factory.mktemp("evaluate") / "base"))


@pytest.fixture(scope="session")
def adapters(tiny_base: Base, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("evaluate")
    return {
        name: tiny_adapter(tiny_base.folder, root / name, seed=seed)
        for seed, name in enumerate(("policy", "sft"), 1)
    }
