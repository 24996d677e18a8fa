"""What is read for an answer: the best sentences, and what stands beside them."""

from pathlib import Path

import pytest
from tests.support.asked import model, said, shelf

from copydesk.reader.ask import ask
from copydesk.reader.excerpts import excerpts
from copydesk.reader.neighbours import reading

OPINION = """# Opinion of the court of Norvik

Lars Holm against the Harbour Board.

Birgit Falk, judge.

## Facts

"""


@pytest.mark.parametrize(
    ("question", "front"),
    [
        ("Who is the judge in this case?", True),
        ("Who signed at the end of the document?", False),
        ("How many people are named in this document?", False),
        ("Who built the quay?", False),
        ("Who decided the cases?", False),
    ],
)
def test_who_a_document_is_about_stands_at_its_beginning(
    tmp_path: Path, question: str, front: bool
) -> None:
    facts = "\n\n".join(
        f"The quay was built in part {n} by people of the board." for n in range(60)
    )
    library, entries = shelf(tmp_path, opinion=f"{OPINION}{facts}")
    with library:
        found = library.search(question, 3, entries=entries)
        read = reading(question, found, library)
        assert bool(read.front) is front
        shown = excerpts(read.passages, question, read.beside, read.front)
        assert not front or "Birgit Falk" in " ".join(one.text for one in shown)


def test_what_stands_beside_a_passage_is_read_too(tmp_path: Path) -> None:
    filler = "\n\n".join(
        f"Nothing of note happened in the week {n} of that year." for n in range(80)
    )
    text = f"# Log\n\n{filler}\n\n## Quay 7 of the harbour\n\nLars Holm built it.\n\n{filler}"
    library, entries = shelf(tmp_path, log=text)
    with library:
        generator = model(said("@Lars Holm", "Lars Holm"))
        answer = ask("Who made quay 7 of the harbour?", library, generator, entries=entries)
        assert answer.text == "Lars Holm"


def test_a_year_that_is_not_on_the_page_speaks_against_its_beginning(tmp_path: Path) -> None:
    text = f"{OPINION}The quay was built in 2019."
    library, entries = shelf(tmp_path, opinion=text)
    with library:
        asked = "Who was the judge in this case in 2019?"
        generator = model(said("@Birgit", "Birgit Falk"), judge="yes")
        assert ask(asked, library, generator, entries=entries).abstained
        asked = "Who was the judge in this case?"
        generator = model(said("@Birgit", "Birgit Falk"), judge="yes")
        assert ask(asked, library, generator, entries=entries).text == "Birgit Falk"
