"""Everything that is checked in a text without a model and without a style: `check`."""

from copydesk.brief import Language
from copydesk.findings import Finding
from copydesk.prose.phrases import found
from copydesk.prose.readability import LONG, readability
from copydesk.prose.repetition import repetitions
from copydesk.prose.shape import shape
from copydesk.prose.units import count

UNITS: dict[Language, str] = {"en": "words", "zh": "characters"}

MACHINE: dict[Language, float] = {"en": 10.0, "zh": 12.0}  # phrases per 1,000 that are too many
_AT_LEAST = 5  # fewer phrases than this are chance
_EASE = 20.0  # Flesch; academic prose lies at 30
_LONG = 0.4  # share of long sentences
_RARE = 0.06  # share of rare Han characters
_ENOUGH = 100  # words or characters below which reading ease says nothing


def check(
    markdown: str, language: Language, *, length: int = 0, tolerance: float = 0.1
) -> list[Finding]:
    """Check a Markdown text: length, repetition, machine phrases, reading ease, form.

    Args:
        markdown: the text.
        language: its language.
        length: words (characters for Chinese) that were asked for; 0 for any.
        tolerance: how far off the length may be, as a share of it.

    Raises:
        TemplateProblem: the user's list of phrases cannot be read.
    """
    return [
        *check_length(markdown, language, length, tolerance),
        *repetitions(markdown, language),
        *check_phrases(markdown, language),
        *check_ease(markdown, language),
        *shape(markdown, language),
    ]


def check_length(
    markdown: str, language: Language, length: int, tolerance: float = 0.1
) -> list[Finding]:
    """Code `length` for a text off by more than the tolerance, `empty` for one without words."""
    written, unit = count(markdown, language), UNITS[language]
    if written == 0:
        return [Finding(code="empty", place="text", message="The text has no words.")]
    if not length or abs(written - length) <= tolerance * length:
        return []
    off = written - length
    more = "more" if off > 0 else "fewer"
    return [
        Finding(
            code="length",
            place="text",
            message=f"The text has {abs(off):,} {unit} {more} than the {length:,} asked for.",
            measured=f"{written:,}",
            allowed=f"{length:,} ± {tolerance:.0%}",
            fix=f"{'cut' if off > 0 else 'write'} about {abs(off):,} {unit}",
        )
    ]


def check_phrases(markdown: str, language: Language) -> list[Finding]:
    """Code `machine-phrases` for more of them than people write; the worst are named."""
    phrases = found(markdown, language)
    total, written = phrases.total(), count(markdown, language)
    per_thousand = 1000 * total / written if written else 0.0
    if total < _AT_LEAST or per_thousand <= MACHINE[language]:
        return []
    named = ", ".join(
        f"“{phrase}”" + (f" ×{times}" if times > 1 else "")
        for phrase, times in phrases.most_common(5)
    )
    return [
        Finding(
            code="machine-phrases",
            place="text",
            message=f"The text sounds like a machine: {named}.",
            measured=f"{per_thousand:.1f} per 1,000 {UNITS[language]}",
            allowed=f"{MACHINE[language]:.0f}",
            fix="say what is meant in plain words, or leave the phrase out",
        )
    ]


def check_ease(markdown: str, language: Language) -> list[Finding]:
    """Code `hard-to-read`: reading ease below 20, many long sentences, or rare characters."""
    ease = readability(markdown, language)
    if ease.words < _ENOUGH:
        return []
    if ease.long > _LONG:
        longest = f"{LONG[language]} {UNITS[language]}"
        return [
            _hard(
                f"Of the sentences, {ease.long:.0%} are longer than {longest}.",
                f"{ease.long:.0%}",
                f"{_LONG:.0%}",
                "make two sentences of one",
            )
        ]
    if language == "en" and ease.ease < _EASE:
        message = f"The text asks for {ease.grade:.0f} years of school (Flesch {ease.ease:.0f})."
        fix = "use shorter words and shorter sentences"
        return [_hard(message, f"{ease.ease:.0f}", f"{_EASE:.0f}", fix)]
    if ease.rare > _RARE:
        message = f"Of the characters, {ease.rare:.0%} are rare ones."
        return [_hard(message, f"{ease.rare:.0%}", f"{_RARE:.0%}", "use everyday words")]
    return []


def _hard(message: str, measured: str, allowed: str, fix: str) -> Finding:
    return Finding(
        code="hard-to-read",
        place="text",
        message=message,
        measured=measured,
        allowed=allowed,
        fix=fix,
    )
