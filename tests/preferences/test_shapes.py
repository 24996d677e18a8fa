"""Every shape of a record becomes the row that it says, and nothing that it does not say."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import DocumentProblem, UnknownName
from copydesk.generate.protocol import Message
from copydesk.preferences.read import Table, read_rows
from copydesk.preferences.rows import Pair, Question, Ranking, Row, Sample, Verdict

ASK = (Message("user", "What colour is the sky?"),)
USER = {"role": "user", "content": "What colour is the sky?"}
BLUE = {"role": "assistant", "content": "Blue."}
GREEN = {"role": "assistant", "content": "Green."}


def table(folder: Path, *records: Any, name: str = "rows.jsonl", kind: str = "") -> Table:
    path = folder / name
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return read_rows(path, kind=kind)


def one(folder: Path, record: Any, kind: str = "") -> Row:
    (row,) = table(folder, record, kind=kind).rows
    return row


def fault(folder: Path, record: Any) -> tuple[str, str]:
    """The code and message of a record that gives no row, beside one that does."""
    read = table(folder, {"prompt": "x", "completion": "y"}, record)
    (finding,) = read.findings
    assert finding.place == "rows.jsonl:2"
    assert len(read.rows) == 1
    return finding.code, finding.message


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [USER, BLUE]},
        {"conversations": [
            {"from": "human", "value": "What colour is the sky?"},
            {"from": "gpt", "value": "Blue."},
        ]},
        {"prompt": [USER], "completion": [BLUE]},
        {"prompt": "What colour is the sky?", "completion": "Blue."},
        {"instruction": "What colour is the sky?", "input": "", "output": "Blue."},
        {"question": "What colour is the sky?", "answer": "Blue.", "unknown": {"deep": [1]}},
        {"prompt": [{"role": "user", "content": [{"type": "text", "text": USER["content"]}]}],
         "completion": "Blue."},
    ],
)  # fmt: skip
def test_an_answer_to_learn_from(record: dict[str, Any], tmp_path: Path) -> None:
    assert one(tmp_path, record) == Sample(prompt=ASK, completion="Blue.", place="rows.jsonl:1")


@pytest.mark.parametrize(
    "record",
    [
        {"prompt": [USER], "chosen": [BLUE], "rejected": [GREEN]},
        {"chosen": [USER, BLUE], "rejected": [USER, GREEN]},
        {"prompt": "What colour is the sky?", "chosen": "Blue.", "rejected": "Green."},
        {"prompt": "What colour is the sky?", "chosen": [USER, BLUE], "rejected": [USER, GREEN]},
        {"instruction": "What colour is the sky?", "draft": "Green.", "edited": "Blue."},
    ],
)
def test_a_pair(record: dict[str, Any], tmp_path: Path) -> None:
    assert one(tmp_path, record) == Pair(
        prompt=ASK, chosen="Blue.", rejected="Green.", place="rows.jsonl:1"
    )


def test_what_two_plain_texts_begin_with_is_no_request(tmp_path: Path) -> None:
    row = one(tmp_path, {"chosen": "The sky is blue.", "rejected": "The sky is green."})
    assert isinstance(row, Pair)
    assert (row.prompt, row.chosen) == ((), "The sky is blue.")


def test_the_same_conversation_twice_still_has_an_answer(tmp_path: Path) -> None:
    row = one(tmp_path, {"chosen": [USER, BLUE], "rejected": [USER, BLUE]})
    assert isinstance(row, Pair)
    assert (row.prompt, row.chosen, row.rejected) == (ASK, "Blue.", "Blue.")


def test_a_system_prompt_and_earlier_turns_belong_to_the_request(tmp_path: Path) -> None:
    system = {"role": "system", "content": "Be brief."}
    talk = [system, USER, BLUE, {"role": "user", "content": "Sure?"}]
    row = one(tmp_path, {"chosen": [*talk, BLUE], "rejected": [*talk, GREEN]})
    assert [turn.role for turn in row.prompt] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    ("columns", "margin", "tie"),
    [
        ({"margin": 1.5}, 1.5, False),
        ({"margin": 0}, 0.0, False),
        ({"chosen_score": 9, "rejected_score": 7}, 2.0, False),
        ({"score_chosen": "9", "score_rejected": "7.5"}, 1.5, False),
        ({"chosen_score": 7, "rejected_score": 7}, None, True),
        ({"chosen_score": 7, "rejected_score": 7, "tie": False}, None, False),
        ({"tie": True}, None, True),
        ({"margin": None, "tie": None}, None, False),
    ],
)
def test_margins_and_ties(
    columns: dict[str, Any], margin: float | None, tie: bool, tmp_path: Path
) -> None:
    row = one(tmp_path, {"prompt": "x", "chosen": "a", "rejected": "b", **columns})
    assert isinstance(row, Pair)
    assert (row.margin, row.tie) == (margin, tie)


@pytest.mark.parametrize("label", [True, 1, "true", "keep", "是"])
def test_a_verdict(label: Any, tmp_path: Path) -> None:
    row = one(tmp_path, {"prompt": [USER], "completion": [BLUE], "label": label, "by": "Ada"})
    assert row == Verdict(
        prompt=ASK, completion="Blue.", keep=True, annotator="Ada", place="rows.jsonl:1"
    )


def test_a_request_alone(tmp_path: Path) -> None:
    asked = Question(prompt=ASK, place="rows.jsonl:1")
    assert one(tmp_path, {"prompt": [USER]}) == asked
    assert one(tmp_path, {"query": "What colour is the sky?", "domain": 3}) == asked
    assert one(tmp_path, {"messages": [USER]}) == asked


def test_kind_says_what_the_columns_leave_open(tmp_path: Path) -> None:
    record = {"prompt": "What colour is the sky?", "completion": "Blue.", "label": False}
    assert isinstance(one(tmp_path, record), Verdict)
    assert isinstance(one(tmp_path, record, "samples"), Sample)
    assert one(tmp_path, record, "questions") == Question(prompt=ASK, place="rows.jsonl:1")
    with pytest.raises(UnknownName, match="kind of row"):
        one(tmp_path, record, "smaples")


def test_one_ranking_for_each_annotator(tmp_path: Path) -> None:
    record = {
        "instruction": "Tell it.",
        "responses": [
            {"source": "model", "text": "one", "rank_sum": 5},
            {"source": "person", "text": "two", "rank_sum": 4},
            {"source": "both", "text": "three", "rank_sum": 9},
        ],
        "rankings": {"ada": ["person", "model", "both"], "bo": ["model", ["person", "both"]]},
    }
    ada, bo = table(tmp_path, record).rows
    assert isinstance(ada, Ranking)
    assert isinstance(bo, Ranking)
    assert (ada.annotator, ada.ranks, bo.annotator, bo.ranks) == ("ada", (2, 1, 3), "bo", (1, 2, 2))
    assert ada.sources == ("model", "person", "both")
    del record["rankings"]  # the sum is all that is left, and the smaller is the better
    assert one(tmp_path, record).ranks == (2, 1, 3)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("columns", "ranks"),
    [
        ({"ranks": [1, 2, 2]}, (1, 2, 2)),
        ({"ranks": [1, 3, 3]}, (1, 2, 2)),
        ({"ranks": [0, 1, 1]}, (1, 2, 2)),
        ({"ranks": ["1", "2", "2"]}, (1, 2, 2)),
        ({"ranks": [1, 2.5, 2.5]}, (1, 2, 2)),
        ({"scores": [3, 1, 1]}, (1, 2, 2)),
        ({"order": "A > C = B"}, (1, 2, 2)),
        ({"ranking": ["A", ["B", "C"]]}, (1, 2, 2)),
        ({"ranks": [1, 1, 1]}, (1, 1, 1)),
    ],
)
def test_ranks_however_they_are_written(
    columns: dict[str, Any], ranks: tuple[int, ...], tmp_path: Path
) -> None:
    row = one(tmp_path, {"prompt": "x", "completions": ["a", "b", "c"], **columns})
    assert isinstance(row, Ranking)
    assert row.ranks == ranks


def test_gaps_and_ties_alone_are_noted_once_a_file(tmp_path: Path) -> None:
    gaps = {"prompt": "x", "completions": ["a", "b"], "ranks": [1, 3]}
    tied = {"prompt": "x", "completions": ["a", "b"], "ranks": [1, 1]}
    read = table(tmp_path, gaps, tied, gaps, tied, tied)
    assert len(read.rows) == 5
    assert {(f.code, f.place, f.measured) for f in read.findings} == {
        ("note-ranks", "rows.jsonl:1", "2 rows"),
        ("note-all-tied", "rows.jsonl:2", "3 rows"),
    }


def test_ranks_go_before_scores_which_are_kept(tmp_path: Path) -> None:
    """Headlines whose click rates differ by chance tie, whatever the rates."""
    record = {
        "context_lede": "A priest on creationism.",
        "responses": [
            {"text": "one", "clicks": 68, "impressions": 2629, "ctr": 0.026, "rank": 1},
            {"text": "two", "clicks": 63, "impressions": 2661, "ctr": 0.024, "rank": 1},
        ],
    }
    row = one(tmp_path, record)
    assert isinstance(row, Ranking)
    assert (row.ranks, row.scores) == ((1, 1), (0.026, 0.024))
    assert row.prompt == (Message("user", "A priest on creationism."),)


def test_chinese_rankings_keep_their_models(tmp_path: Path) -> None:
    record = {
        "prompt": "写一句口号",
        "responses": [
            {"model": "甲", "text": "蜜蜂回家", "score": 3, "rank": 1},
            {"model": "乙", "text": "屋顶有蜜", "score": 1, "rank": 2},
        ],
    }
    row = one(tmp_path, record)
    assert isinstance(row, Ranking)
    assert (row.sources, row.scores, row.ranks) == (("甲", "乙"), (3.0, 1.0), (1, 2))


def test_answers_may_be_conversations(tmp_path: Path) -> None:
    row = one(tmp_path, {"prompt": [USER], "completions": [[BLUE], [GREEN]], "ranks": [1, 2]})
    assert isinstance(row, Ranking)
    assert row.completions == ("Blue.", "Green.")


def test_a_column_for_each_answer(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        {"prompt": "x", "response_b": "b", "response_a": "a", "rank_a": 2, "rank_b": 1}
        | {"model_a": "m", "model_b": "n"},
    )
    assert isinstance(row, Ranking)
    assert (row.completions, row.ranks, row.sources) == (("a", "b"), (2, 1), ("m", "n"))


@pytest.mark.parametrize(
    ("record", "code", "says"),
    [
        ({"completions": ["a"], "ranks": [1]}, "row-ranking", "one answer"),
        ({"completions": ["a", "b"]}, "row-ranking", "nothing says"),
        ({"completions": ["a", "b"], "ranks": [1]}, "row-ranking", "2 answers have 1 ranks"),
        ({"completions": ["a", "b"], "ranks": [1, "best"]}, "row-number", "rank 2 is 'best'"),
        ({"completions": ["a", "b"], "ranks": [1, float("nan")]}, "row-number", "nan"),
        ({"completions": ["a", "b"], "ranks": [1, None]}, "row-number", "missing"),
        ({"completions": ["a", "b"], "ranks": [True, False]}, "row-number", "rank 1 is true"),
        ({"completions": ["a", 3], "ranks": [1, 2]}, "row-turns", "answer 2"),
        ({"completions": "a", "ranks": [1, 2]}, "row-ranking", "no list"),
        ({"completions": ["a", "b"], "order": "A > C"}, "row-ranking", "no answer 'C'"),
        ({"completions": ["a", "b"], "ranking": ["A", "A"]}, "row-ranking", "which is no answer"),
        ({"completions": ["a"] * 501, "ranks": [1] * 501}, "row-ranking", "more than the 500"),
        ({"prompt": "x", "chosen": "a", "rejected": "b", "margin": "far"}, "row-number", "margin"),
        ({"prompt": "x", "chosen": "a", "rejected": 3}, "row-turns", "rejected"),
        ({"prompt": [BLUE], "chosen": "a", "rejected": "b"}, "row-turns", "user's turn"),
        ({"chosen": [USER, BLUE, USER, BLUE], "rejected": [USER, GREEN]}, "row-turns", "one turn"),
        ({"prompt": [{"role": "tool", "content": "x"}]}, "row-turns", "'tool'"),
        ({"prompt": "x", "completion": "a", "label": "maybe"}, "row-label", "'maybe'"),
        ({"draft": "Same. ", "edited": "Same."}, "row-unchanged", "changed nothing"),
        ({"prompt": "\ud800", "completion": "a"}, "row-text", "half a character"),
        ({"prompt": "x", "completion": "a\0"}, "row-text", "null"),
        ({"prompt": " "}, "row-prompt", "nothing is asked"),
        ({"prompt": "x", "chosen": None, "rejected": "b"}, "row-shape", "rejected and no chosen"),
        ({"prompt": "x", "edited": "b"}, "row-shape", "edited and no draft"),
        ({"prompt": "x", "ranks": [1, 2]}, "row-shape", "ranks and no completions"),
        ({"colour": 1, "taste": 2}, "row-shape", "colour, taste"),
        ({}, "row-shape", "none"),
        (["prompt"], "row-shape", "no JSON object"),
        ("prompt", "row-shape", "no JSON object"),
        (None, "row-shape", "no JSON object"),
    ],
)
def test_what_is_no_row_is_left_out_with_its_line(
    record: Any, code: str, says: str, tmp_path: Path
) -> None:
    found, message = fault(tmp_path, record)
    assert found == code
    assert says in message


def test_kinds_may_be_mixed(tmp_path: Path) -> None:
    read = table(
        tmp_path,
        {"prompt": "x", "completion": "a"},
        {"prompt": "x", "chosen": "a", "rejected": "b"},
        {"prompt": "x", "completions": ["a", "b"], "ranks": [1, 2]},
        {"prompt": "x"},
    )
    assert [type(row) for row in read.rows] == [Sample, Pair, Ranking, Question]
    assert read.findings == ()


def test_packed_files_are_told_by_their_content(tmp_path: Path) -> None:
    content = json.dumps({"prompt": "x", "completion": "a"}).encode()
    (tmp_path / "rows.jsonl").write_bytes(gzip.compress(content))
    assert len(read_rows(tmp_path / "rows.jsonl").rows) == 1


def test_nothing_good_shows_the_first_fault_or_a_good_row(tmp_path: Path) -> None:
    with pytest.raises(DocumentProblem, match=r"rows\.jsonl:1: one answer alone") as problem:
        table(tmp_path, {"prompt": "x", "completions": ["a"], "ranks": [1]})
    assert problem.value.hint
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(DocumentProblem) as problem:
        read_rows(tmp_path / "empty.jsonl")
    assert '"ranks": [1, 2, 2]' in problem.value.hint


def test_labels_are_one_line_without_controls(tmp_path: Path) -> None:
    record = {"prompt": "x", "chosen": "a", "rejected": "b", "annotator": "A\x1b[2J\nB" + "c" * 400}
    row = one(tmp_path, record)
    assert isinstance(row, Pair)
    assert row.annotator.startswith("A[2JBc")
    assert len(row.annotator) == 200
