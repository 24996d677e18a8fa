"""How hard a text is to read, by formulas that need nothing but its words and sentences.

English: Flesch's reading ease, R. Flesch, "A new readability yardstick", Journal of Applied
Psychology 32 (1948), and the grade of J. P. Kincaid et al., Research Branch Report 8-75 (1975).
Chinese has no formula of that standing; what is given are the measures that such formulas agree
on: mean length of sentences, the share of long ones, and the share of rare characters, which are
those that occur outside the first level of GB 2312 (the 3,755 characters of everyday use).
"""

import re
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.prose.markdown import plain
from copydesk.prose.scripts import HAN
from copydesk.prose.units import sentences, words

LONG: dict[Language, int] = {"en": 35, "zh": 60}  # words or characters of a long sentence

_HAN = re.compile(f"[{HAN}]")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouycgszxh]es|[aeiouy]les|[^aeiouydt]ed|[^laeiouy]e|[aeiouy]le)$"  # made, styles
    r"|(?<=[a-z])some(?=[a-z])|^some(?=[twdh])|^ever(?=y)|^busi(?=n)"  # something, every
)
_SPLIT = re.compile(
    r"(?<![tcsgx])i[aou]|(?<!q)u(?=al|at)|eo(?=[nls]|$)|ea$|[aeiou](?=ing)|oe(?=[mt])"
    r"|(?<=r)ea(?=t[eio])|(?<=sc)ie|(?<=[dq])ie(?=[nt])|(?<=er)ie(?=n)|(?<=qu)ie|(?<=[ac][cr])ie(?=t)|(?<=oc)ie(?=t)"
)
_SHORT = 3


@dataclass(frozen=True)
class Readability:
    """How hard a text is to read.

    Attributes:
        words: words, or characters for Chinese.
        sentence: mean length of a sentence, in words or characters.
        long: share of sentences longer than `LONG`, 0 to 1.
        ease: Flesch's reading ease; 100 is very easy, 0 very hard; 0 for Chinese.
        grade: years of school an English text asks for; 0 for Chinese.
        rare: share of rare characters, 0 to 1; 0 for English.
    """

    words: int
    sentence: float
    long: float
    ease: float = 0.0
    grade: float = 0.0
    rare: float = 0.0


def readability(markdown: str, language: Language) -> Readability:
    """Measure the running text; a text without words is all zeros."""
    lengths, syllable_count, rare, han = [], 0, 0, 0
    for sentence in sentences(plain(markdown), language):
        said = words(sentence, language)
        if not said:
            continue
        lengths.append(len(said))
        if language == "en":
            syllable_count += sum(map(syllables, said))
        else:
            characters = _HAN.findall(sentence)
            han += len(characters)
            rare += sum(map(is_rare, characters))
    if not lengths:
        return Readability(0, 0.0, 0.0)
    total = sum(lengths)
    mean = total / len(lengths)
    long = sum(length > LONG[language] for length in lengths) / len(lengths)
    if language == "zh":
        return Readability(total, mean, long, rare=rare / han if han else 0.0)
    per_word = syllable_count / total
    ease = 206.835 - 1.015 * mean - 84.6 * per_word
    return Readability(total, mean, long, ease, 0.39 * mean + 11.8 * per_word - 15.59)


def syllables(word: str) -> int:
    """Syllables of an English word, estimated from its letters; one at least."""
    word = word.casefold().split("'")[0].split("’")[0]
    if len(word) <= _SHORT:
        return 1
    heard = len(_VOWELS.findall(word)) + len(_SPLIT.findall(word))
    return max(1, heard - len(_SILENT.findall(word)))


def is_rare(character: str) -> bool:
    """Whether a Han character lies outside the first level of GB 2312, rows 16 to 55."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return code[0] >= 0xD8
