"""The limits in a user's schema, type by type: stated ones are checked, missing ones put in."""

import math
import re
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.generate.schema import Schema

TEXT, ITEMS, NUMBER, STEP = 400, 20, 10**9, 1e-6

# Patterns of texts that state none. DEL and U+0080 to U+009F are control characters as well.
LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
LINES = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"

# What LLGuidance holds a text to; other formats are left out, as JSON Schema allows.
FORMATS = (
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "uri",
    "uuid",
)

_MOST_CHARACTERS, _MOST_ITEMS, _MOST_NUMBER = 1_000_000, 100_000, 10**15
_MOST_DECIMALS = 12
_LONGEST_PATTERN = 2_000
# A Rust regular expression looks neither ahead nor behind, nor back at its groups.
_NO_REGEX = re.compile(r"\(\?<?[=!]|(?<!\\)(?:\\\\)*\\[1-9]|\(\?P[=>]")


def problem(at: str, reason: str, hint: str = "") -> UsageProblem:
    """A schema that cannot be used; `at` is a JSON pointer."""
    said = "".join(c if c.isprintable() else "?" for c in f"at #{at[-200:]}, {reason}")
    hint = hint or "docs/generating.md says what a schema may hold"
    return UsageProblem(f"The schema cannot be used: {said}.", hint)


def text(schema: Schema, at: str) -> Schema:
    """A string: its length bounded, its characters printable unless a pattern says otherwise."""
    fewest, most = _range(schema, at, ("minLength", "maxLength"), TEXT, _MOST_CHARACTERS)
    tight: Schema = {"type": "string"}
    tight |= {"minLength": fewest} if fewest else {}
    tight["maxLength"] = most
    lines = schema.get("x-multiline", False)
    if not isinstance(lines, bool):
        raise problem(f"{at}/x-multiline", "true or false belongs here")
    tight |= {"x-multiline": True} if lines else {}
    known = schema.get("format") if schema.get("format") in FORMATS else None
    tight |= {"format": known} if known else {}
    if "pattern" in schema:
        tight["pattern"] = _pattern(schema["pattern"], f"{at}/pattern")
    elif not known:
        tight["pattern"] = LINES if lines else LINE
    return tight


def integer(schema: Schema, at: str) -> Schema:
    """A whole number between two bounds, both allowed."""
    low, high, low_open, high_open = _bounds(schema, at)
    least = math.floor(low) + 1 if low_open else math.ceil(low)
    most = math.ceil(high) - 1 if high_open else math.floor(high)
    if least > most:
        raise problem(at, "no whole number lies between the bounds")
    tight: Schema = {"type": "integer", "minimum": least, "maximum": most}
    if "multipleOf" in schema:
        step = _step(schema, at)
        if step != int(step):
            raise problem(f"{at}/multipleOf", "a whole number belongs here")
        tight["multipleOf"] = int(step)
    return tight


def number(schema: Schema, at: str) -> Schema:
    """A number between two bounds. Without a step it might have decimals without end."""
    low, high, low_open, high_open = _bounds(schema, at)
    if low > high or (low == high and (low_open or high_open)):
        raise problem(at, "no number lies between the bounds")
    if low == high and "multipleOf" not in schema:
        return {"enum": [low]}  # as a range it may hold no multiple, by a rounding error
    return {
        "type": "number",
        "exclusiveMinimum" if low_open else "minimum": low,
        "exclusiveMaximum" if high_open else "maximum": high,
        "multipleOf": _step(schema, at) if "multipleOf" in schema else _fine(low, high),
    }


def items(schema: Schema, at: str) -> Schema:
    """How many items a list holds."""
    if schema.get("uniqueItems", False) is not False:
        hint = "leave it out: nothing stops a list from repeating itself while it is written"
        raise problem(f"{at}/uniqueItems", "this keyword is not supported", hint)
    fewest, most = _range(schema, at, ("minItems", "maxItems"), ITEMS, _MOST_ITEMS)
    return {**({"minItems": fewest} if fewest else {}), "maxItems": most}


