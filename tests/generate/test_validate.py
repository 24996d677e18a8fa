"""An answer held against its schema, and schemas written so that servers understand them."""

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.answers import random_answer

from copydesk.generate import schema as shape
from copydesk.generate.portable import checking, portable, readable
from copydesk.generate.validate import validate

SLIDE = shape.record(
    title=shape.text(24, shortest=8),
    kind=shape.choice("column", "bar"),
    data=shape.array(shape.record(label=shape.text(8), value=shape.number(0, 100)), 2, 3),
)
CHINESE = shape.record(title=shape.text(12, shortest=3, language="zh"))
GOOD: dict[str, Any] = {
    "title": "Bees in the city",
    "kind": "bar",
    "data": [{"label": "Roof", "value": 3}, {"label": "Park", "value": 4.5}],
}


@pytest.mark.parametrize("seed", range(50))
def test_what_a_grammar_allows_is_valid(seed: int) -> None:
    for schema in (SLIDE, CHINESE):
        assert validate(random_answer(schema, random.Random(seed)), schema) == ""


@pytest.mark.parametrize(
    ("title", "good"),
    [
        ("Ángström’s bees", True),
        ("Ὀ is a capital", True),
        ("ὀ is none, so no", False),
        ("Ǆ bees in here", True),
        ("２０ bees in here", True),
        ("Bees and пчёлы", False),
    ],
)
def test_letters_are_judged_as_the_grammar_does(title: str, good: bool) -> None:
    assert (validate({**GOOD, "title": title}, SLIDE) == "") is good


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "Bees"}, "title must have at least 8 characters, not 4"),
        ({"title": "B" * 25}, "title must have at most 24 characters, not 25"),
        ({"title": "**Bees** in town"}, "title holds characters that are not allowed"),
        ({"title": "bees in town"}, "begins wrongly"),
        ({"title": 7}, "title must be of type string, not 7"),
        ({"kind": "pie"}, 'kind must be one of "column", "bar", not "pie"'),
        ({"data": GOOD["data"][:1]}, "data must have at least 2 items, not 1"),
        ({"data": GOOD["data"] * 2}, "data must have at most 3 items, not 4"),
        ({"data": [GOOD["data"][0], {"label": "Park"}]}, 'data[1] lacks "value"'),
        (
            {"data": [GOOD["data"][0], {"label": "Park", "value": 101}]},
            "data[1].value must be at most 100, not 101",
        ),
        (
            {"data": [GOOD["data"][0], {"label": "Park", "value": True}]},
            "data[1].value must be of type number, not true",
        ),
        ({"extra": 1}, 'has a property "extra" that is not allowed'),
    ],
)
def test_a_reason_names_the_place_and_the_fault(change: dict[str, Any], reason: str) -> None:
    assert reason in validate({**GOOD, **change}, SLIDE)


def test_references_alternatives_constants_and_nothing() -> None:
    schema = {
        "$defs": {"size": {"type": ["integer", "null"], "minimum": 1}},
        "type": "object",
        "properties": {
            "size": {"$ref": "#/$defs/size"},
            "fit": {"anyOf": [{"const": True}, {"type": "string", "maxLength": 3}]},
        },
    }
    for good in ({"size": None}, {"size": 2.0}, {"fit": True}, {"fit": "abc"}, {"other": 1}):
        assert validate(good, schema) == ""
    for bad in ({"size": 0}, {"size": "x"}, {"size": 1.5}, {"fit": 1}, {"fit": "abcd"}, []):
        assert validate(bad, schema) != ""


def test_a_reference_in_a_circle_or_to_nowhere_ends() -> None:
    circle = {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    assert "too deeply" in validate(1, circle)
    assert "not allowed" in validate(1, {"$ref": "#/$defs/none"})


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_no_answer_breaks_the_check(value: Any) -> None:
    for schema in (SLIDE, CHINESE):
        assert validate(value, schema) != ""


def test_a_portable_schema_has_no_classes_and_keeps_its_lengths() -> None:
    plain = portable(SLIDE)
    title = plain["properties"]["title"]
    assert r"\p" not in json.dumps(plain)
    assert title["pattern"].endswith("{7,23}$")
    assert not {"minLength", "maxLength"} & set(title)
    assert plain["properties"]["kind"] == {"type": "string", "enum": ["column", "bar"]}
    assert plain["properties"]["data"]["maxItems"] == 3
    assert re.compile(title["pattern"])
    assert SLIDE["properties"]["title"]["maxLength"] == 24  # the original is untouched


def test_a_readable_schema_has_lengths_and_no_patterns() -> None:
    plain = readable(shape.record(pattern=shape.text(20, shortest=4)))
    assert plain["properties"]["pattern"] == {"type": "string", "minLength": 4, "maxLength": 20}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("seed", range(20))
def test_a_portable_pattern_allows_what_the_grammar_allows(language: Any, seed: int) -> None:
    line = shape.text(20, shortest=4, language=language)
    said = random_answer(line, random.Random(seed))
    assert re.search(portable(line)["pattern"], said)
    assert not re.search(portable(line)["pattern"], said[:3])


def test_a_pattern_that_python_cannot_read_is_not_checked() -> None:
    assert checking(r"\p{Cuneiform}+") is None
    assert validate("x", {"type": "string", "pattern": r"\p{Cuneiform}+"}) == ""
    assert "pattern" not in portable({"type": "string", "pattern": r"\p{Cuneiform}+"})
