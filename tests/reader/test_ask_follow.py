"""Follow-ups: what they leave out is taken from the turn before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.asked import PORT, model, said, shelf, step

from copydesk.generate.protocol import Request
from copydesk.library.records import Entry
from copydesk.library.store import Library
from copydesk.reader.answer import Answer, Turn
from copydesk.reader.follow import is_follow_up, whole
from copydesk.reader.talk import Talk


def turn(question: str, answer: str = "") -> Turn:
    from copydesk.reader.answer import Sentence  # noqa: PLC0415 - this helper alone

    sentences = (Sentence(answer, ()),) if answer else ()
    return Turn(question, Answer(question, "en", sentences, not answer))


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        (
            "and the year before?",
            "How much cargo came in 2021?",
            "How much cargo came in 2020?",
        ),
        ("And in 2019?", "How much cargo came in 2021?", "How much cargo came in 2019?"),
        ("What about the following year?", "What came in 2021?", "What came in 2022?"),
        ("那前一年呢？", "2022年运送了多少乘客？", "2021年运送了多少乘客？"),
        ("2018年呢？", "公司收入是多少？（2020年）", "公司收入是多少？（2018年）"),
        (
            "How many accidents were there the year before?",
            "How many accidents were there in 2021?",
            "How many accidents were there in 2020?",
        ),
        ("前一年的收入是多少？", "2022年运送了多少乘客？", "2021年的收入是多少？"),
    ],
)
def test_years_are_worked_out_without_a_model(question: str, before: str, expected: str) -> None:
    generator = model()
    assert whole(question, [turn(before)], generator) == expected
    assert generator.requests == []


def test_the_year_may_stand_in_the_answer_alone() -> None:
    before = turn("How much cargo came last?", "In 2021 it was 4.8 million tonnes.")
    assert whole("and the year before?", [before], model()) == "How much cargo came last in 2020?"


@pytest.mark.parametrize(
    "question",
    [
        "How many seats does the attic have?",
        "总经理是谁？",
        "Which tool has the team?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert not is_follow_up(question)
    generator = model()
    assert whole(question, [turn("What came in 2021?")], generator) == question
    assert generator.requests == []


def test_the_first_question_has_nothing_before_it() -> None:
    assert whole("and the year before?", [], model()) == "and the year before?"


def test_a_model_says_what_else_is_left_out() -> None:
    generator = model(follow="How much timber was handled in 2020?")
    before = turn("How much fish was handled in 2020?", "1,210 thousand tonnes.")
    assert whole("What about timber?", [before], generator) == (
        "How much timber was handled in 2020?"
    )
    (request,) = generator.requests
    assert "1,210" in request.messages[-1].content


@pytest.mark.parametrize(
    "made_up",
    [
        "How much coal was burnt by pirates in 1999?",  # new words
        "How much fish was handled in 2020?",  # lost what is asked
        "What about timber?",  # added nothing
    ],
)
def test_what_a_model_makes_up_is_not_taken(made_up: str) -> None:
    before = turn("How much fish was handled in 2020?")
    assert whole("What about timber?", [before], model(follow=made_up)) == (
        "What about timber? (How much fish was handled in 2020?)"
    )


@pytest.fixture
def port(tmp_path: Path) -> Iterator[tuple[Library, list[Entry]]]:
    library, entries = shelf(tmp_path, port=PORT)
    with library:
        yield library, entries


def test_a_conversation_remembers_and_numbers_its_citations(
    port: tuple[Library, list[Entry]],
) -> None:
    library, entries = port
    generator = model(
        said("p1", "The port handled 4.8 million tonnes of cargo in 2021."),
        said("p1", "Cargo was 6 % more than in 2020."),
    )
    talk = Talk(library, generator, entries)
    first = talk.say("How much cargo did the port handle in 2021?")
    second = talk.say("and the year before?")
    assert second.searched == "How much cargo did the port handle in 2020?"
    assert [one.number for one in first.citations] == [1]
    assert not second.abstained
    same = first.citations[0].quotation == second.citations[0].quotation
    assert second.citations[0].number == (1 if same else 2)
    asked = [r for r in generator.requests if step(r) == "answer"]
    assert "2020?" in asked[1].messages[-1].content
    talk.undo()
    assert len(talk.turns) == 1
    talk.clear()
    assert talk.turns == []


def test_memory_is_bounded(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    talk = Talk(library, model(), entries)
    lengths: set[int] = set()

    def speak(request: Request) -> dict[str, object]:
        lengths.add(sum(len(message.content) for message in request.messages))
        match step(request):
            case "judge":
                return {"right": "no"}
            case _:
                return said("p1", "Not stated.")

    from copydesk.generate.scripted import Scripted  # noqa: PLC0415 - this test alone

    talk.generator = Scripted(speak)
    for _ in range(60):
        talk.say("How much cargo did the port handle in 2021?")
    assert len(talk.turns) == 50
    assert max(lengths) < 2_500
