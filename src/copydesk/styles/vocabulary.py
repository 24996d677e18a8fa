"""The words a house reaches for: what it says more often than others do, in many of its texts."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from copydesk.brief import Language
from copydesk.prose.scripts import HAN
from copydesk.prose.units import words

_MILLION = 1_000_000
_COMMON = {"en": 900.0, "zh": 2_000.0}  # per million: words that every text is made of
_UNLISTED = {"en": 15.0, "zh": 40.0}  # per million, for what the table does not hold
_FEWEST_CASES = 5
_LOOKED_AT = 2_000  # sequences of characters that are compared with one another
_HAN_RUN = re.compile(f"[{HAN}]+")
_PRONOUNS = frozenset(["us", "ours", "yours", "theirs", "mine", "myself", "yourself"])
_LATIN_WORD = re.compile(r"[a-z][a-z-]*[a-z]")
# A Han sequence that begins or ends so is no word of its own.
_LOOSE = frozenset(
    "的了着过是在和与也就都而及之其这那我你他她它们一不有为上下中里到说要会能可把被让给从"
    "对将以于但或更最很还又再只才已所每个种些时后前年月日来去得地吗呢吧啊么什"
)


@dataclass(frozen=True)
class Term:
    """A characteristic word.

    Attributes:
        score: standard deviations above what general text would say (weighted log-odds).
        count: cases in the corpus.
        posts: how many texts use it.
    """

    word: str
    score: float
    count: int
    posts: int


def characteristic(texts: Sequence[str], language: Language, most: int = 60) -> tuple[Term, ...]:
    """The words (for Chinese, sequences of two to four characters) that tell this corpus apart.

    Log-odds with an informative Dirichlet prior, divided by their standard deviation (Monroe,
    Colaresi & Quinn 2008, "Fightin' Words"), against a small table of general frequencies. A word
    counts when a twentieth of the texts use it, and no fewer than three; names are left out.

    Args:
        texts: running text without markup.
    """
    counts, posts = _counts(texts, language)
    fewest = min(max(3, len(texts) // 20), len(texts))
    total = sum(counts.values())
    terms = [
        Term(word, round(_log_odds(count, total, word, language), 2), count, posts[word])
        for word, count in counts.items()
        if count >= _FEWEST_CASES
        and posts[word] >= fewest
        and background(language).get(word, 0) < _COMMON[language]
    ]
    terms.sort(key=lambda term: (-term.score, term.word))
    kept = _whole(terms[:_LOOKED_AT]) if language == "zh" else terms
    return tuple(term for term in kept[:most] if term.score > 2)


def _log_odds(count: int, total: int, word: str, language: Language) -> float:
    """z of the log-odds ratio between this corpus and a million words of general text."""
    elsewhere = background(language).get(word, _UNLISTED[language])
    prior = elsewhere / 100  # the background once more, as a hundredth of its weight
    rest = _MILLION / 100
    here = math.log((count + prior) / (total + rest - count - prior))
    there = math.log((elsewhere + prior) / (_MILLION + rest - elsewhere - prior))
    return (here - there) / math.sqrt(1 / (count + prior) + 1 / (elsewhere + prior))


@cache
def background(language: Language) -> Mapping[str, float]:
    """General frequencies per million words, or characters for Chinese."""
    path = resources.files("copydesk.styles") / "background" / f"{language}.tsv"
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line[0] != "#")
    return {word: float(number) for word, number in rows}


def _counts(texts: Iterable[str], language: Language) -> tuple[Counter[str], Counter[str]]:
    """How often each word occurs, and in how many texts."""
    counts: Counter[str] = Counter()
    posts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for text in texts:
        here = Counter(_sequences(text) if language == "zh" else _small(text, capitals))
        counts.update(here)
        posts.update(here.keys())
    for word, number in capitals.items():  # a name is written large more often than small
        if number > counts[word]:
            del counts[word]
    if language == "zh":
        counts = Counter({word: n for word, n in counts.items() if n >= _FEWEST_CASES})
    return counts, posts


def _small(text: str, capitals: Counter[str]) -> Iterable[str]:
    """The words written small; those written large are only counted."""
    for word in words(text.replace("’", "'"), "en"):
        if _LATIN_WORD.fullmatch(word):
            if word not in _PRONOUNS:
                yield word
        elif word[:1].isupper():
            capitals[word.lower()] += 1


def _sequences(text: str) -> Iterable[str]:
    """Two to four Han characters in a row that may be a word."""
    for run in _HAN_RUN.findall(text):
        for size in (2, 3, 4):
            for start in range(len(run) - size + 1):
                part = run[start : start + size]
                if part[0] not in _LOOSE and part[-1] not in _LOOSE:
                    yield part


def _whole(terms: list[Term]) -> list[Term]:
    """Without parts of longer sequences that are nearly always said whole."""
    kept: list[Term] = []
    for term in terms:
        inside = [o for o in terms if len(o.word) > len(term.word) and term.word in o.word]
        if any(other.count * 3 >= term.count * 2 for other in inside):
            continue
        if not any(_overlaps(term.word, other.word) for other in kept):
            kept.append(term)
        if len(kept) >= 200:
            break
    return kept


def _overlaps(word: str, other: str) -> bool:
    """Whether one is a part of the other, or ends with what the other begins with, all but one."""
    if word in other or other in word:
        return True
    return len(word) > 2 and len(other) > 2 and (word[1:] in other or word[:-1] in other)
