"""Plan → sections → draft, with a scripted model: what is asked, kept, cut, and never lost."""

import re
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.prose import endless

from copydesk.brief import Brief, make_brief
from copydesk.errors import GenerationFailed
from copydesk.generate.protocol import Request
from copydesk.generate.scripted import Scripted
from copydesk.prose.units import count
from copydesk.writer.draft import Draft, Part
from copydesk.writer.drafting import Drafting
from copydesk.writer.form import load_form
from copydesk.writer.manner import Manner
from copydesk.writer.plan import Plan, Section, beat_count, section_count, share_out, with_budgets
from copydesk.writer.store import Memory

BRIEF = make_brief("Bees in cities", audience="Gardeners", length=400)
ZH = make_brief("城市里的蜜蜂", length=900)
PLAN: dict[str, Any] = {
    "title": "Bees Move Into the City.",
    "sections": [
        {"heading": "Warm walls", "point": "Walls keep the warmth of the day."},
        {"heading": "Long summers", "point": "Something flowers until October."},
        {"heading": "What to plant", "point": "Three plants that help at once."},
    ],
}
ZH_PLAN: dict[str, Any] = {
    "title": "蜜蜂进城",
    "sections": [
        {"heading": "暖墙", "point": "墙里留着白天的热气。"},
        {"heading": "长夏", "point": "十月还有花开着给它们。"},
        {"heading": "种什么", "point": "三种马上有用的植物。"},
    ],
}
PLAIN = Manner(guard=False, review=False)


class Author:
    """Plans what it was told to plan, gives beats of its own, and writes without end."""

    def __init__(self, plan: dict[str, Any] | None = None, most: int = 100_000) -> None:
        self.plan, self.zh = plan or PLAN, plan is ZH_PLAN
        self.prose = endless("zh" if self.zh else "en", most=most)

    def __call__(self, request: Request) -> Any:
        if request.schema is None:
            return self.prose(request)
        if "beats" not in request.schema["properties"]:
            return self.plan
        size = request.schema["properties"]["beats"]["maxItems"]
        line = (
            "讲第{}步里发生的具体事情。"
            if self.zh
            else "Tell what happens in step {} of this part."
        )
        return {"beats": [line.format("一二三四五六七八九十"[n]) for n in range(size)]}


def drafting(script: Any = None, brief: Brief = BRIEF, form: str = "article", **more: Any) -> Any:
    generator = Scripted(script or Author())
    return Drafting(load_form(form), brief, generator, **{"seed": 5, "manner": PLAIN, **more})


def prompts(made: Any) -> list[str]:
    """The first prompt of each piece, requests for objects and for more left out."""
    asked = [r.messages[-1].content for r in made.generator.requests if r.schema is None]
    return list(dict.fromkeys(text for text in asked if "Now write" in text or "现在写" in text))


