"""What is to be evaluated: found from a run, or from a model folder and what is said of it."""

from pathlib import Path

from copydesk.errors import ModelProblem, UsageProblem
from copydesk.train.base import Base, prepare
from copydesk.train.base.place import look
from copydesk.train.evaluate.contest import Subject
from copydesk.train.evaluate.lineage import Lineage
from copydesk.train.publish.origin import Origin, read_origin


def find_subject(
    run: Path, lineage: Lineage | None, *, base: str = "", sft: Path | None = None
) -> Subject:
    """The model of a run, its base, and the one after SFT if there was one.

    Args:
        run: a run's folder, or a model's or adapter's.
        base: the base as `--model` takes it; what the run says if empty.
        sft: a run or model folder; what the run went on from if None.

    Raises:
        ModelProblem: there is no finished model, or its base is not here.
        UsageProblem: nobody says what the base is.
    """
    origin = read_origin(run)
    found = sft or (lineage.sft if lineage else None)
    after_sft = read_origin(found).model if found else None
    if after_sft is not None and after_sft.resolve() == origin.model.resolve():
        after_sft = None
    return Subject(run.resolve().name, _base(origin, lineage, base), origin.model, after_sft)


def _base(origin: Origin, lineage: Lineage | None, named: str) -> Base:
    if named:
        return prepare(named)
    if origin.base.folder is not None:
        return look(origin.base.folder)
    if lineage is not None:
        return prepare(lineage.runs[-1].recipe.model)
    if origin.adapter:
        raise ModelProblem(
            f"The base of the adapter {origin.model} is not here.", "name it with --base"
        )
    raise UsageProblem(f"Nobody says what {origin.run} was trained on.", "name it with --base")
