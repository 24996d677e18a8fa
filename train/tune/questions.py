"""Learning from what the model answers, and what a judge says of it: GRPO and RLOO."""

# ruff: noqa: PLC0415 - torch and TRL are imported when a run begins

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, Literal

from copydesk.errors import UsageProblem
from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Row
from copydesk.train.base import encode
from copydesk.train.base.tokens import end_of_turn
from copydesk.train.bridge import arguments, carry_out, forget_reference
from copydesk.train.job import Job, Outcome
from copydesk.train.recipe import Recipe
from copydesk.train.tune.beginning import begin, dataset, refuse_empty

Score = Callable[[Sequence[Message], Sequence[str]], Sequence[float]]
Turns = list[dict[str, Any]]


def train_grpo(job: Job) -> Outcome:
    """Group relative policy optimisation (Shao et al. 2024), every token weighing the same.

    A round is `rollout.prompts` prompts with `rollout.answers` answers each on every device, and
    one optimizer step: the answers' advantages are their rewards less their group's mean, by its
    deviation. `schedule.batch` is how many of them go through the model at once.

    Raises:
        UsageProblem: there is no judge, one answer to a prompt, or no prompt that leaves room.
        CopydeskError: whatever `carry_out` or the judge raises.
    """
    return _train(job, "grpo", loss_type="dapo", scale_rewards="group", num_iterations=1)


def train_rloo(job: Job) -> Outcome:
    """REINFORCE with leave-one-out baselines (Ahmadian et al. 2024); rounds as in `train_grpo`.

    Raises:
        UsageProblem: as `train_grpo`.
        CopydeskError: whatever `carry_out` or the judge raises.
    """
    return _train(job, "rloo", normalize_advantages=False, num_iterations=1)


def reward_function(score: Score) -> Callable[..., list[float]]:
    """A judge as TRL asks one: prompts and completions of a batch, as lists of turns."""

    def reward(prompts: list[Turns], completions: list[Turns], **_: Any) -> list[float]:
        found: list[float] = []
        rows = zip(prompts, completions, strict=True)
        for prompt, group in groupby(rows, key=lambda row: row[0]):
            turns = [Message(turn["role"], turn["content"]) for turn in prompt]
            found += score(turns, [answer[0]["content"] for _, answer in group])
        return found

    reward.__name__ = "judge"
    return reward


def rounds(recipe: Recipe) -> dict[str, int]:
    """How a round of answers is split into batches that go through the model.

    The batch is `schedule.batch`, or the next smaller number that a round can be divided by.
    """
    answers = recipe.rollout.prompts * recipe.rollout.answers
    batch = next(size for size in range(recipe.schedule.batch, 0, -1) if answers % size == 0)
    return {
        "per_device_train_batch_size": batch,
        "gradient_accumulation_steps": answers // batch,
        "steps_per_generation": answers // batch,
        "per_device_eval_batch_size": recipe.rollout.answers,
        "num_generations": recipe.rollout.answers,
    }


def as_prompts(tokenizer: Any, rows: Iterable[Row], recipe: Recipe) -> list[dict[str, Turns]]:
    """Each prompt once, as {prompt}, where it leaves room for an answer within max_length."""
    found: dict[tuple[Message, ...], Turns] = {}
    room = recipe.max_length - recipe.rollout.tokens
    for row in rows:
        if row.prompt not in found and room > 0:
            if encode(tokenizer, row.prompt, None, room).cut:
                continue
            turns = [{"role": turn.role, "content": turn.content} for turn in row.prompt]
            found[row.prompt] = turns
    return [{"prompt": turns} for turns in found.values()]


def _train(job: Job, kind: Literal["grpo", "rloo"], **more: Any) -> Outcome:
    from copydesk.train.bridge import GrpoTrainer, RlooTrainer

    recipe, wanted = job.recipe, job.recipe.rollout
    score = _judge(recipe)
    begun, tokenizer = begin(job)
    train, held = (as_prompts(tokenizer, rows, recipe) for rows in (job.train, job.held))
    prompts = len({row.prompt for row in job.train})
    refuse_empty(train, job, f"a prompt that leaves room for {wanted.tokens} tokens", of=prompts)
    settings = arguments(
        recipe,
        job.folder,
        kind,
        max_completion_length=wanted.tokens,
        temperature=wanted.temperature,
        beta=wanted.beta,
        log_completions=False,
        **(rounds(recipe) | _engine(recipe) | more),
    )
    trainer = (GrpoTrainer if kind == "grpo" else RlooTrainer)(
        model=begun.policy(),
        reward_funcs=[reward_function(score)],
        args=settings,
        train_dataset=dataset(train),
        eval_dataset=dataset(held) if held else None,
        processing_class=tokenizer,
        read=lambda turns: encode(tokenizer, turns, None, recipe.max_length).ids,
        ends=end_of_turn(tokenizer),
    )
    if not recipe.adapter.start:
        forget_reference(trainer)
    return carry_out(trainer, job, tokenizer)


def _judge(recipe: Recipe) -> Score:
    """The reward model's scores.

    Raises:
        UsageProblem: none is named, or there is nothing to compare an answer with.
    """
    if recipe.rollout.answers < 2:
        raise UsageProblem(
            f"{recipe.method} compares answers to one prompt, and rollout.answers is 1.",
            "--set rollout.answers=4",
        )
    if not recipe.rollout.judge:
        raise UsageProblem(
            f"{recipe.method} needs a reward model.",
            "--set rollout.judge=FOLDER, from train reward",
        )
    from copydesk.train.reward import load_reward

    score: Score = load_reward(recipe.rollout.judge).score
    return score


def _engine(recipe: Recipe) -> dict[str, Any]:
    """Who generates. vLLM is a server of its own (`trl vllm-serve`), at COPYDESK_VLLM.

    Set as TRL documents it; nobody has tried it here.
    """
    if recipe.rollout.engine == "transformers":
        return {"use_vllm": False}
    address = os.environ.get("COPYDESK_VLLM", "http://127.0.0.1:8000")
    return {"use_vllm": True, "vllm_mode": "server", "vllm_server_base_url": address}
