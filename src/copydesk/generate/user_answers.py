"""Ask for an answer under a user's own schema: whole, valid, and cut at words where it is cut."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event
from typing import Any

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Completion, Generator, Request, complete
from copydesk.generate.schema import trim_words
from copydesk.generate.user_limits import LINE, LINES
from copydesk.generate.user_schema import longest
from copydesk.generate.validate import validate

_SEED_STEP = 7919  # far apart, so that no second draw equals a neighbour's first
_WHY = {
    "length": "it did not end within --max-tokens and the context",
    "banned": "every answer that was tried holds a banned phrase",
    "cancelled": "it was interrupted",
}


def answer(
    generator: Generator,
    request: Request,
    schema: Mapping[str, Any],
    *,
    attempts: int = 3,
    on_done: Callable[[Completion], None] | None = None,
    cancel: Event | None = None,
) -> Completion:
    """Ask once, or again with another seed while the answer is cut off or invalid.

    Args:
        request: its `max_tokens` holds where the schema allows longer answers.
        schema: what `tighten` returned.
        on_done: hears every draw, those that are not taken as well.

    Returns:
        The draw that was taken, its text as compact JSON.

    Raises:
        GenerationFailed: no draw was a whole answer; the last reason is given.
    """
    bounded = replace(request, schema=schema, n=1, max_tokens=_most(request, schema))
    reason = ""
    for attempt in range(attempts):
        drawn = bounded.with_seed(request.seed + attempt * _SEED_STEP)
        completion = complete(generator, drawn, cancel=cancel)[0]
        if on_done:
            on_done(completion)
        value, reason = _read(completion, schema)
        if not reason:
            return replace(completion, text=compact(value))
        if completion.finish == "cancelled":
            break
    raise GenerationFailed(
        f"The model {generator.name} gave no answer under the schema: {reason}.",
        "try another --seed, a tighter schema (maxLength, maxItems) or a larger --context",
    )


def compact(value: Any) -> str:
    """JSON without free white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _most(request: Request, schema: Mapping[str, Any]) -> int:
    return min(request.max_tokens, longest(schema))


def _read(completion: Completion, schema: Mapping[str, Any]) -> tuple[Any, str]:
    """The answer, and why it is none."""
    if completion.finish != "stop":
        return None, _WHY.get(completion.finish, "it was given up")
    try:
        value = json.loads(completion.text)
        compact(value).encode("utf-8")  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return None, "it is no JSON"
    if fault := validate(value, schema):
        return None, fault
    return trimmed(value, schema), ""


def trimmed(value: Any, schema: Mapping[str, Any]) -> Any:
    """The same answer; a text that was stopped by its limit ends after a whole word."""
    return _trimmed(value, schema, schema.get("$defs", {}))


def _trimmed(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    schema = _meant(value, schema, defs)
    if isinstance(value, str):
        return _text(value, schema)
    if isinstance(value, list) and "items" in schema:
        return [_trimmed(item, schema["items"], defs) for item in value]
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        return {key: _trimmed(item, known[key], defs) for key, item in value.items()}
    return value


def _meant(value: Any, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one alternative that a value was written under; nothing where it may be several."""
    while "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    if "anyOf" not in schema:
        return schema
    options = [_meant(value, option, defs) for option in schema["anyOf"]]
    fit = [option for option in options if not validate(value, {**option, "$defs": defs})]
    return fit[0] if len(fit) == 1 else {}


def _text(value: str, schema: Mapping[str, Any]) -> str:
    free = schema.get("pattern") in (LINE, LINES)
    if not free or len(value) < schema["maxLength"]:
        return value
    cut = trim_words(value, schema["maxLength"])
    return cut if len(cut) >= max(1, schema.get("minLength", 0)) else value
