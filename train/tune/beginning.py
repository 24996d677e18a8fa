"""How every method begins: the process settled, the base there, its tokenizer, its rows."""

# ruff: noqa: PLC0415 - torch and datasets are imported when a run begins

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.train.base import Base, load_policy, load_tokenizer, prepare, settle
from copydesk.train.job import Job
from copydesk.train.recipe import Recipe


@dataclass(frozen=True)
class Begun:
    """A base, ready to be loaded as the recipe wants it."""

    base: Base
    recipe: Recipe

    def policy(self) -> Any:
        """The model that is trained."""
        return load_policy(self.base, self.recipe)


def begin(job: Job) -> tuple[Begun, Any]:
    """Settle the process; returns the base and its tokenizer."""
    settle(job.recipe)
    base = prepare(job.recipe.model)
    return Begun(base, job.recipe), load_tokenizer(base)


def dataset(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows as a dataset in memory."""
    from datasets import Dataset

    return Dataset.from_list(list(rows))


def refuse_empty(rows: Sequence[Any], job: Job, what: str, *, of: int = 0) -> None:
    """Refuse to train on nothing, and say how many rows are left out.

    Args:
        rows: what is left of them.
        what: what the others lack.
        of: how many there were; 0: as many as the job has.

    Raises:
        UsageProblem: there is no row.
    """
    count = of or len(job.train)
    if rows and len(rows) < count:
        job.say(f"{count - len(rows)} of {count} rows are left out: they lack {what}.")
    if not rows:
        raise UsageProblem(
            f"Of {len(job.train)} rows none has {what} within {job.recipe.max_length} tokens.",
            "raise max_length, or see what copydesk train audit says of the data",
        )
