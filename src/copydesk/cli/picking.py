"""An order of answers in the making: what each key or typed line does to it."""

import re
from dataclasses import dataclass, field
from typing import Literal
from unicodedata import normalize

from copydesk.preferences.order import LETTERS, parse_order

End = Literal["", "done", "skip", "quit"]
HELP = """\
Rank the answers, the best first. Type their letters in that order.
  =          the next one ties with the one before: D C B = A
  ← →        choose an answer; ↑ places it next, ↓ reads it in full
  Backspace  take the last one back
  Enter      that is my order
  s          skip: no order
  q          leave; the answers are kept, and --again goes on
"""
LINE_HELP = """\
Rank the answers, the best first; = for ties: D > C > B = A, or dcb=a.
  A          read answer A in full (its letter alone)
  s          skip: no order
  q          leave; the answers are kept, and --again goes on
"""

_LEFT = frozenset({"\x1b[D", "\x1bOD", "\xe0K", "\x00K"})
_RIGHT = frozenset({"\x1b[C", "\x1bOC", "\xe0M", "\x00M"})
_DOWN = frozenset({"\x1b[B", "\x1bOB", "\xe0P", "\x00P"})
_UP = frozenset({"\x1b[A", "\x1bOA", "\xe0H", "\x00H"})
_BACK = frozenset({"\x7f", "\b", "\x1b[3~"})
_CLOSE = "\x04"  # Ctrl-D
_ENTER = frozenset({"\r", "\n"})
# A terminal sends arrows as sequences, Windows as two characters; what is pasted comes at once.
_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|[\xe0\x00].|.", re.DOTALL)


@dataclass
class Picking:
    """The order so far.

    Attributes:
        count: how many answers there are.
        placed: their numbers, best first.
        tied: for each that is placed, whether it ties with the one before.
        chosen: the answer that arrows chose.
        tie_next: the next one ties.
        end: how it ended; "" while it goes on.
    """

    count: int
    placed: list[int] = field(default_factory=list)
    tied: list[bool] = field(default_factory=list)
    chosen: int = 0
    tie_next: bool = False
    end: End = ""

    @property
    def whole(self) -> bool:
        """Whether every answer has its place."""
        return len(self.placed) == self.count

    @property
    def ranks(self) -> tuple[int, ...]:
        """A rank for each answer, from 1; of a whole order."""
        ranks = [0] * self.count
        rank = 0
        for number, tie in zip(self.placed, self.tied, strict=True):
            rank += not tie
            ranks[number] = rank
        return tuple(ranks)

    def press(self, keys: str) -> str:
        """Take a key, or several that were pasted; says what is to be shown: "help", "read", "".

        Letters that have a place, and what is no key, do nothing.
        """
        shown = ""
        for key in _KEY.findall(keys):
            if self.end:
                break
            shown = self._press(normalize("NFKC", key)) or shown
        return shown

    def _press(self, key: str) -> str:
        letter = key.upper()
        if key in _DOWN:
            return "read"
        if len(letter) == 1 and letter in LETTERS[: self.count]:
            self._place(LETTERS.index(letter))
        elif key == "=":
            self._tie()
        elif key in _BACK:
            self._take_back()
        elif key in _LEFT or key in _RIGHT:
            self._move(1 if key in _RIGHT else -1)
        elif key in _UP:
            self._place(self.chosen)
        elif key in _ENTER:
            self.end = "done" if self.whole else ""
        elif letter in ("S", "Q", _CLOSE):
            self.end = "skip" if letter == "S" else "quit"
        elif key == "?":
            return "help"
        return ""

    def _place(self, number: int) -> None:
        """Give an answer its place; the last one falls into place by itself."""
        if number in self.placed:
            return
        self.placed.append(number)
        self.tied.append(self.tie_next and len(self.placed) > 1)
        self.tie_next = False
        left = [other for other in range(self.count) if other not in self.placed]
        if len(left) == 1 and self.count > 1:
            self.placed += left
            self.tied.append(False)
        self._move(0)

    def _tie(self) -> None:
        """The next one ties; where all have a place, the last one does, or no longer does."""
        if self.whole:
            self.tied[-1] = not self.tied[-1] and self.count > 1
        elif self.placed:
            self.tie_next = not self.tie_next

    def _take_back(self) -> None:
        if self.tie_next:
            self.tie_next = False
            return
        whole = self.whole
        for _ in range(2 if whole else 1):  # the last one came by itself
            if self.placed:
                self.placed.pop()
                self.tied.pop()
        self._move(0)

    def _move(self, step: int) -> None:
        """Choose the next answer that has no place yet, in either direction."""
        if self.whole:
            self.chosen = (self.chosen + step) % self.count
            return
        number = self.chosen + step
        while number % self.count in self.placed:
            number += step or 1
        self.chosen = number % self.count

    def show(self) -> str:
        """The order so far, and what has no place: `D > C =   A B`, the chosen one in brackets."""
        said = ""
        for number, tie in zip(self.placed, self.tied, strict=True):
            said += f"{' = ' if tie else ' > '}{LETTERS[number]}" if said else LETTERS[number]
        if self.whole:
            return f"{said}   (Enter keeps it)"
        left = [
            f"[{LETTERS[number]}]" if number == self.chosen else f" {LETTERS[number]} "
            for number in range(self.count)
            if number not in self.placed
        ]
        sign = " = " if self.tie_next else " > " if said else ""
        return f"{said}{sign}  {''.join(left)}"


@dataclass(frozen=True)
class Line:
    """What a typed line means: an order, an answer to read, or a word."""

    end: End = ""
    ranks: tuple[int, ...] = ()
    read: int | None = None
    help: bool = False


def read_line(typed: str, count: int) -> Line:
    """A typed line.

    Raises:
        UsageProblem: it is no whole order.
    """
    said = normalize("NFKC", typed).strip()
    word = said.casefold()
    if len(said) == 1 and said.upper() in LETTERS[:count]:
        return Line(read=LETTERS.index(said.upper()))
    if word in {"q", "quit", "s", "skip"}:
        return Line(end="quit" if word[0] == "q" else "skip")
    if word in {"", "?", "h", "help"}:
        return Line(help=True)
    return Line(end="done", ranks=parse_order(said, count))
