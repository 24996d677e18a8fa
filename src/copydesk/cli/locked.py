"""A document that is encrypted: its password is asked for where a person can type it, unseen."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from copydesk.cli.report import complain, printable
from copydesk.errors import LockedDocument

if TYPE_CHECKING:
    from copydesk.documents.reading import How

T = TypeVar("T")

_TRIES = 3


def unlocked(path: Path, how: "How", read: Callable[["How"], T]) -> T:
    """What `read` gives; where it says that the file is locked, with a password that was typed.

    Nothing is asked for where nobody is at a terminal, or where no password would open it; who
    types nothing leaves the file locked, and the next one is read.

    Raises:
        LockedDocument: it stays locked.
    """
    for _ in range(_TRIES):
        try:
            return read(how)
        except LockedDocument as problem:
            if not (problem.opens_here and _watched()):
                raise
            if how.password:
                complain("This is not its password.")
            if not (password := _asked(path)):
                raise
        how = replace(how, password=password)
    return read(how)


def _watched() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(path: Path) -> str:
    name = printable(path.name)
    click.echo("\r\x1b[K", nl=False, err=True)  # over a line that says what is read
    password: str = click.prompt(
        f"Password of {name} (none: leave it out)",
        default="",
        show_default=False,
        hide_input=True,
        err=True,
    )
    return password
