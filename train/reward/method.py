"""From ranked answers to a reward model: the run from beginning to end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from safetensors.torch import load_file

from copydesk.train.base import Base, load_scorer, load_tokenizer, prepare, settle
from copydesk.train.bridge import arguments, carry_out, newest_checkpoint
from copydesk.train.job import Job, Outcome
from copydesk.train.processes import spread_of
from copydesk.train.reward.facts import Facts
from copydesk.train.reward.floors import floors
from copydesk.train.reward.folder import measure, write_folders
from copydesk.train.reward.folds import fold_of
from copydesk.train.reward.losses import first_guess
from copydesk.train.reward.material import Material, material_of
from copydesk.train.reward.probe import Fitted, fit_head
from copydesk.train.reward.ranker import Ranker
from copydesk.train.reward.rows import Collator
from copydesk.train.reward.trainer import WEIGHTS, RankingRewardTrainer


def train(job: Job) -> Outcome:
    """Learn a reward model from rankings.

    Args:
        job: its rows are rankings, or pairs, which are rankings of two.

    Returns:
        The folder of the whole classifier, `folder/model`; the adapter is in `folder/adapter`.

    Raises:
        UsageProblem: no row ranks two answers, or the processes are not those asked for.
        ModelProblem: the base cannot be loaded, or what was saved is not what was trained.
        OutputProblem: the disk is full.
    """
    recipe = job.recipe
    settle(recipe)
    base = prepare(recipe.model)
    tokenizer = load_tokenizer(base)
    if recipe.reward.plain:
        tokenizer.chat_template = None  # saved so, and whoever scores reads by what is saved
    material = material_of(job, tokenizer)
    if material.groups.cut:
        job.say(
            f"{material.groups.cut:,} answers do not fit into {recipe.max_length:,} tokens with a "
            "shortened request, and lose their end."
        )
    guess = first_guess(recipe.reward.ties, *material.groups.ties())
    trainer = RankingRewardTrainer(
        Ranker(load_scorer(base, recipe), recipe.reward, guess),
        arguments(recipe, job.folder, "reward"),
        material.groups,
        material.kept,
        Collator(tokenizer.pad_token_id),
    )
    spread = spread_of(trainer.accelerator, recipe.processes)
    going_on = job.resume and newest_checkpoint(job.folder) is not None
    if recipe.reward.probe and not spread.sharded and not going_on:
        fitted = fit_head(
            trainer.ranker,
            material.groups,
            Collator(tokenizer.pad_token_id),
            fold_of(material.learn, recipe.seed),
        )
        job.say(_told(fitted))
    outcome = carry_out(trainer, replace(job, held=material.held), tokenizer)
    metrics = dict(outcome.metrics)
    if spread.main:
        weights = load_file(outcome.model / WEIGHTS)
        tie = float(weights["tie"]) if "tie" in weights else 0.0
        facts = _facts(job, base, material, tie, metrics)
        model = write_folders(weights, job.folder, base, recipe, tokenizer, facts)
        trained = None if spread.sharded or outcome.stopped else trainer.ranker.inner
        metrics |= measure(model, material.kept or material.groups, facts, trained)
    trainer.accelerator.wait_for_everyone()
    return replace(outcome, metrics=metrics)


def _facts(
    job: Job, base: Base, material: Material, parameter: float, metrics: Mapping[str, float]
) -> Facts:
    return Facts(
        ties=job.recipe.reward.ties,
        parameter=parameter,
        base=base.name,
        base_sha256=base.sha256,
        max_length=job.recipe.max_length,
        depth=job.recipe.reward.depth,
        rows=len(material.learn),
        cut=material.groups.cut,
        held=len(material.held),
        pairs=sum(decided(ranking.ranks) for ranking in material.held),
        accuracy=metrics.get("held_accuracy"),
        baselines=floors(material.learn, material.held),
        sources=material.sources,
    )


def _told(fitted: Fitted) -> str:
    if fitted.accuracy is None:
        return "The head is fitted first; there are too few rows to try its penalty on."
    return (
        f"The head is fitted first, with a penalty of {fitted.penalty:g}: alone, it orders "
        f"{fitted.accuracy:.0%} of the pairs that it was not fitted to."
    )


def decided(ranks: Sequence[int]) -> int:
    """How many pairs of these ranks are no ties."""
    return sum(one != other for one, other in combinations(ranks, 2))
