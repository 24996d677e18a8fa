"""Runs a program in two processes at once, as torchrun starts them, over gloo on this machine.

`accelerate launch --cpu --num_processes 2` silently runs one. So the program itself asserts that
there are two; `PRELUDE` does it before anything else.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PRELUDE = """
import torch
torch.set_num_threads(1)
from accelerate import PartialState
state = PartialState(cpu=True)
assert state.num_processes == 2, f"{state.num_processes} processes, not 2"
assert state.distributed_type.value == "MULTI_CPU", state.distributed_type
"""


def run_two(program: str, folder: Path, *arguments: str, timeout: float = 900) -> str:
    """Run Python code twice, as ranks 0 and 1 of one job; returns what both printed.

    Args:
        program: comes after `PRELUDE`; sys.argv[1:] are the arguments.
        folder: where the program is put.
    """
    path = folder / "program.py"
    path.write_text(PRELUDE + program, encoding="utf-8")
    environment = os.environ | {
        "ACCELERATE_USE_CPU": "true",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node"]
    done = subprocess.run(
        [*command, "2", str(path), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
    return done.stdout
