"""What CommonMark does not know (front matter, footnotes, math, containers) made plain to a parser.

Each line stays one line, so that what is found on it is found on the source's line too.
"""

import re
from collections.abc import Sequence

_FENCE = re.compile(r"^(?:\s|>|[-*+]\s)*(`{3,}|~{3,})")
_FOOTNOTE = re.compile(r"^( {0,3})\[\^[^\]\s]+\]:[ \t]*(?=\S)")
_INDENTED = re.compile(r"^(?: {4}|\t)(?=.*\S)")
_CONTAINER = re.compile(r"^\s*(?::::*|!!!|\?\?\?|\[TOC\]|\[\[_TOC_\]\]|\{%.*%\})")
_FRONT = {"---": ("---", "..."), "+++": ("+++",)}
_LONGEST_FRONT, _LONGEST_MATH = 500, 100  # lines
_NOTHING = "<!-- -->"


def disguised(lines: Sequence[str]) -> list[str]:
    """The lines as a parser of CommonMark should see them: as many, in the same order."""
    shown = list(lines)
    number = _hide_front_matter(shown)
    fence, footnote = "", False
    while number < len(shown):
        line = shown[number]
        fenced = _FENCE.match(line)
        if fence or fenced:
            fence, footnote = _next_fence(fence, fenced, line), False
        elif _hide_math(shown, number):
            footnote = False
        elif found := _FOOTNOTE.match(line):
            shown[number], footnote = f"{found[1]}- {line[found.end() :]}", True
        elif footnote and _INDENTED.match(line):
            shown[number] = "  " + line[1 if line[0] == "\t" else 4 :]
        elif line.strip():
            footnote = footnote and bool(shown[number - 1].strip())
            if _CONTAINER.match(line):
                shown[number] = _hidden(line)
        number += 1
    return shown


def _next_fence(fence: str, found: re.Match[str] | None, line: str) -> str:
    """The fence that is open after a line."""
    if not fence:
        return found[1] if found else ""
    closes = found and found[1].startswith(fence) and not line[found.end() :].strip()
    return "" if closes else fence


def _hide_front_matter(shown: list[str]) -> int:
    """Hide YAML or TOML at the very top; returns the number of the first line after it."""
    closers = _FRONT.get(shown[0].rstrip().removeprefix("\ufeff"))
    if closers is None:
        return 0
    for number, line in enumerate(shown[1:_LONGEST_FRONT], 1):
        if line.rstrip() in closers:
            shown[: number + 1] = [_NOTHING] * (number + 1)
            return number + 1
    return 0


def _hide_math(shown: list[str], number: int) -> bool:
    """Hide a block between lines of two dollars."""
    if shown[number].strip() != "$$":
        return False
    for last in range(number + 1, min(number + _LONGEST_MATH, len(shown))):
        if shown[last].strip() == "$$":
            shown[number : last + 1] = [_hidden(line) for line in shown[number : last + 1]]
            return True
    return False


def _hidden(line: str) -> str:
    """A comment at the line's indentation, so that a list that it stands in goes on."""
    return line[: len(line) - len(line.lstrip())] + _NOTHING
