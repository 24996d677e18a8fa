"""Ranking losses against closed forms, finite differences, and what must not change them."""

import math
from itertools import combinations, permutations
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from copydesk.train.recipe import Ties  # noqa: E402
from copydesk.train.reward import losses  # noqa: E402
from copydesk.train.reward.ties import TieModel  # noqa: E402

TIES = get_args(Ties)
reward = st.floats(-6, 6, allow_nan=False, width=32)
parameter = st.floats(-3, 3, allow_nan=False, width=32)


def batch(rows: list[tuple[list[float], list[int]]]) -> tuple[torch.Tensor, torch.Tensor]:
    size = max(len(ranks) for _, ranks in rows)
    rewards = torch.full((len(rows), size), 7.0, dtype=torch.float64)  # nothing may read the 7
    ranks = torch.zeros(len(rows), size, dtype=torch.long)
    for line, (values, order) in enumerate(rows):
        rewards[line, : len(values)] = torch.tensor(values, dtype=torch.float64)
        ranks[line, : len(order)] = torch.tensor(order)
    return rewards, ranks


def loss(rows: list[tuple[list[float], list[int]]], ties: Ties, tie: float = 0.0) -> list[float]:
    rewards, ranks = batch(rows)
    pairs = losses.pairs_of(rewards, ranks)
    found: list[float] = losses.ranking_loss(
        pairs, ties, torch.tensor([tie], dtype=torch.float64)
    ).tolist()
    return found


def by_hand(values: list[float], ranks: list[int], ties: Ties, tie: float) -> float:
    """The definitions of 1952, 1967 and 1970, in strengths and without logarithms."""
    strength = [math.exp(value) for value in values]
    total = 0.0
    for i, j in combinations(range(len(values)), 2):
        a, b = (i, j) if ranks[i] <= ranks[j] else (j, i)
        p, q = strength[a], strength[b]
        tied = ranks[i] == ranks[j]
        if ties == "davidson":
            nu = math.exp(tie)
            whole = p + q + nu * math.sqrt(p * q)
            chance = nu * math.sqrt(p * q) / whole if tied else p / whole
        elif ties == "rao_kupper":
            theta = 1 + math.exp(tie)
            win, other = p / (p + theta * q), q / (q + theta * p)
            chance = (theta**2 - 1) * win * other if tied else win
        elif tied and ties == "half":
            chance = math.sqrt(p / (p + q) * q / (p + q))
        else:
            chance = 1.0 if tied else p / (p + q)
        total -= math.log(chance)
    return total / math.comb(len(values), 2)


ranking = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.lists(reward, min_size=k, max_size=k),
        st.lists(st.integers(1, 4), min_size=k, max_size=k),
    )
)


@pytest.mark.parametrize("ties", TIES)
@given(rows=st.lists(ranking, min_size=1, max_size=4), tie=parameter)
@settings(deadline=None, max_examples=25)
def test_the_loss_is_the_definition(
    ties: Ties, rows: list[tuple[list[float], list[int]]], tie: float
) -> None:
    expected = [by_hand(values, ranks, ties, tie) for values, ranks in rows]
    assert loss(rows, ties, tie) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("ties", TIES)
@given(row=ranking, tie=parameter, data=st.data())
@settings(deadline=None, max_examples=20)
def test_the_order_in_which_answers_are_listed_does_not_matter(
    ties: Ties, row: tuple[list[float], list[int]], tie: float, data: st.DataObject
) -> None:
    values, ranks = row
    order = data.draw(st.permutations(range(len(values))))
    turned = ([values[i] for i in order], [ranks[i] for i in order])
    assert loss([turned], ties, tie) == pytest.approx(loss([row], ties, tie), abs=1e-9)


@pytest.mark.parametrize("ties", TIES)
@given(row=ranking, tie=parameter, shift=st.floats(-20, 20))
@settings(deadline=None, max_examples=20)
def test_only_differences_count_without_centring(
    ties: Ties, row: tuple[list[float], list[int]], tie: float, shift: float
) -> None:
    values, ranks = row
    moved = [value + shift for value in values]
    assert loss([(moved, ranks)], ties, tie) == pytest.approx(loss([row], ties, tie), abs=1e-7)


@given(one=reward, other=reward)
@settings(deadline=None, max_examples=30)
def test_two_answers_are_bradley_and_terry(one: float, other: float) -> None:
    expected = math.log1p(math.exp(-(one - other)))
    for ties in ("half", "drop"):
        assert loss([([one, other], [1, 2])], ties) == pytest.approx([expected], abs=1e-9)  # type: ignore[arg-type]
    # Both models of ties become Bradley's and Terry's when a tie is next to impossible.
    assert loss([([one, other], [1, 2])], "davidson", -40) == pytest.approx([expected], abs=1e-9)
    assert loss([([one, other], [1, 2])], "rao_kupper", -40) == pytest.approx([expected], abs=1e-9)


@pytest.mark.parametrize("ties", TIES)
def test_prompts_of_different_k_do_not_touch_one_another(ties: Ties) -> None:
    short, long = ([0.3, -1.0], [2, 1]), ([0.5, 0.1, -0.4, 2.0], [1, 2, 2, 3])
    together = loss([short, long], ties, 0.2)
    assert together == pytest.approx([*loss([short], ties, 0.2), *loss([long], ties, 0.2)])


