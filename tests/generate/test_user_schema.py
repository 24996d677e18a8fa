"""A user's schema: bounded or refused, idempotent, its longest answer known; answers asked for."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.conftest import unavailable

from copydesk.errors import GenerationFailed, UsageProblem
from copydesk.generate.protocol import Completion, Message, Piece, Request
from copydesk.generate.schema import grammar
from copydesk.generate.scripted import Scripted
from copydesk.generate.user_answers import answer, trimmed
from copydesk.generate.user_limits import LINE, LINES, decimals
from copydesk.generate.user_schema import longest, read_schema, tighten
from copydesk.generate.validate import validate

WIDE = 'a"\\€蜂𠀀𝟘'
NAMES = st.text("ab/~ é%_", min_size=1, max_size=4)
SMALL = st.integers(0, 6)


def optional(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


def bounds(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    ranges = st.lists(numbers, min_size=2, max_size=2).map(sorted)
    return st.one_of(
        st.just({}),
        numbers.map(lambda low: {"minimum": low}),
        numbers.map(lambda high: {"exclusiveMaximum": high}),
        ranges.map(lambda pair: {"minimum": pair[0], "maximum": pair[1]}),
        ranges.map(lambda pair: {"exclusiveMinimum": pair[0] - 2, "maximum": pair[1] + 2}),
    )


def typed(name: str, rest: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return rest.map(lambda keywords: {"type": name, **keywords})


WHOLE = st.integers(-(10**12), 10**12)
STRINGS = optional(
    maxLength=st.integers(6, 12),
    minLength=SMALL,
    title=st.text(max_size=3),
    default=st.text(max_size=3),
    format=st.sampled_from(["password", "x"]),
    **{"x-multiline": st.booleans()},
)
LEAVES = st.one_of(
    typed("string", STRINGS),
    typed("integer", bounds(WHOLE)),
    typed("number", bounds(WHOLE | st.floats(-1e6, 1e6).map(lambda value: round(value, 4)))),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
    st.lists(st.text(WIDE + "\x1b", max_size=4), min_size=1).map(lambda values: {"enum": values}),
    st.just({"const": {"a": [1, None]}}),
)


def within(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    def record(properties: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        schema = {"type": "object", "properties": properties}
        if not properties:
            return st.just(schema)
        required = st.lists(st.sampled_from(sorted(properties)), unique=True)
        return st.just(schema) | required.map(lambda names: {**schema, "required": names})

    return st.one_of(
        st.tuples(inner, optional(minItems=st.integers(0, 2), maxItems=st.integers(2, 4))).map(
            lambda both: {"type": "array", "items": both[0], **both[1]}
        ),
        st.dictionaries(NAMES, inner, max_size=3).flatmap(record),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
        inner.map(lambda only: {"allOf": [only], "description": "d"}),
    )


BARE = st.recursive(LEAVES, within, max_leaves=6)


def referring(schema: dict[str, Any], name: str, others: dict[str, Any]) -> dict[str, Any]:
    pointer = "#/$defs/" + quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
    return {
        "type": "object",
        "properties": {"one": {"$ref": pointer}, "two": {"$ref": pointer}},
        "$defs": {**others, name: schema},
    }


SCHEMAS = BARE | st.builds(
    referring, BARE, NAMES, st.dictionaries(NAMES, st.just({"type": "null"}), max_size=2)
)


def answers(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Every answer that a tight schema allows."""
    match schema:
        case {"$ref": pointer}:
            return answers(defs[pointer.rpartition("/")[2]], defs)
        case {"anyOf": options}:
            return st.one_of([answers(option, defs) for option in options])
        case {"const": value}:
            return st.just(value)
        case {"enum": values}:
            return st.sampled_from(values)
        case {"type": "string", "maxLength": most, "pattern": pattern}:
            alphabet = WIDE + ("\n" if pattern == LINES else "")
            return st.text(alphabet, min_size=schema.get("minLength", 0), max_size=most)
        case {"type": "array", "items": items, "maxItems": most}:
            sizes = {"min_size": schema.get("minItems", 0), "max_size": min(most, 4)}
            return st.lists(answers(items, defs), **sizes)
        case {"type": "object", "properties": properties, "required": required}:
            each = {key: answers(value, defs) for key, value in properties.items()}
            may = {key: value for key, value in each.items() if key not in required}
            return st.fixed_dictionaries({key: each[key] for key in required}, optional=may)
        case {"type": "integer", "minimum": least, "maximum": most}:
            return st.integers(least, most)
        case {"type": "number", "multipleOf": step}:
            low, high = (
                schema.get(key, schema.get(f"exclusive{key.capitalize()}"))
                for key in ("minimum", "maximum")
            )
            return st.floats(low, high).map(lambda value: round(value, decimals(step)))
    return st.none() if schema["type"] == "null" else st.booleans()


