"""How far a text lies from a set of texts in style, without a classifier.

Style is what a writer does without thinking of it: how often the small words come, how long the
sentences are, which marks stand between them. A profile holds mean and spread of these over the
reference texts; the distance of a text is the mean absolute z-score, J. Burrows' Delta ("'Delta':
a measure of stylistic difference", Literary and Linguistic Computing 17, 2002) over three families
that weigh the same. A text in the style of the reference lies at about 0.7.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev
from typing import Literal

from copydesk.brief import Language
from copydesk.errors import UsageProblem
from copydesk.prose.markdown import plain
from copydesk.prose.units import sentences, words

Family = Literal["words", "sentences", "marks"]
FAMILIES: tuple[Family, ...] = ("words", "sentences", "marks")

PIECE: dict[Language, int] = {"en": 400, "zh": 600}  # words or characters measured at a time
_FARTHEST = 5.0  # a single feature says no more than this

_WORDS: dict[Language, tuple[str, ...]] = {
    "en": tuple(
        word
        for line in (
            "the a an this that these those some any no every each all both either neither other",
            "i me my you your he him his she her it its we us our they them their who which what",
            "and but or nor so yet for because although though while if unless until when where",
            "of to in on at by with from into onto over under about after before between through",
            "during against without within among around up down out off as than like",
            "is are was were be been being am has have had do does did will would can could may",
            "might must shall should not n't never very too also only just even still then there",
            "here now again more most much many few how why however therefore such own same",
        )
        for word in line.split()
    ),
    "zh": tuple(
        "的了着过地得在是有不没也都就还才又再很太更最与和或及而但却虽因所以如若则被把将对从"
        "向到于由为给跟比让使这那哪些个们我你他她它自己谁什么怎吗呢吧啊呀嘛之其此者能会可要想应"
    ),
}
_MARKS: dict[Language, tuple[str, ...]] = {
    "en": (",", ".", ";", ":", "?", "!", "—–", "(", '“"', "-", "…", "’'"),
    "zh": ("，,", "。", "；;", "：:", "？?", "！!", "—", "（(", "“「", "、", "…", "《"),
}
_BOUNDS: dict[Language, tuple[int, ...]] = {
    "en": (5, 10, 15, 20, 25, 30, 40),
    "zh": (8, 16, 24, 32, 44, 60, 80),
}


@dataclass(frozen=True)
class Profile:
    """The style of a set of texts: for every feature its mean and its spread from piece to piece.

    Features are rates per word (words, marks) and shares of the sentences that have a certain
    length; `pieces` says over how many pieces of `PIECE` words they were measured.
    """

    language: Language
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    pieces: int


def profile(texts: Iterable[str], language: Language) -> Profile:
    """Measure the reference texts, Markdown; ten of them make a profile worth having.

    Raises:
        UsageProblem: there are no words in them.
    """
    pieces = [_features(piece, language) for text in texts for piece in _pieces(text, language)]
    if not pieces:
        raise UsageProblem(
            "There is no text to take a style from.", "give texts of a few hundred words each"
        )
    columns = list(zip(*pieces, strict=True))
    means = tuple(fmean(column) for column in columns)
    floors = _floors(means, language)
    spreads = tuple(max(pstdev(c), floor) for c, floor in zip(columns, floors, strict=True))
    return Profile(language, means, spreads, len(pieces))


def distance(reference: Profile, text: str) -> float:
    """How far a text lies from the reference: about 0.7 for one of its own, 5 at most.

    A text is measured piece by piece, so that long and short ones compare; one much shorter than a
    piece looks farther away than it is. A text without words lies at 5.
    """
    parts = distances(reference, text)
    return fmean(parts.values())


def distances(reference: Profile, text: str) -> dict[Family, float]:
    """The distance in each family, to see what makes it up."""
    scores = [
        _scores(reference, _features(piece, reference.language))
        for piece in _pieces(text, reference.language)
    ]
    if not scores:
        return dict.fromkeys(FAMILIES, _FARTHEST)
    return {family: fmean(score[family] for score in scores) for family in FAMILIES}


def _scores(reference: Profile, features: list[float]) -> dict[Family, float]:
    z = [
        min(abs(value - mean) / spread, _FARTHEST)
        for value, mean, spread in zip(features, reference.means, reference.spreads, strict=True)
    ]
    first = len(_WORDS[reference.language])
    second = first + len(_BOUNDS[reference.language]) + 1
    return {
        "words": fmean(z[:first]),
        "sentences": fmean(z[first:second]),
        "marks": fmean(z[second:]),
    }


def _pieces(text: str, language: Language) -> Iterator[list[str]]:
    """The sentences of a text in groups of about `PIECE` words; a short rest joins the last."""
    group: list[str] = []
    held: list[str] = []
    size = 0
    for sentence in sentences(plain(text), language):
        length = len(words(sentence, language))
        if length == 0:
            continue
        group.append(sentence)
        size += length
        if size >= PIECE[language]:
            if held:
                yield held
            held, group, size = group, [], 0
    if size * 2 < PIECE[language]:
        group = [*held, *group]
    elif held:
        yield held
    if group:
        yield group


def _features(piece: list[str], language: Language) -> list[float]:
    said = [_units(sentence, language) for sentence in piece]
    total = sum(map(len, said)) or 1
    counted = Counter(word for sentence in said for word in sentence)
    marks = Counter("".join(piece))
    return [
        *(counted[word] / total for word in _WORDS[language]),
        *_shares([len(sentence) for sentence in said], language),
        *(sum(marks[mark] for mark in kind) / total for kind in _MARKS[language]),
    ]


def _units(sentence: str, language: Language) -> list[str]:
    """Words in small letters; "don't" is "do" and "n't" by its last part alone."""
    said = [word.casefold().replace("’", "'") for word in words(sentence, language)]
    return ["n't" if word.endswith("n't") else word for word in said]


def _shares(lengths: list[int], language: Language) -> Iterator[float]:
    """Which part of the sentences falls between each two bounds."""
    low = 0
    for high in (*_BOUNDS[language], 10**9):
        yield sum(low < length <= high for length in lengths) / (len(lengths) or 1)
        low = high


def _floors(means: tuple[float, ...], language: Language) -> Iterator[float]:
    """The spread that chance alone gives a rate in a piece: no feature is surer than that."""
    first = len(_WORDS[language])
    second = first + len(_BOUNDS[language]) + 1
    for at, mean in enumerate(means):
        tries = PIECE[language] / (20 if first <= at < second else 1)  # sentences, or words
        yield sqrt(max(mean, 0.5 / tries) / tries)
