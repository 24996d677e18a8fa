"""The trainer of rankings: transformers' own loop, given whole prompts, and what it tells."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import TrainingArguments

from copydesk.errors import ModelProblem
from copydesk.train.bridge.steady import Steady
from copydesk.train.reward.ranker import TOLD, Ranker
from copydesk.train.reward.rows import ByLength, Collator, Groups

WEIGHTS = "model.safetensors"  # the name that transformers looks for when it resumes
_HEAD_FASTER = 10.0  # a head that begins at random has one row: it learns at this many times
_TIE_FASTER = 100.0  # AdamW moves one number by about its rate a step: 0.01 here, of a logarithm


class RankingRewardTrainer(Steady):
    """Learns a `Ranker` from groups of ranked answers; what it saves is only what is learnt."""

    def __init__(
        self,
        ranker: Ranker,
        arguments: TrainingArguments,
        train: Groups,
        held: Groups | None,
        collator: Collator,
    ) -> None:
        # Groups are no columns of a table, and none of them is a label.
        arguments.remove_unused_columns, arguments.label_names = False, []
        super().__init__(
            model=ranker,
            args=arguments,
            train_dataset=train,
            eval_dataset=held,
            data_collator=collator,
        )
        self.model_accepts_loss_kwargs = False
        self._told: list[Tensor] = []

    @property
    def ranker(self) -> Ranker:
        """What is trained, out of what accelerate put around it."""
        found: Ranker = self.accelerator.unwrap_model(self.model)
        return found

    @property
    def sharded(self) -> bool:
        """Whether no process holds all weights."""
        return bool(self.is_fsdp_enabled or self.is_deepspeed_enabled)

    def compute_loss(
        self,
        model: Any,
        inputs: Any,
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ARG002 - prompts are the items, and all weigh alike
    ) -> Any:
        """The mean loss over the prompts of the batch."""
        output = model(**inputs)
        self._told.append(output["told"].detach())
        return (output["loss"], output) if return_outputs else output["loss"]

    def create_optimizer(self, model: Any = None) -> Any:
        """AdamW with three rates: the scorer's, the head's, and the tie parameter's."""
        if self.optimizer is None:
            kind, settings = self.get_optimizer_cls_and_kwargs(self.args)
            self.optimizer = kind(self._by_rate(model or self.model), **settings)
        return self.optimizer

    def _by_rate(self, model: Any) -> list[dict[str, Any]]:
        rate, decay = self.args.learning_rate, self.args.weight_decay
        scorer: dict[str, Any] = {"params": [], "lr": rate, "weight_decay": decay}
        faster = 1.0 if self.ranker.settings.probe else _HEAD_FASTER
        head: dict[str, Any] = {"params": [], "lr": rate * faster, "weight_decay": 0.0}
        tie: dict[str, Any] = {"params": [], "lr": rate * _TIE_FASTER, "weight_decay": 0.0}
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                steps = name.split(".")
                group = tie if steps[-1] == "tie" else head if "score" in steps else scorer
                group["params"].append(weight)
        return [group for group in (scorer, head, tie) if group["params"]]

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Add what the prompts since the last line said, over all processes."""
        if "loss" in logs and self._told:
            sums = self.accelerator.reduce(summed(torch.cat(self._told)), reduction="sum")
            self._told.clear()
            logs |= told(sums) | {"loss": logs["loss"]} | self._tie()
        super().log(logs, start_time)

    def evaluate(
        self,
        eval_dataset: Any = None,
        ignore_keys: Any = None,  # noqa: ARG002 - transformers passes it
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """Loss, accuracy, margin and ties over all held-out prompts, each counted once."""
        model: Any = self.model_wrapped if self.sharded else self.model
        training = model.training
        model.eval()
        lines = []
        with torch.no_grad():
            for inputs in self.get_eval_dataloader(eval_dataset):
                with self.compute_loss_context_manager():
                    output = model(**self._prepare_inputs(inputs))
                lines.append(self.accelerator.gather_for_metrics(output["told"]))
        model.train(training)
        numbers = told(torch.cat(lines)) | self._tie()
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in numbers.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _tie(self) -> dict[str, float]:
        if self.ranker.tie is None or self.sharded:  # another process may hold it
            return {}
        return {"tie_parameter": self.ranker.tie_parameter}

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        groups: Any = train_dataset or self.train_dataset
        return ByLength(groups.lengths, self.args.train_batch_size, self.args.seed)

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        """Only what is learnt: the frozen weights are the base's, and no pickle is written."""
        if not self.args.should_save:
            return
        folder = Path(output_dir or str(self.args.output_dir))
        folder.mkdir(parents=True, exist_ok=True)
        save_file(learnt(self.ranker, state_dict), folder / WEIGHTS, metadata={"format": "pt"})

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        if self.sharded:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            return
        restore(self.ranker, load_file(Path(resume_from_checkpoint) / WEIGHTS))


def learnt(ranker: Ranker, state: Any = None) -> dict[str, Tensor]:
    """The weights that training changes, by name, on the processor.

    Args:
        state: all weights, gathered from where they are sharded; None where they are not.
    """
    names = {name for name, weight in ranker.named_parameters() if weight.requires_grad}
    whole = ranker.state_dict() if state is None else state
    return {name: whole[name].detach().cpu().contiguous() for name in names if name in whole}


def restore(ranker: Ranker, weights: dict[str, Tensor]) -> None:
    """Put learnt weights back.

    Raises:
        ModelProblem: they are those of another recipe.
    """
    wanted = {name for name, weight in ranker.named_parameters() if weight.requires_grad}
    if wanted != weights.keys():
        odd = min(wanted ^ weights.keys())
        raise ModelProblem(
            f"The checkpoint is of another recipe: {odd} is in one of the two alone.",
            "resume with the recipe that the run began with, or choose another folder",
        )
    ranker.load_state_dict(weights, strict=False)


def told(lines: Tensor) -> dict[str, float]:
    """What lines of `Ranker.forward` come to, as names and numbers.

    Accuracy and margin are of pairs without a tie, and absent where there is none.

    Args:
        lines: [N, 7], or [1, 8] with their sums and N.
    """
    if lines.shape[1] == len(TOLD):
        lines = summed(lines)
    sums = dict(zip((*TOLD, "count"), lines[0].double().tolist(), strict=True))
    pairs = max(sums["pairs"], 1.0)
    numbers = {"loss": sums["loss"] / max(sums["count"], 1.0)}
    if sums["decided"]:
        numbers["accuracy"] = sums["right"] / sums["decided"]
        numbers["margin"] = sums["margin"] / sums["decided"]
    numbers["tie_rate"] = sums["tied"] / pairs
    numbers["tie_expected"] = sums["tie_probability"] / pairs
    return numbers


def summed(lines: Tensor) -> Tensor:
    """[1, 8] the sums of lines [N, 7], and N; of one shape on every process."""
    count = lines.new_full((1, 1), len(lines))
    return torch.cat([lines.sum(0, keepdim=True), count], dim=1)
