"""Pages that are pictures are drawn one by one, recognised side by side, and become lines."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from copydesk.documents.pdf.ocr import Picture, picture_of, recognised
from copydesk.documents.pdf.opened import open_pdf
from copydesk.documents.pdf.sheet import Line, Sheet
from copydesk.documents.pdf.watch import watched
from copydesk.documents.reading import How

_MOST_WORKERS = 4


def recognise(
    path: Path, content: bytes, sheets: Sequence[Sheet], how: How, pages: int, spoken: str
) -> Iterator[int]:
    """Give sheets the lines that are recognised; the numbers of those where some were.

    Args:
        pages: how many the document has, for `how.on_page`.
        spoken: the languages, as Tesseract names them.
    """
    workers = min(_MOST_WORKERS, os.cpu_count() or 1, len(sheets))
    waiting: deque[tuple[Sheet, Future[list[Line] | None]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for sheet in sheets:
            if len(waiting) > workers:
                yield from _taken(waiting, how, pages)
            picture = _picture(path, content, sheet, how)
            waiting.append((sheet, pool.submit(recognised, picture, spoken)))
        while waiting:
            yield from _taken(waiting, how, pages)


def _picture(path: Path, content: bytes, sheet: Sheet, how: How) -> Picture:
    def drawn() -> Iterator[Picture]:
        with open_pdf(path, content, how.password) as opened:
            yield picture_of(opened[sheet.number - 1])

    (picture,) = watched(path, drawn, sheet.number)
    return picture


def _taken(
    waiting: "deque[tuple[Sheet, Future[list[Line] | None]]]", how: How, pages: int
) -> Iterator[int]:
    sheet, future = waiting.popleft()
    lines = future.result()
    if how.on_page:
        how.on_page(sheet.number, pages)
    if lines:
        sheet.lines = lines
        yield sheet.number
