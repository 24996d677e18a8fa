"""Which of a style's texts to show a model for this brief: the nearest ones, cut to fit."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from copydesk.prose.scripts import HAN
from copydesk.prose.units import words
from copydesk.styles.style import Exemplar, Style

_K1, _B = 1.2, 0.75  # the usual constants of BM25
_TITLE_WEIGHT = 3
_HAN_RUN = re.compile(f"[{HAN}]+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_STEM = re.compile(r"(?:ing|ies|es|ed|s|'s)$")
_INDEXED = 20_000  # characters of a text that are looked at


def choose(style: Style, text: str, k: int = 2, *, budget: int = 6_000) -> tuple[Exemplar, ...]:
    """The `k` exemplars nearest to a brief, nearest first, cut to whole paragraphs.

    Nearness is BM25 (Robertson & Zaragoza 2009) over stemmed words, pairs of characters for
    Chinese; equally near texts come in the style's own order. With nothing in common the first
    ones are taken.

    Args:
        text: the brief, or what is to be written about.
        budget: characters that they may have together, shared evenly.
    """
    if k < 1 or budget < 1 or not style.exemplars:
        return ()
    index = _index(style.exemplars)
    scores = index.scores(Counter(_terms(text)))
    order = sorted(range(len(scores)), key=lambda number: (-scores[number], number))
    chosen = [style.exemplars[number] for number in order[:k]]
    share = budget // len(chosen)
    cut = (Exemplar(one.title, trim(one.text, share - len(one.title))) for one in chosen)
    return tuple(one for one in cut if one.text)


def trim(text: str, longest: int) -> str:
    """The first whole paragraphs that fit; of a first paragraph that is too long, its sentences."""
    if len(text) <= longest:
        return text
    kept, room = list[str](), longest
    for paragraph in _PARAGRAPHS.split(text):
        if len(paragraph) > room:
            break
        kept.append(paragraph)
        room -= len(paragraph) + 2
    while len(kept) > 1 and _leads_on(kept[-1]):
        kept.pop()
    if kept:
        return "\n\n".join(kept)
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s)|[。！？]", text[: max(longest, 0)])]
    return text[: ends[-1]] if ends else ""


def _leads_on(paragraph: str) -> bool:
    """A heading, or a line that announces a list: nothing may end with it."""
    return paragraph.startswith("#") or paragraph.endswith((":", "："))


@dataclass(frozen=True)
class _Index:
    """For each term the texts that hold it, with its weight in each."""

    weights: dict[str, tuple[tuple[int, float], ...]]
    size: int

    def scores(self, terms: Counter[str]) -> list[float]:
        found = [0.0] * self.size
        for term in sorted(terms):
            for number, weight in self.weights.get(term, ()):
                found[number] += weight
        return found


@lru_cache(maxsize=4)
def _index(exemplars: Sequence[Exemplar]) -> _Index:
    """BM25 weights, worked out once per style."""
    counts = [Counter(_exemplar_terms(exemplar)) for exemplar in exemplars]
    lengths = [sum(count.values()) for count in counts]
    mean = sum(lengths) / len(lengths) or 1.0
    holders: dict[str, list[int]] = {}
    for number, count in enumerate(counts):
        for term in count:
            holders.setdefault(term, []).append(number)
    weights: dict[str, tuple[tuple[int, float], ...]] = {}
    for term, numbers in holders.items():
        rarity = math.log(1 + (len(counts) - len(numbers) + 0.5) / (len(numbers) + 0.5))
        weights[term] = tuple(
            (number, rarity * _saturated(counts[number][term], lengths[number] / mean))
            for number in numbers
        )
    return _Index(weights, len(counts))


def _saturated(count: int, length: float) -> float:
    return count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * length))


def _exemplar_terms(exemplar: Exemplar) -> Iterator[str]:
    for _ in range(_TITLE_WEIGHT):
        yield from _terms(exemplar.title)
    yield from _terms(exemplar.text)


def _terms(text: str) -> Iterator[str]:
    """Stemmed Latin words, and pairs of Han characters."""
    text = text[:_INDEXED].lower().replace("’", "'")
    for run in _HAN_RUN.findall(text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))
    for word in words(_HAN_RUN.sub(" ", text), "en"):
        if len(word) > 2:
            yield stem(word)


def stem(word: str) -> str:
    """An English word without the commonest endings, to compare it with its other forms."""
    return _STEM.sub("", word) if len(word) > 4 else word.removesuffix("s")
