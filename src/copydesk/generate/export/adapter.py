"""A LoRA adapter of peft as the tensors of a GGUF adapter.

llama.cpp adds `alpha / rank * B A` to each matrix, with one alpha for the whole adapter. Whatever
peft scales otherwise (rank-stabilised, or an alpha per module) is folded into B.
"""

import math
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from copydesk.errors import ModelProblem
from copydesk.generate.export.container import Planned, checked
from copydesk.generate.export.folder import (
    ADAPTER_CONVERTER,
    Shape,
    parsed,
    unsupported,
)
from copydesk.generate.export.tensors import Tensor
from copydesk.generate.export.weights import gguf_name, module_shape, reorder, reordered_heads
from copydesk.generate.json_file import read_object

if TYPE_CHECKING:
    from copydesk.generate.export.tensors import Floats

_NAME = re.compile(r"base_model\.model\.(.+)\.lora_([AB])\.weight")
_PLAIN = re.compile(r"[A-Za-z0-9_.]+")
# Ways to begin that leave the base's weights as they are: the others train against changed ones.
_BEGINNINGS = (None, True, False, "gaussian", "orthogonal", "eva")
# Whatever of these is set makes more of an adapter than two matrices.
_BEYOND = {
    "use_dora": "uses DoRA",
    "lora_bias": "trains biases",
    "modules_to_save": "trains whole modules beside the matrices",
    "trainable_token_indices": "trains tokens of the embedding",
    "target_parameters": "trains parameters outside linear modules",
    "layer_replication": "repeats layers",
    "alora_invocation_tokens": "is switched on by tokens (aLoRA)",
    "use_qalora": "uses QA-LoRA",
    "use_bdlora": "uses block-diagonal matrices",
    "arrow_config": "routes between adapters",
    "kasa_config": "uses KaSA",
    "monteclora_config": "uses MonteCLoRA",
    "velora_config": "uses VeLoRA",
}


class _Config(BaseModel):
    """The part of adapter_config.json that matters here."""

    peft_type: str
    r: int = Field(gt=0, le=2**16)
    lora_alpha: float = Field(gt=0, le=1e30)
    use_rslora: bool = False
    bias: str = "none"
    base_model_name_or_path: str | None = None
    init_lora_weights: bool | str | None = True
    alpha_pattern: dict[str, Annotated[float, Field(gt=0, le=1e30)]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Adapter:
    """An adapter's folder, looked at: everything but its weights."""

    folder: Path
    alpha: float
    rank_stabilised: bool
    alphas: dict[str, float]
    base: str

    def scale(self, module: str, rank: int) -> float:
        """What peft multiplies `B A` of a module with."""
        name = next((key for key in self.alphas if f".{module}".endswith(f".{key}")), None)
        alpha = self.alpha if name is None else self.alphas[name]
        return alpha / (math.sqrt(rank) if self.rank_stabilised else rank)


def is_adapter(folder: Path) -> bool:
    """Whether this folder was written by peft."""
    return (folder / "adapter_config.json").is_file()


def read_adapter(folder: Path) -> Adapter:
    """What adapter_config.json says.

    Raises:
        ModelProblem: it is absent or damaged, or tells of more than two matrices per module.
    """
    path = folder / "adapter_config.json"
    content = read_object(path)
    config = parsed(_Config, content, path)
    if config.peft_type != "LORA":
        raise _refused(folder, f"is of the kind {config.peft_type[:40]!r}")
    for setting, what in _BEYOND.items():
        if content.get(setting):
            raise _refused(folder, what)
    if config.bias != "none":
        raise _refused(folder, "trains biases")
    if config.init_lora_weights not in _BEGINNINGS:
        raise _refused(folder, f"began with {config.init_lora_weights!r}, which changes the base")
    # peft reads these as regular expressions. Only names that mean themselves are understood.
    if not all(_PLAIN.fullmatch(key) for key in config.alpha_pattern):
        raise _refused(folder, "has an alpha for a pattern of names")
    return Adapter(
        folder=folder,
        alpha=config.lora_alpha,
        rank_stabilised=config.use_rslora,
        alphas=config.alpha_pattern,
        base=config.base_model_name_or_path or "",
    )


def adapter_settings(writer: Any, name: str, alpha: float) -> None:
    """Put what llama.cpp must know of an adapter into the header."""
    import gguf  # noqa: PLC0415 - only when an adapter is exported

    writer.add_type("adapter")
    writer.add_name(name)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)


def plan_adapter(adapter: Adapter, tensors: dict[str, Tensor], shape: Shape) -> list[Planned]:
    """The pairs of matrices, in float32.

    Raises:
        ModelProblem: a matrix has no counterpart, does not fit the base, or belongs to a module
            that llama.cpp does not adapt.
    """
    planned: list[Planned] = []
    for module, (down, up) in _pairs(adapter.folder, tensors).items():
        target = gguf_name(module, shape)
        wanted = module_shape(module, shape)
        if target is None or not module.endswith("_proj"):
            raise _refused(adapter.folder, f"adapts {module[:80]!r}")
        rank = down.shape[0]
        if down.shape != (rank, wanted[1]) or up.shape != (wanted[0], rank) or not rank:
            raise ModelProblem(
                f"The matrices for {module} in {adapter.folder} do not fit the base model.",
                "give the model that the adapter was trained on with --base",
            )
        factor = adapter.scale(module, rank) * rank / adapter.alpha
        heads = reordered_heads(module, shape)
        planned.append(
            Planned(f"{target}.weight.lora_a", down.shape, "f32", partial(checked, down))
        )
        planned.append(_up(f"{target}.weight.lora_b", up, factor, heads))
    if not planned:
        raise ModelProblem(
            f"There is no LoRA matrix in {adapter.folder}.", "save the adapter again"
        )
    return planned


def _pairs(folder: Path, tensors: dict[str, Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """A and B by the module they belong to."""
    halves: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        match = _NAME.fullmatch(name)
        if match is None or len(tensor.shape) != 2:
            raise _refused(folder, f"holds a tensor {name[:80]!r}")
        halves.setdefault(match[1], {})[match[2]] = tensor
    for module, half in halves.items():
        if len(half) < 2:
            raise ModelProblem(
                f"Of the two matrices for {module[:80]!r} in {folder} one is absent.",
                "save the adapter again",
            )
    return {module: (half["A"], half["B"]) for module, half in halves.items()}


def _up(name: str, tensor: Tensor, factor: float, heads: int) -> Planned:
    def read(start: int, stop: int) -> "Floats":
        rows = checked(tensor, start, stop) * factor
        return reorder(rows, heads) if heads else rows

    return Planned(name, tensor.shape, "f32", read, whole=heads > 0)


def _refused(folder: Path, what: str) -> ModelProblem:
    return unsupported(folder, what, ADAPTER_CONVERTER)
