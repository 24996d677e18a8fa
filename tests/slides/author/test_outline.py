"""The outline: as many slides as asked for, kinds that fit and vary, no headline twice."""

import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.answers import answering, random_answer

from copydesk.brief import make_brief
from copydesk.errors import UsageProblem
from copydesk.generate.scripted import Scripted
from copydesk.slides.author.headlines import Outline, OutlineSection, Topic, number_repeats
from copydesk.slides.author.kinds import Claim, cued, evened, evidenced, offered, placed
from copydesk.slides.author.known import Known, comparable, figures
from copydesk.slides.author.material import Material, Picture
from copydesk.slides.author.outline import make_outline
from copydesk.slides.author.skeleton import FEWEST_SLIDES, MOST_SLIDES, skeleton
from copydesk.slides.master.master import open_master

COUNTS = range(FEWEST_SLIDES, MOST_SLIDES + 1)
BRIEF = make_brief("Bees in cities", audience="Councillors")
MASTER = open_master()


def known(topic: str, **more: Any) -> Known:
    return Known(make_brief(topic, **more))


@pytest.mark.parametrize("count", COUNTS)
def test_the_skeleton_adds_up(count: int) -> None:
    frame = skeleton(count)
    slides = 2 + frame.agenda + frame.content + len(frame.sections) * frame.dividers
    assert slides == count
    assert all(frame.sections)
    assert len(frame.sections) <= MASTER.max_items("agenda")


