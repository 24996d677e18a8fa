"""Asking for an object: tidy, accepted, or drawn anew with another seed and warmer."""

from threading import Event
from typing import Any

import pytest

from copydesk.errors import GenerationFailed
from copydesk.generate import schema as shape
from copydesk.generate.protocol import Completion, Message, Request, Sampling
from copydesk.generate.scripted import Scripted
from copydesk.generate.structured import complete_object

SCHEMA = shape.record(title=shape.text(20))
ASK = Request((Message("user", "x"),), max_tokens=1, sampling=Sampling(temperature=0.5), seed=3)


def same(answer: dict[str, Any]) -> dict[str, Any]:
    return answer


def refuse(answer: dict[str, Any]) -> dict[str, Any]:
    raise ValueError("says\n  it twice")


def test_the_answer_is_bounded_by_its_schema_and_tidied() -> None:
    generator = Scripted([{"title": "Bees   fly"}])
    assert complete_object(generator, ASK, SCHEMA, same) == {"title": "Bees fly"}
    asked = generator.requests[0]
    assert asked.schema == SCHEMA
    assert asked.max_tokens == shape.longest_answer(SCHEMA)
    assert asked.seed == 3
    assert asked.sampling.temperature == 0.5


def test_a_refused_answer_is_drawn_with_another_seed_and_warmer() -> None:
    generator = Scripted([{"title": "No"}, {"title": "No"}, {"title": "Yes"}])

    def accept(answer: dict[str, Any]) -> str:
        if answer["title"] == "No":
            raise ValueError("no")
        return str(answer["title"])

    assert complete_object(generator, ASK, SCHEMA, accept, attempts=3) == "Yes"
    seeds = [request.seed for request in generator.requests]
    heats = [request.sampling.temperature for request in generator.requests]
    assert seeds[0] == 3
    assert len(set(seeds)) == 3
    assert heats == sorted(set(heats))
    assert heats[0] == 0.5


def test_a_hot_request_is_never_cooled_nor_heated_past_the_limit() -> None:
    generator = Scripted(["{", "{", "{"])
    hot = Request(ASK.messages, 1, sampling=Sampling(temperature=1.2))
    with pytest.raises(GenerationFailed):
        complete_object(generator, hot, SCHEMA, same, attempts=3)
    heats = [request.sampling.temperature for request in generator.requests]
    assert heats[0] == 1.2
    assert 1.2 < heats[-1] <= 1.3


def test_a_cut_answer_is_drawn_again() -> None:
    long = "word " * 200
    generator = Scripted([long, {"title": "Short"}])
    assert complete_object(generator, ASK, SCHEMA, same) == {"title": "Short"}


def test_text_that_is_no_json_is_drawn_again() -> None:
    generator = Scripted(["Sure! Here it is", {"title": "Short"}])
    assert complete_object(generator, ASK, SCHEMA, same) == {"title": "Short"}


def test_of_refused_answers_the_one_that_says_most_is_settled_for() -> None:
    schema = shape.record(lines=shape.array(shape.text(20), 2, 2))
    generator = Scripted([{"lines": ["One", "One"]}, {"lines": ["One", "Two"]}])
    settled = complete_object(generator, ASK, schema, refuse, settle=lambda a: a["lines"])
    assert settled == ["One", "Two"]


def test_of_equal_refused_answers_the_first_and_coolest_is_settled_for() -> None:
    generator = Scripted([{"title": "One"}, {"title": "Two"}, "{"])
    settled = complete_object(
        generator, ASK, SCHEMA, refuse, attempts=3, settle=lambda a: {"kept": a["title"]}
    )
    assert settled == {"kept": "One"}


def test_a_line_cut_mid_sentence_is_drawn_again() -> None:
    cut = {"title": "W" * SCHEMA["properties"]["title"]["maxLength"]}
    generator = Scripted([cut, {"title": "Short"}])
    assert complete_object(generator, ASK, SCHEMA, same) == {"title": "Short"}


def test_a_cut_line_is_better_than_a_refused_answer() -> None:
    def short_of_bad(answer: Any) -> Any:
        if answer["title"] == "Bad":
            raise ValueError("bad")
        return answer

    cut = {"title": "W" * SCHEMA["properties"]["title"]["maxLength"]}
    generator = Scripted([{"title": "Bad"}, cut])
    taken = complete_object(generator, ASK, SCHEMA, short_of_bad, settle=lambda _: "settled")
    assert taken == cut


def test_without_a_settlement_the_last_reason_is_given_in_one_line() -> None:
    generator = Scripted([{"title": "A"}] * 2)
    with pytest.raises(GenerationFailed) as caught:
        complete_object(generator, ASK, SCHEMA, refuse, attempts=2)
    assert "scripted gave no usable answer in 2 attempts (says it twice)" in caught.value.message
    assert "--seed" in caught.value.hint


def test_nothing_whole_cannot_be_settled() -> None:
    with pytest.raises(GenerationFailed):
        complete_object(Scripted(["{"] * 3), ASK, SCHEMA, same, settle=same)


def test_every_completion_is_counted() -> None:
    done: list[Completion] = []
    generator = Scripted(["{", {"title": "A"}])
    complete_object(generator, ASK, SCHEMA, same, on_done=done.append)
    assert len(done) == 2


def test_a_cancelled_request_is_not_tried_again() -> None:
    cancel = Event()
    cancel.set()
    generator = Scripted([{"title": "A"}] * 3)
    with pytest.raises(GenerationFailed):
        complete_object(generator, ASK, SCHEMA, same, cancel=cancel)
    assert len(generator.requests) == 1


def test_an_answer_with_parts_that_were_not_asked_for_is_drawn_again() -> None:
    """Some servers take a schema and ignore it."""
    generator = Scripted([{"title": "Thyme", "odd": 1}, ["Thyme"], {"title": "Thyme"}])
    found = complete_object(generator, ASK, SCHEMA, same, attempts=3)
    assert found == {"title": "Thyme"}
    assert len(generator.requests) == 3
