"""A long text as passages, and the choice of those that say most where all of them are too many."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from copydesk.brief import Language
from copydesk.prose.markdown import blocks
from copydesk.prose.units import sentences, words

_LONGEST = {"en": 900, "zh": 350}  # characters; a longer paragraph is several passages
_COMMON = 0.2  # words in more passages than this share say nothing about any of them


@dataclass(frozen=True)
class Stretch:
    """Passages of a text that are read together."""

    passages: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.passages)


def passages(markdown: str, language: Language) -> list[str]:
    """Paragraphs, items and tables in order; the first under a heading begins with it."""
    found: list[str] = []
    heading = ""
    for block in blocks(markdown):
        text = block.plain
        if block.kind == "heading":
            heading = text
        elif text:
            pieces = _cut(" ".join(text.split()), language)
            found.append(f"{heading}: {pieces[0]}" if heading else pieces[0])
            found += pieces[1:]
            heading = ""
    return found


def stretches(
    texts: Sequence[str], language: Language, room: int, most: int
) -> tuple[list[Stretch], int]:
    """Passages in stretches of at most `room` characters, and how many passages were chosen.

    Where there is more than `most` stretches hold, each stretch takes the passages that say most
    out of its share of the text, in their order, so that no part of the text goes unread.
    """
    whole = _packed(texts, room)
    if len(whole) <= most:
        return whole, len(texts)
    weights = _weights(texts, language)
    found: list[Stretch] = []
    for number in range(most):
        begin, end = (len(texts) * n // most for n in (number, number + 1))
        found.append(_best(texts, weights, range(begin, end), room))
    return found, sum(len(stretch.passages) for stretch in found)


def evenly(texts: Sequence[str], language: Language, room: int) -> list[str]:
    """The texts, or those that say most where all are longer than `room` characters."""
    if sum(map(len, texts)) <= room:
        return list(texts)
    return list(_best(texts, _weights(texts, language), range(len(texts)), room).passages)


def _cut(text: str, language: Language) -> list[str]:
    longest = _LONGEST[language]
    if len(text) <= longest:
        return [text]
    pieces = [""]
    for sentence in sentences(text, language):
        for piece in (sentence[i : i + longest] for i in range(0, len(sentence), longest)):
            if len(pieces[-1]) + len(piece) > longest:
                pieces.append("")
            pieces[-1] = f"{pieces[-1]} {piece}".strip()
    return [piece for piece in pieces if piece]


def _packed(texts: Sequence[str], room: int) -> list[Stretch]:
    packed: list[list[str]] = []
    size = room
    for text in texts:
        if size + len(text) > room and (not packed or packed[-1]):
            packed.append([])
            size = 0
        packed[-1].append(text)
        size += len(text)
    return [Stretch(tuple(stretch)) for stretch in packed]


def _best(texts: Sequence[str], weights: Sequence[float], among: range, room: int) -> Stretch:
    chosen: list[int] = []
    left = room
    for index in sorted(among, key=lambda i: (-weights[i], i)):
        if len(texts[index]) <= left:
            chosen.append(index)
            left -= len(texts[index])
        if left < room // 20:
            break
    return Stretch(tuple(texts[index] for index in sorted(chosen)))


def _weights(texts: Sequence[str], language: Language) -> list[float]:
    """How much each passage says of what the whole text is about.

    The mean over its words of how often the text says them, damped by a logarithm, common words
    left out (SumBasic, Nenkova & Vanderwende 2005, with a damped frequency); figures and a place
    at the beginning count a little.
    """
    spoken = [set(_content(text, language)) for text in texts]
    holding = Counter(word for words_ in spoken for word in words_)
    limit = max(3.0, _COMMON * len(texts))
    found: list[float] = []
    for index, (text, said) in enumerate(zip(texts, spoken, strict=True)):
        telling = [log(1 + holding[word]) for word in said if 1 < holding[word] <= limit]
        weight = sum(telling) / (len(said) + 5)
        figures = 0.1 if re.search(r"\d", text) else 0.0
        found.append(weight + figures + (0.3 if index == 0 else 0.0))
    return found


def _content(text: str, language: Language) -> list[str]:
    """What passages are compared by: words, or pairs of characters where there are no words."""
    said = [word.casefold() for word in words(text, language)]
    if language == "zh":
        return [a + b for a, b in pairwise(said)]
    return [word for word in said if len(word) > 3]


def overlap(one: str, other: str, language: Language) -> float:
    """The share of the first text's words that stand in the second, 0 to 1."""
    said, there = set(_content(one, language)), set(_content(other, language))
    return len(said & there) / len(said) if said else 0.0
