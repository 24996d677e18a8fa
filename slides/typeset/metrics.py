"""How wide and how high text is: advances from the font files, Latin and Han in their own faces."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from copydesk.brief import Language
from copydesk.slides.typeset import arial
from copydesk.slides.typeset.breaks import pieces
from copydesk.slides.typeset.fonts import Face, face
from copydesk.slides.typeset.frame import Type

_HAN = "zh-cn"  # fontconfig's name for the letters that an East Asian face has to have
_BETWEEN = 0.25  # ems between Han and Latin
_LEAST = 1.2  # height of a line in ems where the fonts are lower: LibreOffice sets all lines so
_LONGEST_WORD = 32  # characters; what is longer is an address
_SLACK = 0.99  # of a line's width is filled, so that a hair's difference breaks no line anew
# Languages whose letters many Latin fonts lack: first code point, fontconfig's name, and what
# their letters take in ems, on the wide side, where no font has them.
_ELSEWHERE = (
    (0x0370, "el", 0.65),
    (0x0400, "ru", 0.7),
    (0x0590, "he", 0.62),
    (0x0600, "ar", 0.62),
    (0x0900, "hi", 0.75),
    (0x0E00, "th", 0.65),
)
_WIDEST_GUESS = 0.9


class Faces(NamedTuple):
    """The faces that a paragraph is set in: Latin, and East Asian."""

    latin: Face
    ea: Face


class Piece(NamedTuple):
    """What no line may break, in ems: its width, and that of the spaces after it.

    `whole` is False for what is longer than a word: an address is broken where the line ends.
    """

    width: float
    space: float
    whole: bool = True


def faces(kind: Type) -> Faces:
    """The faces that a type comes to on this machine.

    Han letters that the East Asian font lacks, or that nobody names a font for, are taken from any
    font that has them.
    """
    latin = face(kind.family or "Arial", bold=kind.bold, italic=kind.italic)
    ea = face(kind.ea_family, bold=kind.bold, language=_HAN)
    if ea.advances and ea.width("中") is None:
        ea = face("", bold=kind.bold, language=_HAN)
    return Faces(latin, ea)


def is_wide(char: str) -> bool:
    """Whether a character is East Asian: as wide as it is high, set in the East Asian face."""
    return unicodedata.east_asian_width(char) in "WF"


@lru_cache(maxsize=4096)
def is_han(text: str) -> bool:
    """Whether a text has East Asian characters."""
    return not text.isascii() and any(map(is_wide, text))


def char_width(char: str, latin: Face, *, han: bool = False) -> float:
    """Advance of a character in ems; `han`: it stands in Chinese text, where “” are an em wide."""
    wide = unicodedata.east_asian_width(char)
    if wide in "WF" or (han and wide == "A" and char in "“”‘’…—·"):
        return 1.3 if 0x1F000 < ord(char) < 0x20000 else 1.0
    known = latin.width(char)
    return _unknown(char, latin) if known is None else known


def _unknown(char: str, latin: Face) -> float:
    """The advance of a character that the face lacks: another program takes it from elsewhere."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc"):
        return 0.0
    base = unicodedata.normalize("NFD", char)[0]
    if base != char:
        return char_width(base, latin)
    table = arial.widths(bold=False)
    if ord(char) in table:
        return table[ord(char)]
    near = (row for row in _ELSEWHERE if row[0] <= ord(char) < row[0] + 0x100)
    _, language, guess = next(near, (0, "", _WIDEST_GUESS))
    found = face(latin.family, language=language).width(char) if language else None
    return guess if found is None else found


