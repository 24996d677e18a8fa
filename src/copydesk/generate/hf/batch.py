"""Several answers to one prompt as one static batch: it is read once, and its rows step together.

Rows that say the same number of tokens need no padding. A row that is finished leaves, and one that
must go back leaves too, with what was read of it, and goes on alone when the others are done.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

from copydesk.generate.hf.cache import Run, pick
from copydesk.generate.hf.rows import Row, choose
from copydesk.generate.hf.voice import Voice
from copydesk.generate.protocol import Request
from copydesk.generate.steer import Steering, Usage, steer

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Sample:
    """One of the answers."""

    steering: Steering
    row: Row
    usage: Usage = field(default_factory=Usage)
    began: float = 0.0
    run: Run | None = None  # what was read of it, once it has left the batch to go back

    @property
    def speaking(self) -> bool:
        """Whether it stays in the batch."""
        return self.steering.state == "speaking"

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self.steering.state == "done"

    def hear(self, number: int, most: int) -> str:
        """The next token was chosen; returns what may be shown."""
        self.usage.completion_tokens += 1
        token = self.row.say(number)
        text = self.steering.hear(token) if token else ""
        if self.speaking and self.row.over:
            text += self.steering.end("stop")
        elif self.speaking and self.usage.completion_tokens >= most:
            text += self.steering.end("length")
        return self._left(text)

    def cancel(self) -> str:
        """Break it off; returns what may be shown."""
        return self._left(self.steering.end("cancelled"))

    def _left(self, text: str) -> str:
        if not self.speaking:
            self.usage.completion_seconds = time.perf_counter() - self.began
            self.steering.add(self.usage)
        return text


Heard = tuple[Steering, str | None]  # a sample, and some text of it; None: that was all


class Batch:
    """The samples of one request, or a wave of them."""

    def __init__(
        self, voice: Voice, prompt: Sequence[int], request: Request, cancel: Event | None
    ) -> None:
        self._voice, self._prompt, self._request = voice, list(prompt), request
        self._cancel = cancel
        self._most = min(request.max_tokens, voice.context - len(prompt))

    def speak(self, indexes: Sequence[int]) -> Iterator[Heard]:
        """Speak samples to their ends; a rewound one is the last to come to its own.

        Raises:
            GenerationFailed: not even one row fits into the device's memory.
        """
        samples = [self._sample(index) for index in indexes]
        yield from self._together(samples)
        for sample in samples:
            if sample.run:
                self._voice.keep(sample.run)
                sample.run = None
            if not sample.done:
                steering = sample.steering
                for text in steer(self._voice, self._prompt, steering, cancel=self._cancel):
                    yield steering, text
                yield steering, None

    def _sample(self, index: int) -> Sample:
        steering = Steering(self._request, index)
        schema = self._request.schema
        row = self._voice.row(self._prompt, seed=steering.seed, schema=schema)
        return Sample(steering, row)

    def _together(self, samples: list[Sample]) -> Iterator[Heard]:
        """Speak as one batch; as two halves, one after the other, if memory is too small."""
        import torch  # noqa: PLC0415 - only when a model is really used

        waiting = [samples]
        while waiting:
            group = waiting.pop()
            try:
                yield from self._group(group)
            except torch.OutOfMemoryError:
                live = [sample for sample in group if sample.speaking]
                self._voice.forget()
                for sample in group:
                    sample.run = None
                if len(live) <= 1:
                    raise self._voice.too_large(len(group[-1].row.ids)) from None
                middle = len(live) // 2
                waiting += [live[middle:], live[:middle]]

    def _group(self, samples: list[Sample]) -> Iterator[Heard]:
        """Rows that have said equally much speak on together until each has left."""
        ready = self._read(samples)
        if ready is None:
            yield from self._cancelled(samples)
            return
        cache, logits = ready
        while samples:
            if self._cancel and self._cancel.is_set():
                yield from self._cancelled(samples)
                return
            rows = [sample.row for sample in samples]
            numbers = choose(logits, rows, self._request.sampling, self._voice.vocabulary)
            for sample, number in zip(samples, numbers, strict=True):
                if text := sample.hear(number, self._most):
                    yield sample.steering, text
                if sample.done:
                    yield sample.steering, None
            samples, cache = self._staying(samples, cache)
            if samples:
                ends = [[sample.row.ids[-1]] for sample in samples]
                logits = self._voice.step(cache, ends, self._request.adapter)

    def _read(self, samples: Sequence[Sample]) -> "tuple[Any, Tensor] | None":
        """Read the prompt once, and for each row what it said; None if it was cancelled."""
        prompt, count, adapter = self._prompt, len(samples), self._request.adapter
        start = time.perf_counter()
        with self._voice.reading(prompt, adapter) as run:
            cached = len(run.ids)
            logits = self._voice.read(run, prompt[cached:], self._cancel)
            if logits is None:
                return None
            cache = pick(run.cache, lambda held: held.expand(count, -1, -1, -1))
        said = [sample.row.ids[len(prompt) :] for sample in samples]
        logits = logits.expand(count, -1).clone()
        if said[0]:
            logits = self._voice.step(cache, said, adapter)
        self._count(samples, cached, start)
        return cache, logits

    def _count(self, samples: Sequence[Sample], cached: int, start: float) -> None:
        """The first row has read the prompt, the others have read nothing."""
        now = time.perf_counter()
        for at, sample in enumerate(samples):
            if sample.began:  # the batch was halved: this is not the first time
                sample.steering.read_again += len(sample.row.ids) - (cached if at == 0 else 0)
                continue
            sample.began = now
            usage = sample.usage
            usage.prompt_tokens = len(self._prompt)
            usage.cached_tokens = len(self._prompt) if at else cached
            usage.prompt_seconds = 0.0 if at else now - start

    def _staying(self, samples: list[Sample], cache: Any) -> tuple[list[Sample], Any]:
        """Those that stay, and their rows of the cache. Who must go back takes his row along."""
        stay = [at for at, sample in enumerate(samples) if sample.speaking]
        if len(stay) == len(samples):
            return samples, cache
        for at, sample in enumerate(samples):
            if sample.steering.state == "rewound":
                ids = sample.row.ids[: int(cache.get_seq_length())]
                sample.run = Run(ids, self._request.adapter, _row(cache, at))
        left = pick(cache, lambda held: held[stay]) if stay else cache
        return [samples[at] for at in stay], left

    def _cancelled(self, samples: Sequence[Sample]) -> Iterator[Heard]:
        for sample in samples:
            yield sample.steering, sample.cancel()
            yield sample.steering, None


def _row(cache: Any, at: int) -> Any:
    return pick(cache, lambda held: held[at : at + 1])
