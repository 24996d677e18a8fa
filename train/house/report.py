"""The page at the end: the rows, what each stage did, what fell short, how to use the result."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError
from copydesk.files import write_atomic
from copydesk.train.audit import CODES
from copydesk.train.evaluate.rewards_told import beaten_by, named_floors
from copydesk.train.house.judged import Judged
from copydesk.train.house.page import TITLES, house_page
from copydesk.train.house.pipeline import House, last_policy
from copydesk.train.house.state import Stage
from copydesk.train.recipes import ONLINE
from copydesk.train.run.folder import AUDIT, read_run
from copydesk.train.run.manifest import Manifest
from copydesk.train.run.progress import spoken_numbers, spoken_time

MARKDOWN, PAGE = "report.md", "report.html"


@dataclass(frozen=True)
class Told:
    """What the page is made of.

    Attributes:
        reward: the evaluation of the reward model; None when there is none.
        policy: that of the result.
    """

    house: House
    reward: Judged | None
    policy: Judged


def write_report(told: Told) -> Path:
    """Write report.md and report.html; returns the second.

    Raises:
        OutputProblem: the disk is full.
    """
    folder = told.house.folder
    text = "\n".join(report_lines(told)) + "\n"
    write_atomic(folder / MARKDOWN, text.encode(errors="replace"))
    page = house_page(told.house, text)
    write_atomic(folder / PAGE, page.encode(errors="replace"))
    return folder / PAGE


def report_lines(told: Told) -> Iterator[str]:
    """The page as Markdown."""
    house = told.house
    yield f"# House style {house.order.style}"
    yield ""
    yield _summary(told)
    yield ""
    yield "## What it was made from"
    yield ""
    yield from _data(house)
    yield ""
    yield "## Stages"
    yield ""
    yield from _stages(house)
    yield ""
    yield "## How good it is"
    yield ""
    yield from _evaluation(told)
    yield ""
    yield "## What fell short"
    yield ""
    yield from _bullets(shortfalls(told)) or ["Nothing that was measured."]
    yield ""
    yield "## How to use it"
    yield ""
    yield from _use(house)


def shortfalls(told: Told) -> list[str]:
    """Everything that a reader should know before being pleased."""
    found = [
        f"{TITLES[stage.method]} was {stage.end}: {stage.why.rstrip('.')}."
        for stage in told.house.state.stages
        if stage.end != "done"
    ]
    found += [
        f"{TITLES[stage.method]} ended before its last step: {stage.why.rstrip('.')}."
        for stage in told.house.state.stages
        if stage.end == "done" and stage.why
    ]
    if told.reward is not None:
        found += _reward_short(told.reward)
    if told.house.anyway:
        found.append("It was trained with --anyway: what checks refused was gone on with.")
    found += [str(text) for text in told.policy.found.get("short", ())]
    if told.policy.why:
        found.append(f"The result was not evaluated: {told.policy.why.rstrip('.')}.")
    if told.house.order.quick:
        found.append("It was trained with --quick, which shows that all stages work, and no more.")
    return found


def _summary(told: Told) -> str:
    house = told.house
    method = last_policy(house)
    facts = _facts(house, method)
    base = facts.base.name if facts else house.order.model
    done = [
        TITLES[stage.method]
        for stage in house.state.stages
        if stage.end == "done" and (stage.method != "reward" or method in ONLINE)
    ]
    wins = [win for win in told.policy.found.get("wins", ()) if win.get("against") == "base"]
    won = (
        f" Against the base it wins {wins[0]['shown_controlled']} of the comparisons, length taken "
        "out."
        if wins
        else ""
    )
    return f"{base}, after {_listed(done)}. The result is `{house.folder / 'model'}`.{won}"


def _data(house: House) -> Iterator[str]:
    material = house.material
    names = ", ".join(f"`{name}`" for name in house.order.sources)
    yield (
        f"{len(material.train) + len(material.held):,} rows from {names}; "
        f"{len(material.held):,} of them, by prompt, were held out from every stage. "
        f"sha256 `{material.sha256[:16]}`."
    )
    yield ""
    yield from _bullets(_audit(house)) or ["The audit found nothing."]


def _audit(house: House) -> list[str]:
    """What the audits of the stages counted, and what to do about it."""
    lines = []
    for stage in house.state.stages:
        counts = _json(house.folder / stage.folder / AUDIT).get("counts") if stage.folder else None
        for code, count in (counts or {}).items():
            if code in CODES:
                lines.append(
                    f"{TITLES[stage.method]}: {CODES[code].name} ({count:,}); {CODES[code].fix}"
                )
    return lines


def _stages(house: House) -> Iterator[str]:
    yield "| stage | rows | held out | steps | time | last numbers |"
    yield "|---|---:|---:|---:|---:|---|"
    for stage in house.state.stages:
        yield _stage(stage)


def _stage(stage: Stage) -> str:
    if stage.end != "done":
        return f"| {TITLES[stage.method]} | | | | | {stage.end} |"
    numbers = ", ".join(spoken_numbers(stage.metrics))
    return (
        f"| {TITLES[stage.method]} | {stage.rows:,} | {stage.held:,} | {stage.steps:,} "
        f"| {spoken_time(stage.seconds)} | {numbers} |"
    )


def _evaluation(told: Told) -> Iterator[str]:
    if told.reward is not None and told.reward.found:
        yield from _reward(told.reward.found)
        yield ""
    found = told.policy.found
    if not found:
        yield "The result was not evaluated."
        return
    names = [each["name"] for each in found.get("contestants", ())]
    titles = [each["title"] for each in found.get("contestants", ())]
    yield f"| {found.get('prompts')} held-out prompts | {' | '.join(titles)} |"
    yield "|---|" + "---:|" * len(titles)
    for row in found.get("told", ()):
        yield f"| {row['measure']} | {' | '.join(row.get(name, '') for name in names)} |"
    yield ""
    for win in found.get("wins", ()):
        yield (
            f"- against {win['against']}, by {win['judge']}: {win['shown_controlled']} with length "
            f"taken out, {win['shown']} plainly"
        )
    if found.get("judge"):
        yield ""
        learnt = "training texts" in found["judge"]
        but = ", but is made of texts that were learnt from" if learnt else ""
        yield f"The judge is {found['judge']}; it had no part in the training{but}."


def _reward(found: dict[str, Any]) -> Iterator[str]:
    """The reward model's accuracy between its floors and its ceiling."""
    rate = found.get("accuracy") or {}
    yield f"| who orders {found.get('pairs')} held-out pairs as editors did | share |"
    yield "|---|---:|"
    yield (
        f"| the reward model | {_cell(rate.get('value'))} "
        f"({_cell(rate.get('low'))} to {_cell(rate.get('high'))}) |"
    )
    for name, value in named_floors(found.get("baselines") or {}).items():
        yield f"| {name} | {_cell(value)} |"
    if found.get("ceiling") is not None:
        yield f"| one person, by another's ranking | {_cell(found['ceiling'])} |"


