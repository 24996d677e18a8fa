"""Listings: every line keeps its breaks and the spaces at its head."""

import unicodedata
from dataclasses import replace

from copydesk.brief import Language
from copydesk.slides.typeset.fit import BODY_FLOOR, Fitted
from copydesk.slides.typeset.frame import Frame, Paragraph
from copydesk.slides.typeset.metrics import line_count, line_height, text_width

_LONGEST = 400  # characters of a line that are looked at
_MOST = 400  # lines
_GROW = 1.4  # how much larger than the template's type a short listing may be set


def code_lines(code: str) -> tuple[Paragraph, ...]:
    """The lines of a listing as paragraphs, less the empty ones at both ends."""
    lines = [_clean(line) for line in code.expandtabs(4).splitlines()[:_MOST]]
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return tuple(Paragraph(line or " ") for line in lines)


def fit_code(lines: tuple[Paragraph, ...], frame: Frame, language: Language) -> Fitted:
    """The largest size at which no line has to be broken, else the floor, else cut from the end."""
    inherited = frame.type.size
    floor = min(BODY_FLOOR, inherited)
    widest = max((_width(line, frame, language) for line in lines), default=0.0)
    share = min(1.0, frame.width * 0.99 / widest if widest else 1.0)
    size = max(float(int(inherited * share)) if share < 1 else inherited, floor)
    if share == 1:
        size = _grown(lines, frame, language, frame.width * 0.99 / max(widest, 1.0))
    while size > floor and _height(lines, frame, language, size) > frame.height:
        size = max(size - 1, floor)
    kept = lines
    while len(kept) > 1 and _height(kept, frame, language, size) > frame.height:
        kept = kept[:-1]
    cut = len(kept) < len(lines)
    if cut:
        kept = (*kept[:-1], Paragraph("…"))
    return Fitted(kept, None if size == inherited else size, cut=cut)


def _grown(lines: tuple[Paragraph, ...], frame: Frame, language: Language, widest: float) -> float:
    """A short listing set larger, as far as no line breaks and a third of the room stays empty."""
    size, most = frame.type.size, frame.type.size * min(_GROW, widest)
    while size + 1 <= most and _height(lines, frame, language, size + 1) <= frame.height * 0.66:
        size += 1
    return size


def upright(frame: Frame) -> Frame:
    """A frame for code: no bullet, no indent, no space between lines, flush left."""
    plain = replace(frame.type, bullet=False, indent=0.0, first=0.0, before=0.0, after=0.0)
    return replace(frame, levels=(replace(plain, align="l", caps=False, rtl=False),))


def _clean(line: str) -> str:
    """A line as XML can hold it; its spaces stay."""
    kept = (" " if unicodedata.category(c) == "Zs" else c for c in line[:_LONGEST])
    bare = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    return bare.rstrip()


def _width(line: Paragraph, frame: Frame, language: Language) -> float:
    return text_width(line.text, frame.type, language)


def _height(lines: tuple[Paragraph, ...], frame: Frame, language: Language, size: float) -> float:
    return sum(_line(line.text, frame, language, size) for line in lines)


def _line(text: str, frame: Frame, language: Language, size: float) -> float:
    """The height of one line of code, which may take several on the page."""
    count = line_count(text, frame.width, frame.type, language, size)
    return count * line_height(text, frame.type, size)
