"""Lines end where programs end them, and a count of lines is never too low."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.slides.typeset.breaks import pieces
from copydesk.slides.typeset.frame import Type
from copydesk.slides.typeset.metrics import line_count, text_width, widest_piece

ARIAL = Type(family="Arial", size=10)
TEXTS = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "Z", "M", "S")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words", ("two ", "words")),
        ("a back-yard bee", ("a ", "back-", "yard ", "bee")),
        ("from 1-2 to -5", ("from ", "1-2 ", "to ", "-5")),
        ("10\u00a0km away", ("10\u00a0km ", "away")),
        ("城市，蜜蜂（屋顶）。", ("城", "市，", "蜜", "蜂", "（屋", "顶）。")),
        ("的“悄悄”话", ("的", "“悄", "悄”", "话")),
        ("用Python写", ("用", "Python", "写")),
        ("增长了35.2%。", ("增", "长", "了", "35.2%。")),
        ("https://example.org/a/b?c=d", ("https://example.org/a/b?c=d",)),
        ("e\u0301te\u0301 là", ("e\u0301te\u0301 ", "là")),
        ("한국어 문장", ("한국어 ", "문장")),
    ],
)
def test_a_line_may_end_here(text, expected):
    assert pieces(text) == expected


@given(TEXTS)
def test_pieces_are_the_text(text):
    assert "".join(pieces(text)) == text


@given(TEXTS)
def test_no_line_begins_with_closing_punctuation(text):
    for piece in pieces(text)[1:]:
        assert piece[0] not in "，。、；：！？）」』】》,.;:!?)"


@given(TEXTS, st.floats(12, 300), st.floats(0, 100))
def test_more_room_never_takes_more_lines(text, width, more):
    assert line_count(text, width + more, ARIAL) <= line_count(text, width, ARIAL)


@given(TEXTS, st.floats(40, 300))
def test_lines_are_enough_for_the_width(text, width):
    lines = line_count(text, width, ARIAL)
    assert lines * width >= text_width(text.rstrip(), ARIAL) * 0.9 - 10 * text.count(" ")


def test_a_long_address_goes_to_its_own_line_and_is_broken():
    url = "https://example.org/" + "a" * 50
    assert widest_piece(url, ARIAL) == 0
    assert widest_piece("Donaudampfschifffahrt", ARIAL) > 80
    assert line_count(f"See {url}", 200, ARIAL) == 3


def test_han_and_latin_stand_apart():
    apart = text_width("用", ARIAL, "zh") + text_width("Python", ARIAL, "zh")
    assert text_width("用Python", ARIAL, "zh") == pytest.approx(apart + 2.5)


def test_a_first_line_that_hangs_has_more_room():
    hanging = Type(family="Arial", size=10, indent=50, first=-50)
    text = "nine or ten short words that fill a line and some more of another one"
    assert line_count(text, 200, hanging) <= line_count(text, 150, ARIAL)
    bullet = Type(family="Arial", size=10, bullet=True)
    assert line_count("word " * 8, 200, bullet) >= line_count("word " * 8, 200, ARIAL)
