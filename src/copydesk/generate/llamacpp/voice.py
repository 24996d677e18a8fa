"""Speaks in takes, each a raw completion that can be broken off and taken up at any token.

llama.cpp keeps what it read and said: a take that goes on from there reads at most its last token
again.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Any

from copydesk.errors import GenerationFailed
from copydesk.generate.llamacpp.run import Run
from copydesk.generate.llamacpp.server import Server
from copydesk.generate.protocol import Finish
from copydesk.generate.schema import grammar
from copydesk.generate.steer import Cue, Token, Usage

_LOOK_BACK = 1024  # tokens; the library's own is short of a loop of whole sentences
_ALLOWED = 6  # tokens said again before it costs: a name, a term, a turn of phrase may be
# Where a repetition ends for the sampler: its own marks, and digits: a number may be said twice.
_BREAKERS = ["\n", ":", '"', "*", *"0123456789"]
_LONGEST_CHARACTER = 4  # tokens: one for each byte


class Voice:
    """See `steer.Voice`. One for each sample: its takes wait for one another."""

    def __init__(
        self, server: Server, context: int, adapters: Sequence[str] = (), *, fresh: bool = False
    ) -> None:
        self._server, self._context, self._adapters = server, context, adapters
        self._fresh = fresh
        self._last: Take | None = None

    def take(self, cue: Cue, cancel: Event | None = None) -> "Take":
        """See `steer.Voice.take`. The cache knows tokens, not whose they are."""
        if self._last:
            self._last.wait()  # a slot that is still busy cannot lend its cache
        body = request_body(cue) | adapter_scales(self._adapters, cue.adapter)
        body["cache_prompt"], self._fresh = not self._fresh, False  # later takes go on
        self._last = Take(self._server, self._context, body, cue.forbid, cancel)
        return self._last

    @property
    def idle(self) -> bool:
        """Whether nothing of it runs inside llama.cpp."""
        return self._last is None or self._last.idle

    def wait(self) -> None:
        """Wait until nothing of it runs inside llama.cpp any more."""
        if self._last:
            self._last.wait()


def request_body(cue: Cue) -> dict[str, Any]:
    """A raw completion as llama.cpp's server takes it, but for what must not come first."""
    sampling = cue.sampling
    body: dict[str, Any] = {
        "prompt": list(cue.ids),
        "max_tokens": cue.most,
        "seed": cue.seed % 2**31,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "dry_multiplier": sampling.dry_multiplier,
        "dry_penalty_last_n": _LOOK_BACK,
        "dry_allowed_length": _ALLOWED,
        "dry_sequence_breakers": _BREAKERS,
        "stream": True,
        "cache_prompt": True,
        "timings_per_token": True,  # a take that is broken off has cost something too
        # The one way to learn which token was said; after sampling it costs nothing.
        "n_probs": 1,
        "post_sampling_probs": True,
    }
    if cue.schema is not None:
        body["grammar"] = grammar(cue.schema)
    return body


def adapter_scales(known: Sequence[str], chosen: str) -> dict[str, Any]:
    """The part of a request that turns one adapter on and the others off.

    Nothing where there are none: even an empty list makes llama.cpp forget what it has read.
    """
    if not known:
        return {}
    return {"lora": [{"id": i, "scale": float(name == chosen)} for i, name in enumerate(known)]}


class Take:
    """See `steer.Take`."""

    def __init__(
        self,
        server: Server,
        context: int,
        body: dict[str, Any],
        forbid: frozenset[int],
        cancel: Event | None,
    ) -> None:
        self.usage = Usage()
        self.finish: Finish = "stop"
        self._server, self._context, self._cancel = server, context, cancel
        self._body, self._forbid = body, forbid
        self._run: Run | None = None

    def __iter__(self) -> Iterator[Token]:
        """Yield tokens. What must not come first is kept out of a short run of its own."""
        said: list[Token] = []
        if self._forbid:
            for token in self._first():
                said.append(token)
                yield token
            if self.finish != "length":
                return
        ids = [number for token in said for number in token.ids]
        left = self._body["max_tokens"] - len(ids)
        if left > 0:
            prompt = [*self._body["prompt"], *ids]
            yield from self._tokens({**self._body, "prompt": prompt, "max_tokens": left})

    def _first(self) -> Iterator[Token]:
        """The first character without what is forbidden: one token, or the few that it takes."""
        bias = [[number, False] for number in sorted(self._forbid)]
        for most in range(1, min(_LONGEST_CHARACTER, self._body["max_tokens"]) + 1):
            said = False
            for token in self._tokens({**self._body, "max_tokens": most, "logit_bias": bias}):
                said = True
                yield token
            if said or self.finish != "length":
                return

    def close(self) -> None:
        """See `steer.Take.close`."""
        if self._run:
            self._run.close()

    @property
    def idle(self) -> bool:
        """Whether nothing of it runs inside llama.cpp."""
        return self._run is None or self._run.idle

    def wait(self) -> None:
        """Break it off, and wait until its worker has left llama.cpp."""
        if self._run:
            self._run.wait()

    def _tokens(self, body: dict[str, Any]) -> Iterator[Token]:
        self.wait()
        self._run = Run(self._server, body, self._context, self._cancel)
        last: dict[str, Any] = {}
        try:
            for last in self._run:
                if token := spoken(last, self._server):
                    yield token
        finally:
            count_in(self.usage, last)
        self.finish = self._run.finish(last)


def spoken(answer: Mapping[str, Any], server: Server) -> Token | None:
    """The token in an answer, if it says anything.

    Raises:
        GenerationFailed: its probability is not a number.
    """
    choice = answer["choices"][0]
    text = choice["text"]
    if not text:
        return None
    content = (choice.get("logprobs") or {}).get("content") or [{}]
    number, chance = content[-1].get("id"), content[-1].get("prob", 1.0)
    if chance is None or math.isnan(chance):
        raise GenerationFailed(
            "The model computed something that is not a number.",
            "its weights are damaged: copydesk models show --verify, or export them again",
        )
    if number is not None and text.isascii():
        return Token(text, (int(number),))
    # Only the last token of a character is told: look whether there were more.
    ids = server.ids(text)
    return Token(text, ids if len(ids) > 1 or number is None else (int(number),))


def count_in(usage: Usage, answer: Mapping[str, Any]) -> None:
    """Add what a request has cost up to this answer."""
    timings = answer.get("timings", {})
    if not usage.prompt_tokens:
        usage.cached_tokens = timings.get("cache_n", 0)
        usage.prompt_tokens = usage.cached_tokens + timings.get("prompt_n", 0)
    usage.completion_tokens += timings.get("predicted_n", 0)
    usage.prompt_seconds += timings.get("prompt_ms", 0.0) / 1000
    usage.completion_seconds += timings.get("predicted_ms", 0.0) / 1000
