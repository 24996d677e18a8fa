"""A whole house on a tiny model: every stage, every way to be short of rows, a kill in each."""

import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.support.trained import editors_rows, rows_file, run_python, tiny_base

from copydesk.errors import OutputProblem, UsageProblem
from copydesk.preferences.rows import Sample
from copydesk.preferences.write import write_rows
from copydesk.train.house import pipeline
from copydesk.train.house.judged import judge_policy, judge_reward
from copydesk.train.house.order import Order
from copydesk.train.house.pipeline import as_begun, check_stages, open_house, train_stages
from copydesk.train.house.report import Told, report_lines, shortfalls, write_report
from copydesk.train.house.state import State, read_state
from copydesk.train.run.folder import read_run

pytest.importorskip("trl")

SETS = ("threads=1", "precision=float32", "ppo.no_end=null")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("house") / "base")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rows_file(tmp_path_factory.mktemp("house-rows"))


def order(base: Path, data: Path, **more: Any) -> Order:
    return Order(
        "plain", (str(data),), model=str(base), held_out=0.3, sets=SETS, quick=True, **more
    )


def build(wanted: Order, folder: Path, *, report: bool = False, **how: Any) -> tuple[State, str]:
    with open_house(wanted, folder, estimate=False, **how) as house:
        check_stages(house)
        train_stages(house)
        text = ""
        if report:
            told = Told(house, judge_reward(house), judge_policy(house))
            write_report(told)
            text = "\n".join((*report_lines(told), *shortfalls(told)))
        return house.state, text


