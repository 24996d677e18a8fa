"""Making text fit its frame: as it stands, then smaller, then cut at a word.

Sizes are set outright instead of leaving a bare `normAutofit`, which PowerPoint computes only when
somebody types into the box.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.brief import Language
from copydesk.slides.master.thin import Frame
from copydesk.slides.typeset.thin.metrics import (
    HAN_LINE,
    LATIN_LINE,
    is_han,
    line_count,
    widest_piece,
)

BODY_FLOOR, SMALL_FLOOR = 14.0, 10.5
_SPARSE, _FILLED = 0.62, 0.86  # shares of a frame: what may grow, how far it may spread
_LONGEST = 4000  # characters of one paragraph that are looked at; no frame holds more


@dataclass(frozen=True)
class Fitted:
    """Paragraphs that fit. `size` is None where the inherited size holds; `gap` likewise."""

    texts: tuple[str, ...]
    size: float | None = None
    gap: float | None = None
    cut: bool = False


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


def text_height(texts: Sequence[str], frame: Frame, size: float, language: Language) -> float:
    """Height in points of paragraphs set in a frame at `size`."""
    han, width = language == "zh", max(frame.width - frame.indent, size)
    total = frame.after * max(len(texts) - 1, 0)
    for text in texts:
        lines = line_count(text, width, size, bold=frame.bold, han=han)
        total += lines * size * frame.line * (HAN_LINE if han or is_han(text) else LATIN_LINE)
    return total


def fits(texts: Sequence[str], frame: Frame, size: float, language: Language) -> bool:
    """Whether paragraphs stay inside the frame and no word is wider than a line."""
    if text_height(texts, frame, size, language) > frame.height:
        return False
    width, han = frame.width - frame.indent, language == "zh"
    return all(widest_piece(t, size, bold=frame.bold, han=han) <= width for t in texts)


def fit(
    texts: Sequence[str],
    frame: Frame,
    language: Language,
    *,
    floor: float = BODY_FLOOR,
    sparse: Sparse | None = None,
) -> Fitted:
    """Find the size at which `texts` fit, the inherited one if possible, else cut them.

    `floor` is the smallest size allowed, in points; `sparse` says how a short list may grow.
    """
    clean = tuple(printable(t)[:_LONGEST] for t in texts)
    if fits(clean, frame, frame.size, language):
        return _grown(clean, frame, language, sparse) if sparse else _even(clean, frame, language)
    for size in _steps(frame.size, floor):
        if fits(clean, frame, size, language):
            return Fitted(clean, size)
    last = min(floor, frame.size)
    if text_height(clean, frame, last, language) <= frame.height:
        return Fitted(clean, last)  # a word is wider than the line: it is broken, nothing is lost
    return Fitted(_cut_to_fit(clean, frame, last, language), last, cut=True)


def _grown(texts: tuple[str, ...], frame: Frame, language: Language, sparse: Sparse) -> Fitted:
    """A short list set larger and further apart, as long as no line breaks anew."""
    size, lines = frame.size, _lines(texts, frame, frame.size, language)
    for step in range(4, 0, -1):
        larger = float(round(frame.size * (1 + (sparse.grow - 1) * step / 4)))
        room = text_height(texts, frame, larger, language) <= frame.height * _SPARSE
        if room and _lines(texts, frame, larger, language) == lines:
            size = larger
            break
    left = frame.height * _FILLED - text_height(texts, frame, size, language)
    extra = min(sparse.spread, left / max(len(texts) - 1, 1))
    gap = round(frame.after + extra) if extra >= 3 and len(texts) > 1 else None
    return Fitted(texts, None if size == frame.size else size, gap)


def _even(texts: tuple[str, ...], frame: Frame, language: Language) -> Fitted:
    """A single text a little smaller, when that saves a last line of one word or two characters."""
    lines = _lines(texts, frame, frame.size, language)
    if lines == 1 or len(texts) != 1:
        return Fitted(texts)
    text = texts[0]
    head = text[:-2] if language == "zh" else text.rpartition(" ")[0]
    if _lines((head,), frame, frame.size, language) == lines:
        return Fitted(texts)
    for size in range(int(frame.size) - 1, int(frame.size * 0.89), -1):
        if size >= BODY_FLOOR and _lines(texts, frame, size, language) < lines:
            return Fitted(texts, float(size))
    return Fitted(texts)


def _lines(texts: Sequence[str], frame: Frame, size: float, language: Language) -> int:
    width, han = frame.width - frame.indent, language == "zh"
    return sum(line_count(t, width, size, bold=frame.bold, han=han) for t in texts)


def _steps(size: float, floor: float) -> list[float]:
    """Smaller sizes, point by point, the floor last."""
    whole = [float(s) for s in range(int(size) - 1, int(floor), -1)]
    return [s for s in whole if s > floor] + [min(floor, size)]


def _cut_to_fit(
    texts: tuple[str, ...], frame: Frame, size: float, language: Language
) -> tuple[str, ...]:
    """The longest equal cut of every paragraph that fits; paragraphs go when that is not enough."""
    for count in range(len(texts), 0, -1):
        low, high, best = 2, max(len(t) for t in texts), None
        while low <= high:
            middle = (low + high) // 2
            tried = tuple(cut(t, middle) for t in texts[:count])
            if text_height(tried, frame, size, language) <= frame.height:
                low, best = middle + 1, tried
            else:
                high = middle - 1
        if best:
            return best
    return ("…",)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending at a word with “…” when anything was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space > len(head) * 0.6:
        head = head[:space]
    return head.rstrip(" ,.;:，。；：、") + "…"