@settings(deadline=None)
@given(SCHEMAS)
@example({"type": "number", "minimum": 0.7969, "maximum": 0.7969})
def test_a_tight_schema_stays_as_it_is(schema: dict[str, Any]) -> None:
    tight = tighten(schema)
    assert tighten(tight) == tight
    assert tighten(json.loads(json.dumps(tight))) == tight


@settings(deadline=None)
@given(st.data())
def test_no_answer_is_longer_than_the_longest(data: st.DataObject) -> None:
    tight = tighten(data.draw(SCHEMAS))
    value = data.draw(answers(tight, tight.get("$defs", {})))
    assert validate(value, tight) == ""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(said) <= longest(tight)


def test_the_longest_is_no_larger_than_it_must_be() -> None:
    schema = tighten(
        {
            "type": "object",
            "properties": {
                "ab": {"type": "string", "maxLength": 3},
                "n": {"type": "integer", "minimum": -20, "maximum": 5},
            },
            "required": ["ab"],
        }
    )
    full = len('{"ab":"𠀀𠀀𠀀","n":-20}'.encode())
    assert full <= longest(schema) <= full + 4


KEYWORDS = (
    *("type", "properties", "required", "items", "minItems", "maxItems", "pattern", "format"),
    *("enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$defs", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "multipleOf", "additionalProperties"),
)
HOSTILE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYWORDS) | st.text(max_size=3),
            inner
            | st.sampled_from(["string", "object", "array", "number", "#/$defs/a", "integer"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(HOSTILE)
def test_whatever_comes_is_made_tight_or_refused_in_a_sentence(schema: Any) -> None:
    refused: UsageProblem | None = None
    try:
        tight = tighten(schema)
    except UsageProblem as problem:
        refused = problem
    if refused is None:
        assert longest(tight) > 0
    else:
        assert refused.hint
        assert refused.message.isprintable()


def one(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"a/b": schema}}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "boolean"}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema


