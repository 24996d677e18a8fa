"""A run before its first step: recipe, base and rows, looked over, and what they will need."""

from dataclasses import dataclass, replace
from typing import Any

from copydesk.generate.download import silent
from copydesk.generate.sources import Progress as Fetching
from copydesk.preferences.rows import Ranking, Row
from copydesk.train.audit import CODES, AuditReport, Gravity, audit, refuse
from copydesk.train.base import Base, encode, load_tokenizer, prepare, settle
from copydesk.train.data import Data, load_data
from copydesk.train.data.keys import answers
from copydesk.train.estimate.available import Memory, available_memory
from copydesk.train.estimate.fit import Sizing, gigabytes
from copydesk.train.estimate.memory import read_shape
from copydesk.train.recipe import Recipe
from copydesk.train.recipes import ONLINE, check_recipe, planned_steps
from copydesk.train.run.folder import processes
from copydesk.train.run.progress import SILENT, Watch, spoken_time
from copydesk.train.trial import Trial, longest_rows, measure

FEW = 8  # steps that are made rather than measured first
_LOOKED_AT = 8  # of the longest rows, whose tokens are counted
_MARGIN = 1.03  # on a measured peak: the whole run meets a little more


@dataclass(frozen=True)
class Plan:
    """What a run would be.

    Attributes:
        steps: optimizer steps, or rounds of answers.
        need: bytes that were worked out.
        trial: what was measured; None when nothing was.
    """

    recipe: Recipe
    base: Base
    data: Data
    report: AuditReport
    steps: int
    need: int
    memory: Memory
    trial: Trial | None = None

    @property
    def seconds(self) -> float | None:
        """How long it will take; None when nothing was measured."""
        return self.trial.start + self.steps * self.trial.step if self.trial else None

    @property
    def peak(self) -> int:
        """Bytes that it will take at most: measured, else worked out."""
        return self.trial.peak if self.trial else self.need

    def summary(self) -> str:
        """What would be trained on what, in a line."""
        held = f", {len(self.data.held):,} held out" if self.data.held else ""
        weights = "all weights" if self.recipe.full else "an adapter"
        return (
            f"{self.recipe.method.upper()} trains {weights} of {self.base.name} "
            f"({self.base.parameters / 1e6:,.0f}M) on {len(self.data.train):,} rows{held}"
        )

    def sentence(self) -> str:
        """Time and memory, in a line."""
        time = f"about {spoken_time(self.seconds)} for " if self.seconds is not None else ""
        fits = "fits" if self.peak <= self.memory.free else "does not fit"
        return (
            f"{time}{self.steps:,} steps, {gigabytes(self.peak)} of {gigabytes(self.memory.free)} "
            f"free {self.memory.name}; {fits}"
        )


def plan_run(
    recipe: Recipe,
    *,
    data: Data | None = None,
    anyway: bool = False,
    measured: bool = True,
    few: int = FEW,
    watch: Watch = SILENT,
    fetching: Fetching = silent,
) -> Plan:
    """Do everything up to the first step.

    Args:
        data: rows that are read already.
        anyway: go on where audit or estimate refuse.
        measured: take two steps in a child process.
        few: a run of no more steps is not measured.

    Raises:
        UsageProblem: recipe or data are none to train on.
        ModelProblem: the base cannot be had, or the run does not fit into memory.
    """
    check_recipe(recipe)
    found, base, tokenizer, report = look_over(
        recipe, data=data, anyway=anyway, watch=watch, fetching=fetching
    )
    sizing = _sizing(recipe, base, found.train, tokenizer)
    steps = planned_steps(recipe, len(found.train), processes())
    plan = Plan(recipe, base, found, report, steps, sizing.need, available_memory())
    if not anyway:
        sizing.check(plan.memory)
    if not measured or steps <= few or processes() > 1:
        return plan
    watch.say("measuring two steps on the longest rows")
    trial = measure(recipe, found.train, anyway=anyway)
    if trial.died or (trial.peak * _MARGIN > plan.memory.free and not anyway):
        raise sizing.refusal(plan.memory, trial.peak)
    return replace(plan, trial=trial)


def look_over(
    recipe: Recipe,
    *,
    data: Data | None = None,
    anyway: bool = False,
    watch: Watch = SILENT,
    fetching: Fetching = silent,
) -> tuple[Data, Base, Any, AuditReport]:
    """Rows, base and tokenizer of a recipe, and what the audit says of them.

    Raises:
        UsageProblem: there is nothing to learn from, or the audit refuses it.
        ModelProblem: the base cannot be had.
    """
    found = data or load_data(recipe)
    for finding in () if data else found.findings:
        watch.say(f"{finding.place}: {finding.message}")
    base = prepare(recipe.model, progress=fetching)
    tokenizer = load_tokenizer(base)
    report = audit(found.train, held=found.held, tokenizer=tokenizer, max_length=recipe.max_length)
    refuse(report, anyway=anyway)
    for code, count in report.counts.items():
        if CODES[code].gravity > Gravity.NOTE:
            watch.say(f"audit: {CODES[code].name} ({count:,}); {CODES[code].fix}")
    return found, base, tokenizer, report


def _sizing(recipe: Recipe, base: Base, rows: tuple[Row, ...], tokenizer: Any) -> Sizing:
    rankings = (len(row.completions) for row in rows if isinstance(row, Ranking))
    return Sizing(
        recipe=recipe,
        name=base.name,
        shape=read_shape(base.folder, base.parameters),
        length=_longest(recipe, rows, tokenizer),
        answers=max(rankings, default=2),
        each=settle(recipe).itemsize,
    )


def _longest(recipe: Recipe, rows: tuple[Row, ...], tokenizer: Any) -> int:
    """Tokens of the longest row; rollouts add their own."""
    online = recipe.method in ONLINE
    lengths = [
        len(encode(tokenizer, row.prompt, text, recipe.max_length).ids)
        for row in longest_rows(rows, _LOOKED_AT)
        for text in ((None,) if online else answers(row) or (None,))
    ]
    return max(lengths, default=1) + (recipe.rollout.tokens if online else 0)
