"""Exemplars are chosen by what they are about, each time the same, cut to whole paragraphs."""

import random
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from copydesk.styles.exemplars import choose, trim
from copydesk.styles.rules import Rules
from copydesk.styles.style import Exemplar, Style


def style(*exemplars: Exemplar) -> Style:
    return Style("house", Path(), Rules(summary="-"), "", exemplars)


BEES = Exemplar("Bees in cities", "Urban gardens flower late.\n\nThat feeds the hives on roofs.")
BUSES = Exemplar("Buses at night", "Drivers meet at the depot.\n\nThen the night service starts.")
BREAD = Exemplar("Bread at home", "Flour, water and salt are enough.\n\nA hot oven does the rest.")


def test_the_nearest_come_first() -> None:
    house = style(BREAD, BUSES, BEES)
    assert choose(house, "Why a city needs hives and gardens", 1) == (BEES,)
    assert choose(house, "a night bus driver writes about bread", 2) == (BUSES, BREAD)


def test_nothing_in_common_takes_the_first_ones() -> None:
    assert choose(style(BREAD, BUSES, BEES), "Quantum chromodynamics", 2) == (BREAD, BUSES)


def test_no_exemplars_or_no_room_is_none() -> None:
    assert choose(style(), "Bees") == ()
    assert choose(style(BEES), "Bees", 0) == ()
    assert choose(style(BEES), "Bees", budget=5) == ()


def test_other_forms_of_a_word_count() -> None:
    assert choose(style(BREAD, BUSES, BEES), "gardening", 1) == (BEES,)


def test_chinese_is_compared_by_pairs_of_characters() -> None:
    bees = Exemplar("城市里的蜜蜂", "屋顶上的花园养活了很多蜜蜂。")
    buses = Exemplar("夜班公交", "司机在车站集合，然后夜班开始。")
    assert choose(style(buses, bees), "写一篇介绍养蜜蜂的文章", 1) == (bees,)


def test_exemplars_share_the_budget_and_keep_whole_paragraphs() -> None:
    paragraphs = [f"Paragraph {number} on bees. " + "It goes on. " * 20 for number in range(9)]
    long = Exemplar("Bees", "\n\n".join(one.strip() for one in paragraphs))
    chosen = choose(style(long, BUSES), "bees", 2, budget=1_200)
    assert [one.title for one in chosen] == ["Bees", "Buses at night"]
    assert long.text.startswith(chosen[0].text)
    assert chosen[0].text.count("\n\n") == 1
    assert len(chosen[0].text) <= 600


def test_what_leads_on_is_not_left_at_the_end() -> None:
    text = "First paragraph.\n\n## Then\n\nThese are needed:\n\n- " + "flour " * 200
    assert trim(text, 80) == "First paragraph."
    assert trim("One sentence. Another one here.", 20) == "One sentence."
    assert trim("Onelongwordwithoutend" * 5, 20) == ""


@given(st.text(alphabet="ab. \n#:。", max_size=200), st.integers(-5, 100))
def test_a_cut_text_is_a_beginning_that_fits(text: str, longest: int) -> None:
    cut = trim(text, longest)
    assert len(cut) <= max(longest, 0) or cut == text
    assert "".join(text.split()).startswith("".join(cut.split()))


def test_five_hundred_posts_are_quick_and_steady() -> None:
    draw = random.Random(7)
    vocabulary = [f"{a}{b}" for a in "bcdfghjklm" for b in ("ands", "ores", "ines", "ulls", "ends")]
    posts = [Exemplar(f"Post {n}", " ".join(draw.choices(vocabulary, k=800))) for n in range(500)]
    house = style(*posts)
    first = choose(house, posts[123].text[:300], 5)
    start = time.process_time()
    for _ in range(20):
        assert choose(house, posts[123].text[:300], 5) == first
    assert (time.process_time() - start) / 20 < 0.05
