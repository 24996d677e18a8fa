"""`copydesk deck`: a brief becomes a PowerPoint file; a deck can be checked and looked at."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import click

from copydesk.cli.deck_keeping import Made, planned_deck, written_deck
from copydesk.cli.elsewhere import SpreadGroup
from copydesk.cli.keeping import keep_draft, keep_option
from copydesk.cli.options import (
    Engine,
    brief_from_stdin,
    force_option,
    house_style,
    model_options,
    or_stdout,
)
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.errors import OutputProblem
from copydesk.files import check_target, write_atomic

if TYPE_CHECKING:
    from copydesk.brief import Language
    from copydesk.generate.protocol import Completion, Generator
    from copydesk.slides.author.intake import Taken
    from copydesk.slides.author.make import Maker
    from copydesk.slides.master.master import Master
    from copydesk.styles.style import Style

F = TypeVar("F", bound=Callable[..., object])

_PATH = click.Path(path_type=Path)
_SHOWN = 12  # findings that are told


class DeckGroup(SpreadGroup):
    """`deck SUBCOMMAND …`, or `deck BRIEF …`: whatever is not a sub-command is a brief."""

    elsewhere: ClassVar[Mapping[str, tuple[str, str]]] = {
        "revise": ("deck_revise", "revise"),
        "translate": ("deck_revise", "translate"),
        "check": ("deck_check", "check"),
        "preview": ("deck_check", "preview"),
        "build": ("deck_files", "build"),
        "outline": ("deck_files", "outline"),
        "restyle": ("deck_files", "restyle"),
        "schema": ("deck_files", "schema"),
    }

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `new` before arguments that name no sub-command."""
        known = (*self.list_commands(ctx), *ctx.help_option_names)
        if args and args[0] not in known:
            args = ["new", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=DeckGroup,
    no_args_is_help=True,
    short_help="Make a PowerPoint deck; plan, revise, translate, check it; look at it.",
    subcommand_metavar="BRIEF [OPTIONS]...",
)
def deck() -> None:
    """Make a PowerPoint deck on the BRIEF ("-" reads it from standard input).

    The options of BRIEF are those of `copydesk deck new --help`.

    \b
    Examples:
      copydesk deck "Why bees move into cities" -o bees.pptx
      copydesk deck report.pdf -t brand.pptx -n 10 -o report.pptx
      copydesk deck sales.csv --language zh -o sales.pptx
      copydesk deck plan "城市里的蜜蜂" -o bees.yaml
      copydesk deck check bees.pptx
      copydesk deck preview bees.pptx -o pictures/
    """


@dataclass(frozen=True)
class Job:
    """What `new` and `plan` share: what the deck is made from, and how."""

    brief: str
    slides: int
    template: str
    language: "Language | None"
    audience: str
    sources: tuple[str, ...]
    pictures: Path | None
    style: str
    allow_invented: bool

    def taken(self) -> "Taken":
        """Everything read that the deck is made from."""
        from copydesk.slides.author.intake import Given, take
        from copydesk.slides.author.skeleton import skeleton

        skeleton(self.slides)
        text = self.brief
        if text == "-":
            text = brief_from_stdin()
        return take(
            Given(
                text,
                self.language,
                self.audience,
                self.sources,
                self.pictures,
                self.style,
                self.allow_invented,
            )
        )

    def house(self, taken: "Taken") -> "Style | None":
        """The house style that the options or the brief ask for."""
        return house_style(self.style or taken.brief.style)

    def master(self) -> "Master":
        """The template, opened."""
        from copydesk.slides.master.master import open_master

        return open_master(self.template or None)

    def maker(
        self, taken: "Taken", master: "Master", generator: "Generator", seed: int, heard: list[Any]
    ) -> "Maker":
        """What makes the deck, telling of each slide."""
        from copydesk.slides.author.make import Hearers, Maker

        hearers = Hearers(tell, heard.append)
        return Maker(
            taken.brief, generator, master, self.slides, taken.material, seed, hearers=hearers
        )

    def made(self, taken: "Taken", generator: "Generator", seed: int) -> "Made":
        """What the desk is told of the deck beside its text."""
        from copydesk.desk.asked import request_for_deck

        brief = taken.brief
        request = request_for_deck(brief, self.slides)
        style = self.house(taken)
        return Made(request, generator.name, seed, style.name if style else "", brief.language)


