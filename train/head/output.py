"""What a model answers through the head; the fields are those that TRL's trainers read."""

from dataclasses import dataclass

from torch import Tensor
from transformers.utils.generic import ModelOutput


@dataclass
class Scored(ModelOutput):
    """Per word, [B, T − 1], 0 where the label is −100.

    Attributes:
        loss: minus the mean log-probability; or minus their sum by `num_items_in_batch`.
        log_probs, entropy: in nats; only the first has gradients.
        log_sum_sq_probs, aux_loss: never there; TRL's output has them.
        mean_logits: over the vocabulary.
        is_top1: whether the word was the likeliest.
        label_mask: whether it was asked for.
    """

    loss: Tensor | None = None
    log_probs: Tensor | None = None
    entropy: Tensor | None = None
    log_sum_sq_probs: Tensor | None = None
    mean_logits: Tensor | None = None
    is_top1: Tensor | None = None
    label_mask: Tensor | None = None
    aux_loss: Tensor | None = None
