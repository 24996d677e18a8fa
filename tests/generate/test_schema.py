"""Schemas: bounded, so that no answer is ever cut; lines trimmed at words that can end a line."""

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.answers import is_valid, random_answer

from copydesk.generate import schema as shape

# The widest characters that the alphabets of our patterns hold: rare Han, digits of mathematics.
WIDE = "a€蜂𠀀𝟘"


def lines() -> st.SearchStrategy[shape.Schema]:
    return st.builds(
        lambda longest, language: shape.text(longest, language=language),
        st.integers(2, 40),
        st.sampled_from(["en", "zh"]),
    )


LEAVES = st.one_of(
    lines(),
    st.just(shape.number(0, 100_000)),
    st.lists(st.text(WIDE, max_size=6), min_size=1, max_size=3).map(lambda v: shape.choice(*v)),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda item, most: shape.array(item, 0, most), inner, st.integers(1, 4)),
        st.dictionaries(st.text("abc_", min_size=1, max_size=8), inner, max_size=4).map(
            lambda properties: shape.record(**properties)
        ),
    ),
    max_leaves=8,
)


def answers(schema: shape.Schema) -> st.SearchStrategy[Any]:
    """Every answer that a schema allows, the longest among them."""
    match schema:
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "string", "minLength": shortest, "maxLength": longest}:
            return st.text(WIDE, min_size=shortest, max_size=longest)
        case {"type": "array", "items": items, "maxItems": most}:
            return st.lists(answers(items), min_size=schema["minItems"], max_size=most)
        case {"type": "object", "properties": properties}:
            return st.fixed_dictionaries({k: answers(v) for k, v in properties.items()})
    cents = st.integers(round(schema["minimum"] * 100), round(schema["maximum"] * 100))
    return cents.map(lambda number: number / 100)


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ({"pattern": "^[ab][c-e]*$", "minLength": 80, "maxLength": 240}, "^[ab][c-e]{79,239}$"),
        ({"pattern": r"^[\]x]*$", "maxLength": 9}, r"^[\]x]{0,9}$"),
        ({"pattern": "^[a][b]*$", "minLength": 0, "maxLength": 1}, "^[a][b]{0,0}$"),
    ],
)
def test_lengths_are_written_into_patterns(schema: shape.Schema, pattern: str) -> None:
    text = {"type": "string", **schema}
    assert shape.lengths_in_patterns(shape.record(a=shape.array(text, 0, 1))) == shape.record(
        a=shape.array({"type": "string", "pattern": pattern}, 0, 1)
    )


@pytest.mark.parametrize("pattern", ["^a|b*$", "[ab]*", "^[ab]+$", "^(?=a)b*$"])
def test_other_patterns_keep_their_lengths_beside_them(pattern: str) -> None:
    text = {"type": "string", "pattern": pattern, "maxLength": 4}
    assert shape.lengths_in_patterns(text) == text


@given(st.data())
def test_no_answer_is_longer_than_the_longest_answer(data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    answer = data.draw(answers(schema))
    said = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(said) <= shape.longest_answer(schema)  # a token is at least one byte


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "number", "minimum": 0},
        {"type": "array", "items": shape.text(5)},
        {"type": "object"},
    ],
)
def test_what_has_no_bound_is_refused(schema: shape.Schema) -> None:
    with pytest.raises(ValueError, match="unbounded schema"):
        shape.longest_answer(shape.record(a=schema))


def test_the_grammar_leaves_no_free_white_space_and_keeps_the_schema() -> None:
    schema = shape.record(title=shape.text(9, language="zh"), kind=shape.choice("甲", "b"))
    head, _, body = shape.grammar(schema).partition("%json ")
    assert head == "%llguidance {}\nstart: "
    rigid = json.loads(body)
    assert rigid.pop("x-guidance") == {"whitespace_flexible": False}
    assert rigid == shape.lengths_in_patterns(schema)
    assert list(rigid["properties"]) == ["title", "kind"]


@pytest.mark.parametrize("mark", list('*#{}|<>"\\\n\t`_[]'))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_markup_is_in_no_alphabet(mark: str, language: Any) -> None:
    pattern = shape.text(9, language=language)["pattern"]
    plain = re.sub(r"\\p\{\w+\}", "", pattern)[1:-1]
    allowed = set(re.sub(r"\\(.)|[\[\]*]", r"\1", plain))
    assert mark not in allowed
    assert {"（", "。"} <= allowed or language == "en"


