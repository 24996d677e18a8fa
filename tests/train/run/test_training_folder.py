"""The folder of a run: one process, one recipe, gone on with, never mixed with other things."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.errors import DocumentProblem, OutputProblem, UsageProblem
from copydesk.train.job import Outcome
from copydesk.train.recipes import load_recipe, set_fields
from copydesk.train.run.folder import finished, open_run, read_run
from copydesk.train.run.manifest import read_manifest
from copydesk.train.run.progress import Clock, Progress, spoken_time

SFT = load_recipe("sft")


def begin(folder: Path, *, end: bool = False) -> None:
    with open_run(folder, SFT) as run:
        run.plan(3)
        run.log(1, {"loss": 2.0})
        (folder / "checkpoints").mkdir()
        if end:
            (folder / "model").mkdir()
            run.finish(Outcome(folder / "model", 3, {"held_loss": 1.5}))


def test_a_run_writes_down_what_it_is_made_of(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "run"
    begin(folder, end=True)
    run = read_run(folder)
    assert run.recipe == SFT
    assert run.manifest.state == "finished"
    assert run.manifest.metrics == {"held_loss": 1.5}
    assert run.manifest.versions["python"]
    assert run.manifest.recipe["schedule"]["batch"] == SFT.schedule.batch
    assert run.metrics == ({"step": 1, "loss": 2.0},)
    assert finished(folder)


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with (
        pytest.raises(OutputProblem, match=r"holds other things already: thesis.docx"),
        open_run(tmp_path, SFT),
    ):
        pass
    with pytest.raises(OutputProblem), open_run(tmp_path, SFT, resume=True):
        pass
    with open_run(tmp_path, SFT, force=True):
        pass
    assert (tmp_path / "thesis.docx").is_file()


def test_a_run_is_not_written_over_unless_it_is_said(tmp_path: Path) -> None:
    begin(tmp_path, end=True)
    (tmp_path / "notes.txt").touch()
    with (
        pytest.raises(OutputProblem, match="holds a run already") as problem,
        open_run(tmp_path, SFT),
    ):
        pass
    assert "--resume" in problem.value.hint
    with open_run(tmp_path, SFT, force=True) as run:
        assert not run.resumed
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / "checkpoints").exists()
    assert (tmp_path / "notes.txt").exists(), "deleted what is not a run's"
    assert read_run(tmp_path).metrics == ()


def test_a_run_that_was_refused_stands_in_nobodys_way(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with open_run(folder, SFT) as run:
        (folder / "rows").mkdir()
        run.plan(3)
    with open_run(folder, set_fields(SFT, ["max_length=256"])) as run:
        assert not run.resumed
        assert not (folder / "rows").exists()
    assert read_run(folder).recipe.max_length == 256
    (folder / "checkpoints").mkdir()
    with pytest.raises(OutputProblem, match="holds a run already"), open_run(folder, SFT):
        pass


def test_what_lay_beside_a_refused_run_is_still_asked_about(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(UsageProblem), open_run(tmp_path, SFT, force=True):
        raise UsageProblem("Nonsense.")
    with pytest.raises(OutputProblem, match=r"thesis\.docx"), open_run(tmp_path, SFT):
        pass
    assert (tmp_path / "manifest.json").exists()


def test_it_goes_on_with_the_same_recipe_only(tmp_path: Path) -> None:
    begin(tmp_path)
    with open_run(tmp_path, SFT, resume=True) as run:
        assert run.resumed
        assert run.manifest.resumed == 1
    other = set_fields(SFT, ["schedule.learning_rate=1"])
    with (
        pytest.raises(UsageProblem, match=r"begun with schedule.learning_rate: 0.0002, not 1"),
        open_run(tmp_path, other, resume=True),
    ):
        pass
    with open_run(tmp_path, set_fields(SFT, ["threads=1"]), resume=True) as run:
        assert run.manifest.resumed == 2


def test_resume_begins_where_nothing_is(tmp_path: Path) -> None:
    with open_run(tmp_path / "new", SFT, resume=True) as run:
        assert not run.resumed


def test_what_ended_it_is_written_down(tmp_path: Path) -> None:
    for error, state in (
        (OutputProblem("The disk is full."), "failed"),
        (KeyboardInterrupt(), "interrupted"),
        (ZeroDivisionError(), "failed"),
    ):
        with pytest.raises(type(error)), open_run(tmp_path, SFT, force=True):
            raise error
        manifest = read_manifest(tmp_path)
        assert manifest is not None
        assert manifest.state == state
    assert manifest.error == "ZeroDivisionError"


HOLD = """
import sys
from pathlib import Path
from copydesk.train.recipes import load_recipe
from copydesk.train.run.folder import open_run
with open_run(Path(sys.argv[1]), load_recipe("sft")) as run:
    run.log(1, {"loss": 1.0})
    print("holding", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_in_the_folder_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "holding\n"
    for more in ({}, {"force": True}, {"resume": True}):
        with (
            pytest.raises(OutputProblem, match="Another run is writing"),
            open_run(tmp_path, SFT, **more),
        ):
            pass
    first.kill()
    first.wait()
    with open_run(tmp_path, SFT, resume=True) as run:
        assert run.resumed
    assert read_run(tmp_path).metrics == ({"step": 1, "loss": 1.0},)


def test_of_several_processes_the_first_one_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RANK", "1")
    with open_run(tmp_path / "run", SFT) as run:
        run.plan(2)
        run.log(1, {"loss": 1.0})
        run.finish(Outcome(tmp_path, 2))
    assert not (tmp_path / "run").exists()


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="holds no training run"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("[1]")
    with pytest.raises(DocumentProblem, match="not the manifest"):
        read_run(tmp_path)


def test_a_manifest_of_a_later_version_is_read(tmp_path: Path) -> None:
    begin(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "blue"}))
    assert read_run(tmp_path).manifest.method == "sft"


def test_the_line_of_a_step_shows_what_there_is() -> None:
    numbers = {"loss": 2.345, "reward": 0.5, "kl": 1.25, "length": 88.4, "other": 1.0}
    assert Progress(3, 60, numbers, 720.0).line() == (
        "step 3/60  loss 2.345  reward +0.50  KL 1.25  length 88  12 min left"
    )
    assert Progress(3, 0, {}, None).line() == "step 3"


def test_time_left_is_that_of_the_usual_step() -> None:
    times = iter([0.0, 10.0, 12.0, 14.0, 16.0])
    clock = Clock(10, now=lambda: next(times))
    assert [clock.left(step) for step in range(1, 6)] == [None, 80.0, 42.0, 12.0, 10.0]
    assert Clock(0, now=lambda: 1.0).left(1) is None


def test_time_is_said_as_a_person_says_it() -> None:
    assert [spoken_time(s) for s in (3, 89, 720, 12_000, 200_000)] == [
        "3 s", "89 s", "12 min", "3 h 20 min", "2 d 7 h",
    ]  # fmt: skip
