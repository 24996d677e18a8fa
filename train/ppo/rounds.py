"""One round: prompts are answered, answers are scored, read again, and told in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from copydesk.train.ppo.kl import k1, k3, per_answer
from copydesk.train.ppo.losses import explained_variance
from copydesk.train.ppo.policy import POLICY
from copydesk.train.ppo.prompts import Prompt, order
from copydesk.train.ppo.reading import read_again
from copydesk.train.ppo.rollout import Rollouts, roll_out
from copydesk.train.ppo.scores import rewards_of, token_rewards
from copydesk.train.ppo.setting import Setting
from copydesk.train.ppo.stop import NotFinite
from copydesk.train.ppo.update import Lesson, lesson_of
from copydesk.train.ppo.world import World


@dataclass(frozen=True)
class Round:
    """Answers to some prompts, and everything that is known of them.

    Attributes:
        rewards: [B] of the judge, on the processor.
        judged: [B] of the second judge, on the processor; None without one.
        policy, reference: [B, L] log-probabilities.
        values: [B, L].
    """

    rollouts: Rollouts
    rewards: Tensor
    judged: Tensor | None
    policy: Tensor
    reference: Tensor
    values: Tensor

    def lesson(self, setting: Setting, beta: float) -> Lesson:
        """What is learnt from it, with that weight of KL."""
        kl = k1(self.policy, self.reference)
        rewards = token_rewards(self.rewards, kl, self.rollouts.answer, beta)
        return lesson_of(
            self.rollouts, rewards, self.policy, self.values, setting.recipe, setting.world
        )


def next_prompts(setting: Setting, position: int) -> list[Prompt]:
    """This process's prompts of the round that begins at `position`; each `answers` times."""
    rollout, world = setting.recipe.rollout, setting.world
    count = rollout.prompts
    places = order(len(setting.prompts), position + world.rank * count, count, setting.recipe.seed)
    return [setting.prompts[place] for place in places for _ in range(rollout.answers)]


def play(setting: Setting, prompts: Sequence[Prompt], generator: torch.Generator) -> Round:
    """Answer the prompts, have the answers scored, and read them again.

    Raises:
        NotFinite: a judge or the model gave a number that is none.
    """
    return know(setting, prompts, answer(setting, prompts, generator))


def answer(setting: Setting, prompts: Sequence[Prompt], generator: torch.Generator) -> Rollouts:
    """Draw an answer to each prompt.

    Raises:
        NotFinite: the policy's probabilities are none.
    """
    found, problem = None, ""
    with setting.actors.role(POLICY) as model:
        try:
            found = roll_out(model, [prompt.ids for prompt in prompts], setting.sampling, generator)
        except NotFinite as unfit:
            problem = str(unfit)
    together(setting.world, problem)
    assert found is not None  # noqa: S101 - for the type checker
    return found


def know(setting: Setting, prompts: Sequence[Prompt], rollouts: Rollouts) -> Round:
    """Score answers and read them again.

    Raises:
        NotFinite: a judge or the model gave a number that is none.
    """
    recipe = setting.recipe
    texts = setting.tokenizer.batch_decode(rollouts.answers(), skip_special_tokens=True)
    ended = rollouts.ended.tolist()
    judges = [setting.judge, *([setting.second] if setting.second else [])]
    found = [rewards_of(judge, prompts, texts, ended, recipe.ppo.no_end) for judge in judges]
    finite = all(bool(torch.isfinite(rewards).all()) for rewards in found)
    together(setting.world, "" if finite else "the reward became nan")
    read = read_again(setting.actors, rollouts, recipe.rollout.temperature, recipe.schedule.batch)
    return Round(rollouts, found[0], found[1] if len(found) > 1 else None, *read)


def together(world: World, problem: str) -> None:
    """End in all processes what must end in one: who waits for a sum waits for ever.

    Raises:
        NotFinite: some process has a problem.
    """
    problems = [found for found in world.gather(problem) if found]
    if problems:
        raise NotFinite(problems[0])


def tell(round_: Round, lesson: Lesson, world: World) -> dict[str, float]:
    """The round in numbers, over all processes."""
    rollouts, device = round_.rollouts, world.device
    mask = rollouts.answer
    kl = per_answer(k1(round_.policy, round_.reference), mask)
    columns = {
        "reward": round_.rewards.to(device),
        "kl": kl,
        "kl_k3": per_answer(k3(round_.policy, round_.reference), mask),
        "length": rollouts.lengths.float(),
        "ended": rollouts.ended.float(),
        "entropy": rollouts.entropy,
    }
    if round_.judged is not None:
        columns["judge"] = round_.judged.to(device)
    rows = torch.stack([*columns.values(), torch.ones_like(kl)])
    *sums, count = world.sum(rows.double().sum(dim=1)).tolist()
    told = {name: total / count for name, total in zip(columns, sums, strict=True)}
    off = world.sum((columns["reward"].double() - told["reward"]).square().sum())
    told["reward_deviation"] = (float(off) / count) ** 0.5
    told["explained_variance"] = explained_variance(lesson.values, lesson.returns, mask, world.sum)
    return told


def held_out(setting: Setting, beta: float) -> dict[str, float]:
    """The policy on held-out prompts, always with the same chance; empty when there are none."""
    world, held = setting.world, setting.held
    if not held:
        return {}
    generator = torch.Generator(device=world.device).manual_seed(setting.recipe.seed)
    # As many for everyone: a process that had fewer would be waited for.
    count = max(1, len(held) // world.size)
    mine = [held[(world.rank + turn * world.size) % len(held)] for turn in range(count)]
    size = setting.recipe.rollout.prompts * setting.recipe.rollout.answers
    rounds = []
    for first in range(0, count, size):
        some = mine[first : first + size]
        played = play(setting, some, generator)
        rounds.append((len(some), tell(played, played.lesson(setting, beta), world)))
    names = ("reward", "judge", "kl", "length", "ended")
    total = sum(count for count, _ in rounds)
    return {
        f"held_{name}": sum(count * told[name] for count, told in rounds) / total
        for name in names
        if all(name in told for _, told in rounds)
    }
