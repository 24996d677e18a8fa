"""Where a line may end: the pieces of a text that stay together.

After the Unicode line breaking algorithm (UAX #14), the rules that slides meet: words, Han without
spaces and its punctuation (kinsoku), hyphens and dashes, no-break spaces, combining marks. Where
programs differ the longer piece is taken, so that a line count is never too low: Korean breaks at
spaces, nothing breaks at a slash.
"""

import unicodedata
from functools import lru_cache

_OPEN = frozenset("([{¿¡‚„«‹（［｛「『【〔《〈〖〘〝￡￥＄$£¥№")
_CLOSE = frozenset(
    ")]}!?,.:;%…»›‰℃°）］｝」』】〕》〉〗〙〞〟、。，．：；！？％‥・"
    "々ゝゞヽヾーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ~～·"
)
_GLUE = frozenset("\u00a0\u202f\u2007\u2060\ufeff\u200d\u2011")
_DASH = frozenset("—―⸺")
_BEHIND = frozenset("-‐–\u00ad\u200b|")


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """A letter for the line breaking class: space, Wide, Open, Close, Glue, Mark, Dash, Behind."""
    for kind, chars in (
        ("S", " \t"),
        ("O", _OPEN),
        ("C", _CLOSE),
        ("G", _GLUE),
        ("D", _DASH),
        ("B", _BEHIND),
    ):
        if char in chars:
            return kind
    if unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf"):
        return "M"
    hangul = 0xAC00 <= ord(char) <= 0xD7A3
    if unicodedata.east_asian_width(char) in "WF" and not hangul:
        return "W"
    return {"“": "o", "‘": "o", "”": "c", "’": "c"}.get(char, "A")


def _parts(before: str, after: str) -> bool:
    """Whether a line may end between characters of two classes."""
    if after in "SCcMG" or before in "OoMG":
        return before == "M" and after in "WO"
    if before == "S":
        return True
    if "W" in (before, after):
        return True
    if before in "BD":
        return after != "D"
    if before in "Cc":
        return after == "O"
    return after == "D"


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """The runs that a line may break between; spaces stay with the run before them."""
    found: list[str] = []
    start, before = 0, ""
    for index, char in enumerate(text):
        kind = _kind(char)
        if before and _parts(before, kind) and not _figure(text, index, before):
            found.append(text[start:index])
            start = index
        before = before if kind == "M" and before else kind
    found.append(text[start:])
    return tuple(piece for piece in found if piece)


def _figure(text: str, index: int, before: str) -> bool:
    """Whether a hyphen before `index` is the sign of a number, or part of a range of numbers."""
    return before == "B" and text[index].isdigit()
