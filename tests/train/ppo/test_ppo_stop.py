"""When PPO ends before its last step."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.train.ppo.playing import Listener, job_of, recipe_of, vowels

from copydesk.errors import ModelProblem
from copydesk.train.ppo import ppo, setting
from copydesk.train.ppo.scores import judge_of
from copydesk.train.ppo.stop import StopRule
from copydesk.train.ppo.trainer import Trainer


def numbers(reward: float, judge: float, kl: float = 1.0, ended: float = 1.0) -> dict[str, float]:
    return {"reward": reward, "judge": judge, "kl": kl, "ended": ended}


def looked(rule: StopRule, *rounds: tuple[float, float]) -> list[str]:
    return [rule.look(numbers(reward, judge)) for reward, judge in rounds]


def test_more_reward_and_less_by_the_second_judge_as_often_as_the_patience_says() -> None:
    rule = StopRule(kl_budget=0, patience=2, every=1)
    said = looked(rule, (0, 5), (1, 4), (2, 3))
    assert said[:2] == ["", ""]
    assert "fooling its judge" in said[2]


def test_one_good_check_in_between_begins_the_count_anew() -> None:
    rule = StopRule(kl_budget=0, patience=2, every=1)
    assert not any(looked(rule, (0, 5), (1, 4), (2, 6), (3, 5), (2, 4)))


def test_a_check_is_the_mean_of_some_rounds() -> None:
    rule = StopRule(kl_budget=0, patience=1, every=2)
    said = looked(rule, (0, 5), (0, 3), (9, 5), (-7, 2.9))
    assert said[:3] == ["", "", ""]
    assert "fooling" in said[3]


def test_both_falling_is_no_fooling_and_without_a_second_judge_nothing_is_said() -> None:
    rule = StopRule(kl_budget=0, patience=1, every=1)
    assert not any(looked(rule, (3, 5), (2, 4), (1, 3)))
    alone = StopRule(kl_budget=0, patience=1, every=1)
    assert not any(alone.look({"reward": r, "kl": 0.0, "ended": 1.0}) for r in (0, 1, 2))


def test_the_budget_and_none() -> None:
    assert "KL budget" in StopRule(5.0, 1, 1).look(numbers(0, 0, kl=5.1))
    assert StopRule(5.0, 1, 1).look(numbers(0, 0, kl=5.0)) == ""
    assert StopRule(0.0, 1, 1).look(numbers(0, 0, kl=1e9)) == ""


def test_answers_that_never_end_end_the_run_where_that_price_is_fixed() -> None:
    rule = StopRule(0, 1, 1)
    said = [rule.look(numbers(-1, 0, ended=0.0)) for _ in range(5)]
    assert said[:4] == [""] * 4
    assert "rollout.tokens" in said[4]
    free = StopRule(0, 1, 1, no_end_matters=False)
    assert not any(free.look(numbers(-1, 0, ended=0.0)) for _ in range(9))


def test_a_rule_goes_on_after_a_checkpoint() -> None:
    rule = StopRule(0, 2, 1)
    looked(rule, (0, 5), (1, 4))
    again = StopRule(0, 2, 1)
    again.restore(rule.state())
    assert "fooling" in again.look(numbers(2, 3))


def test_a_spent_budget_ends_a_run_and_keeps_what_was_learnt(tiny: Path, tmp_path: Path) -> None:
    heard = Listener()
    recipe = recipe_of(
        tiny,
        ppo={"kl_budget": 0.001},
        schedule={"steps": 9, "save_every": 4, "learning_rate": 0.05},
    )
    outcome = ppo(job_of(recipe, tmp_path / "run", heard), vowels)
    assert "KL budget" in outcome.stopped
    assert 1 < outcome.steps < 9
    assert (tmp_path / "run" / "checkpoints" / f"checkpoint-{outcome.steps}").is_dir()
    assert (outcome.model / "adapter_model.safetensors").is_file()


def test_a_policy_that_fools_its_judge_is_stopped(tiny: Path, tmp_path: Path) -> None:
    """The second judge thinks the opposite of the first."""
    heard = Listener()
    recipe = recipe_of(
        tiny,
        ppo={"patience": 1},
        rollout={"answers": 4},
        schedule={"steps": 30, "evaluate_every": 4, "batch": 32},
    )
    job = job_of(recipe, tmp_path / "run", heard)

    def against(prompt: Any, answers: Sequence[str]) -> list[float]:
        return [-reward for reward in vowels(prompt, answers)]

    made = setting.read_setting(job, judge_of(vowels))
    outcome = Trainer(job, replace(made, second=judge_of(against))).run()
    assert "fooling its judge" in outcome.stopped
    assert outcome.steps < 30
    assert outcome.metrics["judge"] < 0


def score_until(rounds: int, then: float) -> Any:
    asked = []

    def score(prompt: Any, answers: Sequence[str]) -> list[float]:
        asked.append(1)
        return [then if len(asked) > rounds * 8 else 0.5 * len(text) for text in answers]

    return score


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_reward_that_is_no_number_ends_the_run_and_keeps_the_model(
    tiny: Path, tmp_path: Path, bad: float
) -> None:
    recipe = recipe_of(tiny, schedule={"steps": 5, "save_every": 1})
    outcome = ppo(job_of(recipe, tmp_path / "run", Listener()), score_until(2, bad))
    assert outcome.stopped == "the reward became nan in step 3"
    assert outcome.steps == 2
    assert (outcome.model / "adapter_model.safetensors").is_file()


def test_a_reward_that_never_was_a_number_is_an_error(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="before anything was learnt"):
        ppo(job_of(recipe_of(tiny), tmp_path / "run", Listener()), score_until(0, math.nan))


def test_a_loss_that_is_no_number_reaches_no_weight(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.train.ppo import update  # noqa: PLC0415

    real, calls = update.policy_loss, []

    def breaking(*args: Any) -> Any:
        calls.append(1)
        found = real(*args)
        return replace(found, loss=found.loss * math.nan) if len(calls) > 2 else found

    monkeypatch.setattr(update, "policy_loss", breaking)
    recipe = recipe_of(tiny, schedule={"steps": 3}, ppo={"epochs": 2})
    job = job_of(recipe, tmp_path / "run", Listener())
    made = setting.read_setting(job, judge_of(vowels))
    outcome = Trainer(job, made).run()
    assert outcome.stopped == "policy_loss became nan in step 2"
    assert outcome.steps == 1
    assert all(bool(weight.isfinite().all()) for weight in made.actors.trained().values())


def test_weights_that_ran_away_are_taken_back_from_the_checkpoint(
    tiny: Path, tmp_path: Path
) -> None:
    recipe = recipe_of(tiny, schedule={"steps": 4, "save_every": 1})
    job = job_of(recipe, tmp_path / "run", Listener())
    made = setting.read_setting(job, judge_of(vowels))

    def ruin(step: int, metrics: Any) -> None:
        if step == 2:
            next(iter(made.actors.trained().values())).data.fill_(math.nan)

    outcome = Trainer(replace(job, log=ruin), made).run()
    assert outcome.stopped == "the policy's foresight became nan in step 3"
    assert outcome.steps == 1, "the checkpoint of step 2 is no good either"
    assert all(bool(weight.isfinite().all()) for weight in made.actors.trained().values())
