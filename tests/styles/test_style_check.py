"""What is found against a style, where, and what is passed over."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.brief import Language
from copydesk.styles.check import bans, check
from copydesk.styles.fix import fix
from copydesk.styles.load import load_style, style_names
from copydesk.styles.rules import Rules
from copydesk.styles.source import read_source
from copydesk.styles.spelling import respell
from copydesk.styles.style import Style


def styled(**fields: object) -> Style:
    return Style("house", Path(), Rules.model_validate({"summary": "House.", **fields}), "")


def codes(style: Style, text: str, language: Language | None = None) -> list[str]:
    return [finding.code.removeprefix("style.") for finding in check(style, text, language)]


@pytest.mark.parametrize(
    ("fields", "text", "found"),
    [
        ({"words": {"banned": ["delv*"]}}, "We delve. Delving. Delta.", ["banned"] * 2),
        ({"words": {"banned": ["state of the art"]}}, "a state\nof  the ART tool", ["banned"]),
        ({"words": {"banned": ["art"]}}, "a party of articles", []),
        ({"words": {"banned": ["赋能"]}}, "为企业赋能，再赋能", ["banned"] * 2),
        ({"sentences": {"longest": 5}}, "One two three four five. One two three four five six.",
         ["sentence-length"]),
        ({"sentences": {"mean": 10}}, "A b. " * 6, ["sentence-mean"]),
        ({"sentences": {"mean": 10}}, "A b. " * 3, []),
        ({"paragraphs": {"longest": 2}}, "One. Two. Three.\n\nOne. Two.", ["paragraph-length"]),
        ({"headings": {"longest": 3}}, "# One two three\n\n## One two three four",
         ["heading-length"]),
        ({"headings": {"case": "sentence"}}, "# Meet Anna Kowalski\n\nMeet Anna Kowalski.", []),
        ({"headings": {"case": "sentence"}}, "# Meet Blorf Zindle Quark", ["heading-case"]),
        ({"headings": {"case": "sentence"}}, "# Join 18F Services", []),
        ({"voice": {"person": "third"}}, "We saw it. You too.", ["person"] * 2),
        ({"voice": {"person": "third"}}, 'She said: "I think that we know you."', []),
        ({"voice": {"person": "second"}}, "You know what I mean, and we know it.", ["person"]),
        ({"voice": {"person": "third"}}, "我国的自我评价，我们不写。", ["person"]),
        ({"voice": {"person": "first"}}, "It rains. " * 80, ["person"]),
        ({"voice": {"tense": "past"}}, "It is so. It has a roof. It does rain.", ["tense"]),
        ({"voice": {"tense": "past"}}, "It was so. It had a roof, and is wet.", []),
        ({"voice": {"contractions": "no"}}, "It's fine and we don't, Anna's too.",
         ["contraction"] * 2),
        ({"voice": {"contractions": "yes"}}, "It is so. We are so. They have not.",
         ["contraction"]),
        ({"marks": {"oxford_comma": "yes"}}, "We grow red, white and blue. In fact, he and she.",
         ["oxford-comma"]),
        ({"marks": {"oxford_comma": "no"}}, "We grow red, white, and blue.", ["oxford-comma"]),
        ({"marks": {"exclamations": 0}}, "Oh! No!!", ["exclamation"] * 2),
        ({"marks": {"exclamations": 1}}, "Oh! No!", ["exclamation"]),
        ({"marks": {"semicolons": False}}, "One; two &amp; three；", ["semicolon"] * 2),
        ({"marks": {"dash": "none"}}, "One—two, 3–4, well-known", ["dash"]),
        ({"marks": {"dash": "spaced"}}, "# A\n\n- one\n- two\n\n---\n\n| a | b |\n|---|---|\n", []),
        ({"numbers": {"words_up_to": 9}}, "She has 3 dogs, 12 cats, 3% and page 4, at 5 pm.",
         ["number"]),
        ({"numbers": {"percent": "sign"}}, "5 percent", ["percent"]),
        ({"chinese": {"full_width": True}}, "Plain English, no Han (at all).", []),
        ({"patterns": [{"pattern": "(?i)click here", "message": "No.", "code": "click"}]},
         "Click here", ["click"]),
    ],
)  # fmt: skip
def test_a_rule_finds_what_is_against_it(
    fields: dict[str, object], text: str, found: list[str]
) -> None:
    assert codes(styled(**fields), text) == found


def test_a_finding_says_where_and_what_to_write() -> None:
    style = styled(words={"preferred": {"utilize": "use"}})
    (finding,) = check(style, "# A\n\nWe utilize it.\n")
    assert (finding.place, finding.code) == ("line 3, column 4", "style.preferred")
    assert finding.fix == "write 'use'"


HIDDEN = """---
title: utilize
---
`utilize` <b title="utilize"> [x](utilize.html "utilize") ![x](utilize.png) https://a.b/utilize

> We utilize, they said.

She said “we shall utilize it all today”.

```
utilize
```

    utilize

<!-- utilize -->

