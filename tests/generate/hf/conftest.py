"""Tiny random models in folders, and an engine on one of them."""

# ruff: noqa: PLC0415 - torch and what needs it are imported where they are used

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import unavailable
from tests.support.hf_folders import tiny_llama

from copydesk.generate.hf.engine import Transformers

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session", autouse=True)
def _torch() -> None:
    try:
        import llguidance
        import peft
        import transformers
    except ImportError as error:
        unavailable(f"{error.name} is not installed: pip install 'copydesk[torch]'")
    del llguidance, peft, transformers


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory, _torch: None) -> Path:
    """The folder of a tiny Llama; not to be changed."""
    return tiny_llama(tmp_path_factory.mktemp("models") / "llama")


@pytest.fixture(scope="module")
def engine(llama: Path) -> Iterator[Transformers]:
    """A tiny Llama, ready to speak nonsense."""
    generator = Transformers(llama, threads=1, device="cpu", batch=4, model_hash="known")
    yield generator
    generator.close()


@pytest.fixture(scope="session")
def looping(tmp_path_factory: pytest.TempPathFactory, _torch: None) -> Path:
    """A model whose next token follows from the last one alone: greedy, it must run in circles."""
    folder = tiny_llama(tmp_path_factory.mktemp("models") / "looping", seed=1)

    def deafen(weights: dict[str, Any]) -> None:
        for name, weight in weights.items():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                weight.zero_()
        weights["lm_head.weight"][:3] = 0  # it never ends by itself

    change_weights(folder, deafen)
    return folder


def change_weights(folder: Path, change: Change) -> None:
    """Let `change` work on the tensors of a folder."""
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    weights = load_file(path)
    change(weights)
    save_file(weights, path, metadata={"format": "pt"})
