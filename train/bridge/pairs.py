"""DPO on tokens: with TRL's own losses, or with an objective of ours on the same trainer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from trl.trainer.dpo_trainer import DataCollatorForPreference
from trl.trainer.dpo_trainer import DPOTrainer as TrlDpoTrainer

from copydesk.train.bridge.steady import Steady

_IGNORED = -100
_READ = ("input_ids", "attention_mask")


@dataclass(frozen=True)
class Compared:
    """A batch of B pairs, as the model finds them; all [B].

    Attributes:
        chosen, rejected: log π(y|x), in nats, summed over the answer.
        chosen_reference, rejected_reference: the reference's; None for an objective without one.
        chosen_length, rejected_length: tokens of the answers.
        tie: whether neither was preferred.
    """

    chosen: Tensor
    rejected: Tensor
    chosen_reference: Tensor | None
    rejected_reference: Tensor | None
    chosen_length: Tensor
    rejected_length: Tensor
    tie: Tensor


@dataclass(frozen=True)
class Judged:
    """What an objective makes of them: loss, and the rewards that the model implies; all [B]."""

    loss: Tensor
    chosen: Tensor
    rejected: Tensor


Objective = Callable[[Compared], Judged]


class DpoTrainer(Steady, TrlDpoTrainer):
    """Rows {prompt_ids, chosen_ids, rejected_ids}; a loss of TRL's."""

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset  # they are tokens already


class PairTrainer(DpoTrainer):
    """Rows {prompt_ids, chosen_ids, rejected_ids, tie}; an objective of ours."""

    def __init__(self, *args: Any, objective: Objective, reference: bool, **kwargs: Any) -> None:
        """Make one.

        Args:
            objective: of each batch.
            reference: whether the objective compares with the model as it was.
        """
        self._objective, self._refers = objective, reference
        # TRL loads a second model for full fine-tuning, unless the reference is known beforehand.
        kwargs["args"].precompute_ref_log_probs = not reference
        super().__init__(*args, **kwargs)
        settings: Any = self.args
        self.data_collator = _WithTies(
            pad_token_id=kwargs["processing_class"].pad_token_id,
            pad_to_multiple_of=settings.pad_to_multiple_of,
        )

    def _precompute_ref_logps(self, dataset: Any, *_: Any) -> Any:
        return dataset  # there is nothing to know beforehand where there is no reference

    def _set_signature_columns_if_needed(self) -> None:
        super()._set_signature_columns_if_needed()  # type: ignore[no-untyped-call]
        columns: Any = self._signature_columns
        if "tie" not in columns:
            columns.append("tie")

    def compute_loss(
        self,
        model: Any,
        inputs: Any,
        return_outputs: bool = False,
        num_items_in_batch: Any = None,  # noqa: ARG002 - a mean over pairs, not over tokens
    ) -> Any:
        """The mean of the objective over the batch's pairs."""
        compared = self._compare(model, dict(inputs))
        judged = self._objective(compared)
        self._note(compared, judged)
        loss = judged.loss.mean()
        return (loss, {}) if return_outputs else loss

    def _compare(self, model: Any, inputs: dict[str, Tensor]) -> Compared:
        tie, mask = inputs.pop("tie"), inputs["completion_mask"]
        labels = inputs["input_ids"].masked_fill(mask == 0, _IGNORED)
        asked = {name: inputs[name] for name in _READ}
        scored = model(**asked, labels=labels, use_cache=False, fused_lm_head=True)
        chosen, rejected = scored.log_probs.sum(1).chunk(2)  # the first half is the chosen
        chosen_length, rejected_length = (labels[:, 1:] != _IGNORED).sum(1).chunk(2)
        best, worst = None, None
        if self._refers:
            ask: Any = self.compute_ref_log_probs
            best, worst = ask(self.ref_model or self.model, inputs)
        return Compared(chosen, rejected, best, worst, chosen_length, rejected_length, tie)

    def _note(self, compared: Compared, judged: Judged) -> None:
        """Numbers for the log; TRL averages them over the steps between two lines of it."""
        decided = ~compared.tie
        won = (judged.chosen > judged.rejected).float()
        notes = {
            "rewards/chosen": judged.chosen,
            "rewards/rejected": judged.rejected,
            "rewards/margins": (judged.chosen - judged.rejected)[decided],
            "rewards/accuracies": won[decided],
            "logps/chosen": compared.chosen,
            "logps/rejected": compared.rejected,
            "length": torch.cat([compared.chosen_length, compared.rejected_length]).float(),
        }
        kept = self._metrics["train" if torch.is_grad_enabled() else "eval"]
        for name, numbers in notes.items():
            pair = torch.stack([numbers.detach().sum(), numbers.new_tensor(float(numbers.numel()))])
            total, count = self.accelerator.gather(pair[None]).sum(0).tolist()
            if count:
                kept[name].append(total / count)


class _WithTies(DataCollatorForPreference):
    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        """TRL's batch, and which of its pairs are ties."""
        batch: dict[str, Any] = super().torch_call(examples)
        return batch | {"tie": torch.tensor([bool(example["tie"]) for example in examples])}
