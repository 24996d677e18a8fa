"""What the sources say: on the whole for the outline, on one claim for a slide."""

import re
from collections.abc import Iterator, Sequence

from copydesk.brief import Language
from copydesk.documents.passage import Document, Passage
from copydesk.documents.search import Index
from copydesk.slides.author.asks.ask import Passages

_WHOLE = {"en": 3000, "zh": 1100}  # characters of sources in the prompt of an outline
_SLIDE = {"en": 1600, "zh": 600}  # and in that of a slide
_PIECE = {"en": 260, "zh": 110}  # of one passage in an outline
_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？])")


def overview(documents: Sequence[Document], language: Language) -> list[str]:
    """A document's course in a few lines: the beginning of passages from all over it."""
    if not documents:
        return []
    room = _WHOLE[language] // len(documents)
    return [line for document in documents for line in _course(document, language, room)]


def _course(document: Document, language: Language, room: int) -> Iterator[str]:
    """All of a short one; else passages that begin a section first, as many as fit, in order."""
    if sum(len(passage.text) for passage in document.passages) <= room:
        yield from (passage.text for passage in document.passages)
        return
    pieces = [p for p in document.passages if len(p.text) > _PIECE[language] // 5]
    most = max(3, room // _PIECE[language])
    heads = [i for i, p in enumerate(pieces) if i == 0 or p.section != pieces[i - 1].section]
    chosen = _spread(heads or list(range(len(pieces))), most)
    if len(chosen) < most:
        rest = [i for i in range(len(pieces)) if i not in chosen]
        chosen = sorted({*chosen, *_spread(rest, most - len(chosen))})
    for index in chosen:
        piece = pieces[index]
        head = f"{piece.section}: " if piece.section and piece.section != piece.text else ""
        yield head + shortened(piece.text, _PIECE[language])


def _spread(items: list[int], most: int) -> list[int]:
    if len(items) <= most:
        return items
    return [items[i * len(items) // most] for i in range(most)]


def shortened(text: str, most: int) -> str:
    """The first sentences of a text, within so many characters."""
    if len(text) <= most:
        return text
    ends = [m.start() for m in _END.finditer(text[: most + 1])]
    return text[: ends[-1]] if ends and ends[-1] > most // 2 else text[:most].rstrip() + " …"


class Finder:
    """Finds what the sources say on a claim."""

    def __init__(self, documents: Sequence[Document], language: Language) -> None:
        self._index = Index(documents) if documents else None
        self._language = language

    def find(self, claim: str) -> Passages:
        """The passages that bear on a claim, best first."""
        if self._index is None:
            return ()
        hits = self._index.search(claim, k=4, budget=_SLIDE[self._language])
        return tuple((hit.document, hit.passage) for hit in hits)


def told(document: Document, passage: Passage, language: Language) -> str:
    """A passage as a prompt shows it, with its page."""
    page = ""
    if passage.page:
        page = f"（第 {passage.page} 页）" if language == "zh" else f" (page {passage.page})"
    return f"{document.name}{page}: {' '.join(passage.text.split())}"
