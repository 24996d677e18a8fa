"""How varied texts are: distinct n-grams, and what a text says twice."""

from collections.abc import Iterable, Iterator

from copydesk.prose.units import words


def distinct_n(texts: Iterable[str], n: int = 2) -> float:
    """Distinct n-grams over all n-grams of the texts together, from 0 to 1 (Li et al. 2016).

    N-grams are of words whatever their case, of characters in Chinese, and lie within one text.
    More text gives less of it: compare sets of like size. 0 when no text has n words.
    """
    seen: set[tuple[str, ...]] = set()
    total = 0
    for text in texts:
        for gram in _grams(text, n):
            seen.add(gram)
            total += 1
    return len(seen) / total if total else 0.0


def repeated_share(text: str, n: int = 4) -> float:
    """The share of a text's n-grams that it has said before, from 0 to 1.

    It is 1 minus distinct-n within one text: seq-rep-n of Welleck et al. 2020.
    """
    grams = list(_grams(text, n))
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def _grams(text: str, n: int) -> Iterator[tuple[str, ...]]:
    if n < 1:
        raise ValueError(f"an n-gram has one word at least, not {n}")
    said = [word.casefold() for word in words(text, "en")]
    return zip(*(said[start:] for start in range(n)), strict=False)
