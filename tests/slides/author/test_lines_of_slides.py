import pytest

from copydesk.slides.author.checks import own_words, rambles
from copydesk.slides.author.lines import bare, loops


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Returns fell to 4.1 percent.", "Returns fell to 4.1 percent"),
        ("Physical security is locks, which includes", "Physical security is locks"),
        (
            "Switching to reusable plates can have many benefits for",
            "Switching to reusable plates can have many benefits",
        ),
        ("What we ask for", "What we ask for"),
        ("and so on...", "and so on..."),
        ("the", "the"),
        ("屋顶养活野蜂。", "屋顶养活野蜂"),
    ],
)
def test_a_line_ends_on_no_loose_word(said: str, shown: str) -> None:
    assert bare(said) == shown


@pytest.mark.parametrize(
    ("said", "round_and_round"),
    [
        ("What? Why? How? What? Why? How? What? Why?", True),
        ("Flower strips feed bees, and flower strips cost little", False),
        ("Bats bats bats, bats", True),
        ("屋顶农场好，屋顶农场好，屋顶农场好", True),
        ("2025年城市的屋顶、城市的墙面和城市的阳台都种了花", False),
        ("", False),
    ],
)
def test_a_line_that_goes_round_and_round_is_known(said: str, round_and_round: bool) -> None:
    assert loops(said) == round_and_round


def test_points_that_go_round_and_round_are_left_out() -> None:
    poor = "What? Why? How? What? Why? How? What? Why? How?"
    answer = {"bullets": ["Bees nest in sand", "Limes open the season", poor]}
    kept = own_words(answer, frozenset(), "Bees")
    assert kept == {"bullets": ["Bees nest in sand", "Limes open the season"]}
    assert not rambles(kept)
    assert rambles({"bullets": [poor, "Bees nest in sand"]})
    assert not rambles({"bullets": ["Bees nest in sand"], "notes": poor})
