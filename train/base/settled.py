"""What holds for a whole training process: libraries there, seeds, threads, kind of numbers."""

# ruff: noqa: PLC0415 - torch is 200 MB of library, only for a process that trains

import os
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING

from copydesk.errors import MissingTool
from copydesk.train.recipe import Recipe

if TYPE_CHECKING:
    import torch

NEEDS = 'pip install "copydesk[train]"'
_LIBRARIES = ("torch", "transformers", "peft", "accelerate", "datasets", "trl")


def check_installed() -> None:
    """Refuse early when the extra `train` is not installed.

    Raises:
        MissingTool: naming the first library that is absent.
    """
    for name in _LIBRARIES:
        if find_spec(name) is None:
            raise MissingTool(f"Training needs {name}, which is not installed.", NEEDS)


def settle(recipe: Recipe) -> "torch.dtype":
    """Set this process's seeds and threads as the recipe says; returns what it computes in.

    The libraries neither call home nor look for anything on the model hub after this.

    Raises:
        MissingTool: the extra `train` is not installed.
    """
    check_installed()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from transformers import set_seed
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # a run tells how far it is
    # TRL and peft use the name that transformers 5.23 has given up, and 5.17 has alone.
    warnings.filterwarnings("ignore", ".*gradient_checkpointing", FutureWarning)
    torch.set_num_threads(recipe.threads or os.cpu_count() or 1)
    set_seed(recipe.seed)
    return dtype_of(recipe)


def dtype_of(recipe: Recipe) -> "torch.dtype":
    """What the frozen weights are kept in and products are computed in.

    auto: bfloat16 on a GPU that has it, and on a processor with instructions for it; where it is
    emulated it is slower than float32.
    """
    import torch

    if recipe.precision != "auto":
        return torch.bfloat16 if recipe.precision == "bfloat16" else torch.float32
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if native else torch.float32
