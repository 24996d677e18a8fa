"""The real contest: which engine speaks for whom, opened when the first answer is missing."""

# ruff: noqa: PLC0415 - engines are imported when they are needed

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from copydesk.errors import CopydeskError, UsageProblem
from copydesk.files import make_folder
from copydesk.generate.identity import weights_hash
from copydesk.train.base import Base
from copydesk.train.base.place import look
from copydesk.train.evaluate.likelihood import Answered, Likelihood, likelihoods
from copydesk.train.evaluate.voices import LlamaVoices, TorchVoices, Voices

Engine = Literal["auto", "llama.cpp", "transformers"]


class Contest(Protocol):
    """Who is there to be asked, and how likely they find texts.

    Attributes:
        names: of those that speak with weights of their own: "policy", "base", and perhaps "sft".
    """

    names: tuple[str, ...]

    def identity(self, name: str) -> str:
        """Of weights and engine: other answers are expected of another."""

    def voices(self) -> Voices:
        """The engine, opened when it is first asked for."""

    def voice(self, name: str) -> str:
        """What the engine calls it."""

    def likelihoods(self, name: str, rows: Sequence[Answered], max_length: int) -> list[Likelihood]:
        """How likely it finds texts."""

    def close(self) -> None:
        """Give back the memory."""


@dataclass(frozen=True)
class Subject:
    """What is evaluated.

    Attributes:
        title: what to call it.
        base: what it was trained on.
        model: its folder, an adapter or a whole model.
        sft: the folder of the model that learned from samples alone; None if there is none, or
            `model` is it.
    """

    title: str
    base: Base
    model: Path
    sft: Path | None = None


class LocalContest:
    """Weights on this machine. llama.cpp speaks on a CPU where it can, transformers elsewhere."""

    def __init__(self, subject: Subject, scratch: Path, engine: Engine = "auto") -> None:
        """Nothing is loaded yet.

        Args:
            scratch: a folder for adapters that are exported for llama.cpp.

        Raises:
            UsageProblem: llama.cpp was asked for, and cannot speak for this model.
        """
        self._subject, self._scratch = subject, scratch
        folders = {"policy": subject.model}
        if subject.sft is not None:
            folders["sft"] = subject.sft
        self.names = ("policy", "base", *(name for name in folders if name != "policy"))
        self._adapters = {n: f for n, f in folders.items() if not (f / "config.json").is_file()}
        self._wholes = {n: f for n, f in folders.items() if n not in self._adapters}
        reason = self._not_llama()
        if engine == "llama.cpp" and reason:
            raise UsageProblem(f"llama.cpp cannot speak here: {reason}.", "leave --engine out")
        self._llama = engine == "llama.cpp" or (engine == "auto" and not reason and not _gpu())
        self._hashes = {name: weights_hash(folder) for name, folder in folders.items()}
        self._open: LlamaVoices | None = None
        self._torch: TorchVoices | None = None

    def identity(self, name: str) -> str:
        """See `Contest`."""
        engine = "llama.cpp" if self._llama else "transformers"
        return f"{engine} {self._subject.base.sha256} {self._hashes.get(name, '')}"

    def voice(self, name: str) -> str:
        """See `Contest`."""
        return name if name in self._hashes else ""

    def voices(self) -> Voices:
        """See `Contest`."""
        if not self._llama:
            return self._loaded()
        if self._open is None:
            file = self._subject.base.file
            assert file is not None  # noqa: S101 - else llama.cpp was not chosen
            self._open = LlamaVoices(file, self._exported(file))
        return self._open

    def likelihoods(self, name: str, rows: Sequence[Answered], max_length: int) -> list[Likelihood]:
        """See `Contest`. Answers come first: llama.cpp is closed here."""
        if self._open is not None:
            self._open.close()
            self._open = None
        return likelihoods(self._loaded(), self.voice(name), rows, max_length)

    def close(self) -> None:
        """See `Contest`."""
        for voices in (self._open, self._torch):
            if voices is not None:
                voices.close()
        self._open = self._torch = None

    def _loaded(self) -> TorchVoices:
        if self._torch is None:
            wholes = {name: look(folder) for name, folder in self._wholes.items()}
            self._torch = TorchVoices(self._subject.base, self._adapters, wholes=wholes)
        return self._torch

    def _exported(self, file: Path) -> Mapping[str, Path]:
        """The adapters as llama.cpp reads them, exported once."""
        from copydesk.generate.export import export_model

        make_folder(self._scratch)
        found = {}
        for name, folder in self._adapters.items():
            path = self._scratch / f"{name}-{self._hashes[name][:16]}.gguf"
            if not path.is_file():
                export_model(folder, path, base=file, check=False)
            found[name] = path
        return found

    def _not_llama(self) -> str:
        """Why llama.cpp cannot speak for all of them; "" if it can."""
        from copydesk.generate.export.adapter import read_adapter
        from copydesk.generate.export.folder import ARCHITECTURES

        base = self._subject.base
        if self._wholes:
            return "all weights were trained"
        if base.file is None:
            return "the base is no GGUF file"
        if base.architecture not in ARCHITECTURES:
            return f"{base.architecture or 'its kind'} is not exported"
        try:
            for folder in self._adapters.values():
                read_adapter(folder)
        except CopydeskError as problem:
            return problem.message.rstrip(".")
        return ""


def _gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())
