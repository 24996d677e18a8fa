"""A model or adapter of transformers becomes a GGUF file that the llama.cpp engine can use.

Of the architectures only those are exported that the gate (`parity`) has been seen to hold for.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from copydesk.errors import ModelProblem, OutputProblem, UsageProblem
from copydesk.files import check_target
from copydesk.generate.export.adapter import (
    Adapter,
    adapter_settings,
    is_adapter,
    plan_adapter,
    read_adapter,
)
from copydesk.generate.export.base import base_shape, find_base
from copydesk.generate.export.candidate import Candidate
from copydesk.generate.export.container import Kind, Planned, new_writer, write
from copydesk.generate.export.folder import Shape, read_shape
from copydesk.generate.export.parity import EXACT, QUANTISED, Limits, Parity, compare, demand
from copydesk.generate.export.reference import Reference
from copydesk.generate.export.tensors import open_weights
from copydesk.generate.export.vocab import read_vocabulary
from copydesk.generate.export.weights import plan, settings
from copydesk.generate.sources import Progress

__all__ = ["Exported", "Kind", "Parity", "export_model"]

_CONTEXT = 512  # tokens; the prompts and answers of the check are far shorter
_HEADER = 64_000_000  # bytes that a header may need beside the weights


@dataclass(frozen=True)
class Exported:
    """What was written, and how the check went; `parity` is None if there was none."""

    path: Path
    architecture: str
    adapter: bool
    tensors: int
    bytes: int
    parity: Parity | None


def silent(done: int, total: int, label: str) -> None:
    """Progress that shows nothing."""


def export_model(
    folder: Path,
    target: Path,
    *,
    kind: Kind = "f16",
    base: Path | None = None,
    check: bool = True,
    force: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Export a folder of transformers, or an adapter's folder of peft.

    The file appears at `target` when it is whole and has passed the check, and else not at all.

    Args:
        folder: has config.json or adapter_config.json, and safetensors files.
        target: the GGUF file to be.
        kind: how matrices are stored; an adapter's always whole.
        base: the model under an adapter, a folder or GGUF file; else where its config says.
        check: compare with transformers; needs torch, transformers, and peft for an adapter.
        force: replace what is at `target`.
        progress: told "writing" with bytes done and in all, then "checking" with tokens.

    Raises:
        OutputProblem: the target is taken or cannot be written, or the disk is full.
        ModelProblem: the folder is damaged, or holds what is not exported.
        CheckFailed: llama.cpp says something else than transformers.
        MissingTool: gguf, or what the check needs, is not installed.
        UsageProblem: an adapter is to be quantised, or a model has a base.
    """
    check_target(target, force=force)
    if not folder.is_dir():
        raise ModelProblem(f"{folder} is not a folder.", "give the folder that transformers wrote")
    if is_adapter(folder):
        return _export_adapter(folder, target, kind, base, check, progress)
    if base is not None:
        raise UsageProblem(f"{folder} is not an adapter, and needs no base.", "leave --base out")
    return _export_whole(folder, target, kind, check, progress)


def _export_whole(
    folder: Path, target: Path, kind: Kind, check: bool, progress: Progress
) -> Exported:
    shape, parity = read_shape(folder), None
    with _beside(target) as partial:
        tensors = _write_model(folder, partial, shape, kind, progress)
        if check:
            parity = _check(shape, partial, folder, EXACT if kind == "f16" else QUANTISED, progress)
    return _exported(target, shape, tensors, parity, adapter=False)


def _export_adapter(
    folder: Path, target: Path, kind: Kind, base: Path | None, check: bool, progress: Progress
) -> Exported:
    if kind != "f16":
        raise UsageProblem(
            f"{folder} is an adapter, and adapters are not quantised.", "leave --type out"
        )
    adapter, parity = read_adapter(folder), None
    beneath = find_base(adapter, base)
    shape = base_shape(beneath)
    planned = plan_adapter(adapter, open_weights(folder, "adapter_model"), shape)
    with _beside(target) as partial:
        writer = new_writer(shape.architecture)
        adapter_settings(writer, _name(folder), adapter.alpha)
        _check_space(partial, planned)
        write(partial, writer, planned, progress)
        if check:
            parity = _check_adapter(adapter, partial, beneath, shape, progress)
    return _exported(target, shape, len(planned), parity, adapter=True)


def _write_model(folder: Path, path: Path, shape: Shape, kind: Kind, progress: Progress) -> int:
    """Write a model's file, and return how many tensors it has."""
    vocabulary = read_vocabulary(folder, shape)
    planned = plan(folder, open_weights(folder), shape, kind)
    _check_space(path, planned)
    writer = new_writer(shape.architecture)
    settings(writer, shape, _name(folder), kind)
    vocabulary.write(writer)
    write(path, writer, planned, progress)
    return len(planned)


def _check(
    shape: Shape,
    model: Path,
    folder: Path,
    limits: Limits,
    progress: Progress,
    adapters: tuple[Path, Path] | None = None,
) -> Parity:
    """Compare a GGUF file with a folder, and an adapter's file with an adapter's folder."""
    file, of = adapters or (None, None)
    reference = Reference(shape.architecture, folder, of)
    context = min(_CONTEXT, shape.context)
    with closing(Candidate(model, file, context=context)) as candidate:
        parity = compare(candidate, reference, context, progress)
    demand(parity, limits)
    return parity


def _check_adapter(
    adapter: Adapter, file: Path, base: Path, shape: Shape, progress: Progress
) -> Parity:
    """Compare with the base as a file: its own, or one that is made for the purpose."""
    adapters = (file, adapter.folder)
    if base.is_file():
        return _check(shape, base, base, QUANTISED, progress, adapters)
    with _scratch(file) as model:
        _base_file(base, model, shape)
        return _check(shape, model, base, EXACT, progress, adapters)


def _base_file(base: Path, path: Path, shape: Shape) -> None:
    try:
        _write_model(base, path, shape, "f16", silent)
    except ModelProblem as problem:
        raise ModelProblem(
            f"The check needs the base as well, and that fails: {problem.message}",
            f"{problem.hint}; or export with --no-check",
        ) from None


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A name for the file in the making, which becomes `target` if nothing goes wrong."""
    with _scratch(target) as path:
        yield path
        try:
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
            path.replace(target)
        except OSError as error:
            raise OutputProblem(
                f"{target} could not be written: {error.strerror}.",
                "make room there, or choose another place with -o",
            ) from None


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A name that nobody has taken, in the same folder; whatever is there at the end goes."""
    path = beside.with_name(f".{secrets.token_hex(4)}.{beside.name}")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _check_space(path: Path, planned: list[Planned]) -> None:
    """Refuse to begin what will not fit."""
    needed = sum(tensor.bytes for tensor in planned) + _HEADER
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise OutputProblem(
            f"The file needs {needed / 1e9:.2f} GB, and {path.parent} has {free / 1e9:.2f} GB.",
            "make room there, or choose another place with -o",
        )


def _name(folder: Path) -> str:
    """The folder's name as text, whatever bytes it is made of."""
    return folder.resolve().name.encode("utf-8", "replace").decode("utf-8") or "model"


def _exported(
    target: Path, shape: Shape, tensors: int, parity: Parity | None, *, adapter: bool
) -> Exported:
    return Exported(
        path=target,
        architecture=shape.architecture,
        adapter=adapter,
        tensors=tensors,
        bytes=target.stat().st_size,
        parity=parity,
    )
