"""The head's first weights: the best that can be read off the base's own states, before training.

A head that begins at random drags what is below it along while it finds its way; one that is fitted
first leaves it only what is better (Kumar et al. 2022, linear probing then fine-tuning).
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from copydesk.train.reward.losses import off_centre, pairs_of, ranking_loss
from copydesk.train.reward.ranker import Ranker, pooled
from copydesk.train.reward.rows import Collator, Groups

_PENALTY = 0.01  # of the squared weights, on states of deviation 1
_TOKENS = 4096  # in one batch
_MOST = 200  # iterations


def fit_head(ranker: Ranker, groups: Groups, collator: Collator) -> None:
    """Set the head, and the tie parameter if there is one, to what fits the rankings best.

    Minimises the mean ranking loss, with the recipe's ties and centring, plus 0.01·|w|², over
    w on the states at the answers' ends, each divided by its deviation.
    """
    states, where, ranks = _states(ranker, groups, collator)
    scale = states.std(0).clamp(min=1e-6)
    ready = states / scale
    weights = torch.zeros(states.shape[1], requires_grad=True)
    tie = torch.zeros(1) if ranker.tie is None else ranker.tie.detach().float().cpu().clone()
    free = [weights] if ranker.tie is None else [weights, tie.requires_grad_()]
    search = torch.optim.LBFGS(free, max_iter=_MOST, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        rewards = states.new_zeros(ranks.shape).index_put(where, ready @ weights)
        lost = ranking_loss(pairs_of(rewards, ranks), ranker.settings.ties, tie)
        lost = lost + ranker.settings.centre * off_centre(rewards, ranks)
        total = lost.mean() + _PENALTY * weights.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    search.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        head = ranker.head.weight
        head.copy_((weights / scale)[None].to(head))
        if ranker.tie is not None:
            ranker.tie.copy_(tie.to(ranker.tie))


def _states(
    ranker: Ranker, groups: Groups, collator: Collator
) -> tuple[Tensor, tuple[Tensor, Tensor], Tensor]:
    """[N, H] the state at the end of each answer; group and place of each; [G, K] the ranks."""
    device = ranker.head.weight.device
    # Adapters are float32 beside frozen weights that may be bfloat16, as in training.
    own = next(ranker.inner.get_submodule(ranker.inner.base_model_prefix).parameters()).dtype
    narrow = own if own in {torch.bfloat16, torch.float16} else None
    most = max(len(group.ids) for group in groups)
    ranks = torch.zeros(len(groups), most, dtype=torch.long)
    states, rows, places = [], [], []
    was = ranker.training
    ranker.eval()
    with torch.no_grad(), torch.autocast(device.type, narrow, enabled=narrow is not None):
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
    return torch.cat(states), (torch.cat(rows), torch.cat(places)), ranks


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
