"""What lies at a path: a model folder, a LoRA adapter and its base, or a GGUF file.

Looked at before torch is imported, and before anything in it is trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem
from copydesk.generate.gguf import read_gguf
from copydesk.generate.json_file import read_object

_ADAPTER, _CONFIG = "adapter_config.json", "config.json"
_ADAPTER_WEIGHTS = "adapter_model.safetensors"
_MOST_LAYERS = 1000  # the deepest models have some 130; a wild number would be built for ever
_WHAT = (
    "a model is a folder with config.json and *.safetensors, an adapter's folder, or a GGUF file"
)
_AGAIN = "save or download the model again"


@dataclass(frozen=True)
class Source:
    """Where the parts of a model lie.

    Attributes:
        weights: the model folder, or the GGUF file.
        adapter: the adapter that belongs to it, or None.
        config: what config.json says; empty for a GGUF file.
    """

    weights: Path
    adapter: Path | None
    config: Mapping[str, Any]

    @property
    def is_gguf(self) -> bool:
        """Whether the weights lie in a GGUF file."""
        return self.weights.suffix == ".gguf"


def find_source(path: Path, base: Path | None = None) -> Source:
    """Look at a path.

    Args:
        path: a model folder, an adapter's folder, or a GGUF file.
        base: the model that an adapter belongs to; what adapter_config.json names if None.

    Raises:
        ModelProblem: there is nothing there that can be loaded.
    """
    if not path.exists():
        raise ModelProblem(f"{path} does not exist.", "copydesk models list")
    if path.is_dir() and not (path / _CONFIG).is_file() and (path / _ADAPTER).is_file():
        below = find_source(_base_of(path, check_adapter(path), base))
        if below.adapter:
            raise ModelProblem(
                f"{path} is an adapter on an adapter, {below.adapter}.",
                "merge the lower one into its model first",
            )
        return Source(below.weights, path, below.config)
    if path.is_file() and path.suffix == ".gguf":
        read_gguf(path)
        return Source(path, None, {})
    if not (path / _CONFIG).is_file():
        raise ModelProblem(f"{path} is not a model that transformers can load.", _WHAT)
    return Source(path, None, _checked(path))


def check_adapter(folder: Path) -> dict[str, Any]:
    """Look at an adapter's folder; returns its configuration.

    Raises:
        ModelProblem: it is no LoRA adapter in safetensors, or wants code to be imported.
    """
    config = read_object(folder / _ADAPTER)
    kind = config.get("peft_type")
    if kind != "LORA":
        raise ModelProblem(f"{folder} is an adapter of the kind {kind!r}.", "LoRA can be loaded")
    if config.get("megatron_config"):  # peft would import the module that the file names
        raise ModelProblem(f"{folder} is an adapter for Megatron.", "plain LoRA can be loaded")
    if not (folder / _ADAPTER_WEIGHTS).is_file():
        raise ModelProblem(f"{folder} has no {_ADAPTER_WEIGHTS}.", _AGAIN)
    return config


def _base_of(folder: Path, config: Mapping[str, Any], given: Path | None) -> Path:
    """The base that was given, or named as a path: absolute, from here, or from the adapter."""
    named = config.get("base_model_name_or_path")
    if given:
        places = [given]
    elif isinstance(named, str) and 0 < len(named) < 1000 and "\0" not in named:
        places = [Path(named), folder / named]
    else:
        places = []
    for place in places:
        if place.exists():
            return place
    name = given or named
    raise ModelProblem(
        f"The base model {str(name)[:200]!r} of the adapter {folder} is not here.",
        "give the folder or file of the model that it was trained on as the base",
    )


def _checked(folder: Path) -> dict[str, Any]:
    config = read_object(folder / _CONFIG)
    layers = config.get("num_hidden_layers", 0)
    if not isinstance(layers, int) or not 0 <= layers <= _MOST_LAYERS:
        raise ModelProblem(f"{folder / _CONFIG} speaks of {layers!r} layers.", _AGAIN)
    if not any(folder.glob("*.safetensors")):
        raise ModelProblem(
            f"{folder} has no weights in safetensors.",
            "other formats can run code when they are read: save the model as safetensors",
        )
    return config
