"""A user's own JSON schema, made tight: whatever it allows is bounded, or it is refused.

Where a schema leaves something open, a limit is put in: a text has 400 characters, a list 20
items, a number lies within a thousand million and has six decimals. Objects hold what they name
and nothing else. Texts without a `pattern` hold no control characters, line breaks among them,
unless they say `"x-multiline": true`. What cannot be bounded, or what LLGuidance does not know, is
refused with its place rather than left out without a word.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from copydesk.errors import UsageProblem
from copydesk.generate import user_limits
from copydesk.generate.schema import Schema, grammar
from copydesk.generate.user_limits import decimals, problem

_LARGEST = 256_000  # bytes of a schema file
_DEEPEST = 32
_MOST_NODES = 5_000

_OF_TYPE: dict[str, set[str]] = {
    "string": {"minLength", "maxLength", "pattern", "format", "x-multiline"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required", "additionalProperties"},
    "boolean": set(),
    "null": set(),
}
_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "array": (list,),
    "object": (dict,),
    "boolean": (bool,),
    "null": (type(None),),
}
_KEPT = ("title", "description")
# What is said about a value, and does not bind it.
_SAID = {
    *_KEPT,
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "default",
    "definitions",
    "deprecated",
    "discriminator",
    "example",
    "examples",
    "format",
    "readOnly",
    "writeOnly",
}


def read_schema(path: Path) -> Schema:
    """Read a JSON schema from a file and make it tight.

    Raises:
        UsageProblem: it is no JSON, too large, or asks for what cannot be done; the place is named
            as a JSON pointer.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise _unread(path, str(error.strerror)) from None
    if len(content) > _LARGEST:
        raise _unread(path, f"it is larger than {_LARGEST // 1000} kB")
    try:
        schema = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unrepeated)
    except ValueError as error:
        raise _unread(path, f"it is no JSON ({error})") from None
    except RecursionError:
        raise _unread(path, "it is nested too deeply") from None
    return tighten(schema)


def _unread(path: Path, reason: str) -> UsageProblem:
    return UsageProblem(
        f"The schema {path} cannot be read: {reason}.", "give a file that holds a JSON schema"
    )


def _unrepeated(pairs: list[tuple[str, Any]]) -> Schema:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a key twice")
    return found


