"""How much memory a run needs, worked out from the settings of its base, without loading it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.train.recipe import Recipe
from copydesk.train.recipes import ONLINE

_LARGEST = 1_000_000  # bytes of a config.json
_RUNTIME = 700_000_000  # Python with torch and its libraries, measured; a CUDA context is alike
_FOUR_BITS = 0.56  # bytes a weight takes with its share of scales, at blocks of 64
_CHUNK = 1024  # rows of logits that the chunked head keeps at a time
# Answers with activations in a batch, for each row; KTO's second set is read without gradients.
_ANSWERS = {"dpo": 2.0, "orpo": 2.0, "simpo": 2.0, "kto": 1.5}
_NO_REFERENCE = {"sft", "reward", "orpo", "simpo"}


@dataclass(frozen=True)
class Shape:
    """The sizes of a decoder.

    Attributes:
        parameters: all of them.
        hidden, inner: width of the stream, and of the feed-forward layers.
        query, key: width of all query heads, and of all key heads.
        layers, vocabulary: how many.
    """

    parameters: int
    hidden: int
    inner: int
    query: int
    key: int
    layers: int
    vocabulary: int


@dataclass(frozen=True)
class Need:
    """Bytes, by what they are for."""

    weights: int
    training: int
    activations: int
    logits: int
    runtime: int

    @property
    def total(self) -> int:
        """All together."""
        return self.weights + self.training + self.activations + self.logits + self.runtime


def read_shape(folder: Path, parameters: int) -> Shape:
    """The sizes that a model folder's config.json gives; what it leaves out is guessed."""
    try:
        with (folder / "config.json").open("rb") as stream:
            config = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError):
        config = {}
    if isinstance(config.get("text_config"), dict):
        config = config["text_config"]
    hidden = _size(config, "hidden_size", 1024)
    heads = _size(config, "num_attention_heads", max(1, hidden // 64))
    each = _size(config, "head_dim", max(1, hidden // heads))
    return Shape(
        parameters=parameters,
        hidden=hidden,
        inner=_size(config, "intermediate_size", 4 * hidden),
        query=heads * each,
        key=_size(config, "num_key_value_heads", heads) * each,
        layers=_size(config, "num_hidden_layers", 24),
        vocabulary=_size(config, "vocab_size", 50_000),
    )


def memory_needed(
    recipe: Recipe, shape: Shape, *, length: int, answers: int = 2, bytes_each: int = 2
) -> Need:
    """The most memory that a run takes at a time, in bytes.

    - weights: parameters × bytes, of the frozen model that an adapter is trained on, or of the
      reference that full training holds on to; an adapter's reference is the model without it.
    - training: weights that learn × 16 (themselves, their gradient and AdamW's two means, in
      float32; Kingma and Ba 2015).
    - activations: per token and layer, what the backward pass of a decoder layer with gated
      feed-forward, RMS norms and fused attention keeps: 10 h + 4 q + 3 k + 4 m values, and with an
      adapter in float32 the inputs of its matrices once more, 10 h + 2 q + 2 m values twice as
      wide (after Korthikanti et al. 2022, table 2, for h stream, q queries, k keys, m
      feed-forward). Recomputed, only h for each layer and one layer whole.
    - logits: of `_CHUNK` positions at a time, in float32, thrice.

    Args:
        length: tokens of the longest row, prompt and answer.
        answers: of the longest ranking, for `reward`.
        bytes_each: of a value that is computed with: 2 or 4.
    """
    tokens = sequences(recipe, answers) * min(length, recipe.max_length)
    if recipe.method in ONLINE:
        tokens = sequences(recipe, answers) * length
    learning = shape.parameters if recipe.full else adapter_parameters(recipe, shape)
    copies = int(recipe.method not in _NO_REFERENCE) if recipe.full else 1
    if recipe.method == "ppo" and not recipe.full:
        learning *= 2  # the values have an adapter of their own
    each = _FOUR_BITS if recipe.adapter.quantized else bytes_each
    layer = _layer_values(recipe, shape) * bytes_each
    kept = (
        shape.layers * shape.hidden * bytes_each + layer
        if recipe.checkpointing
        else shape.layers * layer
    )
    return Need(
        weights=int(shape.parameters * each * copies),
        training=learning * 16,
        activations=int(tokens * kept),
        logits=int(min(tokens, _CHUNK) * shape.vocabulary * 4 * 3),
        runtime=_RUNTIME,
    )


def sequences(recipe: Recipe, answers: int) -> float:
    """Sequences whose activations are held at a time on one device."""
    if recipe.method == "reward":
        return float(recipe.schedule.batch * max(2, answers))
    if recipe.method == "ppo":
        round_ = recipe.rollout.prompts * recipe.rollout.answers
        return float(max(1, min(recipe.schedule.batch, round_ // recipe.ppo.minibatches)))
    return recipe.schedule.batch * _ANSWERS.get(recipe.method, 1.0)


def adapter_parameters(recipe: Recipe, shape: Shape) -> int:
    """Weights of LoRA on every linear layer of a gated decoder: rank × (in + out) for each."""
    h, m, q, k = shape.hidden, shape.inner, shape.query, shape.key
    pairs = {
        "q_proj": h + q,
        "k_proj": h + k,
        "v_proj": h + k,
        "o_proj": q + h,
        "gate_proj": h + m,
        "up_proj": h + m,
        "down_proj": m + h,
    }
    wanted = [name.strip() for name in recipe.adapter.targets.split(",")]
    sizes = [size for name, size in pairs.items() if wanted == ["all-linear"] or name in wanted]
    return recipe.adapter.rank * shape.layers * sum(sizes or pairs.values())


def _layer_values(recipe: Recipe, shape: Shape) -> int:
    h, m, q, k = shape.hidden, shape.inner, shape.query, shape.key
    own = 10 * h + 4 * q + 3 * k + 4 * m
    return own if recipe.full else own + 10 * h + 2 * q + 2 * m


def _size(config: dict[str, Any], key: str, otherwise: int) -> int:
    value = config.get(key)
    return value if isinstance(value, int) and 0 < value < 10**9 else otherwise
