"""Speaks in takes, from what was read before: a rewind reads one token again, a new prompt its end.

Everything runs in the caller's thread. Each take has a cache of its own while it speaks, so threads
cannot spoil one another's: they take turns token by token.
"""

import inspect
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from copydesk.errors import GenerationFailed
from copydesk.generate.hf.cache import Run, Runs
from copydesk.generate.hf.grammar import Grammars
from copydesk.generate.hf.loading import Loaded, inner
from copydesk.generate.hf.rows import Row, choose
from copydesk.generate.protocol import Finish, Sampling
from copydesk.generate.steer import Cue, Token, Usage

if TYPE_CHECKING:
    from torch import Tensor

_AT_ONCE = 512  # tokens of a prompt; between two stretches a cancel is heard


class Voice:
    """See `steer.Voice`."""

    def __init__(self, loaded: Loaded, context: int) -> None:
        """Speak with a model, at most `context` tokens of prompt and answer together."""
        self.loaded, self.context = loaded, context
        self.vocabulary = loaded.vocabulary
        self.grammars = Grammars(loaded.tokenizer, loaded.vocabulary.ends)
        # Two of the longest: one that speaks leaves room for one to come back to.
        self._runs = Runs(2 * context)
        self._lock = threading.Lock()  # held for one step, never while a caller has the word
        self._adapter: str | None = None
        known = inspect.signature(inner(loaded.model).forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in known else {}

    def take(self, cue: Cue, cancel: threading.Event | None = None) -> "Take":
        """See `steer.Voice.take`."""
        row = self.row(
            cue.ids, seed=cue.seed, answered=cue.answered, forbid=cue.forbid, schema=cue.schema
        )
        return Take(
            self, row, most=cue.most, sampling=cue.sampling, adapter=cue.adapter, cancel=cancel
        )

    def row(self, ids: Sequence[int], **held: Any) -> Row:
        """A row that goes on after `ids`."""
        return Row(self.vocabulary, ids, grammars=self.grammars, **held)

    @contextmanager
    def reading(self, ids: Sequence[int], adapter: str) -> Iterator[Run]:
        """Lend the run that begins most like `ids`, and keep what became of it."""
        with self._lock:
            run = self._runs.borrow(ids, adapter)
        try:
            yield run
        finally:
            self.keep(run)

    def keep(self, run: Run) -> None:
        """Keep a run for what may begin like it."""
        with self._lock:
            self._runs.give_back(run)

    def read(
        self, run: Run, ids: Sequence[int], cancel: threading.Event | None = None
    ) -> "Tensor | None":
        """Read on; returns the logits of the token that follows, [1, vocabulary].

        None if it was cancelled on the way.

        Raises:
            GenerationFailed: the device's memory is too small.
        """
        import torch  # noqa: PLC0415 - only when a model is really used

        logits = None
        for start in range(0, len(ids), _AT_ONCE):
            if cancel and cancel.is_set():
                return None
            some = list(ids[start : start + _AT_ONCE])
            try:
                logits = self.step(run.cache, [some], run.adapter)
            except torch.OutOfMemoryError:
                self.forget()
                raise self.too_large(len(run.ids) + len(some)) from None
            run.ids.extend(some)
        return logits

    def step(self, cache: Any, ids: list[list[int]], adapter: str) -> "Tensor":
        """Read some tokens in each row of a cache; returns logits, float32, [rows, vocabulary].

        Raises:
            torch.OutOfMemoryError: the device's memory is too small; the cache is spoiled.
        """
        import torch  # noqa: PLC0415 - as above

        with self._lock:
            self._put_on(adapter)
            with torch.inference_mode():
                answer = self.loaded.model(
                    input_ids=torch.tensor(ids, device=self.loaded.device),
                    past_key_values=cache,
                    use_cache=True,
                    **self._last_only,
                )
                logits: Tensor = answer.logits[:, -1].float()
        return logits

    def forget(self) -> None:
        """Free every run that is kept."""
        import torch  # noqa: PLC0415 - as above

        with self._lock:
            self._runs.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def too_large(self, tokens: int) -> GenerationFailed:
        """What is said when not even one row fits into memory."""
        import torch  # noqa: PLC0415 - as above

        info, device = self.loaded.info, self.loaded.device
        room = ""
        if device.type == "cuda":
            free, total = torch.cuda.mem_get_info(device)
            room = f" ({free / 1e9:.1f} of {total / 1e9:.1f} GB are free)"
        return GenerationFailed(
            f"The memory of the device {info.device} is too small{room} for {tokens:,} tokens "
            f"beside {info.parameters / 1e9:.1f} billion weights.",
            "give a smaller --context or a smaller model, or use --device cpu",
        )

    def _put_on(self, adapter: str) -> None:
        """Switch to an adapter, or to none."""
        if not self.loaded.adapters or adapter == self._adapter:
            return
        tuner = self.loaded.model.base_model
        if adapter:
            tuner.enable_adapter_layers()
            tuner.set_adapter(self.loaded.adapters[adapter])
        else:
            tuner.disable_adapter_layers()
        self._adapter = adapter


class Take:
    """See `steer.Take`: one row that speaks alone."""

    def __init__(
        self,
        voice: Voice,
        row: Row,
        *,
        most: int,
        sampling: Sampling,
        adapter: str,
        cancel: threading.Event | None,
    ) -> None:
        self.usage = Usage()
        self.finish: Finish = "stop"
        self._voice, self._row, self._sampling = voice, row, sampling
        self._most = min(most, voice.context - len(row.ids))
        self._adapter, self._cancel = adapter, cancel
        self._closed = False

    def __iter__(self) -> Iterator[Token]:
        """Yield tokens until the model stops or the limit is reached."""
        row, start = self._row, time.perf_counter()
        with self._voice.reading(row.ids, self._adapter) as run:
            self.usage.prompt_tokens, self.usage.cached_tokens = len(row.ids), len(run.ids)
            logits = self._voice.read(run, row.ids[len(run.ids) :], self._cancel)
            read = time.perf_counter()
            self.usage.prompt_seconds = read - start
            try:
                while logits is not None and not self._ended():
                    (number,) = choose(logits, [row], self._sampling, self._voice.vocabulary)
                    self.usage.completion_tokens += 1
                    if token := row.say(number):
                        yield token
                    if not self._ended():
                        logits = self._voice.read(run, [number])
                if logits is None:
                    self.finish = "cancelled"
            finally:
                self.usage.completion_seconds = time.perf_counter() - read

    def close(self) -> None:
        """See `steer.Take.close`: nothing runs when the caller has the word."""
        self._closed = True

    def _ended(self) -> bool:
        """Whether nothing more is to be said; sets `finish`."""
        if self._row.over:
            self.finish = "stop"
        elif self._closed or (self._cancel is not None and self._cancel.is_set()):
            self.finish = "cancelled"
        elif self.usage.completion_tokens >= self._most:
            self.finish = "length"
        else:
            return False
        return True
