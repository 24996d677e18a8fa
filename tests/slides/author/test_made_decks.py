"""Brief → deck: as many slides as asked for, each with notes; what is wrong is asked for again."""

import random
from typing import Any

import pytest
from tests.support.answers import answering, random_answer

from copydesk.brief import make_brief
from copydesk.documents.passage import Document, Passage
from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.findings import Finding
from copydesk.generate.protocol import Completion, Request
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.asks.choose import ASKS
from copydesk.slides.author.asks.texts import quotations
from copydesk.slides.author.fill import Filler, Order
from copydesk.slides.author.finish import finish, unfit
from copydesk.slides.author.headlines import Outline, OutlineSection, Topic
from copydesk.slides.author.make import Maker, make_deck
from copydesk.slides.author.material import Material, Picture
from copydesk.slides.deck import (
    BigNumberSlide,
    BulletsSlide,
    ChartSlide,
    ComparisonSlide,
    Deck,
    QuoteSlide,
)
from copydesk.slides.master.master import open_master

MASTER = open_master()
NOTES = "Say this slowly and look at the people in the room."
BEES = "Bees: meadows had 40 species, roofs had 95 species, walls had 12 species"


def made(count: int, language: Any = "en", seed: int = 0, **more: Any) -> Deck:
    brief = make_brief("Bees", language=language)
    return make_deck(brief, Scripted(answering(seed)), MASTER, count=count, seed=seed, **more)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", [3, 4, 5, 6, 7, 8, 9, 12, 15, 23, 31, 60])
def test_every_count_gives_that_many_slides_with_notes(count: int, language: Any) -> None:
    deck = made(count, language, seed=count)
    assert len(deck.slides) == count
    assert all(slide.title.strip() and slide.notes.strip() for slide in deck.slides)
    kinds = [slide.intent for slide in deck.slides]
    assert (kinds[0], kinds[-1]) == ("title", "closing")
    assert kinds.count("agenda") == (count >= 6)
    assert (kinds.count("section") >= 2) == (count >= 9)


def test_one_seed_one_deck() -> None:
    assert made(9, seed=3) == made(9, seed=3)
    assert made(9, seed=3) != made(9, seed=4)


def test_progress_is_heard_slide_by_slide_and_tokens_are_counted() -> None:
    heard: list[tuple[int, int, str]] = []
    done: list[Completion] = []
    deck = made(8, on_slide=lambda *told: heard.append(told), on_done=done.append)
    titles = [slide.title for slide in deck.slides]
    assert heard == [(number, 8, title) for number, title in enumerate(titles, 1)]
    assert sum(end.completion_tokens for end in done) > 0


def test_a_wrong_count_is_refused_before_anything_is_asked() -> None:
    generator = Scripted([])
    with pytest.raises(UsageProblem):
        make_deck(make_brief("Bees"), generator, MASTER, count=300)
    assert generator.requests == []


def test_a_model_that_gives_nothing_is_a_sentence() -> None:
    with pytest.raises(GenerationFailed, match="no usable answer"):
        make_deck(make_brief("Bees"), Scripted(lambda _request: "{"), MASTER, count=8)


ELSEWHERE = "Late hours reach more readers than early ones"


def filler(script: Any, topic: str = BEES, **material: Any) -> Filler:
    part = OutlineSection("Part one", "What is at stake", NOTES, (Topic("bullets", ELSEWHERE),))
    outline = Outline("Bees in the city", "A proposal", NOTES, (part,), dividers=False)
    return Filler(
        make_brief(topic),
        outline,
        Scripted(script),
        MASTER,
        seed=2,
        material=Material(**material),
    )


def settled(maker: Filler, intent: str, **more: Any) -> tuple[Any, int]:
    slide = maker._content(Order(Topic(intent, "A headline that was planned", **more), 4))
    return slide, len(maker.generator.requests)  # type: ignore[attr-defined]


def points(*bullets: str) -> dict[str, Any]:
    return {"bullets": list(bullets), "notes": NOTES}


WARM, IVY, SAND = (
    "Roofs stay warm through the whole night in town",
    "Ivy is still in flower late in October",
    "Bare sand gives the females a place to nest",
)


def test_points_said_twice_are_asked_for_again_then_dropped() -> None:
    slide, asked = settled(filler(lambda _r: points(WARM, IVY, WARM + ".")), "bullets")
    assert isinstance(slide, BulletsSlide)
    assert [point.text for point in slide.bullets] == [WARM, IVY]
    assert asked == 2


