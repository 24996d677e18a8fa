"""Compares models of ties on real rankings, with a scorer that takes seconds: words alone.

    python benchmarks/ties.py DATA --set headlines --seeds 0,1,2

The losses are those of reward models (`train/reward/losses.py`); the scorer is linear in TF-IDF of
words and pairs of words. Its penalty is chosen on a fifth of the training rows. Every model of
ties sees the same rows, and accuracy is that of held-out pairs without a tie.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from typing import Any, get_args

import torch
from rewards import SETS
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor

from copydesk.preferences.rows import Ranking
from copydesk.train.recipe import Ties
from copydesk.train.reward.losses import first_guess, pairs_of, ranking_loss

_PENALTIES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)


class Table:
    """Rankings as a sparse matrix of words, and where each answer belongs."""

    def __init__(self, rows: Sequence[Ranking], words: Any) -> None:
        found = words.transform([text for row in rows for text in row.completions]).tocsr()
        self.words = torch.sparse_csr_tensor(
            torch.tensor(found.indptr),
            torch.tensor(found.indices),
            torch.tensor(found.data, dtype=torch.float32),
            size=found.shape,
        )
        self.ranks = torch.zeros(len(rows), max(len(r.ranks) for r in rows), dtype=torch.long)
        for line, row in enumerate(rows):
            self.ranks[line, : len(row.ranks)] = torch.tensor(row.ranks)
        self._where = self.ranks.nonzero(as_tuple=True)

    def rewards(self, weights: Tensor) -> Tensor:
        """[B, K]."""
        empty = torch.zeros(self.ranks.shape)
        return empty.index_put(self._where, (self.words @ weights).squeeze(1))


def fit(table: Table, ties: Ties, penalty: float) -> Tensor:
    """The weights of the words that explain the rankings best."""
    before = pairs_of(torch.zeros(table.ranks.shape), table.ranks)
    guess = first_guess(ties, int(before.tie.sum()), len(before.tie))
    weights = torch.zeros(table.words.shape[1], 1, requires_grad=True)
    tie = torch.tensor([guess], requires_grad=True)
    steps = torch.optim.LBFGS([weights, tie], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        steps.zero_grad()
        pairs = pairs_of(table.rewards(weights), table.ranks)
        loss = ranking_loss(pairs, ties, tie).mean() + penalty * weights.square().sum()
        loss.backward()
        return loss

    steps.step(closure)
    return weights.detach()


def accuracy(table: Table, weights: Tensor) -> float:
    """Share of the pairs without a tie in the right order; equal counts half."""
    pairs = pairs_of(table.rewards(weights), table.ranks)
    gap = pairs.gap[~pairs.tie]
    return float(((gap > 0).float() + (gap == 0).float() / 2).mean())


def measured(rows: Sequence[Ranking], held: Sequence[Ranking], ties: Ties) -> float:
    """The accuracy on held-out rows, with the penalty that is best on a fifth of the others."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=6000)
    words.fit([text for row in rows for text in row.completions])
    fifth = len(rows) // 5
    part, rest = Table(rows[:fifth], words), Table(rows[fifth:], words)
    best = max(_PENALTIES, key=lambda penalty: accuracy(part, fit(rest, ties, penalty)))
    return accuracy(Table(held, words), fit(Table(rows, words), ties, best))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", dest="chosen", choices=sorted(SETS), default="headlines")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--rows", default="100,400,0", help="training rows; 0: all")
    asked = parser.parse_args()
    data = SETS[asked.chosen].read(asked.data)
    kinds: tuple[Ties, ...] = get_args(Ties)
    print(f"| rows | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}")
    for count in map(int, asked.rows.split(",")):
        cells = []
        for ties in kinds:
            found = []
            for seed in map(int, asked.seeds.split(",")):
                size = min(count or len(data.train), len(data.train))
                found.append(measured(Random(seed).sample(data.train, size), data.held, ties))
            cells.append(f"{fmean(found):.3f} ± {pstdev(found):.3f}")
        print(f"| {count or len(data.train)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
