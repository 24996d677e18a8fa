"""A trainer is run to its end, its result put in its place, and what came of it told."""

# ruff: noqa: PLC0415 - torch and transformers are there when a trainer is

import errno
import gc
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, OutputProblem
from copydesk.files import make_folder
from copydesk.train.bridge.checkpoints import newest_checkpoint, step_of
from copydesk.train.job import Job, Outcome

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_THE_MODEL = ("training_args.bin", "README.md")  # a pickle, and an empty model card
# Of a checkpoint, what is not the model.
_STATE = ("optimizer*", "scheduler*", "rng_state*", "trainer_state*", "whole.json", *_NOT_THE_MODEL)


def carry_out(trainer: Any, job: Job, tokenizer: Any) -> Outcome:
    """Train, evaluate on what is held out, and save the model to `job.folder / "model"`.

    Where the loss is no number any more, the newest whole checkpoint becomes the model, and the
    outcome says why it ended. Where there is none, it is an error.

    Raises:
        OutputProblem: the disk is full; whole checkpoints are left for `--resume`.
        NotFinite: before there was a checkpoint.
        CopydeskError: the device's memory is too small.
    """
    from copydesk.train.bridge.steady import NotFinite
    from copydesk.train.bridge.watcher import Watcher

    watcher = Watcher(job)
    trainer.add_callback(watcher)
    start = newest_checkpoint(job.folder) if job.resume else None
    stopped = ""
    with _told(job):
        try:
            trainer.train(resume_from_checkpoint=str(start) if start else None)
        except NotFinite as problem:
            kept = newest_checkpoint(job.folder)
            if kept is None:
                raise
            stopped = f"{problem.message} What was saved after step {step_of(kept)} is kept."
            model = _restore(kept, job, trainer)
            return Outcome(model, step_of(kept), watcher.last | watcher.held, stopped)
        if job.held:
            trainer.evaluate()
        model = save(trainer, job, tokenizer)
    return Outcome(model, int(trainer.state.global_step), watcher.last | watcher.held, stopped)


def save(trainer: Any, job: Job, tokenizer: Any) -> Path:
    """Write the model beside its place, then put it there at once."""
    target = job.folder / "model"
    partial = target.with_name(".model.new")  # all processes must mean the same folder
    state = trainer.accelerator
    if state.is_main_process:
        shutil.rmtree(partial, ignore_errors=True)
    state.wait_for_everyone()
    forget_reference(trainer)
    trainer.save_model(str(partial))
    if state.is_main_process:
        tokenizer.save_pretrained(partial)
        for name in _NOT_THE_MODEL:
            (partial / name).unlink(missing_ok=True)
        _let_it_speak(partial)
        _put(partial, target)
    state.wait_for_everyone()
    return target


def forget_reference(trainer: Any) -> None:
    """Drop the copy of the adapter that TRL keeps as the reference.

    At the end, for it is no part of the result; and at the beginning where the adapter is fresh:
    without any, the model is the same reference, and quicker.
    """
    model = trainer.accelerator.unwrap_model(trainer.model)
    if "ref" in getattr(model, "peft_config", {}):
        model.delete_adapter("ref")


def _restore(checkpoint: Path, job: Job, trainer: Any) -> Path:
    target = job.folder / "model"
    if trainer.accelerator.is_main_process:
        partial = target.with_name(f".model.{secrets.token_hex(4)}")
        shutil.copytree(checkpoint, partial, ignore=shutil.ignore_patterns(*_STATE, "ref"))
        _let_it_speak(partial)
        _put(partial, target)
    trainer.accelerator.wait_for_everyone()
    return target


def _let_it_speak(folder: Path) -> None:
    """Give a whole model its cache back, which transformers takes away for training."""
    path = folder / "config.json"
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8")) | {"use_cache": True}
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _put(partial: Path, target: Path) -> None:
    old = target.with_name(f".model.{secrets.token_hex(4)}")
    if target.exists():
        target.replace(old)
    partial.replace(target)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _told(job: Job) -> Iterator[None]:
    """One sentence for a full disk and for too little memory."""
    import torch
    from safetensors import SafetensorError

    make_folder(job.folder)
    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            gc.collect()
            raise CopydeskError(
                "The device's memory is too small for a step of this recipe.",
                "--set schedule.batch=1, a smaller max_length, or --set checkpointing=true",
            ) from None
        if not _is_full(error):
            raise
        kept = newest_checkpoint(job.folder)
        after = f" What was saved after step {step_of(kept)} is whole." if kept else ""
        raise OutputProblem(
            f"The disk became full while {job.folder} was written.{after}",
            "make room there, then go on with --resume",
        ) from None


def _is_full(error: Exception) -> bool:
    """The libraries wrap the disk's error in their own, with its words inside."""
    if getattr(error, "errno", None) in _FULL:
        return True
    words = str(error)
    return any(said in words for said in ("No space left", "os error 28", "File too large")) or (
        "PytorchStreamWriter" in words or "iostream error" in words
    )
