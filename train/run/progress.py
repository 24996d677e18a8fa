"""How far a run is: the numbers of a step, the time that is left, both in a line."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Protocol

# What is shown, in this order, by the names that methods log under.
_SHOWN = (
    ("loss", "loss", "{:.3f}"),
    ("held_loss", "held-out loss", "{:.3f}"),
    ("reward", "reward", "{:+.2f}"),
    ("accuracy", "accuracy", "{:.2f}"),
    ("held_accuracy", "held-out accuracy", "{:.2f}"),
    ("held_reward", "held-out reward", "{:+.2f}"),
    ("held_judge", "held-out judge", "{:+.2f}"),
    ("kl", "KL", "{:.2f}"),
    ("length", "length", "{:.0f}"),
)
_RECENT = 20  # steps that the speed is taken from


@dataclass(frozen=True)
class Progress:
    """A step, as it is shown.

    Attributes:
        total: steps in all; 0 when nobody knows.
        left: seconds that are left; None as long as nothing can be said.
    """

    step: int
    total: int
    numbers: Mapping[str, float]
    left: float | None

    def line(self) -> str:
        """Step, loss, reward, KL, length and time left: those that there are."""
        parts = [f"step {self.step}/{self.total}" if self.total else f"step {self.step}"]
        parts += spoken_numbers(self.numbers)
        if self.left is not None:
            parts.append(f"{spoken_time(self.left)} left")
        return "  ".join(parts)


class Watch(Protocol):
    """Who is told how a run goes."""

    def say(self, text: str) -> None:
        """A sentence about what happens now."""

    def step(self, progress: Progress) -> None:
        """A step was logged."""


class Silent:
    """Nobody."""

    def say(self, text: str) -> None:
        """Hear nothing."""

    def step(self, progress: Progress) -> None:
        """Hear nothing."""


SILENT = Silent()


class Clock:
    """Guesses the time left from the steps just made; the first one, which loads, counts little."""

    def __init__(self, total: int, now: Callable[[], float] = time.monotonic) -> None:
        self._total, self._now = total, now
        self._marks: deque[tuple[int, float]] = deque(maxlen=_RECENT)

    def left(self, step: int) -> float | None:
        """Seconds left after this step, or None."""
        self._marks.append((step, self._now()))
        marks = list(self._marks)
        paces = [
            (later - time_) / (reached - at)
            for (at, time_), (reached, later) in pairwise(marks)
            if reached > at
        ]
        if not paces or step >= self._total:
            return None
        return (self._total - step) * median(paces)


def spoken_numbers(numbers: Mapping[str, float | None]) -> list[str]:
    """Those numbers that say how it goes, each with its name."""
    return [
        f"{name} {_written(form, value)}"
        for key, name, form in _SHOWN
        if (value := numbers.get(key)) is not None
    ]


def _written(form: str, value: float) -> str:
    """A number as it is shown; there is no minus before a nought."""
    said = form.format(value)
    return form.format(0.0) if float(said) == 0 else said


def spoken_time(seconds: float) -> str:
    """Seconds as a person says them: "40 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} d {hours % 24} h"
