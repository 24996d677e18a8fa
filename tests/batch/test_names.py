"""Ids: file names that every system takes, made of a brief's first words if none is given."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.batch.names import LONGEST, fault, make_id, same


@pytest.mark.parametrize("name", ["a", "bees-2", "城市-蜜蜂", "Ärger_1", "7", "é" * LONGEST])
def test_letters_digits_and_hyphens_of_any_script_are_fine(name: str) -> None:
    assert fault(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a.md",
        "a/b",
        "a\\b",
        "a b",
        "-rf",
        "a\n",
        "a\x00",
        "a\u202eb",
        "a:b",
        "CON",
        "nul",
        "Com1",
        "LPT9",
        "COM¹",
        "ｃｏｎ",
        "x" * (LONGEST + 1),
        "蜂" * LONGEST,
        "\ud800",
    ],
)
def test_what_is_no_file_name_somewhere_is_refused(name: str) -> None:
    assert fault(name)


def test_names_that_are_one_file_somewhere_are_the_same() -> None:
    assert same("Bees") == same("bees")
    assert same("é") == same("e\u0301")
    assert same("ｂｅｅ") == same("bee")
    assert same("bees-1") != same("bees-2")


def test_an_id_is_made_of_the_number_and_the_first_words() -> None:
    assert make_id(7, "Why bees move: into cities?") == "0007-why-bees-move-into-cities"
    assert make_id(12, "城市里的蜜蜂！") == "0012-城市里的蜜蜂"
    assert make_id(3, "?!") == "0003"
    assert make_id(123456, "x") == "123456-x"


@given(st.integers(1, 10**9), st.text())
def test_a_made_id_is_always_a_file_name(number: int, text: str) -> None:
    name = make_id(number, text)
    assert fault(name) == ""
    assert re.match(r"\d{4,}(-|$)", name)
