"""SFT and DPO in two processes: there really are two, and the losses are those of one."""

import json
from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_llama
from tests.support.training import job, pairs, recipe, samples
from tests.support.two_processes import run_two

from copydesk.train import tune

PROGRAM = """
import json, sys
from pathlib import Path
from tests.support.training import job, pairs, recipe, samples
from copydesk.train import tune
from copydesk.train.bridge import newest_checkpoint

model, folder = map(Path, sys.argv[1:])
losses = {}
for method, rows in (("sft", samples(16)), ("dpo", pairs(16, tie_every=5))):
    wanted = recipe(method, model, schedule={"batch": 1, "save_every": 2})
    this, heard = job(wanted, folder / method, rows, rows[:4])
    outcome = getattr(tune, method)(this)
    assert outcome.steps == 4
    losses[method] = heard.of()
    assert len(heard.lines) == (5 if state.is_main_process else 0), "who is not first is not heard"
    assert newest_checkpoint(folder / method).name == "checkpoint-4"
    assert (outcome.model / "adapter_model.safetensors").is_file()
if state.is_main_process:
    (folder / "losses.json").write_text(json.dumps(losses))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("two") / "model")


def test_two_processes_take_the_steps_of_one_with_twice_the_batch(
    model: Path, tmp_path: Path
) -> None:
    run_two(PROGRAM, tmp_path, str(model), str(tmp_path / "two"))
    found = json.loads((tmp_path / "two" / "losses.json").read_text())
    for method, rows in (("sft", samples(16)), ("dpo", pairs(16, tie_every=5))):
        this, heard = job(recipe(method, model), tmp_path / method, rows)
        getattr(tune, method)(this)
        one = heard.of()
        assert len(one) == 4
        two = {int(step): loss for step, loss in found[method].items()}
        assert two == pytest.approx(one, rel=1e-4, abs=1e-5), method
