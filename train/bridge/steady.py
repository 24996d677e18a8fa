"""What all our trainers have over TRL's: a stop at what is no number, the head, no model card."""

from typing import Any

import torch
from transformers import PrinterCallback, Trainer

from copydesk.errors import CopydeskError
from copydesk.train.head import install

HINT = "lower schedule.learning_rate, or raise schedule.warmup; --set precision=float32 may help"


class NotFinite(CopydeskError):
    """The loss, or a gradient, is no number any more."""

    def __init__(self, what: str, step: int) -> None:
        super().__init__(f"The {what} was no finite number at step {step}.", HINT)
        self.what, self.step = what, step


class Steady(Trainer):
    """Comes before a trainer of TRL among the bases of ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remove_callback(PrinterCallback)  # what it prints is the job's log to tell
        if self.accelerator.device.type == "cpu":
            heat = float(getattr(self, "temperature", 1.0))  # of the trainers that roll out
            install(self.model, heat)
            if reference := getattr(self, "ref_model", None):
                install(reference, heat)

    def training_step(self, model: Any, inputs: Any, *more: Any, **kwargs: Any) -> Any:
        """One batch, forwards and backwards.

        Raises:
            NotFinite: in every process at once, before anything was done with its gradients.
        """
        loss = super().training_step(model, inputs, *more, **kwargs)
        bad = (~torch.isfinite(loss.detach())).float()
        if self.accelerator.num_processes > 1:
            bad = self.accelerator.reduce(bad, reduction="sum")
        if bad.item():
            raise NotFinite("loss", self.state.global_step + 1)
        return loss

    def _get_grad_norm(self, model: Any, grad_norm: Any = None) -> Any:
        norm = super()._get_grad_norm(model, grad_norm=grad_norm)  # type: ignore[no-untyped-call]
        if norm is not None and not torch.isfinite(torch.as_tensor(norm)).all():
            raise NotFinite("gradient", self.state.global_step + 1)
        return norm

    def create_model_card(self, *args: Any, **kwargs: Any) -> None:
        """None: publishing writes one that says more."""
