"""Valid answers to our schemas, drawn at random: what a model under a grammar could say."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from copydesk.generate.protocol import Request

_LATIN = "abcdefghijklmnopqrstuvwxyzéü     ,.'-()%"
_HAN = "城市蜜蜂花带种植屋顶公园夏天孩子土壤，。：（）"


def random_answer(schema: Mapping[str, Any], rng: random.Random) -> Any:
    """An answer that the schema allows: alphabet, lengths, counts and bounds kept."""
    match schema:
        case {"enum": values}:
            return rng.choice(values)
        case {"type": "string"}:
            return random_line(schema, rng)
        case {"type": "array", "items": items, "minItems": fewest, "maxItems": most}:
            return [random_answer(items, rng) for _ in range(rng.randint(fewest, most))]
        case {"type": "object", "properties": properties}:
            return {key: random_answer(value, rng) for key, value in properties.items()}
        case {"minimum": least, "maximum": most}:
            return round(rng.uniform(least, most), rng.randint(0, 2))
    raise ValueError(f"no answer to {schema}")


def random_line(schema: Mapping[str, Any], rng: random.Random) -> str:
    """One text, as long as the schema allows half of the time."""
    shortest, longest = schema["minLength"], schema["maxLength"]
    length = longest if rng.random() < 0.5 else rng.randint(shortest, longest)
    han = r"\p{Han}" in schema["pattern"]
    start, rest = ("城市蜜9《", _HAN) if han else ("ABCXYZÉ7“$", _LATIN)
    return rng.choice(start) + "".join(rng.choice(rest) for _ in range(length - 1))


def answering(seed: int = 0) -> Callable[[Request], Any]:
    """A script for `Scripted`: objects where a schema is given, some sentences where none is."""
    rng = random.Random(seed)

    def answer(request: Request) -> Any:
        if request.schema is None:
            return "Bees nest in walls. They fly far. Nobody counts them yet."
        return random_answer(request.schema, rng)

    return answer


def is_valid(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether an answer keeps to a schema; alphabets are compared by their ASCII part."""
    match schema:
        case {"enum": values}:
            return value in values
        case {"type": "string", "minLength": shortest, "maxLength": longest}:
            return shortest <= len(value) <= longest and not re.search(r'[\n\t"*#{}|<>\\]', value)
        case {"type": "array", "items": items, "minItems": fewest, "maxItems": most}:
            return fewest <= len(value) <= most and all(is_valid(v, items) for v in value)
        case {"type": "object", "properties": properties}:
            return list(value) == list(properties) and all(
                is_valid(value[key], properties[key]) for key in properties
            )
        case {"minimum": least, "maximum": most}:
            return bool(least <= value <= most)
    raise ValueError(f"cannot check {schema}")