REFUSED: dict[str, tuple[Any, str]] = {
    "not": ({"not": {"type": "null"}, "type": "string"}, "/not, this keyword is not supported"),
    "if": ({"type": "string", "if": {}}, "/if, this"),
    "dependent": (
        {"type": "object", "properties": {}, "dependentSchemas": {}},
        "/dependentSchemas",
    ),
    "patterns": ({"type": "object", "patternProperties": {}}, "/patternProperties, this"),
    "prefix": ({"type": "array", "prefixItems": []}, "/prefixItems, this"),
    "unique": ({"type": "array", "items": {"type": "null"}, "uniqueItems": True}, "/uniqueItems"),
    "elsewhere": ({"type": "string", "minimum": 3}, "/minimum, this keyword does not belong here"),
    "typo": ({"type": "string", "maxLenght": 3}, "/maxLenght, this keyword is not supported"),
    "map": ({"type": "object", "properties": {}, "additionalProperties": {}}, "without names"),
    "nameless": ({"type": "object"}, "must name its properties"),
    "anything": ({}, "nothing is said"),
    "true": (True, "nothing is said"),
    "items": ({"type": "array"}, "/items, nothing is said"),
    "type": ({"type": "text"}, "/type, the type is missing or unknown"),
    "remote": ({"$ref": "https://example.org/a.json"}, "leads elsewhere"),
    "file": ({"$ref": "other.json#/$defs/a"}, "leads elsewhere"),
    "root": ({"$ref": "#"}, "leads elsewhere"),
    "absent": ({"$ref": "#/$defs/b"}, "no definition 'b'"),
    "beside": ({"anyOf": [{"type": "null"}], "type": "null"}, "/type, this keyword"),
    "merge": ({"allOf": [{"type": "null"}, {"type": "null"}]}, "merge"),
    "empty": ({"enum": []}, "/enum, a list belongs here"),
    "type of enum": ({"enum": ["a"], "type": "integer"}, "no value here is of the stated type"),
    "type of const": ({"const": True, "type": "integer"}, "no value here is of the stated type"),
    "range": ({"type": "string", "minLength": 5, "maxLength": 3}, "/minLength, this is more"),
    "bounds": ({"type": "number", "minimum": 5, "maximum": 3}, "no number lies between"),
    "open": ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}, "no whole number"),
    "draft 4": ({"type": "number", "exclusiveMinimum": True}, "a number belongs here"),
    "step": ({"type": "number", "multipleOf": 0}, "/multipleOf, a number above 0"),
    "long step": ({"type": "number", "multipleOf": 1e-30}, "at most 12 decimals"),
    "required": ({"type": "object", "properties": {}, "required": ["a"]}, "/required"),
    "look ahead": ({"type": "string", "pattern": "(?=a)b"}, "/pattern, looking around"),
    "look back": ({"type": "string", "pattern": r"(a)\1"}, "/pattern, looking around"),
    "surrogate": ({"const": "\ud800"}, "it holds what JSON cannot"),
    "infinite": ({"type": "number", "minimum": float("inf")}, "it holds what JSON cannot"),
    "deep": (nested(40), "too large or too deep"),
}


