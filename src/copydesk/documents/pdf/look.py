"""Whether a page is a picture: looked at only where it has next to no text."""

from typing import Any

from pypdfium2 import raw

_LITTLE = 200  # characters; a page with more is not looked at for a picture
_COVERED = 0.5  # of a page, by a picture
_MOST_OBJECTS = 400  # of a page, that are looked at


def is_picture(page: Any, text: str) -> bool:
    """Whether what a page says stands in a picture: a scan, or letters drawn as shapes.

    Args:
        text: what it says in letters.
    """
    if len(text) >= _LITTLE:
        return False
    count = raw.FPDFPage_CountObjects(page.raw)
    if not text.strip():
        return bool(count > 0)
    area = page.get_width() * page.get_height()
    found = 0.0
    for index in range(min(count, _MOST_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_IMAGE:
            found += _area(thing)
    return bool(found > _COVERED * area)


def _area(thing: Any) -> float:
    left, low, right, top = (raw.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(thing, left, low, right, top):
        return 0.0
    wide, high = right.value - left.value, top.value - low.value
    return float(max(wide, 0.0) * max(high, 0.0))
