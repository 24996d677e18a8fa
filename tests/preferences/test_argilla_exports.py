"""Ranking questions as Argilla's first and second generation export them."""

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import DocumentProblem
from copydesk.preferences.read import Table, read_rows
from copydesk.preferences.rows import Ranking

FIELDS = {
    "prompt": "Which is best?",
    "response_1": "One.",
    "response_2": "Two.",
    "response_3": "Three.",
}
RANKED = [
    {"value": "response-1", "rank": 2},
    {"value": "response-2", "rank": 1},
    {"value": "response-3", "rank": 2},
]


def read(folder: Path, records: Any) -> Table:
    path = folder / "export.json"
    path.write_text(json.dumps(records), "utf-8")
    return read_rows(path)


FIRST = {
    "fields": FIELDS,
    "responses": [
        {"user_id": "u1", "values": {"rank": {"value": RANKED}, "why": {"value": "clear"}},
         "status": "submitted"},
        {"user_id": "u2", "values": {"rank": {"value": RANKED[:2]}}, "status": "draft"},
    ],
    "suggestions": [],
    "external_id": None,
    "metadata": {"a": "b"},
}  # fmt: skip
FIRST_DATASET = {
    **FIELDS,
    "rank": [
        {"user_id": "u1", "value": RANKED, "status": "submitted"},
        {"user_id": "u2", "value": RANKED, "status": "discarded"},
    ],
    "rank-suggestion": None,
    "external_id": "7",
    "metadata": "{}",
}
FIRST_COLUMNS = {
    **FIELDS,
    "rank": {
        "user_id": ["u1"],
        "value": [{"rank": [2, 1, 2], "value": ["response-1", "response-2", "response-3"]}],
        "status": ["submitted"],
    },
}


@pytest.mark.parametrize("record", [FIRST, FIRST_DATASET, FIRST_COLUMNS])
def test_the_first_generation_keeps_ties(record: dict[str, Any], tmp_path: Path) -> None:
    table = read(tmp_path, [record])
    (row,) = table.rows
    assert isinstance(row, Ranking)
    assert (row.completions, row.ranks) == (("One.", "Two.", "Three."), (2, 1, 2))
    assert row.prompt[0].content == "Which is best?"
    assert row.annotator == "u1"
    assert row.sources == ("response_1", "response_2", "response_3")
    assert table.findings == ()


SECOND = {
    "id": "1",
    "fields": FIELDS,
    "metadata": {},
    "suggestions": {"rank": {"value": ["response_1"], "score": None, "agent": None}},
    "responses": {
        "rank": [
            {"value": ["response_2", "response_3", "response_1"], "user_id": "u1"},
            {"value": ["response_1", "response_2", "response_3"], "user_id": "u2"},
        ],
        "labels": [{"value": ["good", "short"], "user_id": "u1"}],
        "score": [{"value": 3, "user_id": "u1"}],
    },
    "vectors": {},
    "_server_id": None,
}
SECOND_FLAT = {
    "id": "1",
    "_server_id": None,
    **FIELDS,
    "rank.responses": [
        ["response_2", "response_3", "response_1"],
        ["response_1", "response_2", "response_3"],
        ["response_3", "response_2", "response_1"],
    ],
    "rank.responses.users": ["u1", "u2", "u3"],
    "rank.responses.status": ["submitted", "submitted", "discarded"],
    "score.responses": [3],
}


@pytest.mark.parametrize("record", [SECOND, SECOND_FLAT])
def test_the_second_generation_has_the_order_alone(record: dict[str, Any], tmp_path: Path) -> None:
    table = read(tmp_path, [record])
    assert [row.annotator for row in table.rows if isinstance(row, Ranking)] == ["u1", "u2"]
    row = table.rows[0]
    assert isinstance(row, Ranking)
    assert (row.completions, row.ranks) == (("Two.", "Three.", "One."), (1, 2, 3))
    assert row.prompt[0].content == "Which is best?"
    assert [finding.code for finding in table.findings] == ["note-order"]


def test_the_only_other_text_is_the_request(tmp_path: Path) -> None:
    fields = {"the task": "Write.", "response_1": "One.", "response_2": "Two."}
    (row,) = read(tmp_path, [{**SECOND, "fields": fields, "responses": {
        "r": [{"value": ["response_2", "response_1"], "user_id": "u"}]}}]).rows  # fmt: skip
    assert row.prompt[0].content == "Write."
    fields["a note"] = "Two texts could be the request: neither is taken."
    (row,) = read(tmp_path, [{**SECOND, "fields": fields, "responses": {
        "r": [{"value": ["response_2", "response_1"], "user_id": "u"}]}}]).rows  # fmt: skip
    assert row.prompt == ()


@pytest.mark.parametrize(
    ("responses", "says"),
    [
        ({}, "nobody submitted"),
        ({"rank": []}, "nobody submitted"),
        ({"rank": [{"value": ["best", "worst"], "user_id": "u"}]}, "'best' is not the name"),
        ({"score": [{"value": 4, "user_id": "u"}]}, "nobody submitted"),
    ],
)
def test_records_without_a_ranking(responses: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentProblem, match=says):
        read(tmp_path, [{**SECOND, "responses": responses}])


def test_what_was_not_ranked_is_left_out_of_the_ranking(tmp_path: Path) -> None:
    value = [*RANKED[:2], {"value": "response-3", "rank": None}]
    record = {**FIRST, "responses": [{"user_id": "u", "values": {"rank": {"value": value}}}]}
    (row,) = read(tmp_path, [record]).rows
    assert isinstance(row, Ranking)
    assert row.completions == ("One.", "Two.")
