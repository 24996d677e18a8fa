"""The one path from a recipe to a model in a folder: plan, train, write down, draw."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from copydesk.errors import CopydeskError, DocumentProblem, MissingTool, ModelProblem, OutputProblem
from copydesk.files import make_folder, write_atomic
from copydesk.generate.download import silent
from copydesk.generate.sources import Progress as Fetching
from copydesk.preferences.read import read_rows
from copydesk.preferences.write import write_rows
from copydesk.train.base import settle
from copydesk.train.base.settled import check_installed
from copydesk.train.data import Data, fingerprint
from copydesk.train.job import Job, Outcome
from copydesk.train.methods import find_method
from copydesk.train.plan import Plan, plan_run
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import check_recipe
from copydesk.train.run.folder import AUDIT, MODEL, ROWS, Run, finished, open_run
from copydesk.train.run.manifest import BaseFacts, DataFacts
from copydesk.train.run.plots import draw
from copydesk.train.run.progress import SILENT, Watch
from copydesk.train.run.tensorboard import tensorboard_log

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def run_recipe(
    recipe: Recipe,
    folder: Path,
    *,
    resume: bool = False,
    force: bool = False,
    anyway: bool = False,
    estimate: bool = True,
    tensorboard: bool = False,
    watch: Watch = SILENT,
    fetching: Fetching = silent,
) -> Outcome:
    """Train what a recipe says, into a folder.

    Args:
        resume: go on with the run in the folder; one that is finished is not repeated.
        force: delete the run in the folder and begin anew.
        anyway: go on where the audit, the estimate or a method's own check would refuse.
        estimate: measure two steps first, when the run has more than a few.
        watch: told of each step.
        fetching: told how far a base is fetched.

    Raises:
        UsageProblem: recipe or data are none to train on; the message says why.
        OutputProblem: the folder is in use or taken, or the disk is full.
        ModelProblem: the base cannot be loaded, or does not fit into memory.
        MissingTool: the extra `train` is not installed.
    """
    check_installed()
    if resume and finished(folder):
        return _found(folder, recipe, watch)
    check_recipe(recipe)
    with open_run(folder, recipe, resume=resume, force=force, watch=watch) as run:
        frozen = _frozen(run) if run.resumed else None
        measured = estimate and not run.resumed
        plan = plan_run(
            recipe, data=frozen, anyway=anyway, measured=measured, watch=watch, fetching=fetching
        )
        watch.say(plan.summary())
        watch.say(plan.sentence())
        if frozen is None and run.leads:
            _freeze(run.folder, plan)
        run.plan(plan.steps, base=_base_facts(plan), data=_data_facts(plan))
        with tensorboard_log(folder) if tensorboard and run.leads else nullcontext() as also:
            run.also = also
            outcome = _train(plan, run, anyway=anyway, watch=watch)
        run.finish(outcome)
    if run.leads:
        _afterwards(folder, watch)
    return outcome


def _train(plan: Plan, run: Run, *, anyway: bool, watch: Watch) -> Outcome:
    settle(plan.recipe)
    job = Job(
        recipe=plan.recipe,
        folder=run.folder,
        train=plan.data.train,
        held=plan.data.held,
        log=run.log,
        resume=run.resumed,
        anyway=anyway,
        say=watch.say,
    )
    method = find_method(plan.recipe.method)
    with _memory_told(plan.recipe.method), warnings.catch_warnings():
        # What transformers will rename one day tells an editor nothing.
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"transformers\.")
        return method(job)


@contextmanager
def _memory_told(method: str) -> Iterator[None]:
    """Memory that ran out all the same, in a sentence."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = any(words in str(error).lower() for words in _NO_MEMORY)
        if not known and not isinstance(error, MemoryError):
            raise
        raise ModelProblem(
            f"Memory ran out while {method.upper()} was training.",
            "train with less at a time, into another folder: --set schedule.batch=1 "
            "--set checkpointing=true",
        ) from None


def _found(folder: Path, recipe: Recipe, watch: Watch) -> Outcome:
    """What came of a run that is finished."""
    with open_run(folder, recipe, resume=True) as run:
        done = run.manifest
    watch.say(f"{folder} is finished already: {done.steps:,} steps")
    metrics = {key: value for key, value in done.metrics.items() if value is not None}
    return Outcome(folder / MODEL, done.steps, metrics, done.stopped)


def _freeze(folder: Path, plan: Plan) -> None:
    """Write down the rows, and what the audit said of them."""
    make_folder(folder / ROWS)
    for name, rows in (("train", plan.data.train), ("held", plan.data.held)):
        if rows:
            write_rows(rows, folder / ROWS / f"{name}.jsonl", force=True)
    said = json.dumps(plan.report.as_json(), indent=1, ensure_ascii=False)
    write_atomic(folder / AUDIT, said.encode(errors="replace"))


def _frozen(run: Run) -> Data | None:
    """The rows that the run began with; None when a kill came before they were written.

    Raises:
        DocumentProblem: they were changed since.
    """
    if not run.manifest.data.sha256:
        return None
    below = run.folder / ROWS
    train = read_rows(below / "train.jsonl").rows
    held = read_rows(below / "held.jsonl").rows if (below / "held.jsonl").is_file() else ()
    sha256 = fingerprint((*train, *held))
    if sha256 != run.manifest.data.sha256:
        raise DocumentProblem(
            f"The rows in {below} are not those that the run began with.",
            "put them back, or begin anew: --force",
        )
    return Data(train, held, sha256, ())


def _base_facts(plan: Plan) -> BaseFacts:
    base = plan.base
    return BaseFacts(
        name=base.name,
        folder=str(base.folder),
        file=str(base.file or ""),
        sha256=base.sha256,
        licence=base.licence,
        architecture=base.architecture,
        parameters=base.parameters,
    )


def _data_facts(plan: Plan) -> DataFacts:
    data = plan.data
    return DataFacts(
        sha256=data.sha256, train=len(data.train), held=len(data.held), paths=plan.recipe.data
    )


def _afterwards(folder: Path, watch: Watch) -> None:
    """Pictures, and a line in the desk: without them the model is as good."""
    try:
        draw(folder)
    except (MissingTool, OutputProblem) as problem:
        watch.say(f"no plots: {problem.message}")
    with suppress(CopydeskError):
        _tell_desk(folder)


def _tell_desk(folder: Path) -> None:
    from copydesk.desk.store import open_desk  # noqa: PLC0415 - a database, only at the end

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    facts = {key: manifest[key] for key in ("steps", "seconds", "stopped", "metrics")}
    with open_desk() as desk:
        desk.add_run(folder.resolve(), manifest["method"], manifest["base"]["name"], facts=facts)
