"""A prompt is cut in its middle, to the token, and what went is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import ContextExceeded
from copydesk.generate.protocol import Message
from copydesk.generate.window import answer_room, fit


def words(messages: tuple[Message, ...]) -> int:
    return sum(len(message.content.split()) for message in messages)


def test_what_fits_is_left_as_it_is() -> None:
    messages = (Message("user", "a b c"),)
    assert fit(messages, words, 3) == (messages, None)


def test_the_middle_of_the_longest_message_goes() -> None:
    messages = (Message("system", "Be brief."), Message("user", " ".join(map(str, range(100)))))
    cut, finding = fit(messages, words, 40)
    assert cut[0] == messages[0]
    assert cut[1].content.startswith("0 1 2")
    assert cut[1].content.endswith("98 99")
    assert "[…]" in cut[1].content
    assert finding is not None
    assert finding.place == "message 2"
    assert "62 tokens too long" in finding.message
    assert finding.allowed == "40 tokens"


def test_when_the_rest_alone_is_too_long_it_is_refused() -> None:
    messages = tuple(Message("user", "a b c d e f") for _ in range(4))
    with pytest.raises(ContextExceeded, match="14 more than the 10"):
        fit(messages, words, 10)


@given(
    st.lists(st.text("ab \n蜜", max_size=120), min_size=1, max_size=3),
    st.integers(min_value=6, max_value=60),
)
def test_the_result_fits_and_keeps_as_much_as_it_can(texts: list[str], room: int) -> None:
    messages = tuple(Message("user", text) for text in texts)
    try:
        cut, finding = fit(messages, words, room)
    except ContextExceeded:
        return
    assert words(cut) <= room
    assert (finding is None) == (words(messages) <= room)
    longest = max(range(len(texts)), key=lambda i: len(texts[i]))
    assert [m for i, m in enumerate(cut) if i != longest] == [
        m for i, m in enumerate(messages) if i != longest
    ]


def test_an_answer_gets_what_it_asks_for_up_to_half_the_context() -> None:
    assert answer_room(1000, 100) == 100
    assert answer_room(1000, 900) == 500
