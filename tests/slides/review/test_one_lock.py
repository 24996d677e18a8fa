"""Pages of decks are looked at under the lock that PDFium needs, and never for longer."""

import threading
from pathlib import Path

import pytest
from PIL import Image

from copydesk.documents.pdf.opened import PDFIUM
from copydesk.errors import DocumentProblem
from copydesk.slides.review.ink import sheets_of
from copydesk.slides.review.preview import pictures_of


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Three empty pages."""
    path = tmp_path / "deck.pdf"
    blank = Image.new("RGB", (40, 30), "white")
    blank.save(path, save_all=True, append_images=[blank, blank])
    return path


def _free() -> bool:
    """Whether another thread could use PDFium now."""
    got: list[bool] = []

    def take() -> None:
        got.append(PDFIUM.acquire(blocking=False))
        if got[0]:
            PDFIUM.release()

    other = threading.Thread(target=take)
    other.start()
    other.join()
    return got[0]


def test_pages_wait_while_another_thread_uses_pdfium(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.documents.pdf.opened._WAIT", 0.01)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with PDFIUM:
            held.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(30)
    try:
        for look in (sheets_of, lambda pdf: list(pictures_of(pdf))):
            with pytest.raises(DocumentProblem, match="busy"):
                look(pages)
    finally:
        done.set()
        other.join()
    assert len(sheets_of(pages)) == 3


def test_pdfium_is_free_while_a_picture_is_looked_at(pages: Path) -> None:
    pictures = pictures_of(pages, width=20)
    assert (next(pictures).width, _free()) == (20, True)
    assert (len(list(pictures)), _free()) == (2, True)


def test_a_page_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "deck.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(DocumentProblem, match="cannot be shown") as caught:
        sheets_of(broken)
    assert caught.value.hint
