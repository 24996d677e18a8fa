"""Lines that a slide shows: compared without case and full stop, said once, ended alike."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def bare(line: str) -> str:
    """A line without the full stop that some points have and others do not."""
    return line if line.endswith("...") else line.rstrip(".。")


def fold(line: str) -> str:
    """What two lines have in common that say the same."""
    return bare(line).casefold()


def once(items: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """The items whose name was not there before."""
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(fold(name(item)), item)
    return list(kept.values())


def distinct(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines, each said once and without a full stop."""
    return tuple(bare(line) for line in once(lines, str))