@pytest.mark.parametrize(("schema", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_names_its_place(schema: Any, said: str) -> None:
    for inside in (False, True):
        with pytest.raises(UsageProblem) as caught:
            tighten(one(schema) if inside else schema)
        assert said.partition(", ")[2] in caught.value.message or said in str(caught.value.hint)
        if inside and "JSON cannot" not in said and "deep" not in said:
            assert "at #/properties/a~1b" in caught.value.message
            assert said.partition(",")[0] in caught.value.message + caught.value.hint


@pytest.mark.parametrize("keyword", ["$defs", "definitions"])
def test_recursion_is_refused_and_mere_reuse_is_not(keyword: str) -> None:
    tree = {"type": "array", "items": {"$ref": f"#/{keyword}/node"}}
    with pytest.raises(UsageProblem, match="'node' holds itself"):
        tighten({"$ref": f"#/{keyword}/node", keyword: {"node": tree}})
    pair = {"type": "array", "items": {"$ref": f"#/{keyword}/leaf"}, "maxItems": 2}
    tight = tighten({**pair, keyword: {"leaf": {"type": "boolean"}, "unused": {"type": "x"}}})
    assert tight["$defs"] == {"leaf": {"type": "boolean"}}
    assert longest(tight) == 2 + 2 * 6


def test_references_that_multiply_are_counted_and_not_written_out() -> None:
    both = {
        f"d{i}": {"type": "array", "items": {"$ref": f"#/$defs/d{i + 1}"}, "maxItems": 100_000}
        for i in range(12)
    }
    both["d12"] = {"type": "null"}
    tight = tighten({"$ref": "#/$defs/d0", "$defs": both})
    assert longest(tight) > 100_000**12
    assert len(json.dumps(tight)) < 5_000


def test_limits_are_put_in_where_none_are_stated() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.org/a",
        "properties": {
            "s": {"type": "string", "description": "A line."},
            "long": {"type": "string", "minLength": 500, "x-multiline": True},
            "date": {"type": "string", "format": "date"},
            "odd": {"type": "string", "format": "iri", "pattern": "^a+$"},
            "i": {"type": "integer", "minimum": 1.5},
            "n": {"type": "number", "maximum": -5e9},
            "tiny": {"type": "number", "minimum": 0, "maximum": 1e-6},
            "list": {"items": {"type": "boolean"}},
            "maybe": {"type": ["integer", "null"]},
        },
        "required": ["s"],
        "additionalProperties": True,
    }
    tight = tighten(schema)
    found = tight["properties"]
    assert set(tight) == {"type", "properties", "required", "additionalProperties"}
    assert tight["required"] == ["s"]
    assert tight["additionalProperties"] is False
    assert found["s"] == {
        "description": "A line.",
        "type": "string",
        "maxLength": 400,
        "pattern": LINE,
    }
    assert found["long"]["maxLength"] == 500
    assert found["long"]["pattern"] == LINES
    assert found["date"] == {"type": "string", "maxLength": 400, "format": "date"}
    assert found["odd"] == {"type": "string", "maxLength": 400, "pattern": "^a+$"}
    assert found["i"] == {"type": "integer", "minimum": 2, "maximum": 10**9}
    assert found["n"]["minimum"] == -5e9 - 10**9
    assert found["n"]["multipleOf"] == 1e-6
    assert found["tiny"]["multipleOf"] == 1e-9
    assert found["list"] == {"type": "array", "items": {"type": "boolean"}, "maxItems": 20}
    assert found["maybe"]["anyOf"][1] == {"type": "null"}
    everything = tighten({k: v for k, v in schema.items() if k != "required"})
    assert everything["required"] == list(found)


def test_an_unbounded_schema_has_no_longest() -> None:
    for schema in ({"type": "string"}, {"type": "number", "minimum": 0}, {"type": "integer"}):
        with pytest.raises(ValueError, match="unbounded schema"):
            longest(schema)
    assert longest({"type": ["null", "string"], "maxLength": 1, "pattern": LINE}) == 6
    assert longest({"oneOf": [{"const": "abc"}, {"type": "boolean"}]}) == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is no JSON"),
        (b"[" * 100_000, "deep"),
        (b'{"type": "string", "type": "null"}', "names a key twice"),
        (b'{"type": "number", "minimum": NaN}', "it holds what JSON cannot"),
        (b'{"const": "\\ud800"}', "it holds what JSON cannot"),
        (b"\xff\xfe{}", "it is no JSON"),
        (b'{"minimum": ' + b"9" * 5000 + b"}", "it is no JSON"),
        (b" " * 300_000, "larger than 256 kB"),
    ],
)
def test_a_file_that_is_no_schema_is_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        read_schema(path)
    assert said in caught.value.message
    with pytest.raises(UsageProblem, match="No such file"):
        read_schema(tmp_path / "away.json")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"type": "null"}', encoding="utf-8-sig")
    assert read_schema(tmp_path / "s.json") == {"type": "null"}


class Bytes:
    """A tokenizer whose tokens are bytes."""

    eos_token_id = 256
    bos_token_id = unk_token_id = None
    tokens = (*(bytes([i]) for i in range(256)), b"<end>")
    special_token_ids = (256,)

    def __call__(self, text: str | bytes) -> list[int]:
        return list(text.encode() if isinstance(text, str) else text)


