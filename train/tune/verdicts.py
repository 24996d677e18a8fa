"""Learning from verdicts: KTO, where an answer was kept or dropped and nobody compared any."""

# ruff: noqa: PLC0415 - torch and TRL are imported when a run begins

import random
from collections.abc import Iterable
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.preferences.rows import Row, Verdict
from copydesk.train.base import encode, load_policy
from copydesk.train.bridge import arguments, carry_out, forget_reference
from copydesk.train.job import Job, Outcome
from copydesk.train.tune.beginning import begin, dataset, refuse_empty


def train_kto(job: Job) -> Outcome:
    """Kahneman–Tversky optimisation (Ethayarajh et al. 2024, equation 7).

    The KL term is estimated on answers that are put to the next prompt of the same batch, so a
    batch must hold two. Kept and dropped answers weigh the same altogether, however many there are
    of each (their equation 8).

    Raises:
        UsageProblem: batches of one, only one kind of verdict, or none within max_length.
        CopydeskError: whatever `carry_out` raises.
    """
    from copydesk.train.bridge import KtoTrainer

    size = job.recipe.schedule.batch
    if size < 2:
        raise UsageProblem(
            "KTO compares each answer with the prompt of another, and schedule.batch is 1.",
            "--set schedule.batch=2 or more",
        )
    begun, tokenizer = begin(job)
    train = as_tokens(tokenizer, job.train, job.recipe.max_length, size, job.recipe.seed)
    held = as_tokens(tokenizer, job.held, job.recipe.max_length, size, job.recipe.seed)
    refuse_empty(train, job, "an answer")
    settings = arguments(
        job.recipe,
        job.folder,
        "kto",
        max_length=None,
        beta=job.recipe.preference.beta,
        loss_type="kto",
        disable_dropout=True,
        train_sampling_strategy="sequential",  # `as_tokens` has shuffled, batch by batch
        **_weights(train),
    )
    reference = load_policy(begun.base, job.recipe, trainable=False) if job.recipe.full else None
    trainer = KtoTrainer(
        model=begun.policy(),
        ref_model=reference,
        args=settings,
        train_dataset=dataset(train),
        eval_dataset=dataset(held) if held else None,
        processing_class=tokenizer,
    )
    if not job.recipe.adapter.start:
        forget_reference(trainer)
    return carry_out(trainer, job, tokenizer)


def as_tokens(
    tokenizer: Any, rows: Iterable[Row], most: int, size: int, seed: int
) -> list[dict[str, Any]]:
    """Verdicts as {prompt_ids, completion_ids, KL_completion_ids, label}, shuffled.

    Each batch of `size` lends its answers on: the first prompt gets the last answer as its KL one.
    A batch of one at the end would only have its own, so it is left out.
    """
    found: list[dict[str, Any]] = []
    for row in rows:
        if isinstance(row, Verdict):
            read = encode(tokenizer, row.prompt, row.completion, most)
            if read.answer:
                prompt = read.ids[: read.prompt_length]
                label = {"completion_ids": read.answer, "label": row.keep}
                found.append({"prompt_ids": prompt} | label)
    random.Random(seed).shuffle(found)
    if len(found) % size == 1:
        found.pop()
    for start in range(0, len(found), size):
        batch = found[start : start + size]
        for at, row_ in enumerate(batch):
            row_["KL_completion_ids"] = batch[at - 1]["completion_ids"]
    return found


def _weights(rows: list[dict[str, Any]]) -> dict[str, float]:
    kept = sum(row["label"] for row in rows)
    dropped = len(rows) - kept
    if not kept or not dropped:
        which = "kept" if kept else "dropped"
        raise UsageProblem(
            f"All {len(rows)} verdicts say {which}: there is nothing to tell apart.",
            "KTO needs both; for answers to learn from as they are, train sft",
        )
    return {
        "desirable_weight": max(1.0, dropped / kept),
        "undesirable_weight": max(1.0, kept / dropped),
    }
