"""transformers in this process: model folders and adapters, on a CPU or GPU, answers in batches."""

import gc
import threading
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from copydesk.errors import GenerationFailed, UnknownName
from copydesk.generate.asked import Asked, Origin, conclude, fit_request
from copydesk.generate.chat import Part
from copydesk.generate.hf.batch import Batch
from copydesk.generate.hf.loading import HfInfo, Loaded, load
from copydesk.generate.hf.rendering import read_parts, rendering_of
from copydesk.generate.hf.source import find_source
from copydesk.generate.hf.voice import Voice
from copydesk.generate.protocol import Message, Piece, Request
from copydesk.generate.steer import Steering, steer
from copydesk.generate.threads import choose_threads


class Transformers:
    """One model, loaded once. Any thread may ask it; threads take turns token by token."""

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        context: int = 4096,
        threads: int | None = None,
        device: str = "",
        batch: int = 8,
        adapters: Mapping[str, Path] | None = None,
        base: Path | None = None,
        model_hash: str = "",
    ) -> None:
        """Load the weights.

        Args:
            path: a model folder, the folder of a LoRA adapter, or a GGUF file.
            name: what to call the model; the path's last part if empty.
            context: tokens of prompt and answer together, cut to what the model was trained for.
            threads: CPU threads; chosen from cores and load if None.
            device: "cpu", "cuda", "cuda:1" …; empty: a GPU if there is one.
            batch: how many samples of a request are spoken together.
            adapters: LoRA adapters by the names that requests select them with.
            base: the model that the adapter at `path` belongs to; what it names itself if None.
            model_hash: sha256 of what lies at `path`, if it is known; else it is computed once.

        Raises:
            ModelProblem: something is missing, damaged, or of a kind that cannot be loaded.
        """
        source = find_source(path, base)
        self.threads = choose_threads(threads)
        loaded = load(source, adapters or {}, device, self.threads)
        self.info: HfInfo = loaded.info
        self._rendering = rendering_of(loaded.tokenizer)
        self.name = name or path.stem
        self.context = min(context, self.info.context_length or context)
        self.parallel = batch
        program = f"transformers {version('transformers')}"
        self._origin = Origin(self.name, model_hash or _hashed(path), program)
        self._loaded: Loaded | None = loaded
        self._voice: Voice | None = Voice(loaded, self.context)

    def stream(self, request: Request, cancel: threading.Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`. Up to `parallel` samples are spoken together, in waves."""
        voice, loaded = self._ready()
        if request.adapter and request.adapter not in loaded.adapters:
            raise UnknownName("adapter", request.adapter, loaded.adapters, "give it with --adapter")
        request, asked = fit_request(request, self.context, self._tokenized)
        if request.fresh:
            voice.forget()
        if request.n == 1:
            steering = Steering(request)
            for text in steer(voice, asked.ids, steering, cancel=cancel):
                yield Piece(text)
            yield Piece("", 0, conclude(steering, asked, self._origin))
            return
        batch = Batch(voice, asked.ids, request, cancel)
        for start in range(0, request.n, self.parallel):
            wave = range(start, min(start + self.parallel, request.n))
            for steering, heard in batch.speak(wave):
                end = conclude(steering, asked, self._origin) if heard is None else None
                yield Piece(heard or "", steering.index, end)

    def count(self, messages: tuple[Message, ...]) -> int:
        """See `Generator.count`."""
        return len(self._tokenized(messages).ids)

    def prompt(self, request: Request) -> str:
        """The exact text that the model reads for this request."""
        return "".join(part.text for part in self._parts(request.messages))

    def close(self) -> None:
        """Free the weights and what was read."""
        if self._loaded is None:
            return
        gpu = self._loaded.device.type == "cuda"
        self._loaded = self._voice = None
        gc.collect()  # modules and their hooks refer to one another
        if gpu:
            import torch  # noqa: PLC0415 - it was used, so it is there

            torch.cuda.empty_cache()

    def _ready(self) -> tuple[Voice, Loaded]:
        if self._voice is None or self._loaded is None:
            raise GenerationFailed(f"The model {self.name} was closed already.")
        return self._voice, self._loaded

    def _tokenized(self, messages: tuple[Message, ...]) -> Asked:
        _, loaded = self._ready()
        parts = self._parts(messages)
        return Asked("".join(part.text for part in parts), read_parts(loaded.tokenizer, parts))

    def _parts(self, messages: tuple[Message, ...]) -> list[Part]:
        return self._rendering.parts(messages)


def _hashed(path: Path) -> str:
    from copydesk.generate.identity import weights_hash  # noqa: PLC0415 - not where it is known

    return weights_hash(path)
