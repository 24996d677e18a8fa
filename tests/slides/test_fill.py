"""Filling slides: within the master's measure, nothing said twice, figures with their origin."""

import random
from typing import Any

import pytest
from tests.support.answers import random_answer

from copydesk.brief import make_brief
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.fill import Filler
from copydesk.slides.author.outline import Outline, OutlineSection, Topic
from copydesk.slides.deck import BulletsSlide, ChartSlide, ComparisonSlide, TableSlide
from copydesk.slides.master.master import open_master

MASTER = open_master()
NOTES = "Say this slowly and look at the people in the room."


def filler(script: Any, topic: str = "Bees: 40 in 2024, 95 in 2025") -> Filler:
    part = OutlineSection("Part one", "What is at stake", NOTES, (Topic("bullets", "Bees"),))
    outline = Outline("Bees in the city", "A proposal", NOTES, (part,), dividers=False)
    return Filler(make_brief(topic), outline, Scripted(script), MASTER, seed=2)


def content(made: Filler, intent: str) -> Any:
    return made._content(Topic(intent, "A headline that was planned"))


def chart(*values: float, labels: str = "ABCDEF") -> dict[str, Any]:
    data = [{"label": label, "value": value} for label, value in zip(labels, values, strict=False)]
    words = {"title": "Bees doubled within a year", "takeaway": "Look at the second bar."}
    return {"unit": "Bees", "kind": "bar", "data": data, **words, "notes": NOTES}


def table(*rows: tuple[str, ...]) -> dict[str, Any]:
    body = [list(row) for row in rows]
    words = {"title": "Roofs differ from parks", "notes": NOTES}
    return {"header": ["Place", "Bees", "Plants"], "rows": body, **words}


def settled(made: Filler, intent: str) -> tuple[Any, int]:
    slide = content(made, intent)
    return slide, len(made.generator.requests)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "source"),
    [((40, 95, 40), "Figures as given in the brief"), ((40, 95, 7), "Illustrative figures")],
)
def test_figures_of_a_chart_say_where_they_come_from(
    values: tuple[float, ...], source: str
) -> None:
    slide = content(filler(lambda _request: chart(*values)), "chart")
    assert isinstance(slide, ChartSlide)
    assert slide.source.startswith(source)
    assert slide.series[0].values == values


@pytest.mark.parametrize(
    ("cell", "source"),
    [("40 bees", "Figures as given"), ("31 bees", "Illustrative"), ("many", "")],
)
def test_figures_of_a_table_say_where_they_come_from(cell: str, source: str) -> None:
    rows = table(("Roof", cell, "ivy"), ("Park", "few", "lime"), ("Yard", "some", "rose"))
    slide = content(filler(lambda _request: rows), "table")
    assert isinstance(slide, TableSlide)
    assert slide.source.startswith(source)
    assert bool(slide.source) == bool(source)


def test_thousands_separators_are_understood() -> None:
    slide = content(
        filler(lambda _request: chart(1200, 1500, 1200), "From 1,200 to 1,500 bees"), "chart"
    )
    assert slide.source == "Figures as given in the brief"


def test_points_said_twice_are_asked_for_again_then_dropped() -> None:
    one, two = "Roofs are warm all night", "Ivy flowers in October"
    twice = {"bullets": [one, two, one + "."], "notes": NOTES}
    slide, asked = settled(filler(lambda _request: twice), "bullets")
    assert isinstance(slide, BulletsSlide)
    assert asked > 1
    assert slide.bullets == (one, two)
    assert (slide.title, slide.notes) == ("A headline that was planned", NOTES)


def test_two_sides_of_one_name_are_asked_for_again() -> None:
    side = {"heading": "Today", "points": ["Few flowers", "Much mowing"]}
    other = {"heading": "Tomorrow", "points": ["Many flowers", "Less mowing"]}
    words = {"title": "Flowers save work", "notes": NOTES}
    answers = iter(
        [{"left": side, "right": side, **words}, {"left": side, "right": other, **words}]
    )
    slide, asked = settled(filler(lambda _request: next(answers)), "comparison")
    assert isinstance(slide, ComparisonSlide)
    assert asked == 2
    assert (slide.left.heading, slide.right.heading) == ("Today", "Tomorrow")


def test_a_flat_chart_and_bars_of_one_name_are_asked_for_again() -> None:
    for bad in (chart(5, 5, 5), chart(1, 2, 3, labels="AAB")):
        answers = iter([bad, chart(1, 2, 3)])
        slide, asked = settled(filler(lambda _request, left=answers: next(left)), "chart")
        assert asked == 2
        assert slide.categories == ("A", "B", "C")


def test_the_example_of_the_prompt_is_not_an_answer() -> None:
    copied = "Two librarians share the late shift, fifteen extra hours a week"
    own = {"bullets": ["Roofs are warm at night", "Ivy flowers late", "Walls hold"], "notes": NOTES}
    answers = iter([{**own, "bullets": [copied, *own["bullets"][1:]]}, own])
    slide, asked = settled(filler(lambda _request: next(answers)), "bullets")
    assert asked == 2
    assert copied not in slide.bullets


@pytest.mark.parametrize("intent", ["bullets", "comparison", "table", "chart", "closing"])
@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_schema_allows_becomes_a_slide_of_its_kind(intent: str, seed: int) -> None:
    rng = random.Random(seed)

    def answer(request: Request) -> Any:
        return random_answer(request.schema or {}, rng)

    slide = content(filler(answer), intent)
    assert slide.intent == intent
    assert slide.title
    assert slide.notes
