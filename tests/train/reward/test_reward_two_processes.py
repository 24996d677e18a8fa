"""Two processes learn what one does: the same losses at the same global batch."""

import ast
from pathlib import Path

import pytest
from tests.support.hf_folders import tiny_llama
from tests.support.two_processes import run_two
from tests.train.reward.test_reward_trained import rankings, wanted

from copydesk.errors import UsageProblem
from copydesk.train.processes import spread_of
from copydesk.train.reward import load_reward, train_reward

PROGRAM = """
import sys
from pathlib import Path
from tests.support.training import job
from tests.train.reward.test_reward_trained import rankings, wanted
from copydesk.train.reward import train_reward
settings = wanted(Path(sys.argv[1]), processes=2, schedule={"steps": 4, "accumulate": 1})
asked, heard = job(settings, Path(sys.argv[2]), rankings(16), rankings(5, seed=1))
outcome = train_reward(asked)
if state.is_main_process:
    print((heard.of("loss"), heard.of("accuracy"), outcome.metrics["held_accuracy"]))
"""


def test_two_processes_lose_what_one_does(tmp_path: Path) -> None:
    from tests.support.training import job  # noqa: PLC0415 - as the program has it

    base = tiny_llama(tmp_path / "base")
    settings = wanted(base, schedule={"steps": 4, "accumulate": 2})
    asked, heard = job(settings, tmp_path / "one", rankings(16), rankings(5, seed=1))
    alone = train_reward(asked)
    printed = run_two(PROGRAM, tmp_path, str(base), str(tmp_path / "two"))
    losses, accuracy, held = ast.literal_eval(printed.strip().splitlines()[-1])
    assert losses == pytest.approx(heard.of("loss"), abs=1e-4)
    assert accuracy == pytest.approx(heard.of("accuracy"), abs=1e-6)
    assert held == pytest.approx(alone.metrics["held_accuracy"])
    row = rankings(1, seed=4)[0]
    one, two = (
        load_reward(tmp_path / name / "model").score(row.prompt, row.completions)
        for name in ("one", "two")
    )
    assert one == pytest.approx(two, abs=1e-2)


class Accelerator:
    """As much of accelerate's as is asked for."""

    def __init__(self, processes: int, kind: str) -> None:
        self.num_processes, self.is_main_process = processes, True
        self.distributed_type = f"DistributedType.{kind}"


def test_another_number_of_processes_than_asked_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert str(spread_of(Accelerator(1, "NO"))) == "1 process (NO)"
    with pytest.raises(UsageProblem, match=r"asks for 8 processes, and this is 1 process \(NO\)"):
        spread_of(Accelerator(1, "NO"), 8)
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert spread_of(Accelerator(2, "MULTI_CPU"), 2).processes == 2
    with pytest.raises(UsageProblem, match="2 processes were launched, and 1 work together"):
        spread_of(Accelerator(1, "NO"))


@pytest.mark.parametrize("name", ["FSDP", "DEEPSPEED"])
def test_sharding_that_silently_became_something_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv(f"ACCELERATE_USE_{name}", "true")
    assert spread_of(Accelerator(2, name)).sharded
    with pytest.raises(
        UsageProblem, match=f"{name} was asked for, and accelerate made 2 processes"
    ):
        spread_of(Accelerator(2, "MULTI_CPU"))
