"""A house's evaluations: the reward model on held-out rankings, the result on held-out prompts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import DocumentProblem, UsageProblem
from copydesk.files import make_folder, write_atomic
from copydesk.preferences.convert import to_rankings
from copydesk.train.evaluate.policies import Heard, Settings, silent
from copydesk.train.evaluate.whole import FOLDER, REPORT, evaluate_run
from copydesk.train.house.material import HELD
from copydesk.train.house.pipeline import DATA, MODEL, House, last_policy

_QUICK = Settings(prompts=3, tokens=24, examples=0, shown=3)
_LARGEST = 64_000_000  # bytes of a report


@dataclass(frozen=True)
class Judged:
    """What an evaluation found, as its report.json has it; or why there is none."""

    found: dict[str, Any]
    why: str = ""


def judge_reward(house: House) -> Judged | None:
    """Evaluate the reward model; None when there is none. One that is there is not made again.

    Raises:
        CopydeskError: the model cannot be loaded, or the disk is full.
    """
    folder = house.before.get("reward")
    if folder is None:
        return None
    run = folder.parent
    if (kept := _kept(run)) is not None:
        return kept
    from copydesk.train.evaluate.rewards import evaluate_reward  # noqa: PLC0415 - torch
    from copydesk.train.reward import load_reward  # noqa: PLC0415 - torch

    held, train = to_rankings(house.material.held), to_rankings(house.material.train)
    try:
        report = evaluate_reward(load_reward(folder), held, train=train)
    except UsageProblem as problem:
        return Judged({}, problem.message)
    found = report.to_dict()
    make_folder(run / FOLDER)
    content = json.dumps(found, indent=2, ensure_ascii=False)
    write_atomic(run / FOLDER / REPORT, content.encode(errors="replace"))
    return Judged(found)


def judge_policy(house: House, progress: Heard = silent) -> Judged:
    """Evaluate the result beside its base; one that is there is not made again.

    Raises:
        CopydeskError: an engine fails; what was answered is kept.
    """
    run = house.before[last_policy(house)].parent
    if (kept := _kept(run)) is not None:
        return kept
    held = house.folder / DATA / HELD
    if not held.is_file():
        return Judged({}, "Nothing was held out, so nothing was tested.")
    settings = _QUICK if house.order.quick else Settings(seed=house.order.seed)
    try:
        report = evaluate_run(run, data=held, settings=settings, progress=progress)
    except UsageProblem as problem:
        return Judged({}, problem.message)
    return Judged(report.as_json())


def _kept(run: Path) -> Judged | None:
    """The report of an evaluation that is there, of the model that is there."""
    path = run / FOLDER / REPORT
    model = run / MODEL
    try:
        if path.stat().st_mtime < max(file.stat().st_mtime for file in model.iterdir()):
            return None
        with path.open("rb") as stream:
            found = json.loads(stream.read(_LARGEST))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise DocumentProblem(f"{path} cannot be read.", "delete it, then --resume") from None
    return Judged(found) if isinstance(found, dict) else None