def test_points_that_begin_alike_or_repeat_the_title_are_asked_for_again() -> None:
    alike = points(*(f"Bees are dying of {cause}" for cause in ("heat", "cold", "hunger")))
    title = points("A headline that was planned", IVY, SAND)
    for bad in (alike, title):
        answers = iter([bad, points(WARM, IVY, SAND)])
        slide, asked = settled(filler(lambda _r, left=answers: next(left)), "bullets")
        assert asked == 2
        assert [point.text for point in slide.bullets] == [WARM, IVY, SAND]


def test_the_headline_of_another_slide_is_no_point_of_this_one() -> None:
    answers = iter([points(ELSEWHERE, IVY, SAND), points(WARM, IVY, SAND)])
    slide, asked = settled(filler(lambda _r: next(answers)), "bullets")
    assert (asked, ELSEWHERE in str(slide)) == (2, False)
    slide, asked = settled(filler(lambda _r: points(ELSEWHERE, WARM, IVY, SAND)), "bullets")
    assert (asked, ELSEWHERE in str(slide)) == (1, False), "enough is left without it"


def test_what_the_brief_says_may_be_said_word_for_word() -> None:
    slide, asked = settled(
        filler(lambda _r: points(WARM, IVY, SAND), f"- {WARM}\n- {IVY}"), "bullets"
    )
    assert asked == 1
    assert WARM in str(slide)


def test_a_model_that_only_gives_headlines_back_makes_another_kind_of_slide() -> None:
    left = {"heading": "Open earlier", "points": [ELSEWHERE, ELSEWHERE]}
    right = {"heading": "Close later", "points": [ELSEWHERE, ELSEWHERE]}
    example = {"left": left, "right": right, "title": "Late is best", "notes": NOTES}

    def answer(request: Request) -> Any:
        asked = request.schema or {}
        return points(WARM, IVY, SAND) if "bullets" in asked["properties"] else example

    slide, asked = settled(filler(answer), "comparison")
    assert isinstance(slide, BulletsSlide)
    assert asked == 3


def test_no_slide_that_falls_back_makes_a_third_of_bullets_in_a_row() -> None:
    maker = filler(answering(1), "Bees like roofs")
    orders = [
        Order(Topic(kind, f"Claim {i} is so"), i) for i, kind in enumerate(["bullets"] * 4, 3)
    ]
    kinds = [maker._content(order).intent for order in orders]
    assert kinds == ["bullets", "bullets", "columns", "bullets"]


def test_two_sides_of_one_name_are_asked_for_again() -> None:
    side = {"heading": "Today", "points": ["Few flowers", "Much mowing"]}
    other = {"heading": "Tomorrow", "points": ["Many flowers", "Less mowing"]}
    words = {"title": "Flowers save work", "notes": NOTES}
    answers = iter(
        [{"left": side, "right": side, **words}, {"left": side, "right": other, **words}]
    )
    slide, asked = settled(filler(lambda _r: next(answers)), "comparison")
    assert isinstance(slide, ComparisonSlide)
    assert asked == 2
    assert (slide.left.heading, slide.right.heading) == ("Today", "Tomorrow")


def chart(**bars: float) -> dict[str, Any]:
    data = [{"label": label, "value": value} for label, value in bars.items()]
    words = {"title": "Roofs have most", "takeaway": "Look at the second bar.", "notes": NOTES}
    return {"unit": "species", "kind": "bar", "data": data, **words}


def test_a_chart_shows_what_the_brief_says_of_each_thing() -> None:
    maker = filler(lambda _r: chart(Meadows=40, Roofs=95, Walls=12))
    slide, asked = settled(maker, "chart")
    assert isinstance(slide, ChartSlide)
    assert (slide.categories, slide.series[0].values) == (
        ("Meadows", "Roofs", "Walls"),
        (40, 95, 12),
    )
    assert slide.source == "Figures as given in the brief"
    assert asked == 1
    values = maker.generator.requests[0].schema["properties"]["data"]["items"]["properties"][
        "value"
    ]  # type: ignore[attr-defined]
    assert sorted(values["enum"]) == [12, 40, 95]


def test_a_chart_in_chinese_finds_its_labels_beside_the_numbers() -> None:
    said = "最多的是米饭，占 52%，其次是汤 21%，蔬菜 17%。厨师长李强说：“以前没有小份可以选。”"
    bars = {"米饭": 52, "汤": 21, "蔬菜": 17}
    slide, asked = settled(filler(lambda _r: chart(**bars), said), "chart")
    assert (slide.intent, asked) == ("chart", 1)
    assert quotations(said, "zh") == [("以前没有小份可以选。", "厨师长李强")]


