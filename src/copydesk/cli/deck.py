"""`copydesk deck`: a brief becomes a PowerPoint file; a deck can be checked and looked at."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import json
from dataclasses import asdict
from pathlib import Path

import click

from copydesk.cli.options import Asked, Engine, brief_options, force_option, model_options
from copydesk.cli.report import speed
from copydesk.errors import CheckFailed, OutputProblem
from copydesk.files import check_target, make_folder, write_atomic


class DeckGroup(click.Group):
    """`deck SUBCOMMAND …`, or `deck BRIEF …`: whatever is not a sub-command is a brief."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `new` before arguments that name no sub-command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["new", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=DeckGroup,
    no_args_is_help=True,
    short_help="Make a PowerPoint deck; check it; look at it.",
    subcommand_metavar="BRIEF [OPTIONS]...",
)
def deck() -> None:
    """Make a PowerPoint deck on the BRIEF ("-" reads it from standard input).

    The options of BRIEF are those of `copydesk deck new --help`.

    \b
    Examples:
      copydesk deck "Why bees move into cities" -o bees.pptx
      copydesk deck "城市里的蜜蜂" --language zh -n 10 -o bees.pptx
      copydesk deck check bees.pptx
      copydesk deck preview bees.pptx -o pictures/
    """


@deck.command("new")
@brief_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("deck.pptx"),
    show_default=True,
    help="The .pptx file to write.",
)
@click.option(
    "-n", "--slides", type=int, default=12, show_default=True, help="How many slides, 6 to 30."
)
@force_option
@model_options
def new(
    asked: Asked,
    output: Path,
    slides: int,
    force: bool,
    engine: Engine,
) -> None:
    """Plan, fill and render a deck on the BRIEF; `copydesk deck BRIEF` is short for this.

    \b
    Examples:
      copydesk deck new "Why bees move into cities" -o bees.pptx
      copydesk deck new - -n 9 --audience "the town council" < brief.txt
    """
    from copydesk.generate.protocol import Completion
    from copydesk.slides.make import make_deck
    from copydesk.slides.master import open_master
    from copydesk.slides.plan import skeleton
    from copydesk.slides.render import render

    brief = asked.brief()
    skeleton(slides)
    if output.suffix.lower() != ".pptx":
        raise OutputProblem(f"A deck cannot be written as {output.name}.", "end the name in .pptx")
    check_target(output, force=force)
    master = open_master()
    completions: list[Completion] = []
    with engine.opened() as generator:
        made = make_deck(
            brief,
            generator,
            master,
            count=slides,
            seed=engine.seed,
            on_slide=tell,
            on_done=completions.append,
        )
    write_atomic(output, render(made, master))
    click.echo(f"wrote {output}", err=True)
    click.echo(f"{len(made.slides)} slides, seed {engine.seed}, {speed(completions)}", err=True)


def tell(number: int, count: int, title: str) -> None:
    """One line per finished slide, on stderr."""
    click.echo(f"{number:>3}/{count}  {title}", err=True)


@deck.command()
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
    from copydesk.slides.review import review

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


@deck.command()
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
    from copydesk.slides.preview import to_pictures

    folder = output or file.with_suffix("")
    make_folder(folder)
    for picture in to_pictures(file, folder):
        click.echo(picture)
