"""Pages that are pictures, recognised by Tesseract where it is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from copydesk.documents.pdf.rows import is_han
from copydesk.documents.pdf.sheet import Line

PROGRAM = "tesseract"
INSTALL = "install Tesseract (Debian: apt install tesseract-ocr tesseract-ocr-chi-sim)"
SECONDS = 90  # for one page
_POINTS = 72
_DPI = 300
_MOST_PIXELS = 12_000_000
_SUREST = 40  # percent; lines of which Tesseract is less sure are noise
_GAP = 1.6  # of a line's height; wider white parts cells
_LANGUAGES = ("chi_sim", "eng")  # together they read English as well as English alone
_MOST_WORDS = 20_000  # of one page


class Picture(NamedTuple):
    """A page drawn in grey.

    Attributes:
        scale: pixels per point.
    """

    width: int
    height: int
    grey: bytes
    scale: float


def picture_of(page: Any) -> Picture:
    """A page of PDFium's as a picture, at 300 dots per inch; less for pages larger than a sheet."""
    points = max(page.get_width() * page.get_height(), 1.0)
    scale = min(_DPI / _POINTS, (_MOST_PIXELS / points) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    try:
        rows = memoryview(bitmap.buffer).cast("B")
        wide, stride = bitmap.width, bitmap.stride
        if wide == stride:
            grey = bytes(rows)
        else:
            grey = b"".join(rows[y * stride : y * stride + wide] for y in range(bitmap.height))
        return Picture(wide, bitmap.height, grey, scale)
    finally:
        bitmap.close()


@lru_cache(maxsize=1)
def languages() -> str:
    """What Tesseract is to read, "chi_sim+eng" as far as installed; "" where it is not."""
    if shutil.which(PROGRAM) is None:
        return ""
    try:
        told = subprocess.run(  # noqa: S603 - the program, and words of ours
            [PROGRAM, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    there = set((told.stdout + told.stderr).split())
    return "+".join(name for name in _LANGUAGES if name in there)


def recognised(picture: Picture, spoken: str, seconds: float = SECONDS) -> list[Line] | None:
    """The lines of a picture, in points from its lower left; None where it took too long.

    Args:
        spoken: Tesseract's names of the languages, joined by plus signs.
    """
    header = b"P5 %d %d 255\n" % (picture.width, picture.height)
    try:
        done = subprocess.run(  # noqa: S603 - the program, and words of ours
            [PROGRAM, "stdin", "stdout", "-l", spoken, "--dpi", _dpi(picture), "tsv"],
            input=header + picture.grey,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return list(_lines(done.stdout.decode("utf-8", "replace"), picture))


def _dpi(picture: Picture) -> str:
    return str(min(max(round(picture.scale * _POINTS), 70), 2400))


class _Word(NamedTuple):
    text: str
    left: float
    low: float
    right: float
    top: float
    sure: float


def _lines(tsv: str, picture: Picture) -> Iterator[Line]:
    """Words of Tesseract's table, line by line; a line with wide white in it is parted."""
    line: list[_Word] = []
    place = ""
    for row in tsv.split("\n")[1:_MOST_WORDS]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        if (here := "/".join(cells[1:5])) != place:
            yield from _parted(line)
            line, place = [], here
        line.append(_word(cells, picture))
    yield from _parted(line)


def _word(cells: Sequence[str], picture: Picture) -> _Word:
    left, top, width, height = (_number(cell) / picture.scale for cell in cells[6:10])
    high = picture.height / picture.scale
    sure = _number(cells[10])
    return _Word(cells[11].strip(), left, high - top - height, left + width, high - top, sure)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return 0.0


def _parted(words: Sequence[_Word]) -> Iterator[Line]:
    """A line's cells; single doubtful words of a line that is sure are kept, other noise is not."""
    if not words or sum(word.sure for word in words) < _SUREST * len(words):
        return
    high = sorted(word.top - word.low for word in words)[len(words) // 2]
    start = 0
    for at, (word, after) in enumerate(pairwise(words), 1):
        if after.left - word.right > _GAP * high:
            yield from _line(words[start:at], high)
            start = at
    yield from _line(words[start:], high)


def _line(words: Sequence[_Word], high: float) -> Iterator[Line]:
    text = words[0].text
    for word in words[1:]:
        text += word.text if is_han(text[-1]) and is_han(word.text[0]) else f" {word.text}"
    if re.search(r"\w", text):
        low, top = min(w.low for w in words), max(w.top for w in words)
        yield Line(text, words[0].left, low, words[-1].right, top, high)
