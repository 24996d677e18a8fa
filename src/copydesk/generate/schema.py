"""Tight JSON schemas: every text and list bounded, no free whitespace, one alphabet per language.

A grammar made from such a schema ends by itself, so the longest answer can be computed before the
first token; and what cannot be written (markup, line breaks, another script) need not be cleaned.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from copydesk.brief import Language

Schema = dict[str, Any]

# Rust regex classes, as LLGuidance reads them. Markup characters are left out on purpose: a slide
# or heading has no use for asterisks, hashes, braces, pipes or straight double quotes.
_MARKS = r" ,.;:!?'’‘“”()/&%$€£¥+\-–—=°"
_LATIN = rf"[\p{{Latin}}\p{{Nd}}{_MARKS}]"
_LATIN_START = r"[\p{Lu}\p{Nd}“$€£]"
_CJK_MARKS = "，。、；：！？（）《》…·"
_HAN = rf"[\p{{Han}}\p{{Latin}}\p{{Nd}}{_CJK_MARKS}{_MARKS}]"
_HAN_START = r"[\p{Han}\p{Nd}“《]"


def text(longest: int, *, shortest: int = 2, language: Language = "en") -> Schema:
    """One line of plain text of `shortest` to `longest` characters in the language's alphabet."""
    start, rest = (_HAN_START, _HAN) if language == "zh" else (_LATIN_START, _LATIN)
    pattern = f"^{start}{rest}*$"
    return {"type": "string", "pattern": pattern, "minLength": shortest, "maxLength": longest}


def array(items: Schema, fewest: int, most: int) -> Schema:
    """A list of `fewest` to `most` items."""
    return {"type": "array", "items": items, "minItems": fewest, "maxItems": most}


def number(least: float, most: float) -> Schema:
    """A number between two bounds, both allowed, in hundredths.

    Without a step the grammar allows decimals without end.
    """
    return {"type": "number", "minimum": least, "maximum": most, "multipleOf": 0.01}


def choice(*values: str) -> Schema:
    """One of the given strings."""
    return {"enum": list(values)}


