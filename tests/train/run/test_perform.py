"""From a recipe to a model: what is written, what is refused, and that a kill changes nothing."""

import json
from pathlib import Path

import pytest
from tests.support.trained import (
    Stop,
    editors_rows,
    quick_recipe,
    rows_file,
    run_killed,
    tiny_base,
)

from copydesk.desk.store import open_desk
from copydesk.errors import DocumentProblem, ModelProblem, OutputProblem, UsageProblem
from copydesk.preferences.write import write_rows
from copydesk.train import plan as planning
from copydesk.train import trial as trials
from copydesk.train.estimate.available import Memory
from copydesk.train.perform import run_recipe
from copydesk.train.plan import plan_run
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import recipe_to_yaml, set_fields
from copydesk.train.run.folder import read_run
from copydesk.train.trial import longest_rows, measure, size_of

pytest.importorskip("trl")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("perform") / "base")


@pytest.fixture
def recipe(base: Path, tmp_path: Path) -> Recipe:
    return quick_recipe("sft", base, rows_file(tmp_path))


@pytest.fixture(scope="module")
def whole(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole")
    run_recipe(quick_recipe("sft", base, rows_file(folder)), folder / "run", estimate=False)
    return folder / "run"


def losses(folder: Path) -> list[tuple[int, float | None, float | None, float | None]]:
    """Step by step what was learnt, and what came of it on held-out rows."""
    return [
        (row["step"], row.get("loss"), row.get("grad_norm"), row.get("held_loss"))
        for row in read_run(folder).metrics
    ]


def test_everything_is_in_the_folder(whole: Path) -> None:
    run = read_run(whole)
    assert [row["step"] for row in run.metrics if "loss" in row] == list(range(1, 13))
    assert "held_loss" in run.metrics[-1]
    assert (run.manifest.state, run.manifest.steps, run.manifest.planned) == ("finished", 12, 12)
    assert run.manifest.base.parameters > 100_000
    assert len(run.manifest.base.sha256) == len(run.manifest.data.sha256) == 64
    assert run.manifest.data.train + run.manifest.data.held == 30
    for name in ("model/adapter_config.json", "audit.json", "rows/train.jsonl", "rows/held.jsonl",
                 "plots/loss.png", "plots/overview.svg"):  # fmt: skip
        assert (whole / name).is_file(), name


@pytest.mark.parametrize("step", [1, 8])
def test_a_kill_changes_nothing(whole: Path, recipe: Recipe, tmp_path: Path, step: int) -> None:
    file, folder = tmp_path / "recipe.yaml", tmp_path / "run"
    file.write_text(recipe_to_yaml(recipe), encoding="utf-8")
    run_killed(file, folder, step)
    assert read_run(folder).manifest.state == "running"
    with (folder / "metrics.jsonl").open("ab") as stream:
        stream.write(b'{"step": 99, "lo')
    Path(recipe.data[0]).write_text("{}")  # the run has rows of its own
    outcome = run_recipe(recipe, folder, resume=True)
    assert outcome.steps == 12
    assert losses(folder) == losses(whole)
    assert read_run(folder).manifest.resumed == 1


def test_an_interrupted_run_goes_on_and_a_finished_one_is_not_repeated(
    whole: Path, recipe: Recipe, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run_recipe(recipe, folder, estimate=False, watch=Stop(7))
    assert read_run(folder).manifest.state == "interrupted"
    run_recipe(recipe, folder, resume=True)
    assert losses(folder) == losses(whole)
    before = (folder / "metrics.jsonl").stat().st_mtime_ns
    again = run_recipe(recipe, folder, resume=True)
    assert again.steps == 12
    assert again.metrics["held_loss"] == pytest.approx(read_run(whole).metrics[-1]["held_loss"])
    assert (folder / "metrics.jsonl").stat().st_mtime_ns == before


def test_rows_that_were_changed_are_refused(recipe: Recipe, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        run_recipe(recipe, folder, estimate=False, watch=Stop(4))
    write_rows(editors_rows(9), folder / "rows" / "train.jsonl", force=True)
    with pytest.raises(DocumentProblem, match="are not those that the run began with"):
        run_recipe(recipe, folder, resume=True)


def test_the_desk_is_told(whole: Path, recipe: Recipe, tmp_path: Path) -> None:
    run_recipe(set_fields(recipe, ["schedule.steps=1"]), tmp_path / "run")
    with open_desk() as desk:
        (run,) = [run for number in range(1, 9) if (run := desk.run(number))]
    assert (run.method, run.folder) == ("sft", str((tmp_path / "run").resolve()))


def test_tensorboard_hears_each_step(recipe: Recipe, tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    run_recipe(set_fields(recipe, ["schedule.steps=3"]), tmp_path / "run", tensorboard=True)
    events = reader.EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("loss")] == [1, 2, 3]


def test_what_the_audit_refuses_trains_nothing(base: Path, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text(
        "".join(
            json.dumps({"prompt": f"Line {n}", "chosen": "the same", "rejected": "the same"}) + "\n"
            for n in range(10)
        )
    )
    with pytest.raises(UsageProblem):
        run_recipe(quick_recipe("dpo", base, data), tmp_path / "run", estimate=False)
    assert not (tmp_path / "run" / "model").exists()


def test_a_base_that_does_not_fit_is_refused_before_it_is_loaded(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "available_memory", lambda: Memory(10**8, 10**9))
    monkeypatch.setattr(
        "copydesk.train.perform.find_method", lambda name: pytest.fail("a method was called")
    )
    with pytest.raises(ModelProblem, match=r"needs about [\d.]+ GB of memory, and 0.1 GB are free"):
        run_recipe(recipe, tmp_path / "run")


def test_two_steps_are_measured_in_a_process_of_their_own(recipe: Recipe, tmp_path: Path) -> None:
    plan = plan_run(recipe)
    assert plan.trial is not None
    assert plan.trial.step > 0
    assert 10**8 < plan.trial.peak < 10**10
    assert plan.seconds == plan.trial.start + 12 * plan.trial.step
    assert plan.sentence().endswith("; fits")
    assert "for 12 steps" in plan.sentence()
    left = {path.name for path in tmp_path.iterdir()} - {".home"}
    assert left == {"rows.jsonl"}, "a measure leaves nothing"


def test_a_short_run_is_not_measured(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "measure", lambda *a, **k: pytest.fail("measured"))
    assert plan_run(set_fields(recipe, ["schedule.steps=3"])).trial is None


def test_what_is_wrong_in_the_measure_is_said_as_in_training(base: Path, tmp_path: Path) -> None:
    recipe = quick_recipe("sft", base, rows_file(tmp_path), "adapter.targets=nothing_like_it")
    with pytest.raises(UsageProblem, match=r"adapter.targets") as problem:
        measure(recipe, editors_rows(6))
    assert "--set adapter.targets=all-linear" in problem.value.hint


def test_a_measure_that_the_system_ends_refuses_with_a_smaller_recipe(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "_in_child", lambda folder, anyway: (None, -9, "Killed"))
    with pytest.raises(ModelProblem) as problem:
        plan_run(recipe)
    assert "are free" in problem.value.message


def test_the_longest_rows_are_tried() -> None:
    rows = editors_rows(30)
    longest = longest_rows(rows, 4)
    assert len(longest) == 4
    assert min(map(size_of, longest)) >= max(size_of(row) for row in rows if row not in longest)


def test_a_second_run_in_the_folder_is_refused(whole: Path, recipe: Recipe) -> None:
    with pytest.raises(OutputProblem, match="holds a run already"):
        run_recipe(recipe, whole)
