"""Judges that did not train the policy; few-shot prompts that fit; a page nobody can bend."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.train.evaluate.contests import HOUSE, MACHINE, Contest, sample

from copydesk.errors import ModelProblem, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair
from copydesk.train.evaluate.fewshot import choose_examples, cut_at_sentence, with_examples
from copydesk.train.evaluate.judges import check_independent, contrast_judge, pairs_judge
from copydesk.train.evaluate.page import page
from copydesk.train.evaluate.policies import Settings, evaluate_policy


def judge_folder(root: Path, weights: bytes = b"weights", data: str = "") -> Path:
    model = root / "model"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "model.safetensors").write_bytes(weights)
    if data:
        (root / "manifest.json").write_text(json.dumps({"data": {"sha256": data}}))
    return root


def test_a_judge_that_trained_the_policy_is_refused(tmp_path: Path) -> None:
    judge = judge_folder(tmp_path / "judge")
    copy = judge_folder(tmp_path / "copy")
    facts = {"judges": [str(judge / "model")], "data": []}
    for folder in (judge, judge / "model", copy):
        with pytest.raises(UsageProblem, match="trained this policy"):
            check_independent(folder, facts)
    check_independent(judge_folder(tmp_path / "other", b"others"), facts)


def test_a_judge_of_the_same_rows_is_refused(tmp_path: Path) -> None:
    judge = judge_folder(tmp_path / "judge", data="ab" * 32)
    with pytest.raises(UsageProblem, match="very rows"):
        check_independent(judge, {"judges": [], "data": ["ab" * 32]})
    check_independent(judge, {"judges": ["/nowhere"], "data": ["cd" * 32]})
    with pytest.raises(ModelProblem):
        check_independent(tmp_path / "nowhere", {})


def test_words_learn_what_was_preferred() -> None:
    rows = [
        Pair(prompt=sample(n).prompt, chosen=f"{HOUSE} {n}", rejected=f"{MACHINE} {n}")
        for n in range(60)
    ]
    judge = pairs_judge(rows)
    plain, machine = judge.score((), ["The bees are out before us.", "It is important to note."])
    assert plain > machine
    with pytest.raises(UsageProblem, match="Only 10 comparisons"):
        pairs_judge(rows[:10])


def test_contrast_tells_the_house_from_the_base() -> None:
    samples = [sample(n) for n in range(20)]
    judge = contrast_judge(samples, [f"{MACHINE} {n}" for n in range(19)] + [""])
    assert "19 held-out texts" in judge.about
    house, machine = judge.score((), [HOUSE, MACHINE])
    assert house > machine


def words(turns: Sequence[Message]) -> int:
    return sum(len(turn.content.split()) for turn in turns)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 400), st.integers(0, 4))
def test_examples_always_fit_and_the_prompt_stays(room: int, count: int) -> None:
    prompt = (Message("system", "Be brief"), Message("user", "Write about roof 1"))
    shown = with_examples(prompt, [sample(n) for n in range(count)], room, words)
    assert shown[0] == prompt[0]
    assert shown[-1] == prompt[-1]
    assert words(shown) <= max(room, words(prompt))
    roles = [turn.role for turn in shown[1:]]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]


def test_examples_are_the_same_in_any_order() -> None:
    rows = [sample(n) for n in range(30)]
    assert choose_examples(rows, 3) == choose_examples(rows[::-1], 3)
    assert choose_examples([replace(rows[0], completion="Short.")], 3) == ()


def test_cut_behind_a_sentence() -> None:
    assert cut_at_sentence("One two. Three four. Five", 21) == "One two. Three four."
    assert (
        cut_at_sentence("“蜜蜂很忙。”我们看着它们。后来下雨了", 15) == "“蜜蜂很忙。”我们看着它们。"
    )
    assert cut_at_sentence("x" * 50, 20) == "x" * 20
    assert cut_at_sentence("short", 20) == "short"


def test_the_page_shows_hostile_texts_as_texts(tmp_path: Path) -> None:
    evil = "</div><script>alert(1)</script> {{ 7 * 7 }} &amp; <mark>\n\n\0\ud800 end"
    held = [replace(sample(n), place="<b>place</b>") for n in range(20)]
    contest = Contest(lambda voice, ask: evil)
    report = evaluate_policy(
        contest,
        held,
        [sample(n) for n in range(50, 70)],
        tmp_path,
        title="<i>title</i>",
        settings=Settings(prompts=4, examples=1),
    )
    html = page(report)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>place" not in html
    assert "<i>title" not in html
    assert "49" not in html.split("Side by side")[1]
    assert "{{ 7 * 7 }}" in html
    html.encode("utf-8", "replace")
    assert "http" not in html.split("</style>")[1]


def test_what_was_learnt_by_heart_is_marked(tmp_path: Path) -> None:
    contest = Contest(lambda voice, ask: f"Well. {HOUSE} So.")
    report = evaluate_policy(
        contest,
        [sample(n, "Our own words for this, and others than those.") for n in range(20)],
        [sample(n) for n in range(50, 70)],
        tmp_path,
        settings=Settings(prompts=4, examples=1),
    )
    marked = page(report).split("<mark>")[1].split("</mark>")[0]
    assert marked.startswith("We open the roof at eight")
