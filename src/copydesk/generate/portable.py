"""Our schemas for engines that read another dialect of patterns than LLGuidance's.

LLGuidance knows Unicode classes such as `\\p{Han}`. Python's `re`, llama.cpp's grammars and most
servers do not, and several drop the lengths of a text that has a pattern: so classes are written
out, and lengths go into the pattern.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

# Blocks instead of scripts: the letters of European languages, and Chinese characters.
_CLASSES = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ʸḀ-ỿ",
    "Lu": "A-ZÀ-ÖØ-Þ",
    "Han": "々〇㐀-䶿一-鿿豈-龎",
    "Nd": "0-9",
}
# For checking, wider is right: what LLGuidance allows must pass. `Lu` is looked up in `_capitals`.
_WIDE = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ʸᴀ-ᶿḀ-ỿⁱⁿₐ-ₜⅠ-ↈⱠ-ⱿꜢ-ꟿꬰ-ꭤﬀ-ﬆＡ-Ｚａ-ｚ",
    "Han": "⺀-⿕々〇〡-〩〸-〻㐀-䶿一-鿿豈-龎\U00016ff0-\U00016ff1\U00020000-\U000323af",
    "Nd": r"\d",
}
_CLASS = re.compile(r"\\p\{(\w+)\}")
_START_REST = re.compile(r"\^(\[(?:[^\]\\]|\\.)+\])(\[(?:[^\]\\]|\\.)+\])\*\$")


def portable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as a server may understand it: no Unicode classes, lengths inside patterns."""
    plain = {key: _map(value, portable) for key, value in schema.items()}
    if isinstance(plain.get("pattern"), str):
        _bound(plain)
        try:
            plain["pattern"] = _written_out(plain["pattern"], _CLASSES)
        except KeyError:  # a class that nobody wrote out: the answer's check is enough
            plain.pop("pattern")
    values = plain.get("enum")
    if isinstance(values, list) and "type" not in plain and all(isinstance(v, str) for v in values):
        plain["type"] = "string"
    return plain


def readable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as a model reads it in a prompt: its patterns would only confuse it."""
    return {
        key: _map(value, readable)
        for key, value in schema.items()
        if key != "pattern" or not isinstance(value, str)
    }


def checking(pattern: str) -> re.Pattern[str] | None:
    """The pattern for Python's `re`; None where it cannot be expressed."""
    try:
        return re.compile(_written_out(pattern, {**_WIDE, "Lu": _capitals()}))
    except (re.error, KeyError):
        return None


def _map(value: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    """Change every schema inside a part of a schema."""
    if isinstance(value, Mapping):
        return change(value)
    return [_map(item, change) for item in value] if isinstance(value, list | tuple) else value


def _bound(schema: dict[str, Any]) -> None:
    """Put the lengths of a text into its pattern, if that is one start and any number of others."""
    found = _START_REST.fullmatch(schema["pattern"])
    longest, shortest = schema.get("maxLength"), schema.get("minLength", 1)
    if found and isinstance(longest, int) and longest >= 1:
        fewest = max(shortest - 1, 0)
        schema["pattern"] = f"^{found[1]}{found[2]}{{{fewest},{longest - 1}}}$"
        schema.pop("maxLength")
        schema.pop("minLength", None)


@cache
def _capitals() -> str:
    """Every upper-case letter that has a code of four digits."""
    letters = (chr(code) for code in range(0x10000))
    return "".join(letter for letter in letters if unicodedata.category(letter) == "Lu")


def _written_out(pattern: str, classes: Mapping[str, str]) -> str:
    return _CLASS.sub(lambda found: classes[found[1]], pattern)
