"""`copydesk deck`: a brief becomes a PowerPoint file; a deck can be checked and looked at."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from importlib import import_module
from pathlib import Path

import click

from copydesk.cli.options import Asked, Engine, brief_options, force_option, model_options
from copydesk.cli.report import speed
from copydesk.errors import OutputProblem
from copydesk.files import check_target, write_atomic

# name: module and function under copydesk.cli; read when they are asked for
_ELSEWHERE = {
    "check": ("deck_check", "check"),
    "preview": ("deck_check", "preview"),
}


class DeckGroup(click.Group):
    """`deck SUBCOMMAND …`, or `deck BRIEF …`: whatever is not a sub-command is a brief."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `new` before arguments that name no sub-command."""
        known = (*self.list_commands(ctx), *ctx.help_option_names)
        if args and args[0] not in known:
            args = ["new", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands' names."""
        return [*self.commands, *_ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of this file, or one of a file that is read when it is asked for."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, function = _ELSEWHERE[cmd_name]
        command: click.Command = getattr(import_module(f"copydesk.cli.{module}"), function)
        return command


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
    from copydesk.slides.author.make import make_deck
    from copydesk.slides.author.outline import skeleton
    from copydesk.slides.draw.render import render
    from copydesk.slides.master.master import open_master

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
