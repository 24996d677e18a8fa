"""The folder of a run: for one process at a time, begun once, gone on with after a kill.

What a run is made of is written down before it begins: `recipe.yaml` whole, and the rows it learns
from. So it goes on with exactly these, though the desk has grown since.
"""

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, OutputProblem, UsageProblem
from copydesk.files import make_folder, try_lock, write_atomic
from copydesk.train.job import Log, Outcome
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import differences, load_recipe, recipe_to_yaml
from copydesk.train.run.manifest import Manifest, read_manifest, versions
from copydesk.train.run.metrics import NAME as METRICS
from copydesk.train.run.metrics import Metrics, read_metrics
from copydesk.train.run.progress import SILENT, Clock, Progress, Watch

RECIPE, ROWS, MODEL, CHECKPOINTS, PLOTS, AUDIT = (
    "recipe.yaml",
    "rows",
    "model",
    "checkpoints",
    "plots",
    "audit.json",
)
_LOCK = ".lock"
# What a run and its evaluation write; --force deletes these and nothing else.
_OURS = (
    *("manifest.json", METRICS, RECIPE, ROWS, MODEL, CHECKPOINTS, PLOTS, AUDIT),
    *("adapter", "evaluation", "tensorboard"),
)
# What a run has written before its first step. Without more nothing was learnt yet.
_EARLY = {"manifest.json", METRICS, RECIPE, ROWS, AUDIT, "tensorboard"}
# What may differ when a run is gone on with: none of it changes what is learnt.
_FREE = {"threads", "schedule.log_every", "schedule.save_every", "schedule.evaluate_every"}


@dataclass(frozen=True)
class RunInfo:
    """A run as it lies in its folder; `model` need not be there yet."""

    folder: Path
    recipe: Recipe
    manifest: Manifest
    metrics: tuple[dict[str, Any], ...]

    @property
    def model(self) -> Path:
        """Where the result goes."""
        return self.folder / MODEL


def read_run(folder: Path) -> RunInfo:
    """A run's recipe, manifest and metrics.

    Raises:
        UsageProblem: the folder holds no run.
        DocumentProblem: its manifest is broken.
    """
    manifest = read_manifest(folder)
    if manifest is None or not (folder / RECIPE).is_file():
        raise UsageProblem(
            f"{folder} holds no training run.", "give the folder that a run was written to with -o"
        )
    recipe = load_recipe(str((folder / RECIPE).absolute()))
    return RunInfo(folder, recipe, manifest, tuple(read_metrics(folder)))


def finished(folder: Path) -> bool:
    """Whether the run in a folder came to its end and its model is there."""
    manifest = read_manifest(folder)
    done = manifest is not None and manifest.state in {"finished", "stopped"}
    return done and (folder / MODEL).is_dir()


