"""Pages that are pictures are recognised where Tesseract is installed, and reported where not."""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.documents.drawn import Page, column, write

from copydesk.documents.pdf import ocr, open_pdf, read_pdf
from copydesk.documents.reading import How
from copydesk.errors import DocumentProblem

HAN = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
needs_han = pytest.mark.skipif(not HAN.exists(), reason="needs a Chinese font")
LINES = ["The town counted 1,250 hives in June.", "It had counted 1,190 the year before."]


def scan(path: Path, pages: list[list[str]], font: Path | None = None) -> Path:
    """Pages that are pictures of their lines."""
    letters = ImageFont.truetype(font, 40, index=2) if font else ImageFont.load_default(40)
    pictures = []
    for lines in pages:
        picture = Image.new("L", (1240, 900), 255)
        for at, line in enumerate(lines):
            ImageDraw.Draw(picture).text((120, 150 + 70 * at), line, font=letters, fill=10)
        pictures.append(picture)
    pictures[0].save(path, "PDF", resolution=150, save_all=True, append_images=pictures[1:])
    return path


def read(path: Path, how: How | None = None):
    return read_pdf(path, path.read_bytes(), how or How())


@needs_tesseract
def test_a_scan_is_read_with_its_places_and_its_progress(tmp_path):
    told = []
    how = How(on_page=lambda page, pages: told.append((page, pages)))
    reading = read(scan(tmp_path / "a.pdf", [LINES, LINES[:1]]), how)
    assert reading.passages[0].text == " ".join(LINES)
    assert [p.page for p in reading.passages] == [1, 2]
    (box,) = reading.passages[0].boxes
    assert 50 < box.left < 70  # 120 of 1240 pixels at 150 a inch
    assert box.top < 432
    assert sorted(told) == [(1, 2), (2, 2)]
    assert "recognised from a picture" in reading.notes[0]


@needs_tesseract
@needs_han
@pytest.mark.skipif("chi_sim" not in ocr.languages(), reason="needs Tesseract's Chinese")
def test_a_chinese_scan_has_no_spaces_between_its_characters(tmp_path):
    lines = ["本市共有蜂箱一千二百五十个，比去年", "增加了百分之三十五。"]
    said = " ".join(p.text for p in read(scan(tmp_path / "a.pdf", [lines], HAN)).passages)
    assert "一千二百五十" in said
    assert " " not in said


@needs_tesseract
def test_pages_of_text_among_pictures_are_not_recognised(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr.subprocess, "run", None)  # any call would fail
    monkeypatch.setattr("copydesk.documents.pdf.read.languages", lambda: "eng")
    reading = read(write(tmp_path / "a.pdf", [column(72, 500, LINES)]))
    assert reading.passages[0].text == " ".join(LINES)
    assert reading.notes == []


def test_without_tesseract_a_scan_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("copydesk.documents.pdf.read.languages", lambda: "")
    with pytest.raises(DocumentProblem) as caught:
        read(scan(tmp_path / "a.pdf", [LINES]))
    assert "no text" in caught.value.message
    assert "tesseract-ocr" in caught.value.hint


def test_recognition_can_be_switched_off(tmp_path):
    with pytest.raises(DocumentProblem) as caught:
        read(scan(tmp_path / "a.pdf", [LINES]), How(ocr=False))
    assert "no text" in caught.value.message


@needs_tesseract
def test_a_page_that_takes_too_long_is_left(tmp_path, monkeypatch):
    fake = tmp_path / "tesseract"
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)
    monkeypatch.setattr(ocr, "PROGRAM", str(fake))
    picture = ocr.Picture(20, 20, bytes(400), 4.0)
    assert ocr.recognised(picture, "eng", seconds=0.3) is None


def test_pictures_of_pages_are_bounded_however_large_the_page(tmp_path):
    path = write(tmp_path / "a.pdf", [Page("0 0 m 9 9 l S", box="[0 0 200000 100000]")])
    with open_pdf(path) as opened:
        picture = ocr.picture_of(opened[0])
    assert picture.width * picture.height < 13_000_000
    assert len(picture.grey) == picture.width * picture.height


@pytest.mark.parametrize(
    "tsv", ["", "level\n5\t1", "h\n" + "\t".join(["5"] * 11 + ["x"]), "h\n5" + "\tnan" * 11]
)
def test_any_table_of_tesseract_s_is_read(tsv):
    picture = ocr.Picture(10, 10, bytes(100), 1.0)
    assert all(line.text for line in ocr._lines(tsv, picture))
