"""Answers read again: the log-probability of each token, and what was expected before it.

What generation computed on the way is not used. It reads one token at a time and rounds otherwise,
and a ratio of policies that is not 1 before the first update would be an error in every one.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from copydesk.train.head import token_logps
from copydesk.train.ppo.policy import POLICY, REFERENCE, VALUE, Actors, hidden_values
from copydesk.train.ppo.rollout import Rollouts


def logps(model: Any, rollouts: Rollouts, temperature: float) -> Tensor:
    """[B, L] log-probabilities at the temperature that the tokens were drawn at; 0 elsewhere."""
    labels = torch.where(rollouts.answer, rollouts.ids, torch.full_like(rollouts.ids, -100))
    found: Tensor = token_logps(
        model, rollouts.ids, rollouts.attention, labels, temperature=temperature
    )
    return found


def values(model: Any, head: nn.Linear, rollouts: Rollouts) -> Tensor:
    """[B, L] what the value function expects before each token; 0 outside of the answers."""
    states = model.base_model(
        input_ids=rollouts.ids, attention_mask=rollouts.attention, use_cache=False
    ).last_hidden_state
    read = hidden_values(head, states)
    return torch.where(rollouts.answer, read, torch.zeros_like(read))


def parts(count: int, size: int) -> Iterator[list[int]]:
    """Row numbers in parts of at most `size`."""
    for first in range(0, count, size):
        yield list(range(first, min(count, first + size)))


@torch.no_grad()
def read_again(
    actors: Actors, rollouts: Rollouts, temperature: float, size: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Log-probabilities by policy and reference, and values; each [B, L], `size` rows at a time."""
    found = []
    for role in (POLICY, REFERENCE, VALUE):
        whole = torch.zeros(rollouts.ids.shape, device=rollouts.ids.device)
        with actors.role(role) as model:
            for rows in parts(len(whole), size):
                some = rollouts.take(rows)
                read = (
                    values(model, actors.head, some)
                    if role == VALUE
                    else logps(model, some, temperature)
                )
                whole[rows, : read.shape[1]] = read
        found.append(whole)
    return found[0], found[1], found[2]
