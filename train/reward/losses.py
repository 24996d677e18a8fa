"""What a ranking of K answers says of their rewards, as pure functions of tensors.

A batch holds B prompts of up to K answers. `rewards` is [B, K], and `ranks` is [B, K] in whole
numbers, 1 for the best, equal for ties, 0 where a prompt has fewer than K answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import logsigmoid, softplus

from copydesk.train.recipe import Ties

if TYPE_CHECKING:
    from torch import Tensor

_NO_ONE = 0  # the rank of an answer that is not there


@dataclass(frozen=True)
class Pairs:
    """Every two answers to one prompt, once.

    Attributes:
        gap: [P] the reward of the answer ranked higher less the other's; of a tie, either way.
        tie: [P] whether the two were ranked equal.
        prompt: [P] the row of the batch that each pair is of.
        share: [P] 1 / C(K, 2), so that every prompt weighs the same (Ouyang et al. 2022, eq. 1).
        prompts: B.
    """

    gap: "Tensor"
    tie: "Tensor"
    prompt: "Tensor"
    share: "Tensor"
    prompts: int

    def per_prompt(self, values: "Tensor") -> "Tensor":
        """[B] the sum of `values` [P] over the pairs of each prompt, each times its share."""
        return values.new_zeros(self.prompts).index_add(0, self.prompt, values * self.share)


def pairs_of(rewards: "Tensor", ranks: "Tensor") -> Pairs:
    """All C(K, 2) pairs of each prompt, the higher ranked first."""
    here = ranks != _NO_ONE
    size = here.sum(1)
    first, second = torch.triu_indices(ranks.shape[1], ranks.shape[1], 1, device=ranks.device)
    both = here[:, first] & here[:, second]
    prompt, place = both.nonzero(as_tuple=True)
    one, other = first[place], second[place]
    better = ranks[prompt, other] - ranks[prompt, one]
    gap = rewards[prompt, one] - rewards[prompt, other]
    share = 2 / (size * (size - 1)).clamp(min=1).to(rewards.dtype)
    return Pairs(
        gap=torch.where(better < 0, -gap, gap),
        tie=better == 0,
        prompt=prompt,
        share=share[prompt],
        prompts=ranks.shape[0],
    )


def bradley_terry(gap: "Tensor") -> "Tensor":
    """−log P(first wins) with P = σ(gap) (Bradley and Terry 1952)."""
    return -logsigmoid(gap)


def davidson(gap: "Tensor", tie: "Tensor", log_nu: "Tensor") -> "Tensor":
    """−log P of what happened, by Davidson (1970).

    With π = exp(reward): P(i wins) = πᵢ / (πᵢ + πⱼ + ν √(πᵢ πⱼ)), P(tie) = ν √(πᵢ πⱼ) / same.
    Divided by √(πᵢ πⱼ), this is a softmax over gap/2, −gap/2 and log ν.
    """
    half = gap / 2
    total = torch.logsumexp(torch.stack([half, -half, log_nu.expand_as(gap)]), dim=0)
    return total - torch.where(tie, log_nu.expand_as(gap), half)


def rao_kupper(gap: "Tensor", tie: "Tensor", log_over: "Tensor") -> "Tensor":
    """−log P of what happened, by Rao and Kupper (1967), whose θ is 1 + exp(log_over).

    P(i wins) = πᵢ / (πᵢ + θ πⱼ) = σ(gap − log θ); P(tie) = (θ² − 1) P(i wins) P(j wins).
    """
    threshold = softplus(log_over)  # log θ
    win, loss = logsigmoid(gap - threshold), logsigmoid(-gap - threshold)
    # log(θ² − 1) = log(θ − 1) + log(θ + 1)
    spread = log_over + torch.logaddexp(log_over.new_tensor(2.0).log(), log_over)
    return -torch.where(tie, spread + win + loss, win)


def half(gap: "Tensor", tie: "Tensor", _: "Tensor") -> "Tensor":
    """Bradley–Terry, a tie counted as half a win for each."""
    split = (bradley_terry(gap) + bradley_terry(-gap)) / 2
    return torch.where(tie, split, bradley_terry(gap))


def drop(gap: "Tensor", tie: "Tensor", _: "Tensor") -> "Tensor":
    """Bradley–Terry, ties left out: they cost nothing, and still count in C(K, 2)."""
    return torch.where(tie, torch.zeros_like(gap), bradley_terry(gap))


_LOSSES: Mapping[Ties, Callable[["Tensor", "Tensor", "Tensor"], "Tensor"]] = {
    "davidson": davidson,
    "rao_kupper": rao_kupper,
    "half": half,
    "drop": drop,
}


def ranking_loss(pairs: Pairs, ties: Ties, parameter: "Tensor") -> "Tensor":
    """[B] the mean loss over all C(K, 2) pairs of each prompt.

    Args:
        parameter: log ν of Davidson, log(θ − 1) of Rao and Kupper; not read by the others.
    """
    return pairs.per_prompt(_LOSSES[ties](pairs.gap, pairs.tie, parameter))


def off_centre(rewards: "Tensor", ranks: "Tensor") -> "Tensor":
    """[B] (2 r̄)², the mean r̄ being over the answers to each prompt.

    For K = 2 this is the (r₁ + r₂)² of Eisenstein et al. (2023), as TRL has it. Summed over all
    pairs that term would also punish how far K > 2 answers lie apart; this one holds their mean
    alone.
    """
    here = ranks != _NO_ONE
    mean = (rewards * here).sum(1) / here.sum(1).clamp(min=1)
    return (2 * mean).square()


def tie_probability(gap: "Tensor", ties: Ties, parameter: "Tensor") -> "Tensor":
    """[P] how likely a tie is; 0 under the models that know none."""
    if ties not in {"davidson", "rao_kupper"}:
        return torch.zeros_like(gap)
    always = torch.ones_like(gap, dtype=torch.bool)
    return torch.exp(-_LOSSES[ties](gap, always, parameter))


def first_guess(ties: Ties, tied: int, pairs: int) -> float:
    """The parameter that fits the share of ties when all rewards are equal.

    Davidson: P(tie) = ν / (2 + ν); Rao and Kupper: P(tie) = (θ − 1) / (θ + 1). Half a tie is added,
    so that data without any gives a number.
    """
    share = (tied + 0.5) / (pairs + 1)
    odds = torch.tensor(share / (1 - share), dtype=torch.float64)
    # ν = 2 share / (1 − share), and θ − 1 = 2 share / (1 − share) too.
    return float(torch.log(2 * odds)) if ties in {"davidson", "rao_kupper"} else 0.0
