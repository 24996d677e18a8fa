"""Steers an engine past banned phrases and loops: what is not wanted is taken back before it shows.

An engine that can take up its own text at any token (a `Voice`) speaks in takes. `Steering` listens
to one sample: it lets through what is safe and holds back what may turn into a fault. When a fault
is heard the take is broken off, its tokens are taken back to just before the fault, the first of
them is forbidden in that place, and the next take goes on from there with another seed. The prompt
and all that was kept are in the engine's cache, so nothing is read twice.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal, Protocol

from copydesk.findings import Finding
from copydesk.generate.bans import Bans
from copydesk.generate.guard import Fault, against_loops, before_stop, find_stop, given_up
from copydesk.generate.loops import LoopWatch
from copydesk.generate.protocol import Finish, Request, Sampling

_TRIES_IN_PLACE = 8  # first tokens forbidden in one place before one more token is taken back
_MOST_BANS = 64  # rewinds of one sample before it is given up
_MOST_LOOPS = 6
_SEED_STEP = 104_729  # far apart, so that no retry equals a neighbour's first try
_MOST_WHOLE = 8  # whole answers drawn again, where a grammar cannot be taken up in the middle


@dataclass(frozen=True)
class Token:
    """What an engine said at once: whole characters, and the tokens that they are made of."""

    text: str
    ids: tuple[int, ...]


@dataclass
class Usage:
    """What a take cost; complete when the take has ended. Seconds of wall time."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    completion_seconds: float = 0.0


class Take(Protocol):
    """One uninterrupted run of an engine: iterate it; `close` breaks it off."""

    usage: Usage
    finish: Finish

    def __iter__(self) -> Iterator[Token]:
        """Yield tokens until the model stops or the limit is reached."""

    def close(self) -> None:
        """End it at the next token; safe to call twice."""


@dataclass(frozen=True)
class Cue:
    """What a take is to go on from, and how.

    Attributes:
        ids: prompt and kept answer, as token ids.
        most: the most tokens to say.
        sampling: how to draw.
        seed: same cue, same tokens.
        answered: how many of `ids`, at their end, are the kept answer.
        forbid: token ids that the first token must not be.
        schema: what the whole answer must satisfy.
        adapter: name of a LoRA adapter, "" for none.
    """

    ids: Sequence[int]
    most: int
    sampling: Sampling
    seed: int
    answered: int = 0
    forbid: frozenset[int] = frozenset()
    schema: Mapping[str, Any] | None = None
    adapter: str = ""


class Voice(Protocol):
    """An engine that can go on from any token."""

    def take(self, cue: Cue, cancel: Event | None = None) -> Take:
        """Speak on; setting `cancel` ends the take at the next token."""


