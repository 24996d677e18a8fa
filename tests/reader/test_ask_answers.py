"""From a question to an answer: what is shown is proved, what is not proved is not shown."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
from tests.support.asked import METRO, PORT, model, said, shelf, step

from copydesk.documents.passage import Passage
from copydesk.errors import DocumentProblem, GenerationFailed, UsageProblem
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.library.records import Entry
from copydesk.library.store import Library
from copydesk.reader.answer import NOT_SAID, Answer, Sentence
from copydesk.reader.ask import ask

CARGO = "How much cargo did the port handle in 2021?"
GOOD = "The port handled 4.8 million tonnes of cargo in 2021."


@pytest.fixture
def port(tmp_path: Path) -> Iterator[tuple[Library, list[Entry]]]:
    library, entries = shelf(tmp_path, port=PORT)
    with library:
        yield library, entries


def test_a_sentence_comes_with_the_words_that_prove_it(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    answer = ask(CARGO, library, model(said("p1", GOOD)), entries=entries)
    assert not answer.abstained
    assert [one.text for one in answer.sentences] == [GOOD]
    (citation,) = answer.citations
    assert citation.number == 1
    assert citation.place.document == "port.md"
    assert citation.quotation == (
        "In 2021 the port handled 4.8 million tonnes of cargo, 6 % more than in 2020."
    )
    assert library.passage(citation.place.key).entry == entries[0]
    assert answer.text == GOOD
    assert answer.findings == ()


def test_the_model_is_shown_only_keys_that_exist(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    generator = model(said("p1", GOOD))
    ask(CARGO, library, generator, entries=entries)
    (answer,) = generator.requests
    assert answer.schema is not None
    allowed = answer.schema["properties"]["passage"]["enum"]
    shown = re.findall(r"^\[(p\d+)\]", answer.messages[-1].content, re.MULTILINE)
    assert allowed == shown
    assert list(answer.schema["properties"]) == ["passage", "answer"]  # where, and only then what


def test_all_steps_over_passages_share_their_beginning(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    bad = "The port handled 9.9 million tonnes of cargo in 2021."
    generator = model(said("p1", bad), said("p1", GOOD))
    ask(CARGO, library, generator, entries=entries)
    steps = [r.messages for r in generator.requests if step(r) != "judge"]
    assert [len(messages) for messages in steps] == [2, 4]
    for shorter, longer in pairwise(steps):
        assert longer[: len(shorter)] == shorter


def test_a_number_that_stands_nowhere_is_asked_for_again_then_dropped(
    port: tuple[Library, list[Entry]],
) -> None:
    library, entries = port
    bad = "The port handled 9.9 million tonnes of cargo in 2021."
    generator = model(said("p1", bad), said("p1", GOOD))
    answer = ask(CARGO, library, generator, entries=entries)
    assert [one.text for one in answer.sentences] == [GOOD]
    again = [r for r in generator.requests if step(r) == "answer"][1]
    assert "9.9 million" in again.messages[-1].content
    stubborn = model(said("p1", bad), said("p1", bad))
    answer = ask(CARGO, library, stubborn, entries=entries)
    assert answer.abstained
    assert [one.code for one in answer.findings] == ["dropped-number"]


def test_a_number_that_was_worked_out_is_not_shown(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    sums = "Fish and timber were 3,220 thousand tonnes of cargo in 2021."
    generator = model(said("p1", sums), said("p1", sums))
    asked = "How much fish and timber was handled in 2021?"
    answer = ask(asked, library, generator, entries=entries)
    assert answer.abstained
    assert answer.reason == "No answer could be proved by the words of a passage."
    assert [one.code for one in answer.findings] == ["dropped-number"]


def test_nothing_proved_is_an_abstention_with_what_was_looked_at(
    port: tuple[Library, list[Entry]],
) -> None:
    library, _ = port
    made_up = said("p1", "Captain Zeb Quill sank the fleet near Oslo.")
    answer = ask("Who paid for the crane?", library, model(made_up, made_up, judge="no"))
    assert answer.abstained
    assert answer.sentences == ()
    assert answer.text == NOT_SAID["en"]
    assert answer.reason
    assert answer.considered
    assert answer.considered[0].document == "port.md"


def test_the_model_may_say_that_it_is_not_stated(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    generator = model(said("p1", "Not stated."))
    answer = ask("Who planned the towers of the harbour?", library, generator, entries=entries)
    assert answer.abstained
    assert [step(r) for r in generator.requests] == ["answer"]


def test_a_short_answer_is_enough(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    generator = model(said("p1", "4.8 million tonnes"))
    answer = ask(CARGO, library, generator, entries=entries)
    assert answer.text == "4.8 million tonnes"
    assert answer.citations[0].quotation.startswith("In 2021 the port handled 4.8 million tonnes")


def test_what_was_asked_for_severally_is_listed(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    asked = "What are the names of the old and the new harbour master?"
    generator = model(said("p1", "Inga Solheim", "Peder Aas"))
    answer = ask(asked, library, generator, entries=entries)
    assert [one.text for one in answer.sentences] == ["Inga Solheim", "Peder Aas"]
    assert answer.text == "Inga Solheim; Peder Aas"
    half = model(said("p1", "Inga Solheim", "Zeb Quill"))
    answer = ask(asked, library, half, entries=entries)
    assert [one.text for one in answer.sentences] == ["Inga Solheim"]
    assert [one.code for one in answer.findings] == ["dropped-name"]


def test_the_words_of_a_document_are_gathered_once(
    port: tuple[Library, list[Entry]], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, entries = port
    read: list[str] = []
    passages = library.passages

    def counted(entry: Entry, page: int | None = None) -> list[Passage]:
        read.extend([] if page is not None else [entry.name])
        return passages(entry, page)

    monkeypatch.setattr(library, "passages", counted)
    for _ in range(3):
        ask(CARGO, library, model(said("p1", GOOD)), entries=entries)
    assert read == ["port.md"]


@pytest.mark.parametrize(
    "question",
    [
        "How much cargo did the port handle in 2017?",
        "How much cargo did the port send to Hamburg?",
        "What is the green crane on quay 3 for?",
        "Which of the 77 quays has shore power?",
    ],
)
def test_what_the_documents_lack_is_refused_before_a_model_reads(
    port: tuple[Library, list[Entry]], question: str
) -> None:
    library, entries = port
    generator = model()
    answer = ask(question, library, generator, entries=entries)
    assert answer.abstained
    assert generator.requests == []
    lost = re.findall(r"2017|Hamburg|green|77", question)[0]
    assert lost in answer.reason
    assert answer.considered


def test_the_year_may_stand_in_one_document_and_not_in_another(tmp_path: Path) -> None:
    newer = PORT.replace("2021", "2023").replace("4.8", "5.1").replace("2020", "2022")
    library, entries = shelf(tmp_path, port=PORT, newer=newer)
    with library:
        asked = CARGO.replace("2021", "2023")
        text = "The port handled 5.1 million tonnes of cargo in 2023."
        generator = model(said("@5.1", text))
        answer = ask(asked, library, generator, entries=entries)
        assert [one.place.document for one in answer.citations] == ["newer.md"]
        assert {one.document for one in answer.considered} == {"newer.md"}


def test_a_judgement_of_no_is_an_abstention(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    text = "Cargo was 6 % more than in 2020."
    asked = "How much cargo had shore power on the quays of the bank in 2020?"
    for judge, abstained in (("no", True), ("yes", False)):
        generator = model(said("@4.8", text), judge=judge)
        shown: list[Sentence] = []
        answer = ask(asked, library, generator, entries=entries, on_sentence=shown.append)
        assert answer.abstained is abstained
        assert bool(shown) is not abstained
        assert step(generator.requests[-1]) == "judge"
        assert text in generator.requests[-1].messages[-1].content


def test_no_second_opinion_where_all_that_is_asked_is_quoted(
    port: tuple[Library, list[Entry]],
) -> None:
    library, entries = port
    generator = model(said("p1", GOOD), judge="no")
    assert not ask(CARGO, library, generator, entries=entries).abstained
    assert "judge" not in [step(r) for r in generator.requests]


def test_words_that_the_documents_lack_make_it_cautious(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    asked = "How much cargo did the port handle for teenagers in 2021?"
    for judge, abstained in (("no", True), ("yes", False)):
        generator = model(said("p1", GOOD), judge=judge)
        assert ask(asked, library, generator, entries=entries).abstained is abstained
        assert "Not stated" in generator.requests[0].messages[-1].content
    generator = model(said("p1", GOOD), judge="no")
    assert not ask(CARGO, library, generator, entries=entries).abstained
    assert "Not stated" not in generator.requests[0].messages[-1].content
    generator = model(said("@1,880", "1,880"), judge="yes")
    answer = ask("How much plutonium in 2021?", library, generator, entries=entries)
    assert answer.abstained
    assert "plutonium" in answer.reason


def test_answers_are_told_in_order_and_none_twice(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    shown: list[Sentence] = []
    names = ("Inga Solheim", "Peder Aas", "Inga Solheim")
    answer = ask(
        "What are the names of the old and the new harbour master?",
        library,
        model(said("p1", *names)),
        entries=entries,
        on_sentence=shown.append,
    )
    assert tuple(shown) == answer.sentences
    assert [one.text for one in shown] == ["Inga Solheim", "Peder Aas"]


def test_a_number_that_is_asked_for_must_be_said(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    bare = "Fish and timber were handled in the port."
    generator = model(said("p1", bare), said("p1", GOOD))
    answer = ask(CARGO, library, generator, entries=entries)
    assert [one.text for one in answer.sentences] == [GOOD]
    assert "it has no number" in generator.requests[1].messages[-1].content
    generator = model(said("p1", bare))
    answer = ask("What did the port handle?", library, generator, entries=entries)
    assert [one.text for one in answer.sentences] == [bare]


def test_a_row_of_a_table_is_quoted_whole(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    text = "In 2020 1,760 of timber were handled."
    asked = "How much timber was handled in 2020?"
    generator = model(said("@1,760", text))
    answer = ask(asked, library, generator, entries=entries)
    assert answer.citations[0].quotation == "Cargo: Timber | 2020: 1,760 | 2021: 1,880"


def test_a_chinese_question_is_answered_in_chinese(tmp_path: Path) -> None:
    library, entries = shelf(tmp_path, metro=METRO)
    with library:
        generator = model(said("p1", "三号线于2022年9月28日开通。"))
        answer = ask("三号线什么时候开通？", library, generator, entries=entries)
        assert answer.language == "zh"
        assert answer.citations[0].quotation.startswith("三号线于2022年9月28日开通")
        assert "段落" in generator.requests[0].messages[-1].content
        refused = ask("2018年三号线有几座车站？", library, model(), entries=entries)
        assert refused.text == "文档中没有提到。"
        assert "2018" in refused.reason


def test_a_passage_that_is_no_longer_on_its_page_proves_nothing(
    port: tuple[Library, list[Entry]],
) -> None:
    library, entries = port

    class Changed:
        """A library whose pages say something else than its search."""

        search = library.search
        near = library.near
        opening = library.opening

        def passages(self, entry: Entry, page: int | None = None) -> list[Passage]:
            found = library.passages(entry, page)
            return found if page is None else [Passage("Something else.", 0)]

    answer = ask(
        CARGO,
        Changed(),
        model(said("p1", GOOD), said("p1", GOOD), judge="no"),
        entries=entries,
    )
    assert answer.abstained
    assert [one.code for one in answer.findings] == ["dropped-quotation"]


def test_an_answer_is_kept_as_json_and_read_back(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    answer = ask(CARGO, library, model(said("p1", GOOD)), entries=entries, seed=7)
    again = Answer.from_json(answer.to_json())
    assert again == answer
    assert "completions" not in answer.to_json()
    assert again.citation(1) == answer.citations[0]
    assert again.citation(2) is None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"question": 3}', "x" * 5_000_000])
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(DocumentProblem):
        Answer.from_json(text)


@pytest.mark.parametrize("question", ["", "  ", "???", "w " * 600])
def test_what_is_no_question_is_refused(port: tuple[Library, list[Entry]], question: str) -> None:
    library, entries = port
    with pytest.raises(UsageProblem):
        ask(question, library, model(), entries=entries)


def test_an_empty_shelf_says_so(tmp_path: Path) -> None:
    library, _ = shelf(tmp_path)
    with library:
        answer = ask(CARGO, library, model())
        assert answer.abstained
        assert answer.considered == ()
        assert answer.reason == "No passage has the words of the question."


def test_a_cancelled_question_shows_nothing(port: tuple[Library, list[Entry]]) -> None:
    library, entries = port
    cancel = Event()
    cancel.set()
    shown: list[Sentence] = []
    answer = ask(
        CARGO,
        library,
        model(said("p1", GOOD)),
        entries=entries,
        cancel=cancel,
        on_sentence=shown.append,
    )
    assert answer.abstained
    assert answer.reason == "It was ended before there was an answer."
    assert shown == []


def test_a_prompt_stays_short_whatever_the_passages(tmp_path: Path) -> None:
    long = "\n\n".join(
        f"Cargo paragraph {n}: " + "the port handled much cargo in 2021, and more. " * 60
        for n in range(30)
    )
    library, entries = shelf(tmp_path, long=long)
    with library:
        generator = model(said("p1", "The port handled much cargo in 2021."))
        ask(CARGO, library, generator, entries=entries)
        longest = max(
            sum(len(message.content) for message in request.messages)
            for request in generator.requests
        )
        assert longest < 4_000


def test_a_server_that_ignores_the_schema_is_no_traceback(
    port: tuple[Library, list[Entry]],
) -> None:
    library, entries = port

    def nonsense(_request: Request) -> str:
        return "I would rather talk."

    with pytest.raises(GenerationFailed):
        ask(CARGO, library, Scripted(nonsense), entries=entries)
    with pytest.raises(GenerationFailed):
        ask(CARGO, library, model(said("p9", GOOD), said("p9", GOOD)), entries=entries)
