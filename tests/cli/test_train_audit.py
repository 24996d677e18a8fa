"""`copydesk train audit`: a table for people, JSON for programs, exit 3 when something is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run
from tests.support.hf_folders import tiny_llama

from copydesk.cli.train_audit import audit
from copydesk.errors import CheckFailed


def _write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path.name


def _good(first: int, last: int) -> list[dict[str, Any]]:
    rows = []
    for at in range(first, last):
        one, other = at * 37 % 101, at * 53 % 97 + 200
        said = [f"thing {at} is a box of {a} grey stones from {b}" for a, b in
                ((one, other), (other, one))]  # fmt: skip
        rows.append({"prompt": f"Describe thing {at}, 物{at}", "chosen": said[0]})
        rows[-1]["rejected"] = said[1]
    return rows


@pytest.fixture
def good(tmp_path: Path) -> str:
    return _write(tmp_path / "good.jsonl", _good(0, 60))


@pytest.fixture
def poor(tmp_path: Path) -> str:
    same = {"prompt": "Same", "chosen": "one", "rejected": "one"}
    turned = [
        {"prompt": "Turned", "chosen": "one", "rejected": "two"},
        {"prompt": "Turned", "chosen": "two", "rejected": "one"},
    ]
    private = {"prompt": "Who?", "chosen": "mary@newspaper.org", "rejected": "nobody"}
    return _write(tmp_path / "poor.jsonl", [*_good(0, 60), same, *turned, private])


def test_good_data_passes(copydesk: Run, good: str) -> None:
    done = copydesk("train", "audit", good)
    assert done.returncode == 0, done.stderr
    assert "60 pairs; 60 prompts" in done.stdout
    assert "nothing found" in done.stdout
    assert "length alone" in done.stdout


def test_findings_are_told_and_end_in_three(copydesk: Run, poor: str) -> None:
    done = copydesk("train", "audit", poor, "--quick")
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "[identical-answers]" in line)
    assert lines[at].split()[:2] == ["refused", "1"]
    assert "poor.jsonl:61" in lines[at + 1]
    assert "doubtful  1  contradictions" in done.stdout
    assert "poor.jsonl:62, poor.jsonl:63" in done.stdout
    assert "mary" not in done.stdout
    assert "m…@n….org" in done.stdout
    assert "3 kinds of problems in poor.jsonl" in done.stderr
    assert "training refuses" in done.stderr
    assert "Traceback" not in done.stderr


def test_json_has_everything(copydesk: Run, poor: str) -> None:
    done = copydesk("train", "audit", poor, "--json")
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert told["counts"]["contradiction"] == 1
    assert told["refused"] == 1
    assert 0 <= told["numbers"]["baseline_words"] <= 1
    assert {each["code"] for each in told["findings"]} >= {"identical-answers", "personal-data"}


def test_clean_rows_are_written(copydesk: Run, poor: str, tmp_path: Path) -> None:
    data = tmp_path / poor
    data.write_text(data.read_text("utf-8") + data.read_text("utf-8").splitlines()[0], "utf-8")
    done = copydesk("train", "audit", poor, "--quick", "--clean", "good.jsonl")
    assert done.returncode == 3
    assert "good.jsonl: 63 of 65 rows" in done.stderr
    rows = [json.loads(line) for line in (tmp_path / "good.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 63
    assert not any(row["chosen"] == row["rejected"] for row in rows)
    again = copydesk("train", "audit", poor, "--quick", "--clean", "good.jsonl")
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_a_file_to_test_on(copydesk: Run, good: str, tmp_path: Path) -> None:
    held = _write(tmp_path / "held.jsonl", [*_good(58, 59), *_good(70, 80)])
    done = copydesk("train", "audit", good, "--held-out", held, "--quick")
    assert done.returncode == 3
    assert "11 rows to test on" in done.stdout
    assert "good.jsonl:59, held.jsonl:1" in done.stdout


def test_as_a_method_learns_from_it(copydesk: Run, good: str) -> None:
    done = copydesk("train", "audit", good, "--method", "kto", "--quick", "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["numbers"]["kept"] == 60


def test_rows_that_could_not_be_read_are_told(copydesk: Run, tmp_path: Path) -> None:
    name = _write(tmp_path / "mixed.jsonl", [*_good(0, 60), {"something": "else"}])
    done = copydesk("train", "audit", name, "--quick")
    assert "mixed.jsonl:61" in done.stderr
    assert "60 pairs" in done.stdout


def test_an_empty_desk_and_an_absent_file(copydesk: Run) -> None:
    done = copydesk("train", "audit", "desk")
    assert done.returncode == 2
    assert "nothing on the desk" in done.stderr
    assert "hint:" in done.stderr
    done = copydesk("train", "audit", "absent.jsonl")
    assert done.returncode in {1, 2}
    assert "absent.jsonl" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_a_tokenizer(tmp_path: Path) -> None:
    """In this process, which has loaded torch already to make the model."""
    tiny_llama(tmp_path / "base")
    long = "a reader who is told the end first reads the rest for the reasons " * 20
    row = {"prompt": "Same", "chosen": f"{long} yes", "rejected": f"{long} no"}
    _write(tmp_path / "long.jsonl", [*_good(0, 60), row])
    base, data = str(tmp_path / "base"), str(tmp_path / "long.jsonl")
    told = ["--model", base, "--max-length", "256", "--quick", "--json"]
    done = CliRunner().invoke(audit, [data, *told])
    assert isinstance(done.exception, CheckFailed)
    (refused,) = [
        each for each in json.loads(done.stdout)["findings"] if each["gravity"] == "nonsense"
    ]
    assert (refused["code"], refused["place"]) == ("identical-when-cut", "long.jsonl:61")
