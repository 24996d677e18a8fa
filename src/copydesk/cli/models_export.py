"""`copydesk models export`: what transformers trained becomes a file for the llama.cpp engine."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from copydesk.cli.options import force_option

if TYPE_CHECKING:
    from copydesk.generate.export import Exported, Kind
    from copydesk.generate.sources import Progress


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The GGUF file to write.",
)
@click.option(
    "--type",
    "kind",
    type=click.Choice(["f16", "q8_0"]),
    default="f16",
    show_default=True,
    help="How the weights of a model are stored: 16 bits, or 8 bits and half the size.",
)
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    help="The model under an adapter, a folder or a GGUF file, if it is not where it was trained.",
)
@click.option("--no-check", is_flag=True, help="Do not compare with transformers afterwards.")
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def export(
    folder: Path,
    output: Path,
    kind: str,
    base: Path | None,
    no_check: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Export a model or LoRA adapter of transformers to GGUF.

    FOLDER is what transformers or peft saved: config.json or adapter_config.json, and safetensors.
    The architectures are Llama and Qwen2. At the end llama.cpp and transformers continue three
    prompts by 64 tokens; unless they agree nothing is left. The path of the file is printed.

    \b
    Examples:
      copydesk models export ./house-model -o house.gguf
      copydesk models export ./house-model -o house.gguf --type q8_0
      copydesk models export ./house-lora -o house-lora.gguf --base ./base-model
    """
    from copydesk.generate.export import export_model

    with _progress() as progress:
        exported = export_model(
            folder,
            output,
            kind=cast("Kind", kind),
            base=base,
            check=not no_check,
            force=force,
            progress=progress,
        )
    if exported.parity:
        click.echo(exported.parity.words(), err=True)
    click.echo(json.dumps(_facts(exported), indent=2) if as_json else exported.path)


@contextmanager
def _progress() -> Iterator["Progress"]:
    """A bar while the file is written; one line when the check begins, which counts no bytes."""
    from copydesk.cli.models import download_bar

    begun = False
    with download_bar() as bar:

        def progress(done: int, total: int, label: str) -> None:
            nonlocal begun
            if label == "writing":
                bar(done, total, label)
            elif not begun:
                begun = True
                click.echo(f"checking against transformers, {total} tokens", err=True)

        yield progress


def _facts(exported: "Exported") -> dict[str, Any]:
    facts = asdict(exported) | {"path": str(exported.path), "parity": None}
    if exported.parity:
        parity = exported.parity
        facts["parity"] = {
            "tokens": len(parity.places),
            "same": len(parity.places) - len(parity.different),
            "largest_gap": parity.gap,
            "mean_shift": parity.shift,
        }
    return facts
