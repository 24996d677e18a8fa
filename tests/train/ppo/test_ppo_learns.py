"""PPO on a tiny model: it finds a known optimum, and stays where it is when nothing is better."""

from pathlib import Path
from statistics import fmean

import pytest
from tests.train.ppo.playing import Listener, job_of, nothing, questions, recipe_of, vowels

from copydesk.train.ppo import ppo


def test_the_reward_rises_by_more_than_a_deviation_at_bounded_kl(
    tiny: Path, tmp_path: Path
) -> None:
    """Three seeds and the whole of 60 steps: benchmarks/ppo.py."""
    heard = Listener()
    recipe = recipe_of(
        tiny,
        schedule={"steps": 14, "batch": 32, "learning_rate": 0.01},
        rollout={"answers": 4, "tokens": 2},
    )
    outcome = ppo(job_of(recipe, tmp_path / "run", heard), vowels)
    rewards = heard.column("reward")
    assert fmean(rewards[-3:]) > fmean(rewards[:3]) + fmean(heard.column("reward_deviation")[:3])
    assert max(heard.column("kl")) < 12
    assert outcome.stopped == ""
    assert outcome.steps == 14 == heard.lines[-1][0]
    assert outcome.metrics["reward"] == rewards[-1]
    assert (outcome.model / "adapter_config.json").is_file()


def test_with_nothing_to_gain_it_stays_put_and_expects_nothing(tiny: Path, tmp_path: Path) -> None:
    heard = Listener()
    recipe = recipe_of(tiny, schedule={"steps": 3})
    ppo(job_of(recipe, tmp_path / "run", heard), nothing)
    assert max(map(abs, heard.column("kl"))) < 1e-6
    assert max(heard.column("kl_k3")) < 1e-6
    assert max(heard.column("value_loss")) < 1e-6


@pytest.mark.parametrize("change", ["full", "ptx", "minibatches", "whiten_rewards", "start"])
def test_every_way_of_learning_takes_its_steps(tiny: Path, tmp_path: Path, change: str) -> None:
    from tests.support.hf_folders import tiny_adapter  # noqa: PLC0415

    heard = Listener()
    changes = {
        "full": {"full": True, "schedule": {"steps": 2, "learning_rate": 1e-4}},
        "ptx": {"ppo": {"ptx": 1.0}, "schedule": {"steps": 2}},
        "minibatches": {"ppo": {"minibatches": 3}, "schedule": {"steps": 2, "batch": 2}},
        "whiten_rewards": {"ppo": {"whiten_rewards": True}, "schedule": {"steps": 2}},
        "start": {"schedule": {"steps": 2}},
    }[change]
    if change == "start":
        changes["adapter"] = {"start": str(tiny_adapter(tiny, tmp_path / "sft"))}
    rows = samples() if change == "ptx" else questions()
    outcome = ppo(job_of(recipe_of(tiny, **changes), tmp_path / "run", heard, train=rows), vowels)
    assert outcome.steps == 2
    assert heard.column("kl")[0] == pytest.approx(0, abs=1e-5)
    assert abs(heard.column("kl")[1]) > 1e-5, "nothing was learnt"
    assert ("ptx_loss" in heard.lines[0][1]) == (change == "ptx")


def samples() -> tuple[object, ...]:
    from copydesk.generate.protocol import Message  # noqa: PLC0415
    from copydesk.preferences.rows import Sample  # noqa: PLC0415

    texts = ("Bees sing.", "A desk is a table.", "编辑部改稿。")
    return tuple(Sample(prompt=(Message("user", text),), completion=text) for text in texts)


def test_the_mix_of_samples_is_learnt_while_the_reward_says_nothing(
    tiny: Path, tmp_path: Path
) -> None:
    heard = Listener()
    recipe = recipe_of(tiny, ppo={"ptx": 1.0}, schedule={"steps": 6})
    ppo(job_of(recipe, tmp_path / "run", heard, train=samples()), nothing)
    losses = heard.column("ptx_loss")
    assert losses[-1] < losses[0] - 0.5


def test_held_out_prompts_are_answered_as_often_as_the_recipe_says(
    tiny: Path, tmp_path: Path
) -> None:
    heard = Listener()
    recipe = recipe_of(tiny, schedule={"steps": 4, "evaluate_every": 2})
    held = questions("Held out.", "另一个问题。", "A third one.")
    outcome = ppo(job_of(recipe, tmp_path / "run", heard, held=held), vowels)
    at = [step for step, metrics in heard.lines if "held_reward" in metrics]
    assert at == [2, 4]
    assert outcome.metrics.keys() >= {"held_reward", "held_kl", "held_length", "held_ended"}


def test_evaluations_do_not_change_what_is_learnt(tiny: Path, tmp_path: Path) -> None:
    found = []
    for every in (0, 1):
        heard = Listener()
        recipe = recipe_of(tiny, schedule={"steps": 3, "evaluate_every": every})
        ppo(job_of(recipe, tmp_path / f"run{every}", heard, held=questions("Held.")), vowels)
        found.append([line for line in heard.trajectory() if "reward" in line[1]])
    assert found[0] == found[1]
