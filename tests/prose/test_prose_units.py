"""Words, sentences and paragraphs of English and Chinese, and of anything else."""

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.prose.units import count, paragraphs, sentences, words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Bees don't fly well-known routes.", 5),
        ("It cost $2,000.50 in the U.S. in 2024—really.", 9),
        ("## A heading\n\n- **bold** [link](https://a.example/b-c) and `code`", 6),
        ("```python\nprint(1)\n```\nOne line.", 2),
        ("| a | b |\n|---|---|\n| one two | three |", 5),
        ("", 0),
        ("!!! *** ---", 0),
    ],
)
def test_english_words_are_counted_without_markup(text: str, number: int) -> None:
    assert count(text, "en") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("你好，世界！", 4),
        ("我用Python写了3.14版，共2,000行。", 10),
        ("# 标题\n\n**粗体**字", 5),
        ("《红楼梦》——“好了歌”……", 6),
    ],
)
def test_chinese_characters_count_and_punctuation_does_not(text: str, number: int) -> None:
    assert count(text, "zh") == number


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Smith met Dr. Jones at 3.14 p.m. on Main St. in D.C. last week.", "He left."],
        ["Use tools, e.g. hammers, i.e. heavy ones.", "Stop!", "Why?"],
        ["He lives in the U.S. Senate building.", "She lives in the U.S.", "The house is old."],
        ["“Stop!” he said.", "“I will not.”", "She left."],
        ["Well... maybe not.", "Wait…", "Then he ran."],
        ["J. K. Rowling wrote it.", "It was I.", "See No. 5 for more."],
        ["The cat sat.", "The answer was no.", "He went on."],
        ["1. First point.", "Second."],
        ["It broke 29 Del. C. § 5805(a)(2).", "See 208 F. 3d 224 and 42 U.S.C. § 1983."],
        ["He took 12 jars from Anna.", "B. Moor took none."],
        ["Version 3.14 came (finally!) in May.", "It works."],
    ],
)
def test_english_sentences_end_where_they_end(parts: list[str]) -> None:
    assert sentences(" ".join(parts), "en") == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["你好。", "今天天气很好！", "是吗？！", "“我不知道……”", "他走了。"],
        ["圆周率是3.14，约等于3。", "对吧?", "对。"],
        ["（他来了。）", "然后走了"],
    ],
)
def test_chinese_sentences_need_no_spaces(parts: list[str]) -> None:
    assert sentences("".join(parts), "zh") == parts


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert sentences("One line\ngoes on\n\nand ends", "en") == ["One line\ngoes on", "and ends"]


def test_paragraphs_leave_headings_code_and_tables_out() -> None:
    text = "# Title\n\nFirst *one*,\nwrapped.\n\n- item\n\n> said\n\n```\nx\n```\n\n|a|b|\n|-|-|\n"
    assert paragraphs(text) == ["First one, wrapped.", "item", "said"]


_TEXT = st.text() | st.text(alphabet="aA1 .!?…。！”\"'()\n\t*_`~#>|[]-是我\u202e\x00👩‍🚀")


@given(_TEXT)
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    for language in ("en", "zh"):
        joined = "".join("".join(sentences(text, language)).split())  # type: ignore[arg-type]
        assert joined == "".join(text.split())


@given(_TEXT, _TEXT)
def test_words_of_two_paragraphs_add_up(one: str, other: str) -> None:
    both = words(f"{one}\n\n{other}", "en")
    assert both == words(one, "en") + words(other, "en")


@given(_TEXT)
def test_nothing_raises_and_no_unit_is_empty(text: str) -> None:
    assert count(text, "zh") >= 0
    assert all(part.strip() for part in (*sentences(text, "en"), *paragraphs(text)))


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "[x](",
        "*",
        "_a",
        "`",
        "<",
        "<!--",
        "![",
        "a.",
        ".",
        "…”",
        "\n",
        "\n \n",
        "|",
        ">",
        "- ",
        "1) ",
        "~~~\n",
        "```\n",
        "& ",
        "\\",
        "“",
        "\n#",
        "a\n-\n",
        "https://",
        "|-|\n",
        "(",
        "'a",
        "* ",
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    def seconds(times: int) -> float:
        text = unit * times
        gc.disable()  # what other tests left in memory would be counted with every list
        start = time.process_time()
        count(text, "en")
        sentences(text, "en")
        spent = time.process_time() - start
        gc.enable()
        return spent

    short = max(min(seconds(20_000), seconds(20_000)), 0.01)
    assert min(seconds(160_000), seconds(160_000)) < 40 * short  # 8 when linear, 64 when not
