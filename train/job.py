"""What a training method is given, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.preferences.rows import Row
from copydesk.train.recipe import Recipe

# Called with the step and its numbers: "loss", "reward", "kl", "length" … as a method has them.
Log = Callable[[int, Mapping[str, float]], None]


def _silent(sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Job:
    """One method, on one set of rows, into one folder.

    Attributes:
        folder: the run's folder. Checkpoints go to `folder/checkpoints`, the result to
            `folder/model`.
        train, held: rows of the kind that the method learns from, read and checked; `held` may be
            empty.
        log: takes the numbers of a step; it writes metrics.jsonl and moves the progress.
        resume: go on from the newest whole checkpoint, if there is one.
        anyway: go on where a check of the arguable kind would refuse.
        say: takes a sentence that the user should know, such as how many prompts were left out.
    """

    recipe: Recipe
    folder: Path
    train: Sequence[Row]
    held: Sequence[Row]
    log: Log
    resume: bool = False
    anyway: bool = False
    say: Callable[[str], None] = _silent


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        model: the folder with the result: an adapter, or a whole model.
        steps: optimizer steps taken, those before a resume counted.
        metrics: the last numbers, those of the held-out rows as "held_…".
        stopped: why it ended before its last step; "" if it did not.
    """

    model: Path
    steps: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    stopped: str = ""