@pytest.mark.parametrize(
    ("schema", "allowed", "refused"),
    [
        ({"type": "string"}, ['""', '"é蜂 \\""'], ['"\\n"', '"\\u000a"', '"\x9b"', '"\\u001b"']),
        ({"type": "string", "x-multiline": True}, ['"a\\nb"'], ['"\\t"', '"\\u0000"']),
        ({"type": "number"}, ["-0.123456", "1000000000"], ["0.1234567", "1e5", "1000000001"]),
        ({"type": "integer"}, ["-7"], ["1.5", "01"]),
        ({"type": ["null", "string"]}, ["null", '"a"'], ["1"]),
        ({"type": "string", "format": "date"}, ['"2024-02-28"'], ['"tomorrow"']),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, ["1", "1.5"], []),
        (one({"const": [1, "x"]}), ['{"a/b":[1,"x"]}'], ["{}", '{"a/b":[1, "x"]}']),
    ],
)
def test_a_grammar_keeps_to_the_limits(
    schema: dict[str, Any], allowed: list[str], refused: list[str]
) -> None:
    try:
        from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper  # noqa: PLC0415
    except ImportError:
        unavailable("llguidance is not installed")
    tokenizer = LLTokenizer(TokenizerWrapper(Bytes()))

    def takes(text: str) -> bool:
        matcher = LLMatcher(tokenizer, grammar(tighten(schema)), log_level=0)
        said = list(text.encode())
        return matcher.try_consume_tokens(said) == len(said) and matcher.is_accepting()

    assert [text for text in allowed if not takes(text)] == []
    assert [text for text in refused if takes(text)] == []


# Asking.

TITLE = tighten(one({"type": "string", "maxLength": 24}))
ASK = Request((Message("user", "x"),), max_tokens=10_000, seed=3)


class Draws(Scripted):
    """Ends the way each draw is told to."""

    def __init__(self, *draws: Completion) -> None:
        self._left = list(draws)
        super().__init__(lambda request: "")

    def stream(self, request: Request, cancel: Any = None) -> Any:
        self.requests.append(request)
        yield Piece("", 0, self._left.pop(0))


def test_an_answer_is_compact_bounded_and_cut_at_a_word() -> None:
    generator = Scripted(['{"a/b": "Bees fly over the old to"}'])
    taken = answer(generator, ASK, TITLE)
    assert taken.text == '{"a/b":"Bees fly over the old"}'
    assert generator.requests[0].max_tokens == longest(TITLE)
    assert generator.requests[0].schema == TITLE


def test_a_cut_or_invalid_answer_is_drawn_again_with_another_seed() -> None:
    whole = Completion('{"a/b":"b"}', "stop")
    generator = Draws(Completion('{"a', "length"), Completion('{"c":1}', "stop"), whole)
    heard: list[Completion] = []
    assert answer(generator, ASK, TITLE, on_done=heard.append).text == '{"a/b":"b"}'
    assert len({request.seed for request in generator.requests}) == len(heard) == 3


@pytest.mark.parametrize(
    ("finish", "text", "draws", "said"),
    [
        ("length", '{"a', 3, "did not end"),
        ("banned", "", 3, "banned phrase"),
        ("stop", "[1]", 3, "must be of type object"),
        ("stop", "nope", 3, "it is no JSON"),
        ("cancelled", '{"a', 1, "interrupted"),
    ],
)
def test_no_usable_draw_is_a_sentence_with_the_reason(
    finish: Any, text: str, draws: int, said: str
) -> None:
    generator = Draws(*[Completion(text, finish)] * 3)
    with pytest.raises(GenerationFailed) as caught:
        answer(generator, ASK, TITLE)
    assert said in caught.value.message
    assert len(generator.requests) == draws


def test_only_free_texts_that_reached_their_limit_are_cut() -> None:
    schema = tighten(
        {
            "type": "object",
            "properties": {
                "code": {"type": "string", "maxLength": 8, "pattern": "^[a-z ]+$"},
                "least": {"type": "string", "minLength": 7, "maxLength": 8},
                "maybe": {"anyOf": [{"type": "string", "maxLength": 8}, {"type": "null"}]},
                "list": {"type": "array", "items": {"$ref": "#/$defs/t"}},
            },
            "$defs": {"t": {"type": "string", "maxLength": 8}},
        }
    )
    said = {"code": "abcd efg", "least": "abcd efg", "maybe": "abcd efg"}
    cut = trimmed({**said, "list": ["abcd efg", "abc def"]}, schema)
    assert cut == {**said, "maybe": "abcd", "list": ["abcd", "abc def"]}
