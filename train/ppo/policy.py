"""Policy, value function and reference, on one copy of the weights.

With adapters there is one base model and each role is an adapter on it: the policy, the value
function, and the reference, which is the base without any, or a frozen copy of the adapter that
training started from. The base is frozen, so all share it. With `full`, each is a model of its own.
"""

# ruff: noqa: PLC0415 - peft is loaded when a model is

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from copydesk.errors import OutputProblem
from copydesk.train.head.adapters import straight

POLICY, VALUE, REFERENCE = "default", "value", "reference"  # adapters; peft saves "default" plainly


class Actors(Protocol):
    """The three roles. Inside of `role`, the model that it gives plays that role."""

    head: nn.Linear

    def role(self, name: str) -> "Any":
        """A context that gives a causal language model in the role POLICY, VALUE or REFERENCE."""
        ...

    def trained(self) -> dict[str, nn.Parameter]:
        """All that is learnt, by name: of policy, value function and head."""
        ...

    def save(self, folder: Path) -> None:
        """Write the policy alone, as transformers or peft read it."""
        ...


def actors_of(
    model: Any, dtype: torch.dtype, *, started: bool, checkpointing: bool = False
) -> Actors:
    """The roles on a model of `train.base.load_policy`: of peft, or a whole one to be trained.

    Args:
        dtype: what whole models, which are float32, multiply in.
        started: the policy's adapter holds something already: the value function and the reference
            begin as copies of it.
        checkpointing: compute activations again rather than keep them.
    """
    adapted = hasattr(model, "peft_config")
    if checkpointing:
        causal = model.get_base_model() if adapted else model
        # The old name goes in transformers 6; the new one came in 5.2x.
        name = "activation_checkpointing_enable"
        enable = getattr(causal, name, None) or causal.gradient_checkpointing_enable
        enable({"use_reentrant": False})
    return Adapters(model, started=started) if adapted else Copies(model, dtype)


class Adapters:
    """One frozen base; the roles are adapters on it."""

    def __init__(self, model: Any, *, started: bool) -> None:
        from peft.tuners.tuners_utils import BaseTunerLayer
        from peft.utils.other import AuxiliaryTrainingWrapper

        self._model, self._started = model, started
        settings = copy.deepcopy(model.peft_config[POLICY])
        settings.inference_mode = False
        model.add_adapter(VALUE, settings)
        if started:
            model.add_adapter(REFERENCE, copy.deepcopy(settings))
        self._causal = model.get_base_model()
        kinds = (BaseTunerLayer, AuxiliaryTrainingWrapper)
        self._layers = [m for m in model.modules() if isinstance(m, kinds)]
        # Adapters are float32; beside a narrow base they multiply in what it multiplies in.
        frozen = {w.dtype for w in model.parameters() if not w.requires_grad}
        self._narrow = next(iter(frozen & {torch.bfloat16, torch.float16}), None)
        if started:
            for role in (VALUE, REFERENCE):
                self._copy(POLICY, role)
        self.head = value_head(self._causal)
        self._trained = self._find_trained()

    @contextmanager
    def role(self, name: str) -> Iterator[Any]:
        """The base with that role's adapter."""
        bare = name == REFERENCE and not self._started
        for layer in self._layers:
            layer.enable_adapters(not bare)
            if not bare:
                layer.set_adapter(name, inference_mode=name == REFERENCE)
        half = torch.autocast(
            self._causal.device.type, dtype=self._narrow, enabled=self._narrow is not None
        )
        with recomputing(self._causal), half, straight(self._causal):
            yield self._causal

    def trained(self) -> dict[str, nn.Parameter]:
        """Both adapters' matrices, and the head."""
        return self._trained

    def save(self, folder: Path) -> None:
        """The policy's adapter; peft, generation and the GGUF export take the folder."""
        with self.role(POLICY):
            written(self._model.save_pretrained, folder, selected_adapters=[POLICY])

    def _copy(self, source: str, target: str) -> None:
        weights = dict(self._model.named_parameters())
        for name, weight in weights.items():
            if f".{source}." in name:
                weights[name.replace(f".{source}.", f".{target}.")].data.copy_(weight.data)

    def _find_trained(self) -> dict[str, nn.Parameter]:
        found = {
            name: weight
            for name, weight in self._model.named_parameters()
            if any(f".{role}." in name for role in (POLICY, VALUE))
        }
        return found | {f"head.{name}": weight for name, weight in self.head.named_parameters()}


