"""What tests of whole runs share: a tiny base, an editor's rows, a run that is killed in a step."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.hf_folders import tiny_llama

from copydesk.generate.protocol import Message
from copydesk.preferences.rows import Pair, Ranking, Row, Sample
from copydesk.preferences.write import write_rows
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import load_recipe
from copydesk.train.run.progress import Progress

ROOT = Path(__file__).parent.parent.parent
TOPICS = ("bees", "rain", "the night bus", "honey", "roofs", "市场", "河流", "面包", "钟楼", "桥")


def editors_rows(count: int = 30) -> list[Row]:
    """A third each of samples, edits and rankings with ties, in English and Chinese.

    What editors prefer is never the longer answer, so that a reward can be told from length.
    """
    rows: list[Row] = []
    for number in range(count):
        topic = TOPICS[number % len(TOPICS)]
        prompt = (Message("user", f"One line on {topic}, number {number}."),)
        plain = f"{topic.capitalize()}: the town saw {number + 3} of them this week."
        florid = f"{topic.capitalize()}, a rich tapestry of {number}!" + " Truly!" * (number % 5)
        dull = f"It is said that {topic} {number} exist" + " at all" * (number % 4) + "."
        if number % 3 == 0:
            rows.append(Sample(prompt=prompt, completion=plain))
        elif number % 3 == 1:
            rows.append(Pair(prompt=prompt, chosen=plain, rejected=florid, annotator="Ada"))
        else:
            ranks = (1, 2, 2) if number % 2 else (1, 3, 2)
            rows.append(Ranking(prompt=prompt, completions=(plain, florid, dull), ranks=ranks))
    return rows


def rows_file(folder: Path, count: int = 30) -> Path:
    """The same in a file."""
    path = folder / "rows.jsonl"
    write_rows(editors_rows(count), path)
    return path


def tiny_base(folder: Path) -> Path:
    """A random model with 113,000 weights."""
    return tiny_llama(folder)


def quick_recipe(method: str, base: Path, data: Path, *sets: str) -> Recipe:
    """A dozen quick steps on one thread."""
    quick = (
        f"model={base}", f"data={data}", "threads=1", "precision=float32", "adapter.rank=4",
        "max_length=96", "schedule.steps=12", "schedule.batch=2", "schedule.accumulate=1",
        "schedule.save_every=3",
    )  # fmt: skip
    return load_recipe(method, (*quick, *sets))


class Stop:
    """Ends the process, or interrupts it, when a step was logged."""

    def __init__(self, step: int, *, kill: bool = False) -> None:
        self._step, self._kill = step, kill

    def say(self, text: str) -> None:
        """Hear nothing."""

    def step(self, progress: Progress) -> None:
        """At the step, be gone."""
        if progress.step < self._step:
            return
        if self._kill:
            os.kill(os.getpid(), signal.SIGKILL)
        raise KeyboardInterrupt


_KILLED = """
import sys
from pathlib import Path
from tests.support.trained import Stop
from copydesk.train.perform import run_recipe
from copydesk.train.recipes import load_recipe
recipe, folder, step = load_recipe(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
run_recipe(recipe, folder, estimate=False, watch=Stop(step, kill=True))
"""


def run_killed(recipe_file: Path, folder: Path, step: int) -> None:
    """Train in a process of its own, which ends with kill −9 once `step` is logged."""
    done = run_python(_KILLED, str(recipe_file), str(folder), str(step))
    assert done.returncode == -signal.SIGKILL, done.stderr


def run_python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a process of its own, with the sources and the tests."""
    path = f"{ROOT}{os.pathsep}{ROOT / 'src'}"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
