"""One piece of text to its length: gone on with, ended, or given up; never without end."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.prose import endless

from copydesk.brief import Language
from copydesk.generate.protocol import Completion, Message, Piece, Request
from copydesk.generate.scripted import Scripted
from copydesk.prose.repetition import Seen
from copydesk.prose.units import count
from copydesk.writer.pen import Order, Pen

MOST_REQUESTS = 15
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Letters:
    """Says what it was told to say, a few letters at a time, whatever the script."""

    name, context, parallel = "letters", 4096, 1

    def __init__(self, answer: Callable[[Request], str]) -> None:
        self.requests: list[Request] = []
        self._answer = answer

    def stream(self, request: Request, cancel: Event | None = None) -> Iterator[Piece]:
        self.requests.append(request)
        text, said = self._answer(request), ""
        limit = request.max_tokens * 4
        for at in range(0, min(len(text), limit), 3):
            if cancel and cancel.is_set():
                yield Piece("", 0, Completion(said, "cancelled"))
                return
            said += text[at : at + 3]
            yield Piece(text[at : at + 3])
        yield Piece("", 0, Completion(said, "stop" if len(text) <= limit else "length"))

    def count(self, messages: tuple[Message, ...]) -> int:
        return sum(len(message.content) for message in messages) // 4

    def close(self) -> None:
        """Nothing to give back."""


def order(words: int, *, last: bool = True, seed: int = 1) -> Order:
    asked = (Message("system", "Write."), Message("user", f"About bees, {words} words."))
    return Order(asked, words, seed, last, lambda n: f"GO ON {n}", lambda n: f"CLOSE {n}")


def pen(generator: Any, language: Language = "en", **more: Any) -> Pen:
    return Pen(generator, language, 0.7, Seen(language), **more)


@settings(max_examples=120)
@given(st.integers(20, 3000), st.sampled_from(LANGUAGES), st.integers(0, 1000))
def test_a_last_piece_hits_its_length_within_a_tenth(
    words: int, language: Language, seed: int
) -> None:
    """Where sentences are as long as a tenth of the text, no less than a sentence can be hit."""
    text = pen(Letters(endless(language)), language).write(order(words, seed=seed))
    longest = 22 if language == "zh" else 18
    assert abs(count(text, language) - words) <= max(words * 0.1, longest * 0.6)
    assert text[-1] in ".。"


@settings(max_examples=60)
@given(st.integers(60, 2000), st.sampled_from(LANGUAGES), st.integers(30, 200))
def test_a_model_that_says_little_at_once_is_asked_to_go_on(
    words: int, language: Language, most: int
) -> None:
    generator = Letters(endless(language, most=most))
    text = pen(generator, language).write(order(words))
    assert len(generator.requests) <= MOST_REQUESTS
    if most * 6 >= words:
        assert abs(count(text, language) - words) <= max(words * 0.1, 13)


@settings(max_examples=40)
@given(st.integers(60, 1500), st.sampled_from(LANGUAGES))
def test_a_middle_piece_ends_within_a_sixth(words: int, language: Language) -> None:
    text = pen(Letters(endless(language)), language).write(order(words, last=False))
    assert abs(count(text, language) - words) <= max(words * 0.16, 15)


def test_what_is_too_short_is_gone_on_with_by_its_own_words() -> None:
    generator = Letters(endless(most=120))
    text = pen(generator).write(order(400))
    first, second = generator.requests[:2]
    assert second.messages[: len(first.messages)] == first.messages
    assert second.messages[-2].role == "assistant"
    assert text.startswith(second.messages[-2].content[:200])
    assert second.messages[-1].content.startswith("GO ON ")
    assert first.seed != second.seed


def test_what_is_too_long_is_ended_at_a_sentence_and_closed() -> None:
    generator = Letters(endless())
    text = pen(generator).write(order(300))
    assert [r.messages[-1].content[:5] for r in generator.requests] == ["About", "CLOSE"]
    said = generator.requests[1].messages[-2].content
    assert said.endswith(".")
    assert text.startswith(said)
    assert len(text) > len(said)


def test_where_no_ending_comes_the_text_stays_as_it_was() -> None:
    varied = endless()

    def answer(request: Request) -> str:
        return "" if "CLOSE" in request.messages[-1].content else varied(request)

    text = pen(Letters(answer)).write(order(300))
    assert abs(count(text, "en") - 300) <= 30
    assert text.endswith(".")


@pytest.mark.parametrize(
    "said",
    ["", " ", "\n\n\n", "Bees nest in the walls of old houses here.", "蜂。", "…" * 500, "# Bees"],
)
@pytest.mark.parametrize("last", [True, False])
def test_a_model_that_always_says_the_same_is_left_alone(said: str, last: bool) -> None:
    generator = Letters(lambda _request: said)
    text = pen(generator).write(order(500, last=last))
    assert len(generator.requests) <= MOST_REQUESTS
    assert text == said.strip() or text.count(said.strip()) <= 3  # what has no words may recur


def test_a_model_that_goes_round_in_circles_for_ever_is_cut() -> None:
    circle = "Bees nest in the walls of old houses. They fly for miles to find some ivy. "
    generator = Letters(lambda _request: circle * 500)
    text = pen(generator).write(order(2000))
    assert text.strip() == circle.strip()
    assert len(generator.requests) <= MOST_REQUESTS


def test_a_cancelled_piece_asks_for_nothing_more_and_keeps_whole_sentences() -> None:
    cancel, heard = Event(), []

    def hear(text: str) -> None:
        heard.append(text)
        if len(heard) == 5:
            cancel.set()

    generator = Letters(endless())
    writing = pen(generator, cancel=cancel, on_text=hear)
    text = writing.write(order(2000))
    assert len(generator.requests) == 1
    assert text.endswith(".")
    assert count(text, "en") < 200


def test_what_is_written_so_far_is_there_when_a_hearer_breaks_off() -> None:
    def stop(_text: str) -> None:
        raise KeyboardInterrupt

    writing = pen(Letters(endless()), on_text=stop)
    with pytest.raises(KeyboardInterrupt):
        writing.write(order(2000))
    assert writing.unfinished.endswith(".")


def test_bans_temperature_and_limits_reach_every_request() -> None:
    generator = Letters(endless(most=50))
    pen(generator, bans=("delve", "tapestry of")).write(order(300))
    assert len(generator.requests) > 3
    for request in generator.requests:
        assert request.bans == ("delve", "tapestry of")
        assert request.schema is None
        assert request.may_cut
        assert request.sampling.dry_multiplier > 0
        assert 0.7 <= request.sampling.temperature <= 1.3
        assert 120 < request.max_tokens <= 300 * 2.2 + 120
    seeds = [request.seed for request in generator.requests]
    assert len(set(seeds)) == len(seeds)


def test_facts_out_of_sources_may_be_said_again() -> None:
    generator = Letters(endless())
    pen(generator, verbatim=True).write(order(100))
    assert generator.requests[0].sampling.dry_multiplier == 0


def test_what_streams_is_what_stands() -> None:
    for last in (True, False):
        heard: list[str] = []
        text = pen(Letters(endless(most=150)), on_text=heard.append).write(order(700, last=last))
        assert " ".join("".join(heard).split()) == " ".join(text.split())
        assert len(heard) > 10


def test_two_pieces_of_one_pen_never_say_the_same() -> None:
    generator = Scripted(lambda _request: "Bees nest in the walls of old houses. " * 3)
    writing = pen(generator)
    assert writing.write(order(60)) == "Bees nest in the walls of old houses."
    assert writing.write(order(60, seed=2)) == ""


def test_the_same_order_is_written_the_same_way() -> None:
    texts = {pen(Letters(endless(most=90))).write(order(400)) for _ in range(3)}
    assert len(texts) == 1
