"""Answers under a schema: valid whatever the model, also past a ban, also in a batch."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generate.hf.test_engine import HOT, answer, ask
from tests.support.answers import is_valid

from copydesk.errors import GenerationFailed
from copydesk.generate import schema as shape
from copydesk.generate.hf.engine import Transformers
from copydesk.generate.protocol import Request, complete

SCHEMA = shape.record(
    title=shape.text(24, shortest=8),
    kind=shape.choice("column", "bar"),
    data=shape.array(shape.record(label=shape.text(8), on=shape.choice("yes", "no")), 2, 3),
)
LINE = shape.record(title=shape.text(8, shortest=3, language="zh"))


def shaped(schema: Any = SCHEMA, **settings: Any) -> Request:
    most = shape.longest_answer(schema)
    return ask(**({"schema": schema, "max_tokens": most} | settings))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_a_random_model_keeps_to_a_schema(engine: Transformers, seed: int) -> None:
    end = answer(engine, shaped(seed=seed))
    assert end.finish == "stop"
    assert is_valid(json.loads(end.text), SCHEMA)
    assert not re.search(r'[{,\[:]\s|\s[}\]]|"\s*:\s', re.sub(r'"[^"]*"', '""', end.text))


@pytest.mark.parametrize("seed", range(5))
def test_a_chinese_schema_gives_chinese(engine: Transformers, seed: int) -> None:
    title = json.loads(answer(engine, shaped(LINE, seed=seed)).text)["title"]
    assert 3 <= len(title) <= 8
    assert re.match(r"[\u3400-\u9fff\d“《]|[^\x00-\x7f]", title)


def test_a_batch_under_a_schema_is_its_single_answers(engine: Transformers) -> None:
    ends = complete(engine, shaped(n=4))
    assert [end.text for end in ends] == [
        answer(engine, shaped(seed=seed)).text for seed in range(3, 7)
    ]


def test_a_compiled_schema_is_kept(engine: Transformers) -> None:
    grammars = engine._ready()[0].grammars
    answer(engine, shaped())
    before = dict(grammars._compiled)
    answer(engine, shaped(seed=4))
    assert grammars._compiled == before


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 6))
def test_a_ban_rewinds_inside_an_answer(engine: Transformers, seed: int, start: int) -> None:
    title = json.loads(answer(engine, shaped(seed=seed)).text)["title"]
    phrase = title[start : start + 2].strip() or "a"
    for n in (1, 2):
        for end in complete(engine, shaped(seed=seed, bans=(phrase,), n=n)):
            if end.finish == "stop":
                assert is_valid(json.loads(end.text), SCHEMA)
            else:
                assert end.finish == "banned"
                assert end.findings


def test_of_two_choices_the_one_that_is_not_banned_is_taken(engine: Transformers) -> None:
    schema = shape.record(kind=shape.choice("column", "bar"))
    for seed in range(8):
        end = answer(engine, shaped(schema, seed=seed, bans=("column",)))
        assert json.loads(end.text) == {"kind": "bar"}


def test_what_the_schema_demands_and_a_ban_forbids_is_given_up(engine: Transformers) -> None:
    end = answer(engine, shaped(bans=("title",)))
    assert (end.finish, end.text) == ("banned", '{"')
    assert end.findings[0].measured == "title"


def test_a_schema_that_does_not_compile_is_said_to(engine: Transformers) -> None:
    ahead = {"type": "string", "pattern": "^(?=a)b*$", "minLength": 1, "maxLength": 5}
    for n in (1, 2):
        with pytest.raises(GenerationFailed, match="does not compile"):
            answer(engine, shaped(shape.record(a=ahead), n=n))
    assert answer(engine, ask(sampling=HOT)).text


def test_an_answer_that_is_cut_begins_like_json(engine: Transformers) -> None:
    end = answer(engine, shaped(max_tokens=12))
    assert end.finish == "length"
    assert end.text.startswith('{"title":"')
