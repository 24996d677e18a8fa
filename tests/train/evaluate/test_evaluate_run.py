"""A real run of a tiny model from its rows to its page and its publication, by the command line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.train.evaluate.contests import HOUSE, MACHINE, sample

from copydesk.cli.main import cli
from copydesk.errors import CopydeskError
from copydesk.generate.hf.judge import load_judge
from copydesk.preferences.rows import Ranking
from copydesk.preferences.write import write_rows
from copydesk.train.base.place import Base
from copydesk.train.evaluate.lineage import read_lineage
from copydesk.train.perform import run_recipe
from copydesk.train.recipe import Recipe

SMALL = ("-n", "4", "--tokens", "12", "--examples", "1")


def call(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["train", *args], catch_exceptions=True)
    if isinstance(result.exception, CopydeskError):
        return result.exception.exit_code, result.stdout, result.exception.message
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def run(tiny_base: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("runs")
    texts = [f"{HOUSE} Roof {n} has {n + 3} hives and a view of street {n * 7}." for n in range(40)]
    write_rows([sample(n, text) for n, text in enumerate(texts)], root / "rows.jsonl")
    common = {
        "model": str(tiny_base.folder),
        "data": (str(root / "rows.jsonl"),),
        "held_out": "0.5",
        "threads": 1,
        "schedule": {"steps": 2, "batch": 2, "accumulate": 1, "learning_rate": 0.01},
    }
    run_recipe(Recipe.model_validate({"method": "sft", **common}), root / "sft", estimate=False)
    return root / "sft"


def test_evaluate_then_publish(run: Path, tmp_path: Path) -> None:
    code, out, said = call("evaluate", str(run), *SMALL, "-o", str(tmp_path / "page.html"))
    assert code == 0, said
    assert "perplexity of held-out texts" in out
    assert "win rates by the distance in style" in out
    assert "policy: 4 of 4 answers" in said
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    report = json.loads((run / "evaluation" / "report.json").read_text())
    assert report["prompts"] == 4
    assert {row["name"] for row in report["contestants"]} == {"policy", "base", "few-shot", "house"}
    code, out, said = call("evaluate", str(run), *SMALL, "--json")
    assert json.loads(out) == report
    assert "policy: 0 of" not in said  # nothing was asked again
    code, _, said = call("publish", str(run), "-o", str(tmp_path / "house"), "--what", "adapter")
    assert code == 0, said
    card = (tmp_path / "house" / "README.md").read_text()
    assert "| perplexity of held-out texts |" in card
    assert "asked only 4 prompts" in card
    assert read_lineage(run).runs[0].manifest.data.sha256 in card


def test_the_line_of_runs(run: Path) -> None:
    lineage = read_lineage(run)
    assert lineage.sft is None
    asked = {row.prompt for row in lineage.held()}
    assert asked.isdisjoint({row.prompt for row in lineage.train()})
    after = run.parent / "after"
    recipe = lineage.runs[0].recipe.model_copy(
        update={
            "adapter": lineage.runs[0].recipe.adapter.model_copy(
                update={"start": str(run / "model")}
            )
        }
    )
    run_recipe(recipe, after, estimate=False)
    later = read_lineage(after)
    assert [each.folder.name for each in later.runs] == ["after", "sft"]
    assert later.sft == run / "model"
    assert len(later.train()) == 2 * len(lineage.train())


def test_what_cannot_be_evaluated(run: Path, tmp_path: Path) -> None:
    code, _, said = call("evaluate", str(run / "model"), *SMALL)
    assert (code, said) == (2, "A model without its run brings no held-out rows.")
    code, _, said = call("evaluate", str(tmp_path), *SMALL)
    assert code == 1
    assert "holds no model" in said
    code, _, said = call("evaluate", str(run), *SMALL, "--judge", str(run / "model"))
    assert code == 2
    assert "very rows" in said
    (tmp_path / "there.html").write_text("mine")
    code, _, said = call("evaluate", str(run), *SMALL, "-o", str(tmp_path / "there.html"))
    assert "exists already" in said
    assert (tmp_path / "there.html").read_text() == "mine"


def test_a_reward_run_is_evaluated_and_becomes_a_judge(tiny_base: Base, tmp_path: Path) -> None:
    rows = [
        Ranking(
            prompt=sample(n).prompt,
            completions=(f"{HOUSE} {n}", f"{MACHINE} {n}", f"{MACHINE} {HOUSE} {n}"),
            ranks=(1, 3, 2),
        )
        for n in range(24)
    ]
    write_rows(rows, tmp_path / "rankings.jsonl")
    recipe = {
        "method": "reward",
        "model": str(tiny_base.folder),
        "data": (str(tmp_path / "rankings.jsonl"),),
        "held_out": "0.4",
        "threads": 1,
        "schedule": {"steps": 2, "batch": 2, "accumulate": 1},
    }
    run_recipe(Recipe.model_validate(recipe), tmp_path / "run", estimate=False)
    code, out, said = call("evaluate", str(tmp_path / "run"))
    assert code == 0, said
    assert "accuracy" in out
    report = json.loads((tmp_path / "run" / "evaluation" / "report.json").read_text())
    assert 0 <= report["accuracy"]["value"] <= 1
    code, _, said = call("publish", str(tmp_path / "run"), "-o", str(tmp_path / "judge"))
    assert code == 0, said
    card = (tmp_path / "judge" / "README.md").read_text()
    assert "| pairs ordered as people did: the reward model | " in card
    assert "one wins | " in card
    assert re.search(r"It was tried on only \d+ rankings", card)
    assert len(load_judge(str(tmp_path / "judge")).score("Bees", [HOUSE, MACHINE])) == 2


_WITHOUT = """
import sys
for name in ("numpy", "torch", "transformers", "trl", "peft", "scipy", "sklearn", "gguf"):
    sys.modules[name] = None
from copydesk.cli.main import _guarded, cli
sys.exit(_guarded(lambda: cli(["train", *sys.argv[1:]], standalone_mode=False)))
"""


@pytest.mark.parametrize("words", [("evaluate",), ("publish", "-o", "house")])
def test_without_the_extra_it_says_what_to_install(
    words: tuple[str, ...], adapters: dict[str, Path], tmp_path: Path
) -> None:
    command, *rest = words
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, command, str(adapters["policy"]), *rest],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3] / "src")},
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith(("error", "hint"))]
    assert done.returncode == 1, done.stderr
    assert "which is not installed" in lines[0]
    assert "copydesk[train]" in lines[1]
