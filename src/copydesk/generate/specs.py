"""What `--model` names: a GGUF file, a folder of transformers, a repository, or a server."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from copydesk.errors import ModelProblem, UsageProblem

Kind = Literal["gguf", "folder", "hub", "server"]

_SERVER = "openai:"
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Spec:
    """A model as it was asked for.

    Attributes:
        kind: "gguf": a catalogue name, a GGUF file, or `hf:OWNER/REPO/FILE.gguf`; "folder": a model
            or LoRA adapter as transformers saves it; "hub": a repository of such files; "server":
            any OpenAI-compatible one.
        value: what that kind goes by: the name or path, the folder, OWNER/REPO, MODEL@URL.
    """

    kind: Kind
    value: str


def read_spec(spec: str) -> Spec:
    """Say what kind of model is meant; nothing is opened or fetched.

    Raises:
        UsageProblem: the words after `openai:` or `hf:` are not complete.
        ModelProblem: a folder that holds no model.
    """
    if spec.startswith(_SERVER):
        return Spec("server", spec)
    repo = spec.removeprefix("hf:")
    if spec.startswith("hf:") and not repo.endswith(".gguf"):
        return _on_hub(repo)
    path = Path(spec).expanduser()
    if spec and path.is_dir():
        return _in_folder(path)
    if "/" in spec and _REPO.fullmatch(spec) and not spec.endswith(".gguf") and not path.exists():
        return Spec("hub", spec)
    return Spec("gguf", spec)


def _on_hub(repo: str) -> Spec:
    if not _REPO.fullmatch(repo):
        raise UsageProblem(
            f"'hf:{repo}' does not name a repository of the hub.",
            "write hf:OWNER/REPO for a model of transformers, hf:OWNER/REPO/FILE.gguf for a file",
        )
    return Spec("hub", repo)


def _in_folder(path: Path) -> Spec:
    """A folder is a model of transformers, an adapter, or the place of a single GGUF file."""
    if _is_model(path):
        return Spec("folder", str(path))
    # What `train publish` calls adapter.gguf goes beside a model, and is none.
    files = sorted(file for file in path.glob("*.gguf") if file.name != "adapter.gguf")
    if len(files) == 1:
        return Spec("gguf", str(files[0]))
    if files:
        raise ModelProblem(
            f"The folder {path} holds {len(files)} GGUF files.",
            f"name one of them: {files[0].name}",
        )
    below = path / "model"  # a run of training holds what came of it there
    raise ModelProblem(
        f"The folder {path} holds no model.",
        f"give {below}"
        if _is_model(below)
        else "a model folder has a config.json, the folder of an adapter an adapter_config.json",
    )


def _is_model(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("config.json", "adapter_config.json"))
