"""A run broken off goes on as if it had not been; a kill or a full disk leaves one whole."""

import json
import multiprocessing
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.train.ppo.playing import Listener, job_of, recipe_of, vowels

from copydesk.errors import ModelProblem, OutputProblem
from copydesk.train.ppo import checkpoint, ppo

FORK: Any = multiprocessing.get_context("fork" if sys.platform != "win32" else "spawn")
PARTS: dict[str, Any] = {
    "ppo": {"minibatches": 2, "target_kl": 1.0, "kl_horizon": 50, "no_end": None},
    "schedule": {"steps": 4, "save_every": 2, "decay": "cosine"},
}


class Broken(Exception):
    """Where a test breaks a run off."""


def broken_after(step: int, heard: Listener) -> Any:
    def log(at: int, metrics: Any) -> None:
        heard.log(at, metrics)
        if at > step:
            raise Broken

    return log


def test_a_resumed_run_takes_the_same_steps(tiny: Path, tmp_path: Path) -> None:
    """Chance, order of prompts, weights, moments, learning rate, controller: all go on."""
    recipe, whole, torn = recipe_of(tiny, **PARTS), Listener(), Listener()
    finished = ppo(job_of(recipe, tmp_path / "whole", whole), vowels)
    job = job_of(recipe, tmp_path / "torn", torn)
    object.__setattr__(job, "log", broken_after(2, torn))
    with pytest.raises(Broken):
        ppo(job, vowels)
    rest = Listener()
    torch.manual_seed(12345)  # another process: its chance begins elsewhere
    resumed = ppo(job_of(recipe, tmp_path / "torn", rest, resume=True), vowels)
    assert [step for step, _ in rest.lines] == [3, 4]
    assert rest.trajectory() == whole.trajectory()[2:]
    assert resumed.steps == finished.steps == 4
    weights = [
        (tmp_path / name / "model" / "adapter_model.safetensors").read_bytes()
        for name in ("whole", "torn")
    ]
    assert weights[0] == weights[1]


def test_nothing_to_resume_begins_at_the_beginning(tiny: Path, tmp_path: Path) -> None:
    heard = Listener()
    recipe = recipe_of(tiny, schedule={"steps": 1})
    assert ppo(job_of(recipe, tmp_path / "run", heard, resume=True), vowels).steps == 1


def small() -> tuple[dict[str, torch.nn.Parameter], torch.optim.AdamW]:
    torch.manual_seed(0)
    weights = {name: torch.nn.Parameter(torch.randn(3, 2)) for name in ("a", "b.c")}
    optimizer = torch.optim.AdamW(weights.values(), lr=0.1)
    sum(weight.square().sum() for weight in weights.values()).backward()  # type: ignore[union-attr]
    optimizer.step()
    return weights, optimizer


def test_a_checkpoint_gives_back_what_went_in(tmp_path: Path) -> None:
    weights, optimizer = small()
    place = checkpoint.save(tmp_path, 7, weights, optimizer, {"beta": 0.25})
    saved = checkpoint.read(place)
    assert (saved.state["step"], saved.state["beta"]) == (7, 0.25)
    others, fresh = small()
    for weight in others.values():
        weight.data.zero_()
    fresh.state.clear()
    checkpoint.restore(saved, others, fresh)
    for name, weight in weights.items():
        assert torch.equal(others[name], weight)
        for moment, value in optimizer.state[weight].items():
            assert torch.equal(fresh.state[others[name]][moment], value), moment


def test_only_the_newest_two_are_kept_by_number(tmp_path: Path) -> None:
    weights, optimizer = small()
    for step in (8, 9, 10):
        checkpoint.save(tmp_path, step, weights, optimizer, {})
    assert [path.name for path in checkpoint.whole(tmp_path)] == ["checkpoint-9", "checkpoint-10"]


def test_chance_goes_on_where_it_was() -> None:
    import random  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    generator = torch.Generator().manual_seed(5)
    kept = json.loads(json.dumps(checkpoint.random_state(generator)))

    def draw() -> list[float]:
        return [
            random.random(),
            float(np.random.rand()),
            float(torch.rand(1)),
            float(torch.rand(1, generator=generator)),
        ]

    first = draw()
    checkpoint.set_random_state(kept, generator)
    assert draw() == first


