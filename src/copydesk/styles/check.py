"""Holds a text against a house style: every rule that needs no model, in one pass."""

from collections.abc import Iterator

from copydesk.brief import Language, detect_language
from copydesk.findings import Finding
from copydesk.styles.chinese import check_chinese
from copydesk.styles.headings import check_headings
from copydesk.styles.hit import Family, Hit
from copydesk.styles.lengths import check_headings_length, check_lengths
from copydesk.styles.lexicon import common_words, fold
from copydesk.styles.marks import check_marks
from copydesk.styles.numbers import check_numbers
from copydesk.styles.own import check_own
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source, read_source
from copydesk.styles.spelling import check_spelling
from copydesk.styles.style import Style
from copydesk.styles.voice import check_voice
from copydesk.styles.words import check_words

_FAMILIES: tuple[Family, ...] = (
    check_words,
    check_spelling,
    check_own,
    check_chinese,
    check_marks,
    check_numbers,
    check_headings,
    check_headings_length,
    check_lengths,
    check_voice,
)
_READ = 20_000  # characters that a text's language is read off


def check(style: Style, markdown: str, language: Language | None = None) -> list[Finding]:
    """What of a text is against a style, in the text's order.

    Code, addresses, link targets and front matter are passed over; rules about wording pass over
    block quotes and quotations too. A finding's place is `line N, column M`, its code
    `style.banned` and the like.

    Args:
        language: of the text; the style's if not given, or read off the text.
    """
    source = read_source(markdown, language or language_of(style, markdown))
    return [hit.finding(source) for hit in sorted(hits(style.rules, source), key=_place)]


def hits(rules: Rules, source: Source) -> Iterator[Hit]:
    """What every family of rules finds, with what a machine would put in its place."""
    for family in _FAMILIES:
        yield from family(rules, source)


def language_of(style: Style, markdown: str) -> Language:
    """The language that a style is for, or else the text's own."""
    if style.rules.language != "any":
        return style.rules.language
    return detect_language(markdown[:_READ])


def bans(style: Style) -> tuple[str, ...]:
    """Phrases that a generator may be forbidden to write at all.

    The banned ones, and those with a preferred one that are safe to forbid: no single character or
    common word, none that differs from the preferred phrase by case alone or is part of it. Words
    that end in `*` have no one spelling and are left to the check.
    """
    banned = [phrase for phrase in style.rules.words.banned if not phrase.endswith("*")]
    swapped = [
        key
        for key, value in style.rules.words.preferred.items()
        if _is_safe(fold(key), fold(value))
    ]
    return tuple(dict.fromkeys([*banned, *swapped]))


def _is_safe(said: str, preferred: str) -> bool:
    return len(said) > 1 and said not in preferred and said not in common_words()


def _place(hit: Hit) -> tuple[int, int, str]:
    return hit.start, hit.end, hit.code
