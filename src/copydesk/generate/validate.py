"""Holds an answer against its JSON schema, for engines that do not promise to keep to one.

Only what our schemas say is checked; keywords that are not known are passed over, as JSON Schema
demands. The answer is hostile: nothing in it can make the check fail or run away.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from copydesk.generate.portable import checking

_DEEPEST = 40
_SHOWN = 60  # characters of a value that a reason shows

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
}


def validate(value: Any, schema: Mapping[str, Any]) -> str:
    """Why a value does not satisfy a schema: the first reason, with its place; "" if it does."""
    return _check(value, schema, schema, "", 0)


def _check(value: Any, schema: Any, root: Mapping[str, Any], place: str, depth: int) -> str:
    if depth > _DEEPEST:
        return _at(place, "is nested too deeply")
    if not isinstance(schema, Mapping):
        return "" if schema is not False else _at(place, "is not allowed")
    if "$ref" in schema:
        return _check(value, _referred(schema["$ref"], root), root, place, depth + 1)
    if fault := _own(value, schema):
        return _at(place, fault)
    return _alternatives(value, schema, root, place, depth) or _inside(
        value, schema, root, place, depth
    )


def _at(place: str, fault: str) -> str:
    return f"{place.removeprefix('.') or 'the answer'} {fault}"


def _referred(reference: Any, root: Mapping[str, Any]) -> Any:
    """What `#/$defs/name` stands for; a reference that leads nowhere allows nothing."""
    found: Any = root
    for step in str(reference).removeprefix("#").split("/")[1:]:
        found = found.get(step, False) if isinstance(found, Mapping) else False
    return found


def _own(value: Any, schema: Mapping[str, Any]) -> str:
    """Faults of the value itself, not of what it holds."""
    kinds = schema.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if kinds and not any(_TYPES.get(kind, lambda _: True)(value) for kind in kinds):
        return f"must be of type {' or '.join(kinds)}, not {_shown(value)}"
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        return f"must be one of {_listed(schema['enum'])}, not {_shown(value)}"
    if "const" in schema and not _same(value, schema["const"]):
        return f"must be {_shown(schema['const'])}, not {_shown(value)}"
    if isinstance(value, str):
        return _text(value, schema)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, schema)
    return _size(len(value), schema, "Items", "items") if isinstance(value, list) else ""


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _text(value: str, schema: Mapping[str, Any]) -> str:
    if fault := _size(len(value), schema, "Length", "characters"):
        return fault
    pattern = checking(schema["pattern"]) if isinstance(schema.get("pattern"), str) else None
    if pattern and not pattern.search(value):
        return f"holds characters that are not allowed, or begins wrongly: {_shown(value)}"
    return ""


def _size(size: int, schema: Mapping[str, Any], keyword: str, unit: str) -> str:
    fewest, most = schema.get(f"min{keyword}", 0), schema.get(f"max{keyword}", size)
    if size < fewest:
        return f"must have at least {fewest} {unit}, not {size}"
    return f"must have at most {most} {unit}, not {size}" if size > most else ""


def _number(value: float, schema: Mapping[str, Any]) -> str:
    if value < schema.get("minimum", value):
        return f"must be at least {schema['minimum']}, not {_shown(value)}"
    if value > schema.get("maximum", value):
        return f"must be at most {schema['maximum']}, not {_shown(value)}"
    return ""


def _alternatives(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], place: str, depth: int
) -> str:
    """`anyOf`: the reason of the alternative that came last if none fits."""
    fault = ""
    for alternative in schema.get("anyOf", ()):
        if not (fault := _check(value, alternative, root, place, depth + 1)):
            return ""
    return fault


def _inside(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], place: str, depth: int
) -> str:
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            if fault := _check(item, schema["items"], root, f"{place}[{index}]", depth + 1):
                return fault
    return _properties(value, schema, root, place, depth) if isinstance(value, dict) else ""


def _properties(
    value: dict[str, Any],
    schema: Mapping[str, Any],
    root: Mapping[str, Any],
    place: str,
    depth: int,
) -> str:
    known = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            return _at(place, f"lacks {_shown(key)}")
    for key, item in value.items():
        allowed = known.get(key, schema.get("additionalProperties", True))
        if allowed is False:
            return _at(place, f"has a property {_shown(key)} that is not allowed")
        if fault := _check(item, allowed, root, f"{place}.{key[:_SHOWN]}", depth + 1):
            return fault
    return ""


def _listed(values: Any) -> str:
    return ", ".join(_shown(value) for value in values)[:400]


def _shown(value: Any) -> str:
    """A value in a reason, kept short."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"
