"""Banned phrases are found whatever their case, and no part of one is ever called safe."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.errors import UsageProblem
from copydesk.generate.bans import Bans


def found(text: str, *phrases: str) -> str | None:
    _, hit = Bans(phrases).scan(text, ended=True)
    return text[hit.start : hit.end] if hit else None


@pytest.mark.parametrize(
    ("text", "phrase", "hit"),
    [
        ("A rich Tapestry of life", "tapestry", "Tapestry"),
        ("the party", "art", None),
        ("an art.", "art", "art"),
        ("delved", "delve", None),
        ("state of\n the  art", "state of the art", "state of\n the  art"),
        ("It’s worth noting", "it's worth", "It’s worth"),
        ("这是一个值得注意的问题", "值得注意", "值得注意"),
        ("用ＡＩ写", "AI", "ＡＩ"),
        ("well — yes", "—", "—"),
        ("C++ is", "c++", "C++"),
        ("STRASSE", "straße", None),  # one letter stands for one letter
    ],
)
def test_a_phrase_is_found_as_an_editor_would_find_it(
    text: str, phrase: str, hit: str | None
) -> None:
    assert found(text, phrase) == hit


@pytest.mark.parametrize("phrase", ["", " ", "\n\t"])
def test_an_empty_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(UsageProblem, match="empty"):
        Bans([phrase])


def test_what_may_become_a_phrase_is_not_safe_yet() -> None:
    bans = Bans(["rich tapestry"])
    assert bans.scan("a rich") == (2, None)
    assert bans.scan("a rich tap") == (2, None)
    assert bans.scan("a rich tapestry") == (2, None)  # it may become "tapestrys"
    assert bans.scan("a rich tapestrys") == (16, None)
    assert bans.scan("a rich tapestry ")[1] is not None
    assert bans.scan("a rich tapestry", ended=True)[1] is not None


letters = st.text("ab A蜜’' \n", max_size=24)


@given(letters, st.lists(st.text("ab蜜' ", min_size=1, max_size=5).filter(str.strip), max_size=4))
@example("ab ab", ["b a"])
@example("A'A", ["'", "a'a"])
def test_a_growing_text_gives_what_the_whole_text_gives(text: str, phrases: list[str]) -> None:
    """Letter by letter: a hit where there is one, and never before what was called safe."""
    bans = Bans(phrases)
    _, whole = bans.scan(text, ended=True)
    safe = 0
    hit = None
    for end in range(1, len(text) + 1):
        now, hit = bans.scan(text[:end], safe)
        assert now >= safe
        if hit:
            break
        safe = now
    if not hit:
        _, hit = bans.scan(text, safe, ended=True)
    assert (hit is None) == (whole is None)
    if hit:  # what is complete is found while a longer phrase that began before it is not
        assert hit.start >= safe
        assert Bans([hit.phrase]).scan(text, hit.start, ended=True)[1] == hit
