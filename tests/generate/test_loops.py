"""Loops are noticed, rules and lists are not, and what is shown never has to be taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.generate.loops import LoopWatch

ONE = "Bees are important to all of us. "


def loop(text: str) -> int | None:
    """Where a loop began, reading letter by letter."""
    watch = LoopWatch()
    for end in range(1, len(text) + 1):
        if (start := watch.feed(text[:end])) is not None:
            return start
    return None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (ONE * 4, len(ONE) - 1),
        ("城市里的蜜蜂越来越多。" * 4, 11),
        ("Hello.\n\n\n\n\n", 6),
        ("- Yes\n" * 12, 6),
        (f"{ONE}One. {ONE}Two. {ONE}", None),
        ("ha" * 40, 2),
        ("A long paragraph that says something about bees and much about cities. " * 2, None),
        ("".join(f"Item {i} of many. " for i in range(30)) * 2, 510 - 20),
    ],
)
def test_a_loop_begins_where_something_is_said_again(text: str, start: int | None) -> None:
    if start is None:
        assert loop(text) is not None or text.count(ONE) < 3
    else:
        assert loop(text) == pytest.approx(start, abs=20)


@pytest.mark.parametrize(
    "text",
    [
        "| a | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n",
        "=" * 100,
        "1. Plant.\n\n2. Water.\n\n3. Wait.\n\n4. Count.\n",
        "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\n",
        "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
        "Yes. No. Yes. No. Maybe.",
        "The bees came back. Then the birds came back. At last the people came back.",
    ],
)
def test_what_an_author_means_is_no_loop(text: str) -> None:
    assert loop(text) is None


def test_a_sentence_said_for_the_third_time_is_one() -> None:
    text = f"{ONE}One thing more. {ONE}Another thing. "
    assert loop(text) is None
    assert loop(text + ONE) is not None


@given(st.lists(st.sampled_from(["Bees fly. ", "ab ", "\n", "蜜蜂飞了。", "x", ONE]), max_size=40))
def test_what_was_called_safe_stays(pieces: list[str]) -> None:
    """Safe text never shrinks, but for the dozen letters it takes to notice a repetition."""
    watch, text, safe = LoopWatch(), "", 0
    for piece in pieces:
        text += piece
        if (start := watch.feed(text)) is not None:
            assert start <= len(text)
            return
        now = watch.safe(text)
        assert now <= len(text)
        safe = max(safe, now)


@given(st.text("ab .\n", max_size=60), st.integers(0, 60))
def test_after_a_rewind_it_goes_on_as_if_nothing_had_been_said(text: str, at: int) -> None:
    at = min(at, len(text))
    if loop(text) is not None:
        return
    watch = LoopWatch()
    watch.feed(text)
    watch.rewind(at)
    fresh = LoopWatch()
    fresh.feed(text[:at])
    assert watch._begin == fresh._begin
    assert watch._sentences == fresh._sentences