def test_a_chart_that_gives_numbers_to_the_wrong_things_becomes_words() -> None:
    def answer(request: Request) -> Any:
        wants = (request.schema or {})["properties"]
        return points(WARM, IVY, SAND) if "bullets" in wants else chart(Meadows=95, Roofs=40, A=12)

    slide, asked = settled(filler(answer), "chart")
    assert (slide.intent, asked) == ("bullets", 3)


def test_without_numbers_none_can_be_written_nor_charted() -> None:
    maker = filler(lambda _r: points(WARM, IVY, SAND), "Bees like roofs")
    slide, _ = settled(maker, "big-number")
    assert slide.intent == "bullets"
    item = maker.generator.requests[0].schema["properties"]["bullets"]["items"]  # type: ignore[attr-defined]
    assert r"\p{Nd}" not in item["pattern"]


def test_a_number_that_nobody_gave_is_asked_for_again_then_taken_out() -> None:
    wild = "Roofs hold 70 species of moss, and ivy is late"
    maker = filler(lambda _r: points(WARM, IVY, wild, "Ten of them cost $5 million more each year"))
    slide, asked = settled(maker, "bullets")
    assert asked == 2
    assert "70" not in str(slide)
    assert "million" not in str(slide)
    assert {f.measured for f in maker.known.removed()} == {"70", "$5 million"}  # type: ignore[union-attr]
    free = filler(lambda _r: points(WARM, IVY, wild), invented=True)
    assert "70" in str(settled(free, "bullets")[0])


def test_numbers_of_the_sources_stay_and_say_where_they_stand() -> None:
    text = "The survey found 71 species on roofs of the old town."
    report = Document("survey.pdf", "x", (Passage(text, 4),), "Roof survey")
    answer = {"number": "71", "caption": "species live on old roofs", "title": "Old roofs teem"}
    maker = filler(lambda _r: {**answer, "notes": NOTES}, "Bees", documents=(report,))
    slide = maker._content(Order(Topic("big-number", "Roofs have many species"), 4))
    assert isinstance(slide, BigNumberSlide)
    assert (slide.number, slide.source) == ("71", "Roof survey, p. 4")


def test_a_quotation_is_word_for_word_and_names_who_said_it() -> None:
    said = "I go up with my coffee every single morning"
    brief = f"Bees. Ada Wren said “{said}”, and left."
    answer = {"quote": said, "title": "The caretaker was won over", "notes": NOTES}
    slide, _ = settled(filler(lambda _r: answer, brief), "quote")
    assert isinstance(slide, QuoteSlide)
    assert (slide.quote, slide.speaker) == (said, "Ada Wren")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", list(ASKS))
def test_whatever_the_schema_allows_becomes_a_slide_with_notes(intent: str, language: Any) -> None:
    topic = f"{BEES} 团队 team: Ada Wren, Ben Holt “{'bees are good ' * 4}”"
    for seed in range(3):
        rng = random.Random(seed)
        maker = filler(
            lambda request, rng=rng: random_answer(request.schema or {}, rng),
            topic,
            pictures=(Picture("a.png", "A"),),
        )
        maker.brief = make_brief(topic, language=language)
        slide, _ = settled(maker, intent, picture="A")
        assert slide.intent in (intent, "bullets")
        assert slide.title
        assert slide.notes


def test_a_slide_that_was_cut_is_asked_for_once_more_within_less() -> None:
    def answer(request: Request) -> Any:
        return answering(3)(request)

    generator = Scripted(answer)
    maker = Maker(make_brief("Bees"), generator, MASTER, 6, seed=1)
    deck = maker.deck()
    before = len(generator.requests)
    again = maker.reworded(deck, {1, 4}, 0.5)
    assert again.slides[0] == deck.slides[0], "the title slide comes out of the outline"
    assert len(again.slides) == 6
    longest = [text["maxLength"] for text in _texts(generator.requests[-1].schema)]
    assert len(generator.requests) > before
    assert max(longest) <= 300
    cut = Finding(code="text-cut", place="slide 4, points", message="")
    assert unfit([cut, Finding(code="no-notes", place="slide 5", message="")]) == {4}


def _texts(schema: Any) -> list[Any]:
    if isinstance(schema, dict):
        own = [schema] if "maxLength" in schema else []
        return own + [one for value in schema.values() for one in _texts(value)]
    return []


def test_a_finished_deck_has_the_slides_that_were_asked_for() -> None:
    maker = Maker(make_brief("Bees"), Scripted(answering(5)), MASTER, 12, seed=1)
    finished = finish(maker)
    assert len(finished.deck.slides) == 12
    assert finished.content.startswith(b"PK")
    serious = ("no-title", "no-notes", "empty-placeholder", "prompt-text")
    assert not [f for f in finished.findings if f.code in serious]
