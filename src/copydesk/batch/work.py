"""One job and a generator become the bytes of a file, through the rooms' own functions."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Event
from time import monotonic

from copydesk.batch.jobs import Job
from copydesk.batch.lines import DeckLine, GenerateLine, Line, WriteLine
from copydesk.generate.adapted import Adapted
from copydesk.generate.protocol import (
    Completion,
    Generator,
    Piece,
    Request,
    complete,
)
from copydesk.generate.user_answers import answer
from copydesk.generate.wrapped import Wrapped
from copydesk.slides.author.finish import finish
from copydesk.slides.author.make import Maker
from copydesk.slides.master.master import open_master
from copydesk.writer.export import FORMATS
from copydesk.writer.making import make


class Stopped(Exception):
    """The batch ends, and this job with it: nothing is to be recorded."""


@dataclass(frozen=True)
class Made:
    """A finished job: the file's content, and what it took (tokens generated; wall seconds)."""

    content: bytes
    seed: int
    model: str
    tokens: int
    seconds: float
    findings: tuple[str, ...] = ()


class Either(Event):
    """Set as soon as one of two others is; the engine that looks at it need not know of both."""

    def __init__(self, one: Event, other: Event) -> None:
        super().__init__()
        self._events = (one, other)

    def is_set(self) -> bool:
        """Whether one of the two is set."""
        return any(event.is_set() for event in self._events)


@dataclass
class Metered(Wrapped):
    """A generator as one job sees it: what it says is counted, and `stop` ends it for good.

    The rooms need not know of batches: a request that is stopped ends the whole job.
    """

    stop: Event
    completions: list[Completion] = field(default_factory=list)

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """See `Generator.stream`.

        Raises:
            Stopped: `stop` was set.
        """
        # A job is drawn the same whatever ran before it, so that a batch may be taken up anywhere.
        fresh = not self.completions
        ended = Either(self.stop, cancel) if cancel else self.stop
        for piece in self.inner.stream(replace(request, fresh=fresh), ended):
            if self.stop.is_set():
                raise Stopped
            if piece.end:
                self.completions.append(piece.end)
            yield piece

    def close(self) -> None:
        """The model is shared, and stays open."""


def perform(job: Job, generator: Generator, *, seed: int, stop: Event | None = None) -> Made:
    """Do what the line asks for. The same job, seed and model give the same bytes.

    Args:
        seed: the job's, as `Job.seed` says.
        stop: when it is set, the job ends at the next token.

    Raises:
        CopydeskError: whatever the room has to say.
        Stopped: `stop` was set.
    """
    start = monotonic()
    metered = Metered(generator, stop or Event())
    if metered.stop.is_set():
        raise Stopped
    speaker = Adapted(metered, job.adapter) if job.adapter else metered
    content = _content(job.line, speaker, seed)
    spoken = metered.completions
    return Made(
        content=content,
        seed=seed,
        model=speaker.name,
        tokens=sum(completion.completion_tokens for completion in spoken),
        seconds=monotonic() - start,
        findings=tuple(_found(job, spoken)),
    )


def _content(line: Line, generator: Generator, seed: int) -> bytes:
    match line:
        case WriteLine():
            draft = make(line.text_wanted(seed), generator).run()
            return FORMATS[f".{line.format}"](draft)
        case DeckLine():
            return _deck(line, generator, seed)
        case GenerateLine():
            return f"{_answer(line.request(seed), generator)}\n".encode("utf-8", "replace")
    raise AssertionError(f"no work for {type(line).__name__}")


def _deck(line: DeckLine, generator: Generator, seed: int) -> bytes:
    taken, master = line.taken(), open_master(line.template or None)
    maker = Maker(taken.brief, generator, master, line.slides, taken.material, seed)
    return finish(maker).content


def _answer(request: Request, generator: Generator) -> str:
    """What the model says; control characters must not steer who looks at the file."""
    if request.schema is not None:
        return answer(generator, request, request.schema).text
    said = complete(generator, request)[0].text
    return "".join(c for c in said if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def _found(job: Job, spoken: list[Completion]) -> Iterator[str]:
    yield from (finding.message for end in spoken for finding in end.findings)
    if isinstance(job.line, GenerateLine) and spoken and spoken[-1].finish == "length":
        yield "The answer was cut off at its limit."
