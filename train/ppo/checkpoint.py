"""Everything that decides how training goes on, in a folder that is there whole or not at all.

A checkpoint holds safetensors and JSON, nothing that runs code when it is read. It is written
beside its place and renamed when it is on the disk: a kill at any moment leaves the one before.
"""

import json
import os
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from copydesk.errors import ModelProblem, OutputProblem
from copydesk.files import make_folder

_KEPT = 2  # checkpoints; the newest might be the one that went wrong
_PREFIX, _UNDONE = "checkpoint-", ".writing-"
_WEIGHTS, _OPTIMIZER, _STATE = "weights.safetensors", "optimizer.safetensors", "state.json"
_VERSION = 1


@dataclass(frozen=True)
class Saved:
    """A checkpoint as it was read: tensors by name, and the rest as JSON holds it."""

    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]
    state: dict[str, Any]


def save(
    folder: Path,
    step: int,
    weights: Mapping[str, nn.Parameter],
    optimizer: torch.optim.Optimizer,
    state: Mapping[str, Any],
) -> Path:
    """Write a checkpoint of that step into `folder`; older ones but one are removed.

    Raises:
        OutputProblem: it could not be written; those before are as they were.
    """
    make_folder(folder)
    undone, place = folder / f"{_UNDONE}{step}", folder / f"{_PREFIX}{step}"
    try:
        _remove_undone(folder)
        undone.mkdir()
        save_file({name: w.detach().contiguous() for name, w in weights.items()}, undone / _WEIGHTS)
        save_file(_optimizer_tensors(weights, optimizer), undone / _OPTIMIZER)
        content = json.dumps({"version": _VERSION, "step": step, **state})
        (undone / _STATE).write_text(content, encoding="utf-8")
        for path in (*undone.iterdir(), undone):
            _to_disk(path)
        if place.exists():
            shutil.rmtree(place)
        undone.rename(place)
        _to_disk(folder)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(undone, ignore_errors=True)
        reason = " ".join(str(error).split())[:160]
        raise OutputProblem(
            f"The checkpoint {place} could not be written: {reason}.",
            "make room there, then --resume",
        ) from None
    for old in whole(folder)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def whole(folder: Path) -> list[Path]:
    """The checkpoints in a folder, the oldest first."""
    named = [
        path
        for path in folder.glob(f"{_PREFIX}*")
        if path.name.removeprefix(_PREFIX).isdecimal() and (path / _STATE).is_file()
    ]
    return sorted(named, key=lambda path: int(path.name.removeprefix(_PREFIX)))


def read(place: Path) -> Saved:
    """Read a checkpoint, onto the processor.

    Raises:
        ModelProblem: it is damaged, or of another version of this program.
    """
    try:
        state = json.loads((place / _STATE).read_text(encoding="utf-8"))
        found = [load_file(place / name) for name in (_WEIGHTS, _OPTIMIZER)]
        if state["version"] == _VERSION:
            return Saved(found[0], found[1], state)
        reason = f"it is of version {state['version']}"
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:160]
    raise ModelProblem(
        f"The checkpoint {place} cannot be read: {reason}.",
        "remove that folder: --resume then takes the one before",
    ) from None


def restore(
    saved: Saved, weights: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> None:
    """Put saved weights and the optimizer's moments back where they were.

    Raises:
        ModelProblem: they are of another model, or of other settings of the adapter.
    """
    shapes = {name: weight.shape for name, weight in weights.items()}
    if {name: tensor.shape for name, tensor in saved.weights.items()} != shapes:
        raise ModelProblem(
            "The checkpoint is of another model, or of another adapter.",
            "resume with the recipe that the run began with, or begin anew in another folder",
        )
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(saved.weights[name])
    optimizer.state.clear()
    for key, tensor in saved.optimizer.items():
        name, _, moment = key.rpartition("/")
        # The count of steps is kept on the processor, as torch does.
        device = "cpu" if moment == "step" else weights[name].device
        optimizer.state[weights[name]][moment] = tensor.to(device, copy=True)


def random_state(generator: torch.Generator) -> dict[str, Any]:
    """Every source of chance in this process, as JSON holds it."""
    version, numbers, gauss = random.getstate()
    kind, keys, *more = np.random.get_state(legacy=True)
    found = {
        "python": [version, list(numbers), gauss],
        "numpy": [kind, np.asarray(keys).tolist(), *more],
        "torch": torch.get_rng_state().tolist(),
        "answers": generator.get_state().tolist(),
    }
    if torch.cuda.is_available():
        found["cuda"] = torch.cuda.get_rng_state().tolist()
    return found


def set_random_state(state: Mapping[str, Any], generator: torch.Generator) -> None:
    """Put chance back to where it was."""
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
    kind, keys, place, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), place, has_gauss, cached))
    torch.set_rng_state(torch.tensor(state["torch"], dtype=torch.uint8))
    generator.set_state(torch.tensor(state["answers"], dtype=torch.uint8))
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state(torch.tensor(state["cuda"], dtype=torch.uint8))


def _optimizer_tensors(
    weights: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> dict[str, Tensor]:
    return {
        f"{name}/{moment}": tensor.detach().contiguous()
        for name, weight in weights.items()
        for moment, tensor in optimizer.state.get(weight, {}).items()
    }


def _remove_undone(folder: Path) -> None:
    for path in folder.glob(f"{_UNDONE}*"):
        shutil.rmtree(path, ignore_errors=True)


def _to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
