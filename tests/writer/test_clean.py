"""Mends on what a model says: headings it repeats, sentences it was cut in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.writer.clean import LeadFilter, clean_section, split_title, tail

ECHOES = ("Bees in the city", "1. Why now")


def passed(pieces: list[str], echoes: tuple[str, ...] = ECHOES) -> str:
    heard: list[str] = []
    lead = LeadFilter(echoes, heard.append)
    for piece in pieces:
        lead.feed(piece)
    lead.close()
    return "".join(heard)


@pytest.mark.parametrize(
    "lead",
    [
        "## Bees in the city\n\n",
        "Bees in the City:\n",
        "**Why now**\n",
        "__Why now__:\n",
        "2. Why now\n",
        "# Something else\n\n",
        "\n\n# A title\n## Bees in the city\n\n",
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_headings_before_the_text_are_dropped(lead: str, whole: bool) -> None:
    text = lead + "Bees in the city sleep late.\n\n## Kept\n\nMore."
    pieces = [text] if whole else list(text)
    assert passed(pieces) == "Bees in the city sleep late.\n\n## Kept\n\nMore."


@pytest.mark.parametrize(
    "text",
    [
        "Bees in the city are many.",
        "#1 in honey is Rome.",
        "**Bees** fly.",
        "*Apis* flies.",
        "Why now? Because.",
        "* one\n* two",
        "# " + "long " * 50 + "\nend",
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_prose_goes_through_untouched(text: str, whole: bool) -> None:
    assert passed([text] if whole else list(text)) == text


def test_prose_goes_through_as_soon_as_it_is_known_to_be_prose() -> None:
    heard: list[str] = []
    lead = LeadFilter(ECHOES, heard.append)
    lead.feed("Bees ")
    assert heard == []
    lead.feed("sleep")
    assert heard == ["Bees sleep"]
    lead.feed(" late")
    assert heard == ["Bees sleep", " late"]


def test_nothing_but_a_heading_is_nothing() -> None:
    assert passed(["## Bees", " in the city"]) == ""


def test_without_echoes_a_heading_is_kept() -> None:
    assert passed(["# Head", "line\ntext"], ()) == "# Headline\ntext"


WORDS = (
    "\n",
    " ",
    "#",
    "#\n",
    "## ",
    "**",
    "__",
    "Bees",
    " in the",
    " city",
    ":",
    "Why now",
    "1. ",
)
TEXTS = st.lists(st.sampled_from([*WORDS, "x. ", "word " * 45]), max_size=14).map("".join)


@given(TEXTS, st.lists(st.integers(0, 400)))
def test_how_a_stream_is_split_changes_nothing(text: str, cuts: list[int]) -> None:
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    assert passed(pieces) == passed([text]) == passed(list(text))


@given(st.text(max_size=80))
def test_what_passes_is_the_end_of_what_came(text: str) -> None:
    assert text.endswith(passed([text]))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("One. Two is cut in the mid", "One."),
        ('He said "go." Then he', 'He said "go."'),
        ("What? Yes! And th", "What? Yes!"),
        ("It cost 3.14 and", "It cost 3.14 and"),
        ("一句。两句说到一", "一句。"),
        ("“走吧。”他说着就", "“走吧。”"),
        ("no end at all", "no end at all"),
        ("One.\n\nTwo goes", "One."),
        ("", ""),
    ],
)
def test_a_cut_text_ends_at_a_sentence(text: str, clean: str) -> None:
    assert clean_section(text, whole=False) == clean


def test_a_whole_text_only_loses_blank_lines() -> None:
    assert clean_section("  One  \n\n\n\nTwo and so\n", whole=True) == "One\n\nTwo and so"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("# **Honey** \n\nBuy.", ("**Honey", "Buy.")),
        ("# Honey\nBuy.\n# More", ("Honey", "Buy.\n# More")),
        ("Buy.", ("", "Buy.")),
        ("", ("", "")),
    ],
)
def test_a_title_is_split_off(text: str, parts: tuple[str, str]) -> None:
    found = split_title(text)
    assert (found[0].rstrip("*").strip("*"), found[1]) == (parts[0].strip("*"), parts[1])


def test_the_tail_is_short_and_begins_at_a_word() -> None:
    text = "alpha beta\ngamma " * 40
    end = tail(text, "en")
    assert len(end) <= 160
    assert end.split()[0] in {"alpha", "beta", "gamma"}
    assert "\n" not in end
    assert len(tail("蜂" * 500, "zh")) == 60
    assert tail("Short.", "en") == "Short."