WORDS = st.lists(
    st.sampled_from(["bees", "Bees,", "3.14", "1,200", "of", "and", "city.", "(wild)", "e-mail"]),
    min_size=1,
    max_size=14,
).map(" ".join)


@given(WORDS, st.integers(4, 60))
def test_a_trimmed_line_never_exceeds_and_ends_at_a_word(line: str, longest: int) -> None:
    cut = shape.trim_words(line[:longest], longest)
    assert len(cut) <= longest
    assert line.startswith(cut)
    if " " in line[:longest] and not line[:longest].endswith((".", ")")):
        rest = line[len(cut) :]
        assert not rest or not re.match(r"[.,]?\w", rest), f"{cut!r} ends inside a word"


@given(st.text(max_size=60), st.integers(1, 40))
def test_whatever_is_trimmed_gets_no_longer(line: str, longest: int) -> None:
    assert len(shape.trim_words(line, longest)) <= longest


@pytest.mark.parametrize(
    ("line", "longest", "trimmed"),
    [
        ("Mow verges twice a year and", 27, "Mow verges twice a year"),
        ("Warm walls and the", 18, "Warm walls"),
        ("Costs rose to 1,200 in M", 24, "Costs rose to 1,200"),
        ("The share fell from 3.14 mil", 28, "The share fell from 3.14"),
        ("Bees sleep. Wasps do n", 16, "Bees sleep"),
        ("Cities are warm, they have mo", 24, "Cities are warm"),
        ("Whole already.", 14, "Whole already."),
        ("Unbreakableword", 6, "Unbrea"),
        ("城市里有很多蜜蜂，它们住在墙", 14, "城市里有很多蜜蜂，它们住在墙"),
        ("城市里有很多蜜蜂，它们住", 12, "城市里有很多蜜蜂"),
        ("城市里有蜜蜂。它们", 9, "城市里有蜜蜂"),
    ],
)
def test_lines_are_cut_where_an_editor_would(line: str, longest: int, trimmed: str) -> None:
    assert shape.trim_words(line, longest) == trimmed


def test_tidy_reaches_every_text_and_trims_only_those_at_the_limit() -> None:
    schema = shape.record(
        title=shape.text(12),
        rows=shape.array(shape.array(shape.text(20), 1, 2), 1, 2),
        value=shape.number(0, 1),
        kind=shape.choice("a  b"),
    )
    answer = {"title": "Bees  and th", "rows": [["Two   words", "x"]], "value": 0.5, "kind": "a  b"}
    assert shape.tidy(answer, schema) == {
        "title": "Bees",
        "rows": [["Two words", "x"]],
        "value": 0.5,
        "kind": "a  b",
    }


@pytest.mark.parametrize(
    ("said", "longest", "shown"),
    [
        ("They bring nectar. Strips help it become", 43, "They bring nectar."),
        (
            "They bring nectar. Strips help it become",
            60,
            "They bring nectar. Strips help it become",
        ),
        (
            "They bring nectar. Strips help it.",
            45,
            "They bring nectar. Strips help it.",
        ),
        ("Strips can help cities become greener", 40, "Strips can help cities become greener"),
        ("屋顶能养活野蜂。花带让城市更", 15, "屋顶能养活野蜂。"),
        ("屋顶能养活野蜂。花带让城市更绿", 20, "屋顶能养活野蜂。花带让城市更绿"),
    ],
)
def test_a_sentence_begun_within_a_token_of_the_limit_goes(
    said: str, longest: int, shown: str
) -> None:
    assert shape.tidy(said, shape.text(longest)) == shown


@pytest.mark.parametrize("seed", range(20))
def test_the_answers_that_other_tests_draw_are_valid(seed: int) -> None:
    schema = shape.record(
        line=shape.text(30, shortest=3),
        han=shape.text(12, language="zh"),
        data=shape.array(shape.number(0, 9), 1, 3),
        kind=shape.choice("column", "bar"),
    )
    assert is_valid(random_answer(schema, random.Random(seed)), schema)
