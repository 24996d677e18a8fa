"""`copydesk train sft`, `reward`, `ppo` …: a recipe and rows become a model in a folder."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.options import force_option
from copydesk.cli.report import printable
from copydesk.errors import UsageProblem

if TYPE_CHECKING:
    from copydesk.train.job import Outcome
    from copydesk.train.plan import Plan
    from copydesk.train.recipe import Recipe

# By name: what it does in a few words, what it learns from, and what its example adds.
_METHODS = {
    "sft": ("Fine-tune on finals: learn to write as they are written.",
            "requests with an answer, edits, and kept drafts", "--data posts/"),
    "reward": ("Learn from rankings and edits which answer an editor would take.",
               "rankings, pairs and edits", "--data rankings.jsonl"),
    "ppo": ("Write, let a reward model judge, and do more of what it likes.",
            "requests; the reward model is rollout.judge",
            "--set rollout.judge=runs/reward/model"),
    "dpo": ("Learn from pairs directly, without a reward model.",
            "pairs, rankings and edits", "--set adapter.start=runs/sft/model"),
    "kto": ("Learn from single answers that were kept or dropped.",
            "verdicts, pairs and edits", "--data verdicts.csv"),
    "grpo": ("Reward each answer by how it compares with others to the same prompt.",
             "requests; the reward model is rollout.judge",
             "--set rollout.judge=runs/reward/model"),
    "rloo": ("Hold each answer against the mean of others to the same prompt.",
             "requests; the reward model is rollout.judge",
             "--set rollout.judge=runs/reward/model"),
    "orpo": ("Learn to write and to prefer in one stage, without a reference.",
             "pairs, rankings and edits", "--data pairs.jsonl"),
    "simpo": ("Learn from pairs by the mean probability of a word, so that length is nothing.",
              "pairs, rankings and edits", "--data pairs.jsonl"),
}  # fmt: skip
_PATH = click.Path(path_type=Path)

_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON."),
    click.option("--tensorboard", is_flag=True, help="Write for TensorBoard too."),
    click.option("--no-estimate", is_flag=True, help="Begin without measuring two steps."),
    click.option("--dry-run", is_flag=True, help="Say what would be trained and what it needs."),
    click.option("--anyway", is_flag=True, help="Go on where a check refuses; it says why first."),
    click.option("--resume", is_flag=True, help="Go on with the run in the folder."),
    click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="FIELD=VALUE",
        help="Set a field of the recipe, such as schedule.steps=20. May be repeated.",
    ),
    click.option("-o", "--output", type=_PATH, metavar="FOLDER", help="Where the run goes."),
    click.option(
        "--model",
        "base",
        metavar="BASE",
        help="The base: a name of `copydesk models list`, a GGUF file, or a folder of "
        "transformers.",
    ),
    click.option(
        "--data",
        multiple=True,
        metavar="DATA",
        help='Rows: a file, a folder, "desk", or "desk:STYLE". May be repeated.',
    ),
)


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    method: str
    recipe: str | None
    data: tuple[str, ...]
    base: str | None
    sets: tuple[str, ...]
    output: Path | None
    resume: bool
    force: bool
    anyway: bool
    dry_run: bool
    no_estimate: bool
    tensorboard: bool
    as_json: bool

    def loaded(self) -> "Recipe":
        """The recipe with what was typed over it; to go on, the run's own if nothing was."""
        from copydesk.train.recipes import load_recipe, set_fields

        typed = self.recipe or self.data or self.base is not None or self.sets
        begun = self.output / "recipe.yaml" if self.output and self.resume else None
        if begun and begun.is_file() and not typed:
            recipe = load_recipe(str(begun.absolute()))
        else:
            recipe = load_recipe(self.recipe or self.method)
            over: dict[str, Any] = {"data": self.data} if self.data else {}
            over |= {} if self.base is None else {"model": self.base}
            recipe = set_fields(recipe.model_copy(update=over), self.sets)
        if recipe.method != self.method:
            raise UsageProblem(
                f"This is a recipe for {recipe.method}, not for {self.method}.",
                f"copydesk train {recipe.method} {self.recipe or ''}".rstrip(),
            )
        return recipe


