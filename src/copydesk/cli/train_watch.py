"""How a run is shown: one line that moves on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.report import printable
from copydesk.train.run.folder import is_leader
from copydesk.train.run.progress import SILENT, Progress, Watch

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

_LINES = 100  # of one run at most, where no terminal is


@contextmanager
def watching(fetching: object = None) -> Iterator[Watch]:
    """Show what a run says on stderr. Of processes that train together, only the first speaks.

    Args:
        fetching: the bar of what was fetched before; a terminal has one moving line at a time.
    """
    if not is_leader():
        yield SILENT
    elif sys.stderr.isatty():
        line = _Line(getattr(fetching, "stop", None))
        try:
            yield line
        finally:
            line.stop()
    else:
        yield _Plain()


class _Plain:
    """A line for a step; of long runs, for some."""

    def say(self, text: str) -> None:
        click.echo(printable(text), err=True)

    def step(self, progress: Progress) -> None:
        every = max(1, progress.total // _LINES)
        if progress.step % every == 0 or progress.step in {1, progress.total}:
            click.echo(printable(progress.line()), err=True)


class _Line:
    """A bar with the numbers of the last step; what is said goes above it."""

    def __init__(self, before: Callable[[], None] | None) -> None:
        self._before = before
        self._bars: Bars | None = None
        self._task: Any = None

    def say(self, text: str) -> None:
        if self._bars is None:
            click.echo(printable(text), err=True)
        else:
            self._bars.console.print(printable(text), markup=False, highlight=False, soft_wrap=True)

    def step(self, progress: Progress) -> None:
        if self._bars is None:
            self._start(progress.total)
        if self._bars is not None:
            total = progress.total or None
            self._bars.update(
                self._task, completed=progress.step, total=total, description=progress.line()
            )

    def stop(self) -> None:
        """Leave the line as it is and give the terminal back."""
        if self._bars is not None:
            self._bars.stop()

    def _start(self, total: int) -> None:
        from rich import progress  # noqa: PLC0415 - only where a terminal is
        from rich.console import Console  # noqa: PLC0415

        if self._before is not None:
            self._before()
        self._bars = progress.Progress(
            progress.BarColumn(bar_width=16),
            progress.TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
        )
        self._task = self._bars.add_task("", total=total or None)
        self._bars.start()
