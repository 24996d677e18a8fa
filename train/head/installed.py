"""Puts the head on a model, beside its own forward; and asks through it for log-probabilities."""

# ruff: noqa: PLC0415 - torch and transformers are imported when a model is there

import functools
import types
from typing import TYPE_CHECKING, Any

from copydesk.train.head.adapters import straight

if TYPE_CHECKING:
    from torch import Tensor

_MARK = "_copydesk_head"
# What models do to their logits that this head does not: those keep their own way.
_CHANGES = (
    "final_logit_softcapping",
    "logit_scale",
    "output_multiplier",
    "lm_head_multiplier",
    "logits_scaling",
    "output_router_logits",
)
_IGNORED = -100


def install(model: Any, temperature: float = 1.0) -> bool:
    """Let `model(…, labels=…, fused_lm_head=True)` answer with log-probabilities instead of logits.

    The call and the answer are those of TRL's `add_fused_lm_head`, which may have been there first.
    Without `fused_lm_head`, the forward is what it was.

    Args:
        model: a causal model, or what peft or another wrapper made of one.
        temperature: what logits are divided by.

    Returns:
        Whether it could be: a model that changes its logits afterwards keeps its own way.
    """
    inner = _inner(model)
    if getattr(inner, _MARK, None) is not None:
        setattr(inner, _MARK, temperature)  # it is asked at each call: nothing is wrapped twice
        return True
    config = inner.config.get_text_config()
    if any(getattr(config, name, None) for name in _CHANGES):
        return False
    before = inner.forward

    @functools.wraps(type(inner).forward)
    def forward(self: Any, *args: Any, fused_lm_head: bool = False, **kwargs: Any) -> Any:
        if not fused_lm_head:
            return before(*args, **kwargs)
        return _scored(self, getattr(self, _MARK), *args, **kwargs)

    inner.forward = types.MethodType(forward, inner)
    setattr(inner, _MARK, temperature)
    return True


def token_logps(
    model: Any,
    input_ids: "Tensor",
    attention_mask: "Tensor",
    labels: "Tensor",
    *,
    temperature: float = 1.0,
) -> "Tensor":
    """Log-probabilities of the words in `labels`, with gradients.

    Args:
        model: a causal model, wrapped or not; the call goes through the outermost wrapper.
        input_ids, attention_mask: [B, T].
        labels: [B, T]: `input_ids` where a log-probability is wanted, −100 elsewhere.
        temperature: what logits are divided by.

    Returns:
        [B, T] float32, in nats: [b, t] is log p(labels[b, t] | input_ids[b, :t]), and 0 where the
        label is −100. Column 0 is 0 always, for nothing comes before it.
    """
    import torch

    asked = {"input_ids": input_ids, "attention_mask": attention_mask}
    if install(model, temperature):
        found = model(**asked, labels=labels, fused_lm_head=True).log_probs
    else:
        logits = model(**asked, use_cache=False).logits[:, :-1].float() / temperature
        words = labels[:, 1:]
        known = words != _IGNORED
        chosen = logits.gather(2, words.clamp(min=0)[..., None]).squeeze(2)
        found = (chosen - logits.logsumexp(2)) * known
    return torch.cat([torch.zeros_like(found[:, :1]), found], dim=1)


def _inner(model: Any) -> Any:
    """The causal model under the wrappers of distribution and of peft."""
    model = getattr(model, "module", model)
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _scored(model: Any, heat: float, *args: Any, labels: "Tensor", **kwargs: Any) -> Any:
    from copydesk.train.head.chunks import score
    from copydesk.train.head.output import Scored

    counted = kwargs.pop("num_items_in_batch", None)
    kwargs["use_cache"] = False
    with straight(model):  # accelerate turns autocast on no earlier than in the forward
        hidden = model.base_model(*args, **kwargs).last_hidden_state[:, :-1]
    words = labels[:, 1:]
    known = words != _IGNORED
    head = model.get_output_embeddings()
    found = score(hidden[known], head.weight, head.bias, words[known], heat)
    # Scattered, the answer stays tied to the model even where no word is asked for.
    spread = [some.new_zeros(known.shape).masked_scatter(known, some) for some in found]
    log_probs, entropy, mean_logits, is_top1 = spread
    number = known.sum().clamp(min=1) if counted is None else counted
    return Scored(
        loss=-log_probs.sum() / number,
        log_probs=log_probs,
        entropy=entropy,
        mean_logits=mean_logits,
        is_top1=is_top1,
        label_mask=known,
    )
