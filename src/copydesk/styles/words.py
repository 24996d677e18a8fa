"""Banned words, and words that the house says in another way."""

import re
from collections.abc import Iterator
from functools import lru_cache

from copydesk.styles.hit import Hit
from copydesk.styles.lexicon import Lexicon, fold
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source

_ARTICLE = re.compile(r"(?<![\w'’-])(an?)([ \t]+)$", re.IGNORECASE)
_SOUNDS_LIKE_VOWEL = re.compile(r"(?:[aeio]|u(?!ni|s[aeiu]|ti|bi)|hour|honest|heir|hono)", re.I)


def check_words(rules: Rules, source: Source) -> Iterator[Hit]:
    """Every banned word, and every word that has a preferred one."""
    taken: list[tuple[int, int]] = []
    preferred = rules.words.preferred
    if preferred:
        for found in _lexicon(tuple(preferred)).find(source.voice):
            taken.append((found.start, found.end))
            yield from _preferred(source, found.start, found.end, preferred[found.phrase])
    if rules.words.banned:
        # What a preferred word is for needs no second finding, and may be the way out of a ban.
        handled = {start for start, _ in taken}
        for found in _lexicon(rules.words.banned).find(source.voice):
            if found.start not in handled:
                said = " ".join(source.text[found.start : found.end].split())
                yield Hit(
                    start=found.start,
                    end=found.end,
                    code="banned",
                    message=f"{said!r} is a banned {'phrase' if ' ' in said else 'word'}.",
                    advice="say it in another way, or leave it out",
                )


@lru_cache(maxsize=16)
def _lexicon(phrases: tuple[str, ...]) -> Lexicon:
    return Lexicon(phrases)


def _preferred(source: Source, start: int, end: int, value: str) -> Iterator[Hit]:
    """A word that is said in another way here, with its case kept and its article set right."""
    said = source.masked[start:end]
    if _hyphenated(source.masked, start, end) or _is_part(source.masked, start, end, value):
        return
    written = keep_case(said, value)
    if fold(said) == fold(value) and (said in (value, written) or said.isupper()):
        return
    first, shown = _with_article(source.masked, start, said, written)
    yield Hit(
        start=start - len(first),
        end=end,
        code="preferred",
        message=f"The house does not say {' '.join(said.split())!r} here.",
        replacement=shown,
        advice=f"write {written!r}",
    )


def keep_case(said: str, value: str) -> str:
    """The preferred word, in capitals or with a capital as the other one was."""
    if not value.islower():
        return value
    letters = [c for c in said if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return value.upper()
    return value[0].upper() + value[1:] if said[0].isupper() else value


def _hyphenated(text: str, start: int, end: int) -> bool:
    """Whether the word is one half of a word with a hyphen, which is another word."""
    before = text[max(start - 2, 0) : start]
    after = text[end : end + 2]
    return bool(re.search(r"\w-$", before) or re.match(r"-\w", after))


def _is_part(text: str, start: int, end: int, value: str) -> bool:
    """Whether the preferred phrase stands here already and holds the word: app in mobile app."""
    said = fold(text[start:end])
    offset = fold(value).find(said)
    while offset >= 0:
        begin = start - offset
        if begin >= 0 and fold(text[begin : begin + len(value)]) == fold(value) != said:
            return True
        offset = fold(value).find(said, offset + 1)
    return False


def _with_article(text: str, start: int, said: str, written: str) -> tuple[str, str]:
    """The article before, if it has to change with the word, and the two together."""
    article = _ARTICLE.search(text, max(start - 6, 0), start)
    if article is None or not (said[0].isalpha() and written[0].isalpha()):
        return "", written
    vowel = bool(_SOUNDS_LIKE_VOWEL.match(written))
    if vowel == bool(_SOUNDS_LIKE_VOWEL.match(said)) or not written[0].isascii():
        return "", written
    right = article[1][0] + ("n" if vowel else "")
    return article[0], right + article[2] + written