@pytest.mark.parametrize("ties", TIES)
def test_gradients_are_the_finite_differences(ties: Ties) -> None:
    rewards, ranks = batch(
        [([0.4, -0.2, 1.3], [1, 2, 2]), ([0.1, 0.7], [2, 1]), ([1.0, 2.0], [1, 1])]
    )

    def whole(values: torch.Tensor, tie: torch.Tensor) -> torch.Tensor:
        pairs = losses.pairs_of(values, ranks)
        return losses.ranking_loss(pairs, ties, tie) + losses.off_centre(values, ranks)

    tie = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(whole, (rewards.requires_grad_(), tie))


@pytest.mark.parametrize("ties", ["davidson", "rao_kupper"])
@given(gap=st.floats(-30, 30), tie=parameter)
@settings(deadline=None, max_examples=30)
def test_wins_and_ties_are_all_that_can_happen(ties: Ties, gap: float, tie: float) -> None:
    odds = TieModel(ties, tie).odds(gap)
    assert sum(odds) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in odds)
    assert odds == pytest.approx(TieModel(ties, tie).odds(-gap)[::-1])
    tensor = torch.tensor([gap], dtype=torch.float64)
    likely = losses.tie_probability(tensor, ties, torch.tensor([tie], dtype=torch.float64))
    assert float(likely) == pytest.approx(odds[1], abs=1e-9)
    won = loss([([gap, 0.0], [1, 2])], ties, tie)
    assert math.exp(-won[0]) == pytest.approx(odds[0], abs=1e-9)


@pytest.mark.parametrize("ties", TIES)
def test_far_rewards_stay_finite(ties: Ties) -> None:
    for row in (([1e4, -1e4], [1, 2]), ([1e4, -1e4], [2, 1]), ([1e4, -1e4], [1, 1])):
        rewards, ranks = batch([row])
        rewards.requires_grad_()
        found = losses.ranking_loss(
            losses.pairs_of(rewards, ranks), ties, torch.tensor([0.0], dtype=torch.float64)
        )
        found.sum().backward()
        assert torch.isfinite(found).all()
        assert torch.isfinite(rewards.grad).all()
    assert all(math.isfinite(chance) for chance in TieModel(ties).odds(1e5))
    assert all(math.isfinite(chance) for chance in TieModel(ties).odds(-1e5))


@pytest.mark.parametrize("ties", ["davidson", "rao_kupper"])
@pytest.mark.parametrize(("tied", "pairs"), [(0, 40), (10, 40), (30, 40), (40, 40)])
def test_the_first_guess_fits_the_share_of_ties(ties: Ties, tied: int, pairs: int) -> None:
    guess = losses.first_guess(ties, tied, pairs)
    assert TieModel(ties, guess).odds(0.0)[1] == pytest.approx((tied + 0.5) / (pairs + 1))


@pytest.mark.parametrize("ties", ["davidson", "rao_kupper"])
def test_the_tie_parameter_that_fits_best_is_that_of_the_data(ties: Ties) -> None:
    """With all rewards held equal, the likelihood peaks where P(tie) is the share of ties."""
    _, ranks = batch([([0, 0], [1, 1])] * 3 + [([0, 0], [1, 2])] * 7)
    tie = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    step = torch.optim.LBFGS([tie], max_iter=100)

    def closure() -> torch.Tensor:
        step.zero_grad()
        pairs = losses.pairs_of(torch.zeros(10, 2, dtype=torch.float64), ranks)
        value = losses.ranking_loss(pairs, ties, tie).mean()
        value.backward()
        return value

    step.step(closure)
    assert TieModel(ties, float(tie.detach())).odds(0.0)[1] == pytest.approx(0.3, abs=1e-4)


def test_a_pair_off_centre_costs_what_trl_takes() -> None:
    rewards, ranks = batch([([0.5, -2.0], [1, 2]), ([1.0, 1.5, 0.5], [1, 2, 3])])
    found = losses.off_centre(rewards, ranks).tolist()
    assert found == pytest.approx([(0.5 - 2.0) ** 2, 4.0])


@given(row=ranking)
@settings(deadline=None, max_examples=20)
def test_centring_holds_the_mean_and_not_the_spread(row: tuple[list[float], list[int]]) -> None:
    values, ranks = row
    centred = [value - sum(values) / len(values) for value in values]
    assert losses.off_centre(*batch([(centred, ranks)])).item() == pytest.approx(0, abs=1e-9)


def test_every_pair_is_there_once_with_the_better_first() -> None:
    for ranks in permutations([1, 2, 3]):
        pairs = losses.pairs_of(*batch([([float(-rank) for rank in ranks], list(ranks))]))
        assert sorted(pairs.gap.tolist()) == [1.0, 1.0, 2.0]
        assert pairs.share.tolist() == pytest.approx([1 / 3] * 3)
    assert losses.pairs_of(*batch([([1.0], [1])])).gap.numel() == 0