def record(**properties: Schema) -> Schema:
    """An object with exactly these properties, written in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def grammar(schema: Mapping[str, Any]) -> str:
    """The schema as an LLGuidance grammar without free whitespace."""
    rigid = {**lengths_in_patterns(schema), "x-guidance": {"whitespace_flexible": False}}
    return "%llguidance {}\nstart: %json " + json.dumps(rigid, ensure_ascii=False)


_CLASS = r"\[(?:[^\]\\]|\\.)+\]"
_REPEATED = re.compile(rf"\^({_CLASS})?({_CLASS})\*\$")


def lengths_in_patterns(schema: Mapping[str, Any]) -> Schema:
    """The schema with the lengths of its texts written into their patterns, where that is simple.

    LLGuidance gives up on a pattern beside a `minLength` of some fifty and more ("unable to
    determine if regex is empty"), other grammars drop such lengths. A pattern that says how often
    is compiled at any length.
    """
    inside = {key: _in_each(value, lengths_in_patterns) for key, value in schema.items()}
    pattern, most = inside.get("pattern"), inside.get("maxLength")
    found = _REPEATED.fullmatch(pattern) if isinstance(pattern, str) else None
    if found is None or not isinstance(most, int):
        return inside
    first, rest = found[1] or "", found[2]
    taken = 1 if first else 0
    fewest = max(inside.get("minLength", taken) - taken, 0)
    bounded = {**inside, "pattern": f"^{first}{rest}{{{fewest},{max(most - taken, fewest)}}}$"}
    return {key: bounded[key] for key in bounded if key not in ("minLength", "maxLength")}


def _in_each(value: Any, change: Callable[[Mapping[str, Any]], Schema]) -> Any:
    """Change every schema inside a part of a schema."""
    if isinstance(value, Mapping):
        return change(value)
    return [_in_each(item, change) for item in value] if isinstance(value, list) else value


def longest_answer(schema: Mapping[str, Any]) -> int:
    """The most tokens that an answer under this schema can take.

    A token is at least one byte and a character at most four (rare Han, in UTF-8), so no answer
    that the grammar allows is ever cut.

    Raises:
        ValueError: the schema leaves a text, number or list unbounded.
    """
    match schema:
        case {"enum": values}:
            return max(len(json.dumps(value, ensure_ascii=False).encode()) for value in values)
        case {"type": "string", "maxLength": longest}:
            return 4 * int(longest) + 2
        case {"type": "array", "items": items, "maxItems": most}:
            return 2 + int(most) * (longest_answer(items) + 1)
        case {"type": "object", "properties": properties}:
            return 2 + sum(len(k.encode()) + 4 + longest_answer(v) for k, v in properties.items())
        case {"type": "number", "minimum": least, "maximum": most, "multipleOf": 0.01}:
            return max(len(str(int(bound))) for bound in (least, most)) + len("-.00")
    raise ValueError(f"unbounded schema: {json.dumps(schema)}")


# Words that leave the reader waiting when a line is cut after them.
_DANGLING = re.compile(
    r"(an?|and|as|at|but|by|for|from|in|into|is|of|on|or|such|that|the|their|to|which|with)"
)

# Where a line can be cut: a Latin mark counts before a space only, for 3.14 and 1,200 are one word.
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？]")
_CLAUSE = re.compile(r"[;:,](?=\s)|[，；：、]")


# A grammar ends a text where the next token would cross its limit, some characters before it.
_TOKEN, _HAN_TOKEN = 6, 2


def _without_tail(line: str) -> str:
    """A line without the sentence begun at its end, where one stands whole before it."""
    if line.endswith((".", "!", "?", "。", "！", "？", "”", ")", "）")):
        return line
    ends = [match.end() for match in _SENTENCE.finditer(line)]
    return line[: ends[-1]] if ends and ends[-1] >= len(line) * 0.4 else line


def tidy(value: Any, schema: Mapping[str, Any]) -> Any:
    """Mend every text of an answer: white space, half a pair of quotes, a line cut at its limit."""
    if isinstance(value, str) and "maxLength" in schema:
        cut = len(value) >= schema["maxLength"]
        clean = " ".join(_paired(value).split())
        if cut:
            return trim_words(clean, schema["maxLength"])
        if len(value) >= schema["maxLength"] - (_TOKEN if " " in clean else _HAN_TOKEN):
            clean = _without_tail(clean)
        return clean.rstrip(" ,;:，；：、")
    if isinstance(value, list):
        return [tidy(item, schema["items"]) for item in value]
    if isinstance(value, dict):
        return {key: tidy(item, schema["properties"][key]) for key, item in value.items()}
    return value


def texts(value: Any) -> Iterator[str]:
    """Every text inside an answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def cut_lines(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether some text of an answer was stopped by its limit in the middle of a sentence."""
    if isinstance(value, str) and "maxLength" in schema:
        full = len(value) >= schema["maxLength"]
        return full and not _SENTENCE.search(value[len(value) // 2 :])
    if isinstance(value, list):
        return any(cut_lines(item, schema["items"]) for item in value)
    if isinstance(value, dict):
        return any(cut_lines(item, schema["properties"][key]) for key, item in value.items())
    return False


def _paired(line: str) -> str:
    """Drop quotes and brackets of which only one half is there."""
    for pair in ("“”", "（）", "()", "《》"):
        if line.count(pair[0]) != line.count(pair[1]):
            line = line.replace(pair[0], "").replace(pair[1], "")
    return line


# Where an English sentence can be broken off without leaving half a thought behind.
_JOINT = re.compile(r",? (?:and|because|but|by|for|if|or|so|to|when|which|while|with) ")


def trim_words(line: str, longest: int) -> str:
    """Shorten a line that may be cut mid-word to whole words that can end a line.

    Chinese is cut after its last clause, since it has no spaces to cut at.
    """
    line = line[:longest]
    if line.endswith((".", "!", "?", "。", "！", "？", "”", ")", "）")):
        return line
    for clause, share in ((_SENTENCE, 0.6), (_JOINT, 0.5), (_CLAUSE, 0.6)):
        end = max((match.start() for match in clause.finditer(line)), default=0)
        if end >= longest * share:
            return line[:end].rstrip(" ,;:，；：、")
    words = line.split(" ")[:-1] or [line]
    while len(words) > 1 and _DANGLING.fullmatch(words[-1].lower().strip(",;:")):
        words.pop()
    return " ".join(words).rstrip(" ,;:-–—(“")
