"""What a search gives: what bears most on the question, the places it names, few of one page."""

import random
from pathlib import Path

import pytest

from copydesk.documents.passage import Document, Passage
from copydesk.library import candidates, put
from copydesk.library.rank import RULES, Rules
from copydesk.library.records import Entry
from copydesk.library.search import search
from copydesk.library.store import Library, open_library


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "l.db", embeddings="") as opened:
        yield opened


def held(
    library: Library, *passages: Passage, name: str = "a.pdf", labels: tuple[str, ...] = ()
) -> Entry:
    pages = max(passage.page for passage in passages)
    document = Document(name, name, passages, pages=pages, labels=labels)
    with library._writing() as connection:
        number = put.put(connection, document, Path("/made") / name, "made", shelved=True)
    return library.find(number)


def pages(library: Library, query: str, k: int = 5, entry: Entry | None = None) -> list[int]:
    found = library.search(query, k, entries=[entry] if entry else None)
    return [one.passage.page for one in found]


FILLER = "The minutes of the meeting say nothing of it and go on for a while about the weather. "


def test_the_piece_with_the_words_comes_first_whatever_their_form(library: Library) -> None:
    held(
        library,
        Passage(f"{FILLER} Policies of voting.", 1),
        Passage(f"{FILLER} The roof's slates were laid.", 2),
        Passage(f"{FILLER} 屋顶是在五月铺设的，费用为61,400元。", 3),
    )
    assert pages(library, "Which policy do voters want?")[0] == 1
    assert pages(library, "slate roofs")[0] == 2
    assert pages(library, "屋顶的费用是多少？")[0] == 3
    assert pages(library, "61,400")[0] == pages(library, "61400")[0] == 3
    assert pages(library, "elephants") == []
    assert pages(library, "") == pages(library, "?!") == []
    assert pages(library, "roofs", 0) == []


def test_headings_and_phrases_weigh(library: Library) -> None:
    entry = held(
        library,
        Passage(f"{FILLER} Blue roofs and red walls.", 1, "Walls"),
        Passage(f"{FILLER} Red roofs and blue walls.", 2, "Walls"),
        Passage(f"{FILLER} Of some of them.", 3, "Roofs"),
    )
    assert pages(library, "red roofs", entry=entry)[0] == 2
    assert 3 in pages(library, "roofs", entry=entry)


def test_pages_come_before_second_pieces_of_one_page(library: Library) -> None:
    entry = held(
        library,
        *(Passage(f"Roofs, roofs and roofs number {n}. {FILLER * 3}", 1) for n in range(6)),
        Passage(f"A roof. {FILLER * 3}", 2),
        Passage(f"Another roof. {FILLER * 3}", 3),
    )
    assert sorted(pages(library, "roofs", 3, entry)) == [1, 2, 3]
    assert len(pages(library, "roofs", 5, entry)) == 5


def test_documents_without_pages_give_all_their_pieces(library: Library) -> None:
    held(library, *(Passage(f"Roof {n}. {FILLER * 3}", 0, f"Part {n}") for n in range(6)))
    assert pages(library, "roof", 5) == [0] * 5


def test_the_same_text_is_given_once(library: Library) -> None:
    held(library, *(Passage(f"The roofs. {FILLER * 3}", n) for n in range(1, 6)))
    assert len(pages(library, "roofs")) == 1


@pytest.fixture
def report(library: Library) -> Entry:
    """Twelve pages full of roofs; printed numbers begin on the third."""
    passages = [Passage(f"Roofs of page {n}: roofs. {FILLER * 3}", n) for n in range(1, 13)]
    passages[0] = Passage("The Slate Review, by A. Mason", 1)
    passages[6] = Passage(f"Figure 2: What they weigh. {FILLER * 3}", 7, kind="caption")
    passages[8] = Passage(f"As figure 2 says, roofs are heavy roofs. {FILLER * 3}", 9)
    labels = ("i", "ii", *map(str, range(1, 11)))
    return held(library, *passages, labels=labels)


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("Which roofs are on page 3?", 5),  # as it is printed
        ("Which roofs are on page ii?", 2),
        ("Which roofs are on page 12?", 12),  # as it is counted, for none is printed 12
        ("What do the roofs weigh by Figure 2?", 7),
        ("the roofs on the last page", 12),
        ("the roofs on the second page", 2),
        ("第12页的 roofs", 12),
        ("page 3", 5),
    ],
)
def test_places_that_a_question_names_come_first(
    library: Library, report: Entry, query: str, page: int
) -> None:
    assert pages(library, query, entry=report)[0] == page
    scores = [found.score for found in library.search(query, entries=[report])]
    assert scores == sorted(scores, reverse=True)


