"""Rankings become token ids, batches of whole prompts, and an order of them that repeats itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from torch.utils.data import Dataset, Sampler

from copydesk.generate.hf.judge import conversation
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Ranking
from copydesk.train.reward.centre import ranks_of

_POOL = 50  # batches among which prompts are put beside others of their length


@dataclass(frozen=True)
class Group:
    """One prompt with its K answers.

    Attributes:
        ids: K lists of token ids, prompt and answer in one.
        ranks: K ranks, 1 for the best; equal for ties.
    """

    ids: tuple[list[int], ...]
    ranks: tuple[int, ...]

    @property
    def longest(self) -> int:
        """Tokens of its longest answer, the prompt counted."""
        return max(map(len, self.ids))


def parted(group: Group, most: int, dice: Random) -> Iterator[Group]:
    """A group of many answers as several of about `most`, as even as can be, drawn by chance.

    None is left alone: where one would be, the others take it.
    """
    size = len(group.ids)
    count = max(1, min(-(-size // max(2, most)), size // 2))
    order = dice.sample(range(size), size) if count > 1 else range(size)
    for part in (order[start::count] for start in range(count)):
        yield Group(tuple(group.ids[i] for i in part), tuple(group.ranks[i] for i in part))


class Groups(Dataset[Group]):
    """Rankings as token ids.

    Args:
        most: answers of a ranking that are kept together; a longer one becomes several groups, by
            `seed`, whose answers are compared with one another alone. 0: all.

    Attributes:
        cut: how many answers were longer than the window and lost their end.
        rankings: for each group the number of the ranking that it is of.
    """

    def __init__(
        self,
        rankings: Sequence[Ranking],
        tokenizer: Any,
        max_length: int,
        *,
        most: int = 0,
        seed: int = 0,
    ) -> None:
        self.cut, self._groups = 0, []
        self.rankings: list[int] = []
        dice = Random(seed)
        for number, ranking in enumerate(rankings):
            whole = self._group(ranking, tokenizer, max_length)
            found = list(parted(whole, most, dice)) if most else [whole]
            self._groups += found
            self.rankings += [number] * len(found)

    def _group(self, ranking: Ranking, tokenizer: Any, max_length: int) -> Group:
        ids = []
        for answer in ranking.completions:
            turns = (*ranking.prompt, Message("assistant", answer))
            read = conversation(tokenizer, turns, max_length)
            ids.append(read.ids)
            self.cut += read.cut > 0
        return Group(tuple(ids), ranks_of([-rank for rank in ranking.ranks]))

    def __len__(self) -> int:
        return len(self._groups)

    def __getitem__(self, index: int) -> Group:
        return self._groups[index]

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups)

    @property
    def lengths(self) -> list[int]:
        """The longest answer of each group, in tokens."""
        return [group.longest for group in self._groups]

    def ties(self) -> tuple[int, int]:
        """How many pairs are ties, and how many there are."""
        tied = pairs = 0
        for group in self._groups:
            for place, rank in enumerate(group.ranks):
                tied += group.ranks[place + 1 :].count(rank)
                pairs += len(group.ranks) - place - 1
        return tied, pairs


@dataclass(frozen=True)
class Collator:
    """B groups become one batch of S answers, padded on the right.

    Gives input_ids and attention_mask [S, T], `where` [S, 2] (the group, and the place in it, of
    each answer), and ranks [B, K], 0 where a group has fewer than K answers.
    """

    pad: int

    def __call__(self, groups: Sequence[Group]) -> dict[str, torch.Tensor]:
        """The batch of some groups."""
        answers = [(row, place) for row, g in enumerate(groups) for place in range(len(g.ids))]
        longest = rounded(max(group.longest for group in groups))
        ids = torch.full((len(answers), longest), self.pad, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for line, (row, place) in enumerate(answers):
            read = groups[row].ids[place]
            ids[line, : len(read)] = torch.tensor(read)
            mask[line, : len(read)] = 1
        ranks = torch.zeros(len(groups), max(len(g.ranks) for g in groups), dtype=torch.long)
        for row, group in enumerate(groups):
            ranks[row, : len(group.ranks)] = torch.tensor(group.ranks)
        where = torch.tensor(answers, dtype=torch.long)
        return {"input_ids": ids, "attention_mask": mask, "where": where, "ranks": ranks}


def rounded(length: int) -> int:
    """Up to a multiple of 16: each new shape costs the processor's library a new kernel."""
    return -(-length // 16) * 16


class ByLength(Sampler[int]):
    """Every group once an epoch, in batches of like length, in an order that seed and epoch decide.

    Being a function of the two, the order is the same when a run is resumed, and on every process.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int) -> None:
        self._lengths, self._batch, self._seed, self._epoch = lengths, batch, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by accelerate before each epoch."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        dice = torch.Generator().manual_seed(self._seed * 1_000_003 + self._epoch)
        order = torch.randperm(len(self._lengths), generator=dice).tolist()
        pool = self._batch * _POOL
        batches: list[list[int]] = []
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda i: self._lengths[i])
            batches += [near[at : at + self._batch] for at in range(0, len(near), self._batch)]
        # A short batch stays last: accelerate fills it up with rows of the first.
        short = [batch for batch in batches if len(batch) < self._batch]
        whole = [batch for batch in batches if len(batch) == self._batch]
        shuffled = torch.randperm(len(whole), generator=dice).tolist()
        for batch in [whole[number] for number in shuffled] + short:
            yield from batch
