"""What is searched: passages in a row that belong together, and parts of one that is long."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copydesk.documents.passage import Passage

PIECE = 900  # characters; what is longer is cut between sentences
_SMALL = 200  # characters; smaller passages go with their neighbours
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(\d])|(?<=[。！？；])")


class Piece(NamedTuple):
    """Passages `first` to `last`, both in it; of one long passage the characters from `start`."""

    first: int
    last: int
    start: int = 0
    stop: int = 0  # 0 for the end

    def text(self, passages: Sequence[str]) -> str:
        """Its text, of those of its passages."""
        text = "\n".join(passages)
        return text[self.start : self.stop].strip() if self.stop else text


def pieces(passages: Sequence[Passage], size: int = PIECE) -> Iterator[Piece]:
    """The pieces of a document, in reading order: each on one page, in one section."""
    first, held = 0, 0
    for number, passage in enumerate(passages):
        if number > first and _apart(passages[first], passages[number - 1], passage, held, size):
            yield from _cut(passages, first, number - 1, size)
            first, held = number, 0
        held += len(passage.text)
    if passages:
        yield from _cut(passages, first, len(passages) - 1, size)


def _apart(first: Passage, last: Passage, passage: Passage, held: int, size: int) -> bool:
    return (
        (passage.page, passage.path) != (first.page, first.path)
        or held + len(passage.text) > size
        or (held >= _SMALL and len(passage.text) >= _SMALL and last.kind != "row")
    )


def _cut(passages: Sequence[Passage], first: int, last: int, size: int) -> Iterator[Piece]:
    text = passages[first].text
    if first != last or len(text) <= size:
        yield Piece(first, last)
        return
    start = begun = 0
    for end in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
        if end - start > size and begun > start:
            yield Piece(first, first, start, begun)
            start = begun
        begun = end
    yield Piece(first, first, start, len(text))
