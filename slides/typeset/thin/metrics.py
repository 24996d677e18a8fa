"""How wide text is, without a font file: Arial's advance widths, and an em for every Han character.

The widths are those of Arial and of its metric twin Liberation Sans, in thousandths of an em.
Characters outside the table are estimated on the wide side, so that a fit found here holds.
"""

import unicodedata
from functools import lru_cache

# Advance widths of U+0020 … U+007E.
_REGULAR = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
_BOLD = (
    *(278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611),
    *(975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556),
    *(333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611),
    *(611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584),
)
_PUNCTUATION = {"–": 0.556, "—": 1.0, "‘": 0.3, "’": 0.3, "“": 0.5, "”": 0.5, "…": 1.0, "•": 0.35}

LATIN_LINE = 1.17  # height of a line in ems: Arial 1.15, and a little
HAN_LINE = 1.45  # Noto Sans CJK 1.45, Microsoft YaHei 1.32


@lru_cache(maxsize=8192)
def char_width(char: str, *, bold: bool = False, han: bool = False) -> float:
    """Advance of one character in ems; `han` says it stands in Chinese text, where “” are wide."""
    code = ord(char)
    if 0x20 <= code < 0x7F:
        return (_BOLD if bold else _REGULAR)[code - 0x20] / 1000
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    wide = unicodedata.east_asian_width(char)
    if wide in "WF" or (han and wide == "A"):
        return 1.3 if code > 0x1F000 and code < 0x20000 else 1.0
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    base = unicodedata.normalize("NFD", char)[0]
    return char_width(base, bold=bold) if base != char else 0.8


def text_width(text: str, size: float, *, bold: bool = False, han: bool = False) -> float:
    """Width in points of a text on one line at `size` points."""
    return size * sum(char_width(c, bold=bold, han=han) for c in text)


def is_han(text: str) -> bool:
    """True where a wide character makes the line as tall as a Chinese one."""
    return any(unicodedata.east_asian_width(c) in "WF" for c in text)


def pieces(text: str) -> list[str]:
    """The runs a line may break between: words with their spaces, single Han characters."""
    found: list[str] = []
    for char in text:
        alone = unicodedata.east_asian_width(char) in "WF"
        if found and not alone and not _ends(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _ends(piece: str, char: str) -> bool:
    """Whether `char` begins a new piece after `piece`."""
    if char == " ":
        return False
    return piece.endswith(" ") or unicodedata.east_asian_width(piece[-1]) in "WF"


def line_count(
    text: str, width: float, size: float, *, bold: bool = False, han: bool = False
) -> int:
    """Lines that `text` takes in a column `width` points wide; at least 1."""
    room = width * 0.985 / size
    lines, used = 1, 0.0
    for piece in pieces(text):
        needed = sum(char_width(c, bold=bold, han=han) for c in piece.rstrip(" "))
        if used + needed > room and used:
            lines, used = lines + 1, 0.0
        if needed > room:
            extra = int(needed / max(room - 1.0, 0.5))
            lines, used = lines + extra, room
            continue
        used += needed + (len(piece) - len(piece.rstrip(" "))) * 0.278
    return lines


def widest_piece(text: str, size: float, *, bold: bool = False, han: bool = False) -> float:
    """Width in points of the longest run that no line may break."""
    runs = (text_width(p.rstrip(" "), size, bold=bold, han=han) for p in pieces(text))
    return max(runs, default=0.0)
