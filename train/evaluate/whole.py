"""A run evaluated from its folder alone: its rows, its base, the runs that led to it."""

import json
from collections.abc import Sequence
from pathlib import Path

from copydesk.errors import UsageProblem
from copydesk.files import make_folder, write_atomic
from copydesk.preferences.read import read_rows
from copydesk.preferences.rows import Row
from copydesk.train.evaluate.contest import Engine, LocalContest
from copydesk.train.evaluate.judges import NAMES, Judge, RewardJudge, check_independent
from copydesk.train.evaluate.lineage import Lineage, read_lineage
from copydesk.train.evaluate.page import page
from copydesk.train.evaluate.policies import Heard, Settings, evaluate_policy, silent
from copydesk.train.evaluate.report import PolicyReport
from copydesk.train.evaluate.subject import find_subject

FOLDER, REPORT, PAGE = "evaluation", "report.json", "report.html"


def evaluate_run(
    run: Path,
    *,
    base: str = "",
    sft: Path | None = None,
    judges: Sequence[str] = (),
    data: Path | None = None,
    engine: Engine = "auto",
    settings: Settings | None = None,
    progress: Heard = silent,
) -> PolicyReport:
    """Evaluate a policy, and write report.json and report.html into its `evaluation` folder.

    Args:
        run: a run's folder, or that of a model or adapter, which then needs `data`.
        base: as `--model` takes it; what the run says if empty.
        sft: a run or model to compare with; that which the run went on from if None.
        judges: folders of reward models, or "style", "pairs", "contrast"; the first one counts.
        data: rows that it never learned from; the run's own if None.

    Raises:
        UsageProblem: nothing was held out, or a judge is not independent.
        ModelProblem: there is no finished model, or its base is not here.
    """
    lineage = lineage_of(run)
    held, train = rows_of(lineage, data)
    chosen = _judges(judges, lineage)
    subject = find_subject(run, lineage, base=base, sft=sft)
    keep = run / FOLDER
    contest = LocalContest(subject, keep / "adapters", engine)
    try:
        report = evaluate_policy(
            contest,
            held,
            train,
            keep,
            title=subject.title,
            base=subject.base.name,
            judges=chosen,
            settings=settings,
            progress=progress,
        )
    finally:
        contest.close()
    write_report(run, report)
    return report


def lineage_of(run: Path) -> Lineage | None:
    """The runs that led to a run; None for a model without one."""
    return read_lineage(run) if (run / "manifest.json").is_file() else None


def rows_of(lineage: Lineage | None, data: Path | None) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows to ask, and those that were learned from.

    Raises:
        UsageProblem: nothing was held out.
    """
    if data is None and lineage is None:
        raise UsageProblem(
            "A model without its run brings no held-out rows.", "give a file of rows with --data"
        )
    train = lineage.train() if lineage else ()
    held = read_rows(data).rows if data else lineage.held() if lineage else ()
    if not held:
        raise UsageProblem(
            "Nothing was held out from this run.", "give rows that it never saw with --data"
        )
    return held, train


def write_report(run: Path, report: PolicyReport) -> None:
    """Put the report beside the run, as JSON and as a page."""
    folder = run / FOLDER
    make_folder(folder)
    content = json.dumps(report.as_json(), indent=2, ensure_ascii=False)
    write_atomic(folder / REPORT, content.encode("utf-8", "replace"))
    write_atomic(folder / PAGE, page(report).encode("utf-8", "replace"))


def _judges(judges: Sequence[str], lineage: Lineage | None) -> list[Judge | str]:
    found: list[Judge | str] = []
    for name in judges:
        if name in NAMES:
            found.append(name)
            continue
        folder = Path(name).expanduser()
        check_independent(folder, lineage.facts() if lineage else {})
        found.append(RewardJudge(folder))
    return found
