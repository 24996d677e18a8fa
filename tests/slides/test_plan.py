"""The outline: as many slides as asked for, one of each special kind, no headline twice."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.answers import answering, random_answer

from copydesk.brief import make_brief
from copydesk.errors import UsageProblem
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.outline import (
    FEWEST_SLIDES,
    MOST_SLIDES,
    Outline,
    OutlineSection,
    Topic,
    _number_repeats,
    has_dividers,
    make_outline,
    skeleton,
)
from copydesk.slides.master.master import open_master

COUNTS = range(FEWEST_SLIDES, MOST_SLIDES + 1)
BRIEF = make_brief("Bees in cities", audience="Councillors")
MASTER = open_master()


@pytest.mark.parametrize("count", COUNTS)
def test_the_skeleton_adds_up(count: int) -> None:
    frame = skeleton(count)
    intents = [intent for section in frame for intent in section]
    assert 3 + len(intents) + len(frame) * has_dividers(count) == count
    assert all(frame)
    special = [intent for intent in intents if intent != "bullets"]
    assert len(special) == len(set(special))
    if count >= 7:
        assert special == ["comparison", "table", "chart"]
    assert len(frame) <= MASTER.max_items("agenda")


@pytest.mark.parametrize("count", [-1, 0, 5, 31, 10**6])
def test_too_few_or_too_many_slides_are_refused(count: int) -> None:
    with pytest.raises(UsageProblem, match="6 to 30 slides") as caught:
        skeleton(count)
    assert "-n" in caught.value.hint


@pytest.mark.parametrize("language", ["en", "zh"])
def test_headlines_are_asked_for_within_what_the_master_holds(language: Any) -> None:
    generator = Scripted(answering(1))
    brief = make_brief("Bees", language=language, audience="Councillors")
    outline = make_outline(brief, generator, MASTER, count=12, seed=4)
    asked = generator.requests[0]
    assert "Bees" in asked.messages[-1].content
    assert "Councillors" in asked.messages[-1].content
    for section in outline.sections:
        assert len(section.title) <= MASTER.capacity("section", "title", language)
        for topic in section.topics:
            assert len(topic.title) <= MASTER.capacity(topic.intent, "title", language)


def test_the_model_is_not_told_the_kinds() -> None:
    generator = Scripted(answering(1))
    make_outline(BRIEF, generator, MASTER, count=8)
    assert "comparison" not in str(generator.requests[0].schema)


def repeated(request: Any) -> Any:
    answer = random_answer(request.schema, random.Random(1))
    answer["section_1"]["slide_1"] = answer["section_2"]["slide_1"] = "The same claim twice"
    return answer


def test_a_headline_said_twice_is_asked_for_again_then_numbered() -> None:
    generator = Scripted(repeated)
    outline = make_outline(BRIEF, generator, MASTER, count=9)
    titles = [topic.title for section in outline.sections for topic in section.topics]
    assert len(generator.requests) > 1
    assert len({request.seed for request in generator.requests}) == len(generator.requests)
    assert {"The same claim twice", "The same claim twice (2)"} <= set(titles)
    assert len(set(titles)) == len(titles)


def test_a_second_draw_without_repeats_is_taken() -> None:
    first = iter([repeated])

    def answer(request: Any) -> Any:
        return next(first, answering(7))(request)

    generator = Scripted(answer)
    outline = make_outline(BRIEF, generator, MASTER, count=9)
    assert len(generator.requests) >= 2  # a random answer may have a cut line, too
    assert "same claim" not in str(outline)


NAMES = st.sampled_from(["A", "a", "A (2)", "A (2) (2)", "B", "A (3)"])


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_numbering_always_tells_titles_apart_and_keeps_the_first(titles: list[str]) -> None:
    topics = tuple(Topic("bullets", title) for title in titles)
    outline = Outline("T", "S", "N", (OutlineSection("One", "S", "N", topics),), dividers=True)
    named = [topic.title for topic in _number_repeats(outline).sections[0].topics]
    assert len({title.casefold() for title in named}) == len(titles)
    assert named[0] == titles[0]
    if len({title.casefold() for title in titles}) == len(titles):
        assert named == titles
