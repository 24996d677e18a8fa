"""`copydesk write`: a form and a brief become a text."""

# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that --help is quick

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.options import Asked, Engine, brief_options, force_option, model_options
from copydesk.cli.report import printable, speed, tell_findings
from copydesk.files import check_target

if TYPE_CHECKING:
    from copydesk.writer.drafting import Drafting


@click.command(short_help="Write a text: an article, a story, copy.")
@click.argument("form")
@brief_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write a file: .md, .docx, .html or .txt.",
)
@click.option("--words", type=click.IntRange(20), help="About how long; characters for Chinese.")
@force_option
@model_options
def write(
    form: str,
    asked: Asked,
    output: Path | None,
    words: int | None,
    force: bool,
    engine: Engine,
) -> None:
    """Write a text of the given FORM on the BRIEF ("-" reads it from standard input).

    The text streams to the terminal as it is written. Interrupted with Ctrl-C, what was written
    so far is kept.

    \b
    Examples:
      copydesk write article "Why bees move into cities" -o bees.docx
      copydesk write story "A lighthouse keeper finds a letter" --words 500
      copydesk write copy "城市屋顶的蜂蜜，每罐都标着街区" --language zh
      cat brief.txt | copydesk write article - > article.md
    """
    from copydesk.writer.drafting import Drafting
    from copydesk.writer.export import check_format
    from copydesk.writer.form import load_form

    wanted = load_form(form)
    brief = asked.brief(words or 0)
    if output:
        check_format(output)
        check_target(output, force=force)
    with engine.opened() as generator:
        drafting = Drafting(wanted, brief, generator, seed=engine.seed, on_text=_speaker(output))
        try:
            draft = drafting.run()
        except KeyboardInterrupt:
            _keep(drafting, output)
            raise
    _deliver(drafting, output)
    for completion in drafting.completions:
        tell_findings(completion.findings)
    unit = "characters" if brief.language == "zh" else "words"
    numbers = speed(drafting.completions)
    click.echo(f"{draft.length} {unit}, seed {engine.seed}, {numbers}", err=True)


def _speaker(output: Path | None) -> "Speaker":
    """A person at the terminal hears the text as it comes; a pipe gets the clean result alone."""
    if sys.stdout.isatty():
        return Speaker(err=False)
    return Speaker(err=True) if output and sys.stderr.isatty() else Speaker(err=None)


class Speaker:
    """Passes text on to stdout or stderr at once, or to nobody."""

    def __init__(self, *, err: bool | None) -> None:
        self._err = err

    def __call__(self, text: str) -> None:
        """Say some text."""
        if self._err is not None:
            click.echo(printable(text), nl=False, err=self._err)


def _deliver(drafting: "Drafting", output: Path | None) -> None:
    """Put the text where it belongs: into the file, or on stdout if nobody has seen it yet."""
    from copydesk.writer.export import save

    draft = drafting.draft()
    if output:
        save(draft, output)
        click.echo(f"wrote {output}", err=True)
    elif not sys.stdout.isatty():
        click.echo(draft.markdown, nl=False)


def _keep(drafting: "Drafting", output: Path | None) -> None:
    """An interrupted draft is still worth having; a second Ctrl-C gives it up."""
    drafting.cancel.set()
    if drafting.draft().length == 0:
        return
    with suppress(KeyboardInterrupt):
        _deliver(drafting, output)
        click.echo("\nInterrupted: what was written so far is kept.", err=True)
