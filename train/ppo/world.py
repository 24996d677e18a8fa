"""The processes that learn together: sums over all of them, and the rows that are whose."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class World:
    """One process among those that learn together.

    Every process holds all weights, answers its own prompts, and adds its gradients to those of the
    others. `accelerate` says who is there; the sums are its backend's (gloo, NCCL).

    Attributes:
        size, rank: how many there are, and which this is, from 0.
        device: where this process computes.
    """

    size: int
    rank: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def sum(self, value: Tensor) -> Tensor:
        """The sum over all processes of a tensor without gradients; the argument is left alone."""
        if self.size == 1:
            return value
        total = value.detach().clone()
        torch.distributed.all_reduce(total)
        return total

    def gather(self, value: Any) -> list[Any]:
        """Everyone's object, by rank."""
        if self.size == 1:
            return [value]
        found: list[Any] = [None] * self.size
        torch.distributed.all_gather_object(found, value)
        return found

    def share(self, value: Any) -> Any:
        """The first process's object, for all."""
        if self.size == 1:
            return value
        holder = [value]
        torch.distributed.broadcast_object_list(holder, src=0)
        return holder[0]

    def same_weights(self, parameters: list[torch.nn.Parameter]) -> None:
        """Give everyone the first process's weights."""
        if self.size > 1:
            for parameter in parameters:
                torch.distributed.broadcast(parameter.data, src=0)

    def sum_gradients(self, parameters: list[torch.nn.Parameter]) -> None:
        """Add up everyone's gradients, in one message; a loss is divided by global counts."""
        if self.size == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([gradient.reshape(-1).float() for gradient in gradients])
        torch.distributed.all_reduce(flat)
        begin = 0
        for gradient in gradients:
            gradient.copy_(flat[begin : begin + gradient.numel()].view_as(gradient))
            begin += gradient.numel()


def this_world(wanted: int = 0) -> World:
    """The processes as they were started, one or by torchrun.

    Raises:
        UsageProblem: there are not as many as `wanted`, or their weights would be split.
    """
    from accelerate import Accelerator  # type: ignore[import-untyped]  # noqa: PLC0415 - it starts the process group

    from copydesk.errors import UsageProblem  # noqa: PLC0415
    from copydesk.train.processes import spread_of  # noqa: PLC0415

    accelerator = Accelerator()
    spread = spread_of(accelerator, wanted)
    if spread.sharded:
        raise UsageProblem(
            f"PPO keeps all weights in each process, and this is {spread}.",
            "start it with plain torchrun; adapters keep what is trained small",
        )
    device = accelerator.device
    # "cpu:0" is no place to put tensors for all that take a device's name.
    device = torch.device("cpu") if device.type == "cpu" else device
    return World(spread.processes, int(accelerator.process_index), device)
