"""The model that an adapter was trained on: a folder of transformers, or a GGUF file."""

from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.export.adapter import Adapter
from copydesk.generate.export.folder import Rope, Shape, read_shape, unsupported
from copydesk.generate.gguf import read_gguf

_HINT = "give the model that the adapter was trained on with --base"


def find_base(adapter: Adapter, given: Path | None) -> Path:
    """The base: what was given, else the path that adapter_config.json names.

    Raises:
        ModelProblem: there is nothing at that place. A name on a hub is not looked for.
    """
    if given is not None:
        if not given.exists():
            raise ModelProblem(f"{given} does not exist.", _HINT)
        return given
    named = adapter.base
    # A name could be anything, even one that no path can be.
    if not named or "\0" in named or len(named) > 1000 or not Path(named).exists():
        raise ModelProblem(f"The base model of {adapter.folder} ({named[:80]}) is not here.", _HINT)
    return Path(named)


def base_shape(base: Path) -> Shape:
    """The sizes of a base; of its weights nothing is read.

    Raises:
        ModelProblem: it is damaged, or of an architecture that is not exported.
    """
    return _gguf_shape(base) if base.is_file() else read_shape(base)


def _gguf_shape(path: Path) -> Shape:
    architecture = read_gguf(path).architecture  # which also refuses what is damaged
    if architecture not in {"llama", "qwen2"}:
        raise unsupported(path, f"is of the architecture {architecture[:40]!r}")
    import gguf  # noqa: PLC0415 - only when an adapter on a GGUF file is exported

    try:
        reader = gguf.GGUFReader(path)
    except (ValueError, KeyError, IndexError, OSError) as error:
        raise ModelProblem(f"{path} cannot be read: {error}.", _HINT) from None
    names = {tensor.name: tensor for tensor in reader.tensors}

    def size(key: str, default: int = 0) -> int:
        return _number(reader, f"{architecture}.{key}", default)

    heads, hidden = size("attention.head_count"), size("embedding_length")
    kv_heads = size("attention.head_count_kv", heads)
    if min(heads, kv_heads, hidden, size("block_count")) < 1 or "token_embd.weight" not in names:
        raise ModelProblem(f"{path} does not say how large its model is.", _HINT)
    return Shape(
        architecture=architecture,
        hidden=hidden,
        feed_forward=size("feed_forward_length"),
        layers=size("block_count"),
        heads=heads,
        kv_heads=kv_heads,
        head_size=size("attention.key_length", hidden // heads),
        rows=int(names["token_embd.weight"].shape[1]),
        context=size("context_length", 2048),
        epsilon=1e-6,
        rope=Rope(),
        tied="output.weight" not in names,
    )


def _number(reader: Any, key: str, default: int) -> int:
    found = reader.get_field(key)
    value = found.contents() if found is not None else default
    return value if isinstance(value, int) else default
