"""The only way to TRL: its trainers with our tokens, our head, whole checkpoints, honest numbers.

What is relied on in TRL is asserted in tests/train/bridge. Importing this imports neither torch nor
TRL; naming a trainer does.
"""

from typing import Any

from copydesk.train.bridge.arguments import arguments
from copydesk.train.bridge.checkpoints import mark_whole, newest_checkpoint
from copydesk.train.bridge.running import carry_out, forget_reference

_TRAINERS = {
    "SftTrainer": "trainers",
    "KtoTrainer": "trainers",
    "RewardTrainer": "trainers",
    "GrpoTrainer": "online",
    "RlooTrainer": "online",
    "DpoTrainer": "pairs",
    "PairTrainer": "pairs",
    "Watcher": "watcher",
}

__all__ = ["arguments", "carry_out", "forget_reference", "mark_whole", "newest_checkpoint"]


def __getattr__(name: str) -> Any:
    if name not in _TRAINERS:
        raise AttributeError(name)
    from importlib import import_module  # noqa: PLC0415 - TRL takes seconds to import

    return getattr(import_module(f"copydesk.train.bridge.{_TRAINERS[name]}"), name)
