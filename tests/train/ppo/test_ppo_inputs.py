"""Prompts, rewards and settings that are none, and those that are unusual."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.train.ppo.playing import Listener, job_of, questions, recipe_of, vowels

from copydesk.errors import CopydeskError, DocumentProblem, ModelProblem, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Question
from copydesk.train.ppo import ppo, train_ppo
from copydesk.train.ppo.prompts import Prompt, order
from copydesk.train.ppo.scores import Judge, judge_of, rewards_of, token_rewards
from copydesk.train.ppo.trainer import learning_rate
from copydesk.train.recipe import Schedule

PROMPT = Prompt((Message("user", "Write."),), (1, 2))


def problem(job: Any, kind: type[CopydeskError] = UsageProblem, score: Any = vowels) -> str:
    with pytest.raises(kind) as caught:
        ppo(job, score) if score else train_ppo(job)
    assert caught.value.hint
    return caught.value.message


def test_one_prompt_is_enough(tiny: Path, tmp_path: Path) -> None:
    recipe = recipe_of(tiny, schedule={"steps": 1})
    job = job_of(recipe, tmp_path / "run", Listener(), train=questions("Write about bees."))
    assert ppo(job, vowels).steps == 1


def test_no_prompt_is_not(tiny: Path, tmp_path: Path) -> None:
    job = job_of(recipe_of(tiny), tmp_path / "run", Listener(), train=())
    assert problem(job) == "No prompt is left to learn from."


def test_prompts_that_are_too_long_or_empty_are_left_out_and_told(
    tiny: Path, tmp_path: Path
) -> None:
    heard = Listener()
    rows = (*questions("Write.", "word " * 300, "  "), Question(prompt=()))
    job = job_of(recipe_of(tiny, schedule={"steps": 1}), tmp_path / "run", heard, train=rows)
    assert ppo(job, vowels).steps == 1
    assert heard.said == [
        "1 of 4 prompts left out: longer than 124 tokens, which is max_length less rollout.tokens",
        "2 prompts left out: they say nothing",
    ]


def test_a_prompt_that_comes_twice_counts_once(tiny: Path, tmp_path: Path) -> None:
    recipe = recipe_of(tiny, schedule={"epochs": 1, "steps": 0}, rollout={"prompts": 1})
    rows = questions("Write.", "Write.", "Cut.")
    assert ppo(job_of(recipe, tmp_path / "run", Listener(), train=rows), vowels).steps == 2


def test_answers_longer_than_the_window_leave_no_room(tiny: Path, tmp_path: Path) -> None:
    recipe = recipe_of(tiny, rollout={"tokens": 128})
    assert "no room for a prompt" in problem(job_of(recipe, tmp_path / "run", Listener()))
    recipe = recipe_of(tiny, max_length=513)
    assert "reads 512 tokens" in problem(job_of(recipe, tmp_path / "run", Listener()))


def test_parts_engine_and_second_judge_are_checked(tiny: Path, tmp_path: Path) -> None:
    for changes, said in (
        ({"ppo": {"minibatches": 9}}, "8 answers has no 9 parts"),
        ({"rollout": {"engine": "vllm"}}, "own probabilities"),
        ({"rollout": {"judge": "x"}, "ppo": {"stop_judge": "x"}}, "cannot watch itself"),
    ):
        job = job_of(recipe_of(tiny, **changes), tmp_path / "run", Listener())
        assert said in problem(job)


def test_a_weight_for_samples_needs_samples(tiny: Path, tmp_path: Path) -> None:
    job = job_of(recipe_of(tiny, ppo={"ptx": 1.0}), tmp_path / "run", Listener())
    assert "there are no samples" in problem(job)
    recipe = recipe_of(tiny, ppo={"ptx": 1.0, "ptx_data": str(tmp_path / "none.jsonl")})
    problem(job_of(recipe, tmp_path / "run", Listener()), DocumentProblem)


def test_no_judge_and_one_that_is_none(tiny: Path, tmp_path: Path) -> None:
    job = job_of(recipe_of(tiny), tmp_path / "run", Listener())
    assert problem(job, score=None) == "PPO needs a reward model."
    for judge in (tmp_path / "nowhere", tiny):
        job = job_of(recipe_of(tiny, rollout={"judge": str(judge)}), tmp_path / "run", Listener())
        problem(job, ModelProblem, score=None)


def test_a_judge_that_gives_too_few_scores_is_told(tiny: Path, tmp_path: Path) -> None:
    job = job_of(recipe_of(tiny), tmp_path / "run", Listener())
    assert "0 scores for 8 answers" in problem(job, ModelProblem, score=lambda p, a: [])


def asked_for(answers: Sequence[str], ended: Sequence[bool], no_end: float | None) -> Any:
    seen: list[str] = []

    def score(prompt: Any, texts: Sequence[str]) -> list[float]:
        seen.extend(texts)
        return [5.0 for _ in texts]

    found = rewards_of(judge_of(score), [PROMPT] * len(answers), answers, ended, no_end)
    return found.tolist(), seen


def test_what_does_not_end_or_says_nothing_has_a_price_of_its_own() -> None:
    answers, ended = ("good", "cut off", " \n", ""), (True, False, True, True)
    assert asked_for(answers, ended, -1.0) == ([5.0, -1.0, -1.0, -1.0], ["good"])
    assert asked_for(answers, ended, None) == ([5.0] * 4, list(answers))
    assert asked_for(("a",), (False,), -1.0) == ([-1.0], [])


def test_rewards_are_counted_in_the_judges_deviations() -> None:
    judge = Judge(lambda asked: [[7.0] for _ in asked], mean=3.0, deviation=2.0)
    assert judge([PROMPT], ["x"]) == [2.0]


def test_the_reward_comes_with_the_last_token_and_kl_with_each() -> None:
    answer = torch.tensor([[False, True, True, False], [False, False, True, True]])
    kl = torch.tensor([[9.0, 1.0, 2.0, 9.0], [9.0, 9.0, 3.0, 4.0]])
    found = token_rewards(torch.tensor([10.0, 20.0]), kl, answer, beta=0.5)
    assert found.tolist() == [[0.0, -0.5, 9.0, 0.0], [0.0, 0.0, -1.5, 18.0]]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 9), st.integers(0, 40), st.integers(1, 30), st.integers(0, 5))
def test_every_prompt_comes_once_before_any_comes_again(
    count: int, start: int, wanted: int, seed: int
) -> None:
    endless = order(count, 0, start + wanted, seed)
    assert order(count, start, wanted, seed) == endless[start:]
    for turn in range((start + wanted) // count):
        assert sorted(endless[turn * count : (turn + 1) * count]) == list(range(count))


def test_the_learning_rate_rises_and_falls() -> None:
    def rates(**changes: Any) -> list[float]:
        schedule = Schedule.model_validate({"learning_rate": 1.0, "warmup": 0.25} | changes)
        return [learning_rate(schedule, step, 8) for step in range(8)]

    assert rates(decay="constant") == [0.5] + [1.0] * 7
    linear = rates(decay="linear")
    assert linear[:3] == [0.5, 1.0, 1.0]
    assert linear[-1] == pytest.approx(1 / 6)
    assert rates(decay="cosine")[5] == pytest.approx(0.5)
    assert rates(decay="constant", warmup=0.0) == [1.0] * 8