@pytest.mark.parametrize("count", [-1, 0, 2, 61, 300, 10**6])
def test_too_few_or_too_many_slides_are_refused(count: int) -> None:
    with pytest.raises(UsageProblem, match="3 to 60 slides") as caught:
        skeleton(count)
    assert "-n" in caught.value.hint


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("count", [3, 12, 40])
def test_headlines_are_asked_for_within_what_the_master_holds(language: Any, count: int) -> None:
    generator = Scripted(answering(1))
    brief = make_brief("Bees", language=language, audience="Councillors")
    outline = make_outline(brief, generator, MASTER, count=count, seed=4)
    for request in generator.requests:
        assert "Bees" in request.messages[-1].content
        assert "Councillors" in request.messages[-1].content
    for section in outline.sections:
        assert len(section.title) <= MASTER.capacity("section", "title", language)
        for topic in section.topics:
            assert len(topic.title) <= MASTER.capacity("bullets", "title", language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_deck_is_outlined_within_a_small_context(language: Any) -> None:
    generator = Scripted(answering(2))
    make_outline(make_brief("Bees", language=language), generator, MASTER, count=60)
    letters = [len(r.messages[-1].content) for r in generator.requests]
    assert max(letters) < (9_000 if language == "en" else 3_500)  # some 2,200 tokens


def repeated(request: Any) -> Any:
    answer = random_answer(request.schema, random.Random(1))
    for section in ("section_1", "section_2"):
        answer[section]["slide_1"]["claim"] = "The same claim is said twice"
    return answer


def test_a_headline_said_twice_is_asked_for_again_then_numbered() -> None:
    generator = Scripted(repeated)
    outline = make_outline(BRIEF, generator, MASTER, count=9)
    titles = [topic.title for section in outline.sections for topic in section.topics]
    assert len(generator.requests) > 1
    assert len({request.seed for request in generator.requests}) == len(generator.requests)
    assert {"The same claim is said twice", "The same claim is said twice (2)"} <= set(titles)


def test_a_section_that_says_nothing_is_asked_for_again() -> None:
    first = iter(["The Problem"])

    def answer(request: Any) -> Any:
        made = answering(7)(request)
        made["section_1"]["title"] = next(first, made["section_1"]["title"])
        return made

    generator = Scripted(answer)
    outline = make_outline(BRIEF, generator, MASTER, count=9)
    assert len(generator.requests) >= 2
    assert "The Problem" not in str(outline)


NAMES = st.sampled_from(["A", "a", "A (2)", "A (2) (2)", "B", "A (3)"])


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_numbering_always_tells_titles_apart_and_keeps_the_first(titles: list[str]) -> None:
    topics = tuple(Topic("bullets", title) for title in titles)
    outline = Outline("T", "S", "N", (OutlineSection("One", "S", "N", topics),), dividers=True)
    named = [topic.title for topic in number_repeats(outline).sections[0].topics]
    assert len({title.casefold() for title in named}) == len(titles)
    assert named[0] == titles[0]


KINDS = st.sampled_from(["bullets", "process", "table", "comparison", "matrix", "timeline"])
WORDS = st.sampled_from(["Bees sleep", "How to begin in four steps", "Roofs are better than walls"])


@given(st.lists(st.builds(Claim, WORDS, KINDS), min_size=1, max_size=50))
def test_never_three_slides_of_bullets_in_a_row_nor_two_of_another_kind(
    claims: list[Claim],
) -> None:
    most = offered(known("Bees"), Material(), len(claims))
    kinds = evened(claims, most)
    assert len(kinds) == len(claims)
    runs = list(zip(kinds, kinds[1:], kinds[2:], strict=False))
    if len(claims) <= 15:
        assert ("bullets", "bullets", "bullets") not in runs
    assert all(a != b or a == "bullets" for a, b in pairwise(kinds))


def test_a_kind_without_material_is_not_offered() -> None:
    bare = offered(known("Why bees sleep"), Material(), 9)
    assert not {"chart", "big-number", "quote", "code", "team", "picture"} & set(bare)
    full = offered(
        known(
            "Our team, Ada Wren and Ben Holt, counted 12 bees, 19 wasps and 40 flies with a Python "
            "script. Ben says: “I never saw so many of them in one place.”"
        ),
        Material(pictures=(Picture("a.png", "A"), Picture("b.png", "B"))),
        9,
    )
    assert {"chart", "big-number", "quote", "code", "team", "picture", "picture-full"} <= set(full)


def test_what_the_brief_quotes_gets_a_slide_where_there_is_room() -> None:
    brief = known("Roofs. Ben says: “I never saw so many bees in one single place.”")
    most = offered(brief, Material(), 6)
    kinds = ["bullets", "process", "bullets", "table", "columns"]
    claims = ["Roofs are warm", "We plant", "Many bees came to one place", "We pay", "We wait"]
    assert evidenced(claims, kinds, brief, most) == [*kinds[:2], "quote", *kinds[3:]]
    assert evidenced(claims[:3], kinds[:3], brief, most) == kinds[:3]


def test_numbers_are_charted_where_one_sentence_sets_them_side_by_side() -> None:
    beside = figures("In 2023 they saw 9,200 bees, in 2024 10,400 and in 2025 12,100.")
    assert [f.value for f in comparable(beside)] == [9200, 10400, 12100]
    assert [f.clause for f in comparable(beside)] == [
        "In 2023 they saw 9,200 bees",
        "in 2024 10,400",
        "in 2025 12,100.",
    ]
    apart = figures("It carried 31,000 people. A year costs 1.9 million. The road is 46 km long.")
    assert len(comparable(apart)) == 1


def test_the_words_of_a_claim_ask_for_a_kind() -> None:
    assert "comparison" in cued("Late hours are better than early ones")
    assert "timeline" in cued("项目分三个阶段推进")
    assert "process" in cued("怎样开始第一步")


def test_things_go_where_their_words_are_and_each_once() -> None:
    claims = ["Bread sells well", "The old bridge needs paint", "We ask for help", "Now or never"]
    found = placed(claims, ["Old bridge", "Market"], 2)
    assert found[1] == "Old bridge"
    assert sorted(found.values()) == ["Market", "Old bridge"]
    assert len(placed(claims, [f"Thing {i}" for i in range(9)], 9)) == 4
