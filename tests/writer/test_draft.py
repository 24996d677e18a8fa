"""Plan → sections → draft, with a scripted model: what is asked, kept, cut, and never lost."""

import re
from typing import Any

import pytest

from copydesk.brief import Brief, make_brief
from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.writer.draft import Draft, Part
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.measure import text_length
from copydesk.writer.plan import make_plan, section_count

BRIEF = make_brief("Bees in cities", audience="Gardeners", length=120)
PLAN = {
    "title": "Bees Move Into the City.",
    "sections": [
        {"heading": "Warm walls", "point": "Walls keep the warmth of the day."},
        {"heading": "Long summers", "point": "Something flowers until October."},
        {"heading": "What to plant", "point": "Three plants that help at once."},
    ],
}
TEXTS = ["Walls are warm.", "## Long summers\n\nIvy flowers late.", "Plant ivy.\n\nPlant thyme."]


def drafting(script: Any, brief: Brief = BRIEF, form: str = "article", **more: Any) -> Drafting:
    return Drafting(load_form(form), brief, Scripted(script), seed=5, **more)


def test_a_plan_becomes_sections_under_their_headings() -> None:
    draft = drafting([PLAN, *TEXTS]).run()
    assert draft.markdown == (
        "# Bees Move Into the City\n\n"
        "## Warm walls\n\nWalls are warm.\n\n"
        "## Long summers\n\nIvy flowers late.\n\n"
        "## What to plant\n\nPlant ivy.\n\nPlant thyme.\n"
    )
    assert (draft.form, draft.model, draft.seed, draft.length) == ("article", "scripted", 5, 10)


def test_what_streams_is_what_is_kept() -> None:
    heard: list[str] = []
    draft = drafting([PLAN, *TEXTS], on_text=heard.append).run()
    assert "".join(heard).strip() == draft.markdown.strip()
    assert len(heard) > 8


def test_each_section_is_told_its_point_its_length_and_what_came_before() -> None:
    made = drafting([PLAN, *TEXTS])
    made.run()
    assert isinstance(made.generator, Scripted)
    plan, *sections = made.generator.requests
    assert plan.schema is not None
    assert [request.seed for request in sections] == [5, 6, 7]
    asked = [request.messages[-1].content for request in sections]
    for text, section in zip(asked, PLAN["sections"], strict=True):  # type: ignore[arg-type]
        assert section["point"] in text  # type: ignore[index]
        assert "Gardeners" in text
    assert "in about 40 words" in asked[0]
    assert "Walls are warm." in asked[1]
    assert "The section before" not in asked[0]


def test_the_length_left_is_shared_by_the_sections_left() -> None:
    made = drafting([PLAN, "word " * 60 + "end.", *TEXTS[1:]])
    made.run()
    budgets = [
        int(re.findall(r"in about (\d+) words", request.messages[-1].content)[0])
        for request in made.generator.requests[1:]  # type: ignore[attr-defined]
    ]
    assert budgets[0] == 40
    assert budgets[1] < 40


def test_a_section_that_was_cut_ends_at_a_sentence() -> None:
    long = "This is a sentence. " * 60
    draft = drafting([PLAN, long, *TEXTS[1:]]).run()
    assert draft.parts[0].text.endswith("sentence.")
    assert text_length(draft.parts[0].text, "en") < text_length(long, "en")


def test_two_sections_of_one_heading_are_planned_anew() -> None:
    twice = {**PLAN, "sections": [PLAN["sections"][0]] * 3}  # type: ignore[index]
    generator = Scripted([twice, PLAN])
    plan = make_plan(load_form("article"), BRIEF, generator, seed=1)
    assert [section.heading for section in plan.sections][1] == "Long summers"
    assert generator.requests[0].seed != generator.requests[1].seed


def test_a_plan_that_always_repeats_loses_the_repeats() -> None:
    sections = [*PLAN["sections"][:2], PLAN["sections"][0]]  # type: ignore[index]
    generator = Scripted(lambda _request: {**PLAN, "sections": sections})
    plan = make_plan(load_form("article"), BRIEF, generator)
    assert len(generator.requests) > 1
    assert plan.title == "Bees Move Into the City"
    assert [section.heading for section in plan.sections] == ["Warm walls", "Long summers"]


def test_a_plan_that_never_comes_is_a_sentence() -> None:
    with pytest.raises(GenerationFailed, match="no usable answer"):
        drafting(["{"] * 5).run()


@pytest.mark.parametrize(
    ("length", "language", "count"),
    [(20, "en", 3), (680, "en", 4), (9000, "en", 5), (1200, "zh", 4), (0, "en", 4), (0, "zh", 4)],
)
def test_as_many_sections_as_the_length_asks_for(length: int, language: Any, count: int) -> None:
    brief = make_brief("Bees", language=language, length=length)
    assert section_count(load_form("article"), brief) == count


def test_a_form_without_headings_shows_none() -> None:
    draft = drafting([PLAN, "One.", "Two.", "Three."], form="story").run()
    assert draft.markdown == "# Bees Move Into the City\n\nOne.\n\nTwo.\n\nThree.\n"


def test_a_form_without_a_plan_is_written_in_one_piece() -> None:
    made = drafting(["# Honey by the street\n\nBuy it.\n\nNow."], form="copy")
    draft = made.run()
    assert draft.markdown == "# Honey by the street\n\nBuy it.\n\nNow.\n"
    assert len(made.generator.requests) == 1  # type: ignore[attr-defined]


def test_chinese_is_asked_for_and_counted_in_characters() -> None:
    made = drafting(["# 屋顶的蜜\n\n城市也有蜂蜜。"], make_brief("城市里的蜂蜜"), form="copy")
    draft = made.run()
    assert draft.length == 7
    assert "约 200 字" in made.generator.requests[0].messages[-1].content  # type: ignore[attr-defined]


def test_an_interrupted_draft_keeps_what_there_is() -> None:
    def stop(text: str) -> None:
        if "late" in text:
            raise KeyboardInterrupt

    made = drafting([PLAN, *TEXTS], on_text=stop)
    with pytest.raises(KeyboardInterrupt):
        made.run()
    assert made.draft().markdown == (
        "# Bees Move Into the City\n\n"
        "## Warm walls\n\nWalls are warm.\n\n"
        "## Long summers\n\nIvy flowers late.\n"
    )


def test_a_failure_in_the_middle_keeps_what_there_is() -> None:
    made = drafting([PLAN, TEXTS[0]])
    with pytest.raises(GenerationFailed):
        made.run()
    assert made.draft().parts == (Part("Warm walls", "Walls are warm."),)


def test_before_anything_is_written_there_is_nothing() -> None:
    assert drafting([]).draft().length == 0


def test_a_draft_of_nothing_is_an_empty_line() -> None:
    assert Draft("", (), BRIEF, "copy", "m", 0).markdown == "\n"


def test_prose_is_written_without_a_schema_and_with_a_limit() -> None:
    made = drafting([PLAN, *TEXTS])
    made.run()
    section: Request = made.generator.requests[1]  # type: ignore[attr-defined]
    assert section.schema is None
    assert 40 < section.max_tokens < 400
    assert section.sampling.dry_multiplier > 0


@pytest.mark.parametrize(
    ("text", "language", "length"),
    [("Don't stop-gap 3.5 words", "en", 4), ("", "en", 0), ("蜂 蜜，好\n", "zh", 4)],
)
def test_length_counts_words_or_characters(text: str, language: Any, length: int) -> None:
    assert text_length(text, language) == length
