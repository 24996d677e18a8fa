"""Tiny models and adapters, made once; each test that changes one copies it."""

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import unavailable
from tests.support.hf_folders import tiny_adapter, tiny_llama, tiny_qwen2

Copy = Callable[[str], Path]


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `llama`, `qwen2`, and an adapter for each."""
    for module in ("gguf", "torch", "transformers", "peft"):
        try:
            importlib.import_module(module)
        except ImportError:
            unavailable(f"{module} is not installed: pip install 'copydesk[torch]'")
    root = tmp_path_factory.mktemp("folders")
    for name, make in (("llama", tiny_llama), ("qwen2", tiny_qwen2)):
        make(root / name)
        tiny_adapter(root / name, root / f"{name}-lora")
    return root


@pytest.fixture
def copied(folders: Path, tmp_path: Path) -> Copy:
    """A copy of one of them that a test may spoil."""
    return lambda name: Path(shutil.copytree(folders / name, tmp_path / name))
