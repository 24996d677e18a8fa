"""What a round of answers teaches: some passes over it, each a few steps of the optimizer."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from copydesk.train.ppo import reading
from copydesk.train.ppo.advantages import gae, to_deviation_one, whiten
from copydesk.train.ppo.losses import policy_loss, value_loss
from copydesk.train.ppo.policy import POLICY, VALUE, Actors
from copydesk.train.ppo.rollout import Rollouts
from copydesk.train.ppo.stop import need_finite
from copydesk.train.ppo.world import World
from copydesk.train.recipe import Recipe

# Gives the samples of the next step; their rows are this process's.
Mix = Callable[[], Rollouts]


@dataclass(frozen=True)
class Lesson:
    """A round of answers, and what was thought of them then; all but the first [B, L].

    Attributes:
        old: log-probabilities of the tokens, by the policy that drew them.
        values: what the value function expected.
        advantages, returns: what came of it.
    """

    rollouts: Rollouts
    old: Tensor
    values: Tensor
    advantages: Tensor
    returns: Tensor

    def take(self, rows: list[int]) -> "Lesson":
        """Some of the rows."""
        some = self.rollouts.take(rows)
        width = some.ids.shape[1]
        parts = (self.old, self.values, self.advantages, self.returns)
        return Lesson(some, *(part[rows, :width] for part in parts))


def lesson_of(
    rollouts: Rollouts, rewards: Tensor, old: Tensor, values: Tensor, recipe: Recipe, world: World
) -> Lesson:
    """Advantages and returns out of rewards and values.

    Args:
        rewards, old, values: [B, L], as `Lesson` and `scores.token_rewards` say.
    """
    ppo, mask = recipe.ppo, rollouts.answer
    if ppo.whiten_rewards:
        rewards = to_deviation_one(rewards, mask, world.sum)
    advantages, returns = gae(rewards, values, mask, ppo.gamma, ppo.lam)
    if ppo.whiten:
        advantages = whiten(advantages, mask, world.sum)
    return Lesson(rollouts, old, values, advantages, returns)


class Updater:
    """Carries weights, optimizer and what the recipe says through the rounds.

    Attributes:
        optimizer: AdamW over all that is trained.
    """

    def __init__(self, actors: Actors, recipe: Recipe, world: World) -> None:
        self._actors, self._recipe, self._world = actors, recipe, world
        schedule = recipe.schedule
        self._parameters: list[nn.Parameter] = list(actors.trained().values())
        self.optimizer = torch.optim.AdamW(
            self._parameters, lr=schedule.learning_rate, weight_decay=schedule.weight_decay
        )

    def learn(self, lesson: Lesson, rate: float, mix: Mix | None) -> dict[str, float]:
        """Pass over the lesson as often as the recipe says.

        Args:
            rate: the learning rate of this round.
            mix: gives samples for PPO-ptx, once a step.

        Returns:
            losses and shares, means over the steps and over all processes.

        Raises:
            NotFinite: a loss or gradient became inf or nan; the weights are as they were before it.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        ppo, count = self._recipe.ppo, len(lesson.rollouts.ids)
        sums: dict[str, float] = {}
        for _ in range(ppo.epochs):
            shuffled = torch.randperm(count).tolist() if ppo.minibatches > 1 else range(count)
            for part in range(ppo.minibatches):
                rows = sorted(shuffled[part :: ppo.minibatches])
                for name, value in self._step(lesson.take(rows), mix).items():
                    sums[name] = sums.get(name, 0.0) + value
        return {name: value / (ppo.epochs * ppo.minibatches) for name, value in sums.items()}

    def _step(self, lesson: Lesson, mix: Mix | None) -> dict[str, float]:
        found = self._policy(lesson) | self._value(lesson)
        if mix is not None:
            found |= self._samples(mix())
        self._world.sum_gradients(self._parameters)
        names = sorted(found)
        told = self._world.sum(torch.tensor([found[name] for name in names], device=self._device))
        numbers = dict(zip(names, told.tolist(), strict=True))
        norm = float(nn.utils.clip_grad_norm_(self._parameters, self._recipe.schedule.clip))
        try:
            for name, value in (*numbers.items(), ("gradient_norm", norm)):
                need_finite(name, value)
            self.optimizer.step()
        finally:
            self.optimizer.zero_grad(set_to_none=True)
        return numbers | {"gradient_norm": norm}

    def _policy(self, lesson: Lesson) -> dict[str, float]:
        clip, count = self._recipe.ppo.clip, self._count(lesson.rollouts)
        loss = clipped = 0.0
        with self._actors.role(POLICY) as model:
            for part in self._parts(lesson):
                new = reading.logps(model, part.rollouts, self._recipe.rollout.temperature)
                found = policy_loss(
                    new, part.old, part.advantages, part.rollouts.answer, clip, count
                )
                loss += _backward(found.loss)
                clipped += float(found.clipped)
        return {"policy_loss": loss, "clip_fraction": clipped}

    def _value(self, lesson: Lesson) -> dict[str, float]:
        ppo, count = self._recipe.ppo, self._count(lesson.rollouts)
        loss = clipped = 0.0
        with self._actors.role(VALUE) as model:
            for part in self._parts(lesson):
                new = reading.values(model, self._actors.head, part.rollouts)
                found = value_loss(
                    new, part.values, part.returns, part.rollouts.answer, ppo.clip_value, count
                )
                _backward(ppo.value_weight * found.loss)
                loss += float(found.loss.detach())
                clipped += float(found.clipped)
        return {"value_loss": loss, "value_clip_fraction": clipped}

    def _samples(self, samples: Rollouts) -> dict[str, float]:
        count, loss = self._count(samples), 0.0
        with self._actors.role(POLICY) as model:
            for rows in reading.parts(len(samples.ids), self._recipe.schedule.batch):
                # At temperature 1: they were not drawn, and answers later are at any temperature.
                found = -reading.logps(model, samples.take(rows), 1.0).sum() / count
                _backward(self._recipe.ppo.ptx * found)
                loss += float(found.detach())
        return {"ptx_loss": loss}

    def _parts(self, lesson: Lesson) -> list[Lesson]:
        size = self._recipe.schedule.batch
        return [lesson.take(rows) for rows in reading.parts(len(lesson.rollouts.ids), size)]

    def _count(self, rollouts: Rollouts) -> float:
        """Tokens of answers in this step, on all processes."""
        return max(1.0, float(self._world.sum(rollouts.answer.sum().float())))

    @property
    def _device(self) -> torch.device:
        return self._parameters[0].device


def _backward(loss: Tensor) -> float:
    torch.autograd.backward(loss)
    return float(loss.detach())
