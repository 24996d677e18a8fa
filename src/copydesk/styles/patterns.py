"""Regular expressions that a user wrote: refused when they could run for ever, run in bounds."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LONGEST_PATTERN = 4_000
_MOST_LONG_REPEATS = 3
_LONG = 20  # a repeat that may match more often than this counts as long
# Characters looked at in one piece, by the number of long repeats in a row: each of them is one
# more power of the piece's length in the worst case.
_PIECE = (2_000, 2_000, 400, 200)
_SECONDS = 5.0  # for one pattern over one text
_SPACES = (" ", r"\s", "[ ]", r"[ \t]")
_QUANTIFIER = re.compile(r"([*+?]|\{(\d*)(,?)(\d*)\})([?+]?)")


class PatternProblem(ValueError):
    """A pattern is no regular expression, or not one that is sure to end soon."""


@dataclass
class _Group:
    """What is known of a group while it is read: repeats in it, in a row, over its branches."""

    harmless: bool = False  # white space after something else: its repeat has one way to match
    repeats: bool = False
    branches: bool = False
    long: int = 0
    longest: int = 0

    def close_branch(self) -> None:
        self.longest = max(self.longest, self.long)
        self.long = 0


@lru_cache(maxsize=2_000)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a user's pattern; `^` and `$` are the ends of a line.

    Raises:
        PatternProblem: it is too long, no regular expression, matches nothing at all, or repeats
            what repeats itself, as `(a+)+` does, which can take for ever.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise PatternProblem(f"is longer than {LONGEST_PATTERN:,} characters")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        raise PatternProblem(f"is no regular expression: {error}") from None
    if compiled.fullmatch(""):
        raise PatternProblem("matches where there is nothing")
    if long_repeats(pattern) > _MOST_LONG_REPEATS:
        raise PatternProblem(f"has more than {_MOST_LONG_REPEATS} open repeats (*, +) in a row")
    return compiled


def long_repeats(pattern: str) -> int:
    """The most long repeats that stand in a row in one alternative.

    Raises:
        PatternProblem: a repeat holds another repeat or alternatives.
    """
    stack, last, at, spaced = [_Group()], _Group(), 0, False
    while at < len(pattern):
        group, character = stack[-1], pattern[at]
        quantifier = _QUANTIFIER.match(pattern, at)
        if quantifier and quantifier[0] not in ("{}", "{,}"):
            _repeat(group, last, *_bounds(quantifier))
            last, at = _Group(), quantifier.end()
        elif character == "(":
            stack.append(_Group())
            at = _skip_kind(pattern, at + 1)
        elif character == ")" and len(stack) > 1:
            last = stack.pop()
            last.close_branch()
            _take_in(stack[-1], last)
            at += 1
        elif character == "|":
            group.branches = True
            group.close_branch()
            at += 1
        else:
            start, at = at, _skip_one(pattern, at)
            space = pattern[start:at] in _SPACES
            last, spaced = _Group(harmless=space and not spaced), space
    stack[0].close_branch()
    return stack[0].longest


def find_all(pattern: str, line: str, clock: "Clock") -> Iterator[re.Match[str]]:
    """Every match in a line, which is looked at in pieces when it is very long."""
    compiled = compile_pattern(pattern)
    size = _PIECE[min(long_repeats(pattern), len(_PIECE) - 1)]
    if len(line) <= size:
        yield from _timed(compiled.finditer(line), clock)
        return
    start = 0
    while start < len(line) and not clock.spent:
        end = _cut(line, start, size)
        yield from _timed(compiled.finditer(line, start, end), clock)
        start = end


class Clock:
    """The time that one pattern may take over one text."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._left = seconds

    @property
    def spent(self) -> bool:
        """Whether the pattern has had its time."""
        return self._left <= 0

    def charge(self, seconds: float) -> None:
        """Take time off."""
        self._left -= seconds


def _timed(matches: Iterator[re.Match[str]], clock: Clock) -> Iterator[re.Match[str]]:
    while not clock.spent:
        begun = time.perf_counter()
        match = next(matches, None)
        clock.charge(time.perf_counter() - begun)
        if match is None:
            return
        if match.end() > match.start():
            yield match


def _cut(line: str, start: int, size: int) -> int:
    """Where a piece ends: after a sentence or a space, if there is one in its second half."""
    end = min(start + size, len(line))
    if end == len(line):
        return end
    for mark in (". ", "。", " "):
        found = line.rfind(mark, start + size // 2, end)
        if found >= 0:
            return found + len(mark)
    return end


def _bounds(quantifier: re.Match[str]) -> tuple[int, int]:
    """The least and the most of a quantifier."""
    kind, low, comma, high, _ = quantifier.groups()
    if kind in "*+?":
        return (1 if kind == "+" else 0), (1 if kind == "?" else 10**6)
    least = int(low[:6] or 0)
    return least, (int(high[:6]) if high else 10**6) if comma else least


def _repeat(group: _Group, last: _Group, least: int, most: int) -> None:
    """Count a quantifier that stands after `last`, a closed group or a single character."""
    if most > 1 and (last.repeats or last.branches):
        raise PatternProblem(
            "repeats a group that holds repeats or alternatives, which can take for ever"
        )
    if most != least:
        group.repeats = True
    if most > _LONG and most != least and not last.harmless:
        group.long += 1


def _take_in(group: _Group, closed: _Group) -> None:
    group.repeats |= closed.repeats
    group.branches |= closed.branches
    group.long += closed.longest


def _skip_kind(pattern: str, at: int) -> int:
    """Past the `?:`, `?=`, `?P<name>` and the like that a group begins with."""
    kind = re.compile(r"\?(?:P?<[^=!>][^>]*>|<?[=!]|P[=>]|[a-zA-Z-]*:|>|#)").match(pattern, at)
    return kind.end() if kind else at


def _skip_one(pattern: str, at: int) -> int:
    """Past one character, escape or set."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    end = at + 2 if pattern[at + 1 : at + 2] == "^" else at + 1
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1
