"""Runs that are resumed, killed, out of numbers or out of disk: what is left is whole."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file
from tests.support.hf_folders import tiny_llama
from tests.support.training import job, pairs, recipe, samples

from copydesk.errors import CopydeskError
from copydesk.train import tune
from copydesk.train.bridge import newest_checkpoint
from copydesk.train.bridge.checkpoints import is_whole, mark_whole, step_of
from copydesk.train.job import Outcome

ROOT = Path(__file__).parents[3]
STEPS = {"steps": 6, "accumulate": 2, "save_every": 2}

PROGRAM = """
import os, signal, sys
from pathlib import Path
from tests.support.training import job, pairs, recipe, samples
from copydesk.errors import CopydeskError
from copydesk.train import tune
from copydesk.train.bridge import SftTrainer, PairTrainer, watcher
from transformers import Trainer
import torch
torch.set_num_threads(1)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def before_the_note():
    note = watcher.mark_whole
    watcher.mark_whole = lambda path: die() if path.name == "checkpoint-4" else note(path)

def within_the_optimizer():
    write = Trainer._save_optimizer_and_scheduler
    def half(self, path):
        write(self, path)
        if path.endswith("checkpoint-4"):
            os.truncate(Path(path) / "optimizer.pt", 100)
            die()
    Trainer._save_optimizer_and_scheduler = half

def without_a_disk():
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def run(method, name):
    rows = samples() if method == "sft" else pairs()
    wanted = recipe(method, model, schedule={"steps": 6, "accumulate": 2, "save_every": 2},
                    adapter={"dropout": 0.2})
    this, heard = job(wanted, folder / name, rows)
    try:
        getattr(tune, method)(this)
    except CopydeskError as error:
        (folder / f"{name}.txt").write_text(f"{type(error).__name__} {error.message} {error.hint}")

model, folder = map(Path, sys.argv[1:])
faults = {before_the_note: "sft", within_the_optimizer: "dpo", without_a_disk: "sft"}
for fault, method in faults.items():
    child = os.fork()
    if child == 0:
        fault()
        run(method, fault.__name__)
        os._exit(0)
    print(fault.__name__, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("runs") / "model")


def run(method: str, model: Path, folder: Path, **more: Any) -> tuple[Outcome, dict[int, float]]:
    rows = samples() if method == "sft" else pairs()
    wanted = recipe(method, model, schedule=STEPS, adapter={"dropout": 0.2})
    this, heard = job(wanted, folder, rows, **more)
    outcome = getattr(tune, method)(this)
    return outcome, heard.of()


