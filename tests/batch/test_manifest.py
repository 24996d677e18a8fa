"""The folder of a batch: what counts as finished, what is refused, what a hostile file does."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.batches import (
    ORDER,
    ROOT,
    carry_out,
    done,
    jobs_of,
    lines,
    manifest,
    results,
)

from copydesk import __version__
from copydesk.batch.manifest import Ledger, Order, opened
from copydesk.batch.work import Made
from copydesk.errors import CopydeskError, DocumentProblem, OutputProblem, UsageProblem

JOBS = jobs_of(*lines(3))
ONE = "0001-brief-1-bees"


def todo(folder: Path, jobs: Any = None, order: Order = ORDER, **options: Any) -> list[int]:
    with opened(folder, jobs or JOBS, order, resume=True, **options) as ledger:
        return [job.number for job in ledger.todo]


def test_a_folder_is_made_and_its_manifest_tells_where_everything_came_from(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "deep" / "out"
    carry_out(folder, JOBS)
    run, first, *_ = manifest(folder)
    assert run["state"] == "run"
    assert run["copydesk"] == __version__
    assert (run["model"], run["seed"], run["jobs"]) == ("steady", 7, 3)
    assert first["file"] in results(folder)
    assert first["bytes"] == len(results(folder)[first["file"]])
    assert (first["seed"], first["model"], first["tokens"]) == (8, "scripted", 12)
    assert sorted(results(folder)) == [
        "0001-brief-1-bees.txt",
        "0002-brief-2-bees.txt",
        "0003-brief-3-wasps.html",
    ]


def test_what_is_finished_is_not_done_again(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    before = (tmp_path / "manifest.jsonl").read_bytes()
    assert carry_out(tmp_path, JOBS) == []
    assert (tmp_path / "manifest.jsonl").read_bytes() == before
    with opened(tmp_path, JOBS, ORDER, resume=True) as ledger:
        assert ledger.kept == 3


def test_a_batch_is_not_entered_by_accident(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS[:1])
    with pytest.raises(OutputProblem, match="holds a batch already") as caught:
        opened(tmp_path, JOBS, ORDER).__enter__()
    assert "--resume" in caught.value.hint


def test_a_line_that_changed_is_done_anew_and_replaces_its_file(tmp_path: Path) -> None:
    first = jobs_of({"id": "a", "brief": "Brief 1"}, {"id": "b", "brief": "Brief 2"})
    changed = jobs_of({"id": "a", "brief": "Brief 9"}, {"id": "b", "brief": "Brief 2"})
    carry_out(tmp_path, first)
    before = results(tmp_path)
    assert todo(tmp_path, changed) == [1]
    carry_out(tmp_path, changed)
    assert results(tmp_path)["b.md"] == before["b.md"]
    assert results(tmp_path)["a.md"] != before["a.md"]
    assert todo(tmp_path, changed) == []
    assert todo(tmp_path, first) == [1]  # and back again


def test_lines_may_move_when_they_have_ids_of_their_own(tmp_path: Path) -> None:
    said = [{"id": name, "brief": f"Brief {n}"} for n, name in enumerate("abc", 1)]
    carry_out(tmp_path, jobs_of(*said))
    assert todo(tmp_path, jobs_of("Brief 0", *reversed(said))) == [1]


def test_a_file_that_is_gone_is_made_again(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    whole = results(tmp_path)
    (tmp_path / f"{ONE}.txt").unlink()
    assert todo(tmp_path) == [1]
    carry_out(tmp_path, JOBS)
    assert results(tmp_path) == whole


def test_an_edited_result_is_never_overwritten_without_force(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    edited = tmp_path / f"{ONE}.txt"
    edited.write_text("Better.\n", encoding="utf-8")
    with pytest.raises(OutputProblem, match=rf"edited since: {edited.name}") as caught:
        carry_out(tmp_path, JOBS)
    assert "--force" in caught.value.hint
    assert edited.read_text(encoding="utf-8") == "Better.\n"
    assert todo(tmp_path, force=True) == [1]


def test_a_file_that_was_there_before_is_never_overwritten(tmp_path: Path) -> None:
    for name in (f"{ONE}.txt", "unrelated.txt"):
        (tmp_path / name).write_text("Mine.", encoding="utf-8")
    with pytest.raises(OutputProblem, match="did not write"):
        carry_out(tmp_path, JOBS)
    assert results(tmp_path) == {f"{ONE}.txt": b"Mine.", "unrelated.txt": b"Mine."}


def test_a_folder_in_place_of_a_result_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / f"{ONE}.txt").mkdir()
    with pytest.raises(OutputProblem, match="did not write"):
        carry_out(tmp_path, JOBS)


def test_the_seed_is_the_folders_and_neither_it_nor_the_model_change_midway(
    tmp_path: Path,
) -> None:
    carry_out(tmp_path, JOBS[:1])
    with opened(tmp_path, JOBS, Order(model="steady", fresh=99), resume=True) as ledger:
        assert ledger.seed == 7
    assert todo(tmp_path, order=Order(model="steady", seed=7)) == [2, 3]
    with pytest.raises(UsageProblem, match="begun with the seed 7, not 8"):
        todo(tmp_path, order=Order(model="steady", seed=8))
    with pytest.raises(UsageProblem, match="begun with the model steady, not other"):
        todo(tmp_path, order=Order(model="other"))


def test_a_failure_is_written_down_and_tried_again(tmp_path: Path) -> None:
    with opened(tmp_path, JOBS, ORDER) as ledger:
        ledger.fail(JOBS[0], "It would not. \ud800", "try again")
        ledger.finish(JOBS[1], Made(b"x", 1, "m", 2, 0.5))
    failed = manifest(tmp_path)[1]
    assert (failed["state"], failed["id"], failed["line"]) == ("failed", ONE, 1)
    assert failed["error"] == "It would not. ?"
    assert todo(tmp_path) == [1, 3]


# --- deaths ---------------------------------------------------------------------------------


def test_a_line_whose_file_never_came_is_not_finished(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    whole = results(tmp_path)
    (tmp_path / f"{ONE}.txt").unlink()  # as if killed between the two
    (tmp_path / f".{ONE}.txt.abcd1234").write_bytes(b"half")  # in the middle of writing it
    (tmp_path / ".keep.me").write_bytes(b"not ours")
    carry_out(tmp_path, JOBS)
    assert results(tmp_path) == whole
    hidden = sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("."))
    assert hidden == [".keep.me", ".lock"]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_dropped(tmp_path: Path, cut: int) -> None:
    carry_out(tmp_path, JOBS)
    path = tmp_path / "manifest.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    last = manifest_files(whole)[-1]
    (tmp_path / last).unlink()
    carry_out(tmp_path, JOBS)
    assert manifest_files(path.read_bytes()) == manifest_files(whole)
    assert path.read_bytes().startswith(whole[: whole.rstrip().rfind(b"\n") + 1])


def manifest_files(data: bytes) -> list[str]:
    rows = [json.loads(row) for row in data.splitlines()]
    return [row["file"] for row in rows if row["state"] == "done"]


def test_zeros_that_a_power_cut_left_are_dropped(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    path = tmp_path / "manifest.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0" * 500)
    assert todo(tmp_path) == []
    assert path.read_bytes() == whole


def test_a_run_that_died_in_its_first_line_can_be_started_again(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_bytes(b'{"state": "ru')
    with opened(tmp_path, JOBS, ORDER) as ledger:
        assert len(ledger.todo) == 3
    assert len(manifest(tmp_path)) == 1


def test_a_line_spoilt_in_the_middle_is_named(tmp_path: Path) -> None:
    carry_out(tmp_path, JOBS)
    path = tmp_path / "manifest.jsonl"
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rows[:2], b"{spoilt}\n", *rows[3:]]))
    before = path.read_bytes()
    with pytest.raises(DocumentProblem, match="line 3, is no line of a manifest"):
        todo(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"my notes", b"{}\n", b'{"files": []}', b"\0" * 40])
def test_somebody_elses_manifest_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(content)
    for resume in (False, True):
        with (
            pytest.raises(DocumentProblem, match="is not the manifest of a batch"),
            opened(tmp_path, JOBS, ORDER, resume=resume),
        ):
            pass
    assert path.read_bytes() == content


FILES = [JOBS[0].file, "../../etc/passwd", "/etc/passwd", "manifest.jsonl"]
_ROW = st.fixed_dictionaries(
    {"state": st.sampled_from(["run", "done", "failed", "odd"])},
    optional={
        "id": st.text(max_size=5),
        "hash": st.just(JOBS[0].hash) | st.text(max_size=3),
        "file": st.sampled_from(
            [JOBS[0].file, "../../etc/passwd", "/etc/passwd", "manifest.jsonl"]
        ),
        "sha256": st.text(max_size=4),
        "seed": st.integers(-5, 5) | st.text(max_size=2),
        "model": st.just("steady") | st.text(max_size=5),
        "tokens": st.floats(),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(_ROW.map(lambda row: json.dumps(row).encode()) | st.binary(max_size=30), max_size=5)
)
def test_any_manifest_is_read_or_refused_and_nothing_else_is_touched(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "manifest.jsonl").write_bytes(b"\n".join([b'{"state": "run"}', *rows]))
    (folder / "mine.txt").write_bytes(b"mine")
    with suppress(CopydeskError), opened(folder, JOBS, ORDER, resume=True) as ledger:
        assert len(ledger.todo) == 3  # no file is there, whatever is claimed
    assert {path.name for path in folder.iterdir()} <= {"manifest.jsonl", "mine.txt", ".lock"}


# --- one at a time --------------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from tests.support.batches import ORDER
from copydesk.batch.manifest import opened
with opened(Path(sys.argv[1]), [], ORDER, resume=True):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_runs_on_one_folder_refuse_each_other_until_one_is_dead(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OutputProblem, match="Another batch is writing"):
            carry_out(tmp_path, JOBS)
        other.kill()
        other.wait()
    assert len(carry_out(tmp_path, JOBS)) == 3


def test_a_place_that_takes_no_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputProblem, match="cannot be made"):
        carry_out(tmp_path / "file" / "out", JOBS)
    proc = Path("/proc/self")
    if proc.is_dir():
        with pytest.raises(OutputProblem, match="cannot be locked"):
            carry_out(proc, JOBS)


def test_the_order_of_threads_does_not_matter_to_the_ledger(tmp_path: Path) -> None:
    jobs = jobs_of(*lines(40))
    with opened(tmp_path, jobs, ORDER) as ledger, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda job: finish(ledger, job), ledger.todo))
    assert sorted(done(tmp_path)) == sorted(job.id for job in jobs)
    assert todo(tmp_path, jobs) == []


def finish(ledger: Ledger, job: Any) -> None:
    ledger.finish(job, Made(job.id.encode() * 1000, 1, "m", 1, 0.0))
