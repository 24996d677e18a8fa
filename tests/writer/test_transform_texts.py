"""What is kept in a new text, found without a model: numbers, code, names, terms, language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.brief import Language
from copydesk.writer.transform.figures import digits, invented, localized, mentioned, missing
from copydesk.writer.transform.piece import chunked, together
from copydesk.writer.transform.protect import bare, protected, shield
from copydesk.writer.transform.speak import cleaned, punctuated
from copydesk.writer.transform.stress import stressed
from copydesk.writer.transform.verify import translation_faults


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("1.2 million books", "120 万册"),
        ("1.2 million books", "1,200,000 册"),
        ("3,000 seats", "3000 个座位"),
        ("3,000 seats", "三千个座位"),
        ("14.5% more", "增长14.5%"),
        ("on 3 March 2025", "2025年3月3日"),
        ("on March 3, 2025", "2025 年 3 月 3 日"),
        ("in the 1990s", "20世纪90年代"),
        ("at 3 pm", "15:00"),
        ("version 1.2.3", "1.2.3 版"),
        ("3 billion", "30亿"),
        ("50 thousand", "5 万"),
        ("12 people", "十二人"),
        ("2 people", "两人"),
        ("in 2024", "二〇二四年"),
    ],
)
def test_a_number_is_the_same_in_both_languages(english: str, chinese: str) -> None:
    assert missing(english, chinese) == []
    assert invented(english, chinese) == []
    assert missing(chinese, english) == []


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("120 万册", "120 million books", ["1200000"]),
        ("in 2024", "去年", ["2024"]),
        ("3,000", "三百", ["3000"]),
        ("12 and 15", "12", ["15"]),
    ],
)
def test_a_number_that_is_lost_or_changed_is_named(
    source: str, target: str, lost: list[str]
) -> None:
    assert missing(source, target) == lost


def test_a_number_in_words_may_become_digits_but_none_may_come_of_nothing() -> None:
    assert invented("three of two hundred branches", "200 家分馆中的 3 家") == []
    assert invented("some branches", "40 家分馆") == ["40"]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("1.2 million", "zh", "120万"),
        ("$4.2 million", "zh", "420万美元"),
        ("3 billion", "zh", "30亿"),
        ("120 万", "en", "1.2 million"),
        ("3亿", "en", "300 million"),
        ("1.5万", "en", "15,000"),
        ("on 3 March 2025", "zh", "on 2025年3月3日"),
        ("2025 年 3 月 3 日", "en", "3 March 2025"),
        ("3,000", "zh", "3,000"),
    ],
)
def test_units_and_dates_are_put_into_the_other_language(
    text: str, language: Language, said: str
) -> None:
    assert localized(text, language) == said


@given(st.text(max_size=60))
def test_any_text_has_readable_numbers(text: str) -> None:
    assert digits(text) <= mentioned(text)
    for language in ("en", "zh"):
        localized(text, language)  # type: ignore[arg-type]


@given(st.integers(10_000, 10**13))
def test_a_converted_number_keeps_its_value(number: int) -> None:
    assert digits(localized(f"{Decimal(number) / 1000:f} thousand", "zh")) == digits(str(number))


KEPT = [
    "`code`",
    "``a ` b``",
    "<br>",
    "<!-- note -->",
    "<https://a.example>",
    "$x^2$",
    "[^1]",
    "https://a.example/b?c=d",
    "ann@example.org",
    "{{ name }}",
    "{name}",
    "${HOME}",
    "%(name)s",
    "%s",
    ":smile:",
    "&nbsp;",
]


@pytest.mark.parametrize("span", KEPT)
def test_what_is_no_language_is_set_aside(span: str) -> None:
    assert protected(f"Use {span} here.") == [span]
    assert protected(f"用{span}在这里。") == [span]


@pytest.mark.parametrize("text", ["$5 and $6", "50% of", "a { b", "3 < 4", "8:30", "[x]", "a*b*c"])
def test_ordinary_text_is_not(text: str) -> None:
    assert protected(text) == []


@given(
    st.lists(st.sampled_from([*KEPT, "[a](b)", "![c](d 'e')", "[f][g]", " ", "word"])).map("".join)
)
def test_what_was_set_aside_comes_back(text: str) -> None:
    shielded = shield(text)
    assert shielded.restore(shielded.text) == text


def test_a_link_shows_its_words_and_hides_its_address() -> None:
    shielded = shield("See [the guide](https://a.example/x) and {name}.")
    assert shielded.text == "See [the guide](#1) and ⟦2⟧."
    assert shielded.restore("看[指南](#1)和 ⟦2⟧。") == "看[指南](https://a.example/x)和 {name}。"


@pytest.mark.parametrize(
    "answer", ["看 **1**。", "看 【1】。", "看 [1]。", "看 ⟦ 1 ⟧。", "看 `1`。"]
)
def test_a_mark_that_the_model_bent_is_recognised(answer: str) -> None:
    assert shield("See {name}.").restore(answer) == "看 {name}。"


def test_a_mark_that_never_was_leaves_nothing() -> None:
    assert shield("See it.").restore("看 ⟦7⟧。") == "看 。"


def test_footnotes_at_the_end_are_never_shown() -> None:
    shielded = shield("A fact.[^1] [^2]")
    assert (shielded.text, shielded.tail) == ("A fact.", "[^1] [^2]")


def test_bare_words_have_no_markup() -> None:
    assert bare("**Bold** `code` [a](b)").split() == ["Bold", "[a]"]


GOOD = [
    ("The library is open until ten.", "图书馆开放到十点。", "zh"),
    ("图书馆开放到 22:00。", "The library is open until 22:00.", "en"),
    ("Run `ls` **now** with GPT-4.", "**现在**用 GPT-4 运行 `ls`。", "zh"),
    ("Ann Keller runs the evening shift.", "Ann Keller 负责晚班。", "zh"),
]


@pytest.mark.parametrize(("source", "target", "language"), GOOD)
def test_a_good_translation_has_no_fault(source: str, target: str, language: Language) -> None:
    assert translation_faults(source, target, language) == []


@pytest.mark.parametrize(
    ("source", "target", "language", "code"),
    [
        ("The library is open until ten.", "The library is open until ten.", "zh", "untranslated"),
        ("The library lent many books.", "图书馆 lent 很多 books。", "zh", "untranslated"),
        ("图书馆晚上开放。", "The 图书馆 is open.", "en", "untranslated"),
        ("It lent 1.2 million books.", "它借出1.2亿册图书。", "zh", "number-lost"),
        ("It lent many books.", "它借出40册图书。", "zh", "number-changed"),
        ("Run `ls` first.", "先运行。", "zh", "span-lost"),
        ("See [the guide](https://a.example).", "见[指南](https://b.example)。", "zh", "span-lost"),
        ("It is **very** good.", "它非常好。", "zh", "markup"),
        ("We asked GPT-4 about it.", "我们问了它。", "zh", "name-lost"),
        ("One sentence that says a lot of things about bees in the city.", "蜂。", "zh", "length"),
        ("It is good to be here now.", "。", "zh", "empty"),
        ("Bees nest in walls.", "蜜蜂在墙里筑巢，" * 12, "zh", "loop"),
    ],
)
def test_each_fault_of_a_translation_is_found(
    source: str, target: str, language: Language, code: str
) -> None:
    assert code in [fault.code for fault in translation_faults(source, target, language)]


def test_a_glossary_term_that_was_not_used_is_a_fault() -> None:
    terms = [("branch", "分馆")]
    [fault] = translation_faults("The branch is open today.", "支馆今天开放。", "zh", terms)
    assert (fault.code, fault.message) == ("glossary", "the glossary asks for branch → 分馆")
    assert translation_faults("The branch is open today.", "分馆今天开放。", "zh", terms) == []


@pytest.mark.parametrize(
    ("answer", "source", "language", "clean"),
    [
        ("Translation: Open at night", "夜间开放", "en", "Open at night"),
        ("译文：夜间开放", "Open at night", "zh", "夜间开放"),
        ('"Open at night"', "夜间开放", "en", "Open at night"),
        ("```\nOpen\n```", "开放", "en", "Open"),
        ("- Open", "开放", "en", "Open"),
        ("# 开放", "Open", "zh", "开放"),
        ("一行\n两行", "One. Two", "zh", "一行 两行"),
        ("开放", "Open.", "zh", "开放。"),
        ("价格", "Prices:", "zh", "价格："),
        ("Dear Ann,\n\nWe open.\n\nBest regards,\n[Name]", "We open.", "en", "We open."),
        ("“Open”, he said", "“开放”，他说", "en", "“Open”, he said"),
    ],
)
def test_an_answer_loses_what_models_put_around_it(
    answer: str, source: str, language: Language, clean: str
) -> None:
    assert cleaned(answer, source, language) == clean


@pytest.mark.parametrize(
    ("text", "language", "mended"),
    [
        ('"好,"他说.', "zh", "“好，”他说。"),
        ("**重要：**内容", "zh", "**重要**：内容"),
        ("用 pip install a, b.", "zh", "用 pip install a, b."),
        ("Open，now。", "en", "Open, now."),
    ],
)
def test_punctuation_is_that_of_the_language(text: str, language: Language, mended: str) -> None:
    assert punctuated(text, language) == mended


def test_emphasis_that_was_dropped_is_put_back() -> None:
    asked = {"1.2 million books": "120 万册书", "no": "没有"}
    source = "It lent **1.2 million books**; *no* branch closed."
    target = "它借出120万册书；没有分馆关闭。"
    assert stressed(source, target, asked.__getitem__) == "它借出**120万册书**；*没有*分馆关闭。"
    assert stressed(source, target, lambda _phrase: "什么") == target


def test_long_texts_are_cut_between_sentences() -> None:
    text = "One is here. Two is there.⟦1⟧ Three e.g. this? 四在这里。五在那里。"
    assert chunked(text, 30) == [
        "One is here. Two is there.⟦1⟧",
        "Three e.g. this? 四在这里。五在那里。",
    ]
    assert len(chunked(text, 1)) == 5
    assert together(["a.", "b."], "en") == "a. b."
    assert together(["甲。", "乙。"], "zh") == "甲。乙。"
