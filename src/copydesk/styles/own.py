"""The rules of a user's own: regular expressions, line by line."""

import re
from collections.abc import Iterator

from copydesk.styles.hit import Hit
from copydesk.styles.patterns import Clock, compile_pattern, find_all
from copydesk.styles.rules import Pattern, Rules
from copydesk.styles.source import MASKS, Block, Source

_SHORT = 400  # characters; a longer line is looked at in pieces


def check_own(rules: Rules, source: Source) -> Iterator[Hit]:
    """Every match of every pattern; one that takes too long is stopped and says so."""
    for rule in rules.patterns:
        yield from _matches(rule, source)


def _matches(rule: Pattern, source: Source) -> Iterator[Hit]:
    clock, compiled = Clock(), compile_pattern(rule.pattern)
    for block in source.blocks:
        at = block.start
        for line in source.masked[block.start : block.end].splitlines(keepends=True):
            said = line.rstrip("\r\n")
            if len(said) > _SHORT or compiled.search(said):
                for found in find_all(rule.pattern, said, clock):
                    yield from _hit(rule, found, at)
            at += len(line)
        if clock.spent:
            yield _slow(rule, block)
            return


def _hit(rule: Pattern, found: re.Match[str], offset: int) -> Iterator[Hit]:
    """One match; what holds masked text, which is code or an address, is not mended."""
    replacement = found.expand(rule.replace) if rule.replace is not None else None
    if replacement == found[0] or not found[0].strip(MASKS):
        return
    if replacement is not None and set(found[0]) & set(MASKS):
        replacement = None
    yield Hit(
        start=offset + found.start(),
        end=offset + found.end(),
        code=rule.code,
        message=rule.message,
        measured=found[0].strip(MASKS)[:60],
        replacement=replacement,
    )


def _slow(rule: Pattern, block: Block) -> Hit:
    return Hit(
        start=block.start,
        end=block.end,
        code="slow-pattern",
        message=f"The pattern {rule.pattern[:60]!r} takes too long; it was stopped here.",
        advice="make the pattern simpler",
    )