def test_a_printed_number_does_not_hide_the_page_that_is_counted(
    library: Library, report: Entry
) -> None:
    assert pages(library, "roofs on page 3", entry=report)[:2] == [5, 3]


def test_the_first_page_is_among_the_first_where_its_authors_are_asked_for(
    library: Library, report: Entry
) -> None:
    assert 1 in pages(library, "Who are the authors of these roofs?", 3, report)
    assert 1 not in pages(library, "How many roofs are there?", 3, report)
    assert 1 in pages(library, "Who wrote it?", 3, report)  # no word of it is there


def test_among_many_documents_a_page_number_means_nothing(library: Library) -> None:
    for n in range(8):
        held(library, Passage(f"Roofs {n}", 1), Passage(f"{FILLER} {n}", 2), name=f"{n}.pdf")
    assert pages(library, "roofs on page 2")[0] == 1


def test_only_the_documents_that_are_asked_for_are_looked_in(library: Library) -> None:
    entries = [held(library, Passage(f"Roofs of {n}.", 1), name=f"{n}.pdf") for n in range(100)]
    found = library.search("roofs", 100, entries=entries[::2])
    assert {one.entry.number for one in found} == {entry.number for entry in entries[::2]}
    assert library.search("roofs", entries=[]) == []
    library.remove(entries[0])
    assert library.search("roofs", entries=[entries[0]]) == []


def test_words_of_the_conversation_help_but_weigh_less(library: Library) -> None:
    entry = held(
        library,
        Passage(f"{FILLER} In 2021 the walls cost 10.", 1),
        Passage(f"{FILLER} In 2022 the roofs cost 20.", 2),
        Passage(f"{FILLER} In 2021 the roofs cost 30.", 3),
    )
    found = library.search("And in 2021?", entries=[entry], also=["What did the roofs cost?"])
    assert found[0].passage.page == 3


@pytest.fixture
def many(library: Library, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """More pieces than are all looked at."""
    monkeypatch.setattr(candidates, "_FEW", 50)
    monkeypatch.setattr(candidates, "_PLACES", 40)
    monkeypatch.setattr(candidates, "_PLACES_OF_TWO", 10)
    draw = random.Random(1)
    words = [f"word{n}" for n in range(300)]
    texts = [" ".join(draw.choices(words, range(300, 0, -1), k=40)) for _ in range(400)]
    texts[123] += " zebra"
    texts[200] += " common roofs of slate"
    texts = [f"{text} common" for text in texts]
    return held(library, *(Passage(text, n) for n, text in enumerate(texts, 1)))


def test_among_many_pieces_the_rarest_words_choose(library: Library, many: Entry) -> None:
    assert pages(library, "common word1 zebra")[0] == 124
    assert pages(library, "common roofs of slate")[0] == 201
    other = held(library, Passage("common zebra zebra", 1), name="b.pdf")
    assert library.search("zebra", entries=[many])[0].passage.page == 124
    assert library.search("zebra", entries=[other])[0].entry == other
    assert {one.entry.number for one in library.search("zebra")} == {many.number, other.number}


def test_among_many_pieces_common_words_find_those_that_have_them_together(
    library: Library, many: Entry
) -> None:
    assert len(library.search("common", 5)) == 5
    wanted = {"word0", "word1", "word2"}
    best = library.search("word0 word1 word2", 5, entries=[many])
    assert all(len(wanted & set(found.passage.text.split())) > 1 for found in best)


def test_every_rule_can_be_left_out(library: Library, report: Entry) -> None:
    bare = Rules(0, 0, 0, 0, 0, 0, 0, 0, places=False, front=False, per_page=9)
    with library._reading() as connection:
        for rules in (RULES, bare):
            found = search(connection, "Who wrote of 'roofs' in figure 2?", 5, [1], (), rules)
            assert len(found) == 5
    assert report.number == 1
