"""The requests of one stream: so many at once, patient with a server that is busy, and all of
them hung up together.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from copydesk.generate.remote.http import Call, Timeouts
from copydesk.generate.remote.site import Site
from copydesk.generate.remote.trouble import Broken, HungUp, Trouble, parsed, refusal
from copydesk.generate.remote.wire import Delta, deltas

_LOOK = 0.05  # seconds between two looks at whether anybody still waits
_FIRST_CONTACT = 2  # tries to connect to a server that never answered: it may be a wrong address


@dataclass(frozen=True)
class Patience:
    """How long a request that fails is tried again: exponential backoff with full jitter.

    Attributes:
        retries: the most tries after the first.
        max_wait: the most seconds to wait for one answer, all pauses together.
        base, longest: seconds; the n-th pause lies between 0 and base · 2ⁿ, up to `longest`.
        pause: waits some seconds or until the event is set.
        now: seconds since the epoch.
        spread: a number between 0 and 1.
    """

    retries: int = 16
    max_wait: float = 120.0
    base: float = 0.5
    longest: float = 20.0
    pause: Callable[[threading.Event, float], object] = threading.Event.wait
    now: Callable[[], float] = time.time
    spread: Callable[[], float] = random.random


class Waits:
    """The pauses of one answer."""

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        self._patience, self._stop = patience, stop
        self._left, self._tries = patience.max_wait, 0

    def again(self, trouble: Trouble, retries: int | None = None) -> bool:
        """Wait, unless patience is over; whether to try again.

        A Retry-After that goes beyond the patience is not shortened: trying sooner would be rude
        and in vain.

        Raises:
            HungUp: nobody waits any more.
        """
        patience, told = self._patience, trouble.after
        most = patience.retries if retries is None else min(retries, patience.retries)
        if not trouble.again or self._tries >= most:
            return False
        pause = patience.spread() * min(patience.longest, patience.base * 2**self._tries)
        if told is not None:
            pause = told + patience.spread() * min(1.0, told / 10)  # not all at the same moment
        if (told or 0) > self._left or self._left <= 0:
            return False
        pause = min(pause, self._left)
        self._tries, self._left = self._tries + 1, self._left - pause
        patience.pause(self._stop, pause)
        if self._stop.is_set():
            raise HungUp
        return True


class Line:
    """Sends requests to one site for one stream.

    Attributes:
        reached: set once the server has answered anything; shared by all lines of an engine.
    """

    def __init__(
        self,
        site: Site,
        timeouts: Timeouts,
        patience: Patience,
        slots: threading.Semaphore,
        reached: threading.Event,
    ) -> None:
        self.site, self.timeouts, self.patience = site, timeouts, patience
        self.reached = reached
        self._slots = slots
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._calls: set[Call] = set()

    def hang_up(self) -> None:
        """End every call, and every wait for one."""
        self._stop.set()
        with self._lock:
            for call in self._calls:
                call.hang_up()

    def waits(self) -> Waits:
        """Fresh patience."""
        return Waits(self.patience, self._stop)

    def look_up(self, path: str, timeouts: Timeouts) -> Any:
        """GET a path from the server's root; its JSON, or None if there is none.

        Raises:
            Trouble: the server cannot be reached, or does not answer.
            HungUp: the line was hung up.
        """
        with self._call(timeouts) as call:
            call.send("GET", path)
            self.reached.set()
            return parsed(call.read()) if call.status == 200 else None

    def ask(self, path: str, body: Mapping[str, Any]) -> Iterator[Delta]:
        """POST a request and yield the answer as it comes, trying again until its first text.

        Raises:
            Broken: the connection broke off after that.
            Trouble: the server refuses, or patience is over.
            HungUp: the line was hung up.
        """
        waits = self.waits()
        while True:
            heard = False
            try:
                for delta in self._once(path, body):
                    heard = heard or bool(delta.text)
                    yield delta
                return
            except Trouble as trouble:
                if heard and trouble.again:
                    raise Broken(trouble.what, trouble.hint, again=True) from None
                first_contact = trouble.absent and not self.reached.is_set()
                if heard or not waits.again(trouble, _FIRST_CONTACT if first_contact else None):
                    raise

    def _once(self, path: str, body: Mapping[str, Any]) -> Iterator[Delta]:
        with self._slot(), self._call(self.timeouts) as call:
            call.send("POST", path, body)
            self.reached.set()
            if call.status != 200:
                after = call.header("Retry-After")
                raise refusal(call.status, after, call.read(), self.site, self.patience.now())
            yield from deltas(call)

    @contextmanager
    def _call(self, timeouts: Timeouts) -> Iterator[Call]:
        call = Call(self.site, timeouts)
        with self._lock:
            self._calls.add(call)
        try:
            if self._stop.is_set():
                raise HungUp
            yield call
        finally:
            with self._lock:
                self._calls.discard(call)
            call.close()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """One of the requests that may be in flight at once."""
        while not self._slots.acquire(timeout=_LOOK):
            if self._stop.is_set():
                raise HungUp
        try:
            yield
        finally:
            self._slots.release()
