"""metrics.jsonl: appended safely, mended after a kill, never a step twice."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.errors import OutputProblem
from copydesk.train.run.metrics import Metrics, read_metrics


def write(folder: Path, *steps: int, **more: float) -> None:
    metrics = Metrics(folder / "metrics.jsonl")
    for step in steps:
        metrics.add(step, {"loss": float(step), **more})
    metrics.close()


def steps(folder: Path) -> list[int]:
    return [row["step"] for row in read_metrics(folder)]


def test_a_step_is_a_line(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    assert (tmp_path / "metrics.jsonl").read_text() == (
        '{"step": 1, "loss": 1.0}\n{"step": 2, "loss": 2.0}\n'
    )


def test_what_is_no_number_is_null(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path / "metrics.jsonl")
    metrics.add(1, {"loss": math.nan, "kl": math.inf, "reward": 1 / 3})
    metrics.close()
    assert read_metrics(tmp_path) == [{"step": 1, "loss": None, "kl": None, "reward": 0.3333333}]


def test_a_half_line_is_mended(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    with (tmp_path / "metrics.jsonl").open("ab") as stream:
        stream.write(b'{"step": 3, "lo')
    assert steps(tmp_path) == [1, 2]
    write(tmp_path, 3)
    assert steps(tmp_path) == [1, 2, 3]


def test_steps_after_the_checkpoint_are_dropped(tmp_path: Path) -> None:
    write(tmp_path, *range(1, 8))
    write(tmp_path, 5, 6)
    assert steps(tmp_path) == [1, 2, 3, 4, 5, 6]


def test_an_evaluation_made_anew_leaves_the_steps_own_line(tmp_path: Path) -> None:
    write(tmp_path, 1, 2)
    metrics = Metrics(tmp_path / "metrics.jsonl")
    metrics.add(2, {"held_loss": 9.0})
    metrics.close()
    metrics = Metrics(tmp_path / "metrics.jsonl")
    metrics.add(2, {"held_loss": 9.0})
    metrics.close()
    rows = read_metrics(tmp_path)
    assert rows == [
        {"step": 1, "loss": 1.0},
        {"step": 2, "loss": 2.0},
        {"step": 2, "held_loss": 9.0},
    ]


@settings(deadline=None, max_examples=60)
@given(
    first=st.integers(1, 12),
    cut=st.integers(0, 400),
    restart=st.integers(1, 12),
    last=st.integers(0, 6),
)
def test_wherever_it_was_cut_there_is_one_line_a_step(
    tmp_path_factory: pytest.TempPathFactory, first: int, cut: int, restart: int, last: int
) -> None:
    folder = tmp_path_factory.mktemp("metrics")
    write(folder, *range(1, first + 1))
    path = folder / "metrics.jsonl"
    path.write_bytes(path.read_bytes()[:cut])
    whole = steps(folder)
    assert whole == list(range(1, len(whole) + 1))
    again = list(range(restart, restart + last + 1))
    write(folder, *again)
    assert steps(folder) == [step for step in whole if step < restart] + again
    for line in path.read_text().splitlines():
        json.loads(line)


@settings(deadline=None, max_examples=100)
@given(content=st.binary(max_size=120))
def test_rubbish_is_no_metrics(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("metrics")
    (folder / "metrics.jsonl").write_bytes(content)
    for row in read_metrics(folder):
        assert isinstance(row["step"], int)
    write(folder, 10**9)
    assert steps(folder)[-1] == 10**9


FULL = """
import resource, sys
from pathlib import Path
from copydesk.errors import OutputProblem
from copydesk.train.run.metrics import Metrics
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
metrics = Metrics(Path(sys.argv[1]) / "metrics.jsonl")
try:
    for step in range(1, 1000):
        metrics.add(step, {"loss": 1.0})
except OutputProblem as error:
    print(step, error.message)
    sys.exit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 7, done.stderr
    reached = int(done.stdout.split()[0])
    assert "could not be written" in done.stdout
    assert (tmp_path / "metrics.jsonl").read_bytes().endswith(b"}\n")
    assert steps(tmp_path) == list(range(1, reached))


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(OutputProblem):
        Metrics(tmp_path / "metrics.jsonl")
