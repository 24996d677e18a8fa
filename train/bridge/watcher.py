"""Listens to a trainer: its numbers go to the job's log, and a checkpoint is noted when whole."""

# ruff: noqa: ARG002 - methods take what transformers calls them with

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accelerate import PartialState  # type: ignore[import-untyped]
from transformers import TrainerCallback

from copydesk.train.bridge.checkpoints import mark_whole
from copydesk.train.job import Job

# TRL's words, and ours. What is not here keeps its name; what is None is not told.
_NAMES: dict[str, str | None] = {
    "rewards/margins": "margin",
    "rewards/accuracies": "accuracy",
    "rewards/chosen": "reward_chosen",
    "rewards/rejected": "reward_rejected",
    "logps/chosen": "logp_chosen",
    "logps/rejected": "logp_rejected",
    "mean_token_accuracy": "token_accuracy",
    "num_tokens": "tokens",
    "completions/mean_length": "length",
    "completions/clipped_ratio": "unfinished",
    "num_input_tokens_seen": None,
    "total_flos": None,
    "epoch": "epoch",
}
_QUIET = (
    "/min",
    "/max",
    "clip_ratio/",
    "logits/",
    "per_second",
    "rewards/judge/",
    "runtime",
    "step_time",
    "terminated",
)


class Watcher(TrainerCallback):
    """One run's listener.

    Attributes:
        last: the last numbers of training, by our names.
        held: the last numbers of the held-out rows, as "held_…".
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.last: dict[str, float] = {}
        self.held: dict[str, float] = {}

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Numbers of some steps, or of an evaluation, or of the whole run at its end."""
        if not logs or "train_runtime" in logs:
            return
        numbers = renamed(logs)
        held = {name: number for name, number in numbers.items() if name.startswith("held_")}
        self.held.update(held)
        if not held:
            self.last = numbers
        if numbers and state.is_world_process_zero:
            self.job.log(int(state.global_step), numbers)

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """A checkpoint was written, by this process: all others must have written theirs."""
        PartialState().wait_for_everyone()
        if state.is_world_process_zero:
            mark_whole(Path(args.output_dir) / f"checkpoint-{state.global_step}")


def renamed(logs: Mapping[str, Any]) -> dict[str, float]:
    """A trainer's numbers by our names; numbers of held-out rows as "held_…"."""
    found: dict[str, float] = {}
    for name, value in logs.items():
        held = name.startswith("eval_")
        plain = name.removeprefix("eval_")
        ours = _NAMES.get(plain, plain)
        if ours is None or any(word in plain for word in _QUIET):
            continue
        if isinstance(value, int | float) and not math.isnan(value):
            found[f"held_{ours}" if held and ours != "epoch" else ours] = float(value)
        elif isinstance(value, float) and ours == "loss":
            found[ours] = value  # the one that is looked at must be seen as it is
    if any(name.startswith("held_") for name in found):
        found.pop("epoch", None)  # not one of theirs
    return found
