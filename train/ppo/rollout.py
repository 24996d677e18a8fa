"""Answers that the policy gives to prompts, drawn token by token from a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from copydesk.train.ppo.losses import entropy
from copydesk.train.ppo.stop import need_finite

_STRIDE = 16


@dataclass(frozen=True)
class Rollouts:
    """Prompts and the answers drawn to them, as rows without a gap, padded at their end.

    Attributes:
        ids: [B, L] tokens of prompt and answer.
        attention: [B, L] 1 at those, 0 at padding. Padding is told by place, never by its token:
            in many vocabularies it is the one that ends a turn.
        answer: [B, L] True at the answer's tokens, that which ends the turn among them.
        ended: [B] whether the answer came to its end.
        entropy: [B] the mean entropy of what its tokens were drawn from, in nats.
    """

    ids: Tensor
    attention: Tensor
    answer: Tensor
    ended: Tensor
    entropy: Tensor

    @property
    def lengths(self) -> Tensor:
        """[B] tokens of each answer, the end of turn counted."""
        return self.answer.sum(dim=1)

    def answers(self) -> list[list[int]]:
        """The tokens of each answer, without that which ends the turn."""
        found = []
        for row, mask, ended in zip(self.ids, self.answer, self.ended, strict=True):
            tokens = row[mask].tolist()
            found.append(tokens[:-1] if ended else tokens)
        return found

    def to(self, device: torch.device) -> "Rollouts":
        """The same on another device."""
        return Rollouts(
            self.ids.to(device),
            self.attention.to(device),
            self.answer.to(device),
            self.ended.to(device),
            self.entropy.to(device),
        )

    def take(self, rows: Sequence[int] | Tensor) -> "Rollouts":
        """Some of them, without most of the columns that are padding in all of these."""
        index = torch.as_tensor(rows, device=self.ids.device)
        longest = wide(int(self.attention[index].sum(dim=1).max()))
        return Rollouts(
            self.ids[index, :longest],
            self.attention[index, :longest],
            self.answer[index, :longest],
            self.ended[index],
            self.entropy[index],
        )


def wide(tokens: int) -> int:
    """That many columns, or some more.

    A processor's kernels are made for one shape each, which takes longer than some padding does.
    """
    return -(-tokens // _STRIDE) * _STRIDE


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn.

    Attributes:
        tokens: the longest answer.
        temperature: logits are divided by it, here and wherever the answers are scored.
        ends: tokens that end a turn.
        pad: what fills rows up.
    """

    tokens: int
    temperature: float
    ends: tuple[int, ...]
    pad: int


@torch.no_grad()
def roll_out(
    model: Any, prompts: Sequence[Sequence[int]], sampling: Sampling, generator: torch.Generator
) -> Rollouts:
    """Draw one answer to each prompt.

    Rows are padded on the left while they grow, so that all append in the same column. A row that
    has ended gets padding that nothing attends to.

    Args:
        model: a causal language model on the device of `generator`.
        prompts: B lists of token ids, none empty.

    Raises:
        NotFinite: the model foresees what is no probability.
    """
    device = generator.device
    width = wide(max(len(prompt) for prompt in prompts))
    ids = torch.full((len(prompts), width), sampling.pad, dtype=torch.long)
    attention = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(prompt)
        attention[row, width - len(prompt) :] = 1
    drawn = _draw(model, ids.to(device), attention.to(device), sampling, generator)
    return _pack(prompts, *drawn, sampling)


def _draw(
    model: Any, ids: Tensor, attention: Tensor, sampling: Sampling, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """[B, T] tokens, [B] lengths, [B] mean entropies."""
    ends = torch.tensor(sampling.ends, device=ids.device)
    going = torch.ones(len(ids), dtype=torch.bool, device=ids.device)
    lengths = torch.zeros(len(ids), dtype=torch.long, device=ids.device)
    spread = torch.zeros(len(ids), device=ids.device)
    positions = attention.cumsum(dim=1).sub(1).clamp(min=0)
    tokens, cache, inputs = [], None, ids
    for _ in range(sampling.tokens):
        out = model(
            input_ids=inputs,
            attention_mask=attention,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache = out.past_key_values
        logits = out.logits[:, -1].float() / sampling.temperature
        need_finite("the policy's foresight", float(logits.amax(dim=1).sum()))
        spread += torch.where(going, entropy(logits), torch.zeros_like(spread))
        chosen = torch.multinomial(logits.softmax(dim=-1), 1, generator=generator).squeeze(1)
        chosen = torch.where(going, chosen, torch.full_like(chosen, sampling.pad))
        tokens.append(chosen)
        lengths += going
        attention = torch.cat([attention, going[:, None].to(attention.dtype)], dim=1)
        going = going & ~torch.isin(chosen, ends)
        if not bool(going.any()):
            break
        inputs, positions = chosen[:, None], positions[:, -1:] + 1
    return torch.stack(tokens, dim=1), lengths, spread / lengths


def _pack(
    prompts: Sequence[Sequence[int]],
    tokens: Tensor,
    lengths: Tensor,
    spread: Tensor,
    sampling: Sampling,
) -> Rollouts:
    device = tokens.device
    starts = torch.tensor([len(prompt) for prompt in prompts], device=device)
    longest = wide(int((starts + lengths).max()))
    ids = torch.full((len(prompts), longest), sampling.pad, dtype=torch.long, device=device)
    for row, prompt in enumerate(prompts):
        count = int(lengths[row])
        ids[row, : len(prompt)] = torch.tensor(prompt, device=device)
        ids[row, len(prompt) : len(prompt) + count] = tokens[row, :count]
    columns = torch.arange(longest, device=device)[None]
    attention = columns < (starts + lengths)[:, None]
    answer = attention & (columns >= starts[:, None])
    last = tokens.gather(1, (lengths - 1)[:, None]).squeeze(1)
    ended = torch.isin(last, torch.tensor(sampling.ends, device=device))
    return Rollouts(ids, attention.long(), answer, ended, spread)
