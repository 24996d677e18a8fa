"""Reads what a model folder of transformers says about itself, trusting none of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from copydesk.errors import ModelProblem
from copydesk.generate.json_file import read_object

ARCHITECTURES = {"LlamaForCausalLM": "llama", "Qwen2ForCausalLM": "qwen2"}
CONVERTER = "llama.cpp's convert_hf_to_gguf.py may know it"
ADAPTER_CONVERTER = "llama.cpp's convert_lora_to_gguf.py may know it"


Model = TypeVar("Model", bound=BaseModel)

_AGAIN = "save the model again with transformers' save_pretrained"
_COUNT = Field(gt=0, le=2**24)
_LARGEST = 1e30  # of what becomes a float32


@dataclass(frozen=True)
class Rope:
    """How positions are rotated: the base of the frequencies, and what stretches them."""

    theta: float = 10_000.0
    kind: Literal["default", "linear", "llama3"] = "default"
    factor: float = 1.0
    low: float = 1.0
    high: float = 4.0
    original_context: int = 8192


@dataclass(frozen=True)
class Shape:
    """The sizes of a model; vectors are `hidden` long, each head `head_size`."""

    architecture: str
    hidden: int
    feed_forward: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    rows: int  # of the embedding: some models have more than tokens
    context: int
    epsilon: float
    rope: Rope
    tied: bool
    special_ids: dict[str, int] = field(default_factory=dict)


class _Config(BaseModel):
    """The part of config.json that matters here; what is absent has transformers' defaults."""

    hidden_size: int = _COUNT
    intermediate_size: int = _COUNT
    num_hidden_layers: int = Field(gt=0, le=1000)
    num_attention_heads: int = _COUNT
    num_key_value_heads: int | None = Field(None, gt=0)
    head_dim: int | None = Field(None, gt=0, le=2**16)
    vocab_size: int = _COUNT
    max_position_embeddings: int = Field(2048, gt=0, le=2**31 - 1)
    rms_norm_eps: float = Field(1e-6, gt=0, le=1)
    tie_word_embeddings: bool = False
    hidden_act: str = "silu"
    use_sliding_window: bool = False
    quantization_config: dict[str, Any] | None = None
    rope_theta: float | None = Field(None, gt=0, le=_LARGEST)
    rope_scaling: dict[str, Any] | None = None
    rope_parameters: dict[str, Any] | None = None


class _Rope(BaseModel):
    rope_theta: float = Field(10_000.0, gt=0, le=_LARGEST)
    rope_type: str = "default"
    factor: float = Field(1.0, gt=0, le=_LARGEST)
    low_freq_factor: float = Field(1.0, gt=0, le=_LARGEST)
    high_freq_factor: float = Field(4.0, gt=0, le=_LARGEST)
    original_max_position_embeddings: int = _COUNT
    partial_rotary_factor: float = 1.0


def read_shape(folder: Path) -> Shape:
    """The sizes of the model in a folder, from its config.json.

    Raises:
        ModelProblem: the file is absent or damaged, or the model is one that is not exported.
    """
    path = folder / "config.json"
    content = read_object(path)
    architecture = _architecture(folder, content)
    config = parsed(_Config, content, path)
    _check_supported(folder, config, content)
    heads = config.num_attention_heads
    shape = Shape(
        architecture=architecture,
        hidden=config.hidden_size,
        feed_forward=config.intermediate_size,
        layers=config.num_hidden_layers,
        heads=heads,
        kv_heads=config.num_key_value_heads or heads,
        head_size=config.head_dim or config.hidden_size // heads,
        rows=config.vocab_size,
        context=config.max_position_embeddings,
        epsilon=config.rms_norm_eps,
        rope=_rope(folder, config, architecture),
        tied=config.tie_word_embeddings,
        special_ids=_special_ids(content),
    )
    if shape.heads % shape.kv_heads or shape.head_size % 2 or not shape.head_size:
        raise ModelProblem(f"The numbers of heads in {path} do not go together.", _AGAIN)
    return shape


def parsed(kind: type[Model], content: object, path: Path) -> Model:
    """`content` as `kind`.

    Raises:
        ModelProblem: with the first thing that is wrong.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelProblem(f"{path} is wrong at {place!r}: {first['msg']}.", _AGAIN) from None


def unsupported(folder: Path, what: str, converter: str = CONVERTER) -> ModelProblem:
    """The refusal of a model that is fine, but not one that is exported here."""
    return ModelProblem(f"{folder} {what}, which copydesk does not export.", converter)


def _architecture(folder: Path, content: dict[str, Any]) -> str:
    named = content.get("architectures")
    name = str(named[0])[:80] if isinstance(named, list) and named else ""
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    # Whatever stands there may be no name at all.
    what = f"a {name}" if name.isidentifier() else "a model of unknown kind"
    raise ModelProblem(
        f"{folder} is {what}; copydesk exports {' and '.join(ARCHITECTURES)}.", CONVERTER
    )


def _check_supported(folder: Path, config: _Config, content: dict[str, Any]) -> None:
    if config.quantization_config:
        raise ModelProblem(
            f"The weights in {folder} are quantised already.",
            "export the model that they were made of",
        )
    if config.hidden_act not in {"silu", "swish"}:
        raise unsupported(folder, f"has the activation {config.hidden_act[:40]!r}")
    if config.use_sliding_window:
        raise unsupported(folder, "uses sliding windows")
    if content.get("auto_map"):
        raise unsupported(folder, "brings code of its own")


def _rope(folder: Path, config: _Config, architecture: str) -> Rope:
    """Both spellings: `rope_parameters` of transformers 5, `rope_theta` and `rope_scaling` of 4."""
    given = dict(config.rope_parameters or config.rope_scaling or {})
    given.setdefault("rope_type", given.get("type", "default"))
    given.setdefault("original_max_position_embeddings", config.max_position_embeddings)
    if config.rope_theta is not None:
        given.setdefault("rope_theta", config.rope_theta)
    rope = parsed(_Rope, given, folder / "config.json")
    kind = rope.rope_type
    known = ("default", "linear", "llama3") if architecture == "llama" else ("default", "linear")
    if kind not in known or rope.partial_rotary_factor != 1.0:
        raise unsupported(folder, f"rotates positions in the way {kind[:40]!r}")
    if kind == "llama3" and rope.low_freq_factor >= rope.high_freq_factor:
        raise ModelProblem(f"The factors of the positions in {folder} are in disorder.", _AGAIN)
    return Rope(
        theta=rope.rope_theta,
        kind=kind,  # type: ignore[arg-type]  # one of `known`
        factor=rope.factor,
        low=rope.low_freq_factor,
        high=rope.high_freq_factor,
        original_context=rope.original_max_position_embeddings,
    )


def _special_ids(content: dict[str, Any]) -> dict[str, int]:
    """`bos`, `eos`, `pad` where the configuration names one; the first, where it names several."""
    found: dict[str, int] = {}
    for name in ("bos", "eos", "pad"):
        value = content.get(f"{name}_token_id")
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, int) and not isinstance(value, bool):
            found[name] = value
    return found
