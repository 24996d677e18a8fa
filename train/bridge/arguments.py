"""A recipe becomes the arguments of a TRL trainer; no default that matters is left to TRL."""

# ruff: noqa: PLC0415 - torch and TRL are imported when a trainer is made

from pathlib import Path
from typing import Any, Literal

from copydesk.train.base import dtype_of
from copydesk.train.recipe import Recipe

Kind = Literal["sft", "dpo", "kto", "grpo", "rloo", "reward"]
_CONFIGS = {
    "sft": "SFTConfig",
    "dpo": "DPOConfig",
    "kto": "KTOConfig",
    "grpo": "GRPOConfig",
    "rloo": "RLOOConfig",
    "reward": "RewardConfig",
}
_DECAYS = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}


def arguments(recipe: Recipe, folder: Path, kind: Kind, **more: Any) -> Any:
    """The arguments of one of TRL's trainers.

    Args:
        folder: the run's; checkpoints go below it.
        kind: whose arguments.
        more: what the kind has besides, or what is to be otherwise than here.

    Returns:
        An instance of trl.SFTConfig, DPOConfig, KTOConfig, GRPOConfig, RLOOConfig or RewardConfig.
    """
    import trl

    return getattr(trl, _CONFIGS[kind])(**_common(recipe, folder) | more)


def _common(recipe: Recipe, folder: Path) -> dict[str, Any]:
    import torch

    gpu, wanted = torch.cuda.is_available(), recipe.schedule
    settings = {
        "output_dir": str(folder / "checkpoints"),
        "num_train_epochs": wanted.epochs,
        "max_steps": wanted.steps or -1,
        "per_device_train_batch_size": wanted.batch,
        "per_device_eval_batch_size": wanted.batch,
        "gradient_accumulation_steps": wanted.accumulate,
        "learning_rate": wanted.learning_rate,
        "warmup_steps": wanted.warmup if wanted.warmup < 1 else 0.999,  # below 1: a share
        "lr_scheduler_type": _DECAYS[wanted.decay],
        "weight_decay": wanted.weight_decay,
        "max_grad_norm": wanted.clip,
        "seed": recipe.seed,
        "data_seed": recipe.seed,
        "use_cpu": not gpu,
        "dataloader_pin_memory": gpu,
        # Mixed precision: products in bfloat16, what is trained and summed in float32.
        "bf16": dtype_of(recipe) == torch.bfloat16,
        "fp16": False,
        "gradient_checkpointing": recipe.checkpointing,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        "ddp_find_unused_parameters": False,
        "average_tokens_across_devices": True,
    }
    if not gpu:
        settings["pad_to_multiple_of"] = 16  # each new shape costs a processor new kernels
    return settings | _told(recipe) | _saved(recipe)


def _told(recipe: Recipe) -> dict[str, Any]:
    wanted = recipe.schedule
    return {
        "logging_steps": wanted.log_every,
        "logging_nan_inf_filter": False,  # a loss that is no number is not to look like the last
        "eval_strategy": "steps" if wanted.evaluate_every else "no",
        "eval_steps": wanted.evaluate_every or None,
        "report_to": "none",
        "disable_tqdm": True,
        "log_level": "error",
        "push_to_hub": False,
    }


def _saved(recipe: Recipe) -> dict[str, Any]:
    every = recipe.schedule.save_every
    return {
        "save_strategy": "steps" if every else "no",
        "save_steps": every or 500,
        # The one before stays until the next is whole.
        "save_total_limit": 2,
        "save_only_model": False,
        "restore_callback_states_from_checkpoint": False,
    }
