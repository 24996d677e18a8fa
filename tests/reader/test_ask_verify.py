"""What a sentence says must stand in the words that it cites."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.asked import METRO, PORT, shelf

from copydesk.documents.passage import Passage
from copydesk.library.records import Entry, Found
from copydesk.library.store import Library
from copydesk.reader.excerpts import excerpts, units
from copydesk.reader.figures import Figures, missing
from copydesk.reader.verify import Verifier, windows

ENTRY = Entry(1, "report.pdf", "/report.pdf", "0" * 64)


class Pages:
    """A shelf of one document with one page."""

    def __init__(self, *passages: Passage) -> None:
        self.all = list(passages)

    def search(self, query: str, k: int = 5, **_: object) -> list[Found]:
        return [Found(ENTRY, n, one) for n, one in enumerate(self.all)][:k]

    def passages(self, entry: Entry, page: int | None = None) -> list[Passage]:
        return [one for one in self.all if page is None or one.page == page]


def verdict(text: str, source: str, question: str = "What happened?") -> str:
    """The reason for which a sentence fails; "" where it stands."""
    pages = Pages(Passage(source, 3, "Results"))
    (one,) = excerpts(pages.search(question), question)
    return Verifier(pages, question).verify(text, [one]).reason


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Sales rose by 12 % to 4.8 million.", "In 2021 sales rose by 12 percent to 4,800,000."),
        ("The road is 3 km long.", "The new road is 3,000 metres long."),
        ("Twelve ships came.", "Of the ships that were expected 12 came."),
        ("It opened on 5 May 2021.", "The hall opened on May 5, 2021 with music."),
        ("Ruth Adeyemi leads the volunteers.", "The volunteers are led by Ruth Adeyemi."),
        ("销售额增长了12%，达到480万元。", "2021年销售额增长百分之十二，达到480万元。"),
        ("三号线于2022年9月28日开通。", "三号线在2022年9月28日正式开通。"),
    ],
)
def test_the_same_in_other_words_stands(text: str, source: str) -> None:
    assert verdict(text, source) == ""


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [
        ("Sales rose by 13 %.", "Sales rose by 12 %.", "number"),
        ("Sales rose by 12 dollars.", "Sales rose by 12 euros.", "number"),
        ("It opened on 6 May 2021.", "It opened on 5 May 2021.", "number"),
        ("It opened in 2020.", "It opened in 2021.", "number"),
        ("Fifteen ships came.", "Twelve ships came.", "number"),
        ("The hall was built by Peter Brown.", "The hall was built by Ruth Adeyemi.", "name"),
        ("Bees sleep under warm leaves.", "The tax was raised again in winter.", "words"),
        ("What happened?", "The hall opened in May.", "nothing"),
        ("销售额增长了13%。", "销售额增长了12%。", "number"),
        ("总经理由张三丰集团担任。", "总经理由贺文昭担任。", "name"),
        ("蜜蜂在叶子下睡觉。", "冬天又提高了税率。", "words"),
    ],
)
def test_what_the_passage_does_not_say_fails(text: str, source: str, reason: str) -> None:
    assert verdict(text, source) == reason


def test_what_the_question_says_need_only_stand_on_the_page() -> None:
    question = "How many of the adults asked in 2013 own a phone?"
    text = "77 % of the adults asked in 2013 own a phone."
    phones = Passage("77 % of the adults own a phone.", 3)
    survey = Passage("Adults were asked in July 2013.", 3)
    there, alone = Pages(phones, survey), Pages(phones)
    for pages, reason in ((there, ""), (alone, "number")):
        one = excerpts(pages.search(question, 1), question)[0]
        assert Verifier(pages, question).verify(text, [one]).reason == reason


def test_two_passages_prove_what_neither_says_alone() -> None:
    pages = Pages(Passage("The harbour has 5 quays.", 1), Passage("The airport has 2 runways.", 1))
    shown = excerpts(pages.search("What is there?"), "What is there?")
    text = "The harbour has 5 quays and the airport has 3 runways."
    verifier = Verifier(pages, "What is there?")
    assert verifier.verify(text, shown).reason == "number"
    proved = verifier.verify(text.replace("3", "2"), shown)
    assert [proof.quotation for proof in proved.proofs] == [
        "The harbour has 5 quays.",
        "The airport has 2 runways.",
    ]


@given(
    st.integers(min_value=13, max_value=9_999_999), st.integers(min_value=13, max_value=9_999_999)
)
@settings(deadline=None, max_examples=60)
def test_no_changed_number_is_ever_proved(true: int, other: int) -> None:
    source = f"The town has {true:,} trees along its streets."
    said = f"The town has {other} trees along its streets."
    assert (verdict(said, source) == "") == (true == other)


@given(st.text(max_size=400))
@settings(deadline=None, max_examples=80)
def test_any_text_is_cut_and_quoted_without_harm(text: str) -> None:
    found = Found(ENTRY, 1, Passage(text, 1))
    squeezed = "".join(text.split())
    for one in excerpts([found], "What does it cost in 2021?"):
        assert len(one.text) < 420
        for window in windows(one):
            for unit in window:
                assert "".join(unit.split()) in squeezed


@given(st.text(max_size=200), st.text(max_size=200))
@settings(deadline=None, max_examples=80)
def test_a_text_has_its_own_figures(text: str, question: str) -> None:
    assert missing(text, Figures(text), question, Figures("")) == ""


def test_rows_are_units() -> None:
    text = "Fish: 1,210 | Timber. And more: 1,760\nThe first. The second."
    assert units(text) == ["Fish: 1,210 | Timber. And more: 1,760", "The first.", "The second."]


def test_an_excerpt_is_what_bears_on_the_question() -> None:
    filler = "The weather was mild and the roads were dry that week. " * 12
    passage = Passage(f"{filler}The crane cost 48 million crowns. {filler}", 4, "Quays")
    (one,) = excerpts([Found(ENTRY, 1, passage)], "What did the crane cost?")
    assert "48 million" in one.text
    assert one.text.startswith("…")
    assert one.head == "Quays"
    table = Passage(" | ".join(f"column {n}: {n * 7}" for n in range(200)), 4)
    (row,) = excerpts([Found(ENTRY, 1, table)], "What stands in column 150?")
    assert "column 150: 1050" in row.text
    assert len(row.text) < 700


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Library, list[Entry]]]:
    library, entries = shelf(tmp_path, port=PORT, metro=METRO)
    with library:
        yield library, entries


def test_every_sentence_of_a_library_proves_itself(both: tuple[Library, list[Entry]]) -> None:
    library, entries = both
    for entry in entries:
        for passage in library.passages(entry):
            (one,) = excerpts([Found(entry, 1, passage)], "Is it so?")
            for unit in units(passage.text):
                proved = Verifier(library, "Is it so?").verify(unit, [one])
                assert proved.reason == "", unit
                assert unit in proved.proofs[0].quotation
