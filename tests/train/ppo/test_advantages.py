"""GAE and whitening against cases computed by hand, and against their definitions."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.ppo.advantages import (
    gae,
    masked_mean,
    masked_variance,
    to_deviation_one,
    whiten,
)


def test_gae_of_two_tokens_by_hand() -> None:
    rewards = torch.tensor([[9.0, 0.0, 1.0, 9.0]])
    values = torch.tensor([[9.0, 0.5, 0.25, 9.0]])
    mask = torch.tensor([[False, True, True, False]])
    advantages, returns = gae(rewards, values, mask, gamma=0.9, lam=0.8)
    last = 1.0 - 0.25  # nothing follows the last token, whatever stands in the padding
    first = 0.0 + 0.9 * 0.25 - 0.5 + 0.9 * 0.8 * last
    assert torch.allclose(advantages, torch.tensor([[0.0, first, last, 0.0]]))
    assert torch.allclose(returns, torch.tensor([[0.0, first + 0.5, last + 0.25, 0.0]]))


def test_gae_with_lambda_one_is_the_return_less_the_value() -> None:
    rewards = torch.tensor([[1.0, 2.0, 4.0]])
    values = torch.tensor([[0.5, -1.0, 3.0]])
    advantages, returns = gae(rewards, values, torch.ones(1, 3, dtype=torch.bool), 1.0, 1.0)
    assert returns.tolist() == [[7.0, 6.0, 4.0]]
    assert advantages.tolist() == [[6.5, 7.0, 1.0]]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_gae_is_the_sum_of_its_definition(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 7))
    before, after = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    number = st.floats(-5, 5, width=32)
    total = before + length + after
    rewards = torch.tensor([data.draw(st.lists(number, min_size=total, max_size=total))])
    values = torch.tensor([data.draw(st.lists(number, min_size=total, max_size=total))])
    gamma, lam = data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1))
    mask = torch.zeros(1, total, dtype=torch.bool)
    mask[0, before : before + length] = True
    advantages, returns = gae(rewards, values, mask, gamma, lam)
    inside_r, inside_v = rewards[mask].tolist(), values[mask].tolist()
    following = [*inside_v[1:], 0.0]
    surprises = [r + gamma * n - v for r, n, v in zip(inside_r, following, inside_v, strict=True)]
    for place in range(length):
        expected = sum((gamma * lam) ** (k - place) * surprises[k] for k in range(place, length))
        assert abs(float(advantages[0, before + place]) - expected) < 1e-3
    assert torch.allclose(returns[mask], advantages[mask] + values[mask])
    assert not advantages[~mask].any()
    assert not returns[~mask].any()


def test_whitening_sees_only_what_the_mask_shows() -> None:
    values = torch.tensor([[100.0, 1.0, 3.0], [5.0, 7.0, -100.0]])
    mask = torch.tensor([[False, True, True], [True, True, False]])
    assert float(masked_mean(values, mask)) == 4.0
    assert float(masked_variance(values, mask)) == 5.0
    white = whiten(values, mask)
    expected = torch.tensor([[0.0, -3.0, -1.0], [1.0, 3.0, 0.0]]) / 5**0.5
    assert torch.allclose(white, expected)


def test_whitening_of_what_is_all_the_same_gives_nothing() -> None:
    same = torch.full((2, 3), 0.7)
    assert not whiten(same, torch.ones(2, 3, dtype=torch.bool)).any()
    assert not whiten(torch.zeros(2, 3), torch.zeros(2, 3, dtype=torch.bool)).any()


def test_rewards_are_divided_by_their_deviation_and_keep_their_sign() -> None:
    rewards = torch.tensor([[2.0, 6.0]])
    mask = torch.ones(1, 2, dtype=torch.bool)
    assert to_deviation_one(rewards, mask).tolist() == [[1.0, 3.0]]
    assert to_deviation_one(torch.full((1, 2), 3.0), mask).tolist() == [[3.0, 3.0]]
