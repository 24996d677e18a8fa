"""One sample of a request: its draws, what they cost, and what is learned from a refusal."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from copydesk.errors import ContextExceeded, GenerationFailed
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Finish, Message, Request
from copydesk.generate.remote.body import Draft, chat_body, defused, estimate
from copydesk.generate.remote.line import Line
from copydesk.generate.remote.server import Server, Way, way_of
from copydesk.generate.remote.trouble import Trouble
from copydesk.generate.remote.wire import Delta
from copydesk.generate.window import answer_room, fit

_SEED_STEP = 104_729  # far apart, so that no later draw equals a neighbour's first
_HEAT_STEP, _HEAT_LIMIT = 0.15, 1.3
_MOST_LENGTH, _MOST_PER_TOKEN = 10_000, 200  # characters: beyond, the limit was not heard of
_MOST_CUTS = 4  # times that a prompt is cut shorter, since its length is only estimated here


@dataclass
class Bill:
    """What the draws of a sample cost together, and what the server said of itself. Seconds of
    wall time; the prompt is the last draw's.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    completion_seconds: float = 0.0
    model: str = ""
    fingerprint: str = ""
    findings: list[Finding] = field(default_factory=list)


class Sample:
    """Draws the answer with one index.

    Attributes:
        finish: why the last draw ended.
        way: how the last draw asked for its schema.
        said: how much the last draw said, in tokens.
    """

    def __init__(self, line: Line, server: Server, request: Request, index: int) -> None:
        self.line, self.server, self.request, self.index = line, server, request, index
        self.bill = Bill()
        self.finish: Finish = "stop"
        self.way: Way = "prompt"
        self.said = 0
        self.messages = request.messages
        self._most = request.max_tokens
        self._cut: Finding | None = None
        self._cuts = 0
        self.fit_context()

    @property
    def seed(self) -> int:
        """The sample's own seed."""
        return self.request.seed + self.index

    def draft(
        self,
        draw: int,
        *,
        kept: str = "",
        more: tuple[Message, ...] = (),
        most: int | None = None,
    ) -> Draft:
        """The given draw: the first as was asked for, later ones with other seeds and warmer.

        Args:
            kept: how the answer begins.
            more: turns that follow the request's own.
            most: the longest answer, if less than was asked for.
        """
        sampling = self.request.sampling
        heat = max(sampling.temperature, min(sampling.temperature + draw * _HEAT_STEP, _HEAT_LIMIT))
        most = self._most if most is None else min(most, self._most)
        seed = (self.seed + draw * _SEED_STEP) % 2**31
        messages = (*self.messages, *more)
        return Draft(messages, most, seed, replace(sampling, temperature=heat), kept)

    def draw(self, draft: Draft) -> Iterator[str]:
        """Speak one draw; what the server refuses of a request is left out of the next try.

        Raises:
            Broken: the connection broke off after some text.
            ContextExceeded, GenerationFailed: the server cannot or will not.
        """
        while True:
            body = chat_body(self.server, self.request, draft)
            self.way = way_of(body)
            try:
                deltas = self._billed(
                    self.line.ask(f"{self.server.site.path}/chat/completions", body)
                )
                yield from _without_echo(deltas, defused(draft.kept))
                return
            except Trouble as trouble:
                if self.server.gives_way(trouble, body):
                    continue
                if trouble.overrun and self._shorter(trouble.overrun):
                    messages = (*self.messages, *draft.messages[len(self.messages) :])
                    most = min(draft.most, self._most)
                    draft = replace(draft, messages=messages, most=most)
                    continue
                raise

    def note(self, code: str, message: str, measured: str = "", fix: str = "") -> None:
        """Add a finding."""
        place = f"sample {self.index + 1}"
        self.bill.findings.append(
            Finding(code=code, place=place, message=message, measured=measured, fix=fix)
        )

    def completion(self, text: str, finish: Finish) -> Completion:
        """The end of the sample."""
        bill, dropped = self.bill, sorted(self.server.dropped - {"stream_options"})
        if dropped:
            self.note("parameter", f"the server does not take: {', '.join(dropped)}")
        turns = [{"role": m.role, "content": defused(m.content)} for m in self.messages]
        return Completion(
            text=text,
            finish=finish,
            prompt_tokens=bill.prompt_tokens,
            cached_tokens=bill.cached_tokens,
            completion_tokens=bill.completion_tokens,
            prompt_seconds=bill.prompt_seconds,
            completion_seconds=bill.completion_seconds,
            prompt=json.dumps(turns, ensure_ascii=False),
            seed=self.seed,
            model=bill.model or self.server.named,
            model_hash=bill.fingerprint,
            engine=self.server.engine,
            findings=(*([self._cut] if self._cut else []), *bill.findings),
        )

    def fit_context(self, room: int = 0) -> None:
        """Cut the prompt if that is allowed and it is longer than `room`, or than the context."""
        context = self.server.facts.context
        if not self.request.may_cut or not (room or context):
            return
        room = room or context - answer_room(context, self._most)
        messages, found = fit(self.request.messages, estimate, room)
        self.messages, self._cut = messages, found or self._cut

    def _billed(self, deltas: Iterator[Delta]) -> Iterator[str]:
        """Count what a draw costs; the server's own count at its end goes before ours."""
        begun, first, length = time.monotonic(), 0.0, 0
        bill, before, finish = self.bill, self.bill.completion_tokens, ""
        self.said = 0
        try:
            for delta in deltas:
                finish = delta.finish or finish
                if delta.text:
                    first = first or time.monotonic()
                    self.said += 1
                    bill.completion_tokens = before + self.said
                self._told(delta, before)
                if delta.text:
                    length += len(delta.text)
                    if length > _MOST_LENGTH + _MOST_PER_TOKEN * self._most:
                        raise Trouble("says much more than it was asked for and does not end")
                    yield delta.text
        finally:
            now = time.monotonic()
            bill.prompt_seconds += (first or now) - begun
            bill.completion_seconds += now - first if first else 0.0
        if finish == "content_filter":
            raise GenerationFailed(
                f"The server at {self.server.site.shown} filtered its own answer.",
                "reword the request, or choose another model",
            )
        self.finish = "length" if finish == "length" else "stop"

    def _told(self, delta: Delta, before: int) -> None:
        bill = self.bill
        bill.model = delta.model or bill.model
        bill.fingerprint = delta.fingerprint or bill.fingerprint
        if delta.prompt_tokens:
            bill.prompt_tokens, bill.cached_tokens = delta.prompt_tokens, delta.cached_tokens
        if delta.completion_tokens:
            bill.completion_tokens = before + delta.completion_tokens

    def _shorter(self, overrun: tuple[int, int]) -> bool:
        """Ask for less: a shorter answer, or if that is allowed, a prompt cut in its middle."""
        prompt, context = overrun
        self._cuts += 1
        if self._cuts > _MOST_CUTS:
            return False
        if 0 < prompt < context and self._most > context - prompt:
            self._most = context - prompt
            return True
        if not self.request.may_cut or prompt < context:
            return False
        room = estimate(self.messages) * (context - answer_room(context, self._most)) // prompt
        try:
            self.fit_context(max(room - 1, 1))
        except ContextExceeded:
            raise ContextExceeded(prompt, context) from None
        return True


def _without_echo(texts: Iterator[str], kept: str) -> Iterator[str]:
    """Leave out the beginning that was sent, should the server repeat it."""
    heard = ""
    for text in texts:
        heard += text
        if kept and kept.startswith(heard):
            continue  # it may be coming
        new = heard.removeprefix(kept) if kept else text
        kept, heard = "", ""
        yield new
    if kept and heard != kept and heard:
        yield heard
