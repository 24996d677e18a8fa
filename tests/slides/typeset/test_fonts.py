"""A family comes to a font file, and a font file to widths; without any font Arial's are known."""

import shutil

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from copydesk.slides.typeset import fonts, installed
from copydesk.slides.typeset.fontfile import measures
from copydesk.slides.typeset.fonts import face, is_installed
from copydesk.slides.typeset.frame import Type
from copydesk.slides.typeset.metrics import cell_line_height, line_height, text_width


@pytest.fixture(autouse=True)
def forgetful():
    """Every test asks anew, and what it found is not kept for others."""
    kept = (installed.find, installed.catalogue, fonts.face)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


@pytest.fixture
def no_font(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(installed, "_FOLDERS", {})
    monkeypatch.setattr(installed, "_ELSEWHERE", ())


def font(path, family, advance):
    """A font of one letter, `advance` thousandths of an em wide."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((300, 0))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({ord("a"): "a"})
    builder.setupGlyf({".notdef": pen.glyph(), "a": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "a": (advance, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=-300, lineGap=100)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, sTypoLineGap=0)
    builder.setupPost()
    builder.save(path)


def test_without_a_font_arial_is_known(no_font):
    arial = Type(family="Arial", ea_family="SimSun")
    assert not is_installed("Arial")
    assert text_width("Hamburg", arial, size=10) == pytest.approx(41.12)
    assert text_width("编辑部", arial, "zh", size=10) == 30
    assert line_height("Hamburg", arial, 10) == pytest.approx(12)
    assert cell_line_height("编辑部", arial, 10) >= line_height("编辑部", arial, 10)


def test_a_font_of_the_systems_folders_is_found_by_its_family(no_font, monkeypatch, tmp_path):
    font(tmp_path / "x1.ttf", "House Sans", 777)
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0 nothing")
    monkeypatch.setattr(installed, "_FOLDERS", {})
    monkeypatch.setattr(installed, "_ELSEWHERE", (str(tmp_path),))
    found = face("house sans")
    assert found.there
    assert found.width("a") == pytest.approx(0.777)
    assert found.width("b") is None
    assert (found.ascent, found.descent, found.gap) == (0.9, 0.3, 0.1)


@pytest.mark.parametrize("content", [b"", b"OTTO", b"\0\1\0\0" + b"\xff" * 400])
def test_a_damaged_font_file_is_no_font(tmp_path, content):
    path = tmp_path / "damaged.ttf"
    path.write_bytes(content)
    assert measures(path) is None


def test_what_stands_in_counts_as_wide_as_the_true_font(no_font):
    plain = text_width("minimum", Type(family="Arial"))
    assert text_width("minimum", Type(family="Verdana")) > plain * 1.1
    assert text_width("minimum", Type(family="A Font Nobody Knows")) == plain


@pytest.mark.parametrize("name", ["", "-v", "a:lang=zh,b", "x" * 5000, "\0\n", "Fo\\nt"])
def test_hostile_names_come_to_some_font(name):
    assert text_width("abc", Type(family=name), size=10) > 5


@pytest.mark.skipif(shutil.which("fc-match") is None, reason="needs fontconfig")
def test_a_metric_twin_stands_for_its_family():
    for family, twin in (("Calibri", "Carlito"), ("Arial", "Liberation Sans")):
        if face(twin).there:
            assert face(family).there
            assert face(family).factor == 1.0
