"""`copydesk deck check` and `deck preview`: a finished deck is looked over, and looked at."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import io
import json
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.report import printable
from copydesk.errors import CheckFailed, OutputProblem
from copydesk.files import make_folder, write_atomic

if TYPE_CHECKING:
    from copydesk.findings import Finding

_SHOWN = 40  # findings printed for people; --json has them all


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rendered", is_flag=True, help="Look at the pages too, through LibreOffice.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every finding.")
def check(file: Path, rendered: bool, as_json: bool) -> None:
    """Check a deck: titles, notes, placeholders, sizes, contrast, alternative texts, fonts.

    With --rendered also text outside its box, off the slide, or over other text. Exits with 3 when
    something was found.

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
        for finding in findings[:_SHOWN]:
            click.echo(printable(_line(finding)))
        if len(findings) > _SHOWN:
            counts = Counter(f.code for f in findings).most_common()
            click.echo(f"… and {len(findings) - _SHOWN} more; --json has them all")
            click.echo("in all: " + ", ".join(f"{code} {count}" for code, count in counts))
    if findings:
        raise CheckFailed(
            f"{len(findings)} findings in {file}.",
            f"look at the slides: copydesk deck preview {file}",
        )
    if not as_json:
        click.echo(f"{file}: nothing found", err=True)


def _line(finding: "Finding") -> str:
    measured = f" ({finding.measured}; allowed: {finding.allowed})" if finding.allowed else ""
    return f"{finding.place}: {finding.message}{measured} [{finding.code}]"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for a picture of each slide; one named after the deck if nothing is asked for.",
)
@click.option("--sheet", type=click.Path(path_type=Path), help="All slides on one PNG.")
@click.option("--pdf", type=click.Path(path_type=Path), help="All slides as a PDF.")
@click.option(
    "--columns", type=click.IntRange(1, 12), default=3, show_default=True, help="Of the sheet."
)
def preview(
    file: Path, output: Path | None, sheet: Path | None, pdf: Path | None, columns: int
) -> None:
    """Turn a deck into pictures through LibreOffice: one a slide, one of all, or a PDF.

    Pictures that are there already are made anew; hidden slides are left out.

    \b
    Examples:
      copydesk deck preview bees.pptx
      copydesk deck preview bees.pptx -o pictures/ --sheet bees.png
      copydesk deck preview bees.pptx --pdf bees.pdf
    """
    from copydesk.slides.review.preview import (
        contact_sheet,
        deck_pdf,
        pictures_of,
        saved_pictures,
    )

    for target in (sheet, pdf):
        if target and (target.is_dir() or not target.parent.is_dir()):
            raise OutputProblem(f"{target} cannot be written.", "give a file in a folder there is")
    if output is None and not (sheet or pdf):
        output = file.with_suffix("")
    with tempfile.TemporaryDirectory(prefix="copydesk-preview-") as folder:
        pages = deck_pdf(file, Path(folder))
        if pdf:
            write_atomic(pdf, pages.read_bytes())
            click.echo(pdf)
        if output:
            make_folder(output)
            for picture in saved_pictures(pictures_of(pages), output, file.stem):
                click.echo(picture)
        if sheet:
            stream = io.BytesIO()
            small = list(pictures_of(pages, width=480))
            contact_sheet(small, columns).save(stream, "PNG", optimize=True)
            write_atomic(sheet, stream.getvalue())
            click.echo(sheet)
