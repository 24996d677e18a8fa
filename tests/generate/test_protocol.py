"""The protocol's own arithmetic, and what `complete` makes of a stream."""

from collections.abc import Iterator
from threading import Event

import pytest

from copydesk.generate.protocol import Completion, Message, Piece, Request, complete

ASK = Request((Message("user", "Bees?"),), max_tokens=50, n=2)


class Interleaved:
    """Two samples that speak at the same time, the second ending first."""

    name = "interleaved"
    context = 512

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        yield Piece("a", 0)
        yield Piece("x", 1)
        yield Piece("", 1, Completion("x", "stop"))
        yield Piece("b", 0)
        yield Piece("", 0, Completion("ab", "length"))

    def close(self) -> None:
        """Nothing to give back."""


def test_samples_come_back_in_order_and_only_the_first_is_heard() -> None:
    heard: list[str] = []
    ends = complete(Interleaved(), ASK, on_text=heard.append)
    assert [end.text for end in ends] == ["ab", "x"]
    assert heard == ["a", "b"]


def test_tokens_per_second_leave_the_prompt_out() -> None:
    end = Completion("", "stop", completion_tokens=30, prompt_seconds=9.0, completion_seconds=2.0)
    assert end.tokens_per_second == pytest.approx(15)
    assert Completion("", "stop", completion_tokens=30).tokens_per_second == 0


def test_a_request_is_drawn_anew_without_touching_the_first() -> None:
    again = ASK.with_seed(7)
    assert (ASK.seed, again.seed, again.n) == (0, 7, 2)
