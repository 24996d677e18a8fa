"""Whether a run is spread over the processes, and in the way, that was asked for.

Launchers fall back in silence: `accelerate launch --cpu --num_processes 2` runs one process, and
FSDP without a GPU becomes plain data parallelism. A run that was planned for eight GPUs would then
take eight times as long, or not fit, and nobody would be told.
"""

import os
from dataclasses import dataclass
from typing import Any

from copydesk.errors import UsageProblem

_ASKED = {"ACCELERATE_USE_FSDP": "FSDP", "ACCELERATE_USE_DEEPSPEED": "DEEPSPEED"}


@dataclass(frozen=True)
class Spread:
    """How a run is spread.

    Attributes:
        processes: how many there are.
        kind: accelerate's name for it: NO, MULTI_CPU, MULTI_GPU, FSDP, DEEPSPEED …
        main: whether this is the one that writes and speaks.
    """

    processes: int
    kind: str
    main: bool

    @property
    def sharded(self) -> bool:
        """Whether no process holds all weights."""
        return self.kind in {"FSDP", "DEEPSPEED"}

    def __str__(self) -> str:
        return f"{self.processes} process{'es' if self.processes > 1 else ''} ({self.kind})"


def spread_of(accelerator: Any, wanted: int = 0) -> Spread:
    """How accelerate spread this run, held against what was asked for.

    Args:
        accelerator: an `accelerate.Accelerator`.
        wanted: how many processes the recipe asks for; 0: any number.

    Raises:
        UsageProblem: there are fewer or more processes, or weights that should be split over them
            are not.
    """
    kind = str(accelerator.distributed_type).rpartition(".")[2]
    got = Spread(int(accelerator.num_processes), kind, bool(accelerator.is_main_process))
    launched = int(os.environ.get("WORLD_SIZE") or 1)
    if launched != got.processes:
        raise UsageProblem(
            f"{launched} processes were launched, and {got.processes} work together.",
            "start them with torchrun, see docs/scaling.md",
        )
    if wanted and wanted != got.processes:
        raise UsageProblem(
            f"The recipe asks for {wanted} processes, and this is {got}.",
            f"torchrun --nproc-per-node {wanted} …, see docs/scaling.md, or --set processes=0",
        )
    for name, asked in _ASKED.items():
        if os.environ.get(name, "").lower() in {"true", "1"} and kind != asked:
            raise UsageProblem(
                f"{asked} was asked for, and accelerate made {got} of it.",
                "it needs GPUs: leave that configuration out on a processor",
            )
    return got
