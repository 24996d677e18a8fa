"""Free text from a server: streamed while it is good, taken up again where it was not.

A server cannot rewind. Where it goes on with an answer that was begun, only what came after the
fault is drawn again; where it does not, the whole answer is, and while phrases are banned nothing
is shown before its end. What was shown once is never taken back.

When the connection breaks off in mid-stream, the answer is asked for again with the same seed, and
goes on if the new text begins with what was shown. If it does not, a server that continues goes on
from what was shown; with any other the request fails, and the error says after how many characters.
"""

from collections.abc import Iterator
from dataclasses import replace

from copydesk.generate.guard import Fault, against_loops, given_up
from copydesk.generate.protocol import Finish, Piece
from copydesk.generate.remote.sample import Sample
from copydesk.generate.remote.trouble import Broken, Trouble
from copydesk.generate.remote.watch import Watch

_MOST_BREAKS = 3  # connections that may break off in mid-stream
_MOST_WHOLE = 4  # whole answers that are drawn, where a server does not continue
_MOST_TAKES = 12  # times that an answer is taken up before a fault


class Prose:
    """Speaks one sample of free text."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._continues = sample.server.continues
        self._watch = Watch(sample.request, whole=bool(sample.request.bans) and not self._continues)
        self._draw = self._breaks = self._faults = 0
        self._looped = False
        self._ends: list[int] = []  # length of the text after each token that is kept
        self._waits = sample.line.waits()

    def pieces(self) -> Iterator[Piece]:
        """Yield the text, then the end.

        Raises:
            Trouble, GenerationFailed: the server cannot or will not, or a break cannot be mended.
        """
        finish: Finish | None = None
        kept = ""
        while finish is None:
            for text in self._take(kept):
                yield Piece(text, self._sample.index)
            if not self._watch.fault:
                finish = "stop" if self._watch.done else self._sample.finish
            elif self._spent():
                finish, rest = self._give_up()
                if rest:
                    yield Piece(rest, self._sample.index)
            else:
                kept = self._again()
        end = self._sample.completion(self._watch.shown, finish)
        yield Piece("", self._sample.index, end)

    def _take(self, kept: str) -> Iterator[str]:
        """One draw, up to its end or its first fault, over breaks of the connection."""
        while True:
            try:
                yield from self._listen(kept)
                return
            except Broken as broken:
                self._breaks += 1
                if self._breaks > _MOST_BREAKS or not self._waits.again(broken):
                    raise self._lost(broken) from None
                self._watch.back_to(kept)  # the same draw again

    def _listen(self, kept: str) -> Iterator[str]:
        watch = self._watch
        self._ends = [end for end in self._ends if end <= len(kept)]
        left = self._sample.request.max_tokens - len(self._ends)
        draft = self._sample.draft(self._draw, kept=kept, most=max(left, 1))
        if self._looped:  # repetition is made costly, where the server can
            draft = replace(draft, sampling=against_loops(draft.sampling))
        draw = self._sample.draw(draft)
        for text in draw:
            if shown := watch.hear(text):
                yield shown
            self._ends.append(len(watch.text))
            if watch.fault or watch.done:
                draw.close()  # type: ignore[attr-defined]
                return
        if shown := watch.end():
            yield shown

    def _spent(self) -> bool:
        """Whether a fault cannot be mended any more."""
        self._faults += 1
        if self._watch.fault == "astray":
            if not self._continues:
                raise self._lost(None)
            return False
        if self._continues:
            return self._faults > _MOST_TAKES
        return bool(self._watch.shown) or self._faults >= _MOST_WHOLE

    def _again(self) -> str:
        """Go back to before the fault, or to the beginning; returns what is kept."""
        self._draw += 1
        self._looped = self._looped or self._watch.fault == "loop"
        kept = self._watch.good() if self._continues else ""
        self._watch.back_to(kept)
        return kept

    def _give_up(self) -> tuple[Finish, str]:
        fault = self._watch.fault
        what, rest = self._watch.what, self._watch.give_up()
        finish: Fault = "loop" if fault == "loop" else "banned"
        self._sample.bill.findings.append(given_up(finish, len(self._watch.text), what))
        return finish, rest

    def _lost(self, broken: Broken | None) -> Trouble:
        length = len(self._watch.shown)
        what = broken.what if broken else "broke off the connection"
        tail = "" if broken else ", and gave another text when asked again"
        return Trouble(f"{what} after {length:,} characters{tail}", "run it again")
