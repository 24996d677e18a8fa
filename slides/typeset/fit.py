"""Making text fit its frame: as it stands, then smaller, then cut at a word.

Sizes are set outright instead of leaving a bare `normAutofit`, which PowerPoint computes only when
somebody types into the box.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copydesk.brief import Language
from copydesk.slides.typeset.frame import Frame, Paragraph, Type
from copydesk.slides.typeset.metrics import line_count, line_height, widest_piece

BODY_FLOOR, SMALL_FLOOR = 14.0, 10.0
_SPARSE, _FILLED = 0.62, 0.86  # shares of a frame: what may grow, how far it may spread
_CLOSE = 0.4  # of the gap between paragraphs stands before one of the second level
_LONGEST = 4000  # characters of one paragraph that are looked at; no frame holds more


@dataclass(frozen=True)
class Fitted:
    """Paragraphs that fit a frame.

    Attributes:
        size: of the first level, in points; None where the inherited sizes hold.
        gap: points after each paragraph, less before one of the second level (`gap_after`); None
            where the inherited space holds.
        cut: whether text was left out; it ends in “…” then.
    """

    paragraphs: tuple[Paragraph, ...]
    size: float | None = None
    gap: float | None = None
    cut: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """The paragraphs' texts."""
        return tuple(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Sparse:
    """How far a short list may grow: a factor on its size, points between its paragraphs."""

    grow: float
    spread: float


def printable(text: str) -> str:
    """Text as XML can hold it on one line: no control characters, surrogates or non-characters."""
    kept = (" " if c in "\n\r\t\v\f\x85\u2028\u2029" else c for c in text)
    clean = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    return " ".join(clean.split())


def paragraphs_of(*texts: str, level: int = 0) -> tuple[Paragraph, ...]:
    """Paragraphs of one level, cleaned; texts that say nothing are left out."""
    clean = (printable(text) for text in texts)
    return tuple(Paragraph(text, level) for text in clean if text)


def size_at(kind: Type, frame: Frame, size: float | None) -> float:
    """The size of a level when the first one is set at `size`: it scales along.

    Never below 14 pt where it was not before, nor larger than the first level.
    """
    if size is None or size == frame.type.size:
        return kind.size
    if kind.size == frame.type.size:
        return size
    scaled = round(kind.size * size / max(frame.type.size, 1.0) * 2) / 2
    return max(scaled, min(BODY_FLOOR, kind.size, size))


def text_height(
    paragraphs: Sequence[Paragraph],
    frame: Frame,
    language: Language,
    size: float | None = None,
    gap: float | None = None,
) -> float:
    """Height in points of paragraphs set in a frame, the first level at `size`."""
    total = 0.0
    for index, paragraph in enumerate(paragraphs):
        kind = frame.level(paragraph.level)
        own = size_at(kind, frame, size)
        lines = line_count(paragraph.text, frame.width, kind, language, own)
        total += lines * line_height(paragraph.text, kind, own)
        total += kind.before if index else 0.0
        if index < len(paragraphs) - 1:
            total += kind.after if gap is None else gap_after(paragraphs, index, gap)
    return total


def gap_after(paragraphs: Sequence[Paragraph], index: int, gap: float) -> float:
    """Points after a paragraph of a list: the second level stays close to its parent."""
    return gap * _share(paragraphs[index + 1]) if index + 1 < len(paragraphs) else 0.0


def _share(following: Paragraph) -> float:
    return _CLOSE if following.level else 1.0


def fits(
    paragraphs: Sequence[Paragraph], frame: Frame, language: Language, size: float | None = None
) -> bool:
    """Whether paragraphs stay inside the frame and no word is wider than a line.

    A frame that stands on its side has to hold them lying, too: programs differ there.
    """
    if frame.vertical:
        lying = replace(frame, width=frame.height, height=frame.width, vertical=False)
        if not fits(paragraphs, lying, language, size):
            return False
    return _stays(paragraphs, frame, language, size) and _whole(paragraphs, frame, language, size)


def _stays(
    paragraphs: Sequence[Paragraph], frame: Frame, language: Language, size: float | None
) -> bool:
    return text_height(paragraphs, frame, language, size) <= frame.height


def _whole(
    paragraphs: Sequence[Paragraph], frame: Frame, language: Language, size: float | None
) -> bool:
    """Whether every word is as wide as a line, or less."""
    for paragraph in paragraphs:
        kind = frame.level(paragraph.level)
        widest = widest_piece(paragraph.text, kind, language, size_at(kind, frame, size))
        if widest > frame.width - kind.indent:
            return False
    return True


def fit(
    paragraphs: Sequence[Paragraph],
    frame: Frame,
    language: Language,
    *,
    floor: float = BODY_FLOOR,
    sparse: Sparse | None = None,
) -> Fitted:
    """Find the size at which `paragraphs` fit, the inherited one if possible, else cut them.

    Args:
        floor: the smallest size allowed for the first level, in points; a frame whose own size is
            smaller keeps it.
        sparse: how a short list may grow; None for text that keeps its size.
    """
    clean = tuple(Paragraph(printable(p.text)[:_LONGEST], p.level) for p in paragraphs)
    if fits(clean, frame, language):
        return _grown(clean, frame, language, sparse) if sparse else _even(clean, frame, language)
    for size in _steps(frame.type.size, floor):
        if fits(clean, frame, language, size):
            return Fitted(clean, size)
    last = min(floor, frame.type.size)
    if _stays(clean, frame, language, last):
        return Fitted(clean, last)  # a word is wider than the line: it is broken, nothing is lost
    return Fitted(_cut_to_fit(clean, frame, language, last), last, cut=True)


def _grown(
    paragraphs: tuple[Paragraph, ...], frame: Frame, language: Language, sparse: Sparse
) -> Fitted:
    """A short list set larger and further apart, as long as no line breaks anew."""
    inherited = frame.type.size
    size, lines = inherited, _lines(paragraphs, frame, language, inherited)
    for step in range(4, 0, -1):
        larger = float(round(inherited * (1 + (sparse.grow - 1) * step / 4)))
        room = text_height(paragraphs, frame, language, larger) <= frame.height * _SPARSE
        if room and _lines(paragraphs, frame, language, larger) == lines:
            size = larger
            break
    left = frame.height * _FILLED - text_height(paragraphs, frame, language, size)
    extra = min(sparse.spread, left / max(sum(map(_share, paragraphs[1:])), 1.0))
    spread = extra >= 3 and len(paragraphs) > 1
    gap = float(round(frame.type.after + extra)) if spread else None
    return Fitted(paragraphs, None if size == inherited else size, gap)


def _even(paragraphs: tuple[Paragraph, ...], frame: Frame, language: Language) -> Fitted:
    """A single text a little smaller, when that saves a last line of one word or two characters."""
    inherited = frame.type.size
    lines = _lines(paragraphs, frame, language, inherited)
    if lines == 1 or len(paragraphs) != 1:
        return Fitted(paragraphs)
    text = paragraphs[0].text
    head = text[:-2] if language == "zh" else text.rpartition(" ")[0]
    if _lines((Paragraph(head),), frame, language, inherited) == lines:
        return Fitted(paragraphs)
    for size in range(int(inherited) - 1, int(inherited * 0.89), -1):
        if size >= BODY_FLOOR and _lines(paragraphs, frame, language, size) < lines:
            return Fitted(paragraphs, float(size))
    return Fitted(paragraphs)


def _lines(paragraphs: Sequence[Paragraph], frame: Frame, language: Language, size: float) -> int:
    total = 0
    for paragraph in paragraphs:
        kind = frame.level(paragraph.level)
        own = size_at(kind, frame, size)
        total += line_count(paragraph.text, frame.width, kind, language, own)
    return total


def _steps(size: float, floor: float) -> list[float]:
    """Smaller sizes, point by point, the floor last."""
    whole = [float(s) for s in range(int(size) - 1, int(floor), -1)]
    return [s for s in whole if s > floor] + [min(floor, size)]


def _cut_to_fit(
    paragraphs: tuple[Paragraph, ...], frame: Frame, language: Language, size: float
) -> tuple[Paragraph, ...]:
    """The longest equal cut of every paragraph that fits; paragraphs go when that is not enough."""
    for count in range(len(paragraphs), 0, -1):
        kept = paragraphs[:count]
        best = _longest(kept, frame, language, size)
        if best:
            return best
    return (Paragraph("…"),)


def _longest(
    paragraphs: tuple[Paragraph, ...], frame: Frame, language: Language, size: float
) -> tuple[Paragraph, ...] | None:
    """The paragraphs cut to as many characters each as fit, or None."""
    low, high, best = 2, max(len(p.text) for p in paragraphs), None
    while low <= high:
        middle = (low + high) // 2
        tried = tuple(Paragraph(cut(p.text, middle), p.level) for p in paragraphs)
        if _stays(tried, frame, language, size):
            low, best = middle + 1, tried
        else:
            high = middle - 1
    return best


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending at a word with “…” when anything was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    while head and unicodedata.category(text[len(head)]) in ("Mn", "Me", "Cf"):
        head = head[:-1]
    space = head.rfind(" ")
    if space > len(head) * 0.6:
        head = head[:space]
    return head.rstrip(" ,.;:，。；：、") + "…"


__all__ = [
    "BODY_FLOOR",
    "SMALL_FLOOR",
    "Fitted",
    "Sparse",
    "cut",
    "fit",
    "fits",
    "paragraphs_of",
    "printable",
    "size_at",
    "text_height",
]
