"""What a text claims: numbers, dates, names, quotations, in values that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.prose.claims import claims
from copydesk.prose.dates import covers, dates
from copydesk.prose.numerals import numbers


def values(text: str, language: str = "en", kind: str = "") -> list[str]:
    found = claims(text, language)
    return [claim.value for claim in found if not kind or claim.kind == kind]


def one(text: str) -> tuple[str, str]:
    (number,) = numbers(text)
    return number.key, number.unit


@pytest.mark.parametrize(
    ("spellings", "value", "unit"),
    [
        (
            ("1,200", "1200", "twelve hundred", "1.2 thousand", "１２００", "一千二百", "0.12万"),
            "1200",
            "",
        ),
        (("50%", "50 %", "50 percent", "fifty per cent", "50％", "百分之五十", "五成"), "50", "%"),
        (("4 million", "4,000,000", "four million", "400万", "四百万"), "4000000", ""),
        (("$4m", "US$4 million", "4 million dollars", "400万美元"), "4000000", "USD"),
        (("1亿2000万元", "1.2亿元", "¥120,000,000"), "120000000", "CNY"),
        (("three hundred and twenty", "三百二十", "320"), "320", ""),
    ],
)
def test_one_number_has_one_value_however_it_is_spelled(spellings, value, unit):
    assert {one(text) for text in spellings} == {(value, unit)}


def test_units_have_the_same_base():
    bases = {numbers(text)[0].base for text in ("1.2 km", "1,200 metres", "120000 cm", "1.2公里")}
    assert len(bases) == 1


def test_both_ends_of_a_range_have_its_unit():
    assert values("It grew by 3–5%.") == ["3%", "5%"]
    assert [(n.key, n.unit) for n in numbers("$3–5 million")] == [
        ("3000000", "USD"),
        ("5000000", "USD"),
    ]
    assert values("4,000,000 and 400 people") == ["4000000", "400"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("June 2024", "2024-06"),
        ("2024-06-01", "2024-06-01"),
        ("1 June 2024", "2024-06-01"),
        ("June 1st, 2024", "2024-06-01"),
        ("2024年6月1日", "2024-06-01"),
        ("2024年6月", "2024-06"),
        ("二〇二四年", "2024"),
        ("June 1", "--06-01"),
        ("the 1990s", "199x"),
        ("in 2012", "2012"),
    ],
)
def test_dates_are_read_as_iso_8601(text, value):
    assert [date.value for date in dates(text)] == [value]


def test_a_fuller_date_covers_what_is_said_of_it():
    assert covers("2024-06", "2024-06-01")
    assert covers("--06-01", "2024-06-01")
    assert covers("199x", "1994")
    assert not covers("2024-06-01", "2024-06")
    assert not covers("2024", "2023-06")


@pytest.mark.parametrize(
    "text",
    [
        "1. Count them\n2. Sell them",
        "## 3. Results\n\n### 4.1 More of it",
        "Chapter 12 and Figure 3 show it [12], and so does step 4.",
        "The first of three reasons, and two of them.",
        "We give 5 tips in the 21st century.",
        "It runs on B2B and in 3D.",
        "It took `x = 42` and\n\n```\ny = 99\n```\n",
        "See [the page](http://a.example/2014/12) or http://b.example/99.",
        "It costs a million, or hundreds of them.",
        "It is said.[^12]\n\n[^12]: The Report 2014, p. 99",
        "<!-- 1999 -->",
    ],
)
def test_numbering_and_small_talk_claim_nothing(text):
    assert claims(text, "en") == []


def test_chinese_idioms_and_numbering_claim_nothing():
    assert (
        claims("## 一、概述\n\n第三章十分统一，千万不要一天两天地等，（2）说了三个理由。", "zh")
        == []
    )


def test_small_words_count_with_a_unit():
    assert values("It took five years and three percent, in two parts.") == ["5", "3%"]


def test_names_are_not_the_first_words_of_sentences():
    text = (
        "However, Mary Miller left. The Pew Research Center stayed. Keepers came. In Ulm it rained."
    )
    assert values(text, kind="name") == ["mary miller", "pew research center", "ulm"]


def test_headings_and_bold_openings_hold_no_names():
    assert values("# The Long Way Home\n\n- Data: nothing", kind="name") == []


def test_chinese_names_are_titles_organisations_and_latin_words():
    text = "据清华大学的报告《人工智能发展》，OpenAI与北京字节跳动科技有限公司合作，一家公司用AI。"
    assert set(values(text, "zh", "name")) == {
        "清华大学",
        "人工智能发展",
        "openai",
        "北京字节跳动科技有限公司",
    }


def test_quotations_are_longer_than_terms_in_quotes():
    text = 'He said “we were never asked” of the "so-called" plan, and "nobody came to see us".'
    assert values(text, kind="quotation") == ["wewereneverasked", "nobodycametoseeus"]
    assert values("他说：“我们从来没有被问过这些”，叫作“创新”。", "zh", "quotation") == [
        "我们从来没有被问过这些"
    ]


def test_claims_know_their_line_and_place():
    text = "# Head\n\nIt was 1,250.\n\nIt was 99% in May 2014."
    for claim in claims(text, "en"):
        assert text[claim.start : claim.end] == claim.text
        assert claim.line == text[: claim.start].count("\n") + 1
    assert [claim.line for claim in claims(text, "en")] == [3, 5, 5]


def test_marks_of_an_earlier_check_are_no_text():
    assert values("It was 1,250 [not in the sources] then.") == ["1250"]


@given(st.text(max_size=300), st.sampled_from(["en", "zh"]))
def test_any_text_can_be_read(text, language):
    for claim in claims(text, language):
        assert 0 <= claim.start < claim.end <= len(text)


@given(st.text("0123456789,.%$-–k万亿百十三 million十年月日 to/", max_size=60))
def test_any_run_of_figures_can_be_read(text):
    for language in ("en", "zh"):
        for claim in claims(text, language):
            assert text[claim.start : claim.end].strip() == claim.text.strip()


@given(st.integers(0, 10**12))
def test_digits_mean_what_they_say(number):
    assert one(f"{number:,}") == one(str(number)) == (str(number), "")
