"""GRPO and RLOO: TRL's trainers, with prompts read as generation reads them."""

from collections.abc import Callable
from typing import Any

from trl.trainer.grpo_trainer import GRPOTrainer as TrlGrpoTrainer
from trl.trainer.rloo_trainer import RLOOTrainer as TrlRlooTrainer

from copydesk.generate.protocol import Message
from copydesk.train.bridge.steady import Steady

Read = Callable[[list[Message]], list[int]]


class _Ours(Steady):
    """Rows {prompt}: a list of {role, content}."""

    def __init__(self, *args: Any, read: Read, ends: int, **kwargs: Any) -> None:
        """Make one.

        Args:
            read: a prompt becomes tokens.
            ends: the token that ends an answer.
        """
        self._read = read
        model = kwargs["model"]
        known = model.generation_config.eos_token_id
        others = known if isinstance(known, list) else [] if known is None else [known]
        model.generation_config.eos_token_id = sorted({ends, *others})
        super().__init__(*args, **kwargs)

    def _tokenize_prompts(self, prompts: list[list[dict[str, str]]]) -> tuple[Any, None, Any]:
        read = [
            self._read([Message(turn["role"], turn["content"]) for turn in prompt])  # type: ignore[arg-type]
            for prompt in prompts
        ]
        return read, None, {}


class GrpoTrainer(_Ours, TrlGrpoTrainer):
    """Group relative policy optimisation."""


class RlooTrainer(_Ours, TrlRlooTrainer):
    """REINFORCE, each answer against the mean of the others to the same prompt."""
