"""A plan as YAML: out and in again the same, and every kind of nonsense named by line and field."""

import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.brief import Brief, clean_text
from copydesk.errors import UsageProblem
from copydesk.writer.plan import Plan, Section
from copydesk.writer.plan_file import plan_from_json, plan_to_json, plan_to_yaml, read_plan

GOOD = """\
form: article
brief:
  topic: Bees in cities
  length: 400
title: Bees move in
sections:
- heading: Warm walls
  point: Walls keep the warmth of the day.
  words: 100
- heading: Long summers
  point: Something flowers until October.
  beats:
  - First the ivy.
  - Then the asters.
"""

lines = (
    st.text(min_size=1, max_size=40)
    .map(clean_text)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: bool(text.strip()) and text == clean_text(text))
)
sections = st.builds(
    Section, lines, lines, st.integers(0, 1_000_000), st.lists(lines, max_size=4).map(tuple)
)
plans = st.builds(
    Plan,
    lines,
    st.lists(
        sections, min_size=1, max_size=6, unique_by=lambda s: s.heading.casefold().strip()
    ).map(tuple),
)
briefs = st.builds(
    Brief,
    lines,
    st.sampled_from(["en", "zh"]),
    lines | st.just(""),
    st.integers(0, 1_000_000),
    lines | st.just(""),
    style=lines | st.just(""),
    sources=st.lists(lines, max_size=3).map(tuple),
    details=st.dictionaries(lines, lines, max_size=3),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans, brief=briefs)
def test_what_is_written_is_read_the_same(tmp_path: Path, plan: Plan, brief: Brief) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(plan_to_yaml(plan, brief, "article"), encoding="utf-8")
    assert read_plan(path) == ("article", brief, plan)


@given(plans)
def test_a_plan_lies_in_a_run_as_json(plan: Plan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_good_plan_is_read(tmp_path: Path) -> None:
    form, brief, plan = read(tmp_path, GOOD)
    assert (form, brief.topic, brief.length) == ("article", "Bees in cities", 400)
    assert plan.sections[1].beats == ("First the ivy.", "Then the asters.")
    assert [section.words for section in plan.sections] == [100, 0]


def test_what_windows_editors_make_of_it_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_plan(path) == read(tmp_path, GOOD)


def read(folder: Path, text: str | bytes) -> Any:
    path = folder / "plan.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_plan(path)


def told(folder: Path, text: str | bytes) -> str:
    with pytest.raises(UsageProblem) as raised:
        read(folder, text)
    assert raised.value.hint
    assert "\n" not in raised.value.message
    assert len(raised.value.message) < 600
    return raised.value.message


@pytest.mark.parametrize(
    ("before", "after", "line", "field"),
    [
        ("title: Bees move in\n", "", 1, "title"),
        ("form: article\n", "", 1, "form"),
        ("  topic: Bees in cities\n", "", 3, "brief.topic"),
        ("  point: Walls keep the warmth of the day.\n", "", 7, "sections.1.point"),
        ("heading: Long summers", "heading: [Long, summers]", 10, "sections.2.heading"),
        ("words: 100", "words: many", 9, "sections.1.words"),
        ("words: 100", "words: -100", 9, "sections.1.words"),
        ("words: 100", "words: 1000001", 9, "sections.1.words"),
        ("words: 100", "words: 1.5", 9, "sections.1.words"),
        ("words: 100", "word: 100", 9, "sections.1.word"),
        ("title: Bees", "titel: x\ntitle: Bees", 5, "titel"),
        ("Bees move in", "''", 5, "title"),
        ("Long summers", "warm walls ", 7, "sections"),
        ("length: 400", "length: -1", 4, "brief.length"),
        ("length: 400", "language: fr", 4, "brief.language"),
        ("length: 400", "sources: report.pdf", 4, "brief.sources"),
        ("  - Then the asters.", "  - {Then: asters}", 14, "sections.2.beats.2"),
        ("title: Bees", "title: &a [x]\nx: Bees", 5, "title"),
    ],
)
def test_nonsense_is_named_by_line_and_field(
    tmp_path: Path, before: str, after: str, line: int, field: str
) -> None:
    assert before in GOOD
    message = told(tmp_path, GOOD.replace(before, after, 1))
    assert f", line {line}: {field}: " in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no plan"),
        ("# only a comment\n", "holds no plan"),
        ("just a line", "holds no plan"),
        ("- a\n- b\n", "holds no plan"),
        ("title: a: b\n", "line 1 is not YAML"),
        ("form: [article\n", "is not YAML"),
        ("a: b\n\tc: d\n", "line 2 is not YAML"),
        ("form: !!python/object/apply:os.system ['true']\n", "is not YAML"),
        ("--- a\n--- b\n", "is not YAML"),
        ("form: \x01\n", "is not YAML"),
        (b"\xff\xfe\x00\x01binary", "not text in UTF-8"),
        (b"PK\x03\x04" + bytes(range(128, 200)), "not text in UTF-8"),
        ("form: article\nx: &a [1]\ny: *a\n", "alias"),
        ("title: 2026-99-99\n", "plan"),
        ("1: 2\n? [a, b]\n: c\n", "plan"),
        ("sections: {}\nform: 3\n", "line"),
        ("? {a: b}\n: c\n", "plan"),
    ],
)
def test_what_is_no_plan_is_a_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in told(tmp_path, text)


def test_a_few_lines_that_stand_for_gigabytes_are_not_read(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40)
    )
    assert "alias" in told(tmp_path, bomb)


@pytest.mark.parametrize("text", ["[" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000])
def test_what_is_nested_too_deeply_is_a_sentence(tmp_path: Path, text: str) -> None:
    assert "plan.yaml" in told(tmp_path, text)
    told(tmp_path, f"{GOOD}x: {text}")


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert "too large" in told(tmp_path, GOOD + "#" * 1_000_001)


def test_a_plan_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(UsageProblem, match="cannot be read"):
            read_plan(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.integers(0, len(GOOD)))
def test_whatever_stands_in_the_file_nothing_breaks(
    tmp_path: Path, noise: bytes, place: int
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(GOOD[:place].encode() + noise + GOOD[place:].encode())
    with suppress(UsageProblem):
        assert read_plan(path)[2].sections