@dataclass
class Steering:
    """Listens to one sample: what may be shown, what is taken back, when it is over.

    Attributes:
        whole: the answer cannot be taken up in its middle (a grammar that only knows its start):
            nothing is shown before its end, and a fault draws it again as a whole.
        read_again: tokens that later takes had to read although they were read before.
    """

    request: Request
    index: int = 0
    whole: bool = False
    state: Literal["speaking", "rewound", "done"] = "speaking"
    finish: Finish = "stop"
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    read_again: int = 0
    findings: list[Finding] = field(default_factory=list)
    _kept: list[Token] = field(default_factory=list)
    _shown: int = 0
    _rewinds: Counter[str] = field(default_factory=Counter)
    _forbidden: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bans = Bans(self.request.bans)
        free = self.request.schema is None
        self._loops = LoopWatch() if free and self.request.guard_loops else None
        self.whole = self.whole and bool(self.request.bans)

    @property
    def ids(self) -> list[int]:
        """The tokens kept so far."""
        return [number for token in self._kept for number in token.ids]

    @property
    def left(self) -> int:
        """How many tokens may still be said."""
        return self.request.max_tokens - len(self.ids)

    @property
    def forbid(self) -> frozenset[int]:
        """What the next token must not be."""
        return frozenset(self._forbidden.get(len(self._kept), ()))

    @property
    def seed(self) -> int:
        """The seed of the next take."""
        seed = self.request.seed + self.index
        return (seed + self._rewinds.total() * _SEED_STEP) % 2**31

    def cue(self, prompt: Sequence[int]) -> Cue:
        """What the next take goes on from."""
        kept, asked = self.ids, self.request.sampling
        return Cue(
            [*prompt, *kept],
            most=self.left,
            sampling=against_loops(asked) if self._rewinds["loop"] else asked,
            seed=self.seed,
            answered=len(kept),
            forbid=self.forbid,
            schema=self.request.schema,
            adapter=self.request.adapter,
        )

    def resume(self) -> None:
        """The next take begins."""
        self.state = "speaking"

    def hear(self, token: Token) -> str:
        """Take the next token; returns what may be shown now. Watch `state` afterwards."""
        self._kept.append(token)
        self.text += token.text
        if (stop := find_stop(self.text, self._shown, self.request.stop)) is not None:
            return self._end_before(stop)
        safe, hit = self._bans.scan(self.text, self._shown)
        if hit:
            return self._take_back("banned", hit.start, hit.phrase)
        if self._loops is not None:
            if (start := self._loops.feed(self.text)) is not None:
                return self._take_back("loop", start, self.text[start : start + 60])
            safe = min(safe, self._loops.safe(self.text))
        return "" if self.whole else self._show(safe)

    def end(self, finish: Finish) -> str:
        """The take ended by itself; returns the rest, unless the end completes a banned phrase."""
        _, hit = self._bans.scan(self.text, self._shown, ended=True)
        if hit and finish != "cancelled":
            return self._take_back("banned", hit.start, hit.phrase)
        if hit:
            self.text = self.text[: hit.start]
        self.state, self.finish = "done", finish
        rest, self._shown = self.text[self._shown :], len(self.text)
        return rest

    def _end_before(self, stop: int) -> str:
        """End before a stop string, unless what stands before it is banned."""
        _, hit = self._bans.scan(self.text[:stop], self._shown, ended=True)
        if hit:
            return self._take_back("banned", hit.start, hit.phrase)
        self.text = self.text[:stop]
        return self.end("stop")

    def add(self, usage: Usage) -> None:
        """Count a take. The prompt is the first take's; what later ones read again is added."""
        if self.usage.prompt_tokens == 0:
            self.usage.prompt_tokens = usage.prompt_tokens
            self.usage.cached_tokens = usage.cached_tokens
        else:
            self.read_again += usage.prompt_tokens - usage.cached_tokens
        self.usage.completion_tokens += usage.completion_tokens
        self.usage.prompt_seconds += usage.prompt_seconds
        self.usage.completion_seconds += usage.completion_seconds

    def _show(self, safe: int) -> str:
        """What is new before `safe`, up to the end of a token, so that all of it can be kept.

        What comes after it may still be taken back. So it has to be safe without that as well: in
        "rich x", the "x" clears "rich", but "tapestry" may come in its place.
        """
        at = self._token_end(safe)
        while (alone := self._safe_alone(at)) < at:
            at = self._token_end(alone)
        new, self._shown = self.text[self._shown : at], max(self._shown, at)
        return new

    def _safe_alone(self, at: int) -> int:
        """How much of the first `at` characters is safe if nothing came after them."""
        text = self.text[:at]
        return min(self._bans.scan(text, self._shown)[0], before_stop(text, self.request.stop))

    def _token_end(self, safe: int) -> int:
        """The last end of a token that is not after `safe`."""
        at = len(self.text)
        for token in reversed(self._kept):
            if at <= safe:
                break
            at -= len(token.text)
        return at

    def _take_back(self, fault: Fault, start: int, what: str) -> str:
        """Drop the tokens from the fault on, and forbid the first of them in its place."""
        self._rewinds[fault] += 1
        most = _MOST_LOOPS if fault == "loop" else _MOST_WHOLE if self.whole else _MOST_BANS
        while self._kept and len(self.text) > (0 if self.whole else max(start, self._shown)):
            self._drop()
        tries = len(self.forbid)
        if tries > _TRIES_IN_PLACE and len(self.text) > self._shown:
            self._drop()  # everything likely was tried here: take back what led here as well
        if self._loops is not None:
            self._loops.rewind(len(self.text))
        if self._rewinds[fault] > most:
            return self._give_up(fault, what)
        self.state = "rewound"
        return ""

    def _drop(self) -> None:
        """Take back the last token, which must not come again in its place."""
        token = self._kept.pop()
        self.text = self.text[: len(self.text) - len(token.text)]
        place = len(self._kept)
        self._forbidden = {at: ids for at, ids in self._forbidden.items() if at <= place}
        if not self.whole:
            self._forbidden.setdefault(place, set()).add(token.ids[0])

    def _give_up(self, fault: Fault, what: str) -> str:
        if self.whole:
            self.text = ""
        self.findings.append(given_up(fault, len(self.text), what))
        self.state, self.finish = "done", fault
        rest, self._shown = self.text[self._shown :], len(self.text)
        return rest


def steer(
    voice: Voice, prompt: Sequence[int], steering: Steering, *, cancel: Event | None = None
) -> Iterator[str]:
    """Speak one sample to its end, in as many takes as it needs; yields what may be shown.

    Args:
        voice: the engine.
        prompt: the prompt's token ids.
        steering: the sample; holds its text, its end and its cost afterwards.
        cancel: ends it at the next token when set.
    """
    while steering.state != "done":
        yield from listen(voice.take(steering.cue(prompt), cancel), steering)


def listen(take: Take, steering: Steering) -> Iterator[str]:
    """Hear one take, to its end or to the first fault; yields what may be shown."""
    steering.resume()
    tokens = iter(take)
    try:
        for token in tokens:
            if text := steering.hear(token):
                yield text
            if steering.state != "speaking":
                return
        if text := steering.end(take.finish):
            yield text
    finally:
        take.close()
        if isinstance(tokens, Generator):
            tokens.close()  # so that it counts what the take has cost
        steering.add(take.usage)
