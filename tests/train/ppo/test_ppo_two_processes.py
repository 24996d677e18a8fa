"""PPO in two processes: there really are two, and one update of theirs is that of one process."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.support.two_processes import run_two
from tests.train.ppo.playing import Listener, job_of, recipe_of

from copydesk.generate.protocol import Message
from copydesk.train.ppo import setting
from copydesk.train.ppo.policy import POLICY
from copydesk.train.ppo.rollout import roll_out
from copydesk.train.ppo.rounds import know, tell
from copydesk.train.ppo.scores import judge_of
from copydesk.train.ppo.update import Updater

PROGRAM = """
import json, sys
from pathlib import Path
from tests.train.ppo.playing import Listener, job_of, recipe_of, vowels
from tests.train.ppo.test_ppo_two_processes import one_update
from copydesk.train.ppo import ppo

tiny, folder = Path(sys.argv[1]), Path(sys.argv[2])
numbers = one_update(tiny, folder / "update", rank=state.process_index, size=2)

heard = Listener()
recipe = recipe_of(tiny, processes=2, schedule={"steps": 2, "save_every": 1})
outcome = ppo(job_of(recipe, folder / "run", heard), vowels)
again = Listener()
longer = recipe_of(tiny, processes=2, schedule={"steps": 3, "save_every": 1})
ppo(job_of(longer, folder / "run", again, resume=True), vowels)
if state.is_main_process:
    told = {"update": numbers, "steps": outcome.steps, "resumed": [s for s, _ in again.lines]}
    (folder / "told.json").write_text(json.dumps(told))
else:
    assert not heard.lines and not again.lines, "who is not first is not heard"
"""


def letters(prompt: Sequence[Message], answers: Sequence[str]) -> list[float]:
    """How many letters an answer has: every answer is worth something else."""
    return [float(len(text)) for text in answers]


def one_update(tiny: Path, folder: Path, rank: int = 0, size: int = 1) -> dict[str, float]:
    """An update on eight answers that are the same however many processes share them."""
    job = job_of(recipe_of(tiny, ppo={"whiten_rewards": True}), folder, Listener())
    made = setting.read_setting(job, judge_of(letters))
    assert (made.world.size, made.world.rank) == (size, rank)
    chance = torch.Generator().manual_seed(7)
    # Every sixth word ends a turn: of uneven length, means of means are not means over tokens.
    short = replace(made.sampling, ends=tuple(range(0, 400, 6)), tokens=9)
    with made.actors.role(POLICY) as model:
        drawn = roll_out(model, [p.ids for p in made.prompts], short, chance)
    mine = list(range(rank, len(drawn.ids), size))
    played = know(made, [made.prompts[row] for row in mine], drawn.take(mine))
    lesson = played.lesson(made, beta=0.1)
    told = tell(played, lesson, made.world)
    updater = Updater(made.actors, made.recipe, made.world)
    told |= updater.learn(lesson, 1e-2, None)
    trained = made.actors.trained().values()
    return told | {"weights": sum(float(w.detach().double().abs().sum()) for w in trained)}


def test_one_update_is_the_same_and_a_run_resumes(tiny: Path, tmp_path: Path) -> None:
    run_two(PROGRAM, tmp_path, str(tiny), str(tmp_path))
    told = json.loads((tmp_path / "told.json").read_text())
    alone = one_update(tiny, tmp_path / "alone")
    assert told["update"].keys() == alone.keys()
    for name, value in alone.items():
        assert told["update"][name] == pytest.approx(value, rel=1e-4, abs=1e-5), name
    assert min(abs(alone["policy_loss"]), alone["value_loss"]) > 1e-3, "nothing was compared"
    assert told["steps"] == 2
    assert told["resumed"] == [3]
    assert (tmp_path / "run" / "model" / "adapter_model.safetensors").is_file()
