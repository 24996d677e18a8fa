"""Text is made to fit: as it stands, smaller down to the floor, then cut at a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.slides.typeset.fit import (
    Sparse,
    cut,
    fit,
    fits,
    paragraphs_of,
    printable,
    size_at,
    text_height,
)
from copydesk.slides.typeset.frame import Frame, Paragraph, Type

FIRST = Type(family="Arial", size=22, after=10)
SECOND = Type(family="Arial", size=18, after=6, indent=20)
FRAME = Frame(width=400, height=200, levels=(FIRST, SECOND))


def test_short_text_keeps_the_inherited_size():
    assert fit(paragraphs_of("Short"), FRAME, "en").size is None


def test_long_text_shrinks_before_it_is_cut():
    fitted = fit(paragraphs_of("a few more words " * 18), FRAME, "en")
    assert fitted.size is not None
    assert 14 <= fitted.size < 22
    assert not fitted.cut


def test_endless_text_is_cut_at_a_word():
    fitted = fit(paragraphs_of("word " * 2000), FRAME, "en")
    assert fitted.cut
    assert fitted.texts[0].endswith("word…")


def test_a_frame_smaller_than_the_floor_keeps_its_size():
    small = Frame(width=300, height=40, levels=(Type(family="Arial", size=11),))
    assert fit(paragraphs_of("word " * 20), small, "en").size in (None, 11)


def test_the_second_level_shrinks_along_but_not_below_the_floor():
    assert size_at(SECOND, FRAME, None) == 18
    assert size_at(SECOND, FRAME, 20) == 16.5
    assert size_at(SECOND, FRAME, 14) == 14
    assert size_at(Type(size=12), FRAME, 16) == 12


def test_the_second_level_is_measured_as_it_is_set():
    one = text_height([Paragraph("word " * 30)], FRAME, "en", 20)
    two = text_height([Paragraph("word " * 30, 1)], FRAME, "en", 20)
    assert one != two


def test_a_short_list_grows_and_spreads():
    fitted = fit(paragraphs_of("One", "Two"), FRAME, "en", sparse=Sparse(grow=1.3, spread=20))
    assert fitted.size is not None
    assert fitted.size > 22
    assert fitted.gap is not None
    assert fitted.gap > 10


def test_a_frame_on_its_side_has_to_hold_its_text_lying_too():
    tall = Frame(width=30, height=400, levels=(FIRST,))
    side = Frame(width=400, height=30, levels=(FIRST,), vertical=True)
    text = paragraphs_of("several words on a line")
    assert not fits(text, tall, "en")
    assert not fits(text, side, "en")


@given(
    st.lists(
        st.builds(Paragraph, st.text(max_size=600), st.integers(0, 8)), min_size=1, max_size=12
    ),
    st.sampled_from(["en", "zh"]),
)
def test_whatever_comes_fits(paragraphs, language):
    fitted = fit(paragraphs, FRAME, language)
    assert text_height(fitted.paragraphs, FRAME, language, fitted.size) <= FRAME.height
    assert fitted.size is None or fitted.size >= 14
    assert fitted.cut or len(fitted.paragraphs) == len(paragraphs)


@given(st.floats(-10, 60), st.floats(-10, 60))
def test_no_frame_is_too_small_to_be_asked(width, height):
    tiny = Frame(width=width, height=height, levels=(FIRST,))
    assert fit(paragraphs_of("some words"), tiny, "en").paragraphs


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.integers(2, 40))
def test_a_cut_is_never_longer_than_asked(text, limit):
    assert len(cut(text, limit)) <= limit


def test_a_cut_leaves_no_letter_without_its_accent():
    assert cut("cafe\u0301 au lait", 5) == "caf…"


def test_control_characters_go_and_spaces_stay():
    assert printable("a\x00b\x1b[0m\nc\ud800\ufffe") == "ab[0m c"


@pytest.mark.parametrize("texts", [(), ("", " \x00 ")])
def test_texts_that_say_nothing_are_left_out(texts):
    assert paragraphs_of(*texts) == ()