class Run:
    """An open run. Where several processes train together, only the first one writes.

    Attributes:
        resumed: it goes on with what was there.
        manifest: as it stands.
    """

    def __init__(self, folder: Path, manifest: Manifest, resumed: bool, watch: Watch) -> None:
        self.folder, self.manifest, self.resumed = folder, manifest, resumed
        self.leads = is_leader()
        self.also: Log | None = None  # who else hears each step: TensorBoard
        self._watch, self._began = watch, time.monotonic()
        self._metrics = Metrics(folder / METRICS) if self.leads else None
        self._clock = Clock(manifest.planned)

    def plan(self, steps: int, **facts: object) -> None:
        """Write down how long it will take, and what it is made from."""
        self._clock = Clock(steps)
        self._write(planned=steps, **facts)

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Take the numbers of a step.

        Raises:
            OutputProblem: the disk is full.
        """
        if self._metrics is None:
            return
        self._metrics.add(step, numbers)
        if self.also is not None:
            self.also(step, numbers)
        left = self._clock.left(step)
        self._watch.step(Progress(step, self.manifest.planned, dict(numbers), left))

    def finish(self, outcome: Outcome) -> None:
        """Write down what came of it."""
        self._write(
            state="stopped" if outcome.stopped else "finished",
            steps=outcome.steps,
            stopped=outcome.stopped,
            metrics=dict(outcome.metrics),
            error="",
        )

    def fail(self, error: BaseException) -> None:
        """Write down what ended it, as far as there is room for that."""
        state = "failed" if isinstance(error, Exception) else "interrupted"
        said = error.message if isinstance(error, CopydeskError) else type(error).__name__
        with suppress(OutputProblem):
            self._write(state=state, error=said if state == "failed" else "")

    def close(self) -> None:
        """Let go of the metrics."""
        if self._metrics is not None:
            self._metrics.close()

    def _write(self, **changes: object) -> None:
        now = time.monotonic()
        seconds = round(self.manifest.seconds + now - self._began, 1)
        self._began = now
        self.manifest = self.manifest.with_(**changes, seconds=seconds, ended=_now())
        if self.leads:
            self.manifest.write(self.folder)


@contextmanager
def open_run(
    folder: Path,
    recipe: Recipe,
    *,
    resume: bool = False,
    force: bool = False,
    watch: Watch = SILENT,
) -> Iterator[Run]:
    """Make or enter the folder of a run, and hold it for this process.

    Args:
        resume: go on with the run that is there; without one, it begins.
        force: delete the run that is there, or begin beside files that are none of a run.

    Raises:
        OutputProblem: the folder is in use, holds a run or other things, or cannot be written.
        UsageProblem: the run that is there was begun with another recipe.
    """
    if not is_leader():
        there = read_manifest(folder) if resume else None
        yield Run(folder, there or Manifest(method=recipe.method), there is not None, watch)
        return
    make_folder(folder)
    with ExitStack() as stack:
        stack.enter_context(alone(folder))
        before = _enter(folder, recipe, resume=resume, force=force)
        run = Run(folder, _manifest(folder, recipe, before), before is not None, watch)
        stack.callback(run.close)
        try:
            yield run
        except BaseException as error:
            run.fail(error)
            raise


def is_leader() -> bool:
    """Whether this process writes; torchrun numbers those that train together."""
    return os.environ.get("RANK", "0") == "0"


def processes() -> int:
    """How many processes train together."""
    size = os.environ.get("WORLD_SIZE", "1")
    return int(size) if size.isdigit() and int(size) else 1


def _enter(folder: Path, recipe: Recipe, *, resume: bool, force: bool) -> Manifest | None:
    """The manifest to go on with; None for a new run."""
    before = read_manifest(folder)
    if before is not None and resume:
        _check_same(folder, recipe)
        return before
    own = {_LOCK, *_OURS} if resume else {_LOCK}  # a kill may have come before the manifest
    written: Iterable[str] = () if before is None else _OURS
    if before is not None and not force and _nothing_learnt(folder, before):
        before, written, own = None, _EARLY, own | _EARLY
    others = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if before is None and others and not force:
        raise OutputProblem(
            f"{folder} holds other things already: {', '.join(others[:3])}.",
            "give another folder with -o, or --force to train beside them",
        )
    if before is not None and not force:
        raise OutputProblem(
            f"{folder} holds a run already.",
            "go on with it: --resume, begin anew: --force, or give another folder with -o",
        )
    _delete(folder, written)
    return None


def _nothing_learnt(folder: Path, before: Manifest) -> bool:
    """Whether a run was refused, or broken off, before its first step: it may begin anew."""
    if before.state in {"finished", "stopped"} or read_metrics(folder):
        return False
    return not any((folder / name).exists() for name in (MODEL, CHECKPOINTS))


def _check_same(folder: Path, recipe: Recipe) -> None:
    changed = [
        found
        for found in differences(load_recipe(str((folder / RECIPE).absolute())), recipe)
        if found[0] not in _FREE
    ]
    if changed:
        name, then, now = changed[0]
        raise UsageProblem(
            f"The run in {folder} was begun with {name}: {then}, not {now}.",
            "leave recipe and --set out to go on as it was begun, or give another folder with -o",
        )


def _manifest(folder: Path, recipe: Recipe, before: Manifest | None) -> Manifest:
    """The first thing that a run writes, after its recipe."""
    if before is None:
        write_atomic(folder / RECIPE, recipe_to_yaml(recipe).encode())
        manifest = Manifest(
            method=recipe.method,
            recipe=recipe.model_dump(mode="json"),
            seed=recipe.seed,
            started=_now(),
            versions=versions(),
        )
    elif before.state in {"finished", "stopped"}:
        return before
    else:
        manifest = before.with_(
            state="running", error="", resumed=before.resumed + 1, versions=versions()
        )
    manifest.write(folder)
    return manifest


def _delete(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        path = folder / name
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputProblem(f"{path} cannot be deleted: {error.strerror}.") from None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; it ends with the process, however that ends.

    Raises:
        OutputProblem: another process holds it, or the folder cannot be written to.
    """
    try:
        stream = (folder / _LOCK).open("wb")
    except OSError as error:
        raise OutputProblem(
            f"The folder {folder} cannot be written to: {error.strerror}.",
            "choose another folder with -o",
        ) from None
    with stream:
        try:
            mine = try_lock(stream)
        except OSError as error:
            raise OutputProblem(
                f"{folder} lies where nothing can be locked: {error.strerror}.",
                "choose a folder on another disk with -o",
            ) from None
        if not mine:
            raise OutputProblem(
                f"Another run is writing to {folder}.",
                "wait for it, or give another folder with -o",
            )
        yield


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