def tighten(schema: object) -> Schema:
    """The schema with every text, list and number bounded; a tight schema comes back as it is.

    Reads `type`, `enum`, `const`, `anyOf`, `oneOf` (as `anyOf`), `$ref` into `$defs`, and what
    belongs to the types. All properties are required, unless `required` says which are.

    Raises:
        UsageProblem: something is not understood, unbounded, recursive or impossible; its place is
            named as a JSON pointer.
    """
    try:  # half a surrogate pair, a number without end, or what is no JSON at all breaks here
        json.dumps(schema, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        raise problem("", "it holds what JSON cannot") from None
    tight = _Tightening(schema).whole()
    _check_compiles(tight)
    return tight


class _Tightening:
    """Walks a schema once, and each definition once, however often it is referred to."""

    def __init__(self, schema: object) -> None:
        self._schema = schema
        self._nodes = 0
        self._open: list[str] = []  # definitions that are being followed
        self._names: dict[str, str] = {}  # of definitions, as they are and as a reference may be
        self._defs: dict[str, Schema] = {}

    def whole(self) -> Schema:
        """The whole schema; its root says what it is and leads nowhere else."""
        tight = self.node(self._schema, "", 0)
        if "$ref" in tight:
            root = {**self._defs[_name(tight["$ref"])], "$defs": self._defs}
            return _Tightening(root).whole()
        return {**tight, "$defs": self._defs} if self._defs else tight

    def node(self, schema: object, at: str, depth: int) -> Schema:
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST_NODES:
            raise problem(at, "the schema is too large or too deep", "ask for less at once")
        if not isinstance(schema, dict) or not set(schema) - _SAID:
            raise problem(at, "nothing is said of what belongs here", 'add a "type"')
        _check_keywords(schema, _KEYWORDS, at)
        said = {key: schema[key] for key in _KEPT if isinstance(schema.get(key), str)}
        for keyword, rest in _ALONE.items():
            if keyword in schema:
                _check_keywords(schema, {keyword, *rest}, at)
                return {**said, **self._alone(keyword, schema, f"{at}/{keyword}", depth)}
        return {**said, **self._typed(schema, at, depth)}

    def _alone(self, keyword: str, schema: Schema, at: str, depth: int) -> Schema:
        value = schema[keyword]
        if keyword == "$ref":
            return self._ref(value, at, depth)
        if keyword == "const":
            return {"const": _of_types([value], schema, at)[0]}
        if not isinstance(value, list) or not value:
            raise problem(at, "a list belongs here")
        if keyword == "enum":
            return {"enum": _of_types(value, schema, at)}
        if keyword == "allOf":
            if len(value) > 1:
                raise problem(at, "several schemas at once are not supported", "merge them")
            return self.node(value[0], f"{at}/0", depth + 1)
        options = [self.node(each, f"{at}/{i}", depth + 1) for i, each in enumerate(value)]
        return {"anyOf": options}

    def _ref(self, pointer: object, at: str, depth: int) -> Schema:
        found = re.fullmatch(r"#/(\$defs|definitions)/([^/]+)", str(pointer))
        if not found:
            hint = "define it in this file, under $defs: files and servers are not read"
            raise problem(at, f"{str(pointer)[:80]!r} leads elsewhere than to #/$defs/NAME", hint)
        name = _name(str(pointer))
        below = self._schema.get(found[1]) if isinstance(self._schema, dict) else None
        if not isinstance(below, dict) or name not in below:
            raise problem(at, f"there is no definition {name[:80]!r}", "add it under $defs")
        if name in self._open:
            hint = "write out as many levels as are wanted"
            raise problem(at, f"{name[:80]!r} holds itself, so that no answer need end", hint)
        if name not in self._names:
            self._open.append(name)
            tight = self.node(below[name], f"/{found[1]}/{_escaped(name)}", depth + 1)
            self._open.pop()
            self._names[name] = self._plain(name)
            self._defs[self._names[name]] = tight
        return {"$ref": f"#/$defs/{self._names[name]}"}

    def _plain(self, name: str) -> str:
        """A name that stands in a reference as it is."""
        plain = free = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
        number = 1
        while free in self._defs:
            number += 1
            free = f"{plain}_{number}"
        return free

    def _typed(self, schema: Schema, at: str, depth: int) -> Schema:
        types = _types(schema, at)
        _check_keywords(schema, {"type"}.union(*(_OF_TYPE[name] for name in types)), at)
        if len(types) == 1:
            return self._of_type(types[0], schema, at, depth)
        options = [
            self.node(
                {"type": name, **{key: schema[key] for key in schema if key in _OF_TYPE[name]}},
                at,
                depth + 1,
            )
            for name in types
        ]
        return {"anyOf": options}

    def _of_type(self, name: str, schema: Schema, at: str, depth: int) -> Schema:
        match name:
            case "string":
                return user_limits.text(schema, at)
            case "integer":
                return user_limits.integer(schema, at)
            case "number":
                return user_limits.number(schema, at)
            case "array":
                items = self.node(schema.get("items"), f"{at}/items", depth + 1)
                return {"type": name, "items": items, **user_limits.items(schema, at)}
            case "object":
                return self._object(schema, at, depth)
        return {"type": name}

    def _object(self, schema: Schema, at: str, depth: int) -> Schema:
        required = user_limits.required(schema, at)
        properties = {
            key: self.node(value, f"{at}/properties/{_escaped(key)}", depth + 1)
            for key, value in schema["properties"].items()
        }
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


# Keywords that stand alone, and what may stand beside them.
_ALONE: dict[str, tuple[str, ...]] = {
    "$ref": (),
    "allOf": (),
    "anyOf": (),
    "oneOf": (),
    "const": ("type",),
    "enum": ("type",),
}

_KEYWORDS = {"type", *_ALONE}.union(*_OF_TYPE.values())


def _name(pointer: str) -> str:
    """The definition that a reference names."""
    return unquote(pointer.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _check_keywords(schema: Schema, known: set[str], at: str) -> None:
    for key in schema:
        if key in known or key in _SAID or (key.startswith("x-") and key != "x-multiline"):
            continue
        elsewhere = key in _ALONE or any(key in keys for keys in _OF_TYPE.values())
        reason = "does not belong here" if elsewhere else "is not supported"
        raise problem(f"{at}/{_escaped(key)}", f"this keyword {reason}")


def _types(schema: Schema, at: str) -> list[str]:
    kind = "object" if "properties" in schema else "array" if "items" in schema else None
    types = schema.get("type", kind)
    types = types if isinstance(types, list) else [types]
    if not types or not all(isinstance(name, str) and name in _OF_TYPE for name in types):
        there = f"there are: {', '.join(sorted(_OF_TYPE))}"
        raise problem(f"{at}/type", "the type is missing or unknown", there)
    return types


def _of_types(values: list[Any], schema: Schema, at: str) -> list[Any]:
    """Those of the values that are of the type the schema states."""
    types = _types(schema, at) if "type" in schema else list(_PYTHON)
    found = [value for value in values if any(is_a(value, name) for name in types)]
    if not found:
        raise problem(at, "no value here is of the stated type")
    return found


def is_a(value: object, name: str) -> bool:
    """Whether a value is of a JSON type; true and false are no numbers."""
    return isinstance(value, _PYTHON[name]) and isinstance(value, bool) == (name == "boolean")


def _check_compiles(schema: Schema) -> None:
    """Let LLGuidance read the grammar, where it is installed: it knows best what it can do."""
    try:
        from llguidance import LLMatcher  # noqa: PLC0415 - not everybody has it
    except ImportError:
        return
    if error := LLMatcher.validate_grammar(grammar(schema)):
        reason = error.partition("JSON schema: ")[2].partition("\n   1 |")[0] or error
        raise problem("", " ".join(reason.split())[:200].rstrip("."), "mend patterns and bounds")


def longest(schema: Mapping[str, Any]) -> int:
    """The most bytes of UTF-8, and so the most tokens, of an answer without free white space.

    Raises:
        ValueError: the schema leaves something unbounded; a tight one leaves nothing.
    """
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    sizes: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in sizes:
            sizes[name] = _longest(definitions[name], of)
        return sizes[name]

    return _longest(schema, of)


def _longest(schema: Mapping[str, Any], of: Callable[[str], int]) -> int:
    match schema:
        case {"$ref": pointer}:
            return of(_name(pointer))
        case {"anyOf": options} | {"oneOf": options}:
            return max(_longest(option, of) for option in options)
        case {"const": value}:
            return _size(value)
        case {"enum": values}:
            return max(_size(value) for value in values)
        case {"type": [*types]}:
            return max(_longest({**schema, "type": name}, of) for name in types)
    return _longest_of_type(schema, of)


def _longest_of_type(schema: Mapping[str, Any], of: Callable[[str], int]) -> int:
    match schema:
        case {"type": "string", "maxLength": most}:
            # Four bytes a character, or six for a control character, as in \u001b.
            return (4 if schema.get("pattern") == user_limits.LINE else 6) * int(most) + 2
        case {"type": "array", "items": items, "maxItems": most}:
            return 2 + int(most) * (_longest(items, of) + 1)
        case {"type": "object", "properties": properties}:
            return 2 + sum(_size(key) + 2 + _longest(each, of) for key, each in properties.items())
        case {"type": "boolean" | "null"}:
            return 5
        case {"type": "integer"} | {"type": "number", "multipleOf": _}:
            return _digits(schema)
    raise ValueError(f"unbounded schema: {json.dumps(schema)}")


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _digits(schema: Mapping[str, Any]) -> int:
    """Sign, digits before the point, the point, and decimals."""
    bounds = [schema.get("minimum", schema.get("exclusiveMinimum"))]
    bounds.append(schema.get("maximum", schema.get("exclusiveMaximum")))
    if None in bounds:
        raise ValueError(f"unbounded schema: {json.dumps(schema)}")
    step = decimals(schema["multipleOf"]) if schema["type"] == "number" else 0
    # Python may write 5e-07 or 2.0 where the grammar writes 0.0000005 or 2.
    return 1 + max(len(str(int(abs(bound)))) for bound in bounds) + 1 + max(step, 1)
