"""A voice for tests: says tokens out of a function, and counts what it reads again."""

import random
from collections.abc import Callable, Iterator, Sequence
from threading import Event

from copydesk.generate.protocol import Finish
from copydesk.generate.steer import Cue, Token, Usage

Choose = Callable[[list[int], random.Random], list[int]]


class SpokenTake:
    """One run of a `FakeVoice`."""

    def __init__(self, tokens: Iterator[Token], usage: Usage) -> None:
        self.finish: Finish = "stop"
        self.usage = usage
        self._tokens = tokens
        self.closed = False

    def __iter__(self) -> Iterator[Token]:
        for token in self._tokens:
            if self.closed:
                self.finish = "cancelled"
                return
            yield token

    def close(self) -> None:
        self.closed = True


class FakeVoice:
    """Knows a vocabulary; `choose` gives the candidates for the next token, likeliest first.

    Attributes:
        takes: the cue of every take.
    """

    def __init__(self, words: Sequence[str], choose: Choose) -> None:
        self.words, self._choose = list(words), choose
        self.takes: list[Cue] = []

    def take(self, cue: Cue, cancel: Event | None = None) -> SpokenTake:
        self.takes.append(cue)
        ids = cue.ids
        usage = Usage(prompt_tokens=len(ids), cached_tokens=max(0, len(ids) - 1))
        take = SpokenTake(iter(()), usage)

        def speak() -> Iterator[Token]:
            rng, said = random.Random(cue.seed), list(ids)
            for number in range(cue.most):
                if cancel is not None and cancel.is_set():
                    take.finish = "cancelled"
                    return
                wanted = self._choose(said, rng)
                if number == 0:
                    wanted = [i for i in wanted if i not in cue.forbid]
                if not wanted:
                    return
                usage.completion_tokens += 1
                said.append(wanted[0])
                yield Token(self.words[wanted[0]], (wanted[0],))
            take.finish = "length"

        take._tokens = speak()
        return take
