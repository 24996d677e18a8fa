"""Characters: what a file cannot hold, which way a text runs, which script has no spaces."""

import re
import unicodedata

_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_WIDE = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)


def printable(text: str) -> str:
    """Without the control characters and lone surrogates that no XML can hold."""
    return _UNPRINTABLE.sub("", text)


def runs_right_to_left(text: str) -> bool:
    """Whether more letters are Arabic or Hebrew than not."""
    right = len(_RIGHT_TO_LEFT.findall(text))
    return right > 0 and 2 * right > sum(c.isalpha() for c in text)


def is_wide(character: str) -> bool:
    """Whether this is Han, kana, or the full-width punctuation between them."""
    return bool(_WIDE.match(character))


def has_wide(text: str) -> bool:
    """Whether any character of the text wants an East Asian font."""
    return bool(_WIDE.search(text))


def columns(text: str) -> int:
    """How many columns a terminal gives the text: two to a full-width character, none to marks."""
    if text.isascii():
        return len(text)
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