def required(schema: Schema, at: str) -> list[str]:
    """The properties that must be there, in the order of `properties`: all, unless it is stated."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        raise problem(at, "an object must name its properties", 'add "properties"')
    if not isinstance(schema.get("additionalProperties", False), bool):
        hint = 'name each property under "properties"'
        raise problem(f"{at}/additionalProperties", "properties without names", hint)
    names = schema.get("required", list(properties))
    if not isinstance(names, list) or not all(
        isinstance(name, str) and name in properties for name in names
    ):
        raise problem(f"{at}/required", "a list of names under properties belongs here")
    return [name for name in properties if name in names]


def decimals(step: float) -> int:
    """How many decimals a multiple of `step` can have."""
    digits, _, exponent = repr(float(step)).partition("e")
    fraction = digits.partition(".")[2].rstrip("0")
    return max(0, len(fraction) - int(exponent or 0))


def _number_at(schema: Schema, key: str, at: str) -> Any:
    """A stated number, or None."""
    value = schema.get(key)
    if key in schema and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise problem(f"{at}/{key}", "a number belongs here")
    return value


def _range(
    schema: Schema, at: str, keys: tuple[str, str], default: int, limit: int
) -> tuple[int, int]:
    """Fewest and most of something: whole, not negative, the most no larger than `limit`."""
    for key in keys:
        value = _number_at(schema, key, at)
        if value is not None and (value < 0 or value != int(value)):
            raise problem(f"{at}/{key}", "a whole number from 0 on belongs here")
    fewest = int(schema.get(keys[0], 0))
    most = int(min(schema.get(keys[1], max(default, fewest)), limit))
    if fewest > most:
        raise problem(f"{at}/{keys[0]}", f"this is more than the {most:,} that are allowed")
    return fewest, most


def _bounds(schema: Schema, at: str) -> tuple[float, float, bool, bool]:
    """Lower and upper bound, and whether each of them is itself left out."""
    floor, above = (_number_at(schema, key, at) for key in ("minimum", "exclusiveMinimum"))
    roof, below = (_number_at(schema, key, at) for key in ("maximum", "exclusiveMaximum"))
    lows = [value for value in (floor, above) if value is not None]
    highs = [value for value in (roof, below) if value is not None]
    low, high = max(lows, default=-NUMBER), min(highs, default=NUMBER)
    if low >= high:  # a bound that was put in must leave room beside the one that was stated
        low, high = (low if lows else high - NUMBER), (high if highs else low + NUMBER)
    low_open, high_open = low == above, high == below
    if low > _MOST_NUMBER or high < -_MOST_NUMBER:
        raise problem(at, "numbers this large are not supported")
    if low < -_MOST_NUMBER:
        low, low_open = -_MOST_NUMBER, False
    if high > _MOST_NUMBER:
        high, high_open = _MOST_NUMBER, False
    return low, high, low_open, high_open


def _step(schema: Schema, at: str) -> float:
    step: float = _number_at(schema, "multipleOf", at)
    if step <= 0 or step > _MOST_NUMBER or decimals(step) > _MOST_DECIMALS:
        raise problem(f"{at}/multipleOf", "a number above 0 with at most 12 decimals belongs here")
    return step


def _fine(low: float, high: float) -> float:
    """Six decimals, or more where the bounds are close together."""
    if high - low >= 1e-3:
        return STEP
    return float(f"1e{max(math.floor(math.log10(high - low)) - 3, -_MOST_DECIMALS)}")


def _pattern(pattern: object, at: str) -> str:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_PATTERN:
        raise problem(at, "a regular expression of at most 2,000 characters belongs here")
    if _NO_REGEX.search(pattern):
        hint = r"say it without (?=…), (?!…), (?<…) and \1"
        raise problem(at, "looking around and back is not supported in a pattern", hint)
    return pattern
