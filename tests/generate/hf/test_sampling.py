"""Sampling: llama.cpp's filters in llama.cpp's order, held against plain Python."""

# ruff: noqa: PLC0415 - torch and what needs it are imported where they are used

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.generate.hf.sampling import draw, dry
from copydesk.generate.protocol import Sampling

GREEDY = Sampling(temperature=0)


def drawn(logits: Sequence[Sequence[float]], sampling: Sampling, *chances: float) -> list[int]:
    import torch

    numbers: list[int] = draw(torch.tensor(logits), sampling, chances).tolist()
    return numbers


def survivors(logits: Sequence[float], sampling: Sampling) -> dict[int, float]:
    """What may be drawn, and how likely: llama.cpp's top-k, top-p, min-p, temperature."""
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    if sampling.top_k > 0:
        order = order[: sampling.top_k]
    whole = sum(math.exp(logits[i]) for i in order)
    kept: list[int] = []
    share = 0.0
    for i in order:
        kept.append(i)
        share += math.exp(logits[i]) / whole
        if sampling.top_p < 1 and share >= sampling.top_p:
            break
    if sampling.min_p > 0:
        least = logits[order[0]] + math.log(sampling.min_p)
        kept = [i for i in kept if logits[i] >= least]
    if sampling.top_k <= 0 and sampling.top_p >= 1:
        kept.sort()  # nothing asks for an order, so there is none
    heat = {i: math.exp((logits[i] - logits[order[0]]) / sampling.temperature) for i in kept}
    return {i: weight / sum(heat.values()) for i, weight in heat.items()}


# Apart by a tenth and more, so that float32 cannot decide otherwise than Python.
LOGITS = st.lists(st.integers(-60, 60), min_size=2, max_size=12, unique=True).map(
    lambda tenths: [tenth / 10 for tenth in tenths]
)
SAMPLINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.3, 0.8, 1.0, 2.0]),
    top_p=st.sampled_from([0.17, 0.53, 0.911, 1.0]),
    top_k=st.sampled_from([0, 1, 3, 40]),
    min_p=st.sampled_from([0.0, 0.0517, 0.313]),
)


@given(LOGITS, SAMPLINGS)
def test_every_chance_picks_what_llama_cpp_would(logits: list[float], sampling: Sampling) -> None:
    reached = 0.0
    for token, share in survivors(logits, sampling).items():
        if share > 1e-4:
            middle = reached + share / 2
            assert drawn([logits], sampling, middle) == [token]
        reached += share


@given(LOGITS, SAMPLINGS, st.floats(0, 1, exclude_max=True))
def test_nothing_is_drawn_that_a_filter_took_out(
    logits: list[float], sampling: Sampling, chance: float
) -> None:
    assert drawn([logits], sampling, chance)[0] in survivors(logits, sampling)


def test_each_row_has_its_own_chance() -> None:
    flat = [[0.0, -0.1]] * 3
    warm = Sampling(temperature=1, top_p=1, min_p=0)
    assert drawn(flat, warm, 0.1, 0.9, 0.1) == [0, 1, 0]


def test_temperature_nought_takes_the_likeliest() -> None:
    assert drawn([[0.0, 3.0, 1.0], [2.0, 1.0, 0.0]], GREEDY, 0.99, 0.99) == [1, 0]


def test_what_is_forbidden_is_never_drawn() -> None:
    only = [[-math.inf, 1.0, -math.inf, -math.inf]]
    for sampling in (Sampling(), Sampling(top_k=0, top_p=1, min_p=0), GREEDY):
        assert drawn(only, sampling, 1 - 2**-53) == [1]


def test_top_p_nought_leaves_the_likeliest() -> None:
    assert drawn([[1.0, 2.0]], Sampling(temperature=5, top_p=0), 0.99) == [1]


def reference(said: list[int], multiplier: float, breakers: set[int]) -> dict[int, float]:
    """DRY in its author's words: for each token, the longest suffix that it followed before."""
    unbroken = next((i for i, t in enumerate(reversed(said)) if t in breakers), len(said))
    penalties: dict[int, float] = {}
    for token in set(said) - breakers:
        best = 0
        for at in range(1, len(said)):
            if said[at] != token:
                continue
            for length in range(1, min(at, unbroken) + 1):
                if said[at - length : at] == said[len(said) - length :]:
                    best = max(best, length)
        if best >= 6:
            penalties[token] = multiplier * 1.75 ** (best - 6)
    return penalties


@given(st.lists(st.integers(0, 3), max_size=40), st.sets(st.integers(0, 3), max_size=1))
def test_dry_takes_off_what_its_author_says(said: list[int], breakers: set[int]) -> None:
    assert dry(said, 0.8, breakers) == pytest.approx(reference(said, 0.8, breakers))


def test_dry_forgets_what_was_said_long_ago() -> None:
    phrase = [1, 2, 3, 4, 5, 6, 7, 8]
    gap = list(range(10, 1_000))
    assert dry([*phrase, *gap, *phrase[:7]], 1.0) == {8: pytest.approx(1.75)}
    assert dry([*phrase, *gap, *gap, *phrase[:7]], 1.0).get(8) is None


def test_dry_never_overflows() -> None:
    penalties: dict[int, Any] = dry([1] * 1024, 1.0)
    assert math.isfinite(penalties[1])
