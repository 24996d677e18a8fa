"""British and American spelling: a table of pairs, and rules for -ise and -ize."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source
from copydesk.styles.words import keep_case

_TABLE = Path(__file__).with_name("spelling.txt")
_WORD = re.compile(r"(?<![\w'’@#/.-])[A-Za-z]{4,}(?![\w@/]|\.\w)")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:…\n\r\ufffc“\"‘(—–]['\"”’)*_]*)[\s*_“\"‘'(\ufffc]*$")

# What -ise and -ize stand after in verbs that can be written either way …
_STEM = (
    r"(?:al|il|el|ol|an|en|in|on|ern|im|om|ym|um|ar|er|or|ur|at|et|it|ot|pt|ic|id|od|rd|nd"
    r"|g|iv|th|ph)"
)
_ENDING = r"(e|es|ed|er|ers|ing|able|ation|ations|ational)"
_ISE = re.compile(rf"([a-z]{{1,14}}{_STEM})is{_ENDING}", re.IGNORECASE)
_IZE = re.compile(rf"([a-z]{{1,14}}{_STEM})iz{_ENDING}", re.IGNORECASE)
# … and the words that look so and are not.
_NEVER_Z = re.compile(
    r"(?:un|com)?prom|treat|cer|val|den|pen|merchand|chrysal|\w*opol|prem|ven|mal|parl",
    re.IGNORECASE,
)


def check_spelling(rules: Rules, source: Source) -> Iterator[Hit]:
    """Words in the other spelling, outside quotations.

    A word with a capital inside a sentence or heading may be a name (Labour Party, Pearl Harbor)
    and is left alone.
    """
    wanted = rules.voice.spelling
    if wanted == "any":
        return
    for found in _WORD.finditer(source.voice):
        right = respell(found[0], wanted)
        if right == found[0] or _may_be_name(source.voice, found):
            continue
        yield Hit(
            start=found.start(),
            end=found.end(),
            code="spelling",
            message=f"{found[0]!r} is {'British' if wanted == 'us' else 'American'} spelling.",
            replacement=right,
        )


def respell(word: str, wanted: str) -> str:
    """A word in `us` or `uk` spelling; the word itself where there is no difference."""
    other = _pairs()[wanted].get(word.lower())
    if other:
        return keep_case(word, other)
    if wanted == "us":
        match = _ISE.fullmatch(word)
        if match and not _NEVER_Z.fullmatch(match[1]):
            return _swapped(word, match, "z")
    elif match := _IZE.fullmatch(word):
        return _swapped(word, match, "s")
    return word


def _swapped(word: str, match: re.Match[str], letter: str) -> str:
    at = match.start(2) - 1
    return word[:at] + (letter.upper() if word.isupper() else letter) + word[at + 1 :]


@lru_cache(maxsize=1)
def _pairs() -> dict[str, dict[str, str]]:
    """`us` and `uk`: from the other spelling to this one."""
    tables: dict[str, dict[str, str]] = {"us": {}, "uk": {}}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        british, american, *endings = line.removeprefix("+").split()
        for ending in ("", *endings):
            tables["us"][british + ending] = american + ending
            if not line.startswith("+"):
                tables["uk"][american + ending] = british + ending
    return tables


def _may_be_name(text: str, found: re.Match[str]) -> bool:
    word = found[0]
    if word.islower() or word.isupper():
        return False
    return not _SENTENCE_BEFORE.search(text[max(found.start() - 40, 0) : found.start()])
