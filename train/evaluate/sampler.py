"""Answers to many prompts in one batch, each drawn with a seed of its own.

A token is the argmax of log-probability plus Gumbel noise, which draws from the distribution
exactly (Gumbel 1954; Maddison et al. 2014). The noise of a row depends on its seed and the place
alone. So two models that are asked with the same seed meet the same luck, and what differs between
their answers differs by the models: common random numbers, for comparisons.
"""

# ruff: noqa: PLC0415 - torch is imported when something is drawn

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.generate.protocol import Sampling
from copydesk.train.base.tokens import end_of_turn


@dataclass(frozen=True)
class Draw:
    """A prompt as tokens, the most tokens of its answer, and how they are drawn."""

    ids: Sequence[int]
    tokens: int
    seed: int
    sampling: Sampling


@dataclass(frozen=True)
class Drawn:
    """The tokens of an answer without the one that ended it, and whether one did."""

    ids: list[int]
    ended: bool


def speak(model: Any, tokenizer: Any, draws: Sequence[Draw]) -> list[Drawn]:
    """Answer all of them together; their sampling must be the same.

    Args:
        model: a causal language model of transformers or peft.
        tokenizer: of `train.base.load_tokenizer`.
    """
    import torch
    from transformers import GenerationConfig

    if not draws:
        return []
    longest = max(len(draw.ids) for draw in draws)
    pad = tokenizer.pad_token_id
    rows = torch.full((len(draws), longest), pad, dtype=torch.long)
    mask = torch.zeros_like(rows)
    for at, draw in enumerate(draws):
        rows[at, longest - len(draw.ids) :] = torch.tensor(list(draw.ids))
        mask[at, longest - len(draw.ids) :] = 1
    ends = sorted({end_of_turn(tokenizer), int(tokenizer.eos_token_id)})
    device = next(model.parameters()).device
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        max_new_tokens=max(draw.tokens for draw in draws),
        do_sample=False,
        use_cache=True,
        eos_token_id=ends,
        pad_token_id=pad,
    )
    with torch.inference_mode():
        out = model.generate(
            input_ids=rows.to(device),
            attention_mask=mask.to(device),
            generation_config=settings,
            logits_processor=_processors(draws, len(tokenizer)),
        )
    said = out[:, longest:].tolist()
    return [_drawn(row, draw, ends) for row, draw in zip(said, draws, strict=True)]


def _drawn(row: list[int], draw: Draw, ends: Sequence[int]) -> Drawn:
    """A row up to its end; what follows that is padding."""
    at = next((place for place, token in enumerate(row) if token in ends), len(row))
    return Drawn(row[: min(at, draw.tokens)], at < len(row) and at <= draw.tokens)


def _processors(draws: Sequence[Draw], words: int) -> Any:
    from transformers import (
        LogitsProcessorList,
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    sampling = draws[0].sampling
    found: list[Any] = [_Known(words)]
    if sampling.temperature <= 0:
        return LogitsProcessorList(found)
    if sampling.top_k:
        found.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        found.append(TopPLogitsWarper(sampling.top_p))
    if sampling.min_p > 0:
        found.append(MinPLogitsWarper(sampling.min_p))
    # Temperature last, as llama.cpp has it: what is cut off does not depend on it.
    found.append(TemperatureLogitsWarper(float(sampling.temperature)))
    return LogitsProcessorList([*found, _Luck([draw.seed for draw in draws])])


class _Known:
    """Rules out what the tokenizer has no word for: some models have more rows than that."""

    def __init__(self, words: int) -> None:
        self._words = words

    def __call__(self, _ids: Any, scores: Any) -> Any:
        scores[:, self._words :] = float("-inf")
        return scores


class _Luck:
    """Adds to each row's scores noise that its seed alone decides."""

    def __init__(self, seeds: Sequence[int]) -> None:
        import torch

        self._sources = [torch.Generator().manual_seed(seed) for seed in seeds]

    def __call__(self, _ids: Any, scores: Any) -> Any:
        import torch

        size = scores.shape[-1]
        drawn = torch.stack([torch.rand(size, generator=source) for source in self._sources])
        noise = -torch.log(-torch.log(drawn.clamp(1e-20, 1 - 1e-7)))
        return scores.float() + noise.to(scores.device)
