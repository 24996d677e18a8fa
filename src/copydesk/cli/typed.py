r'''What a person types, or a script pipes in: one message after the other.

A line that ends in a backslash goes on in the next one. `"""` begins and ends a message of several
lines, whose words are never a command.
'''

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import click

from copydesk.cli.report import complain, paint
from copydesk.errors import CopydeskError, UsageProblem

Read = Callable[[str], str | None]

_SIGN, _MORE = "> ", ". "
_BLOCK = '"""'
_LONGEST_LINE = 4_000_000  # bytes; a model's context is far smaller


@dataclass(frozen=True)
class Typed:
    """A message; a `plain` one is said to the model whatever it begins with."""

    text: str
    plain: bool = False


def next_typed(read: Read) -> Typed | None:
    """Read a whole message; None at the end of the input.

    Args:
        read: gives the next line without its end, None when there is none; takes a prompt sign.
    """
    line = read(_SIGN)
    if line is None:
        return None
    if line.lstrip().startswith(_BLOCK):
        return Typed(_block(line.lstrip().removeprefix(_BLOCK), read), plain=True)
    lines = [line]
    while lines[-1].endswith("\\"):
        lines[-1] = lines[-1][:-1]
        more = read(_MORE)
        if more is None:
            break
        lines.append(more)
    return Typed("\n".join(lines))


def _block(line: str, read: Read) -> str:
    """Everything up to the end mark, or up to the end of the input."""
    lines: list[str] = []
    while not line.rstrip().endswith(_BLOCK):
        lines.append(line)
        more = read(_MORE)
        if more is None:
            return "\n".join(lines)
        line = more
    return "\n".join([*lines, line.rstrip().removesuffix(_BLOCK)])


def reader() -> tuple[Read, bool]:
    """How lines are read here, and whether a person types them."""
    if not sys.stdin.isatty():
        return _from_pipe, False
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if not sys.stdout.isatty():
        return _from_keyboard, True
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - line editing, where Python was built with it
    return _from_terminal, True


def _from_pipe(_sign: str) -> str | None:
    line = sys.stdin.buffer.readline(_LONGEST_LINE + 1)
    if len(line) > _LONGEST_LINE:
        raise UsageProblem("A line of the input is longer than 4 MB.", "say less at once")
    return line.decode("utf-8", "replace").rstrip("\r\n") if line else None


def _from_keyboard(sign: str) -> str | None:
    """Typed while standard output goes elsewhere: the sign must not end up in there."""
    click.echo(paint(sign, fg="cyan"), nl=False, err=True)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _from_terminal(sign: str) -> str | None:
    try:
        return input(_coloured(sign))
    except EOFError:
        click.echo()
        return None


def _coloured(sign: str) -> str:
    """The sign in colour, its escape codes marked as of no width where readline counts columns."""
    painted = paint("\0", fg="cyan", bold=True)
    if painted == "\0" or os.environ.get("TERM") == "dumb":
        return sign
    before, _, after = painted.partition("\0")
    if "readline" in sys.modules:
        before, after = f"\001{before}\002", f"\001{after}\002"
    return f"{before}{sign}{after}"


def take_all(
    read: Read, take: Callable[[Typed], None], over: Callable[[], bool], *, watched: bool
) -> None:
    """Hand on what is typed until the input ends, somebody leaves, or it is over.

    A problem is told and passed over where a person is `watched`; a script ends with it.
    """
    while not over():
        try:
            typed = next_typed(read)
        except KeyboardInterrupt:
            click.echo(err=True)
            return
        if typed is None:
            return
        try:
            take(typed)
        except CopydeskError as problem:
            if not watched:
                raise
            complain(problem.message, problem.hint)
