"""Rows of one kind as rows of another; orders as people type them; rows written and read again."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import OutputProblem, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.convert import (
    merged,
    to_pairs,
    to_questions,
    to_rankings,
    to_samples,
    to_verdicts,
)
from copydesk.preferences.order import dense, example, parse_order, show_order
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict
from copydesk.preferences.write import write_rows

ASK = (Message("user", "Best?"),)
ABC = Ranking(prompt=ASK, completions=("a", "b", "c"), ranks=(2, 1, 2), scores=(1.0, 3.0, 1.5))
PAIR = Pair(prompt=ASK, chosen="good", rejected="bad", margin=2.0, annotator="Ada")
TIE = replace(PAIR, margin=None, tie=True)
SAMPLE = Sample(prompt=ASK, completion="s")
KEPT, DROPPED = (Verdict(prompt=ASK, completion=c, keep=c == "k") for c in "kd")
QUESTION = Question(prompt=(Message("user", "Why?"),))
ALL = (ABC, PAIR, TIE, SAMPLE, KEPT, DROPPED, QUESTION)


def test_a_ranking_is_all_its_pairs() -> None:
    pairs = to_pairs([ABC])
    assert [(p.chosen, p.rejected, p.tie, p.margin) for p in pairs] == [
        ("b", "a", False, 2.0),
        ("a", "c", True, None),
        ("b", "c", False, 1.5),
    ]


def test_scores_that_contradict_the_ranks_are_no_margin() -> None:
    (pair,) = to_pairs([replace(ABC, completions=("a", "b"), ranks=(1, 2), scores=(1.0, 2.0))])
    assert (pair.chosen, pair.margin) == ("a", None)


def test_what_has_no_meaning_in_a_kind_is_left_out() -> None:
    assert [row.completion for row in to_samples(ALL)] == ["b", "good", "s", "k"]
    assert len(to_pairs(ALL)) == 3 + 2
    assert [row.ranks for row in to_rankings(ALL)] == [(2, 1, 2), (1, 2), (1, 1)]
    assert [(v.completion, v.keep) for v in to_verdicts(ALL)] == [
        *(("a", False), ("b", True), ("c", False), ("good", True), ("bad", False)),
        *(("k", True), ("d", False)),
    ]
    assert [q.prompt[0].content for q in to_questions(ALL)] == ["Best?", "Why?"]
    assert to_questions([replace(PAIR, prompt=())]) == ()


def test_a_ranking_of_ties_alone_prefers_nothing() -> None:
    tied = replace(ABC, ranks=(1, 1, 1))
    assert to_samples([tied]) == to_verdicts([tied]) == ()
    assert all(pair.tie for pair in to_pairs([tied]))


def test_samples_come_once() -> None:
    assert len(to_samples([ABC, replace(ABC, annotator="Bo"), SAMPLE, SAMPLE])) == 2


def test_annotators_merge_into_one_ranking_by_their_summed_ranks() -> None:
    ada = replace(ABC, ranks=(1, 2, 3), annotator="Ada", scores=())
    bo = replace(ada, ranks=(2, 1, 3), annotator="Bo")
    (both,) = merged([ada, bo])
    assert (both.ranks, both.annotator) == ((1, 1, 2), "")
    assert merged([ada]) == (ada,)
    # 1 + 2 against 1.5 + 1 against 3 + 2.5: ties share the mean of their places
    assert merged([ada, replace(bo, ranks=(1, 1, 1))])[0].ranks == (1, 2, 3)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=7))
@settings(deadline=None)
def test_pairs_say_what_the_ranking_said(ranks: list[int]) -> None:
    names = tuple(f"t{n}" for n in range(len(ranks)))
    ranked = Ranking(prompt=ASK, completions=names, ranks=dense(ranks))
    pairs = to_pairs([ranked])
    assert len(pairs) == len(list(combinations(ranks, 2)))
    for pair in pairs:
        better, worse = (ranks[names.index(text)] for text in (pair.chosen, pair.rejected))
        assert pair.tie == (better == worse)
        assert better <= worse


@pytest.mark.parametrize(
    ("said", "ranks"),
    [
        ("D > C > B = A", (3, 3, 2, 1)),
        ("d>c>b=a", (3, 3, 2, 1)),
        ("DCB=A", (3, 3, 2, 1)),
        ("D C B A", (4, 3, 2, 1)),
        ("d, c, b = a", (3, 3, 2, 1)),
        ("Ｄ＞Ｃ＞Ｂ＝Ａ", (3, 3, 2, 1)),
        ("D》C》B=A", (3, 3, 2, 1)),
        ("a=b=c=d", (1, 1, 1, 1)),
    ],
)
def test_orders_as_people_type_them(said: str, ranks: tuple[int, ...]) -> None:
    assert parse_order(said, 4) == ranks


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("D > C > B", "A has no place"),
        ("D > C > B > A > E", "no answer 'E'"),
        ("D > D > C > B > A", "stands there twice"),
        ("D > > C > B > A", "no answer ''"),
        ("", "no answer ''"),
        ("= D C B A", "no answer ''"),
        ("1 > 2", "no answer"),
    ],
)
def test_orders_that_are_none(said: str, why: str) -> None:
    with pytest.raises(UsageProblem, match=why) as problem:
        parse_order(said, 4)
    assert "D > C > B = A" in problem.value.hint


@given(st.lists(st.integers(1, 12), min_size=2, max_size=12))
@settings(deadline=None)
def test_an_order_shown_is_the_order_parsed(ranks: list[int]) -> None:
    assert parse_order(show_order(dense(ranks)), len(ranks)) == dense(ranks)


@given(st.text(max_size=30), st.integers(2, 12))
@settings(deadline=None)
def test_no_order_brings_the_parser_down(said: str, count: int) -> None:
    try:
        ranks = parse_order(said, count)
    except UsageProblem:
        return
    assert sorted(set(ranks)) == list(range(1, max(ranks) + 1))


def test_the_example_is_an_order() -> None:
    for count in range(2, 13):
        assert len(parse_order(example(count).partition(": ")[2], count)) == count


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
SAID = TEXT.filter(lambda text: text.strip() != "")
NAME = st.text(st.characters(categories=("L", "N")), max_size=8)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
TALK = st.lists(
    st.builds(Message, st.sampled_from(["system", "user", "assistant"]), TEXT), max_size=3
)
ASKED = st.builds(lambda talk, last: (*talk, Message("user", last)), TALK, SAID)
PROMPT = st.just(()) | ASKED


@st.composite
def ranking(draw: st.DrawFn) -> Ranking:
    count = draw(st.integers(2, 5))
    some = draw(st.booleans())
    return Ranking(
        prompt=draw(PROMPT),
        completions=tuple(draw(st.lists(TEXT, min_size=count, max_size=count))),
        ranks=dense(draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))),
        scores=tuple(draw(st.lists(NUMBER, min_size=count, max_size=count))) if some else (),
        sources=tuple(f"m{n}" for n in range(count)) if draw(st.booleans()) else (),
        annotator=draw(NAME),
        language=draw(st.sampled_from(["", "en", "zh"])),
    )


ROWS: st.SearchStrategy[Row] = st.one_of(
    ranking(),
    st.builds(Question, prompt=ASKED),
    st.builds(Sample, prompt=PROMPT, completion=TEXT, language=st.sampled_from(["", "zh"])),
    st.builds(
        Pair,
        prompt=PROMPT,
        chosen=TEXT,
        rejected=TEXT,
        margin=st.none() | NUMBER,
        tie=st.booleans(),
        annotator=NAME,
    ),
    st.builds(Verdict, prompt=PROMPT, completion=TEXT, keep=st.booleans(), annotator=NAME),
)


@given(st.lists(ROWS, min_size=1, max_size=6), st.sampled_from(["r.jsonl", "r.jsonl.gz"]))
@settings(deadline=None, max_examples=200)
def test_what_is_written_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], name: str
) -> None:
    path = tmp_path_factory.mktemp("round") / name
    assert write_rows(rows, path) == len(rows)
    read = read_rows(path)
    assert [replace(row, place="") for row in read.rows] == rows
    assert all(finding.code == "note-all-tied" for finding in read.findings)


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows([SAMPLE], path)
    with pytest.raises(OutputProblem, match="exists already"):
        write_rows([PAIR], path)
    write_rows([PAIR], path, force=True)
    assert isinstance(read_rows(path).rows[0], Pair)
    with pytest.raises(UsageProblem, match="no rows"):
        write_rows([], tmp_path / "none.jsonl")


def test_trl_sees_conversations(tmp_path: Path) -> None:
    """TRL looks at whichever column it meets first: each must be a list of messages."""
    path = tmp_path / "rows.jsonl"
    for row, talks, others in (
        (PAIR, {"prompt", "chosen", "rejected"}, {"margin", "annotator"}),
        (SAMPLE, {"prompt", "completion"}, set()),
        (KEPT, {"prompt", "completion"}, {"label"}),
        (QUESTION, {"prompt"}, set()),
        (replace(SAMPLE, prompt=()), {"messages"}, set()),
        (replace(PAIR, prompt=()), {"chosen", "rejected"}, {"margin", "annotator"}),
    ):
        write_rows([row], path, force=True)
        record = json.loads(path.read_text("utf-8"))
        assert set(record) == talks | others
        for column in talks:
            assert set(record[column][0]) == {"role", "content"}
