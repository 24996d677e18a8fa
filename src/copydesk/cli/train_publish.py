"""`copydesk train publish`: a finished run becomes a folder to use and to pass on."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from copydesk.generate.export.container import Kind
    from copydesk.generate.sources import Progress
    from copydesk.train.publish import Plan, What

_WHAT = ("adapter", "merged", "gguf")


@click.command(short_help="Make a folder to use and pass on: weights, GGUF, model card.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to make."
)
@click.option(
    "--what",
    "what",
    default="",
    metavar="NAMES",
    help=f"What to make, with commas: {', '.join(_WHAT)}. Everything that can be had, if empty.",
)
@click.option(
    "--quantize",
    type=click.Choice(["F16", "Q8_0"], case_sensitive=False),
    default="Q8_0",
    show_default=True,
    help="How the GGUF file stores weights: 16 bits, or 8 bits and half the size.",
)
@click.option("--no-check", is_flag=True, help="Do not compare llama.cpp with transformers.")
@click.option("--force", is_flag=True, help="Replace what was published there before.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def publish(
    run: Path,
    output: Path,
    what: str,
    quantize: str,
    no_check: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Publish a finished RUN: the folder of a run, or of a model or adapter.

    The folder holds the merged model, the adapter, a GGUF file that was held against transformers,
    a Modelfile for Ollama and a model card. `--model` takes the folder; of a reward model,
    `--judge` does. A style's `adapter` takes it as well. A second try after a kill keeps what was
    finished. The path of the folder is printed.

    \b
    Examples:
      copydesk train publish runs/house -o house
      copydesk train publish runs/house -o house --what adapter
      copydesk train publish runs/judge -o house-judge
    """
    from copydesk.train.publish import publish as make

    with _progress() as progress:
        made = make(
            run,
            output,
            what=_named(what),
            kind=cast("Kind", quantize.lower()),
            check=not no_check,
            force=force,
            progress=progress,
            told=_tell_plan,
        )
    for path, words in made.parity.items():
        click.echo(f"{path}: {words}", err=True)
    for name, reason in made.left_out.items():
        click.echo(f"no {name}: {reason}", err=True)
    if as_json:
        facts = {
            "folder": str(made.folder),
            "files": dict(made.files),
            "parity": dict(made.parity),
            "left_out": dict(made.left_out),
        }
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        click.echo(made.folder)


def _named(what: str) -> "tuple[What, ...]":
    names = [name.strip().lower() for name in what.split(",") if name.strip()]
    for name in names:
        if name not in _WHAT:
            raise click.BadParameter(f"{name!r} is none of {', '.join(_WHAT)}", param_hint="--what")
    return cast("tuple[What, ...]", tuple(names))


def _tell_plan(plan: "Plan") -> None:
    """Sizes, before the work begins."""
    for piece in plan.pieces:
        click.echo(f"{piece.path:28} {_size(piece.bytes):>9}", err=True)
    memory = f"; merging takes {_size(plan.memory)} of memory" if plan.memory else ""
    click.echo(f"{'in all':28} {_size(plan.bytes):>9}{memory}", err=True)


def _size(number: int) -> str:
    return f"{number / 1e9:.2f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A line for each piece, and a bar while a file is written."""
    from copydesk.cli.models import download_bar

    with download_bar() as bar:
        said = ""

        def progress(done: int, total: int, label: str) -> None:
            nonlocal said
            if label == "writing":
                bar(done, total, label)
            elif label != said:
                said = label
                where = f", {total} tokens" if label == "checking" else ""
                click.echo(f"{label}{where}", err=True)

        yield progress
