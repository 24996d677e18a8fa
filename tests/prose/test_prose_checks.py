"""The checks of a text that need no model: reading ease, form, distance, and all together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import UsageProblem
from copydesk.prose.checks import check
from copydesk.prose.distance import distance, distances, profile
from copydesk.prose.readability import is_rare, readability, syllables
from copydesk.prose.shape import shape

GOOD = """# The bridge

The river rose in March and took the lower bridge with it. Nobody was hurt.

## What it cost

By June a new one stood, of stone. It cost the town two years of taxes, and most think it was
worth the money. Ask **anyone** at [the inn](https://inn.example).

| part | price |
|------|-------|
| arch | 400 |
"""

_TEXT = st.text() | st.text(alphabet="aB1 .\n#*_`~[]()|-:^{}<>。是《！")


def codes(text: str) -> list[str]:
    return [finding.code for finding in shape(text, "en")]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *[("the", 1), ("make", 1), ("walked", 1), ("wanted", 2), ("little", 2), ("styles", 1)],
        *[("boxes", 2), ("area", 3), ("nation", 2), ("science", 2), ("radio", 3), ("being", 2)],
        *[("something", 2), ("every", 2), ("society", 4), ("government", 3), ("university", 5)],
        *[("friend", 1), ("variety", 4), ("quiet", 2), ("doesn’t", 1), ("x", 1)],
    ],
)
def test_syllables_are_estimated_as_people_count_them(word: str, number: int) -> None:
    assert syllables(word) == number


def test_reading_ease_follows_the_formula() -> None:
    measured = readability("The cat sat on the mat. The dog ran.", "en")
    assert measured.words == 9
    assert measured.sentence == pytest.approx(4.5)
    assert measured.ease == pytest.approx(206.835 - 1.015 * 4.5 - 84.6)
    assert measured.grade == pytest.approx(0.39 * 4.5 + 11.8 - 15.59)


def test_long_words_and_sentences_make_a_text_harder() -> None:
    easy = readability("The dog ran home. It was wet. We fed it.", "en")
    hard = readability(
        "Institutional accountability necessitates comprehensive organizational transparency.", "en"
    )
    assert hard.ease < 0 < easy.ease
    assert hard.grade > easy.grade


def test_rare_characters_are_those_outside_the_first_level() -> None:
    assert [is_rare(c) for c in "的国家饕餮龘"] == [False, False, False, True, True, True]
    assert readability("饕餮来了。", "zh").rare == pytest.approx(0.5)


def test_a_text_without_words_measures_nothing() -> None:
    assert readability("***", "en").words == 0


def test_a_good_text_has_no_findings() -> None:
    assert check(GOOD, "en") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("# A\n\n### B\n\ntext", "heading-skips"),
        ("# \n\ntext", "heading-empty"),
        ("# A\n\n## B\n\n## C\n\ntext", "heading-bare"),
        ("# A\n\ntext\n\n## B\n\ntext\n\n## b\n\ntext", "heading-repeated"),
        ("# A is B.\n\ntext", "heading-period"),
        ("# 标题。\n\n正文", "heading-period"),
        ("text\n\n```python\nx = 1", "markdown-fence"),
        ("This is **bold and never ends.", "markdown-emphasis"),
        ("Use `code and go on.", "markdown-code"),
        ("See [the page]().", "markdown-link"),
        ("See [the page](https://a.example", "markdown-link"),
        ("| a | b |\n|---|---|\n| 1 |", "markdown-table"),
        ("Said.[^1]", "markdown-footnote"),
        ("Said.\n\n[^1]: A note.", "markdown-footnote"),
        ("Dear [Your Name], hello.", "placeholder"),
        ("Dear {{ name }}, hello.", "placeholder"),
        ("此致，【您的姓名】", "placeholder"),
        ("Sure, here is the article you wanted.\n\ntext", "lead-in"),
        ("Here is the revised text:\n\ntext", "lead-in"),
        ("好的，以下是文章：\n\n正文", "lead-in"),
        ("text\n\nWord count: 512", "aside"),
        ("text\n\n（字数：800）", "aside"),
        ("text\n\nI hope this article helps!", "aside"),
    ],
)
def test_each_fault_of_form_is_found_and_nothing_else(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "# About the U.S.\n\ntext",
        "# What now...\n\ntext",
        "# A\n\n## B\n\n### C\n\ntext\n\n## D\n\ntext",
        "```md\n**closed**\n```",
        "Five in `**` code, and \\*\\* escaped.\n\n**one** **two**",
        "Said.[^1]\n\n[^1]: A note.",
        "See [your name](https://a.example) and [name][1].\n\n[1]: https://b.example",
        "“Sure,” he said. “Here is the key.”",
        "Use `[Your Name]` in the form.",
    ],
)
def test_sound_form_is_left_alone(text: str) -> None:
    assert codes(text) == []


def test_a_finding_names_its_line() -> None:
    assert [finding.place for finding in shape("# A\n\ntext\n\n#### B\n\ntext", "en")] == ["line 5"]


def test_the_length_is_checked_within_its_tolerance() -> None:
    text = "word " * 105
    assert [f.code for f in check(text, "en") if f.code == "length"] == []
    within = check(text, "en", length=100)
    assert not [f for f in within if f.code == "length"]
    (finding,) = [f for f in check(text, "en", length=200) if f.code == "length"]
    assert (finding.measured, finding.allowed) == ("105", "200 ± 10%")
    assert "95 words fewer" in finding.message


def test_no_words_is_one_finding() -> None:
    assert [f.code for f in check(" \n", "en", length=100)] == ["empty"]


def test_a_text_full_of_machine_phrases_is_told_which() -> None:
    text = (
        "In today's fast-paced world, we delve into the rich tapestry of bees. It is important to "
        "note that bees play a crucial role. In conclusion, they are a testament to resilience."
    )
    (finding,) = [f for f in check(text, "en") if f.code == "machine-phrases"]
    assert "in today's fast-paced world" in finding.message


def test_a_text_of_endless_sentences_is_hard_to_read() -> None:
    text = " ".join(f"w{n} and" for n in range(80)) + "."
    assert [f.code for f in check(text, "en")] == ["hard-to-read"]


@given(_TEXT)
def test_any_text_can_be_checked(text: str) -> None:
    for language in ("en", "zh"):
        for finding in check(text, language, length=10):  # type: ignore[arg-type]
            assert finding.code
            assert finding.message


def short(n: int) -> str:
    return " ".join(f"He ran to w{k}. It was not far!" for k in range(n, n + 90))


def long(n: int) -> str:
    return "\n\n".join(
        f"Although the w{k} of which they spoke had been, in the view of most, a matter of some "
        "consequence to those who were there; it was, nevertheless, left as it stood."
        for k in range(n, n + 25)
    )


def test_a_text_lies_nearer_to_its_own_style_than_to_another() -> None:
    reference = profile([short(n) for n in range(0, 1000, 100)], "en")
    assert distance(reference, short(5000)) < 0.5 < 1.0 < distance(reference, long(0))


def test_chinese_styles_are_told_apart() -> None:
    plain = [f"他来了。我看着他。他没有说话，我也没有。天黑了{n}。" * 40 for n in range(6)]
    other = "然而，对于那些曾经在此处生活过的人们而言，其所留下的一切皆已成为往事；" * 30
    reference = profile(plain, "zh")
    assert distance(reference, plain[0]) < 0.5 < 1.0 < distance(reference, other)


def test_the_distance_is_the_mean_of_its_three_families() -> None:
    reference = profile([short(0), long(0)], "en")
    parts = distances(reference, long(500))
    assert distance(reference, long(500)) == pytest.approx(sum(parts.values()) / 3)


def test_a_text_without_words_is_as_far_away_as_can_be() -> None:
    assert distance(profile([short(0)], "en"), "***") == 5


def test_no_style_comes_from_no_text() -> None:
    with pytest.raises(UsageProblem):
        profile(["", "…"], "en")


@given(_TEXT)
def test_any_text_has_a_distance(text: str) -> None:
    assert 0 <= distance(profile([short(0)], "en"), text) <= 5
