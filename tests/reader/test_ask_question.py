"""What a question turns on, and whether a document has it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.documents.passage import Passage
from copydesk.library.records import Entry
from copydesk.reader.absent import Absent, Vocabulary, absent
from copydesk.reader.question import (
    asked_for,
    asks_for_several,
    asks_yes_or_no,
    core,
    lacks_number,
    lacks_time,
    offers_choice,
)

ENTRY = Entry(1, "survey.pdf", "/survey.pdf", "0" * 64, "Adults and the internet")


def lost(question: str, *texts: str) -> Absent:
    return absent(asked_for(question), Vocabulary(ENTRY, [Passage(one, 1) for one in texts]))


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("What share is it? Please answer in float format.", "What share is it?"),
        ('Which are they? Write the answer as a list, e.g., ["a","b"].', "Which are they?"),
        (
            'Which are they? Give a list in ascending order, e.g. ["9"], in the 2022 survey?',
            "Which are they? in the 2022 survey?",
        ),
        ("What is it?", "What is it?"),
        ("有多少人？请用列表格式回答。", "有多少人？"),
    ],
)
def test_how_to_answer_is_no_part_of_the_question(question: str, bare: str) -> None:
    assert core(question) == bare


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How many ships paid?", "The ships that paid are shown in Figure 2.", True),
        ("How many ships paid?", "Of them 48 paid, see Table 3.", False),
        ("How many ships paid?", "Two thirds of them paid.", False),
        ("How many ships paid?", "None of them paid.", False),
        ("What share of the fleet is sold?", "The fleet is sold.", True),
        ("Who paid?", "The ships paid.", False),
        ("多少艘船付了费？", "船只见图2。", True),
        ("多少艘船付了费？", "有48艘船付了费。", False),
    ],
)
def test_a_number_that_is_asked_for_is_looked_for(question: str, text: str, lacks: bool) -> None:
    assert lacks_number(question, text) is lacks


def test_a_question_turns_on_years_numbers_names_and_words() -> None:
    found = asked_for("How many of the 120 ships from Gdynia paid the toll in May 2021?")
    kinds = {one.text: one.kind for one in found}
    assert kinds["2021"] == "year"
    assert kinds["120"] == "number"
    assert kinds["Gdynia"] == "name"
    assert kinds["ships"] == kinds["toll"] == "word"
    assert "many" not in kinds


@pytest.mark.parametrize("question", ["What is on page 12?", "Which figure is on slide 30?"])
def test_a_page_that_is_pointed_at_is_nothing_to_look_for(question: str) -> None:
    assert [one for one in asked_for(question) if one.kind == "number"] == []


@pytest.mark.parametrize(
    ("question", "sure"),
    [
        ("How many adults were asked in 2022?", ("2022",)),
        ("How many adults were asked in 2013?", ()),
        ("What do adults in Hamburg say?", ("Hamburg",)),
        ("Which of the 1550 adults is it?", ()),
        ("What stands in the green box?", ("green",)),
        ("2018年有多少成年人？", ("2018",)),
    ],
)
def test_without_its_year_number_name_or_colour_nothing_is_answered(
    question: str, sure: tuple[str, ...]
) -> None:
    text = "In July 2013 some 1,550 adults were asked. 2013年调查了成年人。"
    assert lost(question, text).sure == sure


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many employees are there?", "The staff has 80 members."),
        ("What does a card cost?", "The fee for a card is 5 pounds."),
        ("How many votes were cast?", "Voters cast their ballots; each vote counts."),
        ("What does the United Nations say?", "The UN and the United Nations say so."),
        ("What does the WHO say?", "The World Health Organization says so."),
        ("What do adults in the U.S. say?", "Adults in the United States of America say so."),
        ("票价是多少？", "价格为两元。"),
        ("员工有多少人？", "职工共80人。"),
    ],
)
def test_other_forms_and_words_alike_are_no_loss(question: str, text: str) -> None:
    found = lost(question, text)
    assert found.sure == ()
    assert found.perhaps == ()


def test_a_name_of_which_a_part_is_there_is_a_doubt() -> None:
    found = lost("What is said of Barack Obama here?", "Obama is said to be tall.")
    assert found == Absent((), ("Barack Obama",))
    assert lost("清华大学有多少学生？", "清华的学生很多。") == Absent((), ("清华大学",))
    assert lost("复旦大学有多少学生？", "清华的学生很多。").sure == ("复旦大学",)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many infants own a phone?", "infants"),
        ("出租车票价是多少？", "出租车"),
        ("五号线什么时候开通？", "五号线"),
    ],
)
def test_a_word_that_is_nowhere_is_a_doubt(question: str, word: str) -> None:
    text = "Adults own a phone. 三号线开通，票价两元。"
    assert word in lost(question, text).perhaps


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was spent in 2023?", "The FY2023 budget was spent."),
        ("What was spent in 2023?", "It was spent in FY23."),
        ("What was spent in 2023?", "2023年的预算 was spent."),
        ("Which of the 12 ships sank?", "Of the twelve ships one sank."),
        ("Which of the 1550 ships sank?", "Of 1,550 ships one sank."),
        ("Which of the 1,550 ships sank?", "Of 1550 ships one sank."),
    ],
)
def test_years_and_numbers_are_known_in_other_spellings(question: str, text: str) -> None:
    assert lost(question, text).sure == ()


@pytest.mark.parametrize("text", ["Call 20230 for it.", "It is 1.2023 long.", "In 2024, spent."])
def test_a_year_inside_another_number_is_not_that_year(text: str) -> None:
    assert lost("What was spent in 2023?", text).sure == ("2023",)


def test_a_name_is_a_whole_word() -> None:
    assert lost("What is said of FEVER here?", "The FEVEROUS set is large.").sure == ("FEVER",)
    assert lost("What is said of GPT-4 here?", "We compare GPT-4 and others.").sure == ()


def test_headings_and_titles_count() -> None:
    passage = Passage("They own phones.", 1, "Seniors", ("Results of 2013",))
    vocabulary = Vocabulary(ENTRY, [passage])
    asked = asked_for("How many Seniors on the Internet own phones in 2013?")
    assert absent(asked, vocabulary) == Absent()


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=80)
def test_any_question_is_taken_apart(question: str) -> None:
    assert core(question) or not question.strip()
    for one in asked_for(question):
        assert one.text


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("What are the names of Unit 1 and Unit 2?", True),
        ("Write the filing id and case number in this document?", True),
        ("Which two courses will be offered?", True),
        ("List the quays with shore power.", True),
        ("最受欢迎的两个展览叫什么？", True),
        ("哪些展厅关闭过？", True),
        ("What is the name of the harbour master?", False),
        ("How many names are on the list?", False),
        ("馆长是谁？", False),
    ],
)
def test_several_answers_are_listed(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


@pytest.mark.parametrize(
    ("question", "yes_or_no", "choice"),
    [
        ("Was any accident fatal?", True, False),
        ("Which cost more, Heron or Otter?", False, True),
        ("Is it dearer by ship or by train?", True, False),
        ("When did it open?", False, False),
        ("博物馆周一开放吗？", True, False),
        ("书画厅和陶瓷厅哪个大，书画厅还是陶瓷厅？", False, True),
    ],
)
def test_what_kind_of_answer_is_asked_for(question: str, yes_or_no: bool, choice: bool) -> None:
    assert asks_yes_or_no(question) is yes_or_no
    assert offers_choice(question) is choice


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("When did the quay open?", "Shore power is on quays.", True),
        ("When did the quay open?", "in May", False),
        ("When does the ferry leave?", "at 22:15", False),
        ("In which year was it built?", "by Lars Holm", True),
        ("What did they say when it opened?", "Hurrah", False),
        ("博物馆什么时候开放？", "馆长是沈若溪", True),
        ("博物馆什么时候开放？", "1987年5月18日", False),
    ],
)
def test_a_time_that_is_asked_for_must_be_said(question: str, text: str, lacks: bool) -> None:
    assert lacks_time(question, text) is lacks


def test_a_misspelt_word_of_the_question_is_known() -> None:
    assert lost("What is the filling id?", "EFiled, Filing ID 48897809.") == Absent()
    assert lost("How many teenagers came?", "Of the members 12 came.").perhaps == ("teenagers",)


def test_a_question_word_in_a_name_makes_no_name() -> None:
    assert lost("东楼屋顶由哪家公司施工？", "东楼屋顶由宏远古建公司施工。") == Absent()


@pytest.mark.parametrize(
    "question",
    [
        "Which harbour belongs to the town?",
        "Which harbour represents the town?",
        "Which harbour gives the town a name?",
        "What does the town say of the harbour that it describes?",
    ],
)
def test_verbs_that_only_join_are_not_looked_for(question: str) -> None:
    assert sorted(one.text for one in asked_for(question)) == ["harbour", "town"]
