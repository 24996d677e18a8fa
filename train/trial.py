"""Two steps on the longest rows, in a process of their own: how long a step takes, how much memory.

The process ends with its memory, so that its peak is its own and nothing of it stays behind.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

from copydesk import errors
from copydesk.errors import CopydeskError, GenerationFailed
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row
from copydesk.preferences.write import write_rows
from copydesk.train.data.keys import answers
from copydesk.train.job import Job
from copydesk.train.methods import find_method
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import ONLINE, load_recipe, recipe_to_yaml

_STEPS = 2
_MOST_BATCHES = 2  # of a step; the rest of it takes as long, and no more memory
_BYTES_A_TOKEN = 4  # of English, and about that of Chinese
_SAMPLES = 200  # batches that the mean length is taken from
_RESULT = "trial.json"


@dataclass(frozen=True)
class Trial:
    """What was measured.

    Attributes:
        start: seconds until the first step began.
        step: seconds that a step of the whole run takes on average.
        peak: bytes, the most at a time: of the GPU where there is one, else of the process.
        died: the process was ended by the system, which it is when memory runs out.
    """

    start: float
    step: float
    peak: int
    died: bool = False


def longest_rows(rows: Sequence[Row], count: int) -> list[Row]:
    """The longest rows, by the bytes of all that is read of them."""
    return sorted(rows, key=size_of, reverse=True)[:count]


def size_of(row: Row) -> int:
    """Bytes of a row's longest reading: the prompt with its longest answer."""
    asked = sum(len(message.content.encode(errors="replace")) for message in row.prompt)
    return asked + max((len(text.encode(errors="replace")) for text in answers(row)), default=0)


def measure(recipe: Recipe, rows: Sequence[Row], *, anyway: bool = False) -> Trial:
    """Take two steps in a child process; nothing of them is kept.

    Raises:
        CopydeskError: what training itself would have raised.
    """
    small = _small(recipe)
    share = recipe.schedule.accumulate / small.schedule.accumulate
    count = _STEPS * small.schedule.batch * small.schedule.accumulate
    if recipe.method in ONLINE:
        count = _STEPS * recipe.rollout.prompts
    chosen = longest_rows(rows, max(2, count))
    with tempfile.TemporaryDirectory(prefix="copydesk-trial-") as name:
        folder = Path(name)
        (folder / "recipe.yaml").write_text(recipe_to_yaml(small), encoding="utf-8")
        write_rows(chosen, folder / "rows.jsonl")
        found, code, said = _in_child(folder, anyway)
    if found is None:
        if code in (-9, 137):
            return Trial(0, 0, 0, died=True)
        raise GenerationFailed(
            f"Two steps for a measure failed: {said}.", "--no-estimate trains without them"
        )
    if "error" in found:
        raise _problem(found)
    step = float(found["step"]) * share * _easier(recipe, rows, chosen)
    return Trial(float(found["start"]), step, int(found["peak"]))


def _problem(found: Mapping[str, Any]) -> CopydeskError:
    """What the child raised, of its own kind: some of them take other words to be made."""
    kind = getattr(errors, str(found["kind"]), CopydeskError)
    problem: CopydeskError = kind.__new__(kind)
    CopydeskError.__init__(problem, str(found["error"]), str(found["hint"]))
    return problem


def _small(recipe: Recipe) -> Recipe:
    """The same in two steps, without evaluations and checkpoints."""
    online = recipe.method in ONLINE
    accumulate = recipe.schedule.accumulate
    schedule = recipe.schedule.model_copy(
        update={
            "steps": _STEPS,
            "accumulate": accumulate if online else min(accumulate, _MOST_BATCHES),
            "log_every": 1,
            "evaluate_every": 0,
            "save_every": 0,
        }
    )
    return recipe.model_copy(update={"schedule": schedule})


def _easier(recipe: Recipe, rows: Sequence[Row], chosen: Sequence[Row]) -> float:
    """How much shorter batches of all rows are than those of the longest, padding counted.

    Rollouts take their time for the answers, whose length the rows do not say: 1.
    """
    if recipe.method in ONLINE:
        return 1.0
    most = recipe.max_length * _BYTES_A_TOKEN
    batch = recipe.schedule.batch
    draw = Random(0)
    sizes = [min(most, size_of(row)) for row in rows]
    padded = [max(draw.choices(sizes, k=batch)) for _ in range(_SAMPLES)]
    tried = mean(min(most, size_of(row)) for row in chosen)
    return min(1.0, mean(padded) / tried) if tried else 1.0


def _in_child(folder: Path, anyway: bool) -> tuple[dict[str, Any] | None, int, str]:
    """Run `main` on the folder; its result, exit code, and the last line that it said."""
    command = [sys.executable, "-m", "copydesk.train.trial", str(folder), str(int(anyway))]
    done = subprocess.run(  # noqa: S603 - this very module
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
    try:
        found = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    return found, done.returncode, lines[-1].rstrip(".")


def main(arguments: Sequence[str]) -> int:
    """What the child does: train two steps, write down times and memory."""
    folder, anyway = Path(arguments[0]), arguments[1] == "1"
    recipe = load_recipe(str(folder / "recipe.yaml"))
    rows = read_rows(folder / "rows.jsonl").rows
    marks = [time.monotonic()]

    def log(step: int, numbers: Mapping[str, float]) -> None:
        if step == len(marks) and math.isfinite(step) and numbers:
            marks.append(time.monotonic())

    try:
        job = Job(recipe, folder, rows, (), log, anyway=anyway)
        find_method(recipe.method)(job)
    except CopydeskError as error:
        found: dict[str, Any] = {
            "error": error.message,
            "hint": error.hint,
            "kind": type(error).__name__,
        }
    else:
        found = _times(marks) | {"peak": _peak()}
    (folder / _RESULT).write_text(json.dumps(found), encoding="utf-8")
    return 0


def _times(marks: Sequence[float]) -> dict[str, float]:
    """The last step, in which everything is warm, and what came before the first."""
    step = marks[-1] - marks[-2] if len(marks) > 2 else (marks[-1] - marks[0]) / 2
    first = marks[1] if len(marks) > 1 else marks[0]
    return {"step": step, "start": max(0.0, first - marks[0] - step)}


def _peak() -> int:
    """Bytes that this process held at most."""
    import torch  # noqa: PLC0415 - is loaded by now

    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_reserved())
    if os.name == "nt":
        import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - accelerate brings it along

        return int(psutil.Process().memory_info().peak_wset)
    import resource  # noqa: PLC0415 - Windows has none

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
