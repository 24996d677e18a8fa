"""What was changed between two texts, by words and characters; requests as a person puts them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.brief import Brief
from copydesk.desk.asked import (
    request_for_deck,
    request_for_text,
    request_for_title,
    request_for_translation,
)
from copydesk.desk.diff import diff, share_changed
from copydesk.generate.protocol import Message


def marked(before: str, after: str, context: int = 1) -> list[str]:
    marks = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}"}
    return [
        f"…{line.skipped} " * bool(line.skipped)
        + "".join(marks[piece.kind].format(piece.text) for piece in line.pieces)
        for line in diff(before, after, context)
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("They nest in walls.", "They live in old walls.",
         ["They [-nest-]{+live+} in {+old +}walls."]),
        ("他们住在城市的墙里。", "它们住在城市的旧墙里。",
         ["[-他-]{+它+}们住在城市的{+旧+}墙里。"]),
        ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", ["…1 Two.", "{+Three.+}"]),
        ("One.\n\nTwo.", "Two.", ["[-One.-]", "Two."]),
        ("All of it is new here.", "Nothing whatsoever stays, friend!",
         ["[-All of it is new here.-]", "{+Nothing whatsoever stays, friend!+}"]),
        ("Same.", "Same.", ["…1 "]),
        ("", "", []),
    ],
)  # fmt: skip
def test_changes_are_shown_in_their_lines(before: str, after: str, shown: list[str]) -> None:
    assert marked(before, after) == shown


def test_what_stayed_far_from_a_change_is_counted() -> None:
    lines = [f"Line number {n} of this text." for n in range(10)]
    other = [*lines[:5], "Line number five of this text.", *lines[6:]]
    assert marked("\n".join(lines), "\n".join(other)) == [
        "…4 Line number 4 of this text.",
        "Line number [-5-]{+five+} of this text.",
        "Line number 6 of this text.",
        "…3 ",
    ]


words = st.lists(st.sampled_from(["bees", "hum", "。", "蜂", " ", "\n", "!"]), max_size=30)


@settings(deadline=None)
@given(words.map("".join), words.map("".join))
def test_both_texts_can_be_read_out_of_what_is_shown(before: str, after: str) -> None:
    """Up to blank lines, which nobody cares for."""
    for text, other in ((before, "in"), (after, "out")):
        said = [
            "".join(piece.text for piece in line.pieces if piece.kind != other)
            for line in diff(before, after, context=1000)
        ]
        lines = [line for line in text.splitlines() if line.strip()]
        unchanged = not any(line.changed for line in diff(before, after))
        assert [line for line in said if line.strip()] == ([] if unchanged else lines)


@settings(deadline=None)
@given(words.map("".join), words.map("".join))
def test_the_share_that_changed_is_one_between_none_and_all(before: str, after: str) -> None:
    assert 0 <= share_changed(before, after) <= 1
    assert share_changed(before, before) == 0


def test_a_whole_book_in_place_of_another_is_shown_as_such() -> None:
    before = "\n".join(f"Sentence {n} of one book." for n in range(500))
    after = "\n".join(f"Wholly other words, {n}." for n in range(500))
    shown = diff(before, after)
    assert [line.pieces[0].kind for line in shown] == ["out"] * 500 + ["in"] * 500
    assert share_changed(before, after) > 0.5
    one, other = before.replace("\n", " "), after.replace("\n", " ")
    assert [piece.kind for piece in diff(one, other)[0].pieces] == ["out"]
    assert diff(one, one.replace("book", "novel"))[0].changed


def test_a_request_says_what_the_brief_said() -> None:
    english = Brief("Bees", audience="all", purpose="joy", length=50, text="Old text.")
    said = "Bees\nFor: all\nPurpose: joy\nLength: about 50 words\n\nOld text."
    assert request_for_text(english, "copy") == (
        Message("user", f"Write a text of the kind “copy”.\n{said}"),
    )
    assert request_for_deck(english, 9)[0].content == (
        f"Make a deck of 9 slides, written as YAML.\n{said}"
    )
    chinese = Brief("蜜蜂", language="zh", audience="邻居", length=50)
    assert request_for_text(chinese, "copy")[0].content == (
        "请写一篇文字（体裁：copy）。\n蜜蜂\n读者：邻居\n篇幅：约50字"
    )
    assert request_for_deck(chinese, 9)[0].content.startswith("请做一份9页的演示文稿")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("\n# Bees  in\tcities\n\nText.", "Write a text with the title “Bees in cities”."),
        ("# 城市里的蜜蜂\n\n正文。", "请写一篇题为《城市里的蜜蜂》的文章。"),
        ("title: Bees\nslides: []", "Write a text with the title “Bees”."),
        ("", "Write a text with the title “”."),
    ],
)
def test_of_a_text_that_nobody_knows_its_title_is_asked_for(text: str, asked: str) -> None:
    assert request_for_title(text)[0].content == asked


def test_a_translation_is_asked_for_with_the_text() -> None:
    assert request_for_translation("文", "en")[0].content == "Translate this into English.\n\n文"
    assert request_for_translation("T", "zh")[0].content == "请把下面的内容译成中文。\n\nT"
