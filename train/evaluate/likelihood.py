"""How likely a model finds texts: for perplexity, and for how far a policy went from its base."""

# ruff: noqa: PLC0415 - torch is imported when something is computed

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.generate.protocol import Message
from copydesk.train.base import encode
from copydesk.train.evaluate.voices import TorchVoices

_TOGETHER = 2048  # tokens in one batch, padding counted
_STEP = 16  # lengths are rounded up to it: on a processor each new shape costs new kernels


@dataclass(frozen=True)
class Answered:
    """A prompt and a text after it; `ended`: the token that ends a turn belongs to it."""

    prompt: tuple[Message, ...]
    text: str
    ended: bool = True


@dataclass(frozen=True)
class Likelihood:
    """The log-probability of a text in nats, over how many tokens."""

    total: float
    tokens: int


def perplexity(found: Sequence[Likelihood]) -> float:
    """exp of the mean negative log-probability of a token; nan for no token."""
    tokens = sum(each.tokens for each in found)
    return math.exp(-sum(each.total for each in found) / tokens) if tokens else math.nan


def likelihoods(
    voices: TorchVoices, voice: str, rows: Sequence[Answered], max_length: int
) -> list[Likelihood]:
    """The likelihood of each text under a voice; what is longer than `max_length` loses its end."""
    encoded = [_encoded(voices.tokenizer, row, max_length) for row in rows]
    found = [Likelihood(0.0, 0)] * len(rows)
    with voices.speaking(voice):
        for batch in _batches([len(ids) for ids, _ in encoded]):
            sums = _sums(voices, voice, [encoded[at] for at in batch])
            for at, total in zip(batch, sums, strict=True):
                ids, start = encoded[at]
                found[at] = Likelihood(total, len(ids) - start)
    return found


def _encoded(tokenizer: Any, row: Answered, max_length: int) -> tuple[list[int], int]:
    """Tokens, and where the answer begins."""
    whole = encode(tokenizer, row.prompt, row.text, max_length)
    ids = whole.ids if row.ended or whole.cut else whole.ids[:-1]
    return ids, min(whole.prompt_length, len(ids))


def _sums(voices: TorchVoices, voice: str, rows: Sequence[tuple[list[int], int]]) -> list[float]:
    import torch

    from copydesk.train.head import token_logps

    model = voices.model(voice)
    device = next(model.parameters()).device
    longest = -(-max(len(ids) for ids, _ in rows) // _STEP) * _STEP
    ids = torch.full((len(rows), longest), voices.tokenizer.pad_token_id, dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for at, (tokens, start) in enumerate(rows):
        ids[at, : len(tokens)] = torch.tensor(tokens)
        mask[at, : len(tokens)] = 1
        labels[at, start : len(tokens)] = torch.tensor(tokens[start:], dtype=torch.long)
    with torch.inference_mode():
        logps = token_logps(model, ids.to(device), mask.to(device), labels.to(device))
    sums: list[float] = logps.float().sum(dim=-1).tolist()
    return sums


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places in batches of like length."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= _TOGETHER:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches
