"""`copydesk train house`: from the desk to a model in the house's style, all the way."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.cli.options import force_option
from copydesk.cli.report import printable
from copydesk.errors import CheckFailed, UsageProblem

if TYPE_CHECKING:
    from copydesk.train.evaluate.policies import Heard
    from copydesk.train.house.order import Order
    from copydesk.train.house.pipeline import House
    from copydesk.train.run.progress import Watch

_METHODS = ("ppo", "dpo", "grpo", "rloo", "kto", "orpo", "simpo", "sft")


@click.command(short_help="From the desk to a model: SFT, reward, PPO, evaluation, a report.")
@click.argument("style")
@click.option(
    "--data",
    multiple=True,
    metavar="DATA",
    help="Rows from files or folders instead of the desk's rows of STYLE. May be repeated.",
)
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    default="ppo",
    show_default=True,
    help="What comes after SFT; ppo, grpo and rloo train a reward model first.",
)
@click.option(
    "--model",
    "base",
    default="",
    metavar="BASE",
    help="The base: a name of `copydesk models list`, a GGUF file, or a folder of transformers.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where everything goes.",
)
@click.option(
    "--held-out",
    type=click.FloatRange(0, 0.9),
    default=0.1,
    show_default=True,
    help="Share of the prompts that no stage learns from.",
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="[STAGE.]FIELD=VALUE",
    help="Set a field of the recipes, or of one stage's: sft.schedule.steps=20. May be repeated.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--gpu", is_flag=True, help="Begin from the recipes for one GPU.")
@click.option("--quick", is_flag=True, help="Very small, to see all stages work; learns little.")
@click.option("--resume", is_flag=True, help="Go on with the house in the folder.")
@click.option("--anyway", is_flag=True, help="Go on where a check refuses; it says why first.")
@click.option("--no-estimate", is_flag=True, help="Begin each stage without measuring two steps.")
@click.option("--no-evaluation", is_flag=True, help="Leave the evaluation out.")
@click.option("--dry-run", is_flag=True, help="Say which stages there would be, and on what.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@force_option
def house(
    style: str,
    data: tuple[str, ...],
    method: Any,
    base: str,
    output: Path | None,
    held_out: float,
    sets: tuple[str, ...],
    seed: int,
    gpu: bool,
    quick: bool,
    dry_run: bool,
    as_json: bool,
    **how: bool,
) -> None:
    """Train a model in the house style STYLE, on what its editors kept, edited and ranked.

    Fine-tuning, then a reward model, then PPO against it; each stage is a run of its own in FOLDER,
    on one split of the prompts. The result is FOLDER/model, and FOLDER/report.html says what came
    of it. Stages that lack rows are left out, and a reward model that is no better than "the longer
    one wins" ends it with the model of SFT (exit code 3). After Ctrl-C or a kill, --resume goes on
    as it was begun.

    \b
    Examples:
      copydesk train house plain -o house/
      copydesk train house plain --data posts/ --data rankings.jsonl --method dpo -o house/
      copydesk train house plain -o house/ --resume
      copydesk train house plain --dry-run
    """
    from copydesk.train.house.order import Order

    order = Order(style, data, method, base, held_out, sets, gpu, quick, seed)
    if how["resume"] and output is not None:
        order = _as_begun(order, output)
    if dry_run:
        _dry_run(order, as_json=as_json)
        return
    if output is None:
        raise UsageProblem("Say where the house goes.", f"-o {shlex.quote(style)}-house")
    try:
        _build(order, output, as_json=as_json, **how)
    except KeyboardInterrupt:
        again = shlex.join(["copydesk", *_again(sys.argv[1:])])
        click.echo(f"\nGo on with: {again}", err=True)
        raise


def _as_begun(order: "Order", output: Path) -> "Order":
    """With --resume what is not said again is as it was."""
    from click.core import ParameterSource

    from copydesk.train.house.pipeline import as_begun

    context = click.get_current_context()
    named = {"base": "model"}
    given = {
        named.get(name, name)
        for name in context.params
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    return as_begun(order, output, given)


def _again(arguments: list[str]) -> list[str]:
    """What was typed, to go on."""
    kept = [argument for argument in arguments if argument != "--force"]
    return kept if "--resume" in kept else [*kept, "--resume"]


def _build(
    order: "Order",
    output: Path,
    *,
    as_json: bool,
    no_evaluation: bool,
    no_estimate: bool,
    resume: bool,
    force: bool,
    anyway: bool,
) -> None:
    from copydesk.cli.models import download_bar
    from copydesk.cli.train_watch import watching
    from copydesk.train.house.judged import Judged, judge_policy, judge_reward
    from copydesk.train.house.pipeline import check_stages, open_house, train_stages
    from copydesk.train.house.report import Told, shortfalls, write_report

    with download_bar() as fetching, watching(fetching) as watch, open_house(
        order,
        output,
        resume=resume,
        force=force,
        anyway=anyway,
        estimate=not no_estimate,
        watch=watch,
        fetching=fetching,
    ) as house:  # fmt: skip
        check_stages(house)
        train_stages(house)
        if no_evaluation:
            told = Told(house, None, Judged({}, "nobody asked for it"))
        else:
            watch.say("evaluating on what was held out")
            told = Told(house, judge_reward(house), judge_policy(house, _told_by(watch)))
        page = write_report(told)
    if as_json:
        click.echo(json.dumps(_as_json(house, page), indent=2, ensure_ascii=False))
    else:
        click.echo(str(house.folder / "model"))
    for text in shortfalls(told):
        click.echo(printable(f"short: {text}"), err=True)
    click.echo(printable(f"wrote {page}"), err=True)
    refused = [stage for stage in house.state.stages if stage.end == "refused"]
    if refused:
        raise CheckFailed(
            f"{refused[0].method.upper()} was not trained: {refused[0].why}",
            f"{house.folder / 'model'} is the model of the stage before; --resume --anyway insists",
        )


def _told_by(watch: "Watch") -> "Heard":
    """Says how many answers an evaluation has."""

    def heard(done: int, total: int, label: str) -> None:
        watch.say(f"{label}: {done} of {total} answers")

    return heard


def _as_json(house: "House", page: Path) -> dict[str, Any]:
    state = house.state.model_dump(mode="json")
    return {**state, "model": str(house.folder / "model"), "report": str(page)}


def _dry_run(order: "Order", *, as_json: bool) -> None:
    """The stages, their rows, and which would be left out."""
    from copydesk.train.house.material import read_material
    from copydesk.train.house.order import check_sets

    check_sets(order)
    material = read_material(order.sources, order.held_out)
    rows = []
    for method in order.methods:
        train, held = material.counts(method)
        rows.append(
            {"stage": method, "train": train, "held": held, "lacking": material.lacking(method)}
        )
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        said = f"{row['train']:,} rows, {row['held']:,} held out"
        click.echo(printable(f"{row['stage']:7} {row['lacking'] or said}"))
