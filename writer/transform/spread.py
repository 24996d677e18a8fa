"""Lines of a wrapped paragraph joined into one text, and a new text spread over as many lines."""

import re
import unicodedata
from collections.abc import Sequence

# A line that begins so could be read as something else than a paragraph going on.
_UNSAFE = re.compile(r"(?:[-+*>#|=~<`:$\[\\]|\d{1,9}[.)])")
_PATIENCE = 60  # characters around the wanted place in which a break is looked for


def joined(lines: Sequence[str]) -> str:
    """Lines as one: a space between them, none where both sides are written without spaces."""
    text = lines[0]
    for line in lines[1:]:
        gap = "" if _wide(text[-1:]) and _wide(line[:1]) else " "
        text += gap + line
    return text


def spread(text: str, lines: Sequence[str]) -> list[str]:
    """A text over as many lines as there were, each about as long a share of it as before.

    Where there is no place to break, the last lines are empty.
    """
    total = sum(map(len, lines)) + len(lines) - 1
    parts: list[str] = []
    begin, before = 0, 0
    for line in lines[:-1]:
        before += len(line) + 1
        wanted = round(before / max(total, 1) * len(text))
        found = _nearest_break(text, wanted, begin + 1)
        if found is None:
            break
        parts.append(text[begin : found[0]])
        begin = found[1]
    parts.append(text[begin:])
    return parts + [""] * (len(lines) - len(parts))


def _nearest_break(text: str, wanted: int, first: int) -> tuple[int, int] | None:
    """The end of one line and the beginning of the next, as near to a place as can be."""
    for distance in range(_PATIENCE):
        for at in (wanted - distance, wanted + distance):
            if first <= at < len(text) and (found := _break_at(text, at)):
                return found
    return None


def _break_at(text: str, at: int) -> tuple[int, int] | None:
    """A break at a space, or after a full-width mark; None where a line could not begin."""
    if text[at] == " ":
        end, begin = at, at + 1
    elif _wide(text[at - 1]) and unicodedata.category(text[at - 1]) == "Po":
        end, begin = at, at
    else:
        return None
    rest = text[begin:]
    fine = rest and not rest[0].isspace() and not _UNSAFE.match(rest)
    return (end, begin) if fine and not text[end - 1].isspace() and text[end - 1] != "\\" else None


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
