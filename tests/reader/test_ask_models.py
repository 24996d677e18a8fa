"""The steps with real models: plumbing with the small one, sense with the default one."""

from pathlib import Path

import pytest
from tests.support.asked import METRO, PORT, shelf

from copydesk.generate.engines import open_generator
from copydesk.reader.ask import ask
from copydesk.reader.talk import Talk


@pytest.mark.model
def test_a_small_model_goes_through_all_steps(tmp_path: Path, small_model: Path) -> None:
    library, entries = shelf(tmp_path, port=PORT)
    generator = open_generator(str(small_model), threads=1)
    try:
        with library:
            question = "How much cargo did the port handle in 2021?"
            answer = ask(question, library, generator, entries=entries)
            assert answer.completions
            assert all(one.finish == "stop" for one in answer.completions)
            for citation in answer.citations:
                passage = library.passage(citation.place.key).passage
                assert citation.quotation in " ".join(passage.text.split())
            assert ask(question, library, generator, entries=entries).sentences == answer.sentences
    finally:
        generator.close()


@pytest.mark.default_model
def test_the_default_model_answers_and_abstains(tmp_path: Path, default_model: Path) -> None:
    library, entries = shelf(tmp_path, port=PORT, metro=METRO)
    generator = open_generator(str(default_model), threads=1)
    try:
        with library:
            talk = Talk(library, generator, entries)
            first = talk.say("How much cargo did the port handle in 2021?")
            assert "4.8" in first.text
            assert first.citations[0].place.document == "port.md"
            assert not talk.say("三号线什么时候开通？").abstained
            assert talk.say("What is the salary of the harbour master?").abstained
    finally:
        generator.close()
