"""Who answers in an evaluation: a base and the adapters on it, spoken by one engine."""

# ruff: noqa: PLC0415 - torch, transformers and llama.cpp are imported when somebody speaks

import gc
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from copydesk.generate.protocol import Message, Request, Sampling, complete
from copydesk.train.base import Base, encode, load_policy, load_tokenizer
from copydesk.train.evaluate.sampler import Draw, speak
from copydesk.train.recipe import Adapter, Recipe

CONTEXT = 4096  # tokens of prompt and answer together, where the base reads as many
_SHORTEST = 16  # tokens that a prompt keeps, however long the answer may be
PROSE = Sampling(temperature=0.7, top_p=0.95, top_k=0, min_p=0.02)


@dataclass(frozen=True)
class Ask:
    """A prompt, and how it is to be answered."""

    prompt: tuple[Message, ...]
    tokens: int
    seed: int
    sampling: Sampling = PROSE


@dataclass(frozen=True)
class Said:
    """An answer, and whether it came to its end within its tokens."""

    text: str
    ended: bool


class Voices(Protocol):
    """One engine with a base ("" asks it) and adapters on it by name."""

    @property
    def engine(self) -> str:
        """What speaks, for the record: answers of another engine are other answers."""

    @property
    def context(self) -> int:
        """Tokens of prompt and answer together."""

    @property
    def together(self) -> int:
        """How many answers are best asked for at once."""

    def count(self, prompt: Sequence[Message]) -> int:
        """Tokens of a prompt."""

    def answer(self, voice: str, asks: Sequence[Ask]) -> list[Said]:
        """The answers, in order; the same ask has the same answer."""

    def close(self) -> None:
        """Give back the memory."""


class LlamaVoices:
    """llama.cpp on the GGUF file that the base was unpacked from, with adapters exported to it."""

    together = 1

    def __init__(self, file: Path, adapters: Mapping[str, Path], *, context: int = 0) -> None:
        """Load it.

        Args:
            file: the base.
            adapters: GGUF adapters by name.
        """
        from copydesk.generate.llamacpp.engine import LlamaCpp

        self._generator = LlamaCpp(file, context=context or CONTEXT, adapters=adapters)
        self.context = self._generator.context
        self.engine = "llama.cpp"

    def count(self, prompt: Sequence[Message]) -> int:
        """See `Voices`."""
        return self._generator.count(tuple(prompt))

    def answer(self, voice: str, asks: Sequence[Ask]) -> list[Said]:
        """See `Voices`."""
        said = []
        for ask in asks:
            request = Request(
                ask.prompt,
                ask.tokens,
                sampling=ask.sampling,
                seed=ask.seed,
                adapter=voice,
                guard_loops=False,
                may_cut=True,
            )
            end = complete(self._generator, request)[0]
            said.append(Said(end.text.strip(), end.finish == "stop"))
        return said

    def close(self) -> None:
        """See `Voices`."""
        self._generator.close()


class TorchVoices:
    """transformers: one copy of the base's weights, adapters switched over it, rows in batches."""

    together = 8

    def __init__(
        self,
        base: Base,
        adapters: Mapping[str, Path],
        *,
        wholes: Mapping[str, Base] | None = None,
        precision: str = "auto",
    ) -> None:
        """Load it.

        Args:
            base: what answers under the name "".
            adapters: folders of peft on that base, by name.
            wholes: models with weights of their own, by name.
        """
        self.engine, self.context = "transformers", min(base.context or CONTEXT, CONTEXT)
        self.tokenizer = load_tokenizer(base)
        self._precision = precision
        self._models: dict[str, Any] = {"": self._adapted(base, adapters)}
        self._adapters = frozenset(adapters)
        self._models |= {name: self._adapted(whole, {}) for name, whole in (wholes or {}).items()}

    def model(self, voice: str) -> Any:
        """The module that speaks as `voice`; use it within `speaking`."""
        return self._models.get(voice, self._models[""])

    def speaking(self, voice: str) -> AbstractContextManager[Any]:
        """Switch the adapters so that `model` is this voice."""
        model = self._models[""]
        if voice in self._adapters:
            model.set_adapter(voice)
            return nullcontext()
        whole = voice in self._models and voice != ""
        if whole or not self._adapters:
            return nullcontext()
        switched: AbstractContextManager[Any] = model.disable_adapter()
        return switched

    def count(self, prompt: Sequence[Message]) -> int:
        """See `Voices`."""
        return len(encode(self.tokenizer, prompt, None, 10**9).ids)

    def answer(self, voice: str, asks: Sequence[Ask]) -> list[Said]:
        """See `Voices`."""
        draws = [
            Draw(
                encode(
                    self.tokenizer, ask.prompt, None, max(_SHORTEST, self.context - ask.tokens)
                ).ids,
                ask.tokens,
                ask.seed,
                ask.sampling,
            )
            for ask in asks
        ]
        with self.speaking(voice):
            drawn = speak(self.model(voice), self.tokenizer, draws)
        texts = self.tokenizer.batch_decode([row.ids for row in drawn], skip_special_tokens=True)
        pairs = zip(texts, drawn, strict=True)
        return [Said(text.strip(), row.ended) for text, row in pairs]

    def close(self) -> None:
        """See `Voices`."""
        self._models = {}
        gc.collect()

    def _adapted(self, base: Base, adapters: Mapping[str, Path]) -> Any:
        import torch

        first, *_ = adapters.items() if adapters else [("", None)]
        start = Adapter(start=str(first[1]) if first[1] else "")
        recipe = Recipe.model_validate(
            {"method": "sft", "precision": self._precision, "adapter": start.model_dump()}
        )
        model = load_policy(base, recipe, trainable=False)
        if adapters:
            # peft calls the one that it was loaded with "default".
            for name, folder in adapters.items():
                model.load_adapter(str(folder), adapter_name=name)
            model.set_adapter(first[0])
            model.delete_adapter("default")
            model.requires_grad_(False)
        return model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
