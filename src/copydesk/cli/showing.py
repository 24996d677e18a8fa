"""Answers under letters on a terminal or in a pipe, and an order taken key by key or as a line."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import click

from copydesk.cli.keyboard import keys
from copydesk.cli.picking import HELP, LINE_HELP, Line, Picking, read_line
from copydesk.cli.report import complain, paint, printable
from copydesk.cli.typed import Read, reader
from copydesk.errors import UsageProblem
from copydesk.preferences.order import LETTERS, example

_WIDEST = 100  # columns that a text is laid out on
_NEVER_FIRST = frozenset("，。、；：？！”’）》」』…")
_FEWEST = 6  # lines of an answer that are shown at least


@dataclass(frozen=True)
class Blind:
    """Answers in the order in which they are shown; `places` says where each stood."""

    asked: str
    texts: tuple[str, ...]
    places: tuple[int, ...]

    def unshuffled(self, ranks: tuple[int, ...]) -> tuple[int, ...]:
        """The ranks in the answers' own order."""
        own = [0] * len(ranks)
        for place, rank in zip(self.places, ranks, strict=True):
            own[place] = rank
        return tuple(own)


@dataclass(frozen=True)
class Picked:
    """An order, or why there is none."""

    ranks: tuple[int, ...]
    end: str


def show(blind: Blind) -> None:
    """Print the request and the answers; long ones up to what fits, with a word on the rest."""
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    click.echo(paint(printable(blind.asked.strip()), dim=True), err=True)
    texts = [_folded(printable(text).strip(), width) for text in blind.texts]
    rooms = _rooms([len(lines) for lines in texts])
    for letter, lines, room in zip(LETTERS, texts, rooms, strict=False):
        click.echo(paint(f"── {letter} {'─' * max(0, width - 6)}", fg="cyan"), err=True)
        click.echo("\n".join(lines[:room]), err=True)
        if more := len(lines) - room:
            click.echo(paint(f"… {more} more lines: read {letter} in full", dim=True), err=True)
    click.echo(err=True)


def _rooms(lengths: list[int]) -> list[int]:
    """Lines to show of each answer so that all fit: what short ones leave goes to the long ones.

    Where nobody scrolls, all of them.
    """
    if not sys.stderr.isatty():
        return lengths
    left = shutil.get_terminal_size().lines - 6 - 2 * len(lengths)
    rooms = dict.fromkeys(range(len(lengths)), 0)
    for share, number in enumerate(sorted(rooms, key=lambda number: lengths[number])):
        rooms[number] = min(lengths[number], max(_FEWEST, left // (len(lengths) - share)))
        left -= rooms[number]
    # Two lines more take no more room than the note that leaves them out.
    return [n if n <= rooms[number] + 2 else rooms[number] for number, n in enumerate(lengths)]


def _folded(text: str, width: int) -> list[str]:
    """Lines as a terminal breaks them; wide characters count two."""
    lines: list[str] = []
    for line in text.split("\n"):
        piece, used = "", 0
        for word in _words(line):
            size = sum(2 if ord(char) >= 0x2E80 else 1 for char in word)
            if used + size > width and piece and word not in _NEVER_FIRST:
                lines.append(piece.rstrip())
                piece, used = "", 0
            piece, used = piece + word, used + size
        lines.append(piece.rstrip())
    return lines


def _words(line: str) -> list[str]:
    """Words with the space after them; in scripts without spaces, characters."""
    words: list[str] = []
    for char in line:
        alone = ord(char) >= 0x2E80
        if words and not alone and not words[-1].endswith(" ") and ord(words[-1][-1]) < 0x2E80:
            words[-1] += char
        else:
            words.append(char)
    return words


def take_order(blind: Blind, *, typed: bool) -> Picked:
    """The order that a person gives: key by key on a terminal, else line by line."""
    pressed = sys.stdin.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return _by_line(blind) if typed or not pressed else _by_keys(blind)


def _by_keys(blind: Blind) -> Picked:
    picking = Picking(len(blind.texts))
    try:
        with keys() as next_key:
            click.echo(paint("Letters, the best first; = ties; ? helps.", dim=True), err=True)
            while not picking.end:
                _redraw(picking.show())
                _press(picking, next_key, blind)
    except KeyboardInterrupt:
        click.echo(err=True)  # what is said next stands on a line of its own
        raise
    _redraw(picking.show().split("   ")[0])
    click.echo(err=True)
    return Picked(picking.ranks if picking.end == "done" else (), picking.end)


def _press(picking: Picking, next_key: Callable[[], str], blind: Blind) -> None:
    """Take one key, and show what it asks for."""
    try:
        shown = picking.press(next_key())
    except EOFError:
        picking.end = "quit"
        return
    if shown:
        _redraw("")
    if shown == "help":
        click.echo(HELP, err=True)
    elif shown == "read":
        _page(blind, picking.chosen)


def _redraw(text: str) -> None:
    """The line anew; the cursor stays behind it."""
    click.echo(
        f"\r\x1b[K{paint('> ', fg='cyan', bold=True) if text else ''}{text}", nl=False, err=True
    )


def _by_line(blind: Blind) -> Picked:
    count = len(blind.texts)
    read, watched = reader()
    if watched:
        click.echo(paint(f"{example(count)}; ? helps", dim=True), err=True)
    while True:
        line = _next(read, count, watched=watched)
        if line is None:
            return Picked((), "quit")
        if line.end:
            return Picked(line.ranks, line.end)
        if line.help:
            click.echo(LINE_HELP, err=True)
        elif line.read is not None:
            _page(blind, line.read)


def _next(read: Read, count: int, *, watched: bool) -> Line | None:
    """A line that was understood; None at the end of the input.

    Raises:
        UsageProblem: one of a script was not.
    """
    while True:
        typed = read("> ")
        if typed is None:
            return None
        try:
            return read_line(typed, count)
        except UsageProblem as problem:
            if not watched:
                raise
            complain(problem.message, problem.hint)


def _page(blind: Blind, number: int) -> None:
    """One answer in full, in the user's pager where there is a terminal."""
    text = f"{LETTERS[number]}\n\n{printable(blind.texts[number]).strip()}\n"
    if sys.stdout.isatty() and sys.stdin.isatty():
        click.echo_via_pager(text)
    else:
        click.echo(text, err=True)
