"""Pieces of a page's text go to the shapes that wrote them, by their order and their words."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.slides.geometry import Box
from copydesk.slides.review.ink import Ink, plain
from copydesk.slides.review.owners import Claim, owners

TOP, MIDDLE, FOOT = Box(0, 0, 100, 40), Box(0, 50, 100, 90), Box(0, 100, 100, 140)


def ink(text, left, top, right=None):
    return Ink(plain(text), Box(left, top, right or left + 30, top + 10))


def claims(*pairs):
    return [Claim(box, plain(text)) for box, text in pairs]


def test_lines_go_to_their_shape_in_order():
    known = claims((TOP, "Bees in town"), (MIDDLE, "Bees in fields"))
    inks = [ink("Bees in", 5, 5), ink("town", 5, 20), ink("Bees in", 5, 55), ink("fields", 5, 70)]
    assert owners(inks, known) == [0, 0, 1, 1]


def test_text_outside_its_shape_still_belongs_to_it():
    known = claims((TOP, "one two three four"), (MIDDLE, "five six"))
    inks = [ink("one two", 5, 5), ink("three four", 5, 45), ink("five six", 5, 55)]
    assert owners(inks, known) == [0, 0, 1]


def test_bullets_numbers_and_labels_of_charts_belong_to_nobody():
    known = [*claims((TOP, "Sales rose")), Claim(MIDDLE, "", picture=True)]
    inks = [ink("•", 1, 5), ink("Sales rose", 8, 5), ink("2024", 10, 60), ink("12", 400, 400)]
    assert owners(inks, known) == [None, 0, 1, None]


def test_the_same_words_elsewhere_are_not_taken_for_those_that_are_missing():
    known = claims((TOP, "Sales rose in 2024"), (MIDDLE, "2024"))
    inks = [ink("Sales rose in", 5, 5), ink("2024", 5, 20), ink("2024", 5, 55)]
    assert owners(inks, known) == [0, 0, 1]


def test_text_from_the_right_may_come_in_another_order():
    known = claims((TOP, "يريد مجلس المدينة"))
    assert owners([ink("مجلس يريد", 5, 5), ink("المدينة", 5, 20)], known) == [0, 0]


def test_ligatures_hyphens_and_capitals_are_the_same_text():
    assert plain("Oﬃce co\u00adoperation\u200b") == plain("OFFICE COOPERATION")
    assert plain("bee\x02") == plain("bee-")


TEXT = st.sampled_from(["bees", "town", "roof", "2024", "a", "蜜蜂"])
INK = st.builds(ink, TEXT, st.floats(-50, 150), st.floats(-50, 150))
CLAIM = st.builds(
    Claim, st.sampled_from([TOP, MIDDLE, FOOT]), st.lists(TEXT).map("".join), st.booleans()
)


@given(st.lists(INK, max_size=30), st.lists(CLAIM, max_size=8))
def test_nobody_owns_what_it_does_not_know(inks, known):
    found = owners(inks, known)
    assert len(found) == len(inks)
    for one, owner in zip(inks, found, strict=True):
        if owner is not None:
            claim = known[owner]
            assert claim.box.holds(one.box, 4) if claim.picture else one.text in claim.text
