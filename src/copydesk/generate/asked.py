"""What an engine on this machine does with a request before it speaks, and after."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from copydesk.errors import ContextExceeded
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Message, Request
from copydesk.generate.steer import Steering
from copydesk.generate.window import answer_room, fit


@dataclass(frozen=True)
class Asked:
    """A prompt as text and as tokens, and what was cut out of it."""

    text: str
    ids: list[int]
    cut: Finding | None = None


@dataclass(frozen=True)
class Origin:
    """Where an answer comes from: see `Completion`."""

    model: str
    model_hash: str
    engine: str


def fit_request(
    request: Request, context: int, tokenize: Callable[[tuple[Message, ...]], Asked]
) -> tuple[Request, Asked]:
    """The request with its prompt and its answer inside the context.

    Raises:
        ContextExceeded: the prompt is too long, and must not be cut or cannot be.
    """
    asked, found = tokenize(request.messages), None
    if len(asked.ids) >= context:
        if not request.may_cut:
            raise ContextExceeded(len(asked.ids), context)
        room = context - answer_room(context, request.max_tokens)
        messages, found = fit(request.messages, lambda m: len(tokenize(m).ids), room)
        asked = tokenize(messages)
    most = min(request.max_tokens, context - len(asked.ids))
    return replace(request, max_tokens=most), replace(asked, cut=found)


def conclude(steering: Steering, asked: Asked, origin: Origin) -> Completion:
    """The completion of a sample that has come to its end."""
    usage = steering.usage
    return Completion(
        text=steering.text,
        finish=steering.finish,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        prompt_seconds=usage.prompt_seconds,
        completion_seconds=usage.completion_seconds,
        prompt=asked.text,
        seed=steering.request.seed + steering.index,
        model=origin.model,
        model_hash=origin.model_hash,
        engine=origin.engine,
        findings=(*([asked.cut] if asked.cut else []), *steering.findings),
    )