def _reward_short(reward: Judged) -> list[str]:
    if reward.why:
        return [f"The reward model was not evaluated: {reward.why.rstrip('.')}."]
    own = (reward.found.get("accuracy") or {}).get("value") or 0.0
    beaten = [f'"{name}"' for name in beaten_by(own, reward.found.get("baselines") or {})]
    if not beaten:
        return []
    return [f"The reward model orders held-out pairs no better than {_listed(beaten)}."]


def _use(house: House) -> Iterator[str]:
    """Commands that run as they stand."""
    topic = '"Why bees move into cities"'
    model = shlex.quote(str(house.folder / "model"))
    run = shlex.quote(str(house.before[last_policy(house)].parent))
    facts = _facts(house, last_policy(house))
    base = shlex.quote(str(facts.recipe.get("model") or facts.base.name)) if facts else "BASE"
    adapter = (house.folder / "model" / "adapter_config.json").is_file()
    speaks = f"--model {base} --adapter {model}" if adapter else f"--model {model}"
    yield "```sh"
    yield f"copydesk write article {topic} {speaks}"
    if judge := house.before.get("reward"):
        best = f"--best-of 3 --judge {shlex.quote(str(judge))}"
        yield f"copydesk write article {topic} {speaks} {best}"
    yield f"copydesk train evaluate {run}"
    yield f"copydesk train publish {run} -o {shlex.quote(house.order.style)}-model"
    yield "```"


def _facts(house: House, method: str) -> Manifest | None:
    stage = next((s for s in house.state.stages if s.method == method), None)
    try:
        return read_run(house.folder / stage.folder).manifest if stage else None
    except CopydeskError:
        return None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _bullets(texts: Sequence[str]) -> list[str]:
    return [f"- {text.rstrip('.')}." for text in texts]


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names) or "nothing"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _cell(value: Any) -> str:
    if not isinstance(value, int | float):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
