"""Why a part of a deck's file cannot be taken, in a sentence: what pydantic found, said plainly."""

import re
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

_PLAIN = {
    "missing": "it is missing",
    "string_type": "one text is wanted",
    "list_type": "a list is wanted",
    "model_type": "keys and values are wanted",
    "model_attributes_type": "keys and values are wanted",
    "int_parsing": "a whole number is wanted",
    "int_type": "a whole number is wanted",
    "float_type": "a number is wanted",
    "float_parsing": "a number is wanted",
}
_QUOTES = "put texts with a colon or # in quotes"


def known_fields(model: type[BaseModel]) -> list[str]:
    """A model's keys as a file spells them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def place_of(place: tuple[int | str, ...]) -> str:
    """A place as a person says it: "slide 4, bullets 2"."""
    words = [str(part + 1) if isinstance(part, int) else str(part) for part in place]
    if words[:1] == ["slides"] and len(words) > 1:
        words[:2] = [f"slide {words[1]}"]
    text = ", ".join(words)
    return re.sub(r", (\d+)(?=,|$)", r" \1", text)


def reason_of(
    error: ValidationError, model: type[BaseModel]
) -> tuple[tuple[int | str, ...], str, str]:
    """The place of the first fault, the reason, and a hint where there is one."""
    first = error.errors()[0]
    place = tuple(first["loc"])
    kind = first["type"]
    context: dict[str, Any] = first.get("ctx", {})
    if kind == "extra_forbidden":
        known = _fields_at(model, place[:-1])
        near = get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
        guess = f"did you mean {near[0]}? " if near else ""
        return place, "there is no such key", f"{guess}there are: {', '.join(known)}"
    if kind == "literal_error":
        return place, f"{first['input']!r} is none of them", f"there are: {context['expected']}"
    if kind in ("too_long", "string_too_long"):
        return place, f"it is longer than the {context['max_length']:,} that are allowed", ""
    if kind == "too_short":
        return place, f"{context['min_length']} are wanted, not {context['actual_length']}", ""
    hint = _QUOTES if kind == "string_type" else ""
    reason = _PLAIN.get(kind) or re.sub(r"^Value error, ", "", first["msg"])
    return place, reason[:1].lower() + reason[1:], hint


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that stands at a place within another."""
    for step in place:
        if isinstance(step, str):
            field = next(f for n, f in model.model_fields.items() if step in (n, f.alias))
            model = _model_in(field.annotation) or model
    return known_fields(model)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model in an annotation such as `list[Annotated[Model, …]]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if found := _model_in(part):
            return found
    return None
