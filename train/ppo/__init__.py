"""Proximal policy optimisation against a reward model, held near where it began.

Ouyang et al. (2022), "Training language models to follow instructions with human feedback", after
Schulman et al. (2017) and Ziegler et al. (2019). docs/ppo.md has the formulas in one place.
"""

# ruff: noqa: PLC0415 - torch is loaded when one trains, not when the room is named

from typing import TYPE_CHECKING

from copydesk.train.job import Job, Outcome

if TYPE_CHECKING:
    from copydesk.train.ppo.scores import Score


def train_ppo(job: Job) -> Outcome:
    """Train a policy against the recipe's reward model, `rollout.judge`.

    Raises:
        UsageProblem: the reward model is no better than length and the job does not insist; or
            prompts, lengths or parts do not go together.
        ModelProblem: base or reward model cannot be loaded, or give numbers that are none.
        OutputProblem: the disk is full; the last checkpoint is whole.
    """
    return _trained(job, None)


def ppo(job: Job, score: "Score") -> Outcome:
    """Train a policy against a function.

    Args:
        score: takes a prompt and some answers to it, and gives a number for each; higher is better.

    Raises:
        What `train_ppo` does, the gate apart.
    """
    return _trained(job, score)


def _trained(job: Job, score: "Score | None") -> Outcome:
    from copydesk.train.ppo.scores import judge_of
    from copydesk.train.ppo.setting import read_setting
    from copydesk.train.ppo.trainer import Trainer

    judge = None if score is None else judge_of(score)
    return Trainer(job, read_setting(job, judge)).run()
