"""What every engine answers to: a request goes in, pieces of text come out as they are spoken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, Literal, Protocol

from copydesk.findings import Finding

Role = Literal["system", "user", "assistant"]
# "loop" and "banned": the guard gave up after bounded tries; a finding says why.
Finish = Literal["stop", "length", "cancelled", "loop", "banned"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn. The defaults suit schema output; prose runs warmer.

    `dry_multiplier` above 0 makes verbatim repetition costly (the DRY sampler); it is for prose,
    never for schema output, whose keys must repeat.
    """

    temperature: float = 0.5
    top_p: float = 0.9
    top_k: int = 40
    min_p: float = 0.05
    dry_multiplier: float = 0.0


@dataclass(frozen=True)
class Request:
    """What to generate.

    Attributes:
        messages: the conversation so far; the answer to its last turn is generated.
        max_tokens: the longest answer, in tokens.
        schema: a JSON schema that the answer must satisfy, or None for free text.
        seed: same request, same seed, same text; sample i of `n` uses seed + i.
        n: how many independent answers.
        stop: the answer ends before any of these strings.
        bans: phrases that never appear, whatever their case; whole words where a script has words.
        guard_loops: rewind and go on elsewhere when free text begins to repeat itself.
        adapter: the name of a LoRA adapter that the engine was opened with; "" for none.
        may_cut: leave out the middle of the longest message rather than refuse a prompt that is
            longer than the context; a finding says how much went.
        fresh: read the whole prompt anew. What an engine still knows of earlier requests spares
            time, and changes the rounding, so that an answer depends on what was asked before.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    schema: Mapping[str, Any] | None = None
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    n: int = 1
    stop: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()
    guard_loops: bool = True
    adapter: str = ""
    may_cut: bool = False
    fresh: bool = False

    def with_seed(self, seed: int) -> "Request":
        """The same request, drawn anew."""
        return replace(self, seed=seed)


@dataclass(frozen=True)
class Completion:
    """One whole answer, why it ended, what it cost, and where it came from.

    Attributes:
        prompt_tokens: tokens of the prompt, read or not.
        cached_tokens: those of them that were still in memory and not read again.
        completion_tokens: tokens generated, those that were rewound included.
        prompt_seconds, completion_seconds: wall time.
        prompt: the exact text that the model read; the messages as JSON where a server renders it.
        seed: the seed of this sample.
        model, model_hash: name, and sha256 of the weights ("" where a server does not say).
        engine: program and version, such as "xllamacpp 2026.10".
        findings: what the guard met on the way, and what was cut.
    """

    text: str
    finish: Finish
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    prompt_seconds: float = 0.0
    completion_seconds: float = 0.0
    prompt: str = ""
    seed: int = 0
    model: str = ""
    model_hash: str = ""
    engine: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def tokens_per_second(self) -> float:
        """Generated tokens per second, the prompt's reading time left out."""
        return self.completion_tokens / self.completion_seconds if self.completion_seconds else 0.0


@dataclass(frozen=True)
class Piece:
    """Some text of sample `index`, as it is spoken; the last piece of a sample carries `end`."""

    text: str
    index: int = 0
    end: Completion | None = None


class Generator(Protocol):
    """A language model, wherever it runs."""

    @property
    def name(self) -> str:
        """What a person calls this model."""

    @property
    def context(self) -> int:
        """How many tokens prompt and answer may hold together."""

    @property
    def parallel(self) -> int:
        """How many requests it answers at once without one waiting for another."""

    def count(self, messages: tuple[Message, ...]) -> int:
        """How many tokens these messages take as a prompt; an estimate where a server counts."""

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        """Yield text as soon as the model speaks.

        Setting `cancel`, or closing the iterator, ends generation at the next token.

        Raises:
            ContextExceeded: the prompt alone is longer than the context.
            GenerationFailed: the engine could not answer.
        """

    def close(self) -> None:
        """Give back memory and threads; safe to call twice."""


def complete(
    generator: Generator,
    request: Request,
    *,
    on_text: Callable[[str], None] | None = None,
    cancel: Event | None = None,
) -> list[Completion]:
    """Run a request to its end; returns its `n` answers. `on_text` hears the first as it comes."""
    ends: dict[int, Completion] = {}
    for piece in generator.stream(request, cancel):
        if on_text and piece.index == 0 and piece.text:
            on_text(piece.text)
        if piece.end:
            ends[piece.index] = piece.end
    return [ends[index] for index in sorted(ends)]
