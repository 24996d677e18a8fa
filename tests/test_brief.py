"""The brief: cleaned, never empty, its language read off the text."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.brief import clean_text, detect_language, make_brief
from copydesk.errors import UsageProblem


@pytest.mark.parametrize("topic", ["", "   ", "\n\t\n", "\x00\x1b", "…!?", "\u200b\u200e", "🐝"])
def test_a_brief_that_says_nothing_is_refused(topic: str) -> None:
    with pytest.raises(UsageProblem, match="The brief is empty") as caught:
        make_brief(topic)
    assert "copydesk write article" in caught.value.hint


@pytest.mark.parametrize(
    ("topic", "language"),
    [
        ("Why bees move into cities", "en"),
        ("城市里的蜜蜂", "zh"),
        ("为 Python 3.14 写一份更新说明", "zh"),
        ("How to say 蜂 in French, German, Polish and Greek", "en"),
        ("2026", "en"),
        ("Пчёлы в городе", "en"),
    ],
)
def test_the_language_is_read_off_the_text(topic: str, language: str) -> None:
    assert detect_language(topic) == language
    assert make_brief(topic).language == language


@pytest.mark.parametrize(("asked", "name"), [("en", "English"), ("zh", "Simplified Chinese")])
def test_a_language_that_is_given_is_kept(asked: Any, name: str) -> None:
    brief = make_brief("Bees 蜜蜂", language=asked)
    assert (brief.language, brief.language_name) == (asked, name)


def test_control_characters_are_dropped_from_topic_and_audience() -> None:
    brief = make_brief("  Be\x1b[31mes\x00\r\nand\rwasps\u202e ", audience="\x07all\u200b ")
    assert brief.topic == "Be[31mes\nand\nwasps"
    assert brief.audience == "all"


def test_undecodable_bytes_of_the_command_line_are_dropped() -> None:
    assert make_brief("bees \udcff in cities").topic == "bees  in cities"


@given(st.text())
def test_clean_text_is_clean_and_stays_so(text: str) -> None:
    clean = clean_text(text)
    assert not [c for c in clean if unicodedata.category(c)[0] == "C" and c not in "\n\t"]
    assert clean == clean.strip()
    assert clean_text(clean) == clean
    clean.encode()  # no lone surrogate is left
