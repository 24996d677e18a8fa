"""Widths, line counts, capacities: what fits is known before a program draws it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import DocumentProblem, UnknownName
from copydesk.slides.master.inherit import Frame
from copydesk.slides.master.master import open_master
from copydesk.slides.typeset.fit import cut, fit, printable, text_height
from copydesk.slides.typeset.metrics import line_count, text_width

FRAME = Frame(width=400, height=200, size=22, after=10)


def test_widths_are_those_of_arial():
    assert text_width("Hamburg", 10) == pytest.approx(
        41.12
    )  # 722 + 556 + 833 + 556 + 556 + 333 + 556
    assert text_width("编辑部", 10) == 30


def test_chinese_breaks_anywhere_and_words_do_not():
    assert line_count("编" * 20, 100, 10) == 3  # nine a line: a hair is kept in hand
    assert line_count("alpha beta", 40, 10) == 2
    assert line_count("x" * 100, 40, 10) >= 12


def test_short_text_keeps_the_inherited_size():
    assert fit(["Short"], FRAME, "en").size is None


def test_long_text_shrinks_before_it_is_cut():
    fitted = fit(["a few more words " * 16], FRAME, "en")
    assert fitted.size is not None
    assert 14 <= fitted.size < 22
    assert not fitted.cut


def test_endless_text_is_cut_at_a_word():
    fitted = fit(["word " * 2000], FRAME, "en")
    assert fitted.cut
    assert fitted.texts[0].endswith("word…")


@given(st.lists(st.text(max_size=600), min_size=1, max_size=12))
def test_whatever_comes_fits(texts):
    fitted = fit(texts, FRAME, "en")
    size = fitted.size or FRAME.size
    assert text_height(fitted.texts, FRAME, size, "en") <= FRAME.height


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.integers(2, 40))
def test_a_cut_is_never_longer_than_asked(text, limit):
    assert len(cut(text, limit)) <= limit


def test_control_characters_go_and_spaces_stay():
    assert printable("a\x00b\x1b[0m\nc\ud800\ufffe") == "ab[0m c"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_capacities_are_sensible(language):
    master = open_master()
    title = master.capacity("bullets", "title", language)
    bullet = master.capacity("bullets", "bullet", language)
    assert (title, bullet) >= (20, 30)
    assert bullet == master.capacity("bullets", "item", language)
    assert master.max_items("bullets") == 5


def test_unknown_slots_and_files_are_named():
    with pytest.raises(UnknownName, match="bullets subtitle"):
        open_master().capacity("bullets", "subtitle", "en")


def test_what_is_no_presentation_is_refused(tmp_path):
    path = tmp_path / "brand.pptx"
    with pytest.raises(DocumentProblem):
        open_master(path)
    path.write_bytes(b"not a zip")
    with pytest.raises(DocumentProblem):
        open_master(path)
