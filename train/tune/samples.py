"""Supervised fine-tuning on answers; only what is answered is learnt, not what was asked."""

# ruff: noqa: PLC0415 - torch and TRL are imported when a run begins

from collections.abc import Iterable
from typing import Any

from copydesk.preferences.rows import Row, Sample
from copydesk.train.base import encode
from copydesk.train.bridge import arguments, carry_out
from copydesk.train.job import Job, Outcome
from copydesk.train.tune.beginning import begin, dataset, refuse_empty

_IGNORED = -100


def train_sft(job: Job) -> Outcome:
    """Learn to give the answers of the samples.

    The loss is the mean of −log p over all tokens of answers in a step.

    Raises:
        UsageProblem: no sample has an answer within max_length.
        CopydeskError: whatever `carry_out` raises.
    """
    from copydesk.train.bridge import SftTrainer

    base, tokenizer = begin(job)
    train = as_tokens(tokenizer, job.train, job.recipe.max_length)
    held = as_tokens(tokenizer, job.held, job.recipe.max_length)
    refuse_empty(train, job, "an answer")
    settings = arguments(
        job.recipe,
        job.folder,
        "sft",
        max_length=None,
        packing=False,
        completion_only_loss=False,
        dataset_kwargs={"skip_prepare_dataset": True},
    )
    trainer = SftTrainer(
        model=base.policy(),
        args=settings,
        train_dataset=dataset(train),
        eval_dataset=dataset(held) if held else None,
        processing_class=tokenizer,
    )
    return carry_out(trainer, job, tokenizer)


def as_tokens(tokenizer: Any, rows: Iterable[Row], most: int) -> list[dict[str, list[int]]]:
    """Samples as {input_ids, labels}; those whose answer lies beyond `most` tokens are left out."""
    found = []
    for row in rows:
        if not isinstance(row, Sample):
            continue
        read = encode(tokenizer, row.prompt, row.completion, most)
        if read.answer:
            labels = [_IGNORED] * read.prompt_length + read.answer
            found.append({"input_ids": read.ids, "labels": labels})
    return found
