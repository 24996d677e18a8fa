"""`copydesk train`: preferences become a model in the house's style."""

from collections.abc import Mapping
from typing import ClassVar

import click

from copydesk.cli.elsewhere import SpreadGroup

_METHODS = ("sft", "reward", "ppo", "dpo", "kto", "grpo", "rloo", "orpo", "simpo")


class TrainGroup(SpreadGroup):
    """The commands, each in a file that is read when it is asked for."""

    elsewhere: ClassVar[Mapping[str, tuple[str, str]]] = {
        "house": ("train_house", "house"),
        "audit": ("train_audit", "audit"),
        **{name: ("train_methods", name) for name in _METHODS},
        "evaluate": ("train_evaluate", "evaluate"),
        "publish": ("train_publish", "publish"),
        "recipes": ("train_recipes", "recipes"),
    }


@click.group(cls=TrainGroup, short_help="Train a model on edits and rankings; evaluate it.")
def train() -> None:
    """Train a model on what editors kept, edited and ranked.

    `house` goes all the way. The others are its steps: fine-tuning (sft), a reward model (reward),
    and what learns from it (ppo, grpo, rloo) or from preferences alone (dpo, kto, orpo, simpo).

    \b
    Examples:
      copydesk train audit desk
      copydesk train house plain -o house/
      copydesk train sft -o runs/sft
      copydesk train dpo my-recipe.yaml --data pairs.jsonl -o runs/dpo
      copydesk train evaluate runs/dpo
    """
