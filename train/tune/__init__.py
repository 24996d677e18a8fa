"""Methods on TRL's trainers: from samples, pairs, verdicts, and from what the model answers."""

# ruff: noqa: PLC0415 - TRL takes seconds to import

from copydesk.train.job import Job, Outcome

__all__ = ["dpo", "grpo", "kto", "orpo", "rloo", "sft", "simpo"]


def sft(job: Job) -> Outcome:
    """Supervised fine-tuning; see `samples.train_sft`."""
    from copydesk.train.tune.samples import train_sft

    return train_sft(job)


def dpo(job: Job) -> Outcome:
    """Direct preference optimisation; see `pairs.train_dpo`."""
    from copydesk.train.tune.pairs import train_dpo

    return train_dpo(job)


def orpo(job: Job) -> Outcome:
    """Odds ratio preference optimisation; see `pairs.train_orpo`."""
    from copydesk.train.tune.pairs import train_orpo

    return train_orpo(job)


def simpo(job: Job) -> Outcome:
    """Simple preference optimisation; see `pairs.train_simpo`."""
    from copydesk.train.tune.pairs import train_simpo

    return train_simpo(job)


def kto(job: Job) -> Outcome:
    """Kahneman–Tversky optimisation; see `verdicts.train_kto`."""
    from copydesk.train.tune.verdicts import train_kto

    return train_kto(job)


def grpo(job: Job) -> Outcome:
    """Group relative policy optimisation; see `questions.train_grpo`."""
    from copydesk.train.tune.questions import train_grpo

    return train_grpo(job)


def rloo(job: Job) -> Outcome:
    """REINFORCE with leave-one-out baselines; see `questions.train_rloo`."""
    from copydesk.train.tune.questions import train_rloo

    return train_rloo(job)