def _command(name: str) -> click.Command:
    """One of the nine."""
    short, rows, example = _METHODS[name]

    def run(**typed: Any) -> None:
        _run(Asked(method=name, **typed))

    run.__doc__ = f"""{short}

    RECIPE is a name (`copydesk train recipes`) or a YAML file; {name} if not given. It learns
    from {rows}.

    Result: FOLDER/model, with the recipe, its rows, metrics and plots beside it. After Ctrl-C or a
    kill, --resume goes on from the last checkpoint.

    \b
    Examples:
      copydesk train {name} {example} -o runs/{name}
      copydesk train {name} --set schedule.steps=20 --dry-run
      copydesk train {name} -o runs/{name} --resume
    """
    decorated: Callable[..., None] = force_option(run)
    for option in _OPTIONS:
        decorated = option(decorated)
    decorated = click.argument("recipe", required=False)(decorated)
    return click.command(name, short_help=short)(decorated)


sft, reward, ppo, dpo, kto, grpo, rloo, orpo, simpo = map(_command, _METHODS)


def _run(asked: Asked) -> None:
    from copydesk.train.run.folder import is_leader

    recipe = asked.loaded()
    if asked.dry_run:
        _dry_run(asked, recipe)
        return
    if asked.output is None:
        raise UsageProblem("Say where the run goes.", f"-o runs/{asked.method}")
    outcome = _trained(asked, recipe, asked.output)
    if is_leader():
        _tell(asked, outcome, asked.output)


def _trained(asked: Asked, recipe: "Recipe", output: Path) -> "Outcome":
    from copydesk.cli.models import download_bar
    from copydesk.cli.train_watch import watching
    from copydesk.train.perform import run_recipe

    try:
        with download_bar() as fetching, watching(fetching) as watch:
            return run_recipe(
                recipe,
                output,
                resume=asked.resume,
                force=asked.force,
                anyway=asked.anyway,
                estimate=not asked.no_estimate,
                tensorboard=asked.tensorboard,
                watch=watch,
                fetching=fetching,
            )
    except KeyboardInterrupt:
        again = f"copydesk train {asked.method} -o {shlex.quote(str(output))} --resume"
        click.echo(f"\nGo on with: {again}", err=True)
        raise


def _tell(asked: Asked, outcome: "Outcome", output: Path) -> None:
    """The model's folder, and the last numbers."""
    from copydesk.train.run.folder import read_run
    from copydesk.train.run.progress import spoken_numbers, spoken_time

    run = read_run(output)
    if asked.as_json:
        said = {
            "folder": str(output),
            "model": str(outcome.model),
            "method": asked.method,
            "steps": outcome.steps,
            "stopped": outcome.stopped,
            "seconds": run.manifest.seconds,
            "metrics": run.manifest.metrics,
        }
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        click.echo(str(outcome.model))
    ended = f"; stopped: {outcome.stopped}" if outcome.stopped else ""
    numbers = "".join(f", {said}" for said in spoken_numbers(run.manifest.metrics))
    took = spoken_time(run.manifest.seconds)
    click.echo(printable(f"{outcome.steps:,} steps in {took}{numbers}{ended}"), err=True)


def _dry_run(asked: Asked, recipe: "Recipe") -> None:
    """What would be trained, on what, and what it would need."""
    from copydesk.cli.models import download_bar
    from copydesk.cli.train_watch import watching
    from copydesk.train.plan import plan_run
    from copydesk.train.recipes import recipe_to_yaml

    with download_bar() as fetching, watching(fetching) as watch:
        plan = plan_run(
            recipe,
            anyway=asked.anyway,
            measured=not asked.no_estimate,
            few=0,
            watch=watch,
            fetching=fetching,
        )
    if asked.as_json:
        click.echo(json.dumps(_as_json(plan), indent=2, ensure_ascii=False))
        return
    click.echo(recipe_to_yaml(recipe), nl=False)
    click.echo(printable(f"# {plan.summary()}\n# {plan.sentence()}"))


def _as_json(plan: "Plan") -> dict[str, Any]:
    return {
        "method": plan.recipe.method,
        "base": plan.base.name,
        "parameters": plan.base.parameters,
        "rows": {"train": len(plan.data.train), "held": len(plan.data.held)},
        "steps": plan.steps,
        "seconds": plan.seconds,
        "memory": {"needed": plan.peak, "free": plan.memory.free, "total": plan.memory.total},
        "fits": plan.peak <= plan.memory.free,
        "recipe": plan.recipe.model_dump(mode="json"),
    }
