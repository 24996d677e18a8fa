"""A recipe's data, from files and the desk, for every method."""

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import DocumentProblem, UnknownName, UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Question, Ranking, Sample, Verdict
from copydesk.train.data import Data, load_data
from copydesk.train.data.keys import groups
from copydesk.train.recipe import Recipe


def _file(folder: Path, rows: list[dict[str, Any]], name: str = "rows.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(path)


def _rankings(first: int, last: int) -> list[dict[str, Any]]:
    return [
        {
            "prompt": f"Write about {number}. 写{number}。",
            "completions": [f"good {number}", f"fair {number}", f"bad {number}"],
            "ranks": [1, 2, 2],
        }
        for number in range(first, last)
    ]


def _load(data: str, method: str = "reward", held_out: str = "0.2") -> Data:
    return load_data(Recipe(method=method, data=(data,), held_out=held_out))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "kind", "rows"),
    [
        ("sft", Sample, 30),
        ("reward", Ranking, 30),
        ("dpo", Pair, 90),
        ("orpo", Pair, 90),
        ("simpo", Pair, 90),
        ("kto", Verdict, 90),
        ("ppo", Question, 30),
        ("grpo", Question, 30),
        ("rloo", Question, 30),
    ],
)
def test_each_method_gets_its_kind(tmp_path: Path, method: str, kind: type, rows: int) -> None:
    data = _load(_file(tmp_path, _rankings(0, 30)), method)
    assert {type(row) for row in (*data.train, *data.held)} == {kind}
    assert len(data.train) + len(data.held) == rows
    assert data.held
    assert not set(groups(data.train)) & set(groups(data.held))


def test_all_methods_hold_out_the_same_prompts(tmp_path: Path) -> None:
    path = _file(tmp_path, _rankings(0, 60))
    held = [{row.prompt for row in _load(path, method).held} for method in ("sft", "reward", "ppo")]
    assert held[0] == held[1] == held[2]


def test_a_file_is_held_out_and_its_prompts_are_not_learnt_from(tmp_path: Path) -> None:
    train = _file(tmp_path, _rankings(0, 20))
    held = _file(tmp_path, _rankings(15, 25), "held.jsonl")
    data = _load(train, held_out=held)
    assert (len(data.train), len(data.held)) == (15, 10)
    (finding,) = [finding for finding in data.findings if finding.code == "held-out-too"]
    assert finding.measured == "5 of 20 rows"


def test_everything_held_out_leaves_nothing(tmp_path: Path) -> None:
    path = _file(tmp_path, _rankings(0, 5))
    with pytest.raises(UsageProblem, match="nothing is left to learn from"):
        _load(path, held_out=path)


def test_one_prompt_holds_nothing_out_and_says_so(tmp_path: Path) -> None:
    rows = [
        {"prompt": "Same.", "chosen": f"good {number}", "rejected": f"bad {number}"}
        for number in range(10)
    ]
    data = _load(_file(tmp_path, rows), "dpo")
    assert (len(data.train), len(data.held)) == (10, 0)
    assert [finding.code for finding in data.findings] == ["nothing-held-out"]
    assert _load(_file(tmp_path, rows), "dpo", "0").findings == ()


def test_ten_rows_are_split_too(tmp_path: Path) -> None:
    data = _load(_file(tmp_path, _rankings(0, 10)), held_out="0.1")
    assert len(data.train) + len(data.held) == 10
    assert data.train
    assert data.held


def test_rows_of_no_use_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [*_rankings(0, 4), {"prompt": "Alone", "completion": "with its answer"}]
    data = _load(_file(tmp_path, rows))
    assert len(data.train) + len(data.held) == 4
    (finding,) = data.findings
    assert (finding.code, finding.measured) == ("other-kind", "1 of 5 rows")
    assert "samples" in finding.message


def test_nothing_of_the_kind(tmp_path: Path) -> None:
    path = _file(tmp_path, [{"prompt": "Alone", "completion": "with its answer"}] * 3)
    with pytest.raises(UsageProblem, match="teaches reward") as problem:
        _load(path)
    assert "3 samples" in problem.value.message
    assert "rankings" in problem.value.hint


def test_an_empty_desk_says_how_to_fill_it() -> None:
    with pytest.raises(UsageProblem, match="nothing on the desk") as problem:
        load_data(Recipe(method="reward"))
    assert "copydesk edit" in problem.value.hint
    with pytest.raises(UsageProblem, match="in the style plain"):
        load_data(Recipe(method="reward", data=("desk:plain",)))


def test_a_style_that_is_nowhere_is_told_as_such() -> None:
    with pytest.raises(UnknownName, match="plian"):
        load_data(Recipe(method="reward", data=("desk:plian",)))


def test_the_desk_gives_what_was_ranked() -> None:
    from copydesk.desk.store import open_desk  # noqa: PLC0415 - the other tests need no desk

    with open_desk() as desk:
        for number in range(6):
            asked = (Message("user", f"About {number}"),)
            desk.add_ranking(asked, ("a", "b"), (1, 2))
    data = load_data(Recipe(method="reward", held_out="0.3"))
    assert len(data.train) + len(data.held) == 6
    assert all("desk" in row.place for row in data.train)


@pytest.mark.parametrize("share", ["1", "-0.1", "nan", "inf", "1.5"])
def test_what_is_no_share(tmp_path: Path, share: str) -> None:
    with pytest.raises(UsageProblem, match="not a share"):
        _load(_file(tmp_path, _rankings(0, 3)), held_out=share)


def test_a_held_out_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no file"):
        _load(_file(tmp_path, _rankings(0, 3)), held_out="absent.jsonl")


def test_a_data_file_that_is_not_there() -> None:
    with pytest.raises(DocumentProblem):
        _load("absent.jsonl")


def test_no_data_at_all() -> None:
    with pytest.raises(UsageProblem, match="no data"):
        load_data(Recipe(method="reward", data=()))


def test_same_data_same_fingerprint(tmp_path: Path) -> None:
    one = _load(_file(tmp_path, _rankings(0, 20)))
    other = _load(_file(tmp_path, _rankings(0, 20), "moved.jsonl"))
    assert one.sha256 == other.sha256
    assert one.sha256 != _load(_file(tmp_path, _rankings(0, 21))).sha256
