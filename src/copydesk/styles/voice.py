"""Who speaks, in which tense, with contractions or without."""

import re
from collections.abc import Iterator

from copydesk.prose.units import words
from copydesk.styles.hit import Hit
from copydesk.styles.rules import Rules
from copydesk.styles.source import Source

_FIRST = r"I|I['’](?:m|ve|ll|d)|me|my|mine|myself"
_WE = r"we|we['’](?:re|ve|ll|d)|us|our|ours|ourselves"
_YOU = r"you|you['’](?:re|ve|ll|d)|your|yours|yourself|yourselves"
_EDGE, _END = r"(?<![\w'’.-])", r"(?![\w-]|['’]\w|\.\w)"
_I = re.compile(rf"{_EDGE}(?:{_FIRST}){_END}")
_I_SMALL = re.compile(rf"{_EDGE}(?:Me|My|Mine|Myself){_END}")
_ALL_FIRST = re.compile(rf"{_EDGE}(?:{_FIRST}|(?i:{_WE})|M[ey]|Mine){_END}")
_READER = re.compile(rf"{_EDGE}(?:{_YOU}){_END}", re.IGNORECASE)
_I_ZH = re.compile(r"(?<!自)(?<!大)(?:我(?![国省市县军方行校院])(?!们)|本人|笔者)")
_ALL_FIRST_ZH = re.compile(r"(?<!自)(?:我们|咱们?|我(?![国省市县军方行校院])|本人|笔者)")
_READER_ZH = re.compile(r"[你您](?:们|的)?")
_ENOUGH = 150  # words or characters of a text that is to have a voice

_NOT = {
    "aren't": "are not", "can't": "cannot", "couldn't": "could not", "didn't": "did not",
    "doesn't": "does not", "don't": "do not", "hadn't": "had not", "hasn't": "has not",
    "haven't": "have not", "isn't": "is not", "mustn't": "must not", "needn't": "need not",
    "shouldn't": "should not", "wasn't": "was not", "weren't": "were not", "won't": "will not",
    "wouldn't": "would not", "i'm": "I am", "let's": "let us", "ain't": "is not",
}  # fmt: skip
_ENDINGS = {"re": "are", "ve": "have", "ll": "will"}
_CONTRACTED = re.compile(
    r"(?<![\w'’])(?:\w+n['’]t|(?:I|you|we|they|he|she|it|who|that|there|what)['’](?:m|re|ve|ll|d)"
    r"|let['’]s|(?:it|that|there|what|he|she|who|here|where|how)['’]s)(?![\w'’])",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?<![\w'’])(?:(?:do|does|did|is|are|was|were|has|have|had|would|should|could|will|can) ?not"
    r"|I am|(?:it|that|there|he|she) is|(?:you|we|they) (?:are|have|will))(?![\w'’])",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"(?<![\w'’])(?:am|is|are|has|have|does|do|says|goes|makes|takes|gets|comes"
    r"|isn['’]t|aren['’]t|doesn['’]t|don['’]t)(?![\w'’])",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?<![\w'’])(?:was|were|had|did|said|went|made|took|got|came|saw|knew|thought|told|gave"
    r"|found|left|felt|kept|began|stood|wasn['’]t|weren['’]t|didn['’]t"
    r"|[a-z]{2,}[^aeiou\W]ed)(?![\w'’])",
    re.IGNORECASE,
)


def check_voice(rules: Rules, source: Source) -> Iterator[Hit]:
    """Person, tense and contractions, outside quotations."""
    yield from _person(rules, source)
    if source.language == "en":
        yield from _tense(rules, source)
        yield from _contractions(rules, source)


def _person(rules: Rules, source: Source) -> Iterator[Hit]:
    person, zh = rules.voice.person, source.language == "zh"
    first, reader = (_ALL_FIRST_ZH, _READER_ZH) if zh else (_ALL_FIRST, _READER)
    if person == "third":
        yield from _forbidden(source, first, "The text speaks of itself", "name who does it")
        yield from _forbidden(source, reader, "The text speaks to the reader", "name who is meant")
    elif person == "second":
        for pattern in (_I_ZH,) if zh else (_I, _I_SMALL):
            yield from _forbidden(
                source, pattern, "The text speaks of its author", "speak to the reader"
            )
        yield from _absent(
            source, reader, "The text never speaks to the reader", "say 你" if zh else 'say "you"'
        )
    elif person == "first":
        yield from _absent(
            source,
            first,
            "Nobody speaks in this text",
            "say 我 or 我们" if zh else 'say "I" or "we"',
        )


def _forbidden(source: Source, pattern: re.Pattern[str], what: str, advice: str) -> Iterator[Hit]:
    for found in pattern.finditer(source.voice):
        yield Hit(
            start=found.start(),
            end=found.end(),
            code="person",
            message=f"{what}: {found[0]!r}.",
            advice=advice,
        )


def _absent(source: Source, pattern: re.Pattern[str], what: str, advice: str) -> Iterator[Hit]:
    enough = len(words(source.voice, source.language)) >= _ENOUGH
    if enough and source.blocks and not pattern.search(source.voice):
        at = source.blocks[0].start
        yield Hit(start=at, end=at + 1, code="person", message=f"{what}.", advice=advice)


def _tense(rules: Rules, source: Source) -> Iterator[Hit]:
    """Paragraphs whose commonest verbs are mostly in the other tense; verbs are not parsed."""
    wanted = rules.voice.tense
    if wanted == "any":
        return
    right, wrong = (_PAST, _PRESENT) if wanted == "past" else (_PRESENT, _PAST)
    for block in source.of_kind("paragraph"):
        text = source.voice[block.start : block.end]
        against, fitting = len(wrong.findall(text)), len(right.findall(text))
        if against >= 3 and against > 2 * fitting:
            yield Hit(
                start=block.start,
                end=block.end,
                code="tense",
                message=f"A paragraph is not in the {wanted} tense.",
                measured=f"{against} of {against + fitting} verbs looked at",
                advice=f"tell it in the {wanted} tense",
            )


def _contractions(rules: Rules, source: Source) -> Iterator[Hit]:
    wanted = rules.voice.contractions
    if wanted == "no":
        for found in _CONTRACTED.finditer(source.voice):
            yield Hit(
                start=found.start(),
                end=found.end(),
                code="contraction",
                message=f"{found[0]!r} is a contraction.",
                advice=_written_out(found[0]),
            )
    elif wanted == "yes":
        open_ones = list(_OPEN.finditer(source.voice))
        contracted = len(_CONTRACTED.findall(source.voice))
        if len(open_ones) >= 3 and len(open_ones) > contracted:
            first = open_ones[0]
            yield Hit(
                start=first.start(),
                end=first.end(),
                code="contraction",
                message=f"The text seldom contracts: {first[0]!r} is the first of many.",
                measured=f"{contracted} of {contracted + len(open_ones)}",
                advice="contract as people do when they speak: it's, don't, we're",
            )


def _written_out(said: str) -> str:
    """What a contraction stands for, where that is sure."""
    plain = said.replace("’", "'")
    stem, _, ending = plain.rpartition("'")
    full = _NOT.get(plain.lower()) or (f"{stem} {_ENDINGS[ending]}" if ending in _ENDINGS else "")
    if not full:
        return "write it out"
    full = full[0].upper() + full[1:] if said[0].isupper() else full
    return f"write {full!r}"
