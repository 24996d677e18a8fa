"""Spares adapters a way round: their input is not widened where autocast narrows it again."""

# ruff: noqa: PLC0415 - torch and peft are imported when a model is there

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_AGAIN = ("gradient_checkpointing", "activation_checkpointing")  # transformers 5.17, 5.23


@contextmanager
def straight(model: Any) -> Iterator[None]:
    """Inside autocast, give the adapters their input as it is.

    peft widens the input of every adapter to float32, for that is what its weights are; autocast
    makes bfloat16 of it again before it is multiplied. Without both, the numbers are the same to
    the last bit, and a step through layers of SmolLM2's sizes takes two thirds of the time.
    Outside autocast nothing changes, nor where activations are computed again: that happens after
    this has ended, and must find everything as it was.
    """
    import torch
    from peft.tuners.tuners_utils import BaseTunerLayer

    kind = next(model.parameters()).device.type
    layers: list[Any] = [part for part in model.modules() if isinstance(part, BaseTunerLayer)]
    before = [layer.cast_input_dtype_enabled for layer in layers]
    again = any(getattr(part, flag, False) for part in model.modules() for flag in _AGAIN)
    if torch.is_autocast_enabled(kind) and not again:
        for layer in layers:
            layer.cast_input_dtype_enabled = False
    try:
        yield
    finally:
        for layer, enabled in zip(layers, before, strict=True):
            layer.cast_input_dtype_enabled = enabled
