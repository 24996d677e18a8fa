"""Text taken in as it streams: the same however it is cut, nothing lost, nothing twice."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.brief import Language
from copydesk.prose.repetition import Seen
from copydesk.prose.units import words
from copydesk.writer.intake import Intake

BEES = (
    "Bees nest in old walls of brick. They fly a whole mile for ivy! "
    "Who in this city counts them? Nobody has done so thus far."
)
HAN = "城市里的蜜蜂住在旧墙里。它们飞一里路去找常春藤！谁来把它们数一数呢？至今没有人这样做过。"
LANGUAGES: tuple[Language, ...] = ("en", "zh")

# What models say, and what breaks readers: marks in rows, blank lines, lists, scripts in one line.
_ATOMS = (
    *("Bees", "nest ", "in walls", ". ", "! ", "? ", "…", "...", ".", "\n", "\n\n", " ", "\t"),
    *('"', "”", ")", "*", "**", "- ", "1. ", "2) ", "| a | b |\n", "Mr. ", "3.5", "e.g. ", "# "),
    *("蜂", "蜜蜂住在墙里", "。", "！", "”", "》", "…… ", "\u202e", "🐝", "مرحبا ", "\x00", "、"),
)
texts = st.lists(st.sampled_from(_ATOMS) | st.text(max_size=6), max_size=60).map("".join)


def intake(language: Language = "en", **more: Any) -> tuple[Intake, list[str]]:
    shown: list[str] = []
    limits = {"aim": 10_000, "most": 10_000, "hold": 20_000, **more}
    return Intake(language, Seen(language), emit=shown.append, **limits), shown


def taken(text: str, language: Language, cuts: list[int], **more: Any) -> tuple[str, str, bool]:
    """What stands, what was shown, and whether it is full, of a text in pieces."""
    made, shown = intake(language, **more)
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    for start, end in pairwise(places):
        made.feed(text[start:end])
    made.finish(whole=True)
    made.release()
    return made.text, "".join(shown), made.full


@settings(max_examples=300)
@given(texts, st.lists(st.integers(0, 400), max_size=30), st.sampled_from(LANGUAGES))
def test_however_a_stream_is_cut_the_text_taken_in_is_the_same(
    text: str, cuts: list[int], language: Language
) -> None:
    whole = taken(text, language, [])
    assert taken(text, language, cuts) == whole
    assert taken(text, language, list(range(len(text)))) == whole


@settings(max_examples=200)
@given(texts, st.lists(st.integers(0, 400), max_size=30), st.integers(1, 40))
def test_the_cuts_make_no_difference_to_where_a_piece_ends(
    text: str, cuts: list[int], most: int
) -> None:
    limits = {"aim": most, "most": most, "hold": most * 2}
    assert taken(text, "en", cuts, **limits) == taken(text, "en", [], **limits)


def varied(rng: random.Random, language: Language, sentences: int) -> list[str]:
    """Sentences of which no two are alike."""
    if language == "zh":
        letters = [chr(0x4E00 + number) for number in range(3000)]
        return ["".join(rng.sample(letters, rng.randint(4, 30))) + "。" for _ in range(sentences)]
    pool = [f"{a}{b}" for a in ("bar", "lin", "mor", "tes", "wick") for b in ("da", "el", "on")]
    return [
        " ".join(rng.choices(pool, k=rng.randint(4, 25))).capitalize() + f" {number}. "
        for number in range(sentences)
    ]


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from(LANGUAGES), st.integers(1, 60))
def test_nothing_is_lost_when_nothing_repeats_and_there_is_room(
    seed: int, language: Language, sentences: int
) -> None:
    text = "".join(varied(random.Random(seed), language, sentences))
    stands, shown, full = taken(text, language, list(range(0, len(text), 7)))
    assert stands == text.rstrip()
    assert shown == text.rstrip()
    assert not full


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.sampled_from(LANGUAGES), st.integers(5, 400))
def test_a_piece_is_never_past_its_most_by_more_than_a_sentence(
    seed: int, language: Language, most: int
) -> None:
    said = varied(random.Random(seed), language, most // 2 + 5)
    made, _ = intake(language, aim=most, most=most, hold=most * 2)
    made.feed("".join(said))
    made.finish(whole=True)
    longest = max(len(words(sentence, language)) for sentence in said)
    assert made.full
    assert most - longest <= made.length <= most + longest
    assert made.length == len(words(made.text, language))


@pytest.mark.parametrize(("text", "language"), [(BEES, "en"), (HAN, "zh")])
def test_sentences_that_come_again_are_left_out(text: str, language: Language) -> None:
    """Sentences of fewer than six words may come again: language repeats those by nature."""
    again = f"{text}\n\n{text}"
    assert taken(again, language, [])[0].strip() == text


def test_after_five_repeats_in_a_row_the_model_is_stuck() -> None:
    made, _ = intake()
    made.feed(f"{BEES} ")
    made.feed(f"{BEES} {BEES} ")
    assert made.stuck
    assert made.text.strip() == BEES
    made.new_paragraph()
    assert not made.stuck


def test_the_paragraphs_end_that_a_repeat_carries_stays() -> None:
    first = "Bees nest in old walls of brick."
    made, _ = intake()
    made.feed(f"{first} They fly a mile for ivy. {first}\n\nA new one. ")
    made.finish(whole=True)
    assert "ivy." in made.text
    assert "\n\nA new one." in made.text
    assert made.text.count(first) == 1


def test_a_refrain_may_come_three_times() -> None:
    lines = "".join(f"Oh.\nLine {number} of a song about bees.\n" for number in range(6))
    assert taken(lines, "en", [])[0].count("Oh.") == 3


def test_a_line_that_was_taken_back_may_be_said_again() -> None:
    made, _ = intake(hold=0)
    for _ in range(5):
        made.feed("Oh.\nLine of a song about bees.\n")
        made.finish(whole=True)
        assert made.text.startswith("Oh.")
        taken_back = made.back_to(0)
    made.put_back(taken_back, most=100)
    assert made.text.startswith("Oh.")


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Bee met Mr. Wasp at 3.5 miles. ",
        "They came, e.g. by train, vs. by car. ",
        "It was J. R. Hall who counted. ",
        "1. Plant ivy on the wall. ",
        "12. Plant thyme. ",
    ],
)
def test_abbreviations_and_the_numbers_of_a_list_end_nothing(text: str) -> None:
    """Where a sentence is cut may be seen where the piece ends: never inside one."""
    size = len(words(text, "en"))
    made, _ = intake(aim=size, most=size)
    made.feed(f"{text}And so on it goes for ever. ")
    made.finish(whole=True)
    assert made.text.strip() == text.strip()
    made, _ = intake()
    made.feed(text[:-1])
    assert made.text == ""


@pytest.mark.parametrize("text", ["He met Mr. Wasp", "It was e.g. a", "1. Plant", "By J. R. Hall"])
def test_a_draw_that_broke_off_is_not_kept_up_to_an_abbreviation(text: str) -> None:
    made, _ = intake()
    made.feed(f"{BEES}\n{text}")
    made.finish(whole=False)
    assert made.text.strip() == BEES


def test_closing_marks_stay_with_their_sentence() -> None:
    made, shown = intake("zh")
    made.feed("他说：“蜂在墙里。”")
    made.feed("于是走了。")
    made.feed("后")
    assert shown == ["他说：“蜂在墙里。”", "于是走了。"]
    made, shown = intake("en")
    made.feed('"Bees nest here." (They do.) **Now.** x')
    assert shown == ['"Bees nest here." ', "(They do.) ", "**Now.** "]


def test_what_was_cut_off_in_the_middle_counts_only_when_the_model_ended_it() -> None:
    for whole, kept in ((True, "One here. And two"), (False, "One here.")):
        made, _ = intake()
        made.feed("One here. And two")
        made.finish(whole=whole)
        assert made.text.strip() == kept
    made, _ = intake()
    made.feed("One here. And two.")
    made.finish(whole=False)
    assert made.text == "One here. And two."


def test_what_is_held_back_is_not_shown_and_can_be_had_back() -> None:
    made, shown = intake(aim=20, most=40, hold=8)
    made.feed(f"{BEES} ")
    made.finish(whole=True)
    assert "".join(shown) == "Bees nest in old walls of brick. "
    length, text = made.length, made.text
    back = made.back_to(10)
    assert made.length == 7  # sentences go whole
    made.put_back(back, most=length)
    assert (made.length, made.text) == (length, text)
    back = made.back_to(0)
    assert made.length == 7, "what was shown stays"
    made.put_back(back, most=13)
    assert made.text == "Bees nest in old walls of brick. They fly a whole mile for ivy! "
    made.release()
    assert "".join(shown) == made.text


def test_after_release_nothing_is_held_and_all_of_it_is_known() -> None:
    seen = Seen("en")
    made = Intake("en", seen, aim=9, most=30, hold=1, emit=lambda _text: None)
    made.feed("Bees nest in old walls of brick. Next")
    assert not seen.repeats("Bees nest in old walls of brick.")
    made.release()
    assert seen.repeats("Bees nest in old walls of brick.")


def test_a_full_piece_takes_nothing_more_until_it_is_opened_again() -> None:
    made, _ = intake(aim=5, most=5)
    made.feed("Bees nest in old walls. They fly a mile. ")
    assert made.full
    made.feed("Nothing of this. ")
    assert made.text == "Bees nest in old walls. "
    made.finish(whole=True)
    made.reopen(most=9)
    assert not made.full
    made.feed("And here they stay. ")
    made.finish(whole=True)
    assert made.text.strip() == "Bees nest in old walls. And here they stay."


@pytest.mark.parametrize(("language", "glue"), [("en", " "), ("zh", "")])
def test_an_opened_piece_goes_on_in_its_line(language: Language, glue: str) -> None:
    text = {"en": "Bees nest here.", "zh": "蜂在墙里。"}[language]
    made, _ = intake(language)
    made.feed(text)
    made.finish(whole=True)
    made.reopen(most=100)
    made.feed({"en": "Ivy helps.", "zh": "种花。"}[language])
    made.finish(whole=True)
    assert made.text == text + glue + {"en": "Ivy helps.", "zh": "种花。"}[language]


def test_a_list_is_not_gone_on_with_in_its_last_line() -> None:
    made, _ = intake()
    made.feed("Plant these:\n- ivy\n- thyme")
    made.finish(whole=True)
    made.reopen(most=100)
    made.feed("That is all.")
    made.finish(whole=True)
    assert made.text.endswith("- thyme\n\nThat is all.")


def test_a_very_long_line_of_marks_is_read_in_no_time() -> None:
    for mark in (".", "。", "!", "\n", "“", "*", " ", "…"):
        made, _ = intake()
        made.feed(mark * 20_000)
        made.finish(whole=True)
        made, _ = intake()
        for _ in range(2_000):
            made.feed(mark)
        made.finish(whole=True)
