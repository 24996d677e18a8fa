"""Ask for an object and get one: valid, tidy, or drawn anew."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event
from typing import Any, TypeVar

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion, Generator, Request, complete
from copydesk.generate.schema import longest_answer, tidy

T = TypeVar("T")

# Far apart, so that a second draw of one request never equals the first draw of its neighbour.
_SEED_STEP = 7919


def complete_object(
    generator: Generator,
    request: Request,
    schema: Mapping[str, Any],
    accept: Callable[[dict[str, Any]], T],
    *,
    attempts: int = 6,
    on_done: Callable[[Completion], None] | None = None,
    cancel: Event | None = None,
) -> T:
    """Generate under `schema`, tidy the texts, and return what `accept` makes of the object.

    A length finish, or a ValueError out of `accept` (pydantic's included), draws again with
    another seed; the answer to one seed is always the same.

    Raises:
        GenerationFailed: no attempt was accepted; the last reason is given.
    """
    bounded = replace(request, schema=schema, max_tokens=longest_answer(schema), n=1)
    reason = ""
    for attempt in range(attempts):
        draw = bounded.with_seed(request.seed + attempt * _SEED_STEP)
        completion = complete(generator, draw, cancel=cancel)[0]
        if on_done:
            on_done(completion)
        if completion.finish == "cancelled":
            break
        if completion.finish == "length":
            reason = "the answer did not end within the context"
            continue
        try:
            return accept(tidy(json.loads(completion.text), schema))
        except ValueError as error:
            reason = " ".join(str(error).split())[:200]
    raise GenerationFailed(
        f"The model {generator.name} gave no usable answer in {attempts} attempts ({reason}).",
        "try another --seed or a larger model: copydesk models list",
    )