@lru_cache(maxsize=4096)
def _set(text: str, family: str, *, bold: bool, italic: bool, han: bool) -> tuple[Piece, ...]:
    """The pieces of a text in ems; kept, since a text is set at many sizes."""
    latin = face(family, bold=bold, italic=italic)
    found: list[Piece] = []
    before = ""
    for piece in pieces(text):
        word = piece.rstrip(" ")
        width, gap = 0.0, _BETWEEN if _meet(before, word[:1]) else 0.0
        for index, char in enumerate(word):
            width += char_width(char, latin, han=han)
            width += _BETWEEN if index and _meet(before, char) else 0.0
            before = char
        if found and gap:
            found[-1] = found[-1]._replace(space=found[-1].space + gap)
        space = (len(piece) - len(word)) * char_width(" ", latin)
        found.append(Piece(width, space, len(word) <= _LONGEST_WORD))
    return tuple(found)


def _meet(one: str, other: str) -> bool:
    """Whether Latin and Han meet: LibreOffice sets them a quarter of an em apart."""
    return bool(one and other) and is_wide(one) != is_wide(other)


def _pieces(text: str, kind: Type, language: Language) -> tuple[Piece, ...]:
    shown = text.upper() if kind.caps else text
    han = language == "zh" or is_han(text)
    return _set(shown, kind.family or "Arial", bold=kind.bold, italic=kind.italic, han=han)


def text_width(
    text: str, kind: Type, language: Language = "en", size: float | None = None
) -> float:
    """Width in points of a text on one line, in a type at its size or another."""
    ems = sum(p.width + p.space for p in _pieces(text, kind, language))
    return ems * (kind.size if size is None else size)


def widest_piece(
    text: str, kind: Type, language: Language = "en", size: float | None = None
) -> float:
    """Width in points of the longest run that no line may break; addresses do not count."""
    ems = max((p.width for p in _pieces(text, kind, language) if p.whole), default=0.0)
    return ems * (kind.size if size is None else size)


def line_height(text: str, kind: Type, size: float | None = None) -> float:
    """Height in points of each line of a text, line spacing counted.

    LibreOffice sets every line 1.2 ems high; PowerPoint as high as the tallest ascent and the
    deepest descent of the fonts in it, their gaps added: the higher of both counts.
    """
    if kind.exact:
        return kind.exact
    used = faces(kind)
    lines = [used.latin.line] if text.isascii() or any(not is_wide(c) for c in text) else []
    lines += [used.ea.line] if is_han(text) else []
    return max([_LEAST, *lines]) * kind.line * (kind.size if size is None else size)


def cell_line_height(text: str, kind: Type, size: float | None = None) -> float:
    """The same in a table's cell or a chart, where LibreOffice goes by the fonts at hand.

    What stands in for an absent Chinese font is often higher than that font itself.
    """
    if kind.exact:
        return kind.exact
    used = faces(kind)
    known = [used.latin, *([used.ea] if is_han(text) else [])]
    own = max(f.ascent + f.descent for f in known) * kind.line
    return max(line_height(text, kind, size), own * (kind.size if size is None else size))


def line_count(
    text: str,
    width: float,
    kind: Type,
    language: Language = "en",
    size: float | None = None,
) -> int:
    """Lines that a paragraph takes in a frame `width` points wide, its indents counted."""
    room, other = _rooms(kind, width, kind.size if size is None else size)
    lines, used = 1, 0.0
    for piece in _pieces(text, kind, language):
        if used and used + piece.width > room:
            lines, used, room = lines + 1, 0.0, other
        if piece.width > room:  # broken wherever the line ends
            full = int(piece.width // max(room - 0.5, 0.5))
            lines, used, room = lines + full, max(piece.width - full * room, 0.0), other
        else:
            used += piece.width
        used += piece.space
    return lines


def _rooms(kind: Type, width: float, size: float) -> tuple[float, float]:
    """What the first line holds in ems, and what the others hold.

    With a bullet the first line begins where the others do, or behind the bullet where nothing
    hangs.
    """
    others = max(width - kind.indent, size) * _SLACK / size
    if kind.bullet:
        taken = max(kind.first, 0.0) / size + (0.7 if kind.first >= 0 else 0.0)
    else:
        taken = kind.first / size
    return max(others - taken, 1.0), others
