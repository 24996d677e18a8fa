"""The methods by name; each is imported when it is used."""

from collections.abc import Callable, Mapping
from importlib import import_module

from copydesk.train.base.settled import check_installed
from copydesk.train.job import Job, Outcome

METHODS: Mapping[str, str] = {
    "sft": "copydesk.train.tune:sft",
    "reward": "copydesk.train.reward:train_reward",
    "ppo": "copydesk.train.ppo:train_ppo",
    "dpo": "copydesk.train.tune:dpo",
    "kto": "copydesk.train.tune:kto",
    "grpo": "copydesk.train.tune:grpo",
    "rloo": "copydesk.train.tune:rloo",
    "orpo": "copydesk.train.tune:orpo",
    "simpo": "copydesk.train.tune:simpo",
}


def find_method(name: str) -> Callable[[Job], Outcome]:
    """What trains by that method.

    Raises:
        MissingTool: a library of the extra is not installed.
    """
    check_installed()
    module, _, function = METHODS[name].partition(":")
    method: Callable[[Job], Outcome] = getattr(import_module(module), function)
    return method
