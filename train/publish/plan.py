"""Which pieces a publication will have, and how much room each takes, before any is made."""

import math
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from copydesk.errors import ModelProblem, OutputProblem, UsageProblem
from copydesk.generate.export.container import Kind
from copydesk.generate.export.folder import ARCHITECTURES
from copydesk.generate.export.tensors import Tensor, open_weights
from copydesk.generate.json_file import read_object
from copydesk.train.publish.origin import Origin

What = Literal["adapter", "merged", "gguf"]
WHAT: tuple[What, ...] = get_args(What)
_HEADER = 8_000_000  # bytes of vocabulary and settings beside the weights
_STORED = {"f16": 2.0, "q8_0": 34 / 32}  # bytes a weight


@dataclass(frozen=True)
class Piece:
    """One thing to be made: what it is, the files' name, and about how many bytes."""

    name: str
    path: str
    bytes: int


@dataclass(frozen=True)
class Plan:
    """What is made, what cannot be, and what it needs.

    Attributes:
        pieces: in the order in which they are made.
        left_out: what this run cannot give, and why.
        memory: bytes that merging takes; 0 if nothing is merged.
        scratch: bytes of what is made on the way and not kept.
    """

    pieces: tuple[Piece, ...]
    left_out: dict[str, str]
    memory: int
    scratch: int
    kind: Kind

    @property
    def bytes(self) -> int:
        """What stays."""
        return sum(piece.bytes for piece in self.pieces)

    def has(self, name: str) -> bool:
        """Whether a piece is made."""
        return any(piece.name == name for piece in self.pieces)


def make_plan(origin: Origin, target: Path, what: Collection[What], kind: Kind) -> Plan:
    """Say what will be made of a run.

    Args:
        target: the folder to be; its name goes into those of the files.
        what: what is wanted; empty: all that can be had.
        kind: how a GGUF file's matrices are stored.

    Raises:
        UsageProblem: something was asked for that this run cannot give.
        ModelProblem: the base of an adapter is not here, or weights are damaged.
    """
    reasons = _impossible(origin)
    for name in what:
        if name in reasons:
            raise UsageProblem(f"{origin.run} cannot be published as {name}: {reasons[name]}.")
    wanted = [name for name in WHAT if (name in what or not what) and name not in reasons]
    if origin.adapter and origin.base.folder is None:
        raise ModelProblem(
            f"The base of the adapter {origin.model} is not here "
            f"({origin.base.name or 'it has no name'}).",
            "prepare it again: train anything on it, or put it back where it was",
        )
    below = origin.base.folder if origin.adapter and origin.base.folder else origin.model
    tensors = open_weights(below)
    numbers = _count(tensors)
    return Plan(
        pieces=tuple(_pieces(origin, target, wanted, kind, tensors)),
        left_out=reasons if not what else {},
        memory=numbers * 4 if origin.adapter and {"merged", "gguf"} & set(wanted) else 0,
        scratch=_bytes(tensors) if origin.adapter and "merged" not in wanted else 0,
        kind=kind,
    )


def check_room(plan: Plan, target: Path) -> None:
    """Refuse what will not fit on the disk.

    Raises:
        OutputProblem: there is not enough room beside the target.
    """
    needed = plan.bytes + plan.scratch + _HEADER
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise OutputProblem(
            f"The publication needs {needed / 1e9:.2f} GB, and {target.parent} has "
            f"{free / 1e9:.2f} GB.",
            "make room there, choose another place with -o, or fewer pieces with --what",
        )


def _pieces(
    origin: Origin, target: Path, wanted: list[What], kind: Kind, tensors: dict[str, Tensor]
) -> list[Piece]:
    name = file_stem(target)
    pieces = []
    if "adapter" in wanted:
        own = open_weights(origin.model, "adapter_model")
        pieces.append(Piece("adapter", "adapter/", _bytes(own)))
    if "merged" in wanted:
        pieces.append(Piece("merged", "model.safetensors", _bytes(tensors)))
    if "adapter" in wanted and exportable(origin):
        pieces.append(Piece("adapter-gguf", "adapter.gguf", _count(own) * 4 + 100_000))
    if "gguf" in wanted:
        size = math.ceil(_count(tensors) * _STORED[kind]) + _HEADER
        pieces.append(Piece("gguf", f"{name}-{kind}.gguf", size))
    return pieces


def file_stem(target: Path) -> str:
    """The folder's name, as a part of a file's name."""
    name = "".join(c if c.isalnum() or c in "._-" else "-" for c in target.name).strip(".-")
    return name.encode("utf-8", "replace").decode()[:60] or "model"


def exportable(origin: Origin) -> bool:
    """Whether llama.cpp reads this kind of model."""
    return not origin.classifier and not _foreign(origin)


def _impossible(origin: Origin) -> dict[str, str]:
    reasons: dict[str, str] = {}
    if not origin.adapter:
        reasons["adapter"] = "its weights are whole, there is no adapter"
    if origin.classifier:
        reasons["gguf"] = "it scores answers, and copydesk reads such models with transformers"
    elif foreign := _foreign(origin):
        reasons["gguf"] = foreign
    return reasons


def _foreign(origin: Origin) -> str:
    folder = origin.base.folder if origin.adapter else origin.model
    heads = read_object(folder / "config.json").get("architectures") if folder else None
    name = str(heads[0])[:80] if isinstance(heads, list) and heads else ""
    if folder is None or name in ARCHITECTURES:
        return ""
    return f"it is a {name or 'model of unknown kind'}, which copydesk does not export"


def _count(tensors: dict[str, Tensor]) -> int:
    return sum(math.prod(tensor.shape) for tensor in tensors.values())


def _bytes(tensors: dict[str, Tensor]) -> int:
    width = {"F32": 4, "F16": 2, "BF16": 2}
    return sum(math.prod(t.shape) * width[t.kind] for t in tensors.values())
