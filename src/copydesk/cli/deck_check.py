"""`copydesk deck check` and `deck preview`: a finished deck is looked over, and looked at."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from dataclasses import asdict
from pathlib import Path

import click

from copydesk.errors import CheckFailed
from copydesk.files import make_folder


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rendered", is_flag=True, help="Look at the pages too, through LibreOffice.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(file: Path, rendered: bool, as_json: bool) -> None:
    """Check a deck: titles, empty placeholders, notes, sizes; with --rendered, overflow.

    Exits with 3 when something was found.

    \b
    Examples:
      copydesk deck check bees.pptx
      copydesk deck check bees.pptx --rendered --json
    """
    from copydesk.slides.review.review import review

    findings = review(file, rendered=rendered)
    if as_json:
        click.echo(json.dumps([asdict(f) for f in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.place}: {finding.message} [{finding.code}]")
    if findings:
        raise CheckFailed(
            f"{len(findings)} findings in {file}.",
            f"look at the slides: copydesk deck preview {file}",
        )
    if not as_json:
        click.echo(f"{file}: nothing found", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures; next to the deck if not given.",
)
def preview(file: Path, output: Path | None) -> None:
    """Turn a deck into pictures, one PNG a slide, through LibreOffice.

    \b
    Examples:
      copydesk deck preview bees.pptx
      copydesk deck preview bees.pptx -o pictures/
    """
    from copydesk.slides.review.preview import to_pictures

    folder = output or file.with_suffix("")
    make_folder(folder)
    for picture in to_pictures(file, folder):
        click.echo(picture)
