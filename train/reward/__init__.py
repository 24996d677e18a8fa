"""Reward models learnt from rankings of K answers, ties included."""

# ruff: noqa: PLC0415 - torch is loaded when one trains or scores, not when the room is named

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.train.job import Job, Outcome

if TYPE_CHECKING:
    from copydesk.train.reward.scorer import RewardScorer


def train_reward(job: Job) -> Outcome:
    """Learn a reward model from the job's rankings; see `copydesk.train.reward.method`."""
    from copydesk.train.reward.method import train

    return train(job)


def load_reward(path: str | Path) -> "RewardScorer":
    """A reward model from its folder; see `copydesk.train.reward.scorer`."""
    from copydesk.train.reward.scorer import load

    return load(path)
