"""Mends what a machine can mend: words, spelling, marks, spaces, numbers, the case of headings."""

from collections.abc import Iterable, Iterator

from copydesk.brief import Language
from copydesk.styles.check import hits, language_of
from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source, read_source
from copydesk.styles.style import Style

_MOST_PASSES = 8
_Counts = dict[str, int]


def fix(style: Style, markdown: str, language: Language | None = None) -> str:
    """A text with everything mended that needs no judgement.

    Mending twice changes nothing more. Code, addresses and link targets keep every byte. A rule
    that would never come to rest, or that would change what is code, is left out as a whole.
    """
    return fix_counted(style, markdown, language)[0]


def fix_counted(
    style: Style, markdown: str, language: Language | None = None
) -> tuple[str, _Counts]:
    """The mended text, and how often each rule mended something, by code."""
    spoken = language or language_of(style, markdown)
    source = read_source(markdown, spoken)
    left_out: set[str] = set()
    while True:
        mended, counts, restless = _to_rest(style.rules, source, left_out)
        if not restless:
            return mended.text, counts
        left_out |= restless


def _to_rest(rules: Rules, source: Source, left_out: set[str]) -> tuple[Source, _Counts, set[str]]:
    """Mend until nothing is left; else the rules that are to be left out in the next attempt."""
    first, counts = source, dict[str, int]()
    for _ in range(_MOST_PASSES):
        found = _mendable(rules, source, left_out)
        if not found:
            return source, counts, set()
        mended = read_source(apply(source.text, found), source.language)
        if mended.kept != first.kept:
            return source, counts, _harmful(source, found) or {hit.code for hit in found}
        for hit in found:
            counts[hit.code] = counts.get(hit.code, 0) + 1
        source = mended
    return source, counts, {hit.code for hit in _mendable(rules, source, left_out)}


def _harmful(source: Source, found: Iterable[Hit]) -> set[str]:
    """The rules whose mending alone would change what is masked."""
    by_code: dict[str, list[Hit]] = {}
    for hit in found:
        by_code.setdefault(hit.code, []).append(hit)
    return {
        code
        for code, its in by_code.items()
        if read_source(apply(source.text, its), source.language).kept != source.kept
    }


def _mendable(rules: Rules, source: Source, left_out: set[str]) -> list[Hit]:
    """What can be mended at once: hits with a replacement, none over another."""
    found = [h for h in hits(rules, source) if h.replacement is not None and h.code not in left_out]
    return list(_apart(sorted(found, key=lambda hit: (hit.start, hit.end))))


def _apart(found: list[Hit]) -> Iterator[Hit]:
    end, last = -1, -1
    for hit in found:
        # Two insertions in one place, or one where a replacement ends, wait for the next pass.
        if hit.start >= end and hit.start != last:
            yield hit
            end, last = hit.end, hit.start if hit.start == hit.end else -1


def apply(text: str, found: Iterable[Hit]) -> str:
    """Put the replacements in; the hits are in order and do not overlap."""
    parts, at = [], 0
    for hit in found:
        parts += [text[at : hit.start], hit.replacement or ""]
        at = hit.end
    return "".join([*parts, text[at:]])
