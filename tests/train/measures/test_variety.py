"""Distinct n-grams and repetition, against cases counted by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.train.evaluate.measures import distinct_n, repeated_share


def test_counts_by_hand() -> None:
    assert distinct_n(["the cat saw the cat"], 1) == pytest.approx(3 / 5)
    assert distinct_n(["the cat saw the cat"], 2) == pytest.approx(3 / 4)
    assert repeated_share("the cat saw the cat", 2) == pytest.approx(1 / 4)


def test_grams_lie_within_one_text_and_count_over_all() -> None:
    assert distinct_n(["a b", "a b"], 2) == pytest.approx(1 / 2)
    assert distinct_n(["a b", "b a"], 2) == 1.0


def test_case_and_punctuation_do_not_make_it_varied() -> None:
    assert distinct_n(["Now, now! NOW"], 1) == pytest.approx(1 / 3)


def test_chinese_counts_characters() -> None:
    assert distinct_n(["好好学习"], 1) == pytest.approx(3 / 4)
    assert repeated_share("天天向上，天天向上。", 4) == pytest.approx(1 / 5)


@pytest.mark.parametrize("texts", [[], [""], ["one"]])
def test_too_little_text_is_zero(texts: list[str]) -> None:
    assert distinct_n(texts, 2) == 0.0
    assert repeated_share("".join(texts), 2) == 0.0


def test_a_gram_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        distinct_n(["a b"], 0)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="ab 好", max_size=30), max_size=5), st.integers(1, 4))
def test_from_zero_to_one(texts: list[str], n: int) -> None:
    assert 0.0 <= distinct_n(texts, n) <= 1.0
    assert 0.0 <= repeated_share(" ".join(texts), n) <= 1.0