class Copies:
    """Three whole models: two that learn, and a frozen one."""

    def __init__(self, policy: Any, dtype: torch.dtype) -> None:
        self._dtype = dtype
        self._models = {POLICY: policy, VALUE: copy.deepcopy(policy)}
        self._models[REFERENCE] = copy.deepcopy(policy).requires_grad_(False).eval()
        head = self._models[VALUE].get_output_embeddings()
        if head is not None and not policy.config.tie_word_embeddings:
            head.requires_grad_(False)  # the value function says no words
        self.head = value_head(policy)

    @contextmanager
    def role(self, name: str) -> Iterator[Any]:
        """That role's model."""
        model = self._models[name]
        half = torch.autocast(
            model.device.type, dtype=self._dtype, enabled=self._dtype != torch.float32
        )
        with recomputing(model), half:
            yield model

    def trained(self) -> dict[str, nn.Parameter]:
        """All weights of both models, and the head."""
        found = {
            f"{role}.{name}": weight
            for role in (POLICY, VALUE)
            for name, weight in self._models[role].named_parameters()
            if weight.requires_grad
        }
        return found | {f"head.{name}": weight for name, weight in self.head.named_parameters()}

    def save(self, folder: Path) -> None:
        """The policy as a whole model."""
        written(self._models[POLICY].save_pretrained, folder)


@contextmanager
def recomputing(model: Any) -> Iterator[None]:
    """Let layers forget their activations, where that was asked for and gradients are taken.

    Transformers does so in training mode only. Everything else stays in evaluation mode: with
    dropout, the policy that is updated would be another than the one that spoke.
    """
    from transformers.modeling_layers import GradientCheckpointingLayer

    layers = [m for m in model.modules() if isinstance(m, GradientCheckpointingLayer)]
    model.eval()
    for layer in layers:
        layer.training = torch.is_grad_enabled() and bool(layer.gradient_checkpointing)
    try:
        yield
    finally:
        model.eval()


def value_head(model: Any) -> nn.Linear:
    """From the last hidden state to a number; all zeros, so that nothing is expected at first."""
    size = int(model.config.get_text_config().hidden_size)
    head = nn.Linear(size, 1, device=next(model.parameters()).device, dtype=torch.float32)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return head


def finite(weights: dict[str, nn.Parameter]) -> bool:
    """Whether no weight is infinite or nan."""
    return all(bool(torch.isfinite(weight).all()) for weight in weights.values())


def hidden_values(head: nn.Linear, states: Tensor) -> Tensor:
    """[B, L] values out of [B, L, H] hidden states; what was expected *before* each token.

    The state at a token has read it. So column j takes the state at j − 1, and column 0 is 0.
    """
    with torch.autocast(states.device.type, enabled=False):
        read: Tensor = head(states[:, :-1].float()).squeeze(-1)
    return nn.functional.pad(read, (1, 0))


def written(save: Any, folder: Path, **options: Any) -> None:
    """Have something saved into a folder.

    Args:
        save: a `save_pretrained`; it takes the folder and the options.

    Raises:
        OutputProblem: the disk is full, or the folder cannot be written.
    """
    from safetensors import SafetensorError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        save(str(folder), **options)
    except (OSError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:160]
        raise OutputProblem(
            f"{folder} could not be written: {reason}.", "make room there, then --resume"
        ) from None
