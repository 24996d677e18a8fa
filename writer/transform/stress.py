"""Bold and italics that a model dropped, put back around the same words in the new text."""

import re
from collections.abc import Callable

from copydesk.writer.transform.verify import marks

_STRESSED = re.compile(r"(?<![*\\])(\*{1,3})(?=[^\s*])([^*\n]{1,80}?)(?<=[^\s*])\1(?!\*)")
_NUMBER = re.compile(r"\d[\d,.]*(?<![,.])[万亿]?")
_MOST = 4  # phrases in one piece; more are not worth asking for


def stressed(source: str, target: str, ask: Callable[[str], str]) -> str:
    """The target with the emphasis of the source, as far as its words can be found again.

    Args:
        ask: gives the new text for a phrase of the source.
    """
    phrases = _STRESSED.findall(source)
    if not phrases or len(phrases) > _MOST:
        return target
    bare = _STRESSED.sub(r"\2", target)
    for stars, phrase in phrases:
        found = _find(bare, ask(phrase)) or _find(bare, phrase) or _find(bare, _number(phrase))
        if found is None:
            return target
        begin, end = found
        bare = f"{bare[:begin]}{stars}{bare[begin:end]}{stars}{bare[end:]}"
    return bare if marks(bare) == marks(source) else target


def _find(text: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a text, once and not inside emphasis that is there already."""
    words = words.strip("*_ ")
    pattern = r"\s?".join(map(re.escape, "".join(words.split())))
    found = list(re.finditer(pattern, text, re.IGNORECASE)) if words else []
    if len(found) != 1:
        return None
    inside = text[: found[0].start()].count("*") % 2 == 1
    return None if inside else found[0].span()


def _number(phrase: str) -> str:
    found = _NUMBER.findall(phrase)
    return found[0] if len(found) == 1 else ""