@given(st.integers(0, 200_000), st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_shares_add_up_exactly_and_are_never_negative(total: int, weights: list[int]) -> None:
    shares = share_out(total, weights)
    assert len(shares) == len(weights)
    assert sum(shares) == total
    assert min(shares) >= 0


@given(st.integers(1, 400), st.integers(1, 9))
def test_a_share_is_in_proportion(total: int, times: int) -> None:
    small, large = share_out(total, [10, 10 * times])
    assert abs(large - times * small) <= times
    assert share_out(90, [10, 0, 20]) == [20, 30, 40]  # 0 weighs the average
    assert share_out(9, [0, 0, 0]) == [3, 3, 3]


@given(
    st.integers(20, 100_000),
    st.lists(st.integers(0, 3000), min_size=1, max_size=40),
    st.booleans(),
    st.sampled_from(["en", "zh"]),
)
def test_budgets_and_headings_add_up_to_the_length(
    length: int, words: list[int], headings: bool, language: Any
) -> None:
    sections = tuple(Section(f"Part {n}", "Point.", size) for n, size in enumerate(words))
    plan = with_budgets(Plan("A title", sections), length, language, headings=headings)
    shown = 2 + (2 * len(sections) if headings else 0)
    budgets = [section.words for section in plan.sections]
    assert min(budgets) >= 0
    assert sum(budgets) == max(length - shown, len(sections))
    assert [section.heading for section in plan.sections] == [s.heading for s in sections]


@pytest.mark.parametrize(
    ("length", "language", "sections"),
    [(20, "en", 3), (680, "en", 4), (90_000, "en", 12), (1200, "zh", 4), (100, "zh", 3)],
)
def test_as_many_sections_as_the_length_asks_for(length: int, language: Any, sections: int) -> None:
    assert section_count(length, language, (3, 12)) == sections


@given(st.integers(0, 1_000_000), st.sampled_from(["en", "zh"]))
def test_a_section_has_from_one_to_twelve_steps(words: int, language: Any) -> None:
    assert 1 <= beat_count(words, language) <= 12


def test_a_plan_becomes_sections_under_their_headings() -> None:
    draft = drafting().run()
    assert draft.title == "Bees Move Into the City"
    assert [part.heading for part in draft.parts] == [s["heading"] for s in PLAN["sections"]]
    assert all(len(part.text.split()) > 80 for part in draft.parts)
    assert (draft.form, draft.model, draft.seed) == ("article", "scripted", 5)
    assert abs(draft.length - 400) <= 40
    assert not draft.findings or "length" not in {f.code for f in draft.findings}


@pytest.mark.parametrize("length", [250, 400, 900, 2500, 6000])
def test_a_text_is_as_long_as_it_was_asked_to_be(length: int) -> None:
    draft = drafting(brief=make_brief("Bees", length=length)).run()
    assert abs(draft.length - length) <= length * 0.06


@pytest.mark.parametrize("length", [450, 900, 3000])
def test_a_chinese_text_is_too_by_either_count(length: int) -> None:
    draft = drafting(Author(ZH_PLAN), make_brief("城市里的蜜蜂", length=length)).run()
    with_marks = len(re.sub(r"[\s#]", "", draft.markdown))
    assert abs(draft.length - length) <= length * 0.1
    assert abs(with_marks - length) <= length * 0.1
    assert draft.title == "蜜蜂进城"


def test_what_streams_is_what_is_kept() -> None:
    heard: list[str] = []
    draft = drafting(on_text=heard.append).run()
    assert " ".join("".join(heard).split()) == " ".join(draft.markdown.split())
    assert len(heard) > 8


def test_each_section_is_told_its_point_its_length_and_what_came_before() -> None:
    made = drafting()
    draft = made.run()
    asked = prompts(made)
    assert len(asked) == 3
    for text, section in zip(asked, PLAN["sections"], strict=True):
        assert section["point"] in text
        assert "Gardeners" in text
    assert draft.parts[0].text[-40:] in " ".join(asked[1].split())
    assert "The text before it ends" not in asked[0]


def budgets(made: Any) -> list[int]:
    found = (re.search(r"(?:in about|约) (\d+) (?:words|字)", text) for text in prompts(made))
    return [int(match[1]) for match in found if match]


def test_the_length_left_is_shared_by_the_sections_left() -> None:
    generous = drafting()
    generous.run()
    said = endless(most=20)

    def short(request: Request) -> Any:
        """The first section falls short, whatever is done."""
        if request.schema is not None:
            return PLAN
        first = "Walls keep" in request.messages[1].content.rpartition("Now write")[2]
        return "Walls are warm here." if first else said(request)

    made = drafting(short)
    made.run()
    assert budgets(made)[0] == budgets(generous)[0]
    assert budgets(made)[1] > budgets(generous)[1] + 30


def test_an_edited_plan_shares_the_length_as_it_says() -> None:
    plan = Plan("Bees", (Section("One", "First.", 300), Section("Two", "Second.", 100)))
    made = drafting(plan=plan)
    draft = made.run()
    first, second = (count(part.text, "en") for part in draft.parts)
    assert 290 <= budgets(made)[0] <= 300
    assert first > 2 * second
    assert abs(draft.length - 400) <= 40


def test_a_long_section_is_told_in_steps() -> None:
    plan = Plan("Bees", (Section("One", "First."), Section("Two", "Second.", beats=("A.", "B."))))
    made = drafting(brief=make_brief("Bees", length=1600), plan=plan)
    draft = made.run()
    beats = [r for r in made.generator.requests if r.schema is not None]
    assert len(beats) == 1, "what the plan settles is not asked for"
    asked = prompts(made)
    assert sum("step" in text for text in asked) >= 3
    assert "Tell this in detail: A." in asked[-2]
    assert "Tell this in detail: B." in asked[-1]
    assert abs(draft.length - 1600) <= 100


def test_two_sections_of_one_heading_are_planned_anew() -> None:
    plans = [{**PLAN, "sections": [PLAN["sections"][0]] * 3}, PLAN]
    made = drafting(lambda request: plans.pop(0) if request.schema else "")
    assert [section.heading for section in made.planned().sections][1] == "Long summers"
    assert made.generator.requests[0].seed != made.generator.requests[1].seed


def test_a_plan_that_always_repeats_loses_the_repeats() -> None:
    sections = [*PLAN["sections"][:2], PLAN["sections"][0]]
    made = drafting(lambda _request: {**PLAN, "sections": sections})
    plan = made.planned()
    assert len(made.generator.requests) > 1
    assert plan.title == "Bees Move Into the City"
    assert [section.heading for section in plan.sections] == ["Warm walls", "Long summers"]


def test_a_plan_that_never_comes_is_a_sentence() -> None:
    with pytest.raises(GenerationFailed, match="no usable answer"):
        drafting(["{"] * 5).run()


def test_a_form_without_headings_shows_none() -> None:
    draft = drafting(form="story", brief=make_brief("Bees", length=600)).run()
    assert "##" not in draft.markdown
    assert draft.markdown.startswith("# Bees Move Into the City\n\n")
    assert abs(draft.length - 600) <= 60


def test_a_short_text_is_written_in_one_piece() -> None:
    said = endless()
    made = drafting(lambda request: f"# Honey by the street\n\n{said(request)}", form="copy")
    draft = made.run()
    assert draft.title == "Honey by the street"
    assert all(request.schema is None for request in made.generator.requests)
    assert abs(draft.length - 400) <= 40


def test_a_chinese_text_in_one_piece_is_asked_for_in_characters() -> None:
    made = drafting(Author(ZH_PLAN), make_brief("城市里的蜂蜜", length=200), form="copy")
    draft = made.run()
    assert "字" in made.generator.requests[0].messages[-1].content
    assert abs(draft.length - 200) <= 20


@pytest.mark.parametrize("after", [3, 12, 30])
def test_an_interrupted_draft_keeps_what_there_is(after: int) -> None:
    heard: list[str] = []

    def stop(text: str) -> None:
        heard.append(text)
        if len(heard) == after:
            raise KeyboardInterrupt

    made = drafting(on_text=stop)
    with pytest.raises(KeyboardInterrupt):
        made.run()
    kept, shown = (" ".join(text.split()) for text in (made.draft().markdown, "".join(heard)))
    assert kept.startswith(shown.rpartition(". ")[0])
    assert made.draft().length < 400


def test_a_cancelled_draft_is_not_kept_as_a_finished_section() -> None:
    cancel, store, heard = Event(), Memory(), []

    def hear(text: str) -> None:
        heard.append(text)
        if len(heard) == 14:
            cancel.set()

    made = drafting(on_text=hear, cancel=cancel, store=store)
    made.run()
    assert len(store) < 4
    assert all(len(store[key]) > 200 for key in store if key.startswith("section"))


def test_a_failure_in_the_middle_keeps_what_there_is() -> None:
    author, asked = Author(), []

    def fails(request: Request) -> Any:
        asked.append(request)
        if len(asked) > 2:
            raise GenerationFailed("No more.")
        return author(request)

    made = drafting(fails)
    with pytest.raises(GenerationFailed):
        made.run()
    assert [part.heading for part in made.draft().parts] == ["Warm walls"]


@pytest.mark.parametrize(("plan", "brief"), [(PLAN, BRIEF), (ZH_PLAN, ZH)])
@pytest.mark.parametrize("lost", [("section-003",), ("section-002", "section-003")])
def test_what_is_kept_is_not_written_again_and_the_text_is_the_same(
    plan: Any, brief: Brief, lost: tuple[str, ...]
) -> None:
    store = Memory()
    whole = drafting(Author(plan), brief, store=store)
    draft = whole.run()
    assert sorted(store) == ["plan", "section-001", "section-002", "section-003"]
    for key in lost:
        del store[key]
    again = drafting(Author(plan), brief, store=store)
    assert again.run() == draft
    assert len(prompts(again)) == len(lost)
    assert not any(request.schema for request in again.generator.requests)


def test_a_finished_text_asks_for_nothing() -> None:
    for form in ("article", "copy"):
        store = Memory()
        draft = drafting(form=form, store=store).run()
        heard: list[str] = []
        again = drafting([], form=form, store=store, on_text=heard.append)
        assert again.run() == draft
        assert again.generator.requests == []
        assert len("".join(heard)) > 1000


def test_before_anything_is_written_there_is_nothing() -> None:
    assert drafting([]).draft().length == 0


def test_a_draft_of_nothing_is_an_empty_line() -> None:
    assert Draft("", (), BRIEF, "copy", "m", 0).markdown == "\n"
    assert Draft("T", (Part("", ""),), BRIEF, "copy", "m", 0).markdown == "# T\n"


def test_a_model_that_says_nothing_is_reported() -> None:
    draft = drafting(lambda request: Author()(request) if request.schema else "").run()
    assert next(finding.code for finding in draft.findings) == "length"
    assert [part.text for part in draft.parts] == ["", "", ""]
