"""The module that is trained: a scorer of answers, and the parameter of the model of ties."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from copydesk.train.recipe import Reward
from copydesk.train.reward.losses import (
    Pairs,
    off_centre,
    pairs_of,
    ranking_loss,
    tie_probability,
)

# What `forward` tells of each prompt, in this order, as sums over its pairs.
TOLD = ("loss", "decided", "right", "margin", "tied", "tie_probability", "pairs")


class Ranker(nn.Module):
    """A scorer and what is learnt beside it.

    Attributes:
        scorer: a sequence classifier of one output, bare or inside peft.
        settings: the recipe's part on rewards.
        tie: [1] log ν or log(θ − 1); absent under models of ties that have none.
    """

    def __init__(self, scorer: Any, reward: Reward, first_tie: float) -> None:
        super().__init__()
        self.scorer, self.settings = scorer, reward
        for module in self.inner.modules():
            # peft would widen every input to float32 for autocast to narrow it again at once.
            if hasattr(module, "cast_input_dtype_enabled"):
                module.cast_input_dtype_enabled = False
        self.inner.score.float()  # in bfloat16, answers of nearly the same reward become equal
        if reward.ties in {"davidson", "rao_kupper"}:
            # One element rather than none: sharding needs a dimension.
            self.tie: nn.Parameter | None = nn.Parameter(torch.tensor([first_tie]))
        else:
            self.tie = None
        # Read by transformers and accelerate, which look for them on the model they are given.
        self.config = self.inner.config
        self._no_split_modules = getattr(self.inner, "_no_split_modules", None)

    @property
    def inner(self) -> Any:
        """The classifier itself; its adapter, if any, works inside it."""
        return self.scorer.get_base_model() if hasattr(self.scorer, "peft_config") else self.scorer

    @property
    def head(self) -> nn.Linear:
        """The layer of one output that is trained, not the copy that peft keeps of it."""
        found: Any = self.inner.score
        linear: nn.Linear = (
            found.modules_to_save["default"] if hasattr(found, "modules_to_save") else found
        )
        return linear

    @property
    def tie_parameter(self) -> float:
        """The parameter as a number; 0 where there is none."""
        return 0.0 if self.tie is None else float(self.tie.detach())

    def gradient_checkpointing_enable(self, **more: Any) -> None:
        """Asked for by transformers when the recipe wants it."""
        self.inner.gradient_checkpointing_enable(**more)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, where: Tensor, ranks: Tensor
    ) -> Mapping[str, Tensor]:
        """The loss, and what is told of each prompt.

        Args:
            input_ids, attention_mask: [S, T] all answers of the batch, padded on the right.
            where: [S, 2] prompt and place of each.
            ranks: [B, K], 0 for no answer.

        Returns:
            loss: [] the mean over prompts. told: [B, 7], see `TOLD`.
        """
        flat = score(self.inner, input_ids, attention_mask)
        rewards = flat.new_zeros(ranks.shape).index_put((where[:, 0], where[:, 1]), flat)
        tie = flat.new_zeros(1) if self.tie is None else self.tie.float()
        pairs = pairs_of(rewards, ranks)
        loss = ranking_loss(pairs, self.settings.ties, tie)
        if self.settings.centre:
            loss = loss + self.settings.centre * off_centre(rewards, ranks)
        with torch.no_grad():
            told = self._told(loss, pairs, tie)
        return {"loss": loss.mean(), "told": told}

    def _told(self, loss: Tensor, pairs: Pairs, tie: Tensor) -> Tensor:
        decided, tied = (~pairs.tie).float(), pairs.tie.float()
        right = (pairs.gap > 0).float() + (pairs.gap == 0).float() / 2
        likely = tie_probability(pairs.gap, self.settings.ties, tie)
        values = (
            decided,
            decided * right,
            decided * pairs.gap,
            tied,
            likely,
            torch.ones_like(tied),
        )
        sums = [
            value.new_zeros(pairs.prompts).index_add(0, pairs.prompt, value) for value in values
        ]
        return torch.stack([loss, *sums], dim=1)


def score(classifier: Any, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """[S] the head's output at the last real token of each row.

    transformers takes the last token that is not the padding's. Where padding and end of turn are
    one token, as often, that is the last one before the end. Here the mask decides.
    """
    last = pooled(classifier, input_ids, attention_mask)
    with torch.autocast(last.device.type, enabled=False):
        kind = next(classifier.score.parameters()).dtype
        return torch.as_tensor(classifier.score(last.to(kind)).squeeze(-1).float())


def pooled(classifier: Any, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """[S, H] the state at the last real token of each row, in what the model computes in."""
    trunk = getattr(classifier, classifier.base_model_prefix)
    hidden: Tensor = trunk(
        input_ids, attention_mask=attention_mask, use_cache=False
    ).last_hidden_state
    places = torch.arange(input_ids.shape[1], device=input_ids.device)
    last = (places * attention_mask).argmax(1)
    return hidden[torch.arange(len(last), device=hidden.device), last]
