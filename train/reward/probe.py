"""The head's first weights: the best that can be read off the base's own states, before training.

A head that begins at random drags what is below it along while it finds its way; one that is fitted
first leaves it only what is better (Kumar et al. 2022, linear probing then fine-tuning).
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from copydesk.train.recipe import Reward
from copydesk.train.reward.folds import FOLDS
from copydesk.train.reward.losses import off_centre, pairs_of, ranking_loss
from copydesk.train.reward.ranker import Ranker, pooled
from copydesk.train.reward.rows import Collator, Groups

# Of the squared weights, for states of deviation 1.
PENALTIES = (30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
_USUAL = 0.1  # where there are too few rows to choose by
_TOKENS = 4096  # in one batch
_MOST = 200  # iterations


@dataclass(frozen=True)
class Fitted:
    """How the head was fitted.

    Attributes:
        penalty: of the squared weights.
        accuracy: the share of decided pairs that a head orders as people did, in each fold one that
            was fitted to the others; the mean over rankings. None where there were too few to try.
    """

    penalty: float
    accuracy: float | None = None


def fit_head(
    ranker: Ranker, groups: Groups, collator: Collator, folds: Sequence[int] | None
) -> Fitted:
    """Set the head, and the tie parameter if there is one, to what fits the rankings best.

    Minimises the mean ranking loss, with the recipe's ties and centring, plus a penalty times
    |w|², over w on the states at the answers' ends, each divided by its deviation. How strong the
    penalty is, folds decide: see `chosen`.

    Args:
        folds: the fold of each ranking that the groups are of; None for a penalty without trial.
    """
    seen = _states(ranker, groups, collator)
    scale = seen.states.std(0).clamp(min=1e-6)
    tie = None if ranker.tie is None else ranker.tie.detach().float().cpu().clone()
    fit = _Fit(seen.scaled(scale), ranker.settings, tie)
    fitted = Fitted(_USUAL)
    if folds is not None:
        fitted = _tried(fit, torch.tensor([folds[number] for number in groups.rankings]))
    stronger = PENALTIES[: PENALTIES.index(fitted.penalty) + 1]
    weights, tie = fit.path(stronger)[-1]
    with torch.no_grad():
        head = ranker.head.weight
        head.copy_((weights / scale)[None].to(head))
        if ranker.tie is not None:
            ranker.tie.copy_(tie.to(ranker.tie))
    return fitted


def _tried(fit: "_Fit", fold: Tensor) -> Fitted:
    """The penalty for all groups, by what each does for folds that were not fitted to."""
    columns = []
    for number in range(FOLDS):
        rest, apart = fit.some(fold != number), fit.some(fold == number)
        found = [apart.in_order(weights) for weights, _ in rest.path(PENALTIES)]
        columns.append(torch.stack(found, dim=1))
    right = torch.cat(columns)
    right = right[~right[:, 0].isnan()]
    if not len(right):
        return Fitted(_USUAL)
    place = chosen(right)
    return Fitted(PENALTIES[place], float(right[:, place].mean()))


def chosen(right: Tensor) -> int:
    """The strongest setting that is not worse than the best by more than chance would have it.

    The rule of one standard error (Breiman et al. 1984), of the difference for the same rankings:
    what is as good on rows like those learnt from, and simpler, is better on others.

    Args:
        right: [N, S] how well each of N rankings came out under S settings, the strongest first.
    """
    means = right.mean(0)
    best = int(means.argmax())
    for place in range(best):
        behind = right[:, best] - right[:, place]
        spread = float(behind.std()) if len(behind) > 1 else 0.0
        if float(behind.mean()) <= spread / len(behind) ** 0.5:
            return place
    return best


@dataclass(frozen=True)
class _Seen:
    """[N, H] the state at the end of each answer; group and place of each; [G, K] the ranks."""

    states: Tensor
    rows: Tensor
    places: Tensor
    ranks: Tensor

    def scaled(self, scale: Tensor) -> "_Seen":
        return replace(self, states=self.states / scale)

    def some(self, wanted: Tensor) -> "_Seen":
        """Of those groups alone that are wanted ([G], true or false)."""
        kept = wanted[self.rows]
        number = wanted.cumsum(0) - 1
        return _Seen(
            self.states[kept],
            number[self.rows[kept]],
            self.places[kept],
            self.ranks[wanted],
        )


@dataclass(frozen=True)
class _Fit:
    """The convex search for a head on given states, from where the tie parameter, if any, is."""

    seen: _Seen
    settings: Reward
    tie: Tensor | None

    def some(self, wanted: Tensor) -> "_Fit":
        """The same on some of the groups."""
        return replace(self, seen=self.seen.some(wanted))

    def path(self, penalties: Sequence[float]) -> list[tuple[Tensor, Tensor]]:
        """Head and tie parameter under each penalty, each search going on from the one before."""
        weights = torch.zeros(self.seen.states.shape[1], requires_grad=True)
        tie = torch.zeros(1) if self.tie is None else self.tie.clone()
        free = [weights] if self.tie is None else [weights, tie.requires_grad_()]
        found = []
        for penalty in penalties:
            search = torch.optim.LBFGS(free, max_iter=_MOST, line_search_fn="strong_wolfe")

            def loss(penalty: float = penalty, search: torch.optim.LBFGS = search) -> Tensor:
                search.zero_grad()
                total = self._loss(weights, tie).mean() + penalty * weights.square().sum()
                total.backward()  # type: ignore[no-untyped-call]
                return total

            search.step(loss)  # type: ignore[no-untyped-call]
            found.append((weights.detach().clone(), tie.detach().clone()))
        return found

    def in_order(self, weights: Tensor) -> Tensor:
        """[G] the share of each group's decided pairs in order; NaN where none is decided."""
        pairs = pairs_of(self._rewards(weights), self.seen.ranks)
        decided = (~pairs.tie).float()
        right = (pairs.gap > 0).float() + (pairs.gap == 0).float() / 2
        empty = torch.zeros(pairs.prompts)
        there = empty.index_add(0, pairs.prompt, decided)
        return empty.index_add(0, pairs.prompt, right * decided) / there

    def _loss(self, weights: Tensor, tie: Tensor) -> Tensor:
        rewards = self._rewards(weights)
        lost = ranking_loss(pairs_of(rewards, self.seen.ranks), self.settings.ties, tie)
        return lost + self.settings.centre * off_centre(rewards, self.seen.ranks)

    def _rewards(self, weights: Tensor) -> Tensor:
        flat = self.seen.states @ weights
        empty = flat.new_zeros(self.seen.ranks.shape)
        return empty.index_put((self.seen.rows, self.seen.places), flat)


