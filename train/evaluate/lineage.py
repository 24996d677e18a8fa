"""The runs that led to a model: what it learned from, in which order, and who judged it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row
from copydesk.train.run.folder import RunInfo, read_run

_DEEPEST = 6  # runs that stand on one another


@dataclass(frozen=True)
class Lineage:
    """The run itself first, then that which it went on from, and so on."""

    runs: tuple[RunInfo, ...]

    @property
    def sft(self) -> Path | None:
        """The model folder of the nearest earlier run that learned from samples alone."""
        for run in self.runs[1:]:
            if run.recipe.method == "sft" and run.model.is_dir():
                return run.model
        return None

    def train(self) -> tuple[Row, ...]:
        """All rows that were learned from."""
        return tuple(row for run in self.runs for row in _rows(run.folder / "rows/train.jsonl"))

    def held(self) -> tuple[Row, ...]:
        """Rows that none learned from.

        A prompt is on the same side of the split in every run; an earlier run's rows have the
        texts that prompts alone do not.
        """
        return tuple(row for run in self.runs for row in _rows(run.folder / "rows/held.jsonl"))

    def facts(self) -> Mapping[str, Any]:
        """What `check_independent` asks: the judges that were used, and the hashes of the data."""
        return {
            "judges": [
                judge
                for run in self.runs
                for judge in (run.recipe.rollout.judge, run.recipe.ppo.stop_judge)
                if judge
            ],
            "data": [run.manifest.data.sha256 for run in self.runs if run.manifest.data.sha256],
        }


def read_lineage(folder: Path) -> Lineage:
    """A run and those that it stands on.

    Raises:
        UsageProblem, DocumentProblem: the folder holds no run, or a broken one.
    """
    runs = [read_run(folder)]
    while len(runs) < _DEEPEST and (before := _before(runs[-1])) is not None:
        runs.append(before)
    return Lineage(tuple(runs))


def _before(run: RunInfo) -> RunInfo | None:
    """The run whose adapter, or whose whole model, this one began with."""
    for named in (run.recipe.adapter.start, run.recipe.model):
        if not named:
            continue
        place = Path(named).expanduser()
        for folder in (place, place.parent):
            if folder.resolve() == run.folder.resolve():
                continue
            try:
                return read_run(folder)
            except CopydeskError:
                continue
    return None


def _rows(path: Path) -> tuple[Row, ...]:
    return read_rows(path).rows if path.is_file() else ()
