"""Learning from pairs: DPO, with ties or without; ORPO and SimPO, which need no reference."""

# ruff: noqa: PLC0415 - torch and TRL are imported when a run begins

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from copydesk.errors import UnknownName, UsageProblem
from copydesk.preferences.rows import Pair, Row
from copydesk.train.base import encode, load_policy
from copydesk.train.bridge import arguments, carry_out, forget_reference
from copydesk.train.job import Job, Outcome
from copydesk.train.recipe import Recipe, Ties
from copydesk.train.tune.beginning import begin, dataset, refuse_empty
from copydesk.train.tune.losses import (
    implied_reward,
    log_odds,
    mean_logp,
    preferred,
    simpo_difference,
)

if TYPE_CHECKING:
    from torch import Tensor

    from copydesk.train.bridge.pairs import Compared, Judged, Objective

# Of TRL's losses those that look at one pair at a time.
LOSSES = (
    "sigmoid",
    "hinge",
    "ipo",
    "exo_pair",
    "nca_pair",
    "robust",
    "bco_pair",
    "sppo_hard",
    "apo_zero",
    "apo_down",
    "discopop",
    "sigmoid_norm",
)


def train_dpo(job: Job) -> Outcome:
    """Direct preference optimisation (Rafailov et al. 2023), against the model as it begins.

    With an adapter to start from, the reference is a copy of that adapter: one copy of the weights.
    Where the data has ties, and they are not dropped, the loss is `losses.preferred`; else it is
    TRL's.

    Raises:
        UsageProblem: no pair fits into max_length, or ties are to be learnt with another loss than
            "sigmoid".
        CopydeskError: whatever `carry_out` raises.
    """
    wanted = job.recipe.preference
    if wanted.loss not in LOSSES:
        raise UnknownName("loss of DPO", wanted.loss, LOSSES)
    ties = model_of_ties(job)
    if ties != "drop" and wanted.loss != "sigmoid":
        raise UsageProblem(
            f"The data has ties, which the loss {wanted.loss!r} cannot learn from.",
            "--set preference.ties=drop, or --set preference.loss=sigmoid",
        )
    if ties != "drop":
        return _train(job, dpo_objective(job.recipe, ties), reference=True)
    more = {"loss_type": [wanted.loss], "loss_weights": [1.0]}
    if wanted.sft:
        more = {"loss_type": [wanted.loss, "sft"], "loss_weights": [1.0, wanted.sft]}
    if wanted.loss == "exo_pair":
        more["label_smoothing"] = 1e-3  # as its authors advise; at 0 it is not defined
    return _train(job, None, reference=True, **more)


def train_orpo(job: Job) -> Outcome:
    """Odds ratio preference optimisation (Hong, Lee and Thorne 2024); λ is preference.beta.

    Raises:
        UsageProblem: no pair fits into max_length.
        CopydeskError: whatever `carry_out` raises.
    """
    return _train(job, orpo_objective(job.recipe, model_of_ties(job)), reference=False)


def train_simpo(job: Job) -> Outcome:
    """Simple preference optimisation (Meng, Xia and Chen 2024), without a reference.

    Raises:
        UsageProblem: no pair fits into max_length.
        CopydeskError: whatever `carry_out` raises.
    """
    return _train(job, simpo_objective(job.recipe, model_of_ties(job)), reference=False)


def dpo_objective(recipe: Recipe, ties: Ties) -> "Objective":
    """−log p of what was found, by the rewards that the policy implies."""
    from copydesk.train.bridge.pairs import Judged

    wanted = recipe.preference

    def objective(some: "Compared") -> "Judged":
        assert some.chosen_reference is not None  # noqa: S101 - it was asked for
        assert some.rejected_reference is not None  # noqa: S101
        chosen = implied_reward(some.chosen, some.chosen_reference, wanted.beta)
        rejected = implied_reward(some.rejected, some.rejected_reference, wanted.beta)
        loss = preferred(chosen - rejected, some.tie, ties, wanted.tie_bias)
        return Judged(loss + wanted.sft * answered(some), chosen.detach(), rejected.detach())

    return objective


