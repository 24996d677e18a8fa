"""Ask for an object and get one: valid, tidy, or drawn anew."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event
from typing import Any, TypeVar

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion, Generator, Request, complete
from copydesk.generate.schema import cut_lines, longest_answer, texts, tidy

T = TypeVar("T")

# Far apart, so that a second draw of one request never equals the first draw of its neighbour.
_SEED_STEP = 7919
_HEAT_STEP = 0.2
_HEAT_LIMIT = 1.3


def complete_object(
    generator: Generator,
    request: Request,
    schema: Mapping[str, Any],
    accept: Callable[[dict[str, Any]], T],
    *,
    settle: Callable[[dict[str, Any]], T] | None = None,
    attempts: int = 2,
    on_done: Callable[[Completion], None] | None = None,
    cancel: Event | None = None,
) -> T:
    """Generate under `schema`, tidy the texts, and return what `accept` makes of the object.

    A length finish, a line cut at its limit, or a ValueError out of `accept` (pydantic's included)
    draws again with another seed and a little warmer, since a model that repeats itself is too
    sure of itself.
    When no draw is without fault, one that only had a line cut is taken before one that was
    refused; of the refused, `settle` makes the best of the one that says most different things:
    a valid object that says something twice is more use than none. One seed gives one result.

    Raises:
        GenerationFailed: no attempt was accepted; the last reason is given.
    """
    bounded = replace(request, schema=schema, max_tokens=longest_answer(schema), n=1)
    reason, spare = "", None
    refused: list[dict[str, Any]] = []
    for attempt in range(attempts):
        completion = complete(generator, _draw(bounded, attempt), cancel=cancel)[0]
        if on_done:
            on_done(completion)
        if completion.finish == "cancelled":
            break
        if completion.finish == "length":
            reason = "the answer did not end within the context"
            continue
        try:
            raw = json.loads(completion.text)
            whole = tidy(raw, schema)
            refused.append(whole)
            accepted = accept(whole)
        except KeyError as error:  # a server that takes a schema and ignores it
            reason = f"the answer has a part that was not asked for: {error}"
            continue
        except ValueError as error:
            reason = " ".join(str(error).split())[:200]
            continue
        if not cut_lines(raw, schema):
            return accepted
        spare = spare or accepted
    if spare is not None:
        return spare
    if settle and refused:
        return settle(max(refused, key=_variety))
    raise GenerationFailed(
        f"The model {generator.name} gave no usable answer in {attempts} attempts ({reason}).",
        "try another --seed or a larger model: copydesk models list",
    )


def _variety(value: Any) -> int:
    """How many different texts an answer holds."""
    return len({text.casefold() for text in texts(value)})


def _draw(request: Request, attempt: int) -> Request:
    """The request as drawn the given time: another seed, warmer each time."""
    heat = request.sampling.temperature
    heat = max(heat, min(heat + attempt * _HEAT_STEP, _HEAT_LIMIT))
    sampling = replace(request.sampling, temperature=heat)
    return replace(request, seed=request.seed + attempt * _SEED_STEP, sampling=sampling)
