"""Listens to a stream that cannot be rewound: what may be shown, and where to begin again."""

from dataclasses import dataclass, field
from typing import Literal

from copydesk.generate.bans import Bans
from copydesk.generate.guard import before_stop, find_stop
from copydesk.generate.loops import LoopWatch
from copydesk.generate.protocol import Request

Fault = Literal["", "banned", "loop", "astray"]
_TAIL = 200  # characters of a text in which white space at its end is looked for


@dataclass
class Watch:
    """The text of one sample, over as many draws as it takes.

    Attributes:
        whole: show nothing before the end, for the server cannot go on from the middle.
        text: what was said so far, kept and new.
        shown: what was shown of it; every later draw must begin with it.
        fault: why the draw has to be broken off: a banned phrase, a loop, or a text that does
            not begin with what was shown.
        what: the banned phrase, or how the loop begins.
        done: a stop string ended the text.
    """

    request: Request
    whole: bool = False
    text: str = ""
    shown: str = ""
    fault: Fault = ""
    what: str = ""
    done: bool = False
    _start: int = 0
    _clear: int = 0  # characters that no banned phrase can begin in any more
    _loops: LoopWatch | None = field(default=None)

    def __post_init__(self) -> None:
        self._bans = Bans(self.request.bans)
        self._loops = LoopWatch() if self.request.guard_loops else None

    def hear(self, new: str) -> str:
        """Take more text; returns what may be shown now. Watch `fault` and `done` afterwards."""
        before = len(self.text)
        self.text += new
        if self.shown[before : len(self.text)] != self.text[before : len(self.shown)]:
            return self._found("astray", before, "")
        if (stop := find_stop(self.text, len(self.shown), self.request.stop)) is not None:
            self.text, self.done = self.text[:stop], True
            return self.end()
        safe, hit = self._bans.scan(self.text, self._clear)
        if hit:
            return self._found("banned", hit.start, hit.phrase)
        self._clear = safe
        if self._loops is not None:
            if (start := self._loops.feed(self.text)) is not None:
                return self._found("loop", start, self.text[start : start + 60])
            safe = min(safe, self._loops.safe(self.text))
        # White space at the end of a begun answer does not survive a server's template.
        safe = min(safe, before_stop(self.text, self.request.stop))
        return self._show(safe - _trailing(self.text[max(0, safe - _TAIL) : safe]))

    def end(self) -> str:
        """The stream ended; returns the rest, unless that holds a fault."""
        if not self.text.startswith(self.shown):
            return self._found("astray", len(self.shown), "")
        _, hit = self._bans.scan(self.text, self._clear, ended=True)
        if hit:
            return self._found("banned", hit.start, hit.phrase)
        self.whole = False
        return self._show(len(self.text))

    def good(self) -> str:
        """The text before the fault, without white space at its end."""
        if self.fault == "astray":
            return self.shown
        return self.text[: max(self._start, len(self.shown))].rstrip()

    def back_to(self, kept: str) -> None:
        """Forget the fault, and all of the text but its beginning `kept`."""
        self.text = kept
        self._clear = min(self._clear, len(kept))
        if self._loops is not None:
            self._loops.rewind(len(kept))
        self.fault, self.what, self.done = "", "", False

    def give_up(self) -> str:
        """End the text before the fault; returns the rest."""
        self.back_to(self.good())
        self.whole = False
        return self._show(len(self.text))

    def _found(self, fault: Fault, start: int, what: str) -> str:
        self.fault, self._start, self.what = fault, start, what
        return ""

    def _show(self, safe: int) -> str:
        if self.whole or safe <= len(self.shown):
            return ""
        new, self.shown = self.text[len(self.shown) : safe], self.text[:safe]
        return new


def _trailing(text: str) -> int:
    return len(text) - len(text.rstrip())
