"""What a real tokenizer leaves of rows at a length, and that nothing is overlooked for speed."""

# ruff: noqa: PLC0415 - torch and transformers are imported where a model is made

from pathlib import Path
from typing import Any

import pytest
from tests.support.hf_folders import tiny_llama

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample
from copydesk.train.audit import AuditReport, audit, refuse

_LONG = "a reader who is told the end first reads the rest for the reasons " * 12
_ZH = "编辑部把每一篇文章读两遍，删去不需要的字。" * 12


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from copydesk.train.base import load_tokenizer, prepare

    folder: Path = tiny_llama(tmp_path_factory.mktemp("cut") / "model")
    return load_tokenizer(prepare(str(folder)))


def _looked(tokenizer: Any, rows: list[Row], max_length: int = 256) -> AuditReport:
    others: list[Row] = [
        Pair(prompt=_asked(f"about {at}"), chosen=f"good {at}", rejected=f"not {at}", place="o")
        for at in range(60)
    ]
    return audit([*rows, *others], tokenizer=tokenizer, max_length=max_length, baselines=False)


def _asked(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


@pytest.mark.parametrize("long", [_LONG, _ZH])
def test_pairs_that_are_the_same_once_cut(tokenizer: Any, long: str) -> None:
    row = Pair(prompt=_asked("p"), chosen=f"{long} yes", rejected=f"{long} no", place="bad:4")
    report = _looked(tokenizer, [row])
    assert [(each.code, each.place) for each in report.refused] == [("identical-when-cut", "bad:4")]
    assert _looked(tokenizer, [row], max_length=8000).refused == ()
    with pytest.raises(UsageProblem, match="bad:4") as problem:
        refuse(report, anyway=True)
    assert "max_length" in problem.value.hint


def test_answers_of_which_nothing_is_left(tokenizer: Any) -> None:
    rows: list[Row] = [
        Sample(prompt=_asked(_LONG), completion="short", place="bad:1"),
        Pair(prompt=_asked(_ZH), chosen="好", rejected="不好", place="bad:2"),
    ]
    report = _looked(tokenizer, rows)
    assert [(each.code, each.place) for each in report.refused] == [
        ("lost-when-cut", "bad:1"),
        ("lost-when-cut", "bad:2"),
    ]


def test_tied_answers_may_be_the_same_once_cut(tokenizer: Any) -> None:
    rows: list[Row] = [
        Pair(prompt=_asked("p"), chosen=f"{_LONG} yes", rejected=f"{_LONG} no", tie=True),
        Ranking(prompt=_asked("q"), completions=(f"{_LONG} a", f"{_LONG} b", "c"), ranks=(2, 2, 1)),
    ]
    assert _looked(tokenizer, rows).refused == ()
    parted = Ranking(
        prompt=_asked("q"), completions=(f"{_LONG} a", "c", f"{_LONG} b"), ranks=(1, 2, 3)
    )
    assert [each.code for each in _looked(tokenizer, [parted]).refused] == ["identical-when-cut"]


def test_lost_ends_are_counted_to_the_token(tokenizer: Any) -> None:
    from copydesk.train.base import encode

    row = Sample(prompt=_asked("p"), completion=_LONG, place="long:1")
    whole = len(encode(tokenizer, row.prompt, row.completion, 100_000).ids)
    for max_length, cut in ((whole, 0), (whole - 1, 1), (whole - 40, 40)):
        report = _looked(tokenizer, [row], max_length=max_length)
        assert report.numbers["cut"] == (1 if cut else 0)
        assert report.numbers["most_tokens_cut"] == cut
        assert ("cut-few" in report.counts) == bool(cut)


def test_many_lost_ends_are_a_problem(tokenizer: Any) -> None:
    rows: list[Row] = [
        Sample(prompt=_asked(f"p{at}"), completion=f"{at} {_LONG}", place=f"long:{at}")
        for at in range(30)
    ]
    report = _looked(tokenizer, rows)
    assert report.counts["cut"] == 30
    assert report.refused == ()
    (finding,) = [each for each in report.findings if each.code == "cut"]
    assert finding.measured == "30 of 150 answers"
    assert finding.allowed == "256 tokens"


def test_prompts_longer_than_the_window(tokenizer: Any) -> None:
    questions: list[Row] = [
        Question(prompt=_asked(_LONG), place="q:1"),
        *(Question(prompt=_asked(f"about {at}")) for at in range(60)),
    ]
    report = audit(questions, tokenizer=tokenizer, max_length=256)
    assert [(each.code, each.place) for each in report.serious] == [("long-prompt", "q:1")]


def test_what_is_skipped_for_speed_would_have_fitted(tokenizer: Any) -> None:
    """Texts just above and below the bound by which short rows are not read at all."""
    from copydesk.train.audit.truncation import _fits
    from copydesk.train.base import encode

    skipped = 0
    for length in range(0, 400, 3):
        for text in ("é" * length, "字" * length, "<|im_end|>" * (length // 10), "\x00" * length):
            row = Sample(prompt=(Message("system", "s"), *_asked("p")), completion=text)
            if _fits(row, (text,), 256):
                skipped += 1
                assert encode(tokenizer, row.prompt, text, 256).cut == 0
    assert skipped > 50
