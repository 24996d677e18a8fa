"""The stages of a house one after the other; each is a run of its own, and none is done twice."""

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from copydesk.errors import CheckFailed, OutputProblem, UsageProblem
from copydesk.files import make_folder, swap_folder
from copydesk.generate.download import silent
from copydesk.generate.sources import Progress as Fetching
from copydesk.train.base.settled import check_installed
from copydesk.train.house.material import (
    HELD,
    TRAIN,
    Material,
    keep_material,
    kept_material,
    read_material,
)
from copydesk.train.house.order import Order, check_sets, stage_recipe
from copydesk.train.house.state import NAME, Stage, State, read_state
from copydesk.train.job import Outcome
from copydesk.train.methods import METHODS
from copydesk.train.perform import run_recipe
from copydesk.train.plan import look_over
from copydesk.train.recipe import Method, Recipe
from copydesk.train.recipes import ONLINE
from copydesk.train.run.folder import alone, read_run
from copydesk.train.run.progress import SILENT, Watch

DATA, MODEL = "data", "model"
_OURS = (NAME, DATA, MODEL, "report.md", "report.html")


@dataclass
class House:
    """A house while it is trained.

    Attributes:
        before: the model folders of the stages that are done.
    """

    order: Order
    folder: Path
    material: Material
    state: State
    anyway: bool
    estimate: bool
    watch: Watch
    fetching: Fetching
    before: dict[Method, Path] = field(default_factory=dict)

    def recipe(self, method: Method) -> Recipe:
        """The recipe of a stage, with what the stages before it made."""
        below = self.folder / DATA
        held = below / HELD if self.material.counts(method)[1] else None
        return stage_recipe(self.order, method, data=below / TRAIN, held=held, before=self.before)

    def place(self, method: Method) -> Path:
        """The folder of a stage."""
        return self.folder / f"{self.order.methods.index(method) + 1}-{method}"

    def ended(self, stage: Stage) -> None:
        """Write down how a stage ended."""
        self.state = self.state.with_stage(stage)
        self.state.write(self.folder)


@contextmanager
def open_house(
    order: Order,
    folder: Path,
    *,
    resume: bool = False,
    force: bool = False,
    anyway: bool = False,
    estimate: bool = True,
    watch: Watch = SILENT,
    fetching: Fetching = silent,
) -> Iterator[House]:
    """Make or enter the folder of a house: rows read and split once, and written down.

    Raises:
        OutputProblem: the folder is in use, holds a house or other things, or cannot be written.
        UsageProblem: the house was begun with another order, or there is nothing to learn from.
    """
    check_installed()
    check_sets(order)
    folder = folder.absolute()
    make_folder(folder)
    with alone(folder):
        state = _entered(order, folder, resume=resume, force=force)
        if state.sha256:
            material = kept_material(folder / DATA)
        else:
            material = read_material(order.sources, order.held_out)
            for finding in material.findings:
                watch.say(f"{finding.place}: {finding.message}")
            keep_material(folder / DATA, material)
            state = state.model_copy(update={"sha256": material.sha256})
        state.write(folder)
        yield House(order, folder, material, state, anyway, estimate, watch, fetching)


def as_begun(order: Order, folder: Path, given: Collection[str]) -> Order:
    """The order that the house in a folder was begun with; what was given by hand stays.

    Args:
        given: names of fields of the order.

    Raises:
        DocumentProblem: the folder's house.json is none.
    """
    state = read_state(folder)
    told = {} if state is None else state.order
    kept = {
        key: tuple(told[key]) if isinstance(told[key], list) else told[key]  # type: ignore[arg-type]
        for key, value in asdict(order).items()
        if key not in given and isinstance(told.get(key), list if value == () else type(value))
    }
    return replace(order, **kept)  # type: ignore[arg-type]


def check_stages(house: House) -> None:
    """Look every stage's rows over before the first begins, rather than hours later.

    Raises:
        UsageProblem: the audit of one refuses them.
    """
    for method in house.order.methods:
        if house.state.stage(method) is None and not house.material.lacking(method):
            with _named(method, house.material):
                look_over(house.recipe(method), anyway=house.anyway, fetching=house.fetching)


@contextmanager
def _named(method: Method, material: Material) -> Iterator[None]:
    """Say which stage a refusal is of, for each reads the rows in its own way, and whose rows."""
    try:
        yield
    except UsageProblem as problem:
        if type(problem) is not UsageProblem:
            raise
        hint = f"a field of this stage alone: --set {method}.FIELD=VALUE; {problem.hint}"
        raise UsageProblem(f"{method}: {_from_where(problem.message, material)}", hint) from None


def _from_where(message: str, material: Material) -> str:
    """Lines of the files that a house keeps its rows in, as the places that they came from."""
    sides = {"train": material.train, "held": material.held}

    def came_from(found: re.Match[str]) -> str:
        rows, at = sides[found[1]], int(found[2]) - 1
        return rows[at].place if at < len(rows) and rows[at].place else found[0]

    return re.sub(r"\b(train|held)\.jsonl:(\d+)\b", came_from, message)


