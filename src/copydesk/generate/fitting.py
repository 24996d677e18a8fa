"""An adapter in the form that an engine takes: llama.cpp a GGUF file, transformers a folder."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from copydesk.config import cache_folder
from copydesk.errors import ModelProblem, OutputProblem
from copydesk.files import make_folder
from copydesk.generate.gguf import read_gguf
from copydesk.generate.identity import weights_hash
from copydesk.generate.json_file import read_object

_CONFIG = "adapter_config.json"
_FILE, _FOLDER = "adapter.gguf", "adapter"  # what `train publish` calls them
_A, _B = ".lora_a", ".lora_b"
_COMMON = {"model", "adapter"}  # what every run calls its result
_LONGEST = 1000  # characters of a path that a file names
Shapes = Mapping[str, tuple[int, ...]]


def name_of(path: Path) -> str:
    """What an adapter is called: its file or folder; a run's result by the run."""
    full = path.resolve()
    name = full.stem if full.is_file() else full.name
    return full.parent.name if name in _COMMON and full.parent.name else name


def for_llamacpp(path: Path, model: Path) -> Path:
    """The GGUF file of an adapter.

    A folder of peft is turned into one for this model, once: it is kept in the cache.

    Args:
        path: a GGUF file, a folder of peft, or one that `train publish` made, which holds both.
        model: the GGUF file that it stands on.

    Raises:
        ModelProblem: it is no adapter, or belongs to another model.
        MissingTool: a folder is to be turned, and the package gguf is not installed.
    """
    if path.is_dir() and not (path / _FILE).is_file():
        return _turned(_own_folder(path), model)
    file = path / _FILE if path.is_dir() else path
    _check(file, model)
    return file


def for_transformers(path: Path) -> Path:
    """The folder of an adapter as peft saves it.

    Raises:
        ModelProblem: it is a GGUF file, or a folder that holds no adapter.
    """
    if path.is_file():
        raise ModelProblem(
            f"The adapter {path} is a GGUF file, and the model is one of transformers.",
            "give the folder that it was made from, or a GGUF file as the model",
        )
    return _own_folder(path)


def _own_folder(path: Path) -> Path:
    for folder in (path, path / _FOLDER):
        if (folder / _CONFIG).is_file():
            return folder
    below = path / "model"
    raise ModelProblem(
        f"The folder {path} holds no adapter.",
        f"give {below}" if (below / _CONFIG).is_file() else f"an adapter's has an {_CONFIG}",
    )


def _turned(folder: Path, model: Path) -> Path:
    """The file that was made of a folder for this model; hashes of both are remembered."""
    from copydesk.generate.export import export_model  # noqa: PLC0415 - only where it is needed

    asked = f"{weights_hash(folder)}\n{weights_hash(model)}"
    kept = cache_folder() / "adapters"
    file = kept / f"{hashlib.sha256(asked.encode()).hexdigest()[:24]}.gguf"
    if file.is_file():
        return file
    try:
        make_folder(kept)
        # Two commands may do so at once: the file appears whole, and is the same.
        export_model(folder, file, base=model, check=False, force=True)
    except OutputProblem as problem:
        raise ModelProblem(
            f"The adapter {folder} cannot be made a GGUF file in the cache: {problem.message}",
            f"copydesk models export {folder} -o FILE.gguf",
        ) from None
    except ModelProblem as problem:
        raise ModelProblem(problem.message, _trained_on(folder) or problem.hint) from None
    return file


def _check(file: Path, model: Path) -> None:
    """Refuse what is no adapter of this model.

    Raises:
        ModelProblem: it has no matrices of a LoRA adapter, or they have other sizes.
    """
    adapter, base = read_gguf(file), read_gguf(model)
    if not any(name.endswith(_A) for name in adapter.shapes):
        raise ModelProblem(
            f"{file} is no LoRA adapter.", "the file of a whole model is given with --model"
        )
    wrong = next(_unlike(adapter.shapes, base.shapes), "")
    if adapter.architecture != base.architecture or wrong:
        why = f"it does not fit {wrong}" if wrong else f"it is for {adapter.architecture[:40]}"
        raise ModelProblem(
            f"The adapter {file} belongs to another model than {model.name}: {why}.",
            _trained_on(file.parent / _FOLDER) or "name the model that it was trained on: --model",
        )


def _unlike(adapter: Shapes, base: Shapes) -> Iterator[str]:
    """Matrices that the model does not have in this size; GGUF names the inner size first."""
    for name, shape in adapter.items():
        whole_name = name.removesuffix(_A).removesuffix(_B)
        # Those of the embeddings lie the other way round, and those of experts are three-deep.
        if whole_name == name or whole_name.startswith("token_embd.") or len(shape) != 2:
            continue
        whole = base.get(whole_name, ())
        at = 0 if name.endswith(_A) else 1
        if len(whole) != 2 or shape[at] != whole[at]:
            yield whole_name[:80]


def _trained_on(folder: Path) -> str:
    """A hint that names the base, as far as the adapter says; "" where it does not."""
    try:
        named = read_object(folder / _CONFIG).get("base_model_name_or_path")
        if not isinstance(named, str) or not 0 < len(named) < _LONGEST or "\0" in named:
            return ""
        origin = Path(named) / "origin.json"
        name = read_object(origin).get("name") if origin.is_file() else named
    except (ModelProblem, OSError):
        return ""
    return f"it was trained on {name}: --model {name}" if isinstance(name, str) and name else ""