def _states(ranker: Ranker, groups: Groups, collator: Collator) -> _Seen:
    device = ranker.head.weight.device
    # Adapters are float32 beside frozen weights that may be bfloat16, as in training.
    own = next(ranker.inner.get_submodule(ranker.inner.base_model_prefix).parameters()).dtype
    narrow = own if own in {torch.bfloat16, torch.float16} else None
    most = max(len(group.ids) for group in groups)
    ranks = torch.zeros(len(groups), most, dtype=torch.long)
    states, rows, places = [], [], []
    was = ranker.training
    ranker.eval()
    with (
        torch.no_grad(),
        torch.autocast(device.type, narrow, enabled=narrow is not None),
        _bare(ranker.scorer),
    ):
        for some in _batches(groups):
            batch = collator([groups[number] for number in some])
            found = pooled(
                ranker.inner, batch["input_ids"].to(device), batch["attention_mask"].to(device)
            )
            states.append(found.float().cpu())
            rows.append(torch.tensor(some)[batch["where"][:, 0]])
            places.append(batch["where"][:, 1])
            ranks[torch.tensor(some), : batch["ranks"].shape[1]] = batch["ranks"]
    ranker.train(was)
    return _Seen(torch.cat(states), torch.cat(rows), torch.cat(places), ranks)


def _bare(scorer: Any) -> AbstractContextManager[None]:
    """Without its adapter, which adds nothing before training and takes a third of the time."""
    found: AbstractContextManager[None] = (
        scorer.disable_adapter() if hasattr(scorer, "peft_config") else nullcontext()
    )
    return found


def _batches(groups: Groups) -> Iterator[list[int]]:
    """Numbers of groups of like length, about as many tokens in each batch."""
    batch: list[int] = []
    tokens = 0
    for number in sorted(range(len(groups)), key=lambda number: groups[number].longest):
        needs = groups[number].longest * len(groups[number].ids)
        if batch and tokens + needs > _TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(number)
        tokens += needs
    yield batch