@pytest.fixture(scope="module")
def faults(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The folder of three runs that ended badly, and what each process ended with."""
    if sys.platform == "win32":
        pytest.skip("has neither fork nor limits on files")
    folder = tmp_path_factory.mktemp("faults")
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(model), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, {name: int(code) for name, code in map(str.split, done.stdout.splitlines())}


@pytest.mark.parametrize(
    ("method", "name"), [("sft", "before_the_note"), ("dpo", "within_the_optimizer")]
)
def test_killed_while_a_checkpoint_is_written_a_run_goes_on_as_if_it_had_not_been(
    method: str, name: str, model: Path, tmp_path: Path, faults: tuple[Path, dict[str, int]]
) -> None:
    whole, losses = run(method, model, tmp_path / "whole")
    assert sorted(losses) == [1, 2, 3, 4, 5, 6]
    folder = faults[0] / name
    assert faults[1][name] == -signal.SIGKILL
    assert (folder / "checkpoints" / "checkpoint-4").is_dir()
    assert not (folder / "model").exists()
    assert step_of(newest_checkpoint(folder)) == 2, "the one before is the newest whole one"
    outcome, rest = run(method, model, folder, resume=True)
    assert sorted(rest) == [3, 4, 5, 6]
    assert rest == {step: losses[step] for step in rest}, "another trajectory"
    assert (outcome.steps, outcome.stopped) == (6, "")
    ours, theirs = (load_file(end.model / "adapter_model.safetensors") for end in (outcome, whole))
    assert ours.keys() == theirs.keys()
    assert all((ours[name] == theirs[name]).all() for name in ours)


def test_a_full_disk_is_one_sentence_and_nothing_looks_whole(
    faults: tuple[Path, dict[str, int]],
) -> None:
    folder = faults[0] / "without_a_disk"
    assert faults[1]["without_a_disk"] == 0
    said = folder.with_suffix(".txt").read_text()
    assert said.startswith("OutputProblem The disk became full while ")
    assert "--resume" in said
    assert newest_checkpoint(folder) is None
    assert not (folder / "model").exists()


def test_a_loss_that_is_no_number_ends_the_run_with_the_last_checkpoint(
    model: Path, tmp_path: Path
) -> None:
    wild = {"steps": 6, "save_every": 1, "learning_rate": 1e25, "clip": 1e30, "warmup": 0.4}
    this, _ = job(recipe("sft", model, schedule=wild), tmp_path / "run", samples())
    outcome = tune.sft(this)
    assert 0 < outcome.steps < 6
    assert outcome.stopped.startswith("The ")
    assert "was no finite number at step" in outcome.stopped
    assert f"after step {outcome.steps}" in outcome.stopped
    kept = load_file(outcome.model / "adapter_model.safetensors")
    saved = tmp_path / "run" / "checkpoints" / f"checkpoint-{outcome.steps}"
    assert all(
        (load_file(saved / "adapter_model.safetensors")[name] == kept[name]).all() for name in kept
    )
    names = {path.name for path in outcome.model.iterdir()}
    assert not names & {"optimizer.pt", "trainer_state.json", "training_args.bin", "whole.json"}


def test_without_a_checkpoint_it_is_an_error_that_says_what_to_do(
    model: Path, tmp_path: Path
) -> None:
    wild = {"learning_rate": 1e25, "clip": 1e30, "warmup": 0.0}
    this, _ = job(recipe("sft", model, schedule=wild), tmp_path / "run", samples())
    with pytest.raises(CopydeskError, match="no finite number at step") as error:
        tune.sft(this)
    assert "learning_rate" in error.value.hint
    assert not (tmp_path / "run" / "model").exists()


def test_what_is_held_out_is_measured_and_the_result_is_a_model(
    model: Path, tmp_path: Path
) -> None:
    from copydesk.generate.engines import open_generator  # noqa: PLC0415 - slow to import
    from copydesk.generate.protocol import Request  # noqa: PLC0415

    this, heard = job(recipe("sft", model), tmp_path / "run", samples(), samples(2))
    outcome = tune.sft(this)
    assert outcome.metrics["held_loss"] > 0
    assert outcome.metrics["loss"] == heard.of()[4]
    names = {path.name for path in outcome.model.iterdir()}
    assert "README.md" not in names
    generator = open_generator(str(outcome.model), threads=1)
    try:
        pieces = list(generator.stream(Request(samples(1)[0].prompt, max_tokens=4)))
    finally:
        generator.close()
    assert pieces[-1].end is not None


def test_only_what_has_its_note_and_its_length_is_whole(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path) is None
    for step in (2, 10, 9):
        folder = tmp_path / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        (folder / "weights").write_bytes(b"x" * step)
        mark_whole(folder)
    newest = newest_checkpoint(tmp_path)
    assert step_of(newest) == 10
    assert newest is not None
    (newest / "weights").write_bytes(b"x")
    assert not is_whole(newest)
    assert step_of(newest_checkpoint(tmp_path)) == 9
    nine = tmp_path / "checkpoints" / "checkpoint-9"
    for content in ("", "[]", '{"files": 3}', '{"files": {}}', json.dumps({"files": {"no": 1}})):
        (nine / "whole.json").write_text(content)
        assert not is_whole(nine)
    (nine / "whole.json").unlink()
    assert step_of(newest_checkpoint(tmp_path / "checkpoints")) == 2
