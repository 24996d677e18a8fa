"""PPO-ptx: while the policy learns to please, it goes on learning from texts that people wrote."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from copydesk.errors import UsageProblem
from copydesk.preferences.convert import to_samples
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row, Sample
from copydesk.train.base import encode
from copydesk.train.ppo.prompts import order
from copydesk.train.ppo.rollout import Rollouts, wide
from copydesk.train.recipe import Recipe


class Samples:
    """Prompts with answers to learn from, in an order that depends on the seed alone.

    The loss is γ times the mean of −log π over the answers' tokens; Ouyang et al. (2022) mix it
    into every step so that what the reward does not ask for is not forgotten.
    """

    def __init__(self, encoded: Sequence[tuple[list[int], int]], pad: int, seed: int) -> None:
        self._rows, self._pad, self._seed = encoded, pad, seed

    def batch(self, start: int, count: int, device: torch.device) -> Rollouts:
        """`count` samples from place `start` of the order on, laid out as rollouts are."""
        rows = [self._rows[place] for place in order(len(self._rows), start, count, self._seed)]
        longest = wide(max(len(ids) for ids, _ in rows))
        ids = torch.full((len(rows), longest), self._pad, dtype=torch.long)
        attention, answer = torch.zeros_like(ids), torch.zeros(ids.shape, dtype=torch.bool)
        for line, (tokens, begins) in enumerate(rows):
            ids[line, : len(tokens)] = torch.tensor(tokens)
            attention[line, : len(tokens)] = 1
            answer[line, begins : len(tokens)] = True
        nothing = torch.zeros(len(rows))
        found = Rollouts(ids, attention, answer, nothing.bool(), nothing)
        return found.to(device)


def read_samples(rows: Sequence[Row], tokenizer: Any, recipe: Recipe) -> Samples | None:
    """The samples of `ppo.ptx_data`, or those among the run's own rows; None without a weight.

    Raises:
        UsageProblem: there is a weight and there are no samples.
        DocumentProblem: the file cannot be read.
    """
    if not recipe.ppo.ptx:
        return None
    if recipe.ppo.ptx_data:
        rows = to_samples(read_rows(Path(recipe.ppo.ptx_data).expanduser()).rows)
    encoded = []
    for row in rows:
        if isinstance(row, Sample) and row.completion.strip():
            found = encode(tokenizer, row.prompt, row.completion, recipe.max_length)
            if found.answer:
                encoded.append((found.ids, found.prompt_length))
    if not encoded:
        raise UsageProblem(
            f"ppo.ptx is {recipe.ppo.ptx:g}, and there are no samples to learn from.",
            "name a file of them in ppo.ptx_data, or --set ppo.ptx=0",
        )
    return Samples(encoded, int(tokenizer.pad_token_id), recipe.seed)
