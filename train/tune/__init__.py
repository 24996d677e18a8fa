"""Methods on TRL's trainers: from samples, pairs, verdicts, and from what the model answers."""

from copydesk.train.job import Job, Outcome


def sft(job: Job) -> Outcome:
    """Supervised fine-tuning: the loss on answers as they are."""
    from copydesk.train.tune.samples import train_sft  # noqa: PLC0415 - TRL takes seconds to import

    return train_sft(job)
