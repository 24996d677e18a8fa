"""The loop: answer, score, learn, look whether to go on, keep; and how the learning rate moves."""

import math
import time
from collections.abc import Mapping
from pathlib import Path

import torch

from copydesk.errors import ModelProblem
from copydesk.train.job import Job, Outcome
from copydesk.train.ppo import checkpoint
from copydesk.train.ppo.kl import AdaptiveKL
from copydesk.train.ppo.policy import finite, written
from copydesk.train.ppo.rollout import Rollouts
from copydesk.train.ppo.rounds import answer, held_out, know, next_prompts, tell
from copydesk.train.ppo.setting import Setting
from copydesk.train.ppo.stop import NotFinite, StopRule
from copydesk.train.ppo.update import Updater
from copydesk.train.recipe import Recipe, Schedule
from copydesk.train.recipes import planned_steps

_CHECKED = 5  # rounds that make a check of the second judge, unless the recipe says how many


class Trainer:
    """One run. A step is a round of answers and all that is learnt from it."""

    def __init__(self, job: Job, setting: Setting) -> None:
        recipe, world = setting.recipe, setting.world
        self._job, self._setting, self._world = job, setting, world
        self._weights = setting.actors.trained()
        self._updater = Updater(setting.actors, recipe, world)
        self._kl = AdaptiveKL(recipe.rollout.beta, recipe.ppo.target_kl, recipe.ppo.kl_horizon)
        self._stop = StopRule(
            recipe.ppo.kl_budget,
            recipe.ppo.patience,
            recipe.schedule.evaluate_every or _CHECKED,
            no_end_matters=recipe.ppo.no_end is not None,
        )
        # Each process draws with a chance of its own; one alone draws as the seed says.
        self._generator = torch.Generator(device=world.device)
        self._generator.manual_seed(recipe.seed + 1_000_003 * world.rank)
        self._steps = planned_steps(recipe, len(setting.prompts), world.size)
        self._step = self._sampled = 0
        self._metrics: dict[str, float] = {}
        self._stopped = ""

    def run(self) -> Outcome:
        """All rounds, from the newest checkpoint on where the job says so.

        Raises:
            OutputProblem: the disk is full; the checkpoints before are whole.
            ModelProblem: the numbers ran away before there was a checkpoint.
        """
        if self._job.resume:
            self._resume()
        while self._step < self._steps and not self._stopped:
            self._stopped = self._one()
        every = self._recipe.schedule.save_every
        if self._stopped and every and self._step % every:
            self._keep()
        return self._finish()

    def _one(self) -> str:
        """A step; why to end after it, or "" to go on."""
        schedule = self._recipe.schedule
        try:
            metrics = self._learn(learning_rate(schedule, self._step, self._steps))
        except NotFinite as problem:
            reason = f"{problem} in step {self._step + 1}"
            self._retreat(str(problem))
            return reason
        self._step += 1
        self._kl.update(metrics["kl"], self._answers * self._world.size)
        stopped = self._stop.look(metrics)
        self._metrics.update(metrics)
        if self._step % schedule.log_every == 0 or self._step == self._steps or stopped:
            self._log(metrics)
        if schedule.evaluate_every and self._step % schedule.evaluate_every == 0:
            self._evaluate()
        if schedule.save_every and self._step % schedule.save_every == 0:
            self._keep()
        return stopped

    def _learn(self, rate: float) -> dict[str, float]:
        setting, begun = self._setting, time.perf_counter()
        prompts = next_prompts(setting, self._position)
        rollouts = answer(setting, prompts, self._generator)
        drawn = time.perf_counter()
        played = know(setting, prompts, rollouts)
        lesson = played.lesson(setting, self._kl.beta)
        told = tell(played, lesson, self._world)
        mix = self._mix if setting.samples else None
        told |= self._updater.learn(lesson, rate, mix)
        share = (drawn - begun) / max(time.perf_counter() - begun, 1e-9)
        return told | {
            "kl_coefficient": self._kl.beta,
            "learning_rate": rate,
            "rollout_share": share,
        }

    def _mix(self) -> Rollouts:
        """The samples of the next step for PPO-ptx: as many as it has answers, here."""
        assert self._setting.samples is not None  # noqa: S101 - for the type checker
        count = max(1, self._answers // self._recipe.ppo.minibatches)
        start = self._sampled + self._world.rank * count
        self._sampled += count * self._world.size
        return self._setting.samples.batch(start, count, self._world.device)

    def _evaluate(self) -> None:
        try:
            found = held_out(self._setting, self._kl.beta)
        except NotFinite:
            return  # the next step says so, and ends
        if found:
            self._metrics.update(found)
            self._log(found)

    def _finish(self) -> Outcome:
        evaluated = self._recipe.schedule.evaluate_every
        if not evaluated or self._step % evaluated:
            self._evaluate()
        folder = self._job.folder / "model"
        if self._world.leads:
            self._setting.actors.save(folder)
            written(self._setting.tokenizer.save_pretrained, folder)
        self._world.gather(None)  # nobody leaves before it is written
        return Outcome(folder, self._step, dict(self._metrics), self._stopped)

    def _log(self, metrics: Mapping[str, float]) -> None:
        if self._world.leads:
            self._job.log(self._step, metrics)

    def _sound(self) -> bool:
        return finite(self._weights)

    def _retreat(self, problem: str) -> None:
        """To the last good weights: those there are, or those of the newest checkpoint."""
        if self._sound() and self._step:
            return
        kept = checkpoint.whole(self._checkpoints)
        if not kept:
            raise ModelProblem(
                f"{problem[0].upper()}{problem[1:]} before anything was learnt.",
                "look at the judge's scores and the data; a lower schedule.learning_rate may help",
            )
        self._take(checkpoint.read(kept[-1]))

    def _keep(self) -> None:
        """Write a checkpoint, unless it would be of weights that are no good."""
        if not self._sound():
            return
        chance = self._world.gather(checkpoint.random_state(self._generator))
        if self._world.leads:
            state = {
                "sampled": self._sampled,
                "beta": self._kl.beta,
                "stop": self._stop.state(),
                "metrics": self._metrics,
                "random": chance,
            }
            checkpoint.save(
                self._checkpoints, self._step, self._weights, self._updater.optimizer, state
            )
        self._world.gather(None)

    def _resume(self) -> None:
        kept = self._world.share(checkpoint.whole(self._checkpoints))
        if kept:
            self._take(checkpoint.read(kept[-1]))

    def _take(self, saved: checkpoint.Saved) -> None:
        chance = saved.state["random"]
        if len(chance) != self._world.size:
            raise ModelProblem(
                f"The checkpoint is of {len(chance)} processes, and there are {self._world.size}.",
                f"torchrun --nproc-per-node {len(chance)}",
            )
        checkpoint.restore(saved, self._weights, self._updater.optimizer)
        self._step, self._sampled = int(saved.state["step"]), int(saved.state["sampled"])
        self._kl.beta, self._metrics = float(saved.state["beta"]), dict(saved.state["metrics"])
        self._stop.restore(saved.state["stop"])
        checkpoint.set_random_state(chance[self._world.rank], self._generator)

    @property
    def _recipe(self) -> Recipe:
        return self._setting.recipe

    @property
    def _checkpoints(self) -> Path:
        return self._job.folder / "checkpoints"

    @property
    def _answers(self) -> int:
        """Answers of a round, in this process."""
        return self._recipe.rollout.prompts * self._recipe.rollout.answers

    @property
    def _position(self) -> int:
        """Where in the order of prompts this round begins."""
        return self._step * self._recipe.rollout.prompts * self._world.size


def learning_rate(schedule: Schedule, step: int, steps: int) -> float:
    """The rate of a step, from 0: a rise through the warm-up, then what `decay` says."""
    warm = math.ceil(schedule.warmup * steps)
    if step < warm:
        return schedule.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, steps - warm)
    share = {"constant": 1.0, "linear": 1 - done, "cosine": (1 + math.cos(math.pi * done)) / 2}
    return schedule.learning_rate * share[schedule.decay]
