"""What a PPO run is made of, read and checked before the first answer is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import UsageProblem
from copydesk.preferences.rows import Row
from copydesk.train.base import dtype_of, load_policy, load_tokenizer, prepare, settle
from copydesk.train.base.tokens import end_of_turn
from copydesk.train.job import Job
from copydesk.train.ppo.gate import check_judge
from copydesk.train.ppo.policy import Actors, actors_of
from copydesk.train.ppo.prompts import Prompt, check_window, need_prompts, read_prompts
from copydesk.train.ppo.ptx import Samples, read_samples
from copydesk.train.ppo.rollout import Sampling
from copydesk.train.ppo.scores import Judge
from copydesk.train.ppo.world import World, this_world
from copydesk.train.recipe import Recipe

_HELD = 64  # held-out prompts that an evaluation answers; more only take longer


@dataclass(frozen=True)
class Setting:
    """All that stays as it is through a run, the weights in `actors` apart.

    Attributes:
        held: held-out prompts, at most 64.
        judge, second: what rewards, and what only watches; `second` may be None.
        samples: for PPO-ptx; None without.
    """

    recipe: Recipe
    world: World
    tokenizer: Any
    actors: Actors
    prompts: tuple[Prompt, ...]
    held: tuple[Prompt, ...]
    sampling: Sampling
    judge: Judge
    second: Judge | None
    samples: Samples | None


def read_setting(job: Job, judge: Judge | None) -> Setting:
    """Load and check everything.

    Args:
        judge: what rewards; None: the recipe's reward model, after the gate.

    Raises:
        UsageProblem: recipe, prompts or judge are none to learn from.
        ModelProblem: base or judge cannot be loaded.
    """
    recipe = job.recipe
    check_parts(recipe)
    base = prepare(recipe.model)
    check_window(recipe, base.context)
    settle(recipe)
    world = this_world(recipe.processes)
    tokenizer = load_tokenizer(base)
    prompts = read_prompts(job.train, tokenizer, recipe, job.say if world.leads else _silent)
    need_prompts(prompts)
    samples = read_samples(job.train, tokenizer, recipe)
    used = judge or _reward_model(job, tokenizer, world)
    second = _second(recipe)
    model = load_policy(base, recipe).to(world.device)
    actors = actors_of(
        model,
        dtype_of(recipe),
        started=bool(recipe.adapter.start),
        checkpointing=recipe.checkpointing,
    )
    world.same_weights(list(actors.trained().values()))
    return Setting(
        recipe=recipe,
        world=world,
        tokenizer=tokenizer,
        actors=actors,
        prompts=prompts,
        held=read_prompts(job.held, tokenizer, recipe, _silent)[:_HELD],
        sampling=_sampling(recipe, tokenizer),
        judge=used,
        second=second,
        samples=samples,
    )


def check_parts(recipe: Recipe) -> None:
    """Refuse a round that cannot be split as the recipe says, and an engine that is not there.

    Raises:
        UsageProblem: with the field to change.
    """
    answers = recipe.rollout.prompts * recipe.rollout.answers
    if recipe.ppo.minibatches > answers:
        raise UsageProblem(
            f"A round of {answers} answers has no {recipe.ppo.minibatches} parts.",
            f"--set ppo.minibatches={answers}, or more rollout.prompts",
        )
    if recipe.rollout.engine != "transformers":
        raise UsageProblem(
            "PPO draws its answers by itself: it needs the policy's own probabilities.",
            "--set rollout.engine=transformers",
        )
    if recipe.ppo.stop_judge and _same(recipe.ppo.stop_judge, recipe.rollout.judge):
        raise UsageProblem(
            "ppo.stop_judge is the reward model itself, which cannot watch itself.",
            "train a second one, on other rankings or from another base",
        )


def _reward_model(job: Job, tokenizer: Any, world: World) -> Judge:
    from copydesk.train.reward import load_reward  # noqa: PLC0415 - only where one is used

    recipe = job.recipe
    if not recipe.rollout.judge:
        raise UsageProblem("PPO needs a reward model.", "--set rollout.judge=RUN/model")
    scorer = load_reward(recipe.rollout.judge)
    say = job.say if world.leads else _silent
    held: Sequence[Row] = job.held
    check_judge(scorer, held, anyway=job.anyway, say=say)
    if scorer.tokenizer.get_vocab() != tokenizer.get_vocab():
        say("the judge has another vocabulary than the policy: answers are read again as text")
    facts = scorer.facts
    return Judge(scorer.score_many, facts.mean, facts.deviation or 1.0)


def _second(recipe: Recipe) -> Judge | None:
    from copydesk.train.reward import load_reward  # noqa: PLC0415 - only where one is used

    if not recipe.ppo.stop_judge:
        return None
    scorer = load_reward(recipe.ppo.stop_judge)
    return Judge(scorer.score_many, scorer.facts.mean, scorer.facts.deviation or 1.0)


def _sampling(recipe: Recipe, tokenizer: Any) -> Sampling:
    ends = {end_of_turn(tokenizer), int(tokenizer.eos_token_id)}
    rollout = recipe.rollout
    return Sampling(
        rollout.tokens, rollout.temperature, tuple(sorted(ends)), int(tokenizer.pad_token_id)
    )


def _same(one: str, other: str) -> bool:
    return Path(one).expanduser().resolve() == Path(other).expanduser().resolve()


def _silent(text: str) -> None:
    """Nobody hears it."""