def orpo_objective(recipe: Recipe, ties: Ties) -> "Objective":
    """−mean log π(y_w|x) + λ · −log σ(log odds(y_w) − log odds(y_l)); Hong et al., equation 6."""
    from copydesk.train.bridge.pairs import Judged

    wanted = recipe.preference

    def objective(some: "Compared") -> "Judged":
        chosen = log_odds(mean_logp(some.chosen, some.chosen_length))
        rejected = log_odds(mean_logp(some.rejected, some.rejected_length))
        loss = wanted.beta * preferred(chosen - rejected, some.tie, ties, wanted.tie_bias)
        loss = loss + (1 + wanted.sft) * answered(some)
        rewards = wanted.beta * chosen.detach(), wanted.beta * rejected.detach()
        return Judged(loss, *rewards)

    return objective


def simpo_objective(recipe: Recipe, ties: Ties) -> "Objective":
    """−log σ(β (mean log π(y_w|x) − mean log π(y_l|x)) − γ)."""
    from copydesk.train.bridge.pairs import Judged

    wanted = recipe.preference

    def objective(some: "Compared") -> "Judged":
        chosen = mean_logp(some.chosen, some.chosen_length)
        rejected = mean_logp(some.rejected, some.rejected_length)
        d = simpo_difference(chosen, rejected, some.tie, wanted.beta, wanted.margin)
        loss = preferred(d, some.tie, ties, wanted.tie_bias) + wanted.sft * answered(some)
        return Judged(loss, wanted.beta * chosen.detach(), wanted.beta * rejected.detach())

    return objective


def answered(some: "Compared") -> "Tensor":
    """−mean log π(y|x) of the chosen; of a tie, of both."""
    import torch

    chosen = -mean_logp(some.chosen, some.chosen_length)
    rejected = -mean_logp(some.rejected, some.rejected_length)
    return torch.where(some.tie, (chosen + rejected) / 2, chosen)


def as_tokens(tokenizer: Any, rows: Iterable[Row], recipe: Recipe) -> list[dict[str, Any]]:
    """Pairs as {prompt_ids, chosen_ids, rejected_ids, tie}.

    Left out: pairs with an answer beyond max_length, pairs whose answers are the same within it,
    and ties that are to be dropped.
    """
    found = []
    for row in rows:
        if not isinstance(row, Pair) or (row.tie and recipe.preference.ties == "drop"):
            continue
        chosen = encode(tokenizer, row.prompt, row.chosen, recipe.max_length)
        rejected = encode(tokenizer, row.prompt, row.rejected, recipe.max_length)
        if chosen.answer and rejected.answer and (row.tie or chosen.ids != rejected.ids):
            found.append(
                {
                    "prompt_ids": chosen.ids[: chosen.prompt_length],
                    "chosen_ids": chosen.answer,
                    "rejected_ids": rejected.answer,
                    "tie": row.tie,
                }
            )
    return found


def model_of_ties(job: Job) -> Ties:
    """The recipe's; but "drop" where the data has no ties, for Davidson's would count on some."""
    there = any(isinstance(row, Pair) and row.tie for row in job.train)
    return job.recipe.preference.ties if there else "drop"


def _train(job: Job, objective: "Objective | None", *, reference: bool, **more: Any) -> Outcome:
    from copydesk.train.bridge import DpoTrainer, PairTrainer

    begun, tokenizer = begin(job)
    train = as_tokens(tokenizer, job.train, job.recipe)
    held = as_tokens(tokenizer, job.held, job.recipe)
    if objective is None:  # TRL's losses know no ties; the training rows have none
        held = [row for row in held if not row["tie"]]
    refuse_empty(train, job, "two answers to tell apart")
    settings = arguments(
        job.recipe,
        job.folder,
        "dpo",
        max_length=None,
        beta=job.recipe.preference.beta,
        disable_dropout=True,
        **more,
    )
    parts: dict[str, Any] = {
        "model": begun.policy(),
        "args": settings,
        "train_dataset": dataset(train),
        "eval_dataset": dataset(held) if held else None,
        "processing_class": tokenizer,
    }
    if job.recipe.full and reference:
        parts["ref_model"] = load_policy(begun.base, job.recipe, trainable=False)
    if objective is None:
        trainer = DpoTrainer(**parts)
    else:
        trainer = PairTrainer(**parts, objective=objective, reference=reference)
    if not (reference and job.recipe.adapter.start):
        forget_reference(trainer)
    return carry_out(trainer, job, tokenizer)
