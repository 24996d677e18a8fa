"""What the full-text index is given for a text: stems, numbers, Chinese words and pairs."""

import re
import unicodedata

from copydesk.documents.terms import han_runs, has_han, is_particle, pairs, terms

# Latin, Greek and Cyrillic accents; vowel points of Hebrew and Arabic.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff]+")


def words(text: str) -> list[str]:
    """A text's terms in order: English stems, numbers, Chinese words. Accents are left out."""
    if text.isascii():
        return terms(text)
    return terms(plain(text), segmented)


def indexed(text: str) -> list[str]:
    """What is searched for a text: its terms, and after them its pairs of Chinese characters.

    A word is found whatever the segmentation made of it there, by its pairs; a word that was
    segmented alike counts for more, for its pair is there twice.
    """
    text = plain(text)
    return [*terms(text, segmented), *_pairs(text)] if has_han(text) else terms(text)


def paired(text: str) -> list[str]:
    """The pairs of Chinese characters in a text."""
    return _pairs(plain(text))


def _pairs(text: str) -> list[str]:
    return [pair for run in han_runs(text) for pair in pairs(run)] if has_han(text) else []


def segmented(run: str) -> list[str]:
    """The words of a run of Chinese characters, by jieba's dictionary."""
    # Chinese alone needs it, and it takes a quarter of a second to load.
    import rjieba  # noqa: PLC0415

    return [word for word in rjieba.cut(run) if not is_particle(word)]


def plain(text: str) -> str:
    """Text in the plainest form of its characters, without accents, which few people type."""
    if text.isascii():
        return text
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
