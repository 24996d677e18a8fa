"""Answers drawn in a batch: padding, ends, chance, and what they are scored at."""

# ruff: noqa: PLC0415 - transformers is imported where a model is loaded

from pathlib import Path
from typing import Any

import pytest
import torch

from copydesk.train.ppo import reading
from copydesk.train.ppo.rollout import Sampling, roll_out

PROMPTS = ([5, 9, 7], [11], [20, 21, 22, 23, 24, 25])


@pytest.fixture(scope="module")
def model(tiny: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32).eval()


def chance(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def sampling(tokens: int = 6, temperature: float = 1.0, ends: tuple[int, ...] = (2,)) -> Sampling:
    return Sampling(tokens, temperature, ends, pad=0)


def plain(row: list[int], model: Any) -> torch.Tensor:
    """Log-probabilities over the vocabulary after each token of one row, without any padding."""
    logits: torch.Tensor = model(torch.tensor([row])).logits[0].log_softmax(-1)
    return logits


def test_rows_are_prompt_answer_and_padding_without_a_gap(model: Any) -> None:
    drawn = roll_out(model, PROMPTS, sampling(), chance())
    for row, prompt in enumerate(PROMPTS):
        length = int(drawn.lengths[row])
        assert drawn.ids[row, : len(prompt)].tolist() == prompt
        assert int(drawn.attention[row].sum()) == len(prompt) + length
        places = drawn.answer[row].nonzero().squeeze(1).tolist()
        assert places == list(range(len(prompt), len(prompt) + length))


def test_the_same_chance_gives_the_same_answers_and_another_does_not(model: Any) -> None:
    first, again = (roll_out(model, PROMPTS, sampling(), chance()) for _ in range(2))
    other = roll_out(model, PROMPTS, sampling(), chance(4))
    assert first.ids.tolist() == again.ids.tolist()
    assert first.answers() != other.answers()


def test_an_answer_in_a_batch_is_drawn_from_what_it_would_be_alone(model: Any) -> None:
    """At a low temperature the likeliest word comes: padding on the left must not matter."""
    cold = sampling(tokens=5, temperature=1e-4)
    batch = roll_out(model, PROMPTS, cold, chance())
    for prompt, answer in zip(PROMPTS, batch.answers(), strict=True):
        assert roll_out(model, [prompt], cold, chance()).answers() == [answer]
        row = list(prompt)
        for token in answer:
            assert int(plain(row, model)[-1].argmax()) == token
            row.append(token)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_scores_are_those_of_each_row_alone_at_the_temperature_it_was_drawn_at(
    model: Any, temperature: float
) -> None:
    drawn = roll_out(model, PROMPTS, sampling(temperature=temperature), chance())
    found = reading.logps(model, drawn, temperature)
    for row in range(len(PROMPTS)):
        tokens = drawn.ids[row][drawn.attention[row].bool()].tolist()
        logits = model(torch.tensor([tokens])).logits[0] / temperature
        for column in drawn.answer[row].nonzero().squeeze(1).tolist():
            expected = logits[column - 1].log_softmax(-1)[tokens[column]]
            assert float(found[row, column]) == pytest.approx(float(expected), abs=1e-4)
    assert not found[~drawn.answer].any()


def test_an_end_ends_that_row_alone_though_it_is_also_the_padding(model: Any) -> None:
    """Every second word ends a turn, and padding is one of them."""
    ends = tuple(range(0, 400, 2))
    drawn = roll_out(model, PROMPTS * 4, sampling(tokens=8, ends=ends), chance())
    assert drawn.ended.any()
    for row in range(len(drawn.ids)):
        tokens = drawn.ids[row][drawn.answer[row]].tolist()
        assert all(token % 2 for token in tokens[:-1])
        assert bool(drawn.ended[row]) == (tokens[-1] % 2 == 0)
        kept = drawn.answers()[row]
        assert kept == (tokens[:-1] if drawn.ended[row] else tokens)
    assert len({int(length) for length in drawn.lengths}) > 1


def test_an_answer_that_ends_at_once_is_one_token_and_says_nothing(model: Any) -> None:
    drawn = roll_out(model, PROMPTS, sampling(ends=tuple(range(400))), chance())
    assert drawn.lengths.tolist() == [1, 1, 1]
    assert drawn.answers() == [[], [], []]
    assert bool(drawn.ended.all())


def test_the_mean_entropy_is_of_the_answers_own_tokens(model: Any) -> None:
    drawn = roll_out(model, PROMPTS[:1], sampling(tokens=3), chance())
    row = drawn.ids[0][drawn.attention[0].bool()].tolist()
    logps = plain(row, model)[len(PROMPTS[0]) - 1 : -1]
    expected = -(logps.exp() * logps).sum(-1).mean()
    assert float(drawn.entropy[0]) == pytest.approx(float(expected), abs=1e-4)


def test_taking_rows_drops_columns_that_nobody_needs(model: Any) -> None:
    drawn = roll_out(model, PROMPTS, sampling(tokens=2), chance())
    short = drawn.take([1])
    assert short.ids.shape == (1, 16)
    assert roll_out(model, [[5] * 40], sampling(), chance()).ids.shape == (1, 48)
    assert short.answers() == [drawn.answers()[1]]


class Counting:
    """A model whose next word is its own position, to see which positions it was told."""

    def __init__(self) -> None:
        self.positions: list[Any] = []

    def __call__(self, **asked: Any) -> Any:
        self.positions.append(asked["position_ids"].tolist())

        class Out:
            past_key_values = None
            logits = torch.zeros(len(asked["input_ids"]), 1, 50)

        return Out()


def test_positions_count_from_the_first_word_not_from_the_padding() -> None:
    counting = Counting()
    roll_out(counting, [[1, 2, 3], [4]], sampling(tokens=3, ends=(99,)), chance())
    first, *more = counting.positions
    assert first == [[0] * 13 + [0, 1, 2], [0] * 16]
    assert more == [[[3], [1]], [[4], [2]]]
