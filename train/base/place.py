"""Where a base lies, and what its files say of it before a weight is loaded."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from copydesk.errors import ModelProblem, UsageProblem
from copydesk.generate.catalogue import resolve
from copydesk.generate.download import fetch, silent
from copydesk.generate.hf.source import find_source
from copydesk.generate.hub import fetch_repository
from copydesk.generate.identity import weights_hash
from copydesk.generate.json_file import read_object
from copydesk.generate.sources import Progress
from copydesk.generate.specs import read_spec
from copydesk.train.base.settled import check_installed
from copydesk.train.base.unpack import ORIGIN, unpack


@dataclass(frozen=True)
class Base:
    """A folder of transformers that can be trained.

    Attributes:
        name: what the user calls it.
        folder: config.json, safetensors and tokenizer.
        sha256: of what the user named: the GGUF file, or the folder's files.
        parameters: weights in all tensors together, tied ones counted once.
        licence: its catalogue entry's; "" when unknown.
        architecture: transformers' name of the network, such as "LlamaForCausalLM".
        context: tokens that it was trained to read; 0 when unknown.
        file: the GGUF file that `folder` was unpacked from; None for a folder of the user's own.
    """

    name: str
    folder: Path
    sha256: str
    parameters: int
    licence: str
    architecture: str
    context: int
    file: Path | None = None


def prepare(model: str, *, progress: Progress = silent) -> Base:
    """Fetch a base if it is not here, unpack it if it is a GGUF file, and look at it.

    Args:
        model: a catalogue name, a GGUF file, `hf:…`, or a folder of transformers; empty: the
            default model.
        progress: told how far fetching and unpacking are.

    Raises:
        UnknownName, ModelProblem, DownloadFailed: there is no such model, or it cannot be had.
        UsageProblem: it is a server, or an adapter.
        MissingTool: the extra `train` is not installed.
        OutputProblem: there is no room to unpack it.
    """
    wanted = read_spec(model)
    if wanted.kind == "server":
        raise UsageProblem(
            f"{model} is a server, whose weights cannot be trained.",
            "give a catalogue name, a GGUF file, or a folder of transformers",
        )
    check_installed()
    if wanted.kind == "gguf":
        file = resolve(wanted.value)
        path = fetch(file, progress)
        sha256 = file.model.sha256 if file.model else weights_hash(path)
        licence = file.model.licence if file.model else ""
        origin = {"name": file.name, "file": str(path), "sha256": sha256, "licence": licence}
        return look(unpack(path, origin, progress))
    folder = Path(wanted.value) if wanted.kind == "folder" else fetch_repository(wanted.value)
    if find_source(folder).adapter:
        raise UsageProblem(
            f"{folder} is an adapter, not a base.",
            "give it as adapter.start, and its base as model",
        )
    return look(folder)


def look(folder: Path) -> Base:
    """What a folder that is there already says of itself; weights are not read, but hashed once.

    Raises:
        ModelProblem: it holds no model that transformers knows.
    """
    source = find_source(folder)
    named = source.config.get("architectures")
    architecture = str(named[0])[:80] if isinstance(named, list) and named else ""
    origin = read_object(folder / ORIGIN) if (folder / ORIGIN).is_file() else {}
    context = source.config.get("max_position_embeddings", 0)
    file = Path(str(origin["file"])) if origin.get("file") else None
    return Base(
        name=str(origin.get("name") or folder.resolve().name),
        folder=folder,
        sha256=str(origin.get("sha256") or weights_hash(folder)),
        parameters=count_parameters(json.dumps(dict(source.config), sort_keys=True), str(folder)),
        licence=str(origin.get("licence") or ""),
        architecture=architecture,
        context=context if isinstance(context, int) else 0,
        file=file if file and file.is_file() else None,
    )


def as_object(base: Base) -> dict[str, str | int | None]:
    """A base as JSON has it, for manifests."""
    kept = asdict(base)
    return kept | {"folder": str(base.folder), "file": str(base.file) if base.file else None}


@lru_cache(maxsize=32)
def count_parameters(config: str, folder: str) -> int:
    """Weights of the model that config.json describes, counted without making any.

    Args:
        config: the content of config.json, which the count depends on.
        folder: where it lies.

    Raises:
        ModelProblem: transformers does not know such a model, or the sizes make no sense.
    """
    del config  # part of the key: a folder may change
    import torch  # noqa: PLC0415 - slow, and only for who trains
    from transformers import AutoConfig, AutoModelForCausalLM  # noqa: PLC0415

    from copydesk.generate.hf.loading import quietly, told  # noqa: PLC0415

    with quietly(), told(Path(folder)), torch.device("meta"):
        settings = AutoConfig.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        build: Any = AutoModelForCausalLM.from_config  # it says of no argument what it is
        model = build(settings, trust_remote_code=False)
    count: int = sum(weight.numel() for weight in model.parameters())
    if count <= 0:
        raise ModelProblem(f"{folder} describes a model without weights.", "save it again")
    return count
