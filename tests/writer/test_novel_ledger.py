"""The ledger: numbers, titles and batches hold for every count; its file names what is wrong."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.answers import is_valid, random_answer
from tests.writer.novels import CHINESE, ENGLISH, novel

from copydesk.brief import Brief, Language, make_brief
from copydesk.errors import UsageProblem
from copydesk.generate.schema import longest_answer
from copydesk.writer.novel.bible import same_name
from copydesk.writer.novel.chapter import scene_count, scene_list
from copydesk.writer.novel.files import (
    bible_from_yaml,
    bible_to_yaml,
    is_novel_plan,
    ledger_from_yaml,
    ledger_to_yaml,
    novel_plan_to_yaml,
    read_novel_plan,
)
from copydesk.writer.novel.ledger import (
    Entry,
    NovelPlan,
    act_of,
    distinct,
    ledger_faults,
    next_batch,
)
from copydesk.writer.novel.state import State, after, by_the_ledger, state_schema
from copydesk.writer.store import Memory

BRIEF = make_brief(ENGLISH, length=2500)


def entry(number: int, title: str = "") -> Entry:
    return Entry(number, title or f"T{number}", ("Wen",), "there", "A walks.", "B knows.")


@given(chapters=st.integers(1, 500))
def test_batches_cover_every_chapter_once_and_never_cross_an_act(chapters: int) -> None:
    told: list[int] = []
    while len(told) < chapters:
        batch = next_batch(len(told), chapters)
        assert 1 <= batch.size <= 8
        numbers = range(batch.first, batch.last + 1)
        assert {act_of(number, chapters) for number in numbers} == {batch.act}
        told += numbers
    assert told == list(range(1, chapters + 1))
    assert act_of(chapters, chapters) == 3


@given(
    titles=st.lists(st.sampled_from(["Salt", "salt.", "Rope", " SALT ", "Salt (2)"]), max_size=20),
    split=st.integers(0, 20),
    language=st.sampled_from(["en", "zh"]),
)
def test_titles_end_up_distinct_whatever_the_model_says(
    titles: list[str], split: int, language: Language
) -> None:
    made = [entry(number, title) for number, title in enumerate(titles, 1)]
    before = distinct(made[:split], [], language)
    told = [*before, *distinct(made[split:], before, language)]
    assert ledger_faults(told) == []
    assert [e.number for e in told] == list(range(1, len(titles) + 1))


def test_a_ledger_out_of_order_is_told() -> None:
    assert ledger_faults([entry(1), entry(1, "B")]) == ["chapter 1 stands there twice"]
    assert ledger_faults([entry(1), entry(3)]) == ["chapter 2 is missing: 3 stands in its place"]
    same = ledger_faults([entry(1, "Salt"), entry(2, "Rope"), entry(3, "SALT.")])
    assert same == ["chapters 1 and 3 have the same title, 'SALT.'"]


def test_names_that_can_be_mixed_up() -> None:
    assert same_name(["Anna", "Anna Berg"], "en") == "Anna Berg"
    assert same_name(["Mr Haas", "Haas"], "en") == "Haas"
    assert same_name(["Tom Berg", "Anna Berg"], "en") == ""
    assert same_name(["许望川", "望川"], "zh") == "望川"
    assert same_name(["许望川", "许小满"], "zh") == ""
    assert same_name(["许望川", "石望川"], "zh") == "石望川"
    assert same_name(["Wen", " "], "en") == " "


@given(words=st.integers(20, 40_000), steps=st.integers(1, 12))
def test_scenes_cover_every_step_in_order(words: int, steps: int) -> None:
    told = tuple(f"step {number}" for number in range(steps))
    scenes = scene_list(told, scene_count(words, "en"))
    assert [scene.number for scene in scenes] == list(range(1, len(scenes) + 1))
    assert tuple(dict.fromkeys(scene.step for scene in scenes)) == told
    assert all(scene.scenes == len(scenes) for scene in scenes)
    for scene in scenes:
        of_step = [other for other in scenes if other.step == scene.step]
        assert scene.parts == len(of_step)
        assert of_step[scene.part - 1] is scene


@given(seed=st.integers(0, 10_000), language=st.sampled_from(["en", "zh"]))
def test_the_state_stays_small_whatever_is_answered(seed: int, language: Language) -> None:
    rng, state = random.Random(seed), State()
    for number in range(1, 12):
        chapter = replace(entry(number), who=("Wen", "Ada"))
        schema = state_schema(state, chapter, language)
        answer = random_answer(schema, rng)
        assert is_valid(answer, schema)
        assert longest_answer(schema) < 12_000
        if rng.random() < 0.3:
            state = by_the_ledger(state, chapter, language, 5)
        else:
            state = after(state, answer, 5)
        assert len(state.past) <= 700
        assert len(state.recent) <= 4
        assert len(state.threads) <= 6
        assert set(state.cast) <= {"Wen", "Ada"}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 99))
@pytest.mark.parametrize("topic", [ENGLISH, CHINESE])
def test_a_plan_survives_its_files(
    topic: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plan = novel(topic=topic, chapters=8, seed=seed).planned()
    bible = bible_from_yaml(bible_to_yaml(plan.bible))
    assert bible == plan.bible
    assert ledger_from_yaml(ledger_to_yaml(plan.chapters), bible) == plan.chapters
    path = tmp_path_factory.mktemp("plan") / f"plan{seed}.yaml"
    brief = make_brief(topic, audience="Grown-ups", length=9000)
    path.write_text(novel_plan_to_yaml(plan, brief, "novel"), encoding="utf-8")
    assert read_novel_plan(path) == ("novel", brief, plan)
    assert is_novel_plan(path)


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    return novel_plan_to_yaml(novel(chapters=4).planned(), BRIEF, "novel").splitlines()


def refused(text: str, tmp_path: Path) -> UsageProblem:
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageProblem) as caught:
        read_novel_plan(path)
    assert str(path) in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- number: 3", "- number: 2", "chapter 2 stands there twice"),
        ("- number: 3", "- number: 7", "chapter 3 is missing: 7 stands in its place"),
        ("- number: 3", "- number: three", "number: input should be a valid integer"),
        ("- number: 3", "- nombre: 3", "number: field required"),
        ("  acts:", "  actes:", "acts: field required"),
        (
            "    logline:",
            "    logline: ''\n    loglines:",
            "logline: string should have at least 1",
        ),
        ("chapters:", "chapters: 12\nmore:", "chapters: input should be a valid list"),
    ],
)
def test_a_plan_edited_into_nonsense_names_line_and_field(
    lines: list[str], tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = "\n".join(lines) + "\n"
    assert text.count(f"\n{old}") == 1
    problem = refused(text.replace(f"\n{old}", f"\n{new}"), tmp_path)
    assert reason in problem.message
    assert ", line " in problem.message
    assert "premise" in problem.hint


def test_a_stranger_in_a_chapter_is_named_with_the_line(lines: list[str], tmp_path: Path) -> None:
    at = next(n for n, line in enumerate(lines) if line == "  who:")
    lines[at + 1] = "  - Nobody At All"
    problem = refused("\n".join(lines), tmp_path)
    assert f"line {at + 2}: chapters.1.who: 'Nobody At All' is not in the cast" in problem.message


@pytest.mark.parametrize(
    "text",
    ["", "- a\n", "a: [", "a: &a [*a, *a]\n", "[" * 5000, "form: novel\nbible: 2025-99-99\n", "\t"],
)
def test_what_is_no_plan_is_refused(text: str, tmp_path: Path) -> None:
    refused(text, tmp_path)


def test_a_ledger_that_was_edited_is_followed_and_a_broken_one_told() -> None:
    store = Memory()
    plan = novel(store).planned()
    row = yaml.safe_load(store["ledger.yaml"])
    row["chapters"][2]["title"] = "The Edited One"
    del row["chapters"][4]
    store["ledger.yaml"] = yaml.safe_dump(row)
    draft = novel(store, chapters=0).run()
    assert [part.heading for part in draft.parts][2] == "Chapter 3: The Edited One"
    assert len(draft.parts) == 4
    with pytest.raises(UsageProblem, match="4 chapters, not 5"):
        novel(store).run()
    store["ledger.yaml"] = "chapters: none\n"
    with pytest.raises(UsageProblem, match=r"ledger\.yaml, line 1: chapters"):
        novel(store).run()
    assert len(plan.chapters) == 5


def test_a_given_plan_is_kept_and_needs_no_planning() -> None:
    plan = novel().planned()
    store = Memory()
    made = novel(store, plan=plan, chapters=0)
    made.run()
    again = novel(store, chapters=0)
    assert again.planned() == plan
    assert isinstance(plan, NovelPlan)
    assert isinstance(BRIEF, Brief)