def train_stages(house: House) -> None:
    """Train what is not trained yet, and put the last model where the result goes.

    Raises:
        UsageProblem: there is nothing that even the first stage could learn from.
        CopydeskError: a stage failed; those before it are kept.
    """
    for method in house.order.methods:
        stage = house.state.stage(method)
        if stage is None or stage.end != "done":
            stage = _train(house, method)
            house.ended(stage)
        if stage.end == "done":
            house.before[method] = house.folder / stage.folder / MODEL
    last = next((m for m in reversed(house.order.methods) if m in _policies(house)), None)
    if last is None:
        raise UsageProblem(
            f"Nothing was trained: {house.state.stages[0].why}.",
            "bring rows along: copydesk desk import FILE, or --data FILE",
        )
    _hand_over(house.before[last], house.folder / MODEL)
    house.state = house.state.model_copy(update={"model": MODEL})
    house.state.write(house.folder)


def last_policy(house: House) -> Method:
    """The stage whose model is the result."""
    return next(m for m in reversed(house.order.methods) if m in _policies(house))


def _policies(house: House) -> list[Method]:
    return [method for method in house.before if method != "reward"]


def _train(house: House, method: Method) -> Stage:
    """One stage: trained, skipped for want of rows, or refused by a check of its own."""
    if why := _wanting(house, method):
        house.watch.say(f"{method}: skipped, {why}")
        return Stage(method=method, end="skipped", why=why)
    folder = house.place(method)
    house.watch.say(f"{method}: into {folder}")
    try:
        outcome = run_recipe(
            house.recipe(method),
            folder,
            resume=True,
            anyway=house.anyway,
            estimate=house.estimate,
            watch=house.watch,
            fetching=house.fetching,
        )
    except (UsageProblem, CheckFailed) as problem:
        if method not in ONLINE or isinstance(problem, OutputProblem):
            raise
        house.watch.say(f"{method}: refused. {problem.message}")
        return Stage(method=method, end="refused", folder=folder.name, why=problem.message)
    return _done(method, folder, outcome)


def _wanting(house: House, method: Method) -> str:
    """What keeps a stage from being trained; "" if nothing does."""
    if lacking := house.material.lacking(method):
        return lacking
    if method in ONLINE and "reward" not in house.before:
        return "there is no reward model to learn from"
    return ""


def _done(method: Method, folder: Path, outcome: Outcome) -> Stage:
    run = read_run(folder)
    return Stage(
        method=method,
        end="done",
        folder=folder.name,
        rows=run.manifest.data.train,
        held=run.manifest.data.held,
        steps=outcome.steps,
        seconds=run.manifest.seconds,
        metrics=run.manifest.metrics,
        why=outcome.stopped,
    )


def _entered(order: Order, folder: Path, *, resume: bool, force: bool) -> State:
    """The state to go on with, or a fresh one."""
    before = read_state(folder)
    asked = {key: _plain(value) for key, value in asdict(order).items()}
    if before is not None and resume:
        for key, value in asked.items():
            if before.order.get(key) != value:
                raise UsageProblem(
                    f"The house in {folder} was begun with {key}: {before.order.get(key)}, not "
                    f"{value}.",
                    "give the same options again, or another folder with -o",
                )
        return before
    begun = before is not None and (before.stages or _stages(folder))
    if begun and not force:
        raise OutputProblem(
            f"{folder} holds a house already.",
            "go on with it: --resume, begin anew: --force, or give another folder with -o",
        )
    if before is not None:
        _clear(folder)
    own = {".lock", *_OURS} if resume else {".lock"}  # a kill may have come before house.json
    others = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if others and not force:
        raise OutputProblem(
            f"{folder} holds other things already: {', '.join(others[:3])}.",
            "give another folder with -o, or --force to train beside them",
        )
    return State(order=asked)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _stages(folder: Path) -> list[Path]:
    """The folders of stages that were begun."""
    return [
        path
        for path in folder.iterdir()
        if path.name[:2] in {"1-", "2-", "3-"} and path.name[2:] in METHODS
    ]


def _clear(folder: Path) -> None:
    """Delete a house: what it wrote, and its stages."""
    ours = [path for path in folder.iterdir() if path.name in _OURS]
    for path in (*ours, *_stages(folder)):
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputProblem(f"{path} cannot be deleted: {error.strerror}.") from None


def _hand_over(model: Path, target: Path) -> None:
    """Put a copy of a model folder at `target` in one step; files are linked where that goes.

    Raises:
        OutputProblem: the disk is full.
    """
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        shutil.copytree(model, building / "new", copy_function=_link)
        swap_folder(building / "new", target)
    except OSError as error:
        raise OutputProblem(
            f"{target} could not be written: {error.strerror}.", "make room there, then --resume"
        ) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _link(source: str, target: str) -> str:
    with suppress(OSError):
        os.link(source, target)
        return target
    return str(shutil.copy2(source, target))
