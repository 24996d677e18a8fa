"""Event streams: any portions of the bytes give the same events."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.generate.remote.sse import MOST_LINE, LineTooLong, events

_LINE = st.one_of(
    st.builds("data: {}".format, st.text(st.characters(exclude_characters="\r\n"), max_size=12)),
    st.sampled_from(
        ["data:", "data", ":", ": keep-alive", "event: x", "id: 1", "", "", "data:  a"]
    ),
)
_STREAM = st.lists(st.tuples(_LINE, st.sampled_from(["\n", "\r\n", "\r"])), max_size=12)


def expected(lines: list[str]) -> list[str]:
    """The standard, word for word, on whole lines."""
    found: list[str] = []
    data: list[str] = []
    for line in [*lines, ""]:
        if line == "":
            if data:
                found.append("\n".join(data))
            data = []
        elif line == "data" or line.startswith("data:"):
            value = line[5:]
            data.append(value[1:] if value.startswith(" ") else value)
    return found


@given(_STREAM, st.lists(st.integers(0, 300)))
def test_any_split_of_the_bytes_gives_the_same_events(
    stream: list[tuple[str, str]], cuts: list[int]
) -> None:
    whole = "".join(line + end for line, end in stream).encode("utf-8", "replace")
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    parts = [whole[a:b] for a, b in pairwise(edges)]
    assert list(events(parts)) == list(events([whole]))
    assert list(events(whole[i : i + 1] for i in range(len(whole)))) == list(events([whole]))


@given(st.lists(_LINE, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_events_are_those_of_the_standard(lines: list[str], end: str) -> None:
    whole = "".join(line + end for line in lines).encode("utf-8", "replace")
    plain = [line.encode("utf-8", "replace").decode() for line in lines]
    if plain:
        plain[0] = plain[0].removeprefix("\ufeff")
    assert list(events([whole])) == expected(plain)


def test_a_character_split_between_packets_is_one() -> None:
    data = "data: 蜂🐝\n\n".encode()
    assert list(events([data[:8], data[8:11], data[11:]])) == ["蜂🐝"]


def test_a_byte_order_mark_and_comments_are_passed_over() -> None:
    assert list(events([b"\xef\xbb\xbfdata: a\n: still here\n\ndata: b\n\n"])) == ["a", "b"]


def test_a_last_event_without_an_empty_line_counts() -> None:
    assert list(events([b"data: a\n\ndata: b"])) == ["a", "b"]


@pytest.mark.parametrize("portion", [1 << 16, 3 << 20])
def test_a_line_without_end_is_refused(portion: int) -> None:
    endless = (b"x" * portion for _ in range(100))
    with pytest.raises(LineTooLong):
        list(events(endless))
    with pytest.raises(LineTooLong):
        list(events([b"data: " + b"x" * MOST_LINE + b"\n\n"]))
