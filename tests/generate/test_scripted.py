"""The generator of the tests: it says its lines, and keeps the protocol while it does."""

from threading import Event

import pytest

from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Message, Request, complete
from copydesk.generate.scripted import Scripted

ASK = Request((Message("user", "Bees?"),), max_tokens=50)


def test_answers_come_in_order_and_requests_are_remembered() -> None:
    generator = Scripted(["one", {"b": "蜂"}])
    assert complete(generator, ASK)[0].text == "one"
    assert complete(generator, ASK.with_seed(4))[0].text == '{"b": "蜂"}'
    assert [request.seed for request in generator.requests] == [0, 4]
    with pytest.raises(GenerationFailed, match="no more answers"):
        complete(generator, ASK)


def test_text_comes_in_pieces_that_add_up() -> None:
    heard: list[str] = []
    end = complete(Scripted(["two  words, and more"]), ASK, on_text=heard.append)[0]
    assert len(heard) > 1
    assert "".join(heard) == end.text == "two  words, and more"


def test_it_stops_at_the_limit() -> None:
    short = Request(ASK.messages, max_tokens=2)
    end = complete(Scripted(["one two three"]), short)[0]
    assert (end.text, end.finish, end.completion_tokens) == ("one two", "length", 2)


def test_it_can_be_cancelled_between_words() -> None:
    cancel = Event()
    pieces = Scripted(["one two three"]).stream(ASK, cancel)
    assert next(pieces).text == "one"
    cancel.set()
    end = next(piece for piece in pieces if piece.end).end
    assert end is not None
    assert (end.text, end.finish) == ("one", "cancelled")
