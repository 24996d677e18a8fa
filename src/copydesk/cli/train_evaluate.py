"""`copydesk train evaluate`: how good what was trained is, beside what it came from."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from copydesk.cli.options import force_option
from copydesk.files import check_target, make_folder, write_atomic

if TYPE_CHECKING:
    from copydesk.train.evaluate.contest import Engine
    from copydesk.train.evaluate.policies import Settings
    from copydesk.train.evaluate.report import PolicyReport

_PATH = click.Path(path_type=Path)


@click.command(short_help="Measure a run beside its base: win rates, style, memory, likelihood.")
@click.argument("run", type=_PATH)
@click.option("--base", default="", metavar="MODEL", help="What it was trained on, if no run says.")
@click.option("--sft", type=_PATH, help="A run that learned from samples alone, to compare with.")
@click.option(
    "--judge",
    "judges",
    multiple=True,
    metavar="PATH",
    help="A reward model that did not train this run; or style, pairs or contrast, which are "
    "learned from held-out rows. May be repeated; the first one counts.",
)
@click.option("--data", type=_PATH, help="Rows that it never learned from, instead of its own.")
@click.option("-n", "--prompts", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--tokens", type=click.IntRange(8, 4000), default=400, show_default=True)
@click.option(
    "--examples",
    type=click.IntRange(0, 16),
    default=3,
    show_default=True,
    help="Texts that the few-shot baseline is shown; 0 leaves it out.",
)
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.7, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--engine",
    type=click.Choice(["auto", "llama.cpp", "transformers"]),
    default="auto",
    show_default=True,
)
@click.option("-o", "--output", type=_PATH, help="Write a page with the answers side by side.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@force_option
def evaluate(
    run: Path,
    base: str,
    sft: Path | None,
    judges: tuple[str, ...],
    data: Path | None,
    output: Path | None,
    as_json: bool,
    force: bool,
    engine: str,
    **asked: Any,
) -> None:
    """Evaluate a finished RUN, or the folder of a model or adapter.

    A policy answers held-out prompts beside its base, the model after SFT and the base with
    examples; a judge that did not train it compares the answers. A reward model is held against
    what editors ranked. Answers are kept in RUN/evaluation, so that a second try goes on; the
    report is there as report.json and report.html.

    \b
    Examples:
      copydesk train evaluate runs/house
      copydesk train evaluate runs/house --judge runs/other-judge -o house.html
      copydesk train evaluate runs/house --judge contrast --judge style -n 40 --json
      copydesk train evaluate runs/judge
    """
    from copydesk.train.base.settled import check_installed
    from copydesk.train.publish import read_origin

    check_installed()
    if output:
        check_target(output, force=force)
    origin = read_origin(run)
    if origin.classifier:
        _reward(run, origin.model, data, as_json=as_json)
        return
    from copydesk.train.evaluate.whole import evaluate_run

    report = evaluate_run(
        run,
        base=base,
        sft=sft,
        judges=judges,
        data=data,
        engine=cast("Engine", engine),
        settings=_settings(**asked),
        progress=_tell,
    )
    _deliver(report, run, output, as_json=as_json)


def _settings(
    prompts: int, tokens: int, examples: int, temperature: float, seed: int
) -> "Settings":
    from dataclasses import replace

    from copydesk.train.evaluate.policies import Settings
    from copydesk.train.evaluate.voices import PROSE

    sampling = replace(PROSE, temperature=temperature)
    return Settings(
        prompts=prompts,
        tokens=tokens,
        examples=examples,
        seed=seed,
        sampling=sampling,
        shown=prompts,
    )


def _deliver(report: "PolicyReport", run: Path, output: Path | None, *, as_json: bool) -> None:
    from copydesk.train.evaluate.page import page
    from copydesk.train.evaluate.whole import FOLDER, PAGE

    if output:
        write_atomic(output, page(report).encode("utf-8", "replace"))
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
        return
    _print(report)
    click.echo(f"\nwrote {output or run / FOLDER / PAGE}", err=True)


def _print(report: "PolicyReport") -> None:
    from copydesk.cli.report import printable
    from copydesk.train.evaluate.report import LABELS, shown_rate, spoken

    names = [each.name for each in report.contestants]
    click.echo(" " * 48 + "".join(f"{name:>12}" for name in names))
    for name, label in LABELS.items():
        measures = [each.measures.get(name) for each in report.contestants]
        if any(measures):
            cells = "".join(f"{spoken(name, m.value) if m else '':>12}" for m in measures)
            click.echo(f"{label:48}{cells}")
    for judge, about in report.judges.items():
        click.echo(printable(f"\nwin rates by {about} ({judge}); length taken out, and plainly"))
        for win in (win for win in report.wins if win.judge == judge):
            rates = f"{shown_rate(win.controlled):>16}{shown_rate(win.rate):>16}"
            click.echo(f"  against {win.against:10}{rates}")
    for item in report.short:
        click.echo(printable(f"short: {item}"), err=True)


def _reward(run: Path, model: Path, data: Path | None, *, as_json: bool) -> None:
    """A reward model against rankings that were held out."""
    from copydesk.preferences.convert import to_rankings
    from copydesk.train.evaluate.rewards import evaluate_reward
    from copydesk.train.evaluate.whole import FOLDER, REPORT, lineage_of, rows_of
    from copydesk.train.reward import load_reward

    held, train = rows_of(lineage_of(run), data)
    report = evaluate_reward(load_reward(model), to_rankings(held), train=to_rankings(train))
    content = json.dumps(report.to_dict(), indent=2, ensure_ascii=False)
    make_folder(run / FOLDER)
    write_atomic(run / FOLDER / REPORT, content.encode("utf-8", "replace"))
    click.echo(content if as_json else "\n".join(report.to_markdown()))


def _tell(done: int, total: int, label: str) -> None:
    click.echo(f"{label}: {done} of {total} answers", err=True)