@pytest.fixture(scope="module")
def whole(base: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted house."""
    folder = tmp_path_factory.mktemp("house-whole") / "house"
    build(order(base, data), folder, anyway=True, report=True)
    return folder


def losses(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {
        stage: [
            tuple(row.get(key) for key in ("step", "loss", "held_loss", "reward", "kl"))
            for row in read_run(folder / stage).metrics
        ]
        for stage in ("1-sft", "2-reward", "3-ppo")
    }


def test_every_stage_is_a_run_and_the_last_one_is_the_result(whole: Path) -> None:
    state = read_state(whole)
    assert state is not None
    assert [(stage.method, stage.end) for stage in state.stages] == [
        ("sft", "done"), ("reward", "done"), ("ppo", "done"),
    ]  # fmt: skip
    ppo = read_run(whole / "3-ppo").recipe
    assert ppo.adapter.start == str(whole / "1-sft" / "model")
    assert ppo.rollout.judge == str(whole / "2-reward" / "model")
    weights = "adapter_model.safetensors"
    result = (whole / "model" / weights).read_bytes()
    assert result == (whole / "3-ppo" / "model" / weights).read_bytes()
    assert result != (whole / "1-sft" / "model" / weights).read_bytes()


def test_the_report_says_it_on_a_page(whole: Path, base: Path) -> None:
    text = (whole / "report.md").read_text("utf-8")
    page = (whole / "report.html").read_text("utf-8")
    for words in (
        "# House style plain", "30 rows from", "| fine-tuning (SFT) | ", "| PPO | ",
        "the reward model", "held-out prompts", "## What fell short", "--quick", "--anyway",
        f"copydesk write article \"Why bees move into cities\" --model {base} --adapter",
    ):  # fmt: skip
        assert words in text, words
    assert re.search(r"\| share without an end \| \d+ % \|", text)
    assert ", after fine-tuning (SFT), reward model and PPO." in text
    assert "for too few were held out; it had no part in the training, but is made of texts" in text
    assert page.count("<figure") == 3
    assert "<?xml" not in page
    assert "<script" not in page


def test_a_kill_in_each_stage_changes_nothing(
    whole: Path, base: Path, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "house"
    for stage in ("sft", "reward", "ppo"):
        done = run_python(KILLED, str(base), str(data), str(folder), stage)
        assert done.returncode == -signal.SIGKILL, done.stderr
    state, _ = build(order(base, data), folder, resume=True, anyway=True)
    assert [stage.end for stage in state.stages] == ["done", "done", "done"]
    assert losses(folder) == losses(whole)
    assert read_run(folder / "1-sft").manifest.resumed == 1


KILLED = """
import sys
from pathlib import Path
from tests.train.house.test_house_pipeline import Killer, build, order
base, data, folder = (Path(name) for name in sys.argv[1:4])
build(order(base, data), folder, resume=True, anyway=True, watch=Killer(sys.argv[4]))
"""


class Killer:
    """Ends the process with kill −9 in the third step of a stage."""

    def __init__(self, stage: str) -> None:
        self._stage, self._now = stage, ""

    def say(self, text: str) -> None:
        if ": into " in text:
            self._now = text.partition(":")[0]

    def step(self, progress: Any) -> None:
        if self._now == self._stage and progress.step == 3:
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_reward_that_is_no_better_than_length_leaves_the_model_of_sft(
    whole: Path, base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = pipeline.run_recipe

    def refuses(recipe: Any, folder: Path, **how: Any) -> Any:
        if recipe.method == "ppo":
            raise UsageProblem("The judge is no better than length alone.")
        return run(recipe, folder, **how)

    monkeypatch.setattr(pipeline, "run_recipe", refuses)
    folder = tmp_path / "house"
    state, text = build(order(base, data), folder, report=True)
    assert state.stages[-1].end == "refused"
    weights = "model/adapter_model.safetensors"
    assert (folder / weights).read_bytes() == (folder / "1-sft" / weights).read_bytes()
    assert "PPO was refused: The judge is no better than length alone." in text
    assert ", after fine-tuning (SFT). The result is" in text, "the reward model taught it nothing"
    monkeypatch.setattr(pipeline, "run_recipe", run)
    again, _ = build(order(base, data), folder, resume=True, anyway=True)
    assert again.stages[-1].end == "done"
    assert losses(folder) == losses(whole)


def test_posts_alone_give_fine_tuning(base: Path, tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    write_rows([row for row in editors_rows(45) if isinstance(row, Sample)], posts)
    state, text = build(order(base, posts), tmp_path / "house", report=True)
    assert [stage.end for stage in state.stages] == ["done", "skipped", "skipped"]
    assert "reward model was skipped: there are no rankings to learn from" in text
    assert "PPO was skipped" in text
    assert (tmp_path / "house" / "model" / "adapter_config.json").is_file()


def test_dpo_needs_no_reward_model(base: Path, data: Path, tmp_path: Path) -> None:
    state, _ = build(order(base, data, method="dpo"), tmp_path / "house")
    assert [(stage.method, stage.end) for stage in state.stages] == [
        ("sft", "done"), ("dpo", "done"),
    ]  # fmt: skip
    start = read_run(tmp_path / "house" / "2-dpo").recipe.adapter.start
    assert start == str(tmp_path / "house" / "1-sft" / "model")


def test_what_the_last_stage_cannot_learn_from_is_refused_before_the_first(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.jsonl"
    same = [{"prompt": f"Line {n}", "chosen": "the same", "rejected": "the same"} for n in range(9)]
    path.write_text("".join(json.dumps(row) + "\n" for row in same))
    monkeypatch.setattr(pipeline, "run_recipe", lambda *a, **k: pytest.fail("trained"))
    with pytest.raises(UsageProblem, match=r"^dpo: ") as problem:
        build(order(base, path, method="dpo"), tmp_path / "house")
    assert "--set dpo.FIELD" in problem.value.hint
    assert "(rows.jsonl:" in problem.value.message, "named lines of a file that nobody wrote"
    with open_house(order(base, path, method="kto"), tmp_path / "house"):  # nothing was trained yet
        pass


def test_a_folder_of_data_is_not_taken_for_a_house(base: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text("mine")
    with pytest.raises(OutputProblem, match="holds other things already: data"):
        build(order(base, data), tmp_path)
    assert (tmp_path / "data" / "train.jsonl").read_text() == "mine"


def test_what_is_not_said_again_is_as_it_was_begun(
    whole: Path, base: Path, data: Path, tmp_path: Path
) -> None:
    assert as_begun(Order("plain"), whole, {"style"}) == order(base, data)
    assert as_begun(Order("plain", seed=5), whole, {"style", "seed"}).seed == 5
    assert as_begun(Order("plain"), tmp_path, {"style"}) == Order("plain")
    (tmp_path / "house.json").write_text('{"order": {"data": 3, "seed": "x", "method": "dpo"}}')
    assert as_begun(Order("plain"), tmp_path, {"style"}) == Order("plain", method="dpo")


def test_a_house_is_gone_on_with_as_it_was_begun(
    whole: Path, base: Path, data: Path, tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.glob("*-*/metrics.jsonl")}
    build(order(base, data), whole, resume=True, anyway=True)
    assert before == {path: path.stat().st_mtime_ns for path in whole.glob("*-*/metrics.jsonl")}
    with pytest.raises(UsageProblem, match="was begun with seed: 0, not 5"):
        build(order(base, data, seed=5), whole, resume=True)
    with pytest.raises(OutputProblem, match="holds a house already"):
        build(order(base, data), whole)
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(OutputProblem, match=r"holds other things already: thesis.docx"):
        build(order(base, data), tmp_path)


def test_force_deletes_what_a_house_wrote_and_nothing_else(
    base: Path, data: Path, tmp_path: Path
) -> None:
    with open_house(order(base, data), tmp_path):
        pass
    for name in ("1-sft", "3-ppo", "model", "1-notes", "plans"):
        (tmp_path / name).mkdir()
    with open_house(order(base, data, seed=3), tmp_path, force=True) as house:
        assert house.state.order["seed"] == 3
    left = {path.name for path in tmp_path.iterdir()} - {".lock", ".home"}
    assert left == {"1-notes", "plans", "data", "house.json"}
