"""What a question asks for: its terms, what they weigh, and the places that it names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.library.named import named
from copydesk.library.question import question_of
from copydesk.library.words import indexed, words


def test_words_that_only_ask_weigh_little_and_names_more() -> None:
    weights = question_of("How many roofs did Acme lay in 2023?").weights
    (many,) = words("many")
    assert weights[many] < weights["roof"] < weights["acm"] == weights["2023"]


def test_what_says_how_to_answer_is_left_out() -> None:
    asked = question_of(
        'Which roofs are red? Please write the answer in list format, e.g., ["a", "b"]'
    )
    assert asked.text == "Which roofs are red?"
    assert question_of("Which roofs (e.g. slate) are red").text == "Which roofs"
    assert question_of("哪些屋顶是红色的？请用列表格式回答。").text == "哪些屋顶是红色的?"
    assert question_of("List the roofs.").text == "List the roofs."


def test_other_words_for_the_same_and_words_before_weigh_less() -> None:
    weights = question_of("What did the CEO say?", also=["roofs in May"]).weights
    assert weights["chief"] < 1
    assert weights["roof"] < weights["chief"]


def test_a_question_knows_what_would_answer_it() -> None:
    assert question_of("How much did it cost?").numeric
    assert question_of("增长了多少？").numeric
    assert not question_of("Who laid the roofs?").numeric
    assert question_of("What does the chart show?").figure
    assert question_of("Which row of the table?").table
    assert question_of('Who is "no lean"?').quoted == ("no lean",)


@pytest.mark.parametrize(
    ("text", "pages", "counted"),
    [
        ("What is on page 12?", ("12",), ()),
        ("pages 3 and 5", ("3", "5"), ()),
        ("pp. 5-7", ("5", "6", "7"), ()),
        ("slide 4", ("4",), ()),
        ("page iv", ("iv",), ()),
        ("the figure at the top of page 6985", ("6985",), ()),
        ("the first page", (), (1,)),
        ("the last slide", (), (-1,)),
        ("the 3rd page", (), (3,)),
        ("第12页讲了什么", ("12",), ()),
        ("第二十三页", ("23",), ()),
        ("第十页", ("10",), ()),
        ("封面上写了什么", (), (1,)),
        ("最后一页", (), (-1,)),
        ("two pages of text", (), ()),
        ("the pagination", (), ()),
    ],
)
def test_pages_that_are_named(text: str, pages: tuple[str, ...], counted: tuple[int, ...]) -> None:
    found = named(text)
    assert (found.pages, found.counted) == (pages, counted)


@pytest.mark.parametrize(
    ("text", "there", "elsewhere"),
    [
        ("What does Figure 3 show?", ("Figure 3: Roofs", "see Fig. 3", "FIG 3."), "Figure 31"),
        ("in table 2.1", ("Table 2.1 Costs",), "Table 2.12"),
        ("the second figure", ("Figure 2",), "Figure 3"),
        ("Appendix B", ("Appendix B. Costs",), "Appendix A"),
        ("Appendix B.2", ("appendix B.2",), "Appendix B"),
        ("unit 8", ("UNIT 8 ECONOMY",), "unit 18"),
        ("图3说明什么", ("图3：屋顶", "图 3"), "图31"),
        ("第三章", ("第 三 章",), "第四章"),
        ("表2-1", ("表2-1 费用",), "表2-12"),
    ],
)
def test_figures_and_the_like_that_are_named(
    text: str, there: tuple[str, ...], elsewhere: str
) -> None:
    (pattern,) = named(text).things
    assert all(pattern.search(said) for said in there)
    assert not pattern.search(elsewhere)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Who are the authors?", True),
        ("Who is the defendant of this case?", True),
        ("When was the report published?", True),
        ("作者是谁？", True),
        ("How many roofs are red?", False),
    ],
)
def test_what_stands_on_the_first_page(text: str, first: bool) -> None:
    assert named(text).first is first


def test_chinese_is_found_by_words_and_by_pairs() -> None:
    assert words("清华大学2022年净利润") == ["清华大学", "2022", "年", "净利润"]
    assert indexed("清华大学") == ["清华大学", "清华", "华大", "大学"]


def test_accents_and_wide_letters_do_not_matter() -> None:
    assert words("café naïve") == words("cafe naive")
    assert words("ＧＤＰ ２０２３") == words("GDP 2023")
    assert words("Zürich") == words("zurich")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_question_can_be_asked(text: str) -> None:
    asked = question_of(text, also=[text])
    assert all(0 < weight <= 2 for weight in asked.weights.values())
    named(text)


def test_a_hostile_question_takes_no_time() -> None:
    for part in ("page 1, ", "第一", '"', "figure ", "e.g. ", "1.", "Please "):
        question_of(part * 100_000)
        named(question_of(part * 100_000).text)


def test_english_alone_does_not_load_the_chinese_dictionary() -> None:
    code = (
        "import sys; from copydesk.library.question import question_of; "
        "from copydesk.library.store import open_library; "
        "question_of('What did the café’s roofs cost?', ['in May']); "
        "assert 'rjieba' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
