"""Keys as they are pressed, none lost between two looks at the keyboard."""

import codecs
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

if sys.platform != "win32":
    import termios
    import tty

_AT_ONCE = 256  # bytes; what is pasted comes in one piece
_REST = 0.05  # seconds in which the rest of an arrow's sequence comes


@contextmanager
def keys() -> "Iterator[Callable[[], str]]":
    """What reads the next key, or all that were pressed meanwhile; EOFError when none can come.

    The terminal gives keys at once and shows none for as long as this lasts, so that what is typed
    between two looks counts, which `click.getchar` throws away. What was typed before does not:
    nobody can have meant what was not on the screen yet.
    """
    if sys.platform == "win32":
        yield click.getchar
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    tty.setcbreak(terminal, termios.TCSAFLUSH)
    try:
        yield lambda: _pressed(terminal, decoder)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _pressed(terminal: int, decoder: codecs.IncrementalDecoder) -> str:
    said = ""
    while not said or (said.endswith(("\x1b", "\x1b[", "\x1bO")) and _more(terminal)):
        piece = os.read(terminal, _AT_ONCE)
        if not piece:
            raise EOFError
        said += decoder.decode(piece)
    return said


def _more(terminal: int) -> bool:
    return bool(select.select([terminal], [], [], _REST)[0])