@pytest.mark.parametrize("damage", ["cut", "json", "version", "missing"])
def test_a_damaged_checkpoint_is_named(tmp_path: Path, damage: str) -> None:
    weights, optimizer = small()
    place = checkpoint.save(tmp_path, 1, weights, optimizer, {})
    path, state = place / "weights.safetensors", place / "state.json"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:50])
    elif damage == "json":
        state.write_text("[" * 50)
    elif damage == "version":
        state.write_text('{"version": 99}')
    else:
        path.unlink()
    with pytest.raises(ModelProblem, match="checkpoint-1 cannot be read"):
        checkpoint.read(place)


def test_a_checkpoint_of_another_adapter_is_refused(tiny: Path, tmp_path: Path) -> None:
    recipe = recipe_of(tiny, schedule={"steps": 1, "save_every": 1})
    ppo(job_of(recipe, tmp_path / "run", Listener()), vowels)
    other = recipe_of(tiny, schedule={"steps": 2, "save_every": 1}, adapter={"rank": 2})
    with pytest.raises(ModelProblem, match="of another model"):
        ppo(job_of(other, tmp_path / "run", Listener(), resume=True), vowels)


def endless(folder: Path, told: Any) -> None:
    """Write checkpoints until somebody ends it, and tell of each."""
    weights = {"w": torch.nn.Parameter(torch.zeros(3_000_000))}
    optimizer = torch.optim.SGD(weights.values(), lr=1.0)
    for step in range(1, 10_000):
        weights["w"].data.fill_(step)
        checkpoint.save(folder, step, weights, optimizer, {})
        told.send(step)


@pytest.mark.skipif(sys.platform == "win32", reason="has no fork")
@pytest.mark.parametrize("delay", [0.0, 0.013, 0.031, 0.05])
def test_a_kill_while_a_checkpoint_is_written_leaves_the_one_before(
    tmp_path: Path, delay: float
) -> None:
    """Killed for real, at whatever moment it is; most of the time goes into writing."""
    hears, told = FORK.Pipe(duplex=False)
    process = FORK.Process(target=endless, args=(tmp_path, told))
    process.start()
    said = [hears.recv() for _ in range(3)]
    time.sleep(delay)
    process.kill()
    process.join()
    newest = checkpoint.whole(tmp_path)[-1]
    saved = checkpoint.read(newest)
    assert saved.state["step"] >= said[-1]
    assert bool((saved.weights["w"] == saved.state["step"]).all())


def test_what_a_kill_left_behind_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".writing-3"
    left.mkdir()
    (left / "weights.safetensors").write_bytes(b"half")
    weights, optimizer = small()
    checkpoint.save(tmp_path, 4, weights, optimizer, {})
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-4"]


def limited(folder: Path, told: Any) -> None:
    """Write one checkpoint, and another that the disk does not take."""
    import resource  # noqa: PLC0415 - not on Windows

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for step, size in ((1, 10), (2, 100_000)):
        weights = {"w": torch.nn.Parameter(torch.full((size,), float(step)))}
        try:
            checkpoint.save(folder, step, weights, torch.optim.SGD(weights.values()), {})
        except OutputProblem as error:
            told.send(error.message)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


@pytest.mark.skipif(sys.platform == "win32", reason="has no limits on files")
def test_a_full_disk_is_one_sentence_and_the_last_checkpoint_stays(tmp_path: Path) -> None:
    hears, told = FORK.Pipe(duplex=False)
    process = FORK.Process(target=limited, args=(tmp_path, told))
    process.start()
    assert hears.poll(60)
    assert "checkpoint-2 could not be written" in hears.recv()
    process.join()
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-1"]
    assert float(checkpoint.read(tmp_path / "checkpoint-1").weights["w"][0])


def test_a_disk_that_fills_up_in_a_run_ends_it_in_a_sentence(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    recipe = recipe_of(tiny, schedule={"steps": 2, "save_every": 1})
    with pytest.raises(OutputProblem, match="No space left"):
        ppo(job_of(recipe, tmp_path / "run", Listener()), vowels)
