"""Which tensor of a model folder becomes which tensor of a GGUF file."""

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import ModelProblem
from copydesk.generate.export.container import Kind, Planned, checked, storage
from copydesk.generate.export.folder import Shape, unsupported
from copydesk.generate.export.tensors import Tensor

if TYPE_CHECKING:
    from copydesk.generate.export.tensors import Floats

# What transformers calls a module of a layer -> what llama.cpp does.
_LINEAR = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_NORMS = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
_OUTSIDE = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
_WITH_BIAS = {"llama": (), "qwen2": ("q", "k", "v")}  # in every model of the architecture
_LAYER_NAME = re.compile(r"model\.layers\.(0|[1-9][0-9]{0,3})\.(.+)")
# Older folders hold the frequencies of the positions, which follow from the configuration.
_DERIVED = re.compile(r"model\.layers\.[0-9]+\.self_attn\.rotary_emb\.inv_freq")


def plan(folder: Path, tensors: dict[str, Tensor], shape: Shape, kind: Kind) -> list[Planned]:
    """What the file will hold.

    Raises:
        ModelProblem: a tensor is absent, of no known use, or not as large as config.json says.
    """
    missing = _required(shape)
    planned = []
    for name, tensor in tensors.items():
        module, _, part = name.rpartition(".")
        if _DERIVED.fullmatch(name) or (module == "lm_head" and shape.tied):
            continue
        target = gguf_name(module, shape)
        if target is None or part not in {"weight", "bias"}:
            raise unsupported(folder, f"has a tensor {name[:80]!r}")
        if part == "bias" and not module.endswith("_proj"):
            raise unsupported(folder, f"has a tensor {name[:80]!r}")
        wanted = module_shape(module, shape)[: 1 if part == "bias" else None]
        if tensor.shape != wanted:
            raise ModelProblem(
                f"{name} in {folder} is of shape {tensor.shape}, and config.json says {wanted}.",
                "save model and configuration again together",
            )
        missing.discard(name)
        planned.append(_planned(f"{target}.{part}", tensor, kind, reordered_heads(module, shape)))
    if missing:
        raise ModelProblem(
            f"The weights in {folder} lack {min(missing)}.", "save the whole model again"
        )
    return planned + _positions(shape)


def settings(writer: Any, shape: Shape, name: str, kind: Kind) -> None:
    """Put the sizes of the model into the header."""
    import gguf  # noqa: PLC0415 - only when a model is exported

    writer.add_type("model")
    writer.add_name(name)
    filetype = gguf.LlamaFileType.MOSTLY_F16 if kind == "f16" else gguf.LlamaFileType.MOSTLY_Q8_0
    writer.add_file_type(filetype)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_size)
    writer.add_value_length(shape.head_size)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.rows)
    writer.add_rope_dimension_count(shape.head_size)
    writer.add_rope_freq_base(shape.rope.theta)
    if shape.rope.kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(shape.rope.factor)


def gguf_name(module: str, shape: Shape) -> str | None:
    """What llama.cpp calls a module of transformers; None if it has no such module."""
    if module in _OUTSIDE:
        return _OUTSIDE[module]
    match = _LAYER_NAME.fullmatch(module)
    known = (_LINEAR | _NORMS).get(match[2]) if match else None
    if match is None or known is None or int(match[1]) >= shape.layers:
        return None
    return f"blk.{match[1]}.{known}"


def module_shape(module: str, shape: Shape) -> tuple[int, ...]:
    """The shape of a module's weight, rows (outputs) first."""
    queries, keys = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    shapes: dict[str, tuple[int, ...]] = {
        "q_proj": (queries, shape.hidden),
        "k_proj": (keys, shape.hidden),
        "v_proj": (keys, shape.hidden),
        "o_proj": (shape.hidden, queries),
        "gate_proj": (shape.feed_forward, shape.hidden),
        "up_proj": (shape.feed_forward, shape.hidden),
        "down_proj": (shape.hidden, shape.feed_forward),
        "embed_tokens": (shape.rows, shape.hidden),
        "lm_head": (shape.rows, shape.hidden),
    }
    return shapes.get(module.rpartition(".")[2], (shape.hidden,))


def reordered_heads(module: str, shape: Shape) -> int:
    """How many heads the rows of this module make, if llama.cpp wants them in another order.

    transformers rotates number i of a head with number i + size/2. So does llama.cpp for Qwen2,
    but for Llama it rotates neighbours.
    """
    if shape.architecture != "llama":
        return 0
    return {"q_proj": shape.heads, "k_proj": shape.kv_heads}.get(module.rpartition(".")[2], 0)


def reorder(rows: "Floats", heads: int) -> "Floats":
    """Numbers, heads * size of them in rows or in one, so that what rotates are neighbours."""
    split = rows.reshape(heads, 2, rows.shape[0] // heads // 2, -1)
    return split.swapaxes(1, 2).reshape(rows.shape)


def rope_factors(shape: Shape) -> "Floats":
    """By how much each of the `head_size / 2` frequencies is divided, for Llama 3's positions.

    Long waves are stretched by the factor, short ones left alone, and those between by a share.
    Source: `_compute_llama3_parameters` of transformers' modeling_rope_utils, after Llama 3.1.
    """
    import numpy as np  # noqa: PLC0415

    rope, size = shape.rope, shape.head_size
    wavelength = 2 * np.pi * rope.theta ** (np.arange(0, size, 2) / size)
    turns = rope.original_context / wavelength
    share = np.clip((turns - rope.low) / (rope.high - rope.low), 0, 1)
    return (1 / ((1 - share) / rope.factor + share)).astype(np.float32)


def _planned(name: str, tensor: Tensor, kind: Kind, heads: int) -> Planned:
    def reordered(start: int, stop: int) -> "Floats":
        rows = checked(tensor, start, stop)
        # A vector is read as one row of numbers, and reordered as many of one.
        return reorder(rows.reshape(*tensor.shape), heads).reshape(rows.shape)

    read = reordered if heads else partial(checked, tensor)
    return Planned(name, tensor.shape, storage(tensor.shape, kind), read, whole=heads > 0)


def _positions(shape: Shape) -> list[Planned]:
    if shape.rope.kind != "llama3":
        return []
    factors = rope_factors(shape)
    return [Planned("rope_freqs.weight", factors.shape, "f32", lambda *_rows: factors[None])]


def _required(shape: Shape) -> set[str]:
    names = ["model.embed_tokens.weight", "model.norm.weight"]
    names += [] if shape.tied else ["lm_head.weight"]
    for layer in range(shape.layers):
        within = f"model.layers.{layer}"
        names += [f"{within}.{module}.weight" for module in (*_LINEAR, *_NORMS)]
        names += [f"{within}.self_attn.{x}_proj.bias" for x in _WITH_BIAS[shape.architecture]]
    return set(names)