[x]: http://utilize
"""


def test_code_addresses_front_matter_and_quotations_are_passed_over() -> None:
    style = styled(words={"banned": ["utilize"]}, patterns=[{"pattern": "zz", "message": "z"}])
    assert check(style, HIDDEN) == []
    assert codes(style, HIDDEN.replace("today”", "”") + "\n“utilize”") == ["banned"]


def test_a_preferred_word_goes_before_a_ban_on_the_same_word() -> None:
    style = styled(words={"banned": ["utilize"], "preferred": {"utilize": "use"}})
    assert codes(style, "utilize") == ["preferred"]


def test_what_may_be_banned_while_writing() -> None:
    preferred = {"utilize": "use", "app": "mobile app", "internet": "Internet", "help": "aid"}
    style = styled(words={"banned": ["delv*", "tapestry"], "preferred": preferred | {"的": "之"}})
    assert bans(style) == ("tapestry", "utilize")


@pytest.mark.parametrize(
    "word",
    [
        "exercise", "promise", "advise", "surprise", "rise", "raise", "wise", "praise",
        "noise", "precise", "concise", "franchise", "merchandise", "expertise", "treatise",
        "enterprise", "disguise", "revise", "supervise", "televise", "improvise",
        "compromise", "advertising", "promised", "arising", "crises", "oases", "penises",
        "premises", "otherwise", "likewise", "bruised", "cruiser", "raising", "adviser",
        "visible", "poison", "prison", "improvisation", "chastise", "despise", "devise",
        "excise", "incise", "demise", "surmise", "comprise", "disable", "registers",
        "promising", "size", "prize", "seize", "capsize", "maize", "resized", "citizen",
        "horizon", "wizard", "magazine",
    ],
)  # fmt: skip
def test_words_that_only_look_like_the_other_spelling_stay(word: str) -> None:
    assert respell(word, "us") == word
    assert respell(word, "uk") == word


@pytest.mark.parametrize(
    ("uk", "us"),
    [
        ("organisation", "organization"),
        ("realising", "realizing"),
        ("criticised", "criticized"),
        ("apologises", "apologizes"),
        ("Colourful", "Colorful"),
        ("analysed", "analyzed"),
        ("TRAVELLING", "TRAVELING"),
        ("theatres", "theaters"),
        ("defence", "defense"),
        ("modernisers", "modernizers"),
        ("fulfilment", "fulfillment"),
    ],
)
def test_spelling_goes_both_ways(uk: str, us: str) -> None:
    assert (respell(uk, "us"), respell(us, "uk")) == (us, uk)


@pytest.mark.parametrize(
    "text",
    [
        "# An Equal Opportunity Zindle",
        "# Our Acme Services\n\nWe are, as Acme says, one.",
    ],
)
def test_a_heading_that_may_hold_a_name_is_reported_once_and_left_to_people(text: str) -> None:
    style = styled(headings={"case": "sentence"})
    (finding,) = check(style, text, "en")
    assert finding.code == "style.heading-case"
    assert fix(style, text, "en") == text


def test_a_name_keeps_its_spelling() -> None:
    style = styled(voice={"spelling": "uk"})
    assert codes(style, "They met at Pearl Harbor. Harbor seals came.") == ["spelling"]


@pytest.mark.parametrize("name", ["plain", "通用", "marketing"])
def test_the_styles_that_ship_follow_themselves(name: str) -> None:
    style = load_style(name)
    assert name in style_names()
    assert style.guide
    assert 2 <= len(style.exemplars) <= 4
    assert len(bans(style)) > 20
    for exemplar in style.exemplars:
        assert check(style, exemplar.text) == [], exemplar.title


def test_plain_finds_what_plain_is_against() -> None:
    text = "# How To Utilize It.\n\nIn order to delve into it; we utilize approximately 3 tools.\n"
    found = set(codes(load_style("plain"), text))
    assert found >= {"heading-case", "heading-period", "preferred", "banned", "semicolon", "number"}


def test_the_chinese_style_finds_what_it_is_against() -> None:
    found = set(codes(load_style("通用"), "众所周知,我们对Python进行研究...\n"))
    assert found == {"banned", "full-width", "latin-spacing", "preferred"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("Our best-in-class lamp is the fastest!", {"banned", "superlative", "exclamation"}),
     ("全网最低价,最强！", {"banned", "superlative-zh", "exclamation", "full-width"})],
)  # fmt: skip
def test_marketing_finds_superlatives_in_both_languages(text: str, found: set[str]) -> None:
    assert set(codes(load_style("marketing"), text)) == found


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_nothing_raises_and_every_place_is_in_the_text(text: str) -> None:
    for name in ("plain", "通用", "marketing"):
        for finding in check(load_style(name), text):
            line = int(finding.place.split()[1].rstrip(","))
            assert 1 <= line <= text.count("\n") + text.count("\r") + 1


@given(st.text(alphabet="ab`\\[]()<>!|#>-*1. \n\r\t~:/中", max_size=80))
@settings(max_examples=300, deadline=None)
def test_a_masked_text_keeps_every_character_in_its_place(text: str) -> None:
    source = read_source(text, "en")
    assert len(source.masked) == len(text)
    assert all(m in (c, "\ufffc", "\ufff9") for c, m in zip(text, source.masked, strict=True))
    assert [m for m in source.masked if m in "\r\n"] == [c for c in text if c in "\r\n"]
