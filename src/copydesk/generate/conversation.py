"""A conversation without a terminal: turns, what of them the model still reads, second thoughts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Event

from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.generate.protocol import Completion, Generator, Message, Request

_SEED_STEP = 104_729  # between answers, so that a second try equals no neighbour's first


@dataclass(frozen=True)
class Turn:
    """A message and its answer.

    Attributes:
        draft: what the model said, where the answer was edited since; else the answer.
        prompt: what the model read, this message last.
    """

    asked: str
    answer: str
    draft: str
    prompt: tuple[Message, ...]
    model: str = ""
    seed: int = 0


@dataclass
class Conversation:
    """Turns with one generator. Turns that no longer fit are kept, but not read any more.

    Attributes:
        request: how every answer is drawn; its messages are ignored.
        system: the system prompt, "" for none; always read.
        left_out: how many of the first turns the model no longer reads.
        on_left_out: told whenever that number grows.
        completions: every answer that was drawn, those that were replaced as well.
    """

    generator: Generator
    request: Request
    system: str = ""
    turns: list[Turn] = field(default_factory=list)
    left_out: int = 0
    on_left_out: Callable[[int], None] | None = None
    completions: list[Completion] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Tokens that are kept free for an answer."""
        return max(1, min(self.request.max_tokens, self.generator.context // 4))

    @property
    def last(self) -> Turn:
        """The last turn.

        Raises:
            UsageProblem: nothing was said yet.
        """
        if not self.turns:
            raise UsageProblem("Nothing was said yet.", "write a message first")
        return self.turns[-1]

    def say(self, text: str, cancel: Event | None = None) -> Iterator[str]:
        """Yield the answer as it is spoken; the turn is kept when it has ended.

        An answer without a word is not kept.

        Raises:
            GenerationFailed: the message alone is too long, or the engine could not answer; the
                conversation is as before.
        """
        yield from self._answer(text, self.turns, cancel)

    def retry(self, cancel: Event | None = None) -> Iterator[str]:
        """Yield another answer to the last message; the old one stays until it has ended.

        Raises:
            UsageProblem: nothing was said yet.
            GenerationFailed: as for `say`.
        """
        last = self.last
        yield from self._answer(last.asked, self.turns[:-1], cancel)

    def edit(self, answer: str) -> Turn:
        """Put another answer in place of the last one; its draft is what the model said.

        Raises:
            UsageProblem: nothing was said yet, or nothing is left.
        """
        if not answer.strip():
            raise UsageProblem("The edited answer is empty.", "/undo takes a whole turn back")
        self.turns[-1] = replace(self.last, answer=answer.strip())
        return self.turns[-1]

    def undo(self) -> Turn:
        """Take back the last turn.

        Raises:
            UsageProblem: nothing was said yet.
        """
        last = self.last
        self.turns.pop()
        self.left_out = min(self.left_out, len(self.turns))
        return last

    def clear(self) -> None:
        """Begin anew, under the same system prompt."""
        self.turns, self.left_out = [], 0

    def resume(self, messages: Sequence[Message]) -> None:
        """Take up a conversation that was saved: one system prompt at most, then whole turns."""
        system = messages[0].content if messages and messages[0].role == "system" else ""
        rest = messages[1:] if system else messages
        self.system = system
        self.clear()
        for asked, answer in zip(rest[::2], rest[1::2], strict=True):
            prompt = self._messages(asked.content, self.turns)
            self.turns.append(Turn(asked.content, answer.content, answer.content, prompt))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The whole conversation, what is no longer read as well."""
        return _said(self.system, self.turns)

    def tokens(self) -> int:
        """How many tokens of the context the conversation takes as it is read now."""
        return self.generator.count(_said(self.system, self.turns[self.left_out :]))

    def _answer(self, asked: str, before: Sequence[Turn], cancel: Event | None) -> Iterator[str]:
        start = self._start(asked, before)
        if start > self.left_out:
            self.left_out = start
            if self.on_left_out:
                self.on_left_out(start)
        prompt = self._messages(asked, before[start:])
        seed = (self.request.seed + len(self.completions) * _SEED_STEP) % 2**31
        request = replace(self.request, messages=prompt, seed=seed, n=1)
        for piece in self.generator.stream(request, cancel):
            if piece.text:
                yield piece.text
            if piece.end:
                self._keep(asked, before, piece.end, prompt, seed)

    def _keep(
        self,
        asked: str,
        before: Sequence[Turn],
        end: Completion,
        prompt: tuple[Message, ...],
        seed: int,
    ) -> None:
        self.completions.append(end)
        if end.text.strip():
            model = end.model or self.generator.name
            self.turns = [*before, Turn(asked, end.text, end.text, prompt, model, seed)]

    def _start(self, asked: str, before: Sequence[Turn]) -> int:
        """The first turn that is still read.

        Once something must go, a little more goes than must: every change at the beginning lets
        the model read everything again, and so it need not happen at each turn.
        """
        first = min(self.left_out, len(before))
        if self._left(asked, before[first:]) >= self.room:
            return first
        left = [
            (start, self._left(asked, before[start:])) for start in range(first, len(before) + 1)
        ]
        fits = next((start for start, tokens in left if tokens >= self.room), None)
        if fits is None:
            raise self._too_long(left[-1][1])
        roomy = next((start for start, tokens in left if tokens >= 2 * self.room), len(before))
        return max(fits, min(roomy, len(before) - 1))

    def _left(self, asked: str, turns: Sequence[Turn]) -> int:
        """Tokens of the context that are left for the answer."""
        return self.generator.context - self.generator.count(self._messages(asked, turns))

    def _too_long(self, left: int) -> GenerationFailed:
        context = self.generator.context
        what = "message and the system prompt are" if self.system else "message is"
        return GenerationFailed(
            f"The {what} {context - left:,} tokens long, and of the {context:,} that the model "
            f"reads at a time {self.room:,} are for the answer.",
            "shorten it, or begin with a larger --context",
        )

    def _messages(self, asked: str, turns: Sequence[Turn]) -> tuple[Message, ...]:
        return (*_said(self.system, turns), Message("user", asked))


def _said(system: str, turns: Sequence[Turn]) -> tuple[Message, ...]:
    said = [Message("system", system)] if system else []
    for turn in turns:
        said += [Message("user", turn.asked), Message("assistant", turn.answer)]
    return tuple(said)
