"""`copydesk train` as a user runs it: recipes, runs, what is refused, Ctrl-C."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run, environment, sentence
from tests.support.trained import Stop, rows_file, tiny_base

from copydesk.cli import train_house, train_methods, train_watch
from copydesk.cli.main import _guarded, cli
from copydesk.cli.train import _METHODS, TrainGroup
from copydesk.cli.train_house import _METHODS as HOUSE_METHODS
from copydesk.cli.train_watch import _LINES, _Plain
from copydesk.train.house.order import LAST, Order
from copydesk.train.methods import METHODS
from copydesk.train.run.folder import read_run
from copydesk.train.run.progress import Progress

QUICK = ("--set", "threads=1", "--set", "precision=float32", "--set", "max_length=96",
         "--set", "schedule.batch=2", "--set", "schedule.accumulate=1",
         "--set", "schedule.save_every=2", "--no-estimate")  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("trl")
    return tiny_base(tmp_path_factory.mktemp("cli-train") / "base")


def train(*args: str | Path) -> tuple[int, str, str]:
    """The command in this process: exit code, standard output and error."""
    codes: list[int] = []

    @click.command(context_settings={"ignore_unknown_options": True})
    def guarded() -> None:
        arguments = ["train", *map(str, args)]
        codes.append(_guarded(lambda: cli.main(arguments, "copydesk", standalone_mode=False)))

    done = CliRunner().invoke(guarded, catch_exceptions=False)
    return codes[0], done.stdout, done.stderr


def test_every_method_has_a_command() -> None:
    assert tuple(METHODS) == _METHODS == tuple(train_methods._METHODS)
    assert HOUSE_METHODS == LAST
    assert set(_METHODS) < set(TrainGroup.elsewhere)


def test_help_imports_no_torch(copydesk: Run) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from copydesk.cli.main import cli;"
        "[CliRunner().invoke(cli, ['train', *a, '--help']) for a in ([], ['sft'], ['house'])];"
        "print([m for m in ('torch', 'transformers', 'trl', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_recipes_are_listed_and_shown(tmp_path: Path) -> None:
    code, out, _ = train("recipes", "--json")
    assert code == 0
    assert {row["name"] for row in json.loads(out)} >= set(METHODS)
    _, shown, _ = train("recipes", "dpo")
    assert shown.startswith("# Direct preference optimisation")
    _, whole, _ = train("recipes", "dpo", "--all")
    assert "weight_decay: 0.0" in whole
    assert train("recipes", "dop")[0] == 2


def test_a_run_is_trained_shown_and_gone_on_with(base: Path, tmp_path: Path) -> None:
    rows, out = rows_file(tmp_path), tmp_path / "run"
    given = ("sft", "--data", rows, "--model", base, "--set", "schedule.steps=4", *QUICK)
    code, model, said = train(*given, "-o", out)
    assert code == 0, said
    assert model.strip() == str(out / "model")
    assert "SFT trains an adapter of base (0M) on " in said
    assert re.search(r"step 4/4  loss \d\.\d{3}", said)
    assert re.search(r"4 steps in \d+ s, loss ", said)
    assert "FutureWarning" not in said
    code, text, said = train("sft", "-o", out, "--resume", "--json")
    assert code == 0, said
    assert "is finished already: 4 steps" in said
    assert json.loads(text)["metrics"]["held_loss"] > 0
    code, _, said = train(*given, "-o", out)
    assert code == 2
    assert "holds a run already" in said
    assert "hint: go on with it: --resume" in said
    code, _, said = train(*given, "--set", "seed=9", "-o", out, "--resume")
    assert code == 2
    assert "was begun with seed: 0, not 9" in said


def test_ctrl_c_prints_the_command_that_goes_on(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stopping(fetching: object):  # type: ignore[no-untyped-def]
        yield Stop(3)

    rows, out = rows_file(tmp_path), tmp_path / "my run"
    given = ("sft", "--data", rows, "--model", base, "--set", "schedule.steps=4", *QUICK)
    with monkeypatch.context() as patch:
        patch.setattr(train_watch, "watching", stopping)
        code, _, said = train(*given, "-o", out)
    assert code == 130
    (again,) = re.findall(r"Go on with: copydesk train (.*)", said)
    assert again == f"sft -o '{out}' --resume"
    assert read_run(out).manifest.state == "interrupted"
    code, _, said = train("sft", "-o", out, "--resume")
    assert code == 0, said
    assert [row["step"] for row in read_run(out).metrics if "loss" in row] == [1, 2, 3, 4]


def test_a_house_is_gone_on_with_as_it_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = {"data": ["posts"], "method": "dpo", "held_out": 0.3, "quick": True, "seed": 7}
    (tmp_path / "house.json").write_text(json.dumps({"order": {"style": "plain", **begun}}))
    orders: list[Order] = []
    monkeypatch.setattr(train_house, "_build", lambda order, *_, **__: orders.append(order))
    assert train("house", "plain", "-o", tmp_path, "--resume")[0] == 0
    assert train("house", "plain", "-o", tmp_path, "--resume", "--seed", "0")[0] == 0
    assert train("house", "plain", "-o", tmp_path, "--force")[0] == 0
    assert orders[0] == Order("plain", ("posts",), "dpo", held_out=0.3, quick=True, seed=7)
    assert orders[1].seed == 0
    assert orders[2] == Order("plain")


def test_a_dry_run_says_what_would_be_and_writes_nothing(base: Path, tmp_path: Path) -> None:
    rows = rows_file(tmp_path)
    given = ("dpo", "--data", rows, "--model", base, *QUICK, "--dry-run")
    code, out, said = train(*given)
    assert code == 0, said
    assert "method: dpo" in out
    assert re.search(r"# \d+ steps, \d\.\d GB of [\d.]+ GB free memory; fits", out)
    code, out, _ = train(*given, "--json")
    assert json.loads(out)["fits"] is True
    assert json.loads(out)["rows"]["train"] > 0
    left = {path.name for path in tmp_path.iterdir()} - {".home"}
    assert left == {"rows.jsonl"}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("sft",), 2, "Say where the run goes"),
        (("sft", "dpo", "-o", "x"), 2, "This is a recipe for dpo, not for sft"),
        (("sft", "stf", "-o", "x"), 2, "did you mean sft?"),
        (("sft", "--set", "schedule.stpes=3", "-o", "x"), 2, "did you mean schedule.steps?"),
        (("ppo", "-o", "x"), 2, "needs a reward model to learn from"),
        (("sft", "--data", "nowhere.jsonl", "-o", "x"), 1, "nowhere.jsonl"),
        (("house", "plain"), 2, "Say where the house goes"),
        (("house", "plain", "--set", "dpo.seed=1", "-o", "x"), 2, "there is no stage dpo here"),
        (("house", "plain", "--dry-run"), 2, "nothing on the desk"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    copydesk: Run, args: tuple[str, ...], code: int, said: str
) -> None:
    assert said in sentence(copydesk("train", *args), code)


def test_the_plan_of_a_house_is_a_line_a_stage(tmp_path: Path) -> None:
    code, out, _ = train("house", "plain", "--data", rows_file(tmp_path), "--dry-run")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["sft", "reward", "ppo"]
    assert re.search(r"reward +\d+ rows, \d+ held out", out)


def test_elsewhere_than_on_a_terminal_a_long_run_is_a_hundred_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for step in range(1, 2001):
        _Plain().step(Progress(step, 2000, {"loss": 1.0}, None))
    assert len(capsys.readouterr().err.splitlines()) == _LINES + 1
