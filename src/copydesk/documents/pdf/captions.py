"""Captions of figures and tables, by how they begin."""

import re

_CAPTION = re.compile(
    r"(?:(?:figure|fig\.|table|chart|exhibit|box|scheme|algorithm|listing|map|plate)\s?"
    r"(?:[A-Z]\.?)?\d{1,3}(?:[.-]\d{1,3})*[a-z]?(?:\s*[.:|–—-](?:\s|$)|\s+(?-i:(?=[A-Z(]))|$)|"
    r"(?:图|表|圖|附图|附表|图表)\s?[A-Z]?\d{1,3}(?:[.\-－–—]\d{1,3})*(?:\s*[:：.．、]|\s+|$))",
    re.IGNORECASE,
)

_FIRST = frozenset("FTCEBSALMP图表圖附")
_MARKS = frozenset(".:|–—-：．、")
_SHORT = 60  # characters


def begins_caption(text: str) -> bool:
    """Whether a line may be the first of a caption."""
    return text[0] in _FIRST and bool(_CAPTION.match(text))


def is_caption(text: str) -> bool:
    """Whether a block that begins like a caption is one: short, if no mark follows its number."""
    found = _CAPTION.match(text)
    return bool(found and (found[0].rstrip()[-1:] in _MARKS or len(text) < _SHORT))