_OPTIONS = (
    click.option(
        "--allow-invented", is_flag=True, help="Keep numbers that no source and no data has."
    ),
    click.option("--style", default="", metavar="NAME", help="A house style: copydesk style list."),
    click.option(
        "--pictures",
        type=_PATH,
        metavar="DIR",
        help="A folder of pictures to show; their names say what they show.",
    ),
    click.option(
        "--source",
        "--sources",
        "sources",
        multiple=True,
        type=str,
        metavar="FILE",
        help="A document that the facts come from, or data (CSV, XLSX) for charts and tables. "
        "May be repeated.",
    ),
    click.option("--audience", default="", help="Who it is for."),
    click.option(
        "--language",
        type=click.Choice(["en", "zh"]),
        help="Language of the deck; read off the brief if not given.",
    ),
    click.option(
        "-t",
        "--template",
        default="",
        metavar="MASTER",
        help="Your own template (.pptx, .potx), or a name from `copydesk master list`.",
    ),
    click.option(
        "-n", "--slides", type=int, default=12, show_default=True, help="How many slides, 3 to 60."
    ),
    click.argument("brief"),
)


def job_options(command: F) -> F:
    """BRIEF and what goes with it: the command takes them as `job`."""
    names = tuple(Job.__dataclass_fields__)

    @wraps(command)
    def bundled(**values: Any) -> object:
        job = Job(**{name: values.pop(name) for name in names})
        return command(job=job, **values)

    for option in _OPTIONS:
        bundled = option(bundled)
    return cast("F", bundled)


@deck.command("new")
@job_options
@click.option(
    "-o",
    "--output",
    type=_PATH,
    default=Path("deck.pptx"),
    show_default=True,
    help="The .pptx file to write.",
)
@keep_option
@force_option
@model_options
def new(job: Job, output: Path, keep: bool, force: bool, engine: Engine) -> None:
    """Plan, fill and render a deck on the BRIEF; `copydesk deck BRIEF` is short for this.

    The brief is a line of text, a brief file (Markdown or YAML), a document (PDF, Word,
    PowerPoint, HTML), a table of data (CSV, XLSX), or "-" for standard input.

    \b
    Examples:
      copydesk deck new "Why bees move into cities" -o bees.pptx
      copydesk deck new brief.md --source report.pdf --source sales.csv -n 10
      copydesk deck new - -n 9 --audience "the town council" < brief.txt
    """
    from copydesk.slides.author.finish import finish

    taken, master = job.taken(), job.master()
    check_pptx(output, force=force)
    heard: list[Completion] = []
    with engine.in_style(job.house(taken)).opened() as generator:
        click.echo(f"planning {job.slides} slides with {generator.name}", err=True)
        maker = job.maker(taken, master, generator, engine.seed, heard)
        finished = finish(maker, name=output.name)
    write_atomic(output, finished.content)
    click.echo(f"wrote {output}", err=True)
    if keep:
        made = job.made(taken, generator, engine.seed)
        keep_draft(lambda: written_deck(output, made, finished.deck.title))
    tell_some([*taken.findings, *finished.findings])
    slides = len(finished.deck.slides)
    click.echo(f"{slides} slides, seed {engine.seed}, {speed(heard)}", err=True)


@deck.command("plan")
@job_options
@click.option(
    "-o",
    "--output",
    type=_PATH,
    callback=or_stdout,
    help="The YAML file to write; else standard output.",
)
@keep_option
@force_option
@model_options
def plan(job: Job, output: Path | None, keep: bool, force: bool, engine: Engine) -> None:
    """Write the deck as YAML to edit; `copydesk deck build` makes the file of it.

    \b
    Examples:
      copydesk deck plan "Why bees move into cities" -n 8 -o bees.yaml
      copydesk deck plan report.pdf --language zh > report.yaml
    """
    from copydesk.slides.files.deck_file import write_deck

    taken, master = job.taken(), job.master()
    if output:
        check_target(output, force=force)
    heard: list[Completion] = []
    with engine.in_style(job.house(taken)).opened() as generator:
        click.echo(f"planning {job.slides} slides with {generator.name}", err=True)
        maker = job.maker(taken, master, generator, engine.seed, heard)
        made = maker.deck()
    text = write_deck(made, output.parent if output else None)
    if output:
        write_atomic(output, text.encode())
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text, nl=False)
    if keep:
        origin = job.made(taken, generator, engine.seed)
        keep_draft(lambda: planned_deck(made, text, output, origin))
    tell_some([*taken.findings, *maker.findings])
    click.echo(f"{len(made.slides)} slides, seed {engine.seed}, {speed(heard)}", err=True)


def check_pptx(output: Path, *, force: bool) -> None:
    """Refuse a file that no deck can be written to.

    Raises:
        OutputProblem: its name ends otherwise, or it cannot be written.
    """
    if output.suffix.lower() != ".pptx":
        raise OutputProblem(f"A deck cannot be written as {output.name}.", "end the name in .pptx")
    check_target(output, force=force)


def tell(number: int, count: int, title: str) -> None:
    """One line per finished slide, on stderr."""
    click.echo(printable(f"{number:>3}/{count}  {title}"), err=True)


def tell_some(findings: list[Any]) -> None:
    """What was found, a line each, on stderr; of many the first."""
    tell_findings(findings[:_SHOWN])
    if (more := len(findings) - _SHOWN) > 0:
        click.echo(f"and {more} more findings", err=True)
