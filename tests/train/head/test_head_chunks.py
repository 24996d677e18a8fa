"""The head in pieces equals the head as a whole, forwards and backwards."""

from typing import Any

import pytest
import torch
from torch import Tensor

from copydesk.train.head import chunks

COUNT, WIDTH, WORDS = 37, 16, 101


def parts(
    seed: int = 0, kind: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(seed)
    hidden = torch.randn(COUNT, WIDTH).to(kind).requires_grad_()
    weight = torch.randn(WORDS, WIDTH).to(kind).requires_grad_()
    bias = torch.randn(WORDS).to(kind).requires_grad_()
    return hidden, weight, bias, torch.randint(WORDS, (COUNT,))


def plain(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, heat: float = 1.0
) -> chunks.Scores:
    logits = torch.nn.functional.linear(hidden, weight, bias).float() / heat
    spread = logits.log_softmax(-1)
    return chunks.Scores(
        spread.gather(1, targets[:, None]).squeeze(1),
        -(spread.exp() * spread).sum(1),
        logits.mean(1),
        logits.argmax(1) == targets,
    )


@pytest.fixture(params=[16, 32, 1000])
def rows_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(chunks, "_MOST", request.param * WORDS)
    return int(request.param)


@pytest.mark.parametrize(("with_bias", "heat"), [(True, 0.7), (False, 1.0)])
def test_it_equals_the_plain_computation_to_a_hundred_thousandth(
    rows_at_once: int, with_bias: bool, heat: float
) -> None:
    hidden, weight, bias, targets = parts()
    wanted = [hidden, weight, *([bias] if with_bias else [])]
    given = torch.randn(COUNT)
    found, known = (
        way(hidden, weight, bias if with_bias else None, targets, heat)
        for way in (chunks.score, plain)
    )
    for ours, theirs in zip(found, known, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    ours = torch.autograd.grad((found.log_probs * given).sum(), wanted)
    theirs = torch.autograd.grad((known.log_probs * given).sum(), wanted)
    for mine, right in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, right, rtol=1e-5, atol=1e-5)


def test_bfloat16_is_as_near_to_float32_as_its_eight_bits_allow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "_MOST", 16 * WORDS)
    hidden, weight, _, targets = parts(kind=torch.bfloat16)
    right = plain(hidden.float(), weight.float(), None, targets)
    found = chunks.score(hidden, weight, None, targets)
    assert found.log_probs.dtype == torch.float32
    torch.testing.assert_close(found.log_probs, right.log_probs, rtol=2e-2, atol=6e-2)
    (ours,) = torch.autograd.grad(found.log_probs.sum(), hidden)
    (theirs,) = torch.autograd.grad(right.log_probs.sum(), hidden)
    torch.testing.assert_close(ours.float(), theirs.float(), rtol=5e-2, atol=5e-2)


def test_autocast_decides_what_is_multiplied_and_gradients_come_back_as_the_weights_are() -> None:
    hidden, weight, _, targets = parts()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = chunks.score(hidden, weight, None, targets)
    rounded = chunks.score(hidden.bfloat16(), weight.bfloat16(), None, targets)
    torch.testing.assert_close(found.log_probs, rounded.log_probs)
    for gradient in torch.autograd.grad(found.log_probs.sum(), [hidden, weight]):
        assert gradient.dtype == torch.float32


def test_there_are_never_more_logits_than_were_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    logits = chunks._logits

    def watched(rows: Tensor, *others: Any) -> Tensor:
        made = logits(rows, *others)
        seen.append(made.numel())
        return made

    monkeypatch.setattr(chunks, "_MOST", 20 * WORDS)
    monkeypatch.setattr(chunks, "_logits", watched)
    hidden, weight, bias, targets = parts()
    chunks.score(hidden, weight, bias, targets).log_probs.sum().backward()
    assert seen == [16 * WORDS] * 6  # 37 rows in three parts, forwards and backwards


def test_frozen_weights_get_no_gradient_and_no_words_are_fine() -> None:
    hidden, weight, _, targets = parts()
    found = chunks.score(hidden, weight.detach(), None, targets)
    found.log_probs.sum().backward()
    assert weight.grad is None
    assert hidden.grad is not None
    nothing = chunks.score(hidden[:0], weight, None, targets[:0])
    assert [len(some) for some in nothing] == [0, 0, 0, 0]
    nothing.log_probs.sum().backward()


def test_a_word_that_is_far_ahead_leaves_finite_numbers() -> None:
    hidden, weight, _, targets = parts()
    far = (hidden * 1e4).detach().requires_grad_()
    found = chunks.score(far, weight, None, targets)
    found.log_probs.sum().backward()
    assert torch.isfinite(found.log_probs).all()
    assert far.grad is not None
    assert torch.isfinite(far.grad).all()
