"""`copydesk deck build`, `outline`, `restyle` and `schema`: decks in and out of files, no model."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.deck_keeping import built_deck
from copydesk.cli.keeping import keep_draft, keep_option
from copydesk.cli.options import force_option, or_stdout
from copydesk.cli.report import tell_findings
from copydesk.errors import OutputProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from copydesk.findings import Finding
    from copydesk.slides.deck import Deck

_PATH = click.Path(path_type=Path)
_SHOWN = 20  # findings that are told

_template = click.option(
    "-t",
    "--template",
    default="",
    help="A PowerPoint file, or a name from `copydesk master list`; ours if not given.",
)
_split = click.option(
    "--split/--no-split",
    default=True,
    show_default=True,
    help="Whether a slide that holds too much becomes two.",
)


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@_template
@click.option("-o", "--output", type=_PATH, default=Path("deck.pptx"), show_default=True)
@_split
@keep_option
@force_option
def build(file: Path, template: str, output: Path, split: bool, keep: bool, force: bool) -> None:
    """Draw the deck in FILE: YAML, or Markdown in Marp's or Pandoc's manner. No model is used.

    What a slide cannot show is told, and stands in its notes. "-" reads standard input.

    \b
    Examples:
      copydesk deck build bees.yaml -o bees.pptx
      copydesk deck build slides.md -t brand.pptx -o deck.pptx
    """
    from copydesk.slides.files.read import deck_from_stream, read_any

    _pptx(output)
    check_target(output, force=force)
    found: list[Finding] = []
    if str(file) == "-":
        deck = deck_from_stream(sys.stdin.buffer, Path(), found.append)
    else:
        deck = read_any(file, found.append)
    _draw(deck, template, output, split, found)
    if keep and str(file) != "-":
        keep_draft(lambda: built_deck(file, output))


@click.command()
@click.argument("file", type=_PATH)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    callback=or_stdout,
    help="The .yaml file to write; printed if not given.",
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that pictures are taken out into; beside the output if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@force_option
def outline(
    file: Path, output: Path | None, pictures: Path | None, as_json: bool, force: bool
) -> None:
    """Read the deck in FILE, any PowerPoint file, back to YAML that can be changed and built.

    \b
    Examples:
      copydesk deck outline bees.pptx
      copydesk deck outline bees.pptx -o bees.yaml
    """
    import json

    from copydesk.slides.files.deck_file import write_deck
    from copydesk.slides.files.deck_yaml import record_of
    from copydesk.slides.files.read_back import read_deck_back

    if output is not None:
        check_target(output, force=force)
        pictures = pictures or output.with_name(f"{output.stem}-pictures")
    found: list[Finding] = []
    deck = read_deck_back(file, pictures, found.append)
    folder = output.parent if output else Path()
    if as_json:
        text = json.dumps(record_of(deck, folder), indent=2, ensure_ascii=False) + "\n"
    else:
        text = write_deck(deck, folder)
    _tell(found)
    if output is None:
        click.echo(text, nl=False)
        return
    write_atomic(output, text.encode())
    click.echo(f"wrote {output}, {len(deck.slides)} slides", err=True)


@click.command()
@click.argument("file", type=_PATH)
@_template
@click.option("-o", "--output", type=_PATH, default=Path("restyled.pptx"), show_default=True)
@_split
@force_option
def restyle(file: Path, template: str, output: Path, split: bool, force: bool) -> None:
    """Draw the deck in FILE anew on another template: its texts, tables, charts, pictures, notes.

    \b
    Examples:
      copydesk deck restyle old.pptx -t brand.pptx -o new.pptx
    """
    import tempfile

    from copydesk.slides.files.read_back import read_deck_back, with_titles

    _pptx(output)
    check_target(output, force=force)
    found: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="copydesk-pictures-") as pictures:
        deck = read_deck_back(file, Path(pictures), found.append)
        _draw(with_titles(deck), template, output, split, found)


@click.command()
def schema() -> None:
    """Print the JSON Schema of a deck's YAML file, for editors that check while you type.

    \b
    Examples:
      copydesk deck schema > deck.schema.json
    """
    from copydesk.slides.files.schema import schema_text

    click.echo(schema_text(), nl=False)


def _draw(deck: "Deck", template: str, output: Path, split: bool, found: "list[Finding]") -> None:
    from copydesk.slides.draw.render import render
    from copydesk.slides.master.master import open_master

    rendered = render(deck, open_master(template or None), split=split)
    write_atomic(output, rendered.content)
    _tell([*found, *rendered.findings])
    click.echo(f"wrote {output}, {len(rendered.deck.slides)} slides", err=True)


def _tell(found: "list[Finding]") -> None:
    tell_findings(found[:_SHOWN])
    if len(found) > _SHOWN:
        click.echo(f"and {len(found) - _SHOWN} findings more", err=True)


def _pptx(output: Path) -> None:
    if output.suffix.lower() != ".pptx":
        raise OutputProblem(f"A deck cannot be written as {output.name}.", "end the name in .pptx")
