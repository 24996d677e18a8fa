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

    def near(self, key: int, before: int = 1, after: int = 1) -> list[Found]:
        return [Found(ENTRY, n, self.all[n]) for n in range(key - before, key + after + 1)]

    def opening(self, entry: Entry, count: int) -> list[Found]:
        return [Found(ENTRY, n, one) for n, one in enumerate(self.all)][:count]


def verdict(text: str, source: str, question: str = "What happened?") -> str:
    """The reason for which a sentence fails; "" where it stands."""
    pages = Pages(Passage(source, 3, "Results"))
    (one,) = excerpts(pages.search(question), question)
    return Verifier(pages, question).verify(text, one).reason


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
        assert Verifier(pages, question).verify(text, one).reason == reason


def test_the_right_passage_is_found_where_another_was_named() -> None:
    pages = Pages(Passage("The harbour has 5 quays.", 1), Passage("The airport has 2 runways.", 1))
    question = "How many runways does the airport have?"
    shown = excerpts(pages.search(question), question)
    verifier = Verifier(pages, question)
    assert verifier.verify("2 runways", shown[0]).reason == "number"
    proved = verifier.verify("2 runways", shown[0], shown)
    assert proved.proof is not None
    assert proved.proof.quotation == "The airport has 2 runways."


def test_of_two_places_the_one_that_bears_on_the_question_is_quoted() -> None:
    source = "The hall has 12 lamps. The garage has 30 doors and a dog. The club has 12 members."
    question = "How many members does the club have?"
    pages = Pages(Passage(source, 1))
    (one,) = excerpts(pages.search(question), question)
    proved = Verifier(pages, question).verify("12", one)
    assert proved.proof is not None
    assert proved.proof.quotation == "The club has 12 members."


@pytest.mark.parametrize(
    ("text", "question", "reason"),
    [
        ("Yes", "Did the hall open in May?", ""),
        ("Yes.", "When did the hall open?", "nothing"),
        ("p1", "When did the hall open?", "nothing"),
        ("When did it open in May?", "When did the hall open?", "nothing"),
        ("the hall", "Which opened first, the hall or the school?", ""),
        ("the hall", "What opened the hall?", "nothing"),
        ("是的", "大厅是五月开放的吗？", ""),
        ("大厅", "大厅还是学校先开放？", ""),
    ],
)
def test_what_only_repeats_the_question_says_nothing(text: str, question: str, reason: str) -> None:
    source = "The hall opened in May before the school." if text.isascii() else "大厅五月开放。"
    assert verdict(text, source, question) == reason


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
        assert len(one.text) < 1400
        for window in windows(one):
            for unit in window:
                assert "".join(unit.split()) in squeezed


@given(st.text(max_size=200), st.text(max_size=200))
@settings(deadline=None, max_examples=80)
def test_a_text_has_its_own_figures(text: str, question: str) -> None:
    assert missing(text, Figures(text), question, Figures("")) == ""


def test_the_lines_of_a_chart_prove_nothing() -> None:
    chart = "Share of adults who go online\n94\n92\n6\n3-5 times 11\nEvery day 88\nIt rose to 71 %."
    assert verdict("11", chart, "How many go online 3-5 times?") == "number"
    assert verdict("71 %", chart, "How many go online?") == ""
    assert verdict("12", "94\n92\n6\n3-5 times 11", "How many go online?") == "words"
    table = "Go online | 2012\n2013 | 94\n2014 | 92\n2015 | 6\nEvery day 88"
    assert verdict("88", table, "How many every day?") == ""


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


def test_the_best_sentences_are_shown_wherever_they_stand() -> None:
    cranes = "The crane needs oil. The crane is tall. " * 5
    late = Passage(cranes + "A red crane cost 48 million crowns last year.", 4)
    found = [Found(ENTRY, n, Passage(f"The crane {n} stands still. " * 20, n)) for n in range(9)]
    shown = excerpts([*found, Found(ENTRY, 99, late)], "What did the red crane cost?")
    assert "48 million" in shown[-1].text
    assert sum(len(one.text) for one in shown) < 1900


def test_a_document_s_beginning_is_shown_where_it_is_wanted() -> None:
    front = Passage("Decision\nBirgit Falk, Judge.\nDear counsel: I reverse.", 1)
    other = Passage("The case was heard in May. The case was long.", 2)
    found = [Found(ENTRY, 1, front), Found(ENTRY, 2, other)]
    (alone,) = excerpts(found, "Who is the author of the case?", beside={1})
    assert alone.found.key == 2
    both = excerpts(found, "Who is the author of the case?", beside={1}, front={1})
    assert "Birgit Falk" in both[0].text


def test_a_row_comes_with_the_line_that_says_what_it_is() -> None:
    rows = "\n".join(f"Group {n} | {n}" for n in range(100, 190))
    passage = Passage(f"Phones by group, %\n{rows}", 3, kind="row")
    (one,) = excerpts([Found(ENTRY, 1, passage)], "How many of group 171 have one?")
    assert one.text.startswith("Phones by group, % ")
    assert "Group 171 | 171" in one.text


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
                proved = Verifier(library, "Is it so?").verify(unit, one)
                assert proved.reason == "", unit
                assert proved.proof is not None
                assert unit in proved.proof.quotation
